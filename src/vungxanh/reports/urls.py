"""Addresses of the boards."""

from django.urls import include, path

from vungxanh.reports.views import control_room, formalism, home, leader, ledger, trends, units

boards = (
    [
        path("hom-nay/", units.unit_today, name="unit_today"),
        path("hom-nay/<str:code>/", units.unit_jump, name="unit_jump"),
        path("hom-nay/<str:code>/<day:day>/", units.unit_board, name="unit_board"),
        path("hom-nay/<str:code>/<day:day>/xlsx/", units.unit_board_xlsx, name="unit_board_xlsx"),
        path("lanh-dao/", leader.leader_page, name="leader_page"),
        path("so-bao-cao/", ledger.ledger_page, name="ledger"),
        path("so-bao-cao/xlsx/", ledger.ledger_xlsx, name="ledger_xlsx"),
        path("dien-bien/", trends.month_page, name="month"),
        path("dien-bien/xlsx/", trends.month_xlsx, name="month_xlsx"),
        path("hom-nay/<str:code>/tra-loi/<int:pk>/", units.urge_answer, name="urge_answer"),
        path("dieu-hanh/hinh-thuc/", formalism.formalism_page, name="formalism"),
        path("dieu-hanh/hinh-thuc/<str:sign>/", formalism.sign_note, name="sign_note"),
        path("dieu-hanh/don-doc/", control_room.units_urge, name="units_urge"),
        path("dieu-hanh/man-hinh/", control_room.big_screen_page, name="big_screen"),
        path("dieu-hanh/", control_room.control_room_page, name="control_room"),
        path("dieu-hanh/<day:day>/", control_room.control_room_page, name="control_room_day"),
        path("dieu-hanh/<day:day>/dien-bien/", trends.trend_page, name="trend"),
        path("dieu-hanh/<day:day>/xlsx/", control_room.control_room_xlsx, name="control_room_xlsx"),
        path("dieu-hanh/<day:day>/bao-cao-nhanh/", control_room.quick_report_draft, name="quick_report_draft"),
        path("dieu-hanh/<day:day>/goi-dien/", control_room.call_list_page, name="call_list"),
    ],
    "reports",
)
urlpatterns = [path("", home.home, name="home"), path("", include(boards))]
