"""Addresses of `movement`, below /phong-trao/."""

from django.urls import path

from vungxanh.movement.views import campaigns, launches, pledges, reviews, scores, standing, targets

app_name = "movement"
urlpatterns = [
    path("", campaigns.campaign_list, name="campaign_list"),
    path("nap/", campaigns.campaign_load, name="campaign_load"),
    path("chi-tieu/", campaigns.indicator_list, name="indicator_list"),
    path("anh/<uuid:key>/", launches.photograph, name="photograph"),
    path("anh/<uuid:key>/rut/", launches.photograph_withdraw, name="photograph_withdraw"),
    path("don-vi/<str:unit>/<day:day>/", launches.unit_launches, name="unit_launches"),
    path("giao-uoc/<uuid:key>/rut/", pledges.pledge_withdraw, name="pledge_withdraw"),
    path("<slug:code>/", campaigns.campaign_page, name="campaign_page"),
    path("<slug:code>/tep/<int:number>/", campaigns.campaign_file, name="campaign_file"),
    path("<slug:code>/hoi-noi-ban-hanh/", campaigns.issuer_questions, name="issuer_questions"),
    path("<slug:code>/phat-dong/", launches.launch_list, name="launch_list"),
    path("<slug:code>/phat-dong/xlsx/", launches.launch_xlsx, name="launch_xlsx"),
    path("<slug:code>/phat-dong/<str:unit>/", launches.launch_page, name="launch_page"),
    path("<slug:code>/phat-dong/<str:unit>/ghi/", launches.launch_write, name="launch_write"),
    path("<slug:code>/phat-dong/<str:unit>/rut/", launches.launch_withdraw, name="launch_withdraw"),
    path("<slug:code>/giao-uoc/", pledges.pledge_list, name="pledge_list"),
    path("<slug:code>/giao-uoc/cua-toi/", pledges.pledge_own, name="pledge_own"),
    path("<slug:code>/giao-uoc/don-vi/<str:unit>/", pledges.pledge_unit, name="pledge_unit"),
    path("<slug:code>/giao-uoc/doan-the/<str:group>/", pledges.pledge_group, name="pledge_group"),
    path("<slug:code>/diem/", scores.score_list, name="score_list"),
    path("<slug:code>/diem/xlsx/", scores.score_xlsx, name="score_xlsx"),
    path("<slug:code>/diem/<str:unit>/", scores.score_page, name="score_page"),
    path("<slug:code>/diem/<str:unit>/<str:measure>/", scores.score_records, name="score_records"),
    path("<slug:code>/chot-diem/", standing.standing_page, name="standing_page"),
    path("<slug:code>/chot-diem/doi-chieu/", standing.standing_check, name="standing_check"),
    path("<slug:code>/chot-diem/ban/<int:number>/", standing.snapshot_file, name="snapshot_file"),
    path("<slug:code>/chot-diem/<slug:verb>/", standing.standing_move, name="standing_move"),
    path("<slug:code>/xem-xet-lai/", reviews.review_list, name="review_list"),
    path("<slug:code>/xem-xet-lai/<uuid:key>/<slug:verb>/", reviews.review_move, name="review_move"),
    path("<slug:code>/xem-xet-lai/<str:unit>/", reviews.review_ask, name="review_ask"),
    path("<slug:code>/muc-rieng/", targets.target_list, name="target_list"),
    path("<slug:code>/muc-rieng/<uuid:key>/<slug:verb>/", targets.target_move, name="target_move"),
    path("<slug:code>/muc-rieng/<str:unit>/", targets.target_propose, name="target_propose"),
    path("<slug:code>/<slug:verb>/", campaigns.campaign_move, name="campaign_move"),
]
