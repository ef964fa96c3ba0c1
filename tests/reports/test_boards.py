import io

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from python_calamine import CalamineWorkbook

from tests.factories.risk import MONDAY, clock, declare, make_person, make_person_day, make_unit, make_user
from vungxanh.accounts.models import User
from vungxanh.common import clock as clocks
from vungxanh.common import duties
from vungxanh.organization.enums import Role
from vungxanh.organization.models import Unit
from vungxanh.organization.tree import all_tree_on
from vungxanh.reports.queries.control_room import control_room
from vungxanh.reports.queries.fortnight import all_fortnight
from vungxanh.reports.queries.unit_day import unit_day
from vungxanh.risk.enums import Cause
from vungxanh.risk.operations import assess_people, assess_zones

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


def test_control_room_when_worst_first(department: Department) -> None:
    room = control_room(department.office, MONDAY, at=clock(9))
    assert room.rows[0].unit.code == "CC0"
    assert (room.behind, len(room.rows)) == (1, 3)
    arrival = next(cell for cell in room.rows[0].cells if cell.duty.code == "arrival")
    assert (arrival.status.state, arrival.status.done, arrival.status.expected) == ("OVERDUE", 1, 2)
    assert control_room(department.office, MONDAY, at=clock(9), only_behind=True).rows == room.rows[:1]


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


def test_call_list_names_the_missing(department: Department) -> None:
    seen = page(department.office, f"/dieu-hanh/{DAY}/goi-dien/")
    assert "Trần Văn Bình" in seen
    assert "Lê Thị Cúc" not in seen


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


def test_fortnight_counts_each_day(department: Department) -> None:
    figures = all_fortnight({department.units[0].pk}, MONDAY)
    assert (len(figures), figures[-1].day) == (14, MONDAY)
    assert (figures[-1].arrival_declared, figures[-1].arrival_expected, figures[-1].arrival_share) == (1, 2, 0.5)
    assert figures[0].arrival_share is None


def queries(user: User, path: str) -> int:
    client = Client()
    client.force_login(user, BACKEND)
    with clocks.at(clock(9)), CaptureQueriesContext(connection) as seen:
        assert client.get(path).status_code == 200
    return len(seen)


def test_control_room_when_more_units_takes_no_more_queries(department: Department) -> None:
    few = queries(department.office, f"/dieu-hanh/{DAY}/")
    for i in range(20):
        unit: Unit = make_unit(f"TT{i}", department.root)
        make_person_day(make_person(unit, f"Người {i}"), unit)
    assert queries(department.office, f"/dieu-hanh/{DAY}/") == few


def test_unit_day_when_more_people_takes_no_more_queries(department: Department) -> None:
    few = queries(department.head, f"/hom-nay/CC0/{DAY}/")
    for i in range(20):
        make_person_day(make_person(department.units[0], f"Người {i}"), department.units[0])
    assert queries(department.head, f"/hom-nay/CC0/{DAY}/") == few


@pytest.mark.parametrize(
    ("figures", "state"),
    [
        ({"expected": 0, "declared": 0, "missing": 0}, "NOTHING"),
        ({"expected": 3, "declared": 3, "missing": 0}, "DONE"),
        ({"expected": 3, "declared": 2, "missing": 0}, "PENDING"),
        ({"expected": 3, "declared": 2, "missing": 1}, "OVERDUE"),
    ],
)
def test_declared_status(figures: dict[str, int], state: str) -> None:
    assert duties.declared_status(**figures).state == state
