"""Who was at the same place at the same time: what tracing asks of a case, over the stays of one person.

Rooms, vehicles and field posts, and those who had a shift at a gate. Otherwise gates tell when somebody came to the
site and left it; that two people were in one building at the same time is no meeting.
"""

import datetime
import uuid
from collections.abc import Collection, Sequence
from typing import NamedTuple

import polars as pl

from vungxanh.common import columns
from vungxanh.common.clock import ZONE
from vungxanh.organization.enums import PlaceKind
from vungxanh.organization.models import Place
from vungxanh.screening.models import Presence
from vungxanh.screening.rulebook import PLACE_HISTORY, PRESENCE


class Shared(NamedTuple):
    """Somebody else at the place of a stay; `minutes` is the longest that the two can have been there together."""

    subject: uuid.UUID
    begins: datetime.datetime
    ends: datetime.datetime
    is_certain: bool

    @property
    def minutes(self) -> int:
        return int((self.ends - self.begins).total_seconds()) // 60


def all_shared(stays: Sequence[Presence], *, at: datetime.datetime) -> dict[int, list[Shared]]:
    """By key of each stay that was more than passing a gate, who else was there; the longest together first.

    Two queries, whatever the number of stays and of others.
    """
    places = {stay.place_id for stay in stays}
    gates = set(Place.objects.filter(pk__in=places, kind=PlaceKind.GATE).values_list("pk", flat=True))
    mine = [stay for stay in stays if stay.is_listed or stay.place_id not in gates]
    if not mine:
        return {}
    own = _with_span(_columns_of(mine), at)
    met = _together(own, _with_span(_others(_looked_for(own, gates)), at))
    known = {text: uuid.UUID(text) for text in met["subject"].unique().to_list()}
    spans = (met[name].to_list() for name in ("begins", "ends", "is_certain"))
    shared = map(Shared, map(known.__getitem__, met["subject"].to_list()), *spans)
    found: dict[int, list[Shared]] = {stay.pk: [] for stay in mine}
    for key, one in zip(met["key"].to_list(), shared, strict=True):
        found[key].append(one)
    return found


def _columns_of(stays: Sequence[Presence]) -> pl.DataFrame:
    rows = [
        (one.pk, str(one.subject), one.site_id, one.place_id, one.day, one.entered_at, one.left_at) for one in stays
    ]
    kinds = {"key": pl.Int64(), "subject": pl.String(), "site_id": pl.Int64(), "place_id": pl.Int64()}
    kinds |= {"day": pl.Date(), "entered_at": columns.MOMENT, "left_at": columns.MOMENT}
    return pl.DataFrame(rows, kinds, orient="row").with_columns(columns.uuids("subject"))


def _with_span(stays: pl.DataFrame, at: datetime.datetime) -> pl.DataFrame:
    """With `begins` and `ends`, from when until when somebody was there at most; `is_certain` where both were seen.

    A single scan counts for as long as the rule of the day says; an entry without leaving until now, or the longest
    stay.
    """
    lengths = pl.DataFrame(
        [
            (
                day,
                datetime.timedelta(minutes=PLACE_HISTORY.current().in_force(day).unknown_minutes),
                datetime.timedelta(hours=PRESENCE.current().in_force(day).longest_stay_hours),
            )
            for day in stays["day"].unique()
        ],
        {"day": pl.Date(), "once": pl.Duration("us"), "longest": pl.Duration("us")},
        orient="row",
    )
    entered, left, once = pl.col("entered_at"), pl.col("left_at"), pl.col("once")
    now = pl.lit(at.astimezone(datetime.UTC), columns.MOMENT)
    until_now = pl.max_horizontal(entered, pl.min_horizontal(now, entered + pl.col("longest")))
    seen_once = pl.when(left == entered).then(entered + once).otherwise(left)
    return stays.join(lengths, on="day").with_columns(
        pl.coalesce(entered, left - once).alias("begins"),
        pl.when(left.is_null()).then(until_now).otherwise(seen_once).alias("ends"),
        (entered < left).fill_null(value=False).alias("is_certain"),
    )


def _looked_for(own: pl.DataFrame, gates: Collection[int]) -> pl.DataFrame:
    """A row for each of these stays, its `key`, and each `day` on which one that reaches into it can have begun.

    No stay is longer than some edition of the rule allows.
    """
    once = datetime.timedelta(minutes=max(rule.unknown_minutes for rule in PLACE_HISTORY.current()))
    longest = datetime.timedelta(hours=max(rule.longest_stay_hours for rule in PRESENCE.current()))
    first, last = _day_of(pl.col("begins") - max(once, longest)), _day_of(pl.col("ends") + once)
    return own.select(
        "key",
        "site_id",
        "place_id",
        pl.col("place_id").is_in(gates).alias("is_gate"),
        pl.date_ranges(first, last).alias("day"),
        (pl.col("begins") - once).alias("since"),
        pl.col("ends").alias("until"),
    ).explode("day")


def _day_of(moment: pl.Expr) -> pl.Expr:
    return moment.dt.convert_time_zone(ZONE.key).dt.date()


def _others(looked_for: pl.DataFrame) -> pl.DataFrame:
    """All stays that may be meant, with the `key` that they may reach into; read from one index alone."""
    given = looked_for.drop("key")
    found = columns.read(
        f"{columns.given(given)} SELECT number, CAST(subject AS TEXT), {columns.moment('entered_at')},"  # noqa: S608
        f" {columns.moment('left_at')} FROM given JOIN screening_presence USING (site_id, day, place_id)"
        " WHERE (entered_at IS NULL OR entered_at < until) AND (left_at IS NULL OR left_at > since)"
        " AND (is_listed OR NOT is_gate)",
        columns.given_of(given),
        {"number": pl.Int64(), "subject": pl.String(), "entered_at": columns.MOMENT, "left_at": columns.MOMENT},
    )
    return found.with_columns(looked_for["key"].gather(found["number"]), looked_for["day"].gather(found["number"]))


def _together(own: pl.DataFrame, others: pl.DataFrame) -> pl.DataFrame:
    """`key`, `subject`, `begins`, `ends`, `is_certain`: each of the others once by key, by what is certain, else by the
    longest; the person is no other."""
    strangers = others.join(own.select("subject"), on="subject", how="anti")
    both = strangers.join(own.select("key", "begins", "ends", "is_certain"), on="key", suffix="_own")
    met = both.select(
        "key",
        "subject",
        pl.max_horizontal("begins", "begins_own"),
        pl.min_horizontal("ends", "ends_own"),
        pl.col("is_certain") & pl.col("is_certain_own"),
    ).filter(pl.col("begins") < pl.col("ends"))
    minutes = (pl.col("ends") - pl.col("begins")).dt.total_minutes()
    best_first = met.sort("is_certain", minutes, "begins", "ends", descending=[True, True, False, False])
    once = best_first.unique(["key", "subject"], keep="first", maintain_order=True)
    return once.sort(minutes, "subject", descending=[True, False])
