"""What a new edition would make of today: people and units that change, nothing kept, honest about its bound."""

import datetime
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories.risk import MONDAY, clock, declare, make_person, make_person_day, make_unit
from tests.risk.conftest import Agency
from vungxanh.common.decision_tables import RuleFile
from vungxanh.common.decision_tables.writing import begun_on, taken_apart
from vungxanh.organization.tree import all_tree_on
from vungxanh.risk import operations
from vungxanh.risk.enums import Cause
from vungxanh.risk.models import PersonAssessment, UnitZone
from vungxanh.risk.queries.rule_trials import Effect, effect_on_today
from vungxanh.risk.rulebook import PERSON_TABLE, UNUSUAL_EVENTS, ZONE_TABLE

pytestmark = pytest.mark.django_db
STARTS = datetime.date(2022, 1, 1)
"""Later than every edition that is shipped."""


def changed(file: RuleFile[Any], folder: Path, code: str, old: str, new: str) -> Any:
    """The file with one more edition, in which a row says something else."""
    head, editions = taken_apart(file.path.read_text(encoding="utf-8"))
    held = max(day for day in editions if day <= MONDAY)
    before, row, after = editions[held].partition(f'code = "{code}"')
    assert old in after
    path = folder / file.name
    path.write_text(f"{head}\n{begun_on(before + row + after.replace(old, new, 1), STARTS)}", encoding="utf-8")
    return file.check(path)


def effect(table: Any, most: int = 5000) -> Effect:
    found = effect_on_today(table, STARTS, on=MONDAY, at=clock(9), tree=all_tree_on(MONDAY), most=most)
    assert found
    return found


@pytest.fixture
def monday(agency: Agency) -> Agency:
    """Lan had a contact, hence HIGH, and the unit is not green for it; Minh has nothing."""
    declare(agency.lan, agency.unit, clock(7), had_contact_with_case=True)
    declare(agency.minh, agency.unit, clock(7, 5))
    subjects = [agency.lan.pseudonym, agency.minh.pseudonym]
    operations.assess_people(subjects, day=MONDAY, at=clock(7, 5), cause=Cause.DECLARATION)
    operations.assess_zones([agency.root.pk, agency.unit.pk], day=MONDAY, at=clock(9))
    return agency


def test_milder_rule_of_people_says_who_would_change_and_which_units(monday: Agency, tmp_path: Path) -> None:
    found = effect(changed(PERSON_TABLE, tmp_path, "TX", 'then = "HIGH"', 'then = "LOW"'))
    assert (found.people, found.moved, found.worst_first) == (2, 1, [("HIGH", "LOW", 1)])
    zones = dict(UnitZone.objects.filter(is_current=True).values_list("unit__code", "level"))
    assert {(node.code, before) for node, before, _after in found.zones} == set(zones.items())
    assert {after for _node, _before, after in found.zones}.isdisjoint(zones.values())
    assert (found.units, found.all_units) == (2, 2)


def test_edition_that_changes_no_judgement_changes_nobody(monday: Agency, tmp_path: Path) -> None:
    found = effect(changed(PERSON_TABLE, tmp_path, "TX", 'then = "HIGH"', 'then = "HIGH"'))
    assert (found.people, found.moved, found.zones) == (2, 0, ())


def test_rule_of_zones_says_which_units_and_no_levels(monday: Agency, tmp_path: Path) -> None:
    [code] = UnitZone.objects.get(unit=monday.unit, is_current=True).row_codes[:1]
    level = UnitZone.objects.get(unit=monday.unit, is_current=True).level
    found = effect(changed(ZONE_TABLE, tmp_path, code, f'then = "{level}"', 'then = "RED"'))
    assert found.steps is None
    assert {(node.code, before, after) for node, before, after in found.zones} == {
        ("CCKL", level, "RED"),
        ("SNN", level, "RED"),
    }


def test_other_rules_have_no_such_effect(monday: Agency) -> None:
    current = UNUSUAL_EVENTS.current()
    tree = all_tree_on(MONDAY)
    assert (
        effect_on_today(current, next(iter(current)).in_force_from, on=MONDAY, at=clock(9), tree=tree, most=9) is None
    )


def test_nothing_is_kept(monday: Agency, tmp_path: Path) -> None:
    before = (PersonAssessment.objects.count(), UnitZone.objects.count())
    effect(changed(PERSON_TABLE, tmp_path, "TX", 'then = "HIGH"', 'then = "VERY_HIGH"'))
    assert (PersonAssessment.objects.count(), UnitZone.objects.count()) == before


def test_bound_counts_whole_parts_of_the_tree_and_says_how_many(monday: Agency, tmp_path: Path) -> None:
    large = make_unit("LON", monday.root)
    for number in range(3):
        make_person_day(make_person(large, f"Người {number}"), large)
    table = changed(PERSON_TABLE, tmp_path, "TX", 'then = "HIGH"', 'then = "LOW"')
    found = effect(table, most=4)
    assert (found.units, found.all_units, found.people, found.moved) == (1, 3, 2, 1)
    assert [node.code for node, _before, _after in found.zones] == ["CCKL"]
    assert (effect(table, most=5).units, effect(table, most=5).people) == (3, 5)
    nothing = effect(table, most=1)
    assert (nothing.units, nothing.people, nothing.zones) == (0, 0, ())


def test_many_units_take_no_more_queries(monday: Agency, tmp_path: Path) -> None:
    table = changed(PERSON_TABLE, tmp_path, "TX", 'then = "HIGH"', 'then = "LOW"')

    def queries() -> int:
        with CaptureQueriesContext(connection) as seen:
            effect(table)
        return len(seen)

    few = queries()
    for number in range(12):
        unit = make_unit(f"CC{number}", monday.root)
        make_person_day(make_person(unit, f"Người {number}"), unit)
    assert queries() == few
