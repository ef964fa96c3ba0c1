"""The leader's page: is everything green, what is not and why, who answers."""

import datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.html import escape

from tests.factories.risk import MONDAY, clock, make_person, make_person_day, make_unit, make_user
from vungxanh.accounts.models import User
from vungxanh.common import clock as clocks
from vungxanh.organization.enums import Role
from vungxanh.organization.models import RoleAssignment, Unit
from vungxanh.reports.queries.leader import LeaderDay, all_answering, leader_day
from vungxanh.risk.enums import Cause, ReturnKind
from vungxanh.risk.operations import assess_people, assess_zones, open_unusual_return, submit_return
from vungxanh.risk.operations.deliveries import enter_delivery

pytestmark = pytest.mark.django_db
BACKEND = "vungxanh.accounts.backends.NameOrPhoneBackend"


class Agency:
    """Two units with a head each; the director leads the whole."""

    def __init__(self) -> None:
        self.root = make_unit("SO", is_reporting_point=False)
        self.units = [make_unit("CC1", self.root), make_unit("CC2", self.root)]
        self.heads = [make_user(f"truong{n}", Role.UNIT_HEAD, unit) for n, unit in enumerate(self.units, 1)]
        self.director = make_user("giamdoc", Role.DIRECTOR, self.root)
        self.office = make_user("vanphong", Role.OFFICE, self.root)

    def day(self, hour: int = 9, minute: int = 0) -> LeaderDay:
        return leader_day(self.director, MONDAY, at=clock(hour, minute))

    def send(self, number: int, hour: int) -> None:
        unit, head = self.units[number], self.heads[number]
        sent = submit_return(unit.pk, day=MONDAY, kind=ReturnKind.DAILY, actor=head, at=clock(hour))
        enter_delivery(sent.deliveries.get(), entered_at=clock(hour), actor=head, at=clock(hour))


@pytest.fixture
def agency() -> Agency:
    return Agency()


def codes(found: LeaderDay) -> list[str]:
    return [one.row.unit.code for one in found.concerns]


def is_away(user: User, unit: Unit) -> None:
    person = make_person(unit, f"Người {user.username}", user=user)
    make_person_day(person, unit, expects_arrival=False, expects_leaving=False, excuse="LEAVE")


def test_unit_is_a_concern_from_the_deadline_until_it_has_sent(agency: Agency) -> None:
    agency.send(0, 14)
    assert codes(agency.day(14, 59)) == []
    assert codes(agency.day(15)) == ["CC2"]
    agency.send(1, 16)
    assert codes(agency.day(16)) == []
    assert {row.unit.code for row in agency.day(16).fine} == {"CC1", "CC2"}


def test_coloured_units_come_first_with_their_reasons(agency: Agency) -> None:
    sick = make_person(agency.units[1], "Trần Văn Bình")
    row = make_person_day(sick, agency.units[1])
    assert row
    open_unusual_return(agency.units[0].pk, day=MONDAY, at=clock(8), cause="F1")
    assess_people([sick.pseudonym], day=MONDAY, at=clock(7), cause=Cause.DECLARATION)
    assess_zones([unit.pk for unit in agency.units], day=MONDAY, at=clock(9))
    found = agency.day(9, 30)
    assert [one.is_coloured for one in found.concerns] == sorted(
        (one.is_coloured for one in found.concerns), reverse=True
    )
    assert "CC1" in codes(found)
    [coloured] = [one for one in found.concerns if one.is_coloured]
    assert coloured.zone
    with clocks.at(clock(9, 30)):
        page = client_of(agency.director).get("/lanh-dao/").content.decode()
    assert escape(coloured.zone.reasons[0].says) in page


@pytest.mark.parametrize(
    ("head_away", "deputy", "deputy_away", "answers", "stands_in"),
    [
        (False, False, False, "truong1", False),
        (False, True, False, "truong1", False),
        (True, True, False, "pho1", True),
        (True, True, True, "truong1", False),
        (True, False, False, "truong1", False),
    ],
    ids=["head", "head and deputy", "head away", "both away", "head away alone"],
)
def test_who_answers_is_the_head_or_whoever_stands_in(
    agency: Agency, head_away: bool, deputy: bool, deputy_away: bool, answers: str, stands_in: bool
) -> None:
    unit = agency.units[0]
    if head_away:
        is_away(agency.heads[0], unit)
    if deputy:
        pho = make_user("pho1", Role.UNIT_DEPUTY, unit)
        if deputy_away:
            is_away(pho, unit)
    found = all_answering([unit.pk], MONDAY)[unit.pk]
    assert (found.holding.user.username, found.stands_in) == (answers, stands_in)


@pytest.mark.parametrize(
    ("delegate_away", "answers", "principal"), [(False, "thay1", "truong1"), (True, "truong1", None)]
)
def test_who_answers_is_whoever_acts_for_the_head(
    agency: Agency, delegate_away: bool, answers: str, principal: str | None
) -> None:
    """Whether or not anybody wrote down that the head is away."""
    unit, delegate = agency.units[0], make_user("thay1")
    lent = {"role": Role.UNIT_HEAD, "unit": unit, "reason": "Đi học", "made_at": clock(7)}
    agency.heads[0].delegations_given.create(delegate=delegate, first_day=MONDAY, last_day=MONDAY, **lent)
    if delegate_away:
        is_away(delegate, unit)
    held = all_answering([unit.pk], MONDAY)[unit.pk].holding
    assert (held.user.username, held.principal and held.principal.username) == (answers, principal)
    with clocks.at(clock(15)):
        page = client_of(agency.director).get("/lanh-dao/").content.decode()
    assert ("làm thay Truong1" in page) is not delegate_away


def test_unit_without_a_head_has_nobody(agency: Agency) -> None:
    RoleAssignment.objects.filter(user=agency.heads[0]).update(valid_to=MONDAY)
    assert all_answering([agency.units[0].pk], MONDAY) == {}


def test_page_takes_as_many_queries_for_many_units(agency: Agency) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as seen:
            agency.day(15)
        return len(seen)

    few = queries()
    for number in range(3, 8):
        unit = make_unit(f"CC{number}", agency.root)
        make_user(f"truong{number}", Role.UNIT_HEAD, unit)
    assert queries() == few


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user, BACKEND)
    return client


def test_page_says_who_answers_with_telephone(agency: Agency) -> None:
    User.objects.filter(pk=agency.heads[1].pk).update(phone="+84912345678")
    agency.send(0, 14)
    with clocks.at(clock(15, 5)):
        client = client_of(agency.director)
        page = client.get("/lanh-dao/").content.decode()
        part = client.get("/lanh-dao/", headers={"HX-Request": "true", "HX-Target": "div#leader"}).content.decode()
    assert "1/2 đơn vị cần xem" in page
    assert 'href="tel:+84912345678"' in page
    assert "<html" not in part
    assert "1/2 đơn vị cần xem" in part


def test_page_when_all_is_well_says_so(agency: Agency) -> None:
    for number in (0, 1):
        agency.send(number, 14)
    with clocks.at(clock(15, 5)):
        assert "Tất cả 2 đơn vị đều xanh" in client_of(agency.director).get("/lanh-dao/").content.decode()


def test_director_begins_there_and_the_office_does_not_see_it(agency: Agency) -> None:
    with clocks.at(clock(9)):
        assert client_of(agency.director).get("/").headers["Location"] == "/lanh-dao/"
        assert client_of(agency.office).get("/").headers["Location"] == "/dieu-hanh/"
        assert client_of(agency.office).get("/lanh-dao/").status_code == 403


def test_page_of_a_day_without_people_shows_no_alarm(agency: Agency) -> None:
    with clocks.at(clock(9) + datetime.timedelta(days=1)):
        assert client_of(agency.director).get("/lanh-dao/").status_code == 200


def test_leader_page_when_many_units_tells_the_first_in_full(agency: Agency) -> None:
    found = leader_day(agency.director, MONDAY, at=clock(15), most=1)
    assert (codes(found), len(found.troubled), found.left_out, found.fine) == (["CC1"], 2, 1, [])
