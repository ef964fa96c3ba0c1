"""Addresses of the boards."""

from django.urls import include, path

from vungxanh.reports import views

boards = (
    [
        path("hom-nay/", views.unit_today, name="unit_today"),
        path("hom-nay/<str:code>/", views.unit_jump, name="unit_jump"),
        path("hom-nay/<str:code>/<day:day>/", views.unit_board, name="unit_board"),
        path("hom-nay/<str:code>/<day:day>/xlsx/", views.unit_board_xlsx, name="unit_board_xlsx"),
        path("lanh-dao/", views.leader_page, name="leader_page"),
        path("so-bao-cao/", views.ledger_page, name="ledger"),
        path("so-bao-cao/xlsx/", views.ledger_xlsx, name="ledger_xlsx"),
        path("hom-nay/<str:code>/tra-loi/<int:pk>/", views.urge_answer, name="urge_answer"),
        path("dieu-hanh/don-doc/", views.units_urge, name="units_urge"),
        path("dieu-hanh/man-hinh/", views.big_screen_page, name="big_screen"),
        path("dieu-hanh/", views.control_room_page, name="control_room"),
        path("dieu-hanh/<day:day>/", views.control_room_page, name="control_room_day"),
        path("dieu-hanh/<day:day>/dien-bien/", views.trend_page, name="trend"),
        path("dieu-hanh/<day:day>/xlsx/", views.control_room_xlsx, name="control_room_xlsx"),
        path("dieu-hanh/<day:day>/bao-cao-nhanh/", views.quick_report_draft, name="quick_report_draft"),
        path("dieu-hanh/<day:day>/goi-dien/", views.call_list_page, name="call_list"),
    ],
    "reports",
)
urlpatterns = [path("", views.home, name="home"), path("", include(boards))]
