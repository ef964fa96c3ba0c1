"""Pages of production: what each sees, what is kept when something is refused, how many queries a page takes."""

import io
import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from python_calamine import CalamineWorkbook

from tests.factories.organization import make_unit
from tests.factories.production import FIRES, NINE, PIGS, PLANTED, SAFE, SOLD, Agency, make_figure, make_target, month
from tests.factories.staff_lists import workbook_of
from vungxanh.accounts.models import User
from vungxanh.common import clock as clocks
from vungxanh.production.imports import FIGURE_COLUMNS
from vungxanh.production.models import ProductionFigure, ProductionTarget

BACKEND = "vungxanh.accounts.backends.NameOrPhoneBackend"
UNIT = "/san-xuat/don-vi/CCKL/"
ENTER = f"{UNIT}nhap/?thang=2021-08"


@pytest.fixture(autouse=True)
def at_nine() -> object:
    with clocks.at(NINE):
        yield


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user, BACKEND)
    return client


def text_of(user: User, address: str, status: int = 200) -> str:
    answer = client_of(user).get(address)
    assert answer.status_code == status, answer.content.decode()[:2000]
    return str(answer.content.decode())


def test_whole_way_in_the_browser_from_a_target_to_a_verified_figure(agency: Agency) -> None:
    head, office = client_of(agency.head), client_of(agency.office)
    assert "Đơn vị chưa có chỉ tiêu nào trong năm này" in text_of(agency.head, UNIT)
    sent = {"indicator": PLANTED, "first_month": "2021-01", "last_month": "12/2021", "value": "1.120,5"}
    sent["basis"] = "Kế hoạch 12"
    answer = head.post(f"{UNIT}giao/", sent)
    assert (answer.status_code, answer.headers["Location"]) == (302, f"{UNIT}{PLANTED}/")
    target = ProductionTarget.objects.get()
    assert "Chỉ tiêu chờ duyệt" in text_of(agency.office, "/san-xuat/xac-minh/")
    assert office.post(f"/san-xuat/giao/{target.pk}/duyet/").status_code == 302
    page = text_of(agency.head, UNIT)
    assert "1 số liệu tháng 08/2021 chưa nhập" in page
    assert "1.120,5 ha" in page
    answer = head.post(ENTER, {f"v_{PLANTED}": "35,5", f"g_{PLANTED}": "Báo cáo tháng 8", f"s_{PLANTED}": "0"})
    assert (answer.status_code, answer.headers["Location"]) == (302, f"{UNIT}?nam=2021")
    assert "1 số liệu chờ Văn phòng, kế toán xác minh" in text_of(agency.head, UNIT)
    figure = ProductionFigure.objects.get()
    assert "Báo cáo tháng 8" in text_of(agency.office, "/san-xuat/xac-minh/")
    assert office.post("/san-xuat/xac-minh/xac-minh/", {"figures": [figure.pk]}).status_code == 302
    page = text_of(agency.director, f"{UNIT}{PLANTED}/")
    assert "35,5" in page
    assert "Đã xác minh" in page
    assert "3,1%" in text_of(agency.head, UNIT)


def test_nothing_typed_is_lost_when_one_figure_is_wrong(agency: Agency) -> None:
    make_target(agency)
    make_target(agency, FIRES, value="2")
    sent = {f"v_{PLANTED}": "mười", f"g_{PLANTED}": "Báo cáo", f"v_{FIRES}": "1"}
    answer = client_of(agency.head).post(ENTER, sent)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert all(text in page for text in ("mười", "Báo cáo", "Chưa ghi gì", 'data-draft="production-'))
    assert not ProductionFigure.objects.exists()


def test_page_that_is_older_than_the_figures_is_refused_beside_the_figure(agency: Agency) -> None:
    make_target(agency)
    make_figure(agency, value="10", verified=False)
    answer = client_of(agency.clerk).post(ENTER, {f"v_{PLANTED}": "12", f"s_{PLANTED}": "0"})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "Có người vừa nhập số liệu này" in page
    assert "10,0 ha" in page
    assert 'value="12"' in page
    assert ProductionFigure.objects.get().value == 10
    # The page has shown by now what the other entered.
    assert re.search(rf'name="s_{PLANTED}"[^>]*value="1"|value="1"[^>]*name="s_{PLANTED}"', page)


def test_several_are_sent_back_with_one_reason_and_ticks_stay_when_it_is_missing(agency: Agency) -> None:
    make_target(agency)
    made = make_figure(agency, verified=False)
    office = client_of(agency.office)
    answer = office.post("/san-xuat/xac-minh/tra-lai/", {"figures": [made.pk]})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Hãy ghi lý do trả lại" in page
    assert re.search(rf'value="{made.pk}"[^>]*\schecked', page)
    office.post("/san-xuat/xac-minh/tra-lai/", {"figures": [made.pk], "reason": "Thiếu một xã"})
    assert "Thiếu một xã" in text_of(agency.head, UNIT)
    assert "Thiếu một xã" in text_of(agency.head, ENTER)
    assert office.post("/san-xuat/xac-minh/xac-minh/", {}).status_code == 422
    assert office.post("/san-xuat/xac-minh/xac-minh/", {"figures": ["x", "0"]}).status_code == 422


def test_nobody_may_do_more_than_one_s_role_allows(agency: Agency) -> None:
    made = make_target(agency)
    figure = make_figure(agency, verified=False)
    head, stranger = client_of(agency.head), client_of(agency.stranger)
    assert head.get("/san-xuat/xac-minh/").status_code == 403
    assert head.post("/san-xuat/xac-minh/xac-minh/", {"figures": [figure.pk]}).status_code == 403
    assert stranger.get(UNIT).status_code == 404
    assert stranger.post(ENTER, {f"v_{PLANTED}": "1"}).status_code == 404
    assert stranger.post(f"/san-xuat/giao/{made.pk}/rut/", {"reason": "Thôi"}).status_code == 404
    assert client_of(agency.director).get(ENTER).status_code == 403
    assert client_of(agency.member).get("/san-xuat/").status_code == 403
    assert head.post(f"/san-xuat/giao/{made.pk}/rut/", {"reason": "Thôi"}).status_code == 403
    assert head.post(f"/san-xuat/giao/{made.pk}/la/").status_code == 404


def test_office_s_page_is_narrowed_by_unit_indicator_and_standing(agency: Agency) -> None:
    make_target(agency, SOLD, value="12")
    make_figure(agency, SOLD, value="8")
    make_target(agency, SAFE, value="90", unit=agency.other)

    def shown(query: str) -> list[str]:
        page = text_of(agency.office, f"/san-xuat/?{query}")
        units = {"CCKL": f"{UNIT}{SOLD}/", "CCTL": f"/san-xuat/don-vi/CCTL/{SAFE}/"}
        return [unit for unit, address in units.items() if address in page]

    assert shown("") == ["CCKL", "CCTL"]
    assert shown("nam=2020") == []
    assert shown("nam=abc") == ["CCKL", "CCTL"]
    assert shown("don-vi=CCTL") == ["CCTL"]
    assert shown(f"chi-tieu={SOLD}") == ["CCKL"]
    assert shown("xem=dat") == ["CCKL"]
    assert shown("xem=cham") == ["CCTL"]
    assert shown("xem=chua-den-han") == []
    assert shown("xem=thieu") == ["CCKL", "CCTL"]
    assert f"{UNIT}{SOLD}/" not in text_of(agency.stranger, "/san-xuat/")


def test_spreadsheet_has_a_row_for_each_target(agency: Agency) -> None:
    make_target(agency, PIGS, value="1000")
    make_figure(agency, PIGS, value="1100")
    answer = client_of(agency.office).get("/san-xuat/xlsx/?nam=2021")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="chi-tieu-san-xuat-2021.xlsx"'
    rows: list[Any] = CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_index(0).to_python()
    assert rows[1][:5] == ["Mã đơn vị", "Đơn vị", "Mã chỉ tiêu", "Chỉ tiêu", "Đơn vị tính"]
    assert rows[2][0] == "CCKL"
    assert rows[2][2:14] == [
        PIGS, "Tổng đàn lợn", "con", "01/2021", "12/2021", 1000, 1100, 110, "08/2021", 7, 0, "Chưa đến lúc xét",
    ]  # fmt: skip


def test_list_is_looked_at_and_recorded_on_its_page(agency: Agency) -> None:
    make_target(agency)
    office = client_of(agency.office)
    row = {"unit_code": "CCKL", "indicator": PLANTED, "month": "08/2021", "value": "10,5"}

    def send(do: str, **more: str) -> Any:
        file = SimpleUploadedFile("so-lieu.xlsx", workbook_of(FIGURE_COLUMNS, [{**row, **more}]))
        return office.post("/san-xuat/nhap/", {"file": file, "do": do})

    page = send("check").content.decode()
    assert "CCKL, Diện tích rừng trồng mới, 08/2021: 10,5 ha" in page
    assert not ProductionFigure.objects.exists()
    refused = send("record", value="1.250")
    assert (refused.status_code, "D2:" in refused.content.decode()) == (422, True)
    assert send("record").status_code == 302
    assert ProductionFigure.objects.count() == 1
    for address in ("/san-xuat/nhap/mau/", "/san-xuat/giao/nhap/mau/"):
        assert office.get(address).status_code == 200
    assert office.get("/san-xuat/giao/nhap/").status_code == 200
    assert client_of(agency.director).get("/san-xuat/nhap/").status_code == 403


def test_control_room_leads_to_the_page_of_the_year_of_the_figures(agency: Agency) -> None:
    answer = client_of(agency.office).get(f"{UNIT}2021-01-10/")
    assert (answer.status_code, answer.headers["Location"]) == (302, f"{UNIT}?nam=2020")


@pytest.mark.parametrize("address", ["/san-xuat/", "/san-xuat/xac-minh/", UNIT, ENTER, f"{UNIT}{PLANTED}/"])
def test_queries_of_a_page_stay_flat(agency: Agency, address: str) -> None:
    client = client_of(agency.office)

    def asked() -> int:
        client.get(address)
        with CaptureQueriesContext(connection) as captured:
            assert client.get(address).status_code == 200
        return len(captured)

    make_target(agency)
    make_target(agency, FIRES, value="2", approved=False)
    make_figure(agency, verified=False)
    few = asked()
    for number in range(3):
        unit = make_unit(f"DV{number}", agency.root)
        make_target(agency, unit=unit)
        make_figure(agency, unit=unit, by=agency.finance, verified=False)
        make_figure(agency, PLANTED, month(number + 1), verified=False)
    for code in (SOLD, PIGS, SAFE):
        make_target(agency, code, value="50")
        make_figure(agency, code, verified=False)
    assert asked() == few
