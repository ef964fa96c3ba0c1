"""What rules may ask about service on the front line, and what the shipped rules make of it: nothing."""

import datetime
import uuid
from typing import Any

import polars as pl

from tests.factories.front_line import make_assignment
from tests.factories.risk import MONDAY, clock, make_person
from tests.risk.conftest import Agency
from vungxanh.common import facts
from vungxanh.risk.queries.facts import FRONT_LINE
from vungxanh.risk.rulebook import PERSON_FACTS, PERSON_TABLE

DAY = datetime.timedelta(days=1)
ASKED = [fact for fact in PERSON_FACTS if fact.name in FRONT_LINE]


def test_service_is_known_of_everybody_who_is_known(agency: Agency, django_assert_num_queries: Any) -> None:
    third, fourth = make_person(agency.unit, "Chi"), make_person(agency.unit, "Dung")
    make_assignment(agency.lan, agency.unit, MONDAY - 9 * DAY, last_day=None)
    make_assignment(agency.minh, agency.unit, MONDAY - 9 * DAY, last_day=MONDAY - 3 * DAY)
    make_assignment(agency.minh, agency.unit, MONDAY - 20 * DAY, last_day=MONDAY - 15 * DAY)
    make_assignment(third, agency.unit, MONDAY + DAY)
    make_assignment(fourth, agency.unit, MONDAY - DAY, withdrawn_at=clock(7))
    people = [agency.lan, agency.minh, third, fourth]
    subjects = [person.pseudonym for person in people] + [uuid.uuid4()]
    expected = [(True, 0), (False, 3), (False, None), (False, None), (None, None)]
    ids = pl.Series(list(map(str, subjects)), dtype=pl.String)
    with django_assert_num_queries(1):
        assert facts.gather(ids, ASKED, on=MONDAY).drop("id").rows() == expected
    with django_assert_num_queries(1):
        assert facts.gather_few(subjects, ASKED, on=MONDAY) == expected


def test_service_until_the_day_itself(agency: Agency) -> None:
    make_assignment(agency.lan, agency.unit, MONDAY, last_day=MONDAY)
    subjects = [agency.lan.pseudonym]
    known = {day: facts.gather_few(subjects, ASKED, on=day) for day in (MONDAY - DAY, MONDAY, MONDAY + DAY)}
    assert known == {MONDAY - DAY: [(False, None)], MONDAY: [(True, 0)], MONDAY + DAY: [(False, 1)]}


def test_facts_are_provided_and_no_shipped_row_asks_them() -> None:
    assert all(facts.registry.is_provided(fact) for fact in ASKED)
    for edition in PERSON_TABLE.current().editions:
        assert not {fact.name for fact in edition.facts} & set(FRONT_LINE)
