"""Visits that were controlled, held against the tables; each thing left out takes one visit from the figure."""

import datetime
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.factories.organization import make_person, make_secondment, make_site
from tests.factories.risk import MONDAY, clock, make_person_day, make_unit, make_user
from tests.factories.visits import make_visit
from tests.measuring import check_records, measured, part_and_whole, records
from vungxanh.admission.enums import HostAnswer, VisitRole, VisitState
from vungxanh.admission.models import Visit
from vungxanh.admission.operations.visits import answer_visit, erase_visits, expire_visits, move_visit
from vungxanh.admission.rulebook import VISITS
from vungxanh.common import clock as clocks
from vungxanh.common.indicators import Asked
from vungxanh.organization.enums import Role
from vungxanh.organization.models import Person, Post, Site

pytestmark = pytest.mark.django_db
BACKEND = "vungxanh.accounts.backends.NameOrPhoneBackend"
CODE = "admission.visitors_controlled"
ONE = datetime.timedelta(days=1)
FIRST, LAST = MONDAY, MONDAY + 20 * ONE
AT = clock(16, day=MONDAY + 7 * ONE)
HOURS = datetime.timedelta(hours=VISITS.current().in_force(MONDAY).inside_hours)


class World:
    """Two units at the site of the first; hosts of both, one seconded from the second to the first."""

    def __init__(self) -> None:
        root = make_unit("SO")
        self.one, self.other = make_unit("CC", root), make_unit("KH", root)
        self.site = make_site("CC-1", self.one)
        self.hosts = [
            make_person(unit, f"Chủ nhà {n}", user=make_user(f"chu{number}"))
            for number, (n, unit) in enumerate(self.places)
        ]
        make_secondment(self.hosts[2], self.one)
        self.guard = make_user("baove", Role.GUARD, root)
        self.members = {self.one.pk: [self.one.pk], self.other.pk: [self.other.pk]}

    @property
    def places(self) -> list[tuple[str, Any]]:
        return [("Một", self.one), ("Hai", self.other), ("Ba", self.other)]

    def question(self, at: datetime.datetime = AT) -> Asked:
        return Asked(FIRST, LAST, at, self.members)

    def came(self, host: Person, at: datetime.datetime, *, stays: datetime.timedelta | None) -> Visit:
        """Declared, expected, let in, and gone again after that time, or not yet."""
        visit = make_visit(self.site, at=at, host_name=host.full_name)
        visit = answer_visit(visit, HostAnswer.CONFIRMED, by=VisitRole.HOST, actor=host.user, at=at)  # type: ignore[arg-type]
        visit = move_visit(visit, "admit", by=VisitRole.GUARD, actor=self.guard, at=at)
        if stays is not None:
            visit = move_visit(visit, "leave", by=VisitRole.GUARD, actor=self.guard, at=at + stays)
        return visit


@pytest.fixture
def world() -> World:
    """Of the first unit three that were controlled, one of them of the host seconded to it, and one closed by the
    system; of the second one; one is still inside, others never came in or came before."""
    world = World()
    hour = datetime.timedelta(hours=1)
    world.came(world.hosts[0], clock(9), stays=hour)
    world.came(world.hosts[0], clock(9, day=MONDAY + ONE), stays=hour)
    world.came(world.hosts[2], clock(10), stays=hour)
    world.came(world.hosts[0], clock(11), stays=None)
    expire_visits(at=clock(11, 30, day=MONDAY + ONE))
    world.came(world.hosts[1], clock(9), stays=hour)
    world.came(world.hosts[1], clock(15, day=AT.date()), stays=None)
    world.came(world.hosts[1], clock(9, day=MONDAY - ONE), stays=hour)
    refused = make_visit(world.site, at=clock(9), host_name=world.hosts[1].full_name)
    move_visit(refused, "refuse", by=VisitRole.GUARD, actor=world.guard, at=clock(9), reason="Không hẹn")
    return world


def counted_by_hand(world: World, hosts: list[Person], at: datetime.datetime = AT) -> tuple[int, int]:
    """Of the visits to these hosts; the hours of the rule are added by hand as well."""
    limits = list(Visit.objects.exclude(admitted_at=None).values_list("pk", "admitted_at"))
    over = [pk for pk, came_at in limits if came_at + HOURS <= at] or [0]
    too_long = [v.pk for v in Visit.objects.exclude(ended_at=None) if v.admitted_at and v.ended_at and v.ended_at > v.admitted_at + HOURS]  # fmt: skip  # noqa: E501
    statement = """
    SELECT sum(CASE WHEN declared_at <= admitted_at AND host_answer = 'CONFIRMED' AND host_answered_at <= admitted_at
      AND ended_at <= %s AND id NOT IN (%s...) THEN 1 ELSE 0 END), count(*)
    FROM admission_visit
    WHERE host_id IN (%s...) AND admitted_at >= %s AND admitted_at < %s AND admitted_at <= %s
      AND (ended_at <= %s OR id IN (%s...))
    """
    began, ended = clock(0, day=FIRST), clock(0, day=LAST + ONE)
    return part_and_whole(statement, at, too_long or [0], [one.pk for one in hosts], began, ended, at, at, over)


def test_visits_are_controlled_as_the_tables_say(world: World) -> None:
    one, two, three = world.hosts
    for at in (AT, clock(9, 30), clock(12, day=MONDAY + ONE), clock(9, day=LAST)):
        found = measured(CODE, world.question(at))
        assert found.get(world.one.pk, (0, 0)) == counted_by_hand(world, [one, three], at)
        assert found.get(world.other.pk, (0, 0)) == counted_by_hand(world, [two], at)
    assert measured(CODE, world.question()) == {world.one.pk: (3, 4), world.other.pk: (1, 1)}
    assert measured(CODE, world.question(clock(9, day=LAST))) == {world.one.pk: (3, 4), world.other.pk: (1, 2)}
    assert measured(CODE, world.question(clock(8))) == {}


@pytest.mark.parametrize(
    "left_out",
    [
        {"declared_at": None, "gate_state": ""},
        {"declared_at": clock(9, 1)},
        {"host_answer": HostAnswer.PENDING, "host_answered_at": None},
        {"host_answered_at": clock(9, 1)},
        {"ended_at": clock(9) + HOURS + datetime.timedelta(minutes=1)},
        {"ended_at": None, "state": VisitState.ADMITTED},
    ],
)
def test_one_thing_left_out_takes_one_visit(world: World, left_out: dict[str, Any]) -> None:
    visit = Visit.objects.get(admitted_at=clock(9), host=world.hosts[0])
    Visit.objects.filter(pk=visit.pk).update(**left_out)
    assert measured(CODE, world.question()) == {world.one.pk: (2, 4), world.other.pk: (1, 1)}
    assert counted_by_hand(world, [world.hosts[0], world.hosts[2]]) == (2, 4)


def test_visit_that_did_not_come_in_counts_for_nothing_and_erasure_changes_nothing(world: World) -> None:
    before = measured(CODE, world.question())
    make_visit(world.site, at=clock(9), host_name=world.hosts[0].full_name)
    assert erase_visits(on=LAST + 60 * ONE, at=clock(2, day=LAST + 60 * ONE)) > 0
    assert measured(CODE, world.question()) == before


def test_visit_belongs_where_its_host_is_counted_and_else_to_the_site(world: World) -> None:
    make_person_day(world.hosts[0], world.other, MONDAY)
    assert measured(CODE, world.question()) == {world.one.pk: (2, 2), world.other.pk: (2, 3)}
    Post.objects.filter(person=world.hosts[1]).update(valid_to=MONDAY)
    assert measured(CODE, world.question())[world.one.pk] == (3, 3)
    Visit.objects.filter(host=world.hosts[0], admitted_at=clock(9)).update(host=None)
    assert measured(CODE, world.question()) == {world.one.pk: (4, 4), world.other.pk: (0, 1)}


def test_records_add_up_and_lead_to_the_visit_for_those_who_may_see_it(world: World) -> None:
    check_records(CODE, world.question())
    first = records(CODE, world.question(), world.one.pk)[0]
    assert (first.day, first.part, first.whole, str(first.what)) == (MONDAY, 0, 1, "lượt khách")
    for user, status in ((world.guard, 200), (world.hosts[1].user, 404)):
        assert user
        client = Client()
        client.force_login(user, BACKEND)
        with clocks.at(AT):
            assert client.get(first.address).status_code == status


def test_one_query_for_any_number_of_units_and_days(world: World) -> None:
    def queries(units: int, days: int) -> int:
        members = dict(list(world.members.items())[:units]) | {key: [key] for key in range(1000, 998 + units)}
        question = Asked(LAST - days * ONE, LAST, clock(9, day=LAST), members)
        with CaptureQueriesContext(connection) as seen:
            measured(CODE, question)
        return len(seen)

    for number in range(5):
        site: Site = make_site(f"X{number}", make_unit(f"X{number}"))
        Visit.objects.filter(pk__in=Visit.objects.values("pk")[number : number + 1]).update(site=site)
    assert [queries(1, 20), queries(2, 20), queries(30, 300)] == [1, 1, 1]
