import datetime
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from python_calamine import CalamineWorkbook

from tests.factories.risk import MONDAY, START, clock, make_person, make_unit, make_user
from tests.factories.staff_lists import SPACE, staff_row, workbook
from vungxanh.accounts.models import User
from vungxanh.common import clock as clocks
from vungxanh.common.lists.sheets import address
from vungxanh.organization import roles
from vungxanh.organization.enums import CalendarDayKind, Role
from vungxanh.organization.models import Absence, CalendarDay, Person, RoleAssignment, RosterEntry, Unit
from vungxanh.screening.models import PersonDay
from vungxanh.screening.operations import open_day

pytestmark = pytest.mark.django_db
BACKEND = "vungxanh.accounts.backends.NameOrPhoneBackend"


class Agency:
    def __init__(self) -> None:
        self.root = make_unit("SO")
        self.unit = make_unit("CC", self.root)
        self.head = make_user("truong", Role.UNIT_HEAD, self.unit)
        self.personnel = make_user("tochuc", Role.PERSONNEL, self.root)
        self.administrator = make_user("quantri", Role.ADMINISTRATOR, self.root)
        self.person = make_person(self.unit, "Nguyễn Thị Ánh", user=make_user("anh"))


@pytest.fixture
def agency() -> Agency:
    return Agency()


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user, BACKEND)
    return client


def test_staff_import_when_checked_then_imported(agency: Agency) -> None:
    client = browser(agency.personnel)
    file = SimpleUploadedFile("ds.xlsx", workbook([staff_row(1), staff_row(2)]))
    with clocks.at(clock(9)):
        page = client.post("/to-chuc/nhap-danh-sach/", {"file": file}).content.decode()
        assert Person.objects.count() == 1
        place = page.split('action="/to-chuc/nhap-danh-sach/')[1].split('"')[0]
        done = client.post(f"/to-chuc/nhap-danh-sach/{place}", follow=True)
        again = client.post(f"/to-chuc/nhap-danh-sach/{place}", follow=True)
    assert Person.objects.count() == 3
    assert "2 người mới" in done.content.decode()
    assert "không còn chờ nhập" in again.content.decode()


def test_staff_import_when_faulty_names_the_cell(agency: Agency) -> None:
    file = SimpleUploadedFile("ds.xlsx", workbook([staff_row(1, unit_code="LA")]))
    with clocks.at(clock(9)):
        answer = browser(agency.personnel).post("/to-chuc/nhap-danh-sach/", {"file": file})
    assert answer.status_code == 422
    assert address(2, SPACE["unit_code"]) in answer.content.decode()
    assert Person.objects.count() == 1


def test_template_when_filled_in_is_read(agency: Agency) -> None:
    content = browser(agency.personnel).get("/to-chuc/nhap-danh-sach/mau/").content
    rows = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()
    assert rows[0][0] == "Mã cán bộ"


@pytest.mark.parametrize(("search", "found"), [("anh", True), ("Ánh", True), ("nguyen thi", True), ("bình", False)])
def test_person_list_when_searched_with_or_without_marks(agency: Agency, search: str, found: bool) -> None:
    agency.person.search_name = "nguyen thi anh"
    agency.person.save()
    with clocks.at(clock(9)):
        page = browser(agency.head).get("/to-chuc/nguoi/", {"tim": search}).content.decode()
    assert ("Nguyễn Thị Ánh" in page) is found


def test_absence_when_recorded_and_withdrawn_moves_the_day(agency: Agency) -> None:
    open_day(MONDAY, at=clock(5))
    client = browser(agency.head)
    given = {"kind": "LEAVE", "first_day": MONDAY, "last_day": MONDAY, "part": "WHOLE"}
    with clocks.at(clock(9)):
        client.post(f"/to-chuc/nguoi/{agency.person.staff_code}/", given)
        assert PersonDay.objects.get(subject=agency.person.pseudonym).excuse == "LEAVE"
        client.post(f"/to-chuc/vang-mat/{Absence.objects.get().pk}/thu-hoi/")
    day = PersonDay.objects.get(subject=agency.person.pseudonym)
    assert (day.excuse, day.expects_arrival) == ("", True)


def test_absence_when_days_are_in_the_wrong_order_keeps_what_was_typed(agency: Agency) -> None:
    given = {"kind": "LEAVE", "first_day": "2021-09-21", "last_day": "2021-09-20", "part": "WHOLE", "note": "về quê"}
    with clocks.at(clock(9)):
        answer = browser(agency.head).post(f"/to-chuc/nguoi/{agency.person.staff_code}/", given)
    assert answer.status_code == 422
    assert "về quê" in answer.content.decode()
    assert not Absence.objects.exists()


def test_role_when_granted_and_withdrawn(agency: Agency) -> None:
    client = browser(agency.administrator)
    given = {"username": "anh", "role": "UNIT_CLERK", "unit": agency.unit.pk, "valid_from": START}
    with clocks.at(clock(9)):
        client.post("/to-chuc/vai-tro/", given)
        assert roles.holds(agency.person.user, Role.UNIT_CLERK, agency.unit.pk, on=MONDAY)
        twice = client.post("/to-chuc/vai-tro/", given)
        client.post(f"/to-chuc/vai-tro/{RoleAssignment.objects.get(user=agency.person.user).pk}/thu-hoi/")
    assert twice.status_code == 422
    assert not roles.holds(agency.person.user, Role.UNIT_CLERK, agency.unit.pk, on=MONDAY)


def test_delegation_when_given_acts_in_these_days_and_ends_when_revoked(agency: Agency) -> None:
    client, later = browser(agency.head), MONDAY + datetime.timedelta(days=2)
    given = {
        "what": f"UNIT_HEAD:{agency.unit.pk}",
        "delegate": "anh",
        "first_day": MONDAY,
        "last_day": later,
        "reason": "công tác",
        "handover": "Báo cáo tuần",
    }
    with clocks.at(clock(9)):
        client.post("/to-chuc/uy-quyen/", given)
        assert roles.holds(agency.person.user, Role.UNIT_HEAD, agency.unit.pk, on=later)
        assert not roles.holds(
            agency.person.user, Role.UNIT_HEAD, agency.unit.pk, on=later + datetime.timedelta(days=1)
        )
        made = agency.head.delegations_given.get()
        client.post(f"/to-chuc/uy-quyen/{made.pk}/thu-hoi/")
    assert not roles.holds(agency.person.user, Role.UNIT_HEAD, agency.unit.pk, on=MONDAY)


def test_calendar_when_a_day_off_is_set_excuses_everybody(agency: Agency) -> None:
    open_day(MONDAY, at=clock(5))
    given = {"date": MONDAY, "kind": CalendarDayKind.DAY_OFF, "unit": agency.root.pk, "reason": "nghỉ bù"}
    with clocks.at(clock(9)):
        browser(agency.personnel).post("/to-chuc/lich/", given)
        assert PersonDay.objects.get(subject=agency.person.pseudonym).excuse == "DAY_OFF"
        browser(agency.personnel).post(f"/to-chuc/lich/{CalendarDay.objects.get().pk}/bo/")
    assert PersonDay.objects.get(subject=agency.person.pseudonym).expects_arrival


def test_roster_when_on_duty_on_a_day_off_expects_both_windows(agency: Agency) -> None:
    sunday = MONDAY + datetime.timedelta(days=6)
    with clocks.at(clock(9)):
        browser(agency.head).post(
            "/to-chuc/don-vi/CC/lich-truc/", {"date": sunday, "person": agency.person.pk, "kind": "DUTY"}
        )
    assert RosterEntry.objects.get().date == sunday
    open_day(sunday, at=clock(5))
    day = PersonDay.objects.get(subject=agency.person.pseudonym, day=sunday)
    assert (day.expects_arrival, day.expects_leaving) == (True, True)


@pytest.mark.parametrize("path", ["/to-chuc/", "/to-chuc/nguoi/", "/to-chuc/don-vi/CC/", "/to-chuc/vai-tro/"])
def test_list_when_longer_takes_no_more_queries(agency: Agency, path: str) -> None:
    def queries() -> int:
        client = browser(agency.administrator)
        with clocks.at(clock(9)), CaptureQueriesContext(connection) as seen:
            assert client.get(path).status_code == 200
        return len(seen)

    few = queries()
    for i in range(5):
        unit: Unit = make_unit(f"TT{i}", agency.root)
        make_person(agency.unit, f"Người Thứ {i}", user=make_user(f"n{i}", Role.UNIT_CLERK, unit))
    assert queries() == few
