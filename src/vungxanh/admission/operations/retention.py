"""Lists of meetings and shifts tell where people were: they are forgotten together with the places."""

import datetime

from django.db import transaction

from vungxanh.admission.models import MeetingAttendee, ShiftAttendance
from vungxanh.audit.operations import record
from vungxanh.common.clock import ZONE, moment
from vungxanh.screening.rulebook import PLACE_HISTORY


@transaction.atomic
def erase_lists(*, at: datetime.datetime) -> int:
    """Lines of lists older than the rule keeps places; the meetings themselves stay. Returns how many lines."""
    today = at.astimezone(ZONE).date()
    first_kept = today - datetime.timedelta(days=PLACE_HISTORY.current().in_force(today).keep_days)
    old = MeetingAttendee.objects.filter(meeting__starts_at__lt=moment(first_kept, datetime.time()))
    attendees, _by_model = old.delete()
    shifts, _by_model = ShiftAttendance.objects.filter(day__lt=first_kept).delete()
    if attendees or shifts:
        record(
            "admission.erase_lists",
            actor=None,
            at=at,
            subject=("admission.list", first_kept.isoformat()),
            detail={"attendees": attendees, "shifts": shifts},
        )
    return attendees + shifts
