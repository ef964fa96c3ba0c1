"""Stories: small cases in words that fix what a table must answer, run by the tests of each module."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
import polars as pl

from vungxanh.common.decision_tables.faults import Fault, RuleFileError
from vungxanh.common.decision_tables.shapes import shape
from vungxanh.common.decision_tables.tables import DecisionTable


class Story(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One case. Facts that it does not tell are unknown."""

    story: str
    table: str
    day: date
    facts: dict[str, Any]
    level: str
    row: str


def load_stories(path: Path) -> list[Story]:
    faults: list[Fault] = []
    raw = tomllib.loads(path.read_text(encoding="utf-8"))["story"]
    stories = [shape(one, Story, at=f"story[{i}]", faults=faults) for i, one in enumerate(raw, start=1)]
    if faults:
        raise RuleFileError(path, faults)
    return [story for story in stories if story is not None]


def tell(story: Story, table: DecisionTable) -> tuple[str, str]:
    """The level and the row that the table gives to the story."""
    named = {fact.name for fact in table.rulebook.facts}
    if strangers := set(story.facts) - named:
        raise KeyError(f"{story.story}: {', '.join(sorted(strangers))} are no facts of {table.code}")
    result = table.judge(pl.DataFrame([{"story": story.story, **story.facts}]), on=story.day).row(0, named=True)
    return result["level"], result["row"]


def rows_without_story(table: DecisionTable, stories: Sequence[Story]) -> list[str]:
    """Rows, of any edition, that no story ends in."""
    told = {
        (table.editions.in_force(story.day).in_force_from, story.row) for story in stories if story.table == table.code
    }
    return [
        f"{table.code} {edition.in_force_from}: {row.code}"
        for edition in table.editions
        for row in edition.rows
        if (edition.in_force_from, row.code) not in told
    ]
