"""Answers for the facts that lie in declarations, absences and areas; registered in `apps.ready()`."""

import datetime
from collections.abc import Iterable, Iterator

import polars as pl
from django.db.models import Exists, OuterRef

from vungxanh.areas.queries import all_levels_of
from vungxanh.common.dated import in_force
from vungxanh.organization.enums import AbsenceKind
from vungxanh.organization.models import Absence, Person, UnitVersion
from vungxanh.risk.queries import facts_of_many
from vungxanh.risk.rulebook import LOOKING_BACK, VISITED_LEVELS
from vungxanh.screening.models import Declaration

AT_ONCE = 5000
"""So many ids go into one query; SQLite takes no more than some ten thousand parameters."""

MANY = 5000
"""From here on answers are read set by set, see `facts_of_many`."""

SIGNS, EXPOSURES = tuple(facts_of_many.SIGNS), facts_of_many.EXPOSURES
DECLARED = (*SIGNS, *EXPOSURES, "worst_visited_level")
_DECLARATION_SCHEMA = {
    "id": pl.String(),
    "day": pl.Date(),
    "window": pl.String(),
    "version": pl.Int64(),
    "declared_at": pl.Datetime("us", "UTC"),
    **facts_of_many.SIGNS,
    **{name: pl.Boolean() for name in EXPOSURES},
    "worst_visited_level": pl.Enum(list(VISITED_LEVELS)),
}


def in_parts(ids: Iterable[object]) -> Iterator[list[object]]:
    whole = list(ids)
    for start in range(0, len(whole), AT_ONCE):
        yield whole[start : start + AT_ONCE]


def all_declared_facts(ids: pl.Series, on: datetime.date) -> pl.DataFrame:
    """Signs by the latest declaration, exposures and journeys by all that still count on the day."""
    if len(ids) > MANY:
        return facts_of_many.all_declared_facts(ids, on)
    back = LOOKING_BACK.current().in_force(on)
    frame = _declarations(ids, on - datetime.timedelta(days=back.exposure_days), on)
    frame = frame.filter(pl.col("version") == pl.col("version").max().over("id", "day", "window"))
    recent = pl.col("day") >= on - datetime.timedelta(days=back.sign_days)
    newest_first = frame.sort("declared_at", descending=True, maintain_order=True)
    return newest_first.group_by("id", maintain_order=True).agg(
        *(pl.col(name).filter(recent).first() for name in SIGNS),
        *(pl.col(name).any() for name in EXPOSURES),
        pl.col("worst_visited_level").max().cast(pl.String),
    )


def _declarations(ids: pl.Series, first: datetime.date, last: datetime.date) -> pl.DataFrame:
    columns = [name for name in _DECLARATION_SCHEMA if name != "id"]
    rows: list[tuple[object, ...]] = []
    for part in in_parts(ids):
        found = Declaration.objects.filter(subject__in=part, day__range=(first, last))
        rows += [
            (str(subject), *rest, level or "NONE")
            for subject, *rest, level in found.order_by("pk").values_list("subject", *columns)
        ]
    return pl.DataFrame(rows, schema=_DECLARATION_SCHEMA, orient="row")


def all_isolating(ids: pl.Series, on: datetime.date) -> pl.DataFrame:
    """True for those with an isolation recorded on the day, false for everybody else who is known."""
    if len(ids) > MANY:
        return facts_of_many.all_isolating(ids, on)
    absences = Absence.objects.filter(
        kind=AbsenceKind.ISOLATION,
        first_day__lte=on,
        last_day__gte=on,
        withdrawn_at__isnull=True,
        person=OuterRef("pk"),
    )
    rows: list[tuple[str, bool]] = []
    for part in in_parts(ids):
        found = Person.objects.filter(pseudonym__in=part).values_list("pseudonym", Exists(absences))
        rows += [(str(one), is_isolating) for one, is_isolating in found]
    return pl.DataFrame(rows, schema={"id": pl.String, "is_isolating": pl.Boolean}, orient="row")


FRONT_LINE = ("serves_on_front_line", "days_since_front_line")


def all_front_line(ids: pl.Series, on: datetime.date) -> pl.DataFrame:
    return facts_of_many.all_front_line(ids, on)


def all_residence_levels(ids: pl.Series, on: datetime.date) -> pl.DataFrame:
    if len(ids) > MANY:
        return facts_of_many.all_residence_levels(ids, on)
    homes: dict[str, int] = {}
    for part in in_parts(ids):
        rows = Person.objects.filter(pseudonym__in=part, residence__isnull=False)
        homes |= {str(one): area for one, area in rows.values_list("pseudonym", "residence_id") if area}
    levels = all_levels_of(set(homes.values()), on=on)
    columns = {"id": list(homes), "residence_area_level": [levels.get(area) for area in homes.values()]}
    return pl.DataFrame(columns, schema={"id": pl.String, "residence_area_level": pl.String})


def all_unit_area_levels(ids: pl.Series, on: datetime.date) -> pl.DataFrame:
    versions = UnitVersion.objects.filter(in_force(on), unit_id__in=list(ids), area__isnull=False)
    places = {unit: area for unit, area in versions.values_list("unit_id", "area_id") if area}
    levels = all_levels_of(set(places.values()), on=on)
    columns = {"id": list(places), "area_level": [levels.get(area) for area in places.values()]}
    return pl.DataFrame(columns, schema={"id": pl.Int64, "area_level": pl.String})
