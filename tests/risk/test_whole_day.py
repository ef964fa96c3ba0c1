"""Everybody judged at once is everybody judged one by one."""

import datetime
import random
import uuid
from collections.abc import Callable, Mapping, Sequence
from itertools import product

import polars as pl
import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from polars._typing import PolarsDataType
from polars.testing import assert_frame_equal

from tests.factories.areas import make_area, make_level
from tests.factories.risk import MONDAY, clock, make_person, make_unit, make_user
from vungxanh.areas.enums import EpidemicLevel
from vungxanh.common import columns
from vungxanh.organization.enums import AbsenceKind, Role
from vungxanh.organization.models import Absence, Person, Unit
from vungxanh.organization.tree import all_tree_on
from vungxanh.risk.enums import Cause, RiskLevel
from vungxanh.risk.models import PersonAssessment, UnitDay, UnitZone, UnusualEvent
from vungxanh.risk.operations import assess_everybody, assess_people, assess_zones, override_level
from vungxanh.risk.operations.unit_days import all_differing_units
from vungxanh.risk.queries import facts, facts_of_many, whole_day
from vungxanh.risk.queries.facts import DECLARED
from vungxanh.screening.enums import Channel, CorrectionReason, Timeliness, Window
from vungxanh.screening.models import Declaration, PersonDay
from vungxanh.screening.operations import open_day

pytestmark = pytest.mark.django_db
FLAGS = ("has_respiratory_sign", "has_lost_taste_or_smell", *facts.EXPOSURES)
TUESDAY = MONDAY + datetime.timedelta(days=1)


def declare(chance: random.Random, person: Person, unit_id: int) -> None:
    """On some of the last days, most with nothing to report, some corrected, some at the same moment as another."""
    days = range(18) if chance.random() < 0.8 else range(4, 18)
    Declaration.objects.bulk_create(
        _declaration(chance, person, unit_id, ago, window, version)
        for ago, window in product(days, Window)
        for version in range(1, chance.choice([1, 1, 2, 2, 2, 2, 3, 4]))
    )


def _declaration(
    chance: random.Random, person: Person, unit_id: int, ago: int, window: Window, version: int
) -> Declaration:
    day = MONDAY - datetime.timedelta(days=ago)
    at = clock(chance.choice([6, 6, 7, 15]), day=day)
    flags = {name: chance.random() < 0.06 for name in FLAGS}
    given = flags | {
        "client_uuid": uuid.uuid4(),
        "content_hash": "0" * 64,
        "subject": person.pseudonym,
        "unit_id": unit_id,
        "day": day,
        "window": window,
        "version": version,
        "correction_reason": CorrectionReason.MISTAP if version > 1 else "",
        "correction_note": "",
        "declared_at": at,
        "received_at": at,
        "timeliness": Timeliness.ON_TIME,
        "channel": Channel.PAGE,
        "answers": b"",
        "has_fever": chance.choice([False] * 15 + [True, None]),
        "symptom_count": chance.choice([0] * 15 + [1, 3]),
        "worst_visited_level": chance.choice([""] * 15 + ["NONE", "GREEN", "ORANGE", "RED"]),
    }
    return Declaration(**given)


def _quiet(chance: random.Random, unit_id: int, ago: int) -> Declaration:
    """Somebody else's, that reports nothing."""
    made = _declaration(chance, Person(), unit_id, ago, Window.ARRIVAL, version=1)
    for name in FLAGS:
        setattr(made, name, False)
    made.has_fever, made.symptom_count, made.worst_visited_level = False, 0, ""
    return made


def make_world(seed: int) -> random.Random:
    """Three units, thirty people who live somewhere or nowhere, some isolated, some judged and decided on before."""
    chance = random.Random(seed)
    root = make_unit("SO", is_reporting_point=False)
    units = [make_unit(code, root) for code in "ABC"]
    head = make_user("truong", Role.UNIT_HEAD, root)
    province = make_area("26")
    homes = [None, province, make_area("00241", province), make_area("00242")]
    make_level(province, EpidemicLevel.ORANGE, MONDAY - datetime.timedelta(days=20))
    make_level(homes[2] or province, EpidemicLevel.RED, MONDAY)
    people = [make_person(units[place % 3], f"N{place}") for place in range(30)]
    for person in people:
        Person.objects.filter(pk=person.pk).update(residence=chance.choice(homes))
        if chance.random() < 0.2:
            gone = clock(8) if chance.random() < 0.3 else None
            days = {"first_day": MONDAY - datetime.timedelta(days=chance.randrange(9)), "last_day": TUESDAY}
            kind = chance.choice([AbsenceKind.ISOLATION, AbsenceKind.SICK_LEAVE])
            Absence.objects.create(person=person, kind=kind, recorded_at=clock(5), withdrawn_at=gone, **days)
    open_day(MONDAY, at=clock(4))
    open_day(TUESDAY, at=clock(4))
    for person in people[:15]:
        declare(chance, person, units[0].pk)
    before = chance.sample(people[:25], 12)
    assess_people([one.pseudonym for one in before], day=MONDAY, at=clock(4, 30), cause=Cause.SCHEDULE)
    for person in chance.sample(before, 6):
        level = chance.choice(RiskLevel.values)
        override_level(person.pseudonym, day=MONDAY, level=level, reason="Đã hỏi", actor=head, at=clock(4, 40))
    for person in people[15:]:
        declare(chance, person, units[0].pk)
    return chance


@pytest.mark.parametrize("seed", range(5))
def test_many_have_the_same_facts_as_few(seed: int) -> None:
    make_world(seed)
    known = Person.objects.order_by("pseudonym").values_list("pseudonym", flat=True)
    ids = pl.Series([str(one) for one in [*known, uuid.uuid4()]])
    for ago in (-1, 0, 2, 7):
        on = MONDAY - datetime.timedelta(days=ago)
        for few, many in (
            (facts.all_declared_facts, facts_of_many.all_declared_facts),
            (facts.all_isolating, facts_of_many.all_isolating),
            (facts.all_residence_levels, facts_of_many.all_residence_levels),
        ):
            assert_frame_equal(few(ids, on), many(ids, on), check_row_order=False, check_column_order=False)


def test_of_many_only_what_reports_anything_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where most report nothing, as they do: among few rows any index is as good."""
    chance = make_world(0)
    unit = Unit.objects.get(code="A")
    Declaration.objects.bulk_create(_quiet(chance, unit.pk, ago) for ago, _person in product(range(14), range(250)))
    sent: list[tuple[str, Sequence[object]]] = []

    def read(sql: str, params: Sequence[object], schema: Mapping[str, PolarsDataType]) -> pl.DataFrame:
        sent.append((sql, params))
        return real(sql, params, schema)

    real = columns.read
    monkeypatch.setattr(columns, "read", read)
    ids = pl.Series([str(one) for one in Person.objects.values_list("pseudonym", flat=True)])
    facts_of_many.all_declared_facts(ids, MONDAY)
    plans = []
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("ANALYZE screening_declaration")
        for sql, params in sent:
            cursor.execute(f"EXPLAIN {'' if connection.vendor == 'postgresql' else 'QUERY PLAN '}{sql}", params)
            plans.append(" ".join(str(row[-1]) for row in cursor.fetchall()))
    _last, reporting, _signs = plans
    # Of each month's table PostgreSQL names the index itself.
    assert "declaration_reporting" in reporting or "_subject_day_idx" in reporting


def test_many_have_facts_when_nobody_declared() -> None:
    ids = pl.Series([str(uuid.uuid4())])
    assert facts_of_many.all_declared_facts(ids, MONDAY).schema == facts.all_declared_facts(ids, MONDAY).schema
    assert facts_of_many.all_declared_facts(ids, MONDAY).columns == ["id", *DECLARED]
    assert facts_of_many.all_residence_levels(ids, MONDAY).is_empty()


def outcome(judge: Callable[[datetime.datetime], object]) -> list[object]:
    """What stands in the tables after the morning of Monday, which is taken back again."""
    at = clock(6)
    with transaction.atomic():
        judge(at)
        assess_zones([node.id for node in all_tree_on(MONDAY)], day=MONDAY, at=at)
        people = PersonAssessment.objects.order_by("subject", "at", "is_current").values_list(
            *("subject", "day", "at", "level", "table", "edition", "row_codes", "unknown", "cause", "declaration_id"),
            "is_current",
        )
        zones = UnitZone.objects.filter(is_current=True).order_by("unit_id")
        found: list[object] = [
            list(people),
            list(zones.values_list("unit_id", "level", "row_codes", "unknown", "figures")),
            list(UnitDay.objects.order_by("day", "unit_id", "windows_id").values()),
            list(UnusualEvent.objects.order_by("unit_id", "code").values_list("unit_id", "code", "says", "at")),
            all_differing_units(MONDAY),
        ]
        transaction.set_rollback(True)
    return found


def one_by_one(at: datetime.datetime) -> None:
    subjects = PersonDay.objects.filter(day=MONDAY).order_by("unit_id").values_list("subject", flat=True)
    assess_people(subjects, day=MONDAY, at=at, cause=Cause.SCHEDULE)


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("in_a_part", [1, 1000])
def test_everybody_at_once_is_everybody_one_by_one(seed: int, in_a_part: int, monkeypatch: pytest.MonkeyPatch) -> None:
    make_world(seed)
    expected = outcome(one_by_one)
    monkeypatch.setattr(facts, "MANY", 0)
    monkeypatch.setattr(whole_day, "PEOPLE_IN_A_PART", in_a_part)
    assert outcome(lambda at: assess_everybody(at=at, cause=Cause.SCHEDULE)) == expected
    assert expected[3]
    assert expected[4] == {}


def test_everybody_again_writes_nothing() -> None:
    make_world(0)
    before = PersonAssessment.objects.count()
    new = assess_everybody(at=clock(6), cause=Cause.SCHEDULE)
    assert PersonAssessment.objects.count() == before + new
    with CaptureQueriesContext(connection) as queries:
        assert assess_everybody(at=clock(7), cause=Cause.SCHEDULE) == 0
    assert not [query["sql"] for query in queries if not query["sql"].lstrip().startswith("SELECT")]


def test_a_unit_is_never_divided() -> None:
    make_world(0)
    parts = list(whole_day.all_parts(MONDAY, people=25))
    whole = [whole_day.all_people_of(part) for part in parts]
    assert [len(one) for one in whole] == [20, 10]
    assert pl.concat(whole)["unit_id"].n_unique() == 3
