import datetime
import io
import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from python_calamine import CalamineWorkbook

from tests.factories.risk import FRIDAY, MONDAY, clock, declare, make_person, make_person_day, make_unit, make_user
from vungxanh.accounts.models import User
from vungxanh.audit.models import AuditEvent
from vungxanh.common import clock as clocks
from vungxanh.common import duties
from vungxanh.organization.enums import Role, RosterKind, UnitKind
from vungxanh.organization.models import RosterEntry, Unit
from vungxanh.organization.tree import all_tree_on
from vungxanh.reports.queries.call_list import call_list
from vungxanh.reports.queries.control_room import ControlRoom, control_room
from vungxanh.reports.queries.day_figures import all_fortnight
from vungxanh.reports.queries.unit_day import unit_day
from vungxanh.reports.views.asked import UNITS_PER_PAGE
from vungxanh.risk.enums import Cause, ReturnKind
from vungxanh.risk.operations import assess_people, assess_zones, open_unusual_return, override_level, submit_return
from vungxanh.screening.models import PersonDay

pytestmark = pytest.mark.django_db
BACKEND = "vungxanh.accounts.backends.NameOrPhoneBackend"
DAY = MONDAY.isoformat()


class Department:
    """An agency with three units; in the first one person declared, one is missing and one is away."""

    def __init__(self) -> None:
        self.root = make_unit("SO", is_reporting_point=False)
        self.units = [make_unit(f"CC{i}", self.root) for i in range(3)]
        self.office = make_user("vanphong", Role.OFFICE, self.root)
        self.head = make_user("truong", Role.UNIT_HEAD, self.units[0])
        self.health = make_user("yte", Role.HEALTH_OFFICER, self.root)
        self.stranger = make_user("la", Role.UNIT_HEAD, self.units[1])
        self.done = make_person(self.units[0], "Nguyễn Thị Ánh", user=make_user("anh"))
        self.missing = make_person(self.units[0], "Trần Văn Bình")
        self.away = make_person(self.units[0], "Lê Thị Cúc")
        make_person_day(self.done, self.units[0])
        make_person_day(self.missing, self.units[0])
        make_person_day(self.away, self.units[0], expects_arrival=False, expects_leaving=False, excuse="LEAVE")
        declare(self.done, self.units[0], clock(7), has_fever=True, symptom_count=1)
        assess_people([self.done.pseudonym], day=MONDAY, at=clock(7), cause=Cause.DECLARATION)
        assess_zones([unit.pk for unit in self.units], day=MONDAY, at=clock(9))


@pytest.fixture
def department() -> Department:
    return Department()


def page(user: User, path: str) -> str:
    client = Client()
    client.force_login(user, BACKEND)
    with clocks.at(clock(9)):
        answer = client.get(path)
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def test_unit_day_counts_and_lists(department: Department) -> None:
    tree = all_tree_on(MONDAY)
    board = unit_day(department.head, tree[department.units[0].pk], MONDAY, at=clock(9))
    assert (board.counts.expected, board.counts.excused, board.counts.arrival_declared) == (2, 1, 1)
    assert [line.person for line in board.missing] == [department.missing]
    assert [line.person for line in board.flagged] == [department.done]
    assert [line.person for line in board.excused] == [department.away]
    assert [line.person for line in board.lines][:2] == [department.done, department.missing]


def test_unit_day_before_due_is_nobody_missing(department: Department) -> None:
    board = unit_day(department.head, all_tree_on(MONDAY)[department.units[0].pk], MONDAY, at=clock(7, 30))
    assert board.missing == []
    assert {line.arrival for line in board.lines} == {"ON_TIME", "PENDING", "EXCUSED"}


def test_unit_day_when_seen_by_head_says_neutral_words(department: Department) -> None:
    seen = page(department.head, f"/hom-nay/CC0/{DAY}/")
    assert "Nguyễn Thị Ánh" in seen
    assert "Có sốt" not in seen
    assert "Cao" in seen
    assert "Có sốt" in page(department.health, f"/hom-nay/CC0/{DAY}/")


def test_unit_day_when_seen_by_office_has_names_but_no_levels(department: Department) -> None:
    seen = page(department.office, f"/hom-nay/CC0/{DAY}/")
    assert "Trần Văn Bình" in seen
    assert "Cần ở nhà" not in seen
    assert unit_day(department.office, all_tree_on(MONDAY)[department.units[0].pk], MONDAY, at=clock(9)).flagged == []


@pytest.mark.parametrize(
    ("name", "status"), [("truong", 200), ("vanphong", 200), ("yte", 200), ("la", 404), ("anh", 404)]
)
def test_unit_day_when_visited(department: Department, name: str, status: int) -> None:
    client = Client()
    client.force_login(User.objects.get(username=name), BACKEND)
    with clocks.at(clock(9)):
        assert client.get(f"/hom-nay/CC0/{DAY}/").status_code == status
        assert client.get(f"/hom-nay/CC0/{DAY}/xlsx/").status_code == status


def test_unit_day_when_read_in_full_is_in_the_trail(department: Department) -> None:
    page(department.head, f"/hom-nay/CC0/{DAY}/")
    assert AuditEvent.objects.filter(action="risk.read_level").count() == 0
    page(department.health, f"/hom-nay/CC0/{DAY}/")
    seen = AuditEvent.objects.get(action="risk.read_level")
    assert (seen.actor_id, seen.subject_id, seen.is_read) == (department.health.pk, str(department.done.pk), True)


def test_unit_day_when_seen_by_head_offers_to_decide_until_decided(department: Department) -> None:
    assert "Xác nhận hoặc đổi" in page(department.head, f"/hom-nay/CC0/{DAY}/")
    assert "Xác nhận hoặc đổi" not in page(department.health, f"/hom-nay/CC0/{DAY}/")
    who = department.done.pseudonym
    override_level(who, day=MONDAY, level="MEDIUM", reason="Đã xét nghiệm", actor=department.head, at=clock(8, 30))
    seen = page(department.head, f"/hom-nay/CC0/{DAY}/")
    assert "Xác nhận hoặc đổi" not in seen
    assert "đề xuất:" in seen


def test_unit_day_when_return_is_for_others_to_send_says_so(department: Department) -> None:
    assert "Kiểm tra và nộp" in page(department.head, f"/hom-nay/CC0/{DAY}/")
    assert "Kiểm tra và nộp" not in page(department.office, f"/hom-nay/CC0/{DAY}/")


def test_unit_day_when_before_the_fever_shows_the_level_of_that_day(department: Department) -> None:
    make_person_day(department.done, department.units[0], FRIDAY)
    board = unit_day(department.head, all_tree_on(FRIDAY)[department.units[0].pk], FRIDAY, at=clock(9))
    assert board.flagged == []
    assert (board.zone, dict(board.levels)) == (None, {"VERY_HIGH": 0, "HIGH": 0, "MEDIUM": 0, "LOW": 0, "": 1})


def test_unit_day_when_seen_by_office_counts_levels(department: Department) -> None:
    board = unit_day(department.office, all_tree_on(MONDAY)[department.units[0].pk], MONDAY, at=clock(9))
    assert dict(board.levels) == {"VERY_HIGH": 0, "HIGH": 1, "MEDIUM": 0, "LOW": 0, "": 2}


def test_unit_day_when_narrow_leaves_out_those_with_returns_of_their_own(department: Department) -> None:
    below = make_unit("HAT", department.units[0])
    make_person_day(make_person(below, "Phạm Văn Hạt"), below)
    tree = all_tree_on(MONDAY)
    node = tree[department.units[0].pk]
    whole = unit_day(department.head, node, MONDAY, at=clock(9), tree=tree)
    narrow = unit_day(department.head, node, MONDAY, at=clock(9), tree=tree, only_answered=True)
    row = next(one for one in control_room(department.office, MONDAY, at=clock(9)).rows if one.unit.code == "CC0")
    assert [other.code for other in whole.others] == ["HAT"]
    assert (whole.counts.expected, narrow.counts.expected, row.counts) == (3, 2, narrow.counts)
    assert "Phạm Văn Hạt" in page(department.head, f"/hom-nay/CC0/{DAY}/")
    assert "Phạm Văn Hạt" not in page(department.head, f"/hom-nay/CC0/{DAY}/?scope=own")


def test_unit_day_when_picked_leads_to_that_day(department: Department) -> None:
    client = Client()
    client.force_login(department.head, BACKEND)
    with clocks.at(clock(9)):
        places = [client.get(f"/hom-nay/CC0/?day={day}")["Location"] for day in ("2021-09-17", "2021-09-21", "nay")]
    assert places == [f"/hom-nay/CC0/{day}/" for day in ("2021-09-17", DAY, DAY)]


def test_unit_day_on_a_day_off_is_open_to_its_duty_officer(department: Department) -> None:
    sunday = MONDAY - datetime.timedelta(days=1)
    officer = User.objects.get(username="anh")
    RosterEntry.objects.create(person=department.done, unit=department.units[0], date=sunday, kind=RosterKind.DUTY)
    client = Client()
    client.force_login(officer, BACKEND)
    with clocks.at(clock(9, day=sunday)):
        assert client.get("/")["Location"] == "/hom-nay/"
        assert client.get("/hom-nay/").status_code == 200
        assert client.get(f"/hom-nay/CC1/{sunday}/").status_code == 404
    with clocks.at(clock(9)):
        assert client.get(f"/hom-nay/CC0/{DAY}/").status_code == 404


def test_control_room_when_worst_first(department: Department) -> None:
    room = control_room(department.office, MONDAY, at=clock(9))
    assert room.rows[0].unit.code == "CC0"
    assert (room.behind, len(room.rows)) == (1, 3)
    arrival = next(cell for cell in room.rows[0].cells if cell.duty.code == "arrival")
    assert (arrival.status.state, arrival.status.done, arrival.status.expected) == ("OVERDUE", 1, 2)
    assert arrival.status.says == "chưa khai 1"
    behind = control_room(department.office, MONDAY, at=clock(9), only_behind=True).rows
    assert [row.unit for row in behind] == [room.rows[0].unit]


@pytest.fixture
def station(department: Department) -> Unit:
    """Below the first unit, which answers for it; one person is expected there."""
    unit = make_unit("TRAM", department.units[0], is_reporting_point=False, kind=UnitKind.STATION)
    make_person_day(make_person(unit, "Phạm Văn Trạm"), unit)
    return unit


def arrival_figures(room: ControlRoom) -> dict[str, tuple[int, int, int]]:
    lines = [row for one in room.rows for row in (one, *one.below)]
    return {row.unit.code: (row.depth, row.cells[0].status.done, row.cells[0].status.expected) for row in lines}


def test_control_room_when_opened_shows_the_stations(department: Department, station: Unit) -> None:
    closed = control_room(department.office, MONDAY, at=clock(9))
    assert arrival_figures(closed) == {"CC0": (0, 1, 3), "CC1": (0, 0, 0), "CC2": (0, 0, 0)}
    assert [row.has_below for row in closed.rows] == [True, False, False]
    opened = control_room(department.office, MONDAY, at=clock(9), opened=["CC0"])
    assert arrival_figures(opened) == {"CC0": (0, 1, 3), "TRAM": (1, 0, 1), "CC1": (0, 0, 0), "CC2": (0, 0, 0)}
    assert opened.totals == closed.totals
    assert ">TRAM<" not in page(department.office, f"/dieu-hanh/{DAY}/")
    assert ">TRAM<" in page(department.office, f"/dieu-hanh/{DAY}/?open=CC0")


def test_control_room_sums_the_shown_units(department: Department, station: Unit) -> None:
    make_person_day(make_person(department.units[1], "Đỗ Thị Hai"), department.units[1])
    room = control_room(department.office, MONDAY, at=clock(9), opened=["CC0"])
    sums = {duty.code: (done, expected) for duty, done, expected in room.shown_sums}
    assert (sums["arrival"], sums["daily_return"], room.shown_excused) == ((1, 4), (0, 3), 1)
    filtered = control_room(department.office, MONDAY, at=clock(7), only_behind=True)
    assert (filtered.rows, filtered.shown_sums) == ((), [])


@pytest.mark.parametrize(("tab", "place"), [("", 0), ("missing", 1), ("excused", 3)])
def test_tab_that_is_shown_is_marked(department: Department, tab: str, place: int) -> None:
    seen = page(department.head, f"/hom-nay/CC0/{DAY}/?tab={tab}")
    tabs = [one.split(">")[0] for one in seen.split('class="vx-tab"')[1:]]
    assert [("aria-current" in one) for one in tabs] == [number == place for number in range(4)]


def test_control_room_cells_open_into_the_records(department: Department) -> None:
    seen = page(department.office, f"/dieu-hanh/{DAY}/")
    assert f'href="/hom-nay/CC0/{DAY}/?scope=own&amp;tab=missing"' in seen
    assert f'href="/nguy-co/bao-cao/CC1/{DAY}/"' in seen
    assert 'href="/nguy-co/vung/CC2/"' in seen


def test_control_room_when_an_earlier_day_shows_its_zones(department: Department) -> None:
    assert {row.zone for row in control_room(department.office, MONDAY, at=clock(9)).rows} != {""}
    assert {row.zone for row in control_room(department.office, FRIDAY, at=clock(9)).rows} == {""}


def test_control_room_counts_whom_the_rules_have_judged(department: Department) -> None:
    room = control_room(department.office, MONDAY, at=clock(9))
    cells = {cell.duty.code: cell.status for cell in next(row for row in room.rows if row.unit.code == "CC0").cells}
    assert (cells["assessment"].state, cells["assessment"].done, cells["assessment"].expected) == ("PENDING", 1, 2)
    assess_people([department.missing.pseudonym], day=MONDAY, at=clock(9), cause=Cause.DECLARATION)
    after = control_room(department.office, MONDAY, at=clock(9))
    cells = {cell.duty.code: cell.status for cell in next(row for row in after.rows if row.unit.code == "CC0").cells}
    assert (cells["assessment"].state, cells["assessment"].done) == ("DONE", 2)


def test_control_room_when_due_is_over_every_return_is_overdue(department: Department) -> None:
    room = control_room(department.office, MONDAY, at=clock(15, 1))
    states = {cell.status.state for row in room.rows for cell in row.cells if cell.duty.code == "daily_return"}
    assert states == {"OVERDUE"}
    assert room.returns == (0, 3)


def test_control_room_page_keeps_filters(department: Department) -> None:
    seen = page(department.office, f"/dieu-hanh/{DAY}/?behind=1")
    assert ">CC0<" in seen
    assert ">CC1<" not in seen
    assert "checked" in seen


def test_control_room_when_many_units_shows_them_page_by_page(department: Department) -> None:
    for number in range(UNITS_PER_PAGE):
        make_unit(f"TT{number}", department.root)
    first = page(department.office, f"/dieu-hanh/{DAY}/?zone=")
    assert re.findall(r'<tr id="([^"]+)"', first)[0] == "CC0"
    assert (first.count("<tr id="), "1–50 trên 53" in first) == (UNITS_PER_PAGE, True)
    second = page(department.office, f"/dieu-hanh/{DAY}/?zone=&page=2")
    assert (second.count("<tr id="), "51–53 trên 53" in second) == (3, True)
    assert "53 đơn vị" in first
    assert "53 đơn vị" in second


def test_trend_when_reached_by_script_is_the_charts_alone(department: Department) -> None:
    client = Client()
    client.force_login(department.office, BACKEND)
    path = f"/dieu-hanh/{DAY}/dien-bien/"
    with clocks.at(clock(9)):
        part = client.get(path, headers={"HX-Request": "true", "HX-Target": "p#trend"}).content.decode()
        assert client.get("/dieu-hanh/2021-09-21/dien-bien/").status_code == 404
    assert (part.count("<table"), "<html" in part) == (3, False)
    assert f'hx-get="{path}"' in page(department.office, f"/dieu-hanh/{DAY}/")
    assert "<html" in page(department.office, path)


def test_control_room_when_refreshed_by_script_is_the_board_alone(department: Department) -> None:
    client = Client()
    client.force_login(department.office, BACKEND)
    with clocks.at(clock(9)):
        part = client.get(f"/dieu-hanh/{DAY}/", headers={"HX-Request": "true", "HX-Target": "board"}).content.decode()
    assert "<html" not in part
    assert ">CC0<" in part


def test_control_room_when_asked_by_head_is_refused(department: Department) -> None:
    client = Client()
    client.force_login(department.head, BACKEND)
    with clocks.at(clock(9)):
        assert client.get("/dieu-hanh/").status_code == 403


def test_call_list_names_the_missing_and_who_answers(department: Department) -> None:
    found = call_list(department.office, MONDAY, at=clock(14, 30))
    assert [(call.row.unit.code, [line.person for line in call.missing]) for call in found.needed] == [
        ("CC0", [department.missing])
    ]
    assert [one.user for one in found.needed[0].contacts] == [department.head]
    assert (found.people, [call.row.unit.code for call in found.complete]) == (1, ["CC1", "CC2"])


def test_call_list_names_whoever_acts_for_the_head_before_the_head(department: Department) -> None:
    unit = department.units[0]
    clerk, deputy = make_user("daumoi", Role.UNIT_CLERK, unit), make_user("pho", Role.UNIT_DEPUTY, unit)
    lent = {"role": Role.UNIT_HEAD, "unit": unit, "reason": "Đi học", "made_at": clock(7)}
    department.head.delegations_given.create(delegate=deputy, first_day=MONDAY, last_day=MONDAY, **lent)
    found = call_list(department.office, MONDAY, at=clock(14, 30))
    named = [(one.user, one.principal) for one in found.needed[0].contacts]
    assert named == [(clerk, None), (deputy, department.head), (department.head, None)]
    assert "làm thay" in page(department.office, f"/dieu-hanh/{DAY}/goi-dien/")


def test_call_list_page_has_telephones_to_tap(department: Department) -> None:
    department.missing.phone = "+84912345678"
    department.missing.save()
    seen = page(department.office, f"/dieu-hanh/{DAY}/goi-dien/")
    assert 'href="tel:+84912345678"' in seen
    assert "Lê Thị Cúc" not in seen


def test_call_list_after_due_names_units_without_a_return(department: Department) -> None:
    PersonDay.objects.filter(subject=department.missing.pseudonym).delete()
    found = call_list(department.office, MONDAY, at=clock(15, 1))
    assert {call.row.unit.code for call in found.needed} == {"CC0", "CC1", "CC2"}


@pytest.mark.parametrize("path", ["/hom-nay/CC0/{day}/xlsx/", "/dieu-hanh/{day}/xlsx/"])
def test_spreadsheet_holds_the_board(department: Department, path: str) -> None:
    client = Client()
    client.force_login(department.office, BACKEND)
    with clocks.at(clock(9)):
        answer = client.get(path.format(day=DAY))
    rows = CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_index(0).to_python()
    assert len(rows) == 4


@pytest.mark.parametrize(
    ("name", "place"), [("vanphong", "/dieu-hanh/"), ("truong", "/hom-nay/"), ("anh", "/khai-bao/")]
)
def test_home_leads_to_the_page_of_the_role(department: Department, name: str, place: str) -> None:
    client = Client()
    client.force_login(User.objects.get(username=name), BACKEND)
    with clocks.at(clock(9)):
        answer = client.get("/")
    assert (answer.status_code, answer["Location"]) == (302, place)


def test_home_of_an_account_without_anything_helps(department: Department) -> None:
    assert "Xin chào" in page(make_user("moi"), "/")


def test_fortnight_counts_each_day(department: Department) -> None:
    figures = all_fortnight({department.units[0].pk}, MONDAY, at=clock(9))
    assert (len(figures), figures[-1].day) == (14, MONDAY)
    assert (figures[-1].arrival_declared, figures[-1].arrival_expected, figures[-1].arrival_share) == (1, 2, 0.5)
    assert (figures[0].arrival_share, figures[-1].leaving_share) == (None, None)
    assert (figures[-1].returns_on_time, figures[-1].high) == (0, None)


def test_fortnight_when_not_due_counts_whoever_declared_already(department: Department) -> None:
    early = all_fortnight({department.units[0].pk}, MONDAY, at=clock(7))[-1]
    assert (early.arrival_declared, early.arrival_expected, early.arrival_share) == (1, 1, 1.0)
    evening = all_fortnight({department.units[0].pk}, MONDAY, at=clock(23, 30))[-1]
    assert (evening.leaving_declared, evening.leaving_expected, evening.leaving_share) == (0, 2, 0.0)


def test_fortnight_when_returned_late_keeps_levels_of_the_last_version(department: Department) -> None:
    unit = department.units[0].pk
    for minute in (30, 40):
        submit_return(
            unit, day=MONDAY, kind=ReturnKind.DAILY, actor=department.head, at=clock(15, minute), note="Bổ sung"
        )
    last = all_fortnight({unit}, MONDAY, at=clock(9))[-1]
    assert (last.returns_on_time, last.returns_late) == (0, 1)
    assert (last.medium, last.high, last.very_high) == (0, 1, 0)


def queries(user: User, path: str) -> int:
    client = Client()
    client.force_login(user, BACKEND)
    with clocks.at(clock(9)), CaptureQueriesContext(connection) as seen:
        assert client.get(path).status_code == 200
    return len(seen)


def send_both(unit: Unit, head: User) -> None:
    """The return of the day, and an unusual one."""
    open_unusual_return(unit.pk, day=MONDAY, at=clock(8), cause="Có người sốt")
    for kind in (ReturnKind.UNUSUAL, ReturnKind.DAILY):
        submit_return(unit.pk, day=MONDAY, kind=kind, actor=head, at=clock(8, 30), note="Đã cách ly, đã báo y tế")


@pytest.mark.parametrize(
    "path",
    [
        "/dieu-hanh/{day}/?open=CC0",
        "/dieu-hanh/{day}/dien-bien/",
        "/dieu-hanh/{day}/goi-dien/",
        "/dieu-hanh/{day}/xlsx/",
    ],
)
def test_control_room_when_thirty_units_takes_no_more_queries_than_three(department: Department, path: str) -> None:
    send_both(department.units[1], department.stranger)
    few = queries(department.office, path.format(day=DAY))
    for i in range(27):
        unit: Unit = make_unit(f"TT{i}", department.root)
        send_both(unit, make_user(f"truong{i}", Role.UNIT_HEAD, unit))
        below = make_unit(f"TRAM{i}", department.units[0], is_reporting_point=False)
        make_person_day(make_person(unit, f"Người {i}"), unit)
        make_person_day(make_person(below, f"Trạm {i}"), below)
    assert queries(department.office, path.format(day=DAY)) == few


def test_unit_day_when_more_people_takes_no_more_queries(department: Department) -> None:
    few = queries(department.head, f"/hom-nay/CC0/{DAY}/")
    for i in range(20):
        make_person_day(make_person(department.units[0], f"Người {i}"), department.units[0])
    assert queries(department.head, f"/hom-nay/CC0/{DAY}/") == few


def test_question_when_several_ask_finds_once() -> None:
    asked: list[datetime.date] = []

    def find(question: duties.Question) -> int:
        asked.append(question.day)
        return len(asked)

    question = duties.Question(MONDAY, clock(9), {})
    assert [question.once(find), question.once(find), asked] == [1, 1, [MONDAY]]
    assert duties.Question(MONDAY, clock(9), {}, known={find: 7}).once(find) == 7


@pytest.mark.parametrize(
    ("expected", "declared", "missing", "state"),
    [(0, 0, 0, "NOTHING"), (3, 3, 0, "DONE"), (3, 2, 0, "PENDING"), (3, 2, 1, "OVERDUE")],
)
def test_declared_status(expected: int, declared: int, missing: int, state: str) -> None:
    assert duties.declared_status(expected=expected, declared=declared, missing=missing).state == state
