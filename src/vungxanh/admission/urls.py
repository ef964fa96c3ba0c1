"""Addresses of declaring."""

from django.urls import path

from vungxanh.admission.views import (
    attendance,
    correcting,
    entering,
    gate,
    hosting,
    kiosk,
    meetings,
    officer,
    paper,
    parties,
    passes,
    pc_covid,
    photographs,
    place_history,
    places,
    queue,
    shifts,
    visiting,
)
from vungxanh.admission.views import declaring as views

app_name = "admission"
urlpatterns = [
    path("", views.declare, name="declare"),
    path("ngoai-tuyen/", views.declare_offline, name="declare_offline"),
    path("ket-qua/<int:declaration_id>/", views.declaration_result, name="declaration_result"),
    path("<int:declaration_id>/sua/", correcting.declaration_correct, name="declaration_correct"),
    path("<int:declaration_id>/cac-ban/", correcting.declaration_versions, name="declaration_versions"),
    path("giay-vao-cua/", passes.pass_page, name="pass_page"),
    path("noi-da-den/", place_history.place_history, name="place_history"),
    path("noi-da-den/<uuid:pseudonym>/", place_history.person_places, name="person_places"),
    path("noi-da-den/<uuid:pseudonym>/xlsx/", place_history.person_places_xlsx, name="person_places_xlsx"),
    path("lich-su/", views.declaration_history, name="declaration_history"),
    path("nhap-ho/", entering.unit_sheet_home, name="unit_sheet_home"),
    path("nhap-ho/<str:code>/", entering.unit_sheet, name="unit_sheet"),
    path("nhap-ho/<str:code>/<str:staff_code>/", entering.unit_entry, name="unit_entry"),
    path("phieu-giay/<str:code>/", paper.paper_sheet, name="paper_sheet"),
    path("phieu-giay/<str:code>/anh/", photographs.photograph_add, name="photograph_add"),
    path("phieu-da-nhap/", photographs.sheet_list, name="sheet_list"),
    path("phieu-da-nhap/<int:pk>/", photographs.sheet_page, name="sheet_page"),
    path("anh-phieu/<uuid:key>/", photographs.photograph, name="photograph"),
    path("anh-phieu/<uuid:key>/bo/", photographs.photograph_withdraw, name="photograph_withdraw"),
    path("may-chung/", kiosk.kiosk, name="kiosk"),
    path("may-chung/to-khai/", kiosk.kiosk_form, name="kiosk_form"),
    path("may-chung/da-nhan/", kiosk.kiosk_done, name="kiosk_done"),
    path("may-chung/dong/", kiosk.kiosk_leave, name="kiosk_leave"),
    path("pc-covid/", pc_covid.pc_covid_import, name="pc_covid_import"),
    path("pc-covid/mau/", pc_covid.pc_covid_template, name="pc_covid_template"),
    path("tai-cong/", entering.gate_sheet_home, name="gate_sheet_home"),
    path("tai-cong/<str:code>/", entering.gate_sheet, name="gate_sheet"),
    path("tai-cong/<str:code>/<str:staff_code>/", entering.gate_entry, name="gate_entry"),
    path("nguoi/<uuid:pseudonym>/", views.person_declarations, name="person_declarations"),
]

visits = (
    [
        path("khach/<str:code>/", visiting.visit_form, name="visit_form"),
        path("khach/moi/<uuid:key>/", visiting.visit_invited, name="visit_invited"),
        path("khach/luot/<uuid:key>/", visiting.visit_own, name="visit_own"),
        path("khach/luot/<uuid:key>/ra-ve/", visiting.visit_leave, name="visit_leave"),
        path("khach/luot/<uuid:key>/huy/", visiting.visit_cancel, name="visit_cancel"),
        path("khach-cua-toi/", hosting.guest_list, name="guest_list"),
        path("khach-cua-toi/moi/", hosting.guest_invite, name="guest_invite"),
        path("khach-cua-toi/<str:code>/", hosting.guest_link, name="guest_link"),
        path("khach-cua-toi/<str:code>/huy/", hosting.guest_cancel, name="guest_cancel"),
        path("khach-cua-toi/<str:code>/<str:answer>/", hosting.guest_answer, name="guest_answer"),
        path("khach-tai-cong/", queue.queue_home, name="queue_home"),
        path("khach-tai-cong/<str:site>/", queue.queue, name="queue"),
        path("khach-tai-cong/<str:site>/<str:code>/", queue.visit_page, name="visit_page"),
        path("khach-tu-dau/", parties.party_texts, name="party_texts"),
        path("khach-tam-giu/", officer.held_list, name="held_list"),
        path("khach-tai-cong/<str:site>/<str:code>/to-khai/", officer.visit_answers, name="visit_answers"),
        path("khach-tai-cong/<str:site>/<str:code>/the/", queue.badge, name="badge"),
        path("khach-tai-cong/<str:site>/<str:code>/<str:verb>/", queue.visit_move, name="visit_move"),
    ],
    "visits",
)
"""Addresses of visits, which stand beside those of declaring."""

meeting_addresses = (
    [
        path("cuoc-hop/", meetings.meeting_list, name="meeting_list"),
        path("cuoc-hop/them/", meetings.meeting_add, name="meeting_add"),
        path("cuoc-hop/<uuid:key>/", meetings.meeting_page, name="meeting_page"),
        path("cuoc-hop/<uuid:key>/sua/", meetings.meeting_change, name="meeting_change"),
        path("cuoc-hop/<uuid:key>/moi/", meetings.meeting_invite, name="meeting_invite"),
        path("cuoc-hop/<uuid:key>/diem-danh/", attendance.meeting_mark, name="meeting_mark"),
        path("cuoc-hop/<uuid:key>/phieu/", attendance.meeting_sheet, name="meeting_sheet"),
        path("cuoc-hop/<uuid:key>/<str:verb>/", meetings.meeting_move, name="meeting_move"),
    ],
    "meetings",
)
"""Addresses of meetings and their lists."""

shift_addresses = (
    [
        path("ca-truc/", shifts.shift_home, name="shift_home"),
        path("ca-truc/<str:code>/", shifts.shift_sheet, name="shift_sheet"),
    ],
    "shifts",
)
"""Addresses of the shifts that are over."""

gates = (
    [
        path("cong/", gate.gate_home, name="gate_home"),
        path("cong/ngoai-tuyen/", gate.console_offline, name="console_offline"),
        path("cong/<str:code>/", gate.console, name="console"),
        path("cong/<str:code>/chua-khop/", gate.conflict_list, name="conflict_list"),
        path("cong/<str:code>/man-hinh/", places.place_screen, name="place_screen"),
        path("cong/<str:code>/to-in/", places.place_sheet, name="place_sheet"),
        path("q/<str:place>/<str:code>", places.place_code, name="place_code"),
    ],
    "gates",
)
"""Addresses of gates and of the codes of places."""
