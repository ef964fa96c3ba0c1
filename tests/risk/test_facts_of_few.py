"""What is known of a handful of people by plain rows is what the columns say, and is judged the same."""

import datetime
import random
import uuid
from collections.abc import Iterator
from copy import copy
from itertools import product

import polars as pl
import pytest

from tests.factories.areas import make_area, make_level
from tests.factories.organization import make_absence
from tests.factories.risk import FRIDAY, MONDAY, clock, declare, make_person, make_unit
from tests.risk.conftest import Agency
from vungxanh.areas.enums import EpidemicLevel
from vungxanh.common import facts
from vungxanh.organization.enums import AbsenceKind
from vungxanh.organization.models import Person, UnitVersion
from vungxanh.risk.queries.facts import EXPOSURES, SIGNS
from vungxanh.risk.rulebook import LOOKING_BACK, PERSON_TABLE, UNIT_FACTS
from vungxanh.screening.enums import CorrectionReason, Window
from vungxanh.screening.models import Declaration

pytestmark = pytest.mark.django_db
DAYS = 20
LEVELS = ("", *EpidemicLevel.values)


def told(person: Person, agency: Agency, chance: random.Random) -> Iterator[Declaration]:
    """Declarations of some of the last days, at odd moments, some of them corrected; most say no to everything."""
    first = Declaration.objects.get(pk=declare(person, agency.unit, clock(7)))
    first.delete()
    for back, window in product(range(DAYS), Window):
        for version in range(1, chance.choice([1, 1, 2, 3, 4])):
            said = dict.fromkeys((*SIGNS[2:], *EXPOSURES), False)
            if chance.random() < 0.15:
                said[chance.choice(list(said))] = True
            made = copy(first)
            made.pk, made.client_uuid = None, uuid.uuid4()
            made.day, made.window, made.version = MONDAY - datetime.timedelta(days=back), window, version
            made.correction_reason = CorrectionReason.MISTAP if version > 1 else ""
            made.declared_at = clock(chance.randrange(24), 0, made.day)
            made.has_fever, made.symptom_count = chance.choice([None, False, True]), chance.choice([0, 0, 0, 2])
            made.worst_visited_level = chance.choice(LEVELS) if chance.random() < 0.2 else ""
            for name, value in said.items():
                setattr(made, name, value)
            yield made


@pytest.mark.parametrize("seed", range(4))
def test_few_are_known_as_columns_know_them(agency: Agency, seed: int) -> None:
    chance = random.Random(seed)
    red, quiet = make_area("26", name="Vĩnh Phúc"), make_area("01", name="Hà Nội")
    make_level(red, EpidemicLevel.RED, FRIDAY)
    people = [make_person(agency.unit, f"N{number}") for number in range(8)]
    Declaration.objects.bulk_create([row for person in people[:6] for row in told(person, agency, chance)])
    make_absence(people[0], AbsenceKind.ISOLATION, MONDAY)
    make_absence(people[1], AbsenceKind.ISOLATION, FRIDAY, last_day=FRIDAY)
    make_absence(people[2], AbsenceKind.LEAVE, MONDAY)
    make_absence(people[3], AbsenceKind.ISOLATION, MONDAY, withdrawn_at=clock(7))
    for person, home in zip(people[2:5], (red, quiet, red), strict=True):
        Person.objects.filter(pk=person.pk).update(residence=home)
    subjects = [person.pseudonym for person in people] + [uuid.uuid4()]
    table = PERSON_TABLE.current()
    for day in (MONDAY, FRIDAY):
        asked = table.editions.in_force(day).facts
        frame = facts.gather(pl.Series(list(map(str, subjects)), dtype=pl.String), asked, on=day)
        few = facts.gather_few(subjects, asked, on=day)
        assert few == frame.drop("id").rows()
        judged = table.judge(frame, on=day).rows(named=True)
        assert [
            (one.level, one.row, one.edition, one.matched, one.unknown) for one in table.judge_few(few, on=day)
        ] == [tuple(row[name] for name in ("level", "row", "edition", "matched", "unknown")) for row in judged]


def test_the_level_of_the_area_of_a_unit() -> None:
    red = make_area("26", name="Vĩnh Phúc")
    make_level(red, EpidemicLevel.RED, FRIDAY)
    units = [make_unit(f"U{number}") for number in range(3)]
    UnitVersion.objects.filter(unit=units[1]).update(area=red)
    asked = [fact for fact in UNIT_FACTS if fact.name == "area_level"]
    ids = [unit.pk for unit in units] + [0]
    for day in (MONDAY, FRIDAY):
        frame = facts.gather(pl.Series(ids), asked, on=day)
        assert facts.gather_few(ids, asked, on=day) == frame.drop("id").rows()
    assert facts.gather_few(ids, asked, on=FRIDAY) == [(None,), ("RED",), (None,), (None,)]


def test_a_correction_takes_back_what_was_told_long_ago(agency: Agency) -> None:
    """Read although it tells nothing itself; who has said anything in the fortnight is known to have said no."""
    back = LOOKING_BACK.current().in_force(MONDAY)
    day = MONDAY - datetime.timedelta(days=back.exposure_days - 1)
    first = declare(agency.lan, agency.unit, clock(7, 0, day), had_contact_with_case=True)
    declare(agency.minh, agency.unit, clock(7, 0, day))
    asked = PERSON_TABLE.current().editions.in_force(MONDAY).facts
    place = [fact.name for fact in asked].index("had_contact_with_case")
    subjects = [agency.lan.pseudonym, agency.minh.pseudonym]

    def known() -> list[object]:
        return [row[place] for row in facts.gather_few(subjects, asked, on=MONDAY)]

    assert known() == [True, False]
    row = Declaration.objects.get(pk=first)
    row.pk, row.version, row.correction_reason = None, 2, CorrectionReason.MISTAP
    row.client_uuid, row.had_contact_with_case = uuid.uuid4(), False
    row.save(force_insert=True)
    assert known() == [False, False]
