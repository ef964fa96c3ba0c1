"""Rows that hold from `valid_from` until before `valid_to`, or without end, which of them hold on a day, and days that
lie so far ahead that their year was mistyped."""

import datetime

from django.db.models import Q
from django.utils.translation import gettext as _

from vungxanh.common.formats import day as day_words

YEAR = datetime.timedelta(days=366)


def far_day_words(day: datetime.date, *, today: datetime.date, furthest: datetime.timedelta = YEAR) -> str:
    """What to say of a day that lies further ahead; nothing of any other. Without a rule of its own a year is enough:
    an absence, a role and times of declaring are settled anew before it is over."""
    last = today + furthest
    if day <= last:
        return ""
    words = _("%(day)s is too far away, the latest day is %(last)s: look at the year.")
    return words % {"day": day_words(day), "last": day_words(last)}


def in_force(on: datetime.date) -> Q:
    """For a queryset of any model with these two dates."""
    return Q(valid_from__lte=on) & lasting(on)


def lasting(day: datetime.date) -> Q:
    """What is still there on the day, or begins later."""
    return Q(valid_to__isnull=True) | Q(valid_to__gt=day)
