"""Reminds of daily returns that are missing: each row of the rule once a unit and day, and with whom it told."""

import datetime

from django.db import transaction
from django.urls import reverse
from django.utils.functional import lazy
from django.utils.translation import get_language

from vungxanh.audit import operations as audit
from vungxanh.common.clock import ZONE
from vungxanh.common.formats import clock_time
from vungxanh.notifications.operations import notify_all
from vungxanh.notifications.topics import Message
from vungxanh.organization.tree import UnitNode, all_tree_on
from vungxanh.risk.enums import ReminderTarget
from vungxanh.risk.models import ReturnReminder
from vungxanh.risk.operations.zones import lock_units
from vungxanh.risk.queries.reminders import Answering, all_answering
from vungxanh.risk.queries.returns import all_due_at, all_owed, all_submitted_daily
from vungxanh.risk.rulebook import RETURN_REMINDERS, ReturnReminderRow
from vungxanh.risk.topics import RETURN_DUE, RETURN_MISSING


def remind_of_returns(*, at: datetime.datetime) -> int:
    """Every reminder of today that is due and was not given yet; returns how many. A flat number of queries."""
    local = at.astimezone(ZONE)
    day = local.date()
    due = RETURN_REMINDERS.current().in_force(day).due(local.time())
    if not due:
        return 0
    tree = all_tree_on(day)
    points = {point.id for point in tree.reporting_points()}
    if not _missing(points, due, day):
        return 0
    answering = all_answering(day, tree)
    owing = all_owed({day: tree})[day]
    with transaction.atomic():
        lock_units(owing)
        # Whoever sent in the meantime, or was reminded by another worker, is left alone.
        return _remind(_missing(owing, due, day), answering, day, at)


def _missing(
    unit_ids: set[int], due: list[ReturnReminderRow], day: datetime.date
) -> list[tuple[int, ReturnReminderRow]]:
    """Units that have not sent, each with the rows that were not given yet."""
    given = set(ReturnReminder.objects.filter(day=day).values_list("unit_id", "code"))
    waiting = sorted(unit_ids - all_submitted_daily(unit_ids, day))
    return [(unit, row) for unit in waiting for row in due if (unit, row.code) not in given]


def _remind(
    missing: list[tuple[int, ReturnReminderRow]], answering: Answering, day: datetime.date, at: datetime.datetime
) -> int:
    rows = [
        ReturnReminder(unit_id=unit, day=day, code=row.code, target=row.to, reminded_at=at) for unit, row in missing
    ]
    ReturnReminder.objects.bulk_create(rows)
    told = [
        answering.superiors(unit) if row.to == ReminderTarget.SUPERIORS else answering.actors(unit)
        for unit, row in missing
    ]
    through = ReturnReminder.recipients.through
    through.objects.bulk_create(
        [
            through(returnreminder_id=one.pk, user_id=user.pk)
            for one, users in zip(rows, told, strict=True)
            for user in users
        ]
    )
    messages = [_message(answering.tree[unit], row, day) for unit, row in missing]
    notify_all(list(zip(messages, told, strict=True)), at=at)
    audit.record_all(
        audit.event(
            "risk.remind_of_return",
            actor=None,
            at=at,
            subject=("risk.returnreminder", str(one.pk)),
            subject_name=answering.tree[one.unit_id].name,
            unit_id=one.unit_id,
            detail={"code": one.code, "to": str(one.target), "people": [user.pk for user in users]},
        )
        for one, users in zip(rows, told, strict=True)
    )
    return len(rows)


def _message(unit: UnitNode, row: ReturnReminderRow, day: datetime.date) -> Message:
    return Message(
        topic=RETURN_DUE if row.to == ReminderTarget.ACTORS else RETURN_MISSING,
        key=_cause(unit.id, day, row.code),
        title=_words(unit, row, day),
        address=reverse("risk:return_page", args=[unit.code, day]),
    )


def reminder_causes(unit_id: int, day: datetime.date) -> list[str]:
    """The keys of every reminder that the unit's daily return of the day may have set off."""
    return [_cause(unit_id, day, row.code) for row in RETURN_REMINDERS.current().in_force(day).reminder]


def _cause(unit_id: int, day: datetime.date, code: str) -> str:
    return f"risk.return:{unit_id}:{day}:{code}"


def _words(unit: UnitNode, row: ReturnReminderRow, day: datetime.date) -> str:
    """Lazy: in the language of whoever is told."""

    def words() -> str:
        said = row.in_language(get_language() or "vi")
        return said.format(unit=unit.short_name, due=clock_time(all_due_at(day)))

    return lazy(words, str)()
