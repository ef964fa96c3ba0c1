"""Everybody's level for today: a part of the nation at a time, and written only where something changed.

People are judged without a lock. Those for whom another result came out are locked and judged again, so that nobody
waits for the morning's pass but the few whom it concerns; everybody is locked at once where an edition is new.
"""

import datetime
import json
import uuid

import polars as pl
from django.db import connection, transaction

from vungxanh.common import columns, facts
from vungxanh.common.clock import ZONE
from vungxanh.organization.read_once import read_once
from vungxanh.organization.tree import Tree, all_tree_on
from vungxanh.risk.enums import Cause
from vungxanh.risk.models import PersonAssessment
from vungxanh.risk.operations.events import note_people
from vungxanh.risk.operations.unit_days import note_levels
from vungxanh.risk.operations.zones import assess_zones_above
from vungxanh.risk.queries.facts import in_parts
from vungxanh.risk.queries.unit_days import BY_LEVEL
from vungxanh.risk.queries.whole_day import Part, all_parts, all_people_of, all_said_of
from vungxanh.risk.rulebook import PERSON_TABLE, RISK_LEVELS
from vungxanh.risk.signals import levels_changed

KEPT = {"level": "said_level", "edition": "said_edition", "matched": "said_matched", "unknown": "said_unknown"}


def assess_everybody(*, at: datetime.datetime, cause: Cause) -> int:
    """Judges all who stand on today, as `assess_people` would; tells how many assessments are new.

    Each part is a transaction with all that follows from it. One that is broken off leaves the parts before it, and may
    run again. Whoever calls it judges the zones of all units afterwards.
    """
    return sum(_assess_part(part, at, cause) for part in all_parts(at.astimezone(ZONE).date()))


@read_once()
def _assess_part(part: Part, at: datetime.datetime, cause: Cause) -> int:
    """No unit and no role is changed by it."""
    people = all_people_of(part)
    concerned = people["id"]
    said = all_said_of(concerned)
    if _is_up_to_date(said, len(people), part.day):
        concerned = _differing(concerned, part.day, said)["id"]
        if concerned.is_empty():
            return 0
    with transaction.atomic():
        _lock(concerned)
        new = _differing(concerned, part.day, all_said_of(concerned))
        _keep(new, part.day, at, cause)
        _set_off(new.join(people, on="id", how="left", maintain_order="left"), part.day, at, all_tree_on(part.day))
    return len(new)


def _is_up_to_date(said: pl.DataFrame, people: int, day: datetime.date) -> bool:
    """Whether most of the people have been judged by the edition in force."""
    edition = PERSON_TABLE.current().editions.in_force(day).in_force_from.isoformat()
    return bool(2 * (said["said_edition"] == edition).sum() > people)


def _differing(ids: pl.Series, day: datetime.date, said: pl.DataFrame) -> pl.DataFrame:
    """What is judged of those for whom it is not what was said last: `id`, `level`, `edition`, `matched` and `unknown`
    as texts, beside what `said` knows of them."""
    table = PERSON_TABLE.current()
    judged = table.judge(facts.gather(ids, table.editions.in_force(day).facts, on=day), on=day)
    spelled = judged.select("matched", "unknown").unique()
    texts = [
        pl.Series(f"{name}_text", [json.dumps(one) for one in spelled[name].to_list()]) for name in spelled.columns
    ]
    judged = judged.join(spelled.with_columns(texts), on=["matched", "unknown"], how="left", maintain_order="left")
    now = judged.select(
        "id",
        "level",
        pl.col("edition").cast(pl.String),
        matched=pl.col("matched_text"),
        unknown=pl.col("unknown_text"),
    )
    both = now.join(said, on="id", how="left", maintain_order="left")
    return both.filter(pl.any_horizontal(pl.col(name).ne_missing(pl.col(said)) for name, said in KEPT.items()))


def _lock(ids: pl.Series) -> None:
    """As `lock_people`; SQLite has one writer anyway."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM (SELECT p.id FROM organization_person p WHERE p.pseudonym = ANY(%s::uuid[])"
                " ORDER BY p.pseudonym FOR NO KEY UPDATE) locked",
                [columns.asked_of(ids)],
            )


def _keep(new: pl.DataFrame, day: datetime.date, at: datetime.datetime, cause: Cause) -> None:
    adapted = {"day": day, "at": at, "table": PERSON_TABLE.current().code, "cause": cause.value, "is_current": True}
    fixed = {name: columns.adapted(PersonAssessment, name, value) for name, value in adapted.items()}
    old = new["key"].drop_nulls()
    if not old.is_empty():
        with connection.cursor() as cursor:
            cursor.execute(
                f"UPDATE risk_personassessment SET is_current = %s WHERE id {columns.keys_in()}",  # noqa: S608
                [False, columns.keys_of(old)],
            )
    row = new.select(
        columns.uuids("id").alias("subject"),
        "level",
        "edition",
        pl.col("matched").alias("row_codes"),
        "unknown",
        *(pl.lit(value).alias(name) for name, value in fixed.items()),
    )
    columns.append(PersonAssessment, row)


def _set_off(new: pl.DataFrame, day: datetime.date, at: datetime.datetime, tree: Tree) -> None:
    """Counts, zones and unusual returns follow where another level counts; `new` with `unit_id`."""
    changed = new.filter(pl.col("level").ne_missing(pl.col("counted_level")))
    is_counted = pl.col("level").is_in(list(BY_LEVEL)) | pl.col("counted_level").is_in(list(BY_LEVEL)).fill_null(
        value=False
    )
    counted = changed.filter(is_counted)
    if not counted.is_empty():
        levels = counted.select("id", pl.col("counted_level").fill_null(""), "level").iter_rows()
        note_levels({uuid.UUID(one): (before, after) for one, before, after in levels}, day=day, at=at)
        assess_zones_above(counted["unit_id"].unique().to_list(), day=day, at=at, tree=tree)
    note_people(_worsened(changed), at=at, tree=tree)
    for part in in_parts(changed["id"].to_list()):
        levels_changed.send(None, subjects={uuid.UUID(str(one)) for one in part}, at=at)


def _worsened(changed: pl.DataFrame) -> list[tuple[int, PersonAssessment]]:
    """The worst level that is new in each unit, in the order of the units."""
    rank = {level: place for place, level in enumerate(RISK_LEVELS)}
    ranked = changed.with_columns(
        after=pl.col("level").replace_strict(rank, return_dtype=pl.Int64),
        before=pl.col("counted_level").replace_strict(rank, return_dtype=pl.Int64).fill_null(0),
    ).filter(pl.col("after") > pl.col("before"))
    worst = ranked.sort("after", descending=True, maintain_order=True).unique("unit_id", keep="first").sort("unit_id")
    rows = {
        str(row.subject): row
        for part in in_parts(worst["id"].to_list())
        for row in PersonAssessment.objects.filter(subject__in=part, is_current=True)
    }
    return [(unit, rows[one]) for one, unit in worst.select("id", "unit_id").iter_rows()]
