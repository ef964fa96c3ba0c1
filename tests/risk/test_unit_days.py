"""The counts of units' days are those of their people, whatever happened to these, in any order and at once."""

import datetime
import random
import uuid
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from importlib import import_module

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories.organization import make_roster, make_shift
from tests.factories.risk import MONDAY, clock, make_person, make_unit, make_user
from tests.factories.screening import answers, new_declaration
from tests.races import at_once
from vungxanh.admission.operations import submit_declarations
from vungxanh.admission.submission import Accepted, NewDeclaration, correction
from vungxanh.organization.enums import AbsenceKind, ContractKind, Role, WorkPattern
from vungxanh.organization.models import Absence, Person, Post, Unit, UnitVersion
from vungxanh.organization.operations.posts import PostChangeError, second, transfer
from vungxanh.organization.operations.workdays import WorkdayError, record_absence, withdraw_absence
from vungxanh.organization.tree import all_tree_on
from vungxanh.risk.enums import Cause, RiskLevel
from vungxanh.risk.models import TreeDay, UnitDay, UnitZone
from vungxanh.risk.operations import assess_people, assess_zones, confirm_level, override_level
from vungxanh.risk.operations.decisions import NotAssessedError
from vungxanh.risk.operations.tree_days import bring_up
from vungxanh.risk.operations.unit_days import all_differing_units, count_anew
from vungxanh.risk.queries.days import all_person_days, zone_figures
from vungxanh.risk.queries.unit_days import BY_LEVEL, COUNTS, KEY, NOTHING, all_counted, all_zone_figures
from vungxanh.screening.enums import Channel, CorrectionReason, Timeliness, Window
from vungxanh.screening.models import Declaration, PersonDay, WindowSetting
from vungxanh.screening.operations import open_day

pytestmark = pytest.mark.django_db
TUESDAY = MONDAY + datetime.timedelta(days=1)
SIGNS = ("fever", "cough", "contact_with_case", "taste_or_smell_lost")
BY_LEVEL_ONLY = frozenset(BY_LEVEL.values())


class World:
    """Two units, a station with times of its own; a guard by shift, a supplier; Monday and Tuesday open."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self.root = make_unit("SO", is_reporting_point=False)
        one, other = make_unit("A", self.root), make_unit("B", self.root)
        station = make_unit("A1", one)
        self.units = [one, other, station]
        self.head = make_user("truong", Role.UNIT_HEAD, self.root)
        self.personnel = make_user("tccb", Role.PERSONNEL, self.root)
        self.people = [make_person(self.units[i % 3], f"N{i}", user=make_user(f"n{i}")) for i in range(9)]
        Post.objects.filter(person=self.people[0]).update(pattern=WorkPattern.ROSTER)
        Post.objects.filter(person=self.people[1]).update(contract=ContractKind.SUPPLIER)
        shift = make_shift(one)
        for day in (MONDAY, TUESDAY):
            make_roster(self.people[0], day, one, shift=shift)
        hours = {"arrival": (1, 6, 7, 12), "leaving": (14, 15, 19, 22)}
        names = ("opens", "starts", "due", "closes")
        times = {f"{w}_{n}": datetime.time(h) for w in hours for n, h in zip(names, hours[w], strict=True)}
        WindowSetting.objects.create(unit=station, valid_from=MONDAY, reason="Ca sớm", **times)
        self.at = clock(4, day=TUESDAY)
        self.sent: list[NewDeclaration] = []
        for day in (MONDAY, TUESDAY):
            open_day(day, at=self.at)

    def someone(self) -> Person:
        return self.chance.choice(self.people)

    def step(self) -> str:
        self.at += datetime.timedelta(minutes=self.chance.randrange(50))
        kind = self.chance.choice([
            self.declare, self.declare, self.declare, self.declare_late, self.declare_late, self.send_again,
            self.correct, self.decide, self.decide, self.be_absent, self.come_back, self.move, self.second,
            self.open_again, self.judge, self.regroup,
        ])  # fmt: skip
        kind()
        return kind.__name__

    def new(self, person: Person, at: datetime.datetime) -> NewDeclaration:
        window = self.chance.choice(list(Window))
        yes = self.chance.sample(SIGNS, self.chance.choice([0, 0, 1, 2]))
        yes = [one for one in yes if one in answers(window=window)]
        return new_declaration(person, at, window, *yes)

    def send(self, batch: list[NewDeclaration]) -> None:
        submit_declarations(batch, at=self.at)
        self.sent += batch

    def declare(self) -> None:
        self.send([self.new(self.someone(), self.at) for _ in range(self.chance.choice([1, 1, 4]))])

    def declare_late(self) -> None:
        """What waited on phones since yesterday, some of it since this morning; people come twice."""
        moments = [self.at - datetime.timedelta(minutes=self.chance.randrange(30 * 60)) for _ in range(3)]
        early = new_declaration(self.chance.choice(self.people[2::3]), clock(3))
        self.send([*(self.new(self.someone(), moment) for moment in moments), early])

    def send_again(self) -> None:
        if self.sent:
            submit_declarations(self.chance.sample(self.sent, 1), at=self.at)

    def correct(self) -> None:
        kept = list(Declaration.objects.order_by("pk"))
        if not kept:
            return
        of = self.chance.choice(kept)
        person = Person.objects.get(pseudonym=of.subject)
        given = {
            "reason": CorrectionReason.MISTAP,
            "note": "",
            "client_uuid": uuid.uuid4(),
            "temperature_c": None,
            "answers": answers(*self.chance.choice([(), ("fever",)]), window=Window(of.window)),
            "attested": True,
            "channel": Channel.PAGE,
            "actor": person.user,
        }
        submit_declarations([correction(of, person, **given)], at=self.at)

    def decide(self) -> None:
        subject, actor, day = self.someone().pseudonym, self.head, TUESDAY
        with suppress(NotAssessedError):
            if self.chance.random() < 0.3:
                confirm_level(subject, day=day, actor=actor, at=self.at)
            else:
                level = self.chance.choice(RiskLevel.values)
                override_level(subject, day=day, level=level, reason="Đã hỏi lại", actor=actor, at=self.at)

    def be_absent(self) -> None:
        kind = self.chance.choice([AbsenceKind.ISOLATION, AbsenceKind.SICK_LEAVE])
        first, last = self.chance.choice([(MONDAY, MONDAY), (MONDAY, TUESDAY), (TUESDAY, TUESDAY)])
        with suppress(WorkdayError):
            record_absence(self.someone(), kind=kind, first_day=first, last_day=last, actor=None, at=self.at)

    def come_back(self) -> None:
        if absence := Absence.objects.filter(withdrawn_at=None).order_by("pk").last():
            withdraw_absence(absence, actor=self.head, at=self.at)

    def place(self) -> dict[str, object]:
        return {"unit": self.chance.choice(self.units), "title": "Chuyên viên", "site": None, "basis": "QĐ"}

    def move(self) -> None:
        day = self.chance.choice([MONDAY, TUESDAY])
        with suppress(PostChangeError):
            transfer(self.someone(), valid_from=day, actor=self.personnel, at=self.at, **self.place())  # type: ignore[arg-type]

    def second(self) -> None:
        day = self.chance.choice([MONDAY, TUESDAY])
        with suppress(PostChangeError, ValidationError):
            second(self.someone(), valid_from=day, valid_to=None, actor=self.personnel, at=self.at, **self.place())  # type: ignore[arg-type]

    def open_again(self) -> None:
        open_day(TUESDAY, at=self.at)

    def regroup(self) -> None:
        """The station goes over to another unit, with nobody's post changed."""
        UnitVersion.objects.filter(unit=self.units[2]).update(parent=self.chance.choice(self.units[:2]))

    def judge(self) -> None:
        assess_people([one.pseudonym for one in self.people], day=TUESDAY, at=self.at, cause=Cause.SCHEDULE)


def kept(day: datetime.date, *, without: frozenset[str] = frozenset()) -> dict[tuple[object, ...], dict[str, int]]:
    rows = UnitDay.objects.filter(day=day).values_list(*KEY, *COUNTS)
    return _named({row[:3]: row[3:] for row in rows}, without)


def counted(day: datetime.date, *, without: frozenset[str] = frozenset()) -> dict[tuple[object, ...], dict[str, int]]:
    return _named(all_counted([day]), without)


def _named(
    rows: dict[tuple[object, ...], tuple[int, ...]], without: frozenset[str]
) -> dict[tuple[object, ...], dict[str, int]]:
    """A key with nobody is the same as none."""
    named = {key: dict(zip(COUNTS, counts, strict=True)) for key, counts in rows.items() if counts != NOTHING}
    return {key: {name: n for name, n in counts.items() if name not in without} for key, counts in named.items()}


def figures_of_people(units: list[int], day: datetime.date, at: datetime.datetime) -> dict[int, tuple[object, ...]]:
    tree = all_tree_on(day)
    members = {unit: {node.id for node in tree.below(unit)} for unit in units}
    frame = zone_figures(all_person_days(day, set().union(*members.values())), members, at=at)
    return {row[0]: row[1:] for row in frame.iter_rows()}


def figures_kept(units: list[int], day: datetime.date, at: datetime.datetime) -> dict[int, tuple[object, ...]]:
    """As a zone would be judged now."""
    bring_up(day, all_tree_on(day))
    found = all_zone_figures(units, day, at=at)
    return {row["id"]: tuple(value for name, value in row.items() if name != "id") for row in found}


@pytest.mark.parametrize("seed", range(6))
def test_counts_are_those_of_the_people_after_every_step(seed: int) -> None:
    world = World(random.Random(seed))
    units = [node.id for node in all_tree_on(TUESDAY)]
    for number in range(30):
        done = world.step()
        assert kept(TUESDAY) == counted(TUESDAY), f"step {number}: {done}"
        assert kept(MONDAY, without=BY_LEVEL_ONLY) == counted(MONDAY, without=BY_LEVEL_ONLY), f"step {number}: {done}"
        assert all_differing_units(TUESDAY) == {}, f"step {number}: {done}"
        for at in (world.at, clock(23, 59, day=TUESDAY)):
            assert figures_kept(units, TUESDAY, at) == figures_of_people(units, TUESDAY, at)


def test_worlds_bring_about_everything_that_is_counted() -> None:
    """Else the steps above would prove nothing."""
    seen: set[str] = set()
    world = World(random.Random(8))
    for _ in range(60):
        world.step()
        for day in (MONDAY, TUESDAY):
            seen |= {name for counts in kept(day).values() for name, count in counts.items() if count}
    assert seen == set(COUNTS)


# --- Levels -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def unit() -> Unit:
    return make_unit("CC", make_unit("SO"))


@pytest.fixture
def person(unit: Unit) -> Person:
    return make_person(unit, "Ánh", user=make_user("anh"))


def high_people() -> list[tuple[datetime.date, int]]:
    return list(UnitDay.objects.order_by("day").values_list("day", "high_people"))


def test_level_by_a_declaration_of_yesterday_counts_for_both_days(person: Person) -> None:
    for day in (MONDAY, TUESDAY):
        open_day(day, at=clock(1, day=TUESDAY))
    [accepted] = submit_declarations(
        [new_declaration(person, clock(7), Window.ARRIVAL, "contact_with_case")], at=clock(9, day=TUESDAY)
    )
    assert isinstance(accepted, Accepted)
    assert high_people() == [(MONDAY, 1), (TUESDAY, 1)]


def test_level_of_a_day_that_is_over_stays_as_it_stood(person: Person) -> None:
    open_day(MONDAY, at=clock(1))
    submit_declarations([new_declaration(person, clock(7), Window.ARRIVAL, "fever")], at=clock(7))
    open_day(TUESDAY, at=clock(1, day=TUESDAY))
    assert high_people() == [(MONDAY, 1), (TUESDAY, 1)]
    well = new_declaration(person, clock(7, day=TUESDAY), Window.ARRIVAL)
    submit_declarations([well], at=clock(7, day=TUESDAY))
    assert high_people() == [(MONDAY, 1), (TUESDAY, 0)]


def test_level_counts_for_days_opened_ahead(person: Person) -> None:
    for day in (MONDAY, TUESDAY):
        open_day(day, at=clock(1))
    submit_declarations([new_declaration(person, clock(7), Window.ARRIVAL, "fever")], at=clock(7))
    assert high_people() == [(MONDAY, 1), (TUESDAY, 1)]


# --- What it costs ----------------------------------------------------------------------------------------------------


def queries_of(work: Callable[[], object]) -> int:
    with CaptureQueriesContext(connection) as seen:
        work()
    return len([query for query in seen if "SAVEPOINT" not in query["sql"]])


def test_zones_when_more_people_and_units_read_no_more(unit: Unit) -> None:
    def queries(name: str, number: int) -> int:
        for i in range(number):
            make_person(make_unit(f"{name}{i}", unit), "Người")
        open_day(MONDAY, at=clock(1))
        units = [node.id for node in all_tree_on(MONDAY)]
        UnitZone.objects.all().delete()
        return queries_of(partial(assess_zones, units, day=MONDAY, at=clock(9)))

    queries("a", 1)
    assert queries("b", 1) == queries("c", 20)


def test_level_when_more_people_are_there_takes_no_more(unit: Unit) -> None:
    def queries(name: str, others: int) -> int:
        ill = make_person(unit, name, user=make_user(name))
        for i in range(others):
            make_person(unit, f"{name}{i}")
        open_day(MONDAY, at=clock(1))
        sending = [new_declaration(ill, clock(7), Window.ARRIVAL, "fever")]
        return queries_of(partial(submit_declarations, sending, at=clock(7)))

    queries("a", 0)
    assert queries("b", 1) == queries("c", 40)


def test_counting_anew_when_more_days_and_people_takes_no_more(unit: Unit) -> None:
    def queries(people: int, days: int) -> int:
        for i in range(people):
            make_person(unit, f"{people}-{i}")
        span = [MONDAY + datetime.timedelta(days=i) for i in range(days)]
        for day in span:
            open_day(day, at=clock(1))
        return queries_of(partial(count_anew, span))

    assert queries(1, 1) == queries(20, 5)


def test_counts_that_do_not_change_are_not_written(person: Person) -> None:
    [accepted] = submit_declarations([new_declaration(person, clock(7))], at=clock(7))
    assert isinstance(accepted, Accepted)
    sent = Declaration.objects.get()
    again = correction(
        sent,
        person,
        reason=CorrectionReason.MISTAP,
        note="",
        client_uuid=uuid.uuid4(),
        temperature_c=None,
        answers=answers("cough"),
        attested=True,
        channel=Channel.PAGE,
        actor=person.user,
    )
    with CaptureQueriesContext(connection) as seen:
        submit_declarations([again], at=clock(7, 5))
    level = {(counts["arrival_on_time"], counts["high_people"]) for counts in kept(MONDAY).values()}
    assert Declaration.objects.count() == 2
    assert [query["sql"] for query in seen if query["sql"].startswith('INSERT INTO "risk_unitday"')] == []
    assert level == {(1, 0)}


# --- Two at once ------------------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_batches_of_one_unit_at_once_lose_no_count(unit: Unit) -> None:
    people = [make_person(unit, f"Người {i}", user=make_user(f"n{i}")) for i in range(12)]
    open_day(MONDAY, at=clock(1))
    signs = [(), ("fever",)] * 6
    news = [new_declaration(one, clock(7), Window.ARRIVAL, *yes) for one, yes in zip(people, signs, strict=True)]
    at_once(*(partial(submit_declarations, news[i::3], at=clock(7)) for i in range(3)))
    [counts] = kept(MONDAY).values()
    assert (counts["arrival_on_time"], counts["high_people"], counts["people"]) == (12, 6, 12)
    assert kept(MONDAY) == counted(MONDAY)
    zone = UnitZone.objects.get(unit=unit, is_current=True)
    assert zone.figures["high_people"] == 6


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("whole", [True, False])
def test_day_opened_again_while_people_declare_loses_no_count(unit: Unit, whole: bool) -> None:
    people = [make_person(unit, f"Người {i}", user=make_user(f"n{i}")) for i in range(8)]
    open_day(MONDAY, at=clock(1))
    news = [new_declaration(one, clock(7), Window.ARRIVAL, "fever") for one in people]
    reopened = None if whole else [people[0].pk, people[5].pk]
    works = [partial(submit_declarations, news[i::2], at=clock(7)) for i in range(2)]
    at_once(*works, *(partial(open_day, MONDAY, at=clock(7), people=reopened) for _ in range(2)))
    [counts] = kept(MONDAY).values()
    assert (counts["arrival_on_time"], counts["high_people"]) == (8, 8)
    assert kept(MONDAY) == counted(MONDAY)


@pytest.mark.django_db(transaction=True)
def test_batches_of_two_days_that_cross_lose_no_count(unit: Unit) -> None:
    """One brings yesterday's, the other today's, of the same units, and everybody's level rises."""
    other = make_unit("KHAC", Unit.objects.get(code="SO"))
    people = [make_person((unit, other)[i % 2], f"Người {i}", user=make_user(f"n{i}")) for i in range(8)]
    for day in (MONDAY, TUESDAY):
        open_day(day, at=clock(1, day=TUESDAY))
    late = [new_declaration(one, clock(7), Window.ARRIVAL, "fever") for one in people[:4]]
    now = [new_declaration(one, clock(7, day=TUESDAY), Window.ARRIVAL, "fever") for one in people[4:]]
    at_once(*(partial(submit_declarations, batch, at=clock(7, day=TUESDAY)) for batch in (late, now, now, late)))
    assert kept(TUESDAY) == counted(TUESDAY)
    assert sum(counts["arrival_on_time"] for counts in kept(MONDAY).values()) == 4
    assert sum(counts["high_people"] for counts in kept(TUESDAY).values()) == 8


@pytest.mark.django_db(transaction=True)
def test_units_regrouped_while_people_declare_lose_no_sum(unit: Unit) -> None:
    other = make_unit("KHAC", Unit.objects.get(code="SO"))
    moving = make_unit("DI", unit)
    people = [make_person((moving, other)[i % 2], f"Người {i}", user=make_user(f"n{i}")) for i in range(9)]
    open_day(MONDAY, at=clock(1))
    news = [new_declaration(one, clock(7), Window.ARRIVAL, "fever") for one in people]
    version = UnitVersion.objects.filter(unit=moving)
    works = [partial(submit_declarations, news[i::3], at=clock(7)) for i in range(3)]
    at_once(*works, partial(version.update, parent=other))
    units = [node.id for node in all_tree_on(MONDAY)]
    assert figures_kept(units, MONDAY, clock(23)) == figures_of_people(units, MONDAY, clock(23))
    assert figures_kept([other.pk], MONDAY, clock(23))[other.pk][1] == 9


# --- What proves them -------------------------------------------------------------------------------------------------


def test_fill_of_the_migration_counts_the_same() -> None:
    world = World(random.Random(3))
    for _ in range(25):
        world.step()
    for day in (MONDAY, TUESDAY):
        count_anew([day])
    before = [kept(day) for day in (MONDAY, TUESDAY)]
    UnitDay.objects.all().delete()
    with connection.cursor() as cursor:
        cursor.execute(import_module("vungxanh.risk.migrations.0011_fill_unit_days").FILL)
    assert [kept(day) for day in (MONDAY, TUESDAY)] == before


def test_units_whose_counts_differ_are_named_and_left_alone(unit: Unit, person: Person) -> None:
    make_person(make_unit("KHAC", unit), "Bình")
    open_day(MONDAY, at=clock(1))
    assert all_differing_units(MONDAY) == {}
    PersonDay.objects.filter(unit_id=unit.pk).update(
        arrival_id=1, arrival_at=clock(7), arrival_timeliness=Timeliness.LATE
    )
    assert all_differing_units(MONDAY) == {unit.pk: {"arrival_late": (0, 1), "missing_both": (1, 0)}}
    assert all_differing_units(MONDAY) == {unit.pk: {"arrival_late": (0, 1), "missing_both": (1, 0)}}
    open_day(MONDAY, at=clock(9))
    assert all_differing_units(MONDAY) == {}


def test_sums_that_differ_are_named_and_left_alone(unit: Unit, person: Person) -> None:
    open_day(MONDAY, at=clock(1))
    TreeDay.objects.filter(unit_id=unit.pk).update(people=7)
    assert all_differing_units(MONDAY) == {unit.pk: {"people_below": (7, 1)}}
    assert all_differing_units(MONDAY) == {unit.pk: {"people_below": (7, 1)}}
