"""Rows that hold from `valid_from` until before `valid_to`, or without end, and which of them hold on a day."""

import datetime

from django.db.models import Q


def in_force(on: datetime.date) -> Q:
    """For a queryset of any model with these two dates."""
    return Q(valid_from__lte=on) & lasting(on)


def lasting(day: datetime.date) -> Q:
    """What is still there on the day, or begins later."""
    return Q(valid_to__isnull=True) | Q(valid_to__gt=day)
