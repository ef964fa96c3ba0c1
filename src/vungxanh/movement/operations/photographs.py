"""Pictures that are kept with a launch or an activity: cleaned, counted, erased in time."""

import datetime
from typing import TypeVar

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from vungxanh.audit.operations import record
from vungxanh.common.clock import ZONE
from vungxanh.common.photographs import Photograph, PhotographError, cleaned_photograph
from vungxanh.movement.models import ActivityPhotograph, LaunchPhotograph
from vungxanh.movement.rulebook import MOVEMENT_RULE

Picture = TypeVar("Picture", LaunchPhotograph, ActivityPhotograph)


def cleaned(content: bytes, error: type[ValidationError], *, on: datetime.date) -> Photograph:
    """Raises `error` where it is no picture."""
    rule = MOVEMENT_RULE.current().in_force(on)
    try:
        return cleaned_photograph(content, longest_edge=rule.longest_edge)
    except PhotographError as refused:
        raise error(str(refused)) from refused


def there_already(
    rows: QuerySet[Picture], photograph: Photograph, error: type[ValidationError], *, on: datetime.date
) -> Picture | None:
    """The same picture among the `rows` of one thing. Raises `error` where there is no room for another."""
    rule = MOVEMENT_RULE.current().in_force(on)
    standing = rows.filter(withdrawn_at__isnull=True)
    found = standing.filter(received_sha256=photograph.received_sha256).first()
    if found is None and standing.count() >= rule.most_photographs:
        words = _("At most %(count)d photographs stand there; this one is not kept.")
        raise error(words % {"count": rule.most_photographs})
    return found


def erase_old(rows: QuerySet[Picture], held_on: str, action: str, *, at: datetime.datetime) -> int:
    """Those of longer ago than the rule keeps them, by the day in the field `held_on`; that they were there is kept.
    Returns how many."""
    today = at.astimezone(ZONE).date()
    first_kept = today - datetime.timedelta(days=MOVEMENT_RULE.current().in_force(today).keep_days)
    old = rows.filter(content__isnull=False, **{f"{held_on}__lt": first_kept})
    erased = old.update(content=None, erased_at=at)
    if erased:
        subject = (rows.model._meta.label_lower, first_kept.isoformat())
        record(action, actor=None, at=at, subject=subject, detail={"photographs": erased})
    return erased
