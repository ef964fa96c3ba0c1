"""Addresses of `risk`, below /nguy-co/."""

from django.urls import path

from vungxanh.risk.views import consistency, deliveries, people, returns, zones

app_name = "risk"
urlpatterns = [
    path("cua-toi/", people.own_level, name="own_level"),
    path("nguoi/<uuid:subject>/", people.person_page, name="person_page"),
    path("nguoi/<uuid:subject>/quyet-dinh/", people.level_decide, name="level_decide"),
    path("vung/<str:code>/", zones.unit_zone, name="unit_zone"),
    path("vung/<str:code>/dien-bien/", zones.zone_timeline, name="zone_timeline"),
    path("vung/<str:code>/dien-bien/xlsx/", zones.zone_xlsx, name="zone_xlsx"),
    path("vung/<str:code>/gia-dinh/", zones.zone_trial, name="zone_trial"),
    path("can-lam-ro/", consistency.findings_today, name="findings_today"),
    path("can-lam-ro/<int:pk>/", consistency.finding_page, name="finding_page"),
    path("can-lam-ro/<str:code>/<day:day>/", consistency.finding_list, name="finding_list"),
    path("can-lam-ro/<str:code>/<day:day>/kiem-tra/", consistency.consistency_check, name="consistency_check"),
    path("bao-cao/<str:code>/", returns.return_page, name="return_today"),
    path("bao-cao/<str:code>/<day:day>/", returns.return_page, name="return_page"),
    path("bao-cao/<str:code>/<day:day>/ly-do/", returns.return_explain, name="return_explain"),
    path("ban-do/", deliveries.map_day, name="map_today"),
    path("ban-do/<day:day>/", deliveries.map_day, name="map_day"),
    path("ban-do/<day:day>/xlsx/", deliveries.map_xlsx, name="map_xlsx"),
    path("ban-do/<day:day>/csv/", deliveries.map_csv, name="map_csv"),
    path("ban-do/<str:code>/<day:day>/", deliveries.map_page, name="map_page"),
    path("ban-do/ban/<uuid:key>/da-cap-nhat/", deliveries.delivery_enter, name="delivery_enter"),
    path("ban-do/ban/<uuid:key>/sua/", deliveries.delivery_correct, name="delivery_correct"),
    path("ban-do/ban/<uuid:key>/gui-lai/", deliveries.delivery_retry, name="delivery_retry"),
    path("ban-do/ban/<uuid:key>/anh/", deliveries.proof_add, name="proof_add"),
    path("ban-do/anh/<uuid:key>/", deliveries.proof, name="proof"),
    path("ban-do/anh/<uuid:key>/rut/", deliveries.proof_withdraw, name="proof_withdraw"),
]
