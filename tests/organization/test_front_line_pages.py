"""Pages of the front line, as those who keep it, those who see it and those who serve use them; without scripts."""

import io
import uuid
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from python_calamine import CalamineWorkbook

from tests.factories.accounts import make_account
from tests.factories.areas import make_area
from tests.factories.front_line import PAPER, make_assignment, make_confirmation
from tests.factories.organization import MONDAY, START, clock, make_holder, make_person, make_unit
from tests.factories.staff_lists import workbook_of
from vungxanh.accounts.models import User
from vungxanh.common import clock as clocks
from vungxanh.organization.enums import Role
from vungxanh.organization.imports.columns import FRONT_LINE_COLUMNS
from vungxanh.organization.models import FrontLineAssignment, FrontLineConfirmation, Person
from vungxanh.organization.operations.front_line import scan_of
from vungxanh.screening.models import PersonDay
from vungxanh.screening.operations import open_day

pytestmark = pytest.mark.django_db
FRONT = "/to-chuc/tuyen-dau/"
UNIT = "/to-chuc/don-vi/CC/tuyen-dau/"


@pytest.fixture
def agency() -> SimpleNamespace:
    root = make_unit("SO")
    unit = make_unit("CC", root)
    own = make_account("an")
    return SimpleNamespace(
        root=root,
        unit=unit,
        head=make_holder("truong", Role.UNIT_HEAD, unit),
        director=make_holder("giamdoc", Role.DIRECTOR, root),
        stranger=make_holder("baove", Role.GUARD, unit),
        own=own,
        person=make_person(unit, "Lê Thị An", user=own),
    )


def ask(user: User, path: str, given: dict[str, Any] | None = None) -> Any:
    client = Client()
    client.force_login(user)
    with clocks.at(clock(9)):
        return client.get(path) if given is None else client.post(path, given, follow=True)


def typed(agency: SimpleNamespace, **more: Any) -> dict[str, Any]:
    given = {
        "key": str(uuid.uuid4()),
        "person": agency.person.pk,
        "order_number": "128/QĐ-SNN",
        "order_date": "2021-09-17",
        "place_kind": "CHECKPOINT",
        "place": "Chốt số 3",
        "work": "Đo thân nhiệt",
        "first_day": "2021-09-20",
        "last_day": "2021-09-24",
    }
    return {**given, **more}


def test_clerk_sends_somebody_who_is_then_not_missing(agency: SimpleNamespace) -> None:
    make_area("26", name="Vĩnh Phúc")
    open_day(MONDAY, at=clock(5))
    page = ask(agency.head, f"{UNIT}them/", typed(agency, area_code="26"))
    made = FrontLineAssignment.objects.get()
    assert page.redirect_chain == [(f"{FRONT}{made.pk}/", 302)]
    assert (made.person, made.unit, made.area.name) == (agency.person, agency.unit, "Vĩnh Phúc")
    for words in ("Chốt kiểm soát: Chốt số 3", "128/QĐ-SNN, 17/09/2021", "Đang làm nhiệm vụ", "Chờ xác nhận"):
        assert words in page.text
    day = PersonDay.objects.get(subject=agency.person.pseudonym, day=MONDAY)
    assert (day.excuse, day.expects_arrival, day.expects_leaving) == ("FRONT_LINE", False, False)
    ask(agency.head, f"{FRONT}{made.pk}/thu-hoi/", {"reason": "Ghi nhầm"})
    day.refresh_from_db()
    assert (day.excuse, day.expects_arrival, day.expects_leaving) == ("", True, True)


def test_where_the_unit_asks_for_it_one_declares_from_afar(agency: SimpleNamespace) -> None:
    open_day(MONDAY, at=clock(5))
    ask(agency.head, f"{UNIT}them/", typed(agency, declares_remotely="on", last_day=""))
    day = PersonDay.objects.get(subject=agency.person.pseudonym, day=MONDAY)
    assert (day.excuse, day.is_remote, day.expects_arrival) == ("", True, True)


@pytest.mark.parametrize(
    "wrong",
    [{"person": 0}, {"place": ""}, {"area_code": "99"}, {"last_day": "2021-09-19"}, {"first_day": "2019-01-01"}],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(agency: SimpleNamespace, wrong: dict[str, Any]) -> None:
    page = ask(agency.head, f"{UNIT}them/", typed(agency, **wrong))
    assert (page.status_code, FrontLineAssignment.objects.count()) == (422, 0)
    assert "128/QĐ-SNN" in page.text
    assert f'data-draft="front-line-{agency.head.pk}"' in page.text


def test_confirmation_with_a_scan_is_kept_and_opened_by_those_who_see_it(agency: SimpleNamespace) -> None:
    made = make_assignment(agency.person, agency.unit)
    given = {"name": "Trần Văn Bá", "post": "Chốt trưởng", "organisation": "UBND xã Kim Long", "day": "2021-09-20"}
    refused = ask(agency.head, f"{FRONT}{made.pk}/xac-nhan/", given)
    assert (refused.status_code, "Trần Văn Bá" in refused.text) == (422, True)
    assert f'data-draft="front-line-0-{agency.head.pk}"' in refused.text
    file = SimpleUploadedFile("giay.pdf", PAPER, "application/pdf")
    page = ask(agency.head, f"{FRONT}{made.pk}/xac-nhan/", {**given, "scan": file})
    kept = FrontLineConfirmation.objects.get()
    assert scan_of(kept) == PAPER
    assert "Trần Văn Bá, Chốt trưởng, UBND xã Kim Long · 20/09/2021" in page.text
    # Another draft than the one that was sent: what was kept does not come back into the next form.
    assert f'data-draft="front-line-1-{agency.head.pk}"' in page.text
    for user, status in ((agency.head, 200), (agency.director, 200), (agency.own, 200), (agency.stranger, 404)):
        answer = ask(user, f"{FRONT}ban-quet/{kept.pk}/")
        assert answer.status_code == status
        if status == 200:
            assert (answer.content, answer.headers["Content-Type"]) == (PAPER, "application/pdf")
            assert answer.headers["Content-Disposition"] == 'attachment; filename="xac-nhan-tuyen-dau-20210920.pdf"'


def test_extended_and_ended_on_the_page(agency: SimpleNamespace) -> None:
    made = make_assignment(agency.person, agency.unit)
    path = f"{FRONT}{made.pk}/"
    assert ask(agency.head, f"{path}gia-han/", {"last_day": "2021-09-21", "reason": "x"}).status_code == 422
    assert "Đã gia hạn" in ask(agency.head, f"{path}gia-han/", {"last_day": "", "reason": "130/QĐ-SNN"}).text
    page = ask(agency.head, f"{path}ket-thuc/", {"last_day": "2021-09-22", "reason": "Chốt giải thể"})
    assert "20/09/2021 – 22/09/2021" in page.text
    assert "Chốt giải thể" in page.text
    assert ask(agency.head, f"{path}khac/", {}).status_code == 404


def test_who_only_sees_is_offered_nothing_to_change(agency: SimpleNamespace) -> None:
    made = make_assignment(agency.person, agency.unit)
    for user in (agency.director, agency.own):
        page = ask(user, f"{FRONT}{made.pk}/")
        assert (page.status_code, "thu-hoi" in page.text) == (200, False)
        assert ask(user, f"{FRONT}{made.pk}/thu-hoi/", {"reason": "x"}).status_code == 403
    assert ask(agency.stranger, f"{FRONT}{made.pk}/").status_code == 404


def test_whoever_serves_finds_it_among_ones_own(agency: SimpleNamespace) -> None:
    assert "Chưa có phân công tuyến đầu" in ask(agency.own, f"{FRONT}cua-toi/").text
    make_confirmation(make_assignment(agency.person, agency.unit))
    client = Client()
    client.force_login(agency.own)
    with clocks.at(clock(9)):
        page = client.get(FRONT, follow=True)
    assert page.redirect_chain == [(f"{FRONT}cua-toi/", 302)]
    assert "Chốt kiểm soát: Chốt số 3" in page.text
    assert "Nơi nhận đã xác nhận" in page.text
    assert "Chốt số 3" in ask(agency.own, f"/to-chuc/nguoi/{agency.person.staff_code}/").text
    assert "Chốt số 3" not in ask(agency.stranger, f"{FRONT}cua-toi/").text


def test_lists_filtered_empty_and_as_a_spreadsheet(agency: SimpleNamespace) -> None:
    for shown, words in (
        ("dang", "Chưa có ai ở tuyến đầu"),
        ("da-qua", "Chưa có phân công nào đã qua"),
        ("cho-xac-nhan", "Nơi nhận đã xác nhận tất cả"),
        ("lung-tung", "Chưa có ai ở tuyến đầu"),
    ):
        assert words in ask(agency.head, f"{UNIT}?xem={shown}").text
    make_assignment(agency.person, agency.unit)
    make_assignment(agency.person, agency.unit, START, place="Khu cách ly Hương Sơn", last_day=START)
    now, past = ask(agency.head, f"{UNIT}?xem=dang").text, ask(agency.head, f"{FRONT}?xem=da-qua").text
    assert ("Chốt số 3" in now, "Hương Sơn" in now) == (True, False)
    assert ("Chốt số 3" in past, "Hương Sơn" in past) == (False, True)
    waiting = ask(agency.director, f"{FRONT}?xem=cho-xac-nhan").text
    assert ("Chốt số 3" in waiting, "Hương Sơn" in waiting) == (True, True)
    file = ask(agency.director, f"{UNIT}?xem=dang&xlsx=1").content
    heads, only = CalamineWorkbook.from_filelike(io.BytesIO(file)).get_sheet_by_index(0).to_python()
    assert heads[0] == "Mã cán bộ"
    assert only[:2] == [agency.person.staff_code, "Lê Thị An"]
    assert only[-2:] == ["đang làm nhiệm vụ", "không"]


def test_button_to_send_stands_where_one_may(agency: SimpleNamespace) -> None:
    assert f"{UNIT}them/" in ask(agency.head, FRONT).text
    assert f"{UNIT}them/" not in ask(agency.director, FRONT).text
    assert UNIT in ask(agency.head, "/to-chuc/don-vi/CC/").text
    assert UNIT not in ask(agency.stranger, "/to-chuc/don-vi/CC/").text


def test_list_is_imported_by_page(agency: SimpleNamespace) -> None:
    line = {
        "staff_code": agency.person.staff_code,
        "order_number": "128/QĐ-SNN",
        "place_kind": "Khu cách ly",
        "place": "Hương Sơn",
        "work": "Phục vụ hậu cần",
        "first_day": "20/09/2021",
    }
    content = workbook_of(FRONT_LINE_COLUMNS, [line])
    for do, kept in (("check", 0), ("record", 1)):
        file = SimpleUploadedFile("tuyen-dau.xlsx", content)
        assert ask(agency.head, f"{FRONT}nhap/", {"file": file, "do": do}).status_code == 200
        assert FrontLineAssignment.objects.count() == kept
    template = ask(agency.head, f"{FRONT}mau/").content
    heads = CalamineWorkbook.from_filelike(io.BytesIO(template)).get_sheet_by_index(0).to_python()[0]
    assert heads == [column.title for column in FRONT_LINE_COLUMNS]


@pytest.mark.parametrize("path", [FRONT, UNIT, f"{UNIT}?xem=da-qua", f"{FRONT}cua-toi/", "/to-chuc/nguoi/CB00001/"])
def test_list_asks_the_database_the_same_for_one_row_and_for_three(agency: SimpleNamespace, path: str) -> None:
    Person.objects.filter(pk=agency.person.pk).update(user=agency.head)
    counts = []
    for rows in (1, 2):
        for number in range(rows):
            below = make_unit(f"T{rows}{number}", agency.unit)
            make_assignment(make_person(below, f"Người {number}"), below)
            for place in ("Chốt số 1", "Chốt số 2"):
                make_confirmation(make_assignment(agency.person, agency.unit, START, place=place))
        with CaptureQueriesContext(connection) as queries:
            assert ask(agency.head, path).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_history_asks_the_database_the_same_however_long(agency: SimpleNamespace) -> None:
    made = make_assignment(agency.person, agency.unit)
    counts = []
    for _again in range(2):
        make_confirmation(made)
        made.entries.create(step="CONFIRM", at=clock(8), by=agency.director)
        with CaptureQueriesContext(connection) as queries:
            assert ask(agency.head, f"{FRONT}{made.pk}/").status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]
