"""Recommendations and guidance, measured over a period.

A recommendation is due when its last day, as it was postponed at last, lies in the period and is over, or the unit
has reported it before; it is in time when the report that stands was made by the end of that day. What the Office
sent back was not done; what it dropped is not due, and neither is what stands in minutes that the unit had not got by
the moment.

A reading is due from each head, acting head and clerk who held the role, at the moment of publishing, at one of the
units for which a guidance is that was published in the period; the same person at two units for each of them. It has
no deadline: it counts from the publication on, as read once the reader has said so. What was replaced or taken back
by the moment need not be read any more, the newer version need. Who stands in for a head reads nothing for the head,
and of an account that is closed nothing is asked.
"""

import datetime
import uuid
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence

from django.db.models import Case, Count, Exists, F, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import TruncDate
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from vungxanh.common.clock import ZONE
from vungxanh.common.dated import lasting
from vungxanh.common.indicators import Asked, Indicator, Measured, Record, Records, summed
from vungxanh.directing.enums import GuidanceState, RecommendationState
from vungxanh.directing.models import Guidance, GuidanceReading, Recommendation
from vungxanh.directing.queries.guidance import READERS
from vungxanh.directing.queries.supervision import OF_THE_UNIT
from vungxanh.organization.models import RoleAssignment
from vungxanh.organization.tree import all_trees_of


def recommendations(asked: Asked) -> Mapping[int, Measured]:
    """One query."""
    rows = _recommendations(asked, asked.units).order_by().values("supervision__unit_id")
    counted = rows.annotate(whole=Count("pk"), part=Count("pk", filter=_in_time(asked)))
    figures = counted.values_list("supervision__unit_id", "part", "whole")
    return summed(asked, {unit: Measured(part, whole) for unit, part, whole in figures})


def recommendation_records(asked: Asked, unit_id: int) -> Records:
    part = Case(When(_in_time(asked), then=Value(1)), default=Value(0))
    rows = _recommendations(asked, asked.members[unit_id]).annotate(part=part).order_by("part", "due_date", "pk")
    return Records(rows.values_list("due_date", "supervision__unit_id", "part", "pk"), _show_recommendations)


def _recommendations(asked: Asked, units: Collection[int]) -> QuerySet[Recommendation]:
    given = Recommendation.objects.filter(
        Q(due_date__lt=asked.today) | Q(reported_at__lte=asked.at),
        due_date__range=(asked.first, asked.last),
        supervision__unit_id__in=list(units),
        supervision__state__in=OF_THE_UNIT,
        supervision__minutes_at__lte=asked.at,
    )
    return given.exclude(state=RecommendationState.DROPPED).annotate(reported_on=TruncDate("reported_at", tzinfo=ZONE))


def _in_time(asked: Asked) -> Q:
    return Q(reported_at__lte=asked.at, reported_on__lte=F("due_date"))


def _show_recommendations(rows: Sequence[tuple[datetime.date, int, int, int]]) -> list[Record]:
    return [
        Record(day, unit, _("recommendation"), part, 1, reverse("directing:recommendation_page", args=[key]))
        for day, unit, part, key in rows
    ]


def readings(asked: Asked) -> Mapping[int, Measured]:
    counts: dict[int, Measured] = {}
    for (_key, unit), one in asked.once(all_readings_due).items():
        part, whole = counts.get(unit, (0, 0))
        counts[unit] = Measured(part + one.part, whole + one.whole)
    return summed(asked, counts)


def reading_records(asked: Asked, unit_id: int) -> Records:
    """A row for each guidance and unit: who has not read it stands on its page."""
    units, published = set(asked.members[unit_id]), asked.once(_published)
    rows = [
        (published[key], unit, one.part, one.whole, key)
        for (key, unit), one in asked.once(all_readings_due).items()
        if unit in units
    ]
    return Records(sorted(rows, key=lambda row: (row[2] - row[3], row[0], row[1])), _show_readings)


def _show_readings(rows: Sequence[tuple[datetime.date, int, int, int, uuid.UUID]]) -> list[Record]:
    return [
        Record(day, unit, _("guidance"), part, whole, reverse("directing:guidance_page", args=[key]))
        for day, unit, part, whole, key in rows
    ]


def _published(asked: Asked) -> dict[uuid.UUID, datetime.date]:
    """Guidance of the period that was in force at its moment, with the day of its publication."""
    began, ended = asked.moments
    replaced = Guidance.objects.filter(replaces=OuterRef("pk"), published_at__lte=asked.at)
    rows = Guidance.objects.filter(
        ~Exists(replaced),
        state__in=[GuidanceState.PUBLISHED, GuidanceState.REPLACED],
        published_at__gte=began,
        published_at__lt=ended,
        published_at__lte=asked.at,
    )
    return {key: at.astimezone(ZONE).date() for key, at in rows.values_list("pk", "published_at") if at}


def all_readings_due(asked: Asked) -> dict[tuple[uuid.UUID, int], Measured]:
    """By guidance and unit that has readers: how many have read it, of how many; five queries."""
    published, trees = asked.once(_published), asked.once(all_trees_of)
    units = asked.units
    targets: dict[uuid.UUID, set[int]] = defaultdict(set)
    for key, unit in Guidance.targets.through.objects.filter(guidance__in=published).values_list("guidance", "unit"):
        tree = trees[published[key]]
        targets[key] |= {node.id for node in tree.below(unit) if node.id in units} if unit in tree else set()
    readers = _readers(asked)
    told = GuidanceReading.objects.filter(guidance__in=published, read_at__lte=asked.at)
    read = set(told.values_list("guidance", "user"))
    due: dict[tuple[uuid.UUID, int], Measured] = {}
    for key, day in published.items():
        for unit in targets[key]:
            if users := {
                user for user, began, ended in readers.get(unit, []) if began <= day and (ended is None or day < ended)
            }:
                due[key, unit] = Measured(sum((key, user) in read for user in users), len(users))
    return due


def _readers(asked: Asked) -> dict[int, list[tuple[int, datetime.date, datetime.date | None]]]:
    """By unit: whoever had a role of READERS in the period, from when and until before when."""
    rows = RoleAssignment.objects.filter(
        lasting(asked.first),
        valid_from__lte=asked.until,
        role__in=READERS,
        unit_id__in=asked.units,
        user__is_active=True,
    )
    found: dict[int, list[tuple[int, datetime.date, datetime.date | None]]] = defaultdict(list)
    for unit, user, began, ended in rows.values_list("unit_id", "user_id", "valid_from", "valid_to"):
        found[unit].append((user, began, ended))
    return found


INDICATORS = (
    Indicator("directing.recommendations_in_time", recommendations, recommendation_records),
    Indicator("directing.guidance_read", readings, reading_records),
)
