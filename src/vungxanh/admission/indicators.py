"""Visits measured over a period.

Due are visits that came in during it: who was turned away, called off or did not come is none. A visit is controlled
when the visitor had declared and the host had said yes before it came in, and it was checked out within the hours
that the rule of that day gives, after which it is closed without anybody having seen the visitor leave. It counts
once it has ended or those hours are over. What a gate without network saw counts by its own time.

A visit belongs to the unit where its host was counted on the day, a secondment first; without a host, or a host
without a post, to the unit of the site. A group is one visit. The erasure of a visitor changes nothing.
"""

import datetime
from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import (
    Case,
    Count,
    DateTimeField,
    DurationField,
    ExpressionWrapper,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce, TruncDate
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from vungxanh.admission.enums import HostAnswer
from vungxanh.admission.models import Visit
from vungxanh.admission.rulebook import VISITS
from vungxanh.common.clock import ZONE, moment
from vungxanh.common.indicators import Asked, Indicator, Measured, Record, Records, summed
from vungxanh.organization.models import Post
from vungxanh.screening.models import PersonDay


def visitors(asked: Asked) -> Mapping[int, Measured]:
    """One query."""
    rows = _visits(asked).order_by().values("for_unit")
    counted = rows.annotate(whole=Count("pk"), part=Count("pk", filter=_controlled(asked)))
    return summed(
        asked, {unit: Measured(part, whole) for unit, part, whole in counted.values_list("for_unit", "part", "whole")}
    )


def visitor_records(asked: Asked, unit_id: int) -> Records:
    part = Case(When(_controlled(asked), then=Value(1)), default=Value(0))
    rows = _visits(asked).filter(for_unit__in=list(asked.members[unit_id])).annotate(part=part)
    ordered = rows.order_by("part", "admitted_at", "pk")
    return Records(ordered.values_list("admitted_at", "for_unit", "part", "site__code", "code"), _show)


def _visits(asked: Asked) -> QuerySet[Any]:
    """Those that are due, each with `for_unit`, and until when it had to be checked out."""
    began, ended = asked.moments
    came_in = Visit.objects.filter(admitted_at__gte=began, admitted_at__lt=ended, admitted_at__lte=asked.at)
    out_by = ExpressionWrapper(F("admitted_at") + _longest(), output_field=DateTimeField())
    known = came_in.annotate(came_on=TruncDate("admitted_at", tzinfo=ZONE), out_by=out_by)
    counted = PersonDay.objects.filter(subject=OuterRef("host__pseudonym"), day=OuterRef("came_on"))
    lasts = Q(valid_to__isnull=True) | Q(valid_to__gt=OuterRef("came_on"))
    posts = Post.objects.filter(lasts, person=OuterRef("host"), valid_from__lte=OuterRef("came_on")).order_by("-kind")
    unit = Coalesce(
        Subquery(counted.values("unit_id")[:1]), Subquery(posts.values("unit_id")[:1]), F("site__unit_id"),
        output_field=IntegerField(),
    )  # fmt: skip
    return known.annotate(for_unit=unit).filter(Q(ended_at__lte=asked.at) | Q(out_by__lte=asked.at))


def _controlled(asked: Asked) -> Q:
    return Q(
        declared_at__lte=F("admitted_at"),
        host_answer=HostAnswer.CONFIRMED,
        host_answered_at__lte=F("admitted_at"),
        ended_at__lte=F("out_by"),
    ) & Q(ended_at__lte=asked.at)


def _longest() -> Case:
    """How long a visit may last that came in at its moment, by the edition of that day."""
    editions = sorted(VISITS.current(), key=lambda one: one.in_force_from, reverse=True)
    lasting = [(one.in_force_from, Value(datetime.timedelta(hours=one.inside_hours))) for one in editions]
    since = [When(admitted_at__gte=moment(day, datetime.time()), then=hours) for day, hours in lasting]
    return Case(*since, default=lasting[-1][1], output_field=DurationField())


def _show(rows: Sequence[tuple[datetime.datetime, int, int, str, str]]) -> list[Record]:
    return [
        Record(at.astimezone(ZONE).date(), unit, _("visit"), part, 1, reverse("visits:visit_page", args=[site, code]))
        for at, unit, part, site, code in rows
    ]


INDICATORS = (Indicator("admission.visitors_controlled", visitors, visitor_records),)
