"""Addresses of `movement`, below /phong-trao/."""

from django.urls import path

from vungxanh.movement.views import (
    activities,
    adjustments,
    appraisal,
    campaigns,
    launches,
    pledges,
    samples,
    scores,
    self_scores,
)

app_name = "movement"
urlpatterns = [
    path("", campaigns.campaign_list, name="campaign_list"),
    path("nap/", campaigns.campaign_load, name="campaign_load"),
    path("chi-tieu/", campaigns.indicator_list, name="indicator_list"),
    path("anh/<uuid:key>/", launches.photograph, name="photograph"),
    path("anh/<uuid:key>/rut/", launches.photograph_withdraw, name="photograph_withdraw"),
    path("don-vi/<str:unit>/<day:day>/", launches.unit_launches, name="unit_launches"),
    path("giao-uoc/<uuid:key>/rut/", pledges.pledge_withdraw, name="pledge_withdraw"),
    path("hoat-dong/cua-toi/", activities.activity_own, name="activity_own"),
    path("hoat-dong/<uuid:key>/", activities.activity_page, name="activity_page"),
    path("hoat-dong/<uuid:key>/sua/", activities.activity_change, name="activity_change"),
    path("hoat-dong/<uuid:key>/rut/", activities.activity_withdraw, name="activity_withdraw"),
    path("hoat-dong/anh/<uuid:key>/", activities.activity_photograph, name="activity_photograph"),
    path("hoat-dong/anh/<uuid:key>/rut/", activities.activity_photograph_withdraw, name="activity_photograph_withdraw"),
    path("minh-chung/<uuid:key>/", self_scores.evidence_file, name="evidence_file"),
    path("thuong-phat/<uuid:key>/rut/", adjustments.adjustment_withdraw, name="adjustment_withdraw"),
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
    path("<slug:code>/hoat-dong/", activities.activity_list, name="activity_list"),
    path("<slug:code>/hoat-dong/xlsx/", activities.activity_xlsx, name="activity_xlsx"),
    path("<slug:code>/hoat-dong/doan-the/<str:group>/", activities.group_page, name="group_page"),
    path("<slug:code>/hoat-dong/doan-the/<str:group>/ghi/", activities.activity_write, name="activity_write"),
    path("<slug:code>/diem/", scores.score_list, name="score_list"),
    path("<slug:code>/diem/xlsx/", scores.score_xlsx, name="score_xlsx"),
    path("<slug:code>/diem/<str:unit>/", scores.score_page, name="score_page"),
    path("<slug:code>/diem/<str:unit>/<str:measure>/", scores.score_records, name="score_records"),
    path("<slug:code>/tu-cham/", self_scores.self_score_list, name="self_score_list"),
    path("<slug:code>/tu-cham/<str:unit>/", self_scores.self_score_unit, name="self_score_unit"),
    path("<slug:code>/tu-cham/<str:unit>/<str:measure>/", appraisal.self_score_page, name="self_score_page"),
    path(
        "<slug:code>/tu-cham/<str:unit>/<str:measure>/<slug:verb>/", appraisal.self_score_move, name="self_score_move"
    ),
    path("<slug:code>/mau-kiem-tra/", samples.sample_page, name="sample_page"),
    path("<slug:code>/mau-kiem-tra/<int:position>/", samples.sample_inspect, name="sample_inspect"),
    path("<slug:code>/thuong-phat/", adjustments.adjustment_list, name="adjustment_list"),
    path("<slug:code>/<slug:verb>/", campaigns.campaign_move, name="campaign_move"),
]
