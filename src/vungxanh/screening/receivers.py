"""When posts, absences, the roster or the calendar change, the opened days follow in the same transaction."""

import datetime
from collections.abc import Collection

from django.dispatch import receiver

from vungxanh.organization.signals import people_changed, working_days_changed
from vungxanh.screening.operations import refresh_days


@receiver(working_days_changed)
def follow_working_days(
    sender: object,
    *,
    people: Collection[int] | None,
    first_day: datetime.date,
    last_day: datetime.date | None,
    at: datetime.datetime,
    **_: object,
) -> None:
    refresh_days(people, first=first_day, last=last_day, at=at)


@receiver(people_changed)
def follow_people(
    sender: object, *, people: Collection[int], first_day: datetime.date, at: datetime.datetime, **_: object
) -> None:
    refresh_days(people, first=first_day, last=None, at=at)
