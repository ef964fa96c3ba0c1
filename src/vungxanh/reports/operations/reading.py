"""What looking at a board leaves behind: whose reasons were read in full."""

import datetime
from collections.abc import Iterable

from vungxanh.accounts.models import User
from vungxanh.audit.operations import event, record_all
from vungxanh.reports.queries.people import PersonLine


def note_readings(viewer: User, shown: Iterable[PersonLine], *, at: datetime.datetime) -> None:
    """Reasons in full of somebody else are health data: who read them, whose, when. Neutral ones leave no trace."""
    record_all(
        event("risk.read_level", actor=viewer, at=at, subject=one.person, unit_id=one.day.unit_id, is_read=True)
        for one in shown
        if one.level and one.level.is_full and one.level.reasons and one.person.user_id != viewer.pk
    )
