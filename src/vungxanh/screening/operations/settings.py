"""Times of the windows that differ for a unit or a site."""

import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from vungxanh.accounts.models import User
from vungxanh.audit.operations import record
from vungxanh.organization.models import Site, Unit
from vungxanh.screening.models import WindowSetting
from vungxanh.screening.operations.days import MOMENTS, refresh_days
from vungxanh.screening.permissions import may_set_windows


class WindowOrderError(ValidationError):
    """The times of a window do not follow one another."""


@transaction.atomic
def set_windows(
    *,
    unit: Unit | None,
    site: Site | None,
    times: dict[str, datetime.time],
    valid_from: datetime.date,
    reason: str,
    actor: User,
    at: datetime.datetime,
) -> WindowSetting:
    """From a day on, the windows of a site, or of a unit and everything below it. Exactly one of the two is given."""
    place = site.unit_id if site else unit.pk if unit else 0
    may_set_windows(actor, place, on=at.date()).or_refuse()
    for window in ("arrival", "leaving"):
        opens, starts, due, closes = (times[f"{window}_{name}"] for name in MOMENTS)
        if not opens <= starts < due <= closes:
            raise WindowOrderError(_("Times of a window must follow one another: opens, starts, due, closes."))
    setting, _created = WindowSetting.objects.update_or_create(
        unit=unit, site=site, valid_from=valid_from, defaults={**times, "reason": reason}
    )
    refresh_days(None, first=max(valid_from, at.date()), last=None, at=at)
    record("screening.set_windows", actor=actor, at=at, subject=setting, unit_id=place)
    return setting
