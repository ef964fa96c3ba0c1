"""The television of the duty room: what it counts, and that it names nobody."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.factories.risk import MONDAY, clock, make_person, make_person_day, make_unit, make_user
from vungxanh.common import clock as clocks
from vungxanh.organization.enums import Role
from vungxanh.reports.queries import big_screen as module
from vungxanh.reports.queries.big_screen import big_screen
from vungxanh.risk.enums import ReturnKind
from vungxanh.risk.operations import open_unusual_return, submit_return

pytestmark = pytest.mark.django_db
BACKEND = "vungxanh.accounts.backends.NameOrPhoneBackend"


class Agency:
    """Three units; the first sends on time, the second late, the third not."""

    def __init__(self) -> None:
        self.root = make_unit("SO", is_reporting_point=False)
        self.units = [make_unit(f"CC{number}", self.root) for number in range(3)]
        self.office = make_user("vanphong", Role.OFFICE, self.root)
        for unit, hour in zip(self.units, (14, 16), strict=False):
            head = make_user(f"truong{hour}", Role.UNIT_HEAD, unit)
            submit_return(unit.pk, day=MONDAY, kind=ReturnKind.DAILY, actor=head, at=clock(hour))

    def page(self) -> str:
        client = Client()
        client.force_login(self.office, BACKEND)
        with clocks.at(clock(16, 5)):
            return client.get("/dieu-hanh/man-hinh/").content.decode()


@pytest.fixture
def agency() -> Agency:
    return Agency()


def test_big_screen_counts_returns_and_pages_through_who_is_behind(
    agency: Agency, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = big_screen(agency.office, MONDAY, at=clock(16, 5))
    assert (found.on_time, found.late, found.waiting) == (1, 1, 1)
    codes = [row.unit.code for page in found.pages for row in page]
    assert (codes[0], set(codes), found.left_out) == ("CC2", {"CC0", "CC1", "CC2"}, 0)
    monkeypatch.setattr(module, "ROWS", 1)
    monkeypatch.setattr(module, "PAGES", 2)
    few = big_screen(agency.office, MONDAY, at=clock(16, 5))
    assert (len(few.pages), few.left_out) == (2, 1)


def test_big_screen_shows_open_events_first_due_first(agency: Agency) -> None:
    for unit, hour in ((agency.units[0], 11), (agency.units[1], 9)):
        open_unusual_return(unit.pk, day=MONDAY, at=clock(hour), cause="Có người sốt")
    found = big_screen(agency.office, MONDAY, at=clock(16, 5))
    assert [one.unit.code for one in found.events] == ["CC1", "CC0"]


def test_big_screen_names_nobody_and_asks_no_more_for_more_units(agency: Agency) -> None:
    make_person_day(make_person(agency.units[0], "Trần Văn Bình"), agency.units[0])
    open_unusual_return(agency.units[0].pk, day=MONDAY, at=clock(11), cause="Trần Văn Bình sốt")
    agency.page()
    with CaptureQueriesContext(connection) as few:
        seen = agency.page()
    assert "CC0" in seen
    assert "Bình" not in seen
    for number in range(12):
        make_unit(f"TT{number}", agency.root)
    with CaptureQueriesContext(connection) as many:
        agency.page()
    assert len(many) == len(few)
