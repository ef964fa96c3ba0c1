"""Declarations and assessments of the staff, measured over a period.

Due is one declaration for each window that somebody inside the 100 % was expected in, as the person-day stands now:
leave, travel without declaring, days off and isolation are excused, also where they were recorded later, and a
supplier's people are not counted. A window counts once it is over, or as soon as its declaration is there. Whatever
came counts as declared, by whichever way; in time is what was not late by its own time, so that a day on paper counts
by what stands on the paper. A correction keeps the time of the first. What was received after the moment is not known
yet.

Assessed is whoever had been judged by the rules on that day or before: a judgement holds until another one differs.

People are scored at home: whoever is seconded counts for the unit of the home post. Days that nobody can add to any
more come from the counts that are kept of each unit's day, less those seconded to it and with those seconded from it;
the last days from the person-days. A unit that began or ended within the period has person-days while it was there.
"""

import datetime
from collections.abc import Collection, Mapping
from functools import partial
from operator import add, sub
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Sum
from django.db.models.expressions import Combinable
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from vungxanh.common.dated import lasting
from vungxanh.common.indicators import Asked, Indicator, Measured, Records, Words, summed
from vungxanh.organization.enums import PostKind
from vungxanh.organization.models import Person, Post
from vungxanh.risk.indicators.showing import shown
from vungxanh.risk.models import PersonAssessment, UnitDay
from vungxanh.risk.queries.unit_days import WINDOWS
from vungxanh.screening.enums import Timeliness
from vungxanh.screening.models import Declaration, PersonDay

SETTLED_AFTER = datetime.timedelta(days=7)
"""Nothing is received for an older day: the longest way in (paper, a phone without network) takes four."""
OF_A_WINDOW = ("due", "declared", "in_time")
FIGURES = ("expected", *(f"{window}_{name}" for window in WINDOWS for name in OF_A_WINDOW))
"""`expected`: person-days with a declaration due at any time, what came or not."""
ANY = Q(expects_arrival=True) | Q(expects_leaving=True)

Figures = tuple[int, ...]
NOTHING: Figures = (0,) * len(FIGURES)


def all_declared(asked: Asked) -> dict[int, Figures]:
    """By unit whose people were expected: its FIGURES; three queries."""
    units = asked.units
    recent = max(asked.first, asked.today - SETTLED_AFTER)
    before = min(recent, asked.until + datetime.timedelta(days=1)) - datetime.timedelta(days=1)
    found = _kept(units, asked.first, before)
    for host, home, figures in _seconded(asked, before):
        if host in units:
            found[host] = tuple(map(sub, found.get(host, NOTHING), figures))
        if home in units:
            found[home] = tuple(map(add, found.get(home, NOTHING), figures))
    rows = _person_days(asked, units, recent, asked.until).values("home_unit_id").annotate(**_figures(asked))
    for unit, *counted in rows.values_list("home_unit_id", *FIGURES):
        found[unit] = tuple(map(add, found.get(unit, NOTHING), counted))
    return found


def declared(window: str, asked: Asked) -> Mapping[int, Measured]:
    return _measured(asked, [f"{window}_declared"], [f"{window}_due"])


def in_time(asked: Asked) -> Mapping[int, Measured]:
    return _measured(asked, [f"{window}_in_time" for window in WINDOWS], [f"{window}_due" for window in WINDOWS])


def assessed(asked: Asked) -> Mapping[int, Measured]:
    rows = _staff(asked.units, asked.first, asked.until).filter(ANY, ~Exists(_judgements(asked)))
    unassessed = dict(rows.values("home_unit_id").annotate(days=Count("pk")).values_list("home_unit_id", "days"))
    found = asked.once(all_declared)
    return summed(
        asked, {unit: Measured(one[0] - unassessed.get(unit, 0), one[0]) for unit, one in found.items() if one[0]}
    )


def _measured(asked: Asked, part: Collection[str], whole: Collection[str]) -> dict[int, Measured]:
    counts = {}
    for unit, figures in asked.once(all_declared).items():
        named = dict(zip(FIGURES, figures, strict=True))
        counts[unit] = Measured(sum(named[name] for name in part), sum(named[name] for name in whole))
    return summed(asked, counts)


def _kept(units: Collection[int], first: datetime.date, last: datetime.date) -> dict[int, Figures]:
    """Everybody who stood in the units themselves, seconded or not."""
    sums: dict[str, Combinable] = {"expected_sum": Sum("expected")}
    for window in WINDOWS:
        on_time, early, late = (F(f"{window}_{kind}") for kind in ("on_time", "early", "late"))
        sums[f"{window}_due"] = Sum(f"{window}_expected")
        sums[f"{window}_declared"] = Sum(on_time + early + late)
        sums[f"{window}_in_time"] = Sum(on_time + early)
    rows = UnitDay.objects.filter(day__range=(first, last), unit_id__in=units).values("unit_id").annotate(**sums)
    return {unit: tuple(counted) for unit, *counted in rows.values_list("unit_id", *sums)}


def _seconded(asked: Asked, last: datetime.date) -> list[tuple[int, int, Figures]]:
    """Host, home, and the FIGURES of those whom the one counts and the other scores."""
    here = Q(unit_id__in=asked.units) | Q(home_unit_id__in=asked.units)
    rows = _known(asked, PersonDay.objects.filter(here, day__range=(asked.first, last), is_counted=True))
    rows = rows.filter(subject__in=_subjects_seconded(asked.first, last)).exclude(home_unit_id=F("unit_id"))
    both = "unit_id", "home_unit_id"
    counted = rows.values(*both).annotate(**_figures(asked)).values_list(*both, *FIGURES)
    return [(host, home, tuple(figures)) for host, home, *figures in counted]


def _subjects_seconded(first: datetime.date, last: datetime.date) -> QuerySet[Person, Any]:
    """Days keep the pseudonym of somebody who was merged into another one."""
    posts = Post.objects.filter(lasting(first), kind=PostKind.SECONDMENT, valid_from__lte=last).values("person")
    return Person.objects.filter(Q(pk__in=posts) | Q(merged_into__in=posts)).values("pseudonym")


def _staff(units: Collection[int], first: datetime.date, last: datetime.date) -> QuerySet[PersonDay]:
    """Whom the units score; the first condition only narrows what is read."""
    near = Q(unit_id__in=units) | Q(subject__in=_subjects_seconded(first, last))
    return PersonDay.objects.filter(near, day__range=(first, last), home_unit_id__in=units, is_counted=True).order_by()


def _person_days(
    asked: Asked, units: Collection[int], first: datetime.date, last: datetime.date
) -> QuerySet[PersonDay, Any]:
    return _known(asked, _staff(units, first, last))


def _known(asked: Asked, rows: QuerySet[PersonDay]) -> QuerySet[PersonDay]:
    """With what was received after the moment, by which nothing is known of it yet."""
    later = Declaration.objects.filter(
        subject=OuterRef("subject"), day=OuterRef("day"), version=1, received_at__gt=asked.at
    )
    return rows.annotate(**{f"{window}_later": Exists(later.filter(window=window.upper())) for window in WINDOWS})


def _came(window: str) -> Q:
    return ~Q(**{f"{window}_timeliness": ""}) & Q(**{f"{window}_later": False})


def _figures(asked: Asked) -> dict[str, Count]:
    """Of rows from `_known`."""
    figures = {"expected": Count("pk", filter=ANY)}
    for window in WINDOWS:
        expected, came = Q(**{f"expects_{window}": True}), _came(window)
        is_over = Q(**{f"windows__{window}_due_at__lt": asked.at})
        figures[f"{window}_due"] = Count("pk", filter=expected & (came | is_over))
        figures[f"{window}_declared"] = Count("pk", filter=expected & came)
        in_time = came & ~Q(**{f"{window}_timeliness": Timeliness.LATE})
        figures[f"{window}_in_time"] = Count("pk", filter=expected & in_time)
    return figures


def _judgements(asked: Asked) -> QuerySet[PersonAssessment]:
    """Of the person of a row, on its day or before."""
    return PersonAssessment.objects.filter(subject=OuterRef("subject"), day__lte=OuterRef("day"), at__lte=asked.at)


def declared_records(window: str, asked: Asked, unit_id: int) -> Records:
    figures = _figures(asked)
    what = _("arrival declarations of the day") if window == "arrival" else _("leaving declarations of the day")
    return _by_day(asked, unit_id, what, figures[f"{window}_declared"], figures[f"{window}_due"])


def in_time_records(asked: Asked, unit_id: int) -> Records:
    figures = _figures(asked)
    part, whole = (figures[f"arrival_{name}"] + figures[f"leaving_{name}"] for name in ("in_time", "due"))
    return _by_day(asked, unit_id, _("declarations of the day"), part, whole)


def assessed_records(asked: Asked, unit_id: int) -> Records:
    part = Count("pk", filter=ANY & Q(is_judged=True))
    return _by_day(asked, unit_id, _("people assessed on the day"), part, Count("pk", filter=ANY))


def _by_day(asked: Asked, unit_id: int, what: Words, part: Combinable, whole: Combinable) -> Records:
    """A row for each day and unit where people stood whom the scored unit's members score."""
    units = asked.members[unit_id]
    rows = _person_days(asked, units, asked.first, asked.until).annotate(is_judged=Exists(_judgements(asked)))
    days = rows.values("day", "unit_id").annotate(part=part, whole=whole).filter(whole__gt=0)
    ordered = days.annotate(left=F("whole") - F("part")).order_by("-left", "day", "unit_id")
    return Records(ordered.values_list("day", "unit_id", "part", "whole"), shown(what, _board))


def _board(code: str, day: datetime.date) -> str:
    return reverse("reports:unit_board", args=[code, day])


def _of_window(window: str) -> Indicator:
    return Indicator(f"screening.{window}_declared", partial(declared, window), partial(declared_records, window))


INDICATORS = (
    *map(_of_window, WINDOWS),
    Indicator("screening.declared_in_time", in_time, in_time_records),
    Indicator("risk.people_assessed", assessed, assessed_records),
)
