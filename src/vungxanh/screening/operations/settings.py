"""Times of the windows that differ for a unit or a site."""

import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from vungxanh.accounts.models import User
from vungxanh.audit.operations import record
from vungxanh.common.clock import ZONE
from vungxanh.common.dated import far_day_words
from vungxanh.organization.models import Site, Unit
from vungxanh.screening.models import WindowSetting
from vungxanh.screening.operations.days import MOMENTS, refresh_days
from vungxanh.screening.permissions import may_set_windows
from vungxanh.screening.rulebook import are_in_order


class WindowOrderError(ValidationError):
    """The times of a window do not follow one another; said of its first time."""


class WindowStartError(ValidationError):
    """The times would rewrite a day that has begun, or begin in a year that was mistyped."""


@transaction.atomic
def set_windows(
    place: Unit | Site,
    *,
    times: dict[str, datetime.time],
    valid_from: datetime.date,
    reason: str,
    actor: User,
    at: datetime.datetime,
) -> WindowSetting:
    """From a coming day on, the windows of a site, or of a unit and everything below it.

    `times` has the eight fields of the setting. One that was to begin on the same day is replaced.
    """
    site, unit = (place, None) if isinstance(place, Site) else (None, place)
    unit_id = place.unit_id if isinstance(place, Site) else place.pk
    today = at.astimezone(ZONE).date()
    may_set_windows(actor, unit_id, on=today).or_refuse()
    for window in ("arrival", "leaving"):
        if not are_in_order(*(times[f"{window}_{name}"] for name in MOMENTS)):
            words = _("Times of a window must follow one another: opens, starts, due, closes.")
            raise WindowOrderError({f"{window}_{MOMENTS[0]}": words})
    if valid_from <= today:
        words = _("New times begin tomorrow at the earliest; today has begun with the old ones.")
        raise WindowStartError({"valid_from": words})
    if far := far_day_words(valid_from, today=today):
        raise WindowStartError({"valid_from": far})
    WindowSetting.objects.filter(unit=unit, site=site, valid_from=valid_from).delete()
    setting = WindowSetting.objects.create(unit=unit, site=site, valid_from=valid_from, reason=reason, **times)
    refresh_days(None, first=valid_from, last=None, at=at)
    detail = {"valid_from": valid_from.isoformat(), **{name: f"{time:%H:%M}" for name, time in times.items()}}
    record("screening.set_windows", actor=actor, at=at, subject=setting, unit_id=unit_id, detail=detail)
    return setting
