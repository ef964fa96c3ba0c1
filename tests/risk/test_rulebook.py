"""The tables of risk: every story comes out, every row has a story, one person is judged as in a batch."""

from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vungxanh.common.decision_tables.stories import Story, load_stories, rows_without_story, tell
from vungxanh.common.facts import Fact, FactType
from vungxanh.risk.enums import Reader, RiskLevel, ZoneLevel
from vungxanh.risk.rulebook import (
    CONSISTENCY_TABLE,
    PERSON_TABLE,
    READERS,
    RETURN_TIMES,
    RISK_LEVELS,
    ZONE_LEVELS,
    ZONE_TABLE,
    is_worse,
)

STORIES = load_stories(Path(__file__).parent / "tinh_huong.toml")
TABLES = {file.current().code: file.current() for file in (PERSON_TABLE, ZONE_TABLE, CONSISTENCY_TABLE)}


@pytest.mark.parametrize("story", STORIES, ids=lambda story: f"{story.day} {story.story}")
def test_table_answers_as_the_story_says(story: Story) -> None:
    assert tell(story, TABLES[story.table]) == (story.level, story.row)


@pytest.mark.parametrize("code", sorted(TABLES))
def test_every_row_has_a_story(code: str) -> None:
    assert rows_without_story(TABLES[code], STORIES) == []


def test_levels_of_the_tables_are_those_of_the_records() -> None:
    assert tuple(RiskLevel.values) == RISK_LEVELS
    assert tuple(ZoneLevel.values) == ZONE_LEVELS
    assert tuple(Reader.values) == READERS


def test_no_neutral_sentence_tells_a_health_answer() -> None:
    """The head of the unit sees `neutral` only: it may not speak of signs, contacts, tests or journeys."""
    words = ("sốt", "ho ", "vị giác", "dấu hiệu", "tiếp xúc", "xét nghiệm", "dương tính", "vùng đỏ", "F1", "vắc-xin")
    told = [
        f"{edition.in_force_from} {row.code}"
        for code in ("person_covid19", "consistency")
        for edition in TABLES[code].editions
        for row in edition.rows
        for shown in (row.neutral, *([row.says, row.instruction] if row.then == "HEAD" else []))
        if any(word in shown for word in words)
    ]
    assert told == []


def test_return_is_prepared_before_it_is_due() -> None:
    for edition in RETURN_TIMES.current():
        assert edition.prepared_at < edition.due_at


def test_is_worse_follows_the_order_of_levels() -> None:
    pairs = [(a, b) for a in RISK_LEVELS for b in RISK_LEVELS if is_worse(a, b)]
    assert pairs == [
        ("MEDIUM", "LOW"),
        ("HIGH", "LOW"),
        ("HIGH", "MEDIUM"),
        ("VERY_HIGH", "LOW"),
        ("VERY_HIGH", "MEDIUM"),
        ("VERY_HIGH", "HIGH"),
    ]


def values_of(fact: Fact) -> st.SearchStrategy[Any]:
    if fact.type is FactType.TEXT:
        return st.none() | st.sampled_from(sorted(fact.choices))
    if fact.type is FactType.BOOLEAN:
        return st.none() | st.booleans()
    return st.none() | (st.integers(0, 60) if fact.type is FactType.INTEGER else st.floats(0, 100))


def people_of(code: str) -> st.SearchStrategy[list[dict[str, Any]]]:
    facts = TABLES[code].rulebook.facts
    one = st.fixed_dictionaries({fact.name: values_of(fact) for fact in facts})
    return st.lists(one, min_size=1, max_size=20)


@pytest.mark.parametrize("code", sorted(TABLES))
@settings(max_examples=40, deadline=None)
@given(data=st.data(), on=st.sampled_from([date(2021, 9, 16), date(2021, 10, 11)]))
def test_judged_one_by_one_equals_judged_as_a_batch(code: str, data: st.DataObject, on: date) -> None:
    table = TABLES[code]
    schema = {fact.name: fact.type.column_type for fact in table.rulebook.facts}
    people = data.draw(people_of(code))
    batch = table.judge(pl.DataFrame(people, schema=schema), on=on).rows()
    assert batch == [table.judge(pl.DataFrame([one], schema=schema), on=on).row(0) for one in people]
