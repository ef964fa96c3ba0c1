"""The answers of `facts` for very many people: what most of them have in common is not read row by row.

Most declarations report nothing, and what such a one says is known without reading it. For everybody only the last day
with a declaration is looked up; rows are read where they stand in the small index of those that report anything.
"""

import datetime

import polars as pl

from vungxanh.areas.queries import all_levels_of
from vungxanh.common import columns
from vungxanh.organization.enums import AbsenceKind
from vungxanh.risk.rulebook import LOOKING_BACK, VISITED_LEVELS

SIGNS = {
    "has_fever": pl.Boolean(),
    "symptom_count": pl.Int64(),
    "has_respiratory_sign": pl.Boolean(),
    "has_lost_taste_or_smell": pl.Boolean(),
}
EXPOSURES = ("had_contact_with_case", "had_contact_with_symptomatic", "came_from_epidemic_area")
VISITED = "worst_visited_level"
_FORM = {"place": pl.Int64(), "day": pl.String(), "window": pl.String(), "version": pl.Int64()}
_FORM_SQL = "asked.place, CAST(d.day AS TEXT), d.window, d.version"
REPORTS = (
    "(d.has_fever OR d.has_fever IS NULL OR d.symptom_count > 0 OR d.has_respiratory_sign OR d.has_lost_taste_or_smell"
    " OR d.had_contact_with_case OR d.had_contact_with_symptomatic OR d.came_from_epidemic_area"
    " OR d.worst_visited_level > '' OR d.version > 1)"
)
"""The condition of the index `declaration_reporting`, in its order and words: else SQLite does not use it."""
SAYS_NOTHING = {"has_fever": False, "symptom_count": 0, "has_respiratory_sign": False, "has_lost_taste_or_smell": False}


def all_declared_facts(ids: pl.Series, on: datetime.date) -> pl.DataFrame:
    """As `facts.all_declared_facts`; three queries."""
    back = LOOKING_BACK.current().in_force(on)
    first, recent = (on - datetime.timedelta(days=days) for days in (back.exposure_days, back.sign_days))
    last = _last_days(ids, first, on)
    reporting = _reporting(ids, first, on)
    exposures = (
        _newest_versions(reporting)
        .group_by("place")
        .agg(
            *(pl.col(name).any() for name in EXPOSURES),
            pl.col(VISITED).cast(pl.Enum(list(VISITED_LEVELS))).max().cast(pl.String),
        )
    )
    feeling = reporting.filter(pl.col("day") >= recent.isoformat())["place"].unique().sort()
    signs = _signs(ids.gather(feeling), recent, on)
    signs = signs.with_columns(feeling.gather(signs["place"]).alias("place"))
    frame = last.join(exposures, on="place", how="left").join(signs, on="place", how="left")
    says_nothing = (pl.col("last_day") >= recent.isoformat()) & ~pl.col("place").is_in(feeling.implode())
    return frame.select(
        ids.gather(frame["place"]).alias("id"),
        *(
            pl.when(says_nothing).then(pl.lit(SAYS_NOTHING[name], kind)).otherwise(name).alias(name)
            for name, kind in SIGNS.items()
        ),
        *(pl.col(name).fill_null(value=False) for name in EXPOSURES),
        pl.col(VISITED).fill_null("NONE"),
    )


def _last_days(ids: pl.Series, first: datetime.date, last: datetime.date) -> pl.DataFrame:
    """Of those who declared in these days."""
    newest = (
        "(SELECT max(d.day) FROM screening_declaration d WHERE d.subject = asked.subject AND d.day BETWEEN %s AND %s)"
    )
    found = columns.read(
        f"SELECT asked.place, CAST({newest} AS TEXT) FROM {columns.asked()}",  # noqa: S608
        [first.isoformat(), last.isoformat(), columns.asked_of(ids)],
        {"place": pl.Int64(), "last_day": pl.String()},
    )
    return found.filter(pl.col("last_day").is_not_null())


def _reporting(ids: pl.Series, first: datetime.date, last: datetime.date) -> pl.DataFrame:
    """The declarations that report anything or were corrected, with all their versions of this kind."""
    flags = ", ".join(f"CAST(d.{name} AS INTEGER)" for name in EXPOSURES)
    return columns.read(
        f"SELECT {_FORM_SQL}, {flags}, CASE WHEN d.{VISITED} = '' THEN 'NONE' ELSE d.{VISITED} END"  # noqa: S608
        f" FROM {columns.asked()} JOIN screening_declaration d ON d.subject = asked.subject"
        f" WHERE d.day BETWEEN %s AND %s AND {REPORTS}",
        [columns.asked_of(ids), first.isoformat(), last.isoformat()],
        {**_FORM, **dict.fromkeys(EXPOSURES, pl.Boolean()), VISITED: pl.String()},
    )


def _signs(ids: pl.Series, first: datetime.date, last: datetime.date) -> pl.DataFrame:
    """By the latest declaration of each."""
    found = ", ".join(f"CAST(d.{name} AS INTEGER)" for name in SIGNS)
    rows = columns.read(
        f"SELECT {_FORM_SQL}, {found}"  # noqa: S608
        f" FROM {columns.asked()} JOIN screening_declaration d ON d.subject = asked.subject"
        " WHERE d.day BETWEEN %s AND %s ORDER BY d.declared_at DESC, d.id",
        [columns.asked_of(ids), first.isoformat(), last.isoformat()],
        {**_FORM, **SIGNS},
    )
    return _newest_versions(rows).group_by("place", maintain_order=True).agg(pl.col(*SIGNS).first())


def _newest_versions(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.filter(pl.col("version") == pl.col("version").max().over("place", "day", "window"))


def all_isolating(ids: pl.Series, on: datetime.date) -> pl.DataFrame:
    """As `facts.all_isolating`; one query."""
    isolated = (
        "SELECT DISTINCT a.person_id FROM organization_absence a WHERE a.kind = %s AND a.first_day <= %s"
        " AND a.last_day >= %s AND a.withdrawn_at IS NULL"
    )
    found = columns.read(
        "SELECT asked.place, CASE WHEN isolated.person_id IS NULL THEN 0 ELSE 1 END"  # noqa: S608
        f" FROM {columns.asked()} JOIN organization_person p ON p.pseudonym = asked.subject"
        f" LEFT JOIN ({isolated}) isolated ON isolated.person_id = p.id",
        [columns.asked_of(ids), AbsenceKind.ISOLATION.value, on.isoformat(), on.isoformat()],
        {"place": pl.Int64(), "is_isolating": pl.Boolean()},
    )
    return found.select(ids.gather(found["place"]).alias("id"), "is_isolating")


def all_residence_levels(ids: pl.Series, on: datetime.date) -> pl.DataFrame:
    """As `facts.all_residence_levels`; one query, and those of the areas."""
    found = columns.read(
        f"SELECT asked.place, p.residence_id FROM {columns.asked()}"  # noqa: S608
        " JOIN organization_person p ON p.pseudonym = asked.subject",
        [columns.asked_of(ids)],
        {"place": pl.Int64(), "area": pl.Int64()},
    ).drop_nulls()
    areas = found["area"].unique().to_list()
    levels = all_levels_of(areas, on=on)
    level = pl.col("area").replace_strict(areas, [levels.get(area) for area in areas], return_dtype=pl.String)
    return found.select(ids.gather(found["place"]).alias("id"), level.alias("residence_area_level"))


def all_front_line(ids: pl.Series, on: datetime.date) -> pl.DataFrame:
    """Whether somebody who is known serves on the day, and the days since the last one served, 0 on the day itself;
    without that number for whoever never served. One query, for any number of people: few are sent."""
    served = (
        "SELECT a.person_id, max(CASE WHEN a.last_day < %s THEN a.last_day ELSE %s END) AS served_until"
        " FROM organization_frontlineassignment a"
        " WHERE a.first_day <= %s AND a.withdrawn_at IS NULL GROUP BY a.person_id"
    )
    found = columns.read(
        "SELECT asked.place, CAST(served.served_until AS TEXT)"  # noqa: S608
        f" FROM {columns.asked()} JOIN organization_person p ON p.pseudonym = asked.subject"
        f" LEFT JOIN ({served}) served ON served.person_id = p.id",
        [columns.asked_of(ids), *[on.isoformat()] * 3],
        {"place": pl.Int64(), "served_until": pl.String()},
    )
    since = (pl.lit(on) - pl.col("served_until").str.to_date()).dt.total_days()
    return found.select(
        ids.gather(found["place"]).alias("id"),
        (since == 0).fill_null(value=False).alias("serves_on_front_line"),
        since.alias("days_since_front_line"),
    )
