"""What risk tells the control room: everybody assessed, the return sent and on the map, unusual returns answered."""

import datetime
from collections.abc import Mapping, Set
from functools import partial

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from vungxanh.common.duties import Duty, DutyState, DutyStatus, Question, declared_status
from vungxanh.common.formats import clock_time
from vungxanh.organization.tree import all_tree_of
from vungxanh.risk.enums import DeliveryState
from vungxanh.risk.queries.days import all_unassessed_counts
from vungxanh.risk.queries.deliveries import BriefMapStatus, all_brief_map_statuses, all_receivers
from vungxanh.risk.queries.returns import BriefStatus, all_brief_statuses, all_owed
from vungxanh.screening.duties import all_counts_of


def assessments(question: Question) -> Mapping[int, DutyStatus]:
    """Criterion IV.2: the risk assessed down to each individual."""
    unassessed = all_unassessed_counts(question.day)
    statuses = {}
    for unit_id, counts in question.once(all_counts_of).items():
        left = sum(unassessed.get(member, 0) for member in question.members[unit_id]) if unassessed else 0
        statuses[unit_id] = declared_status(expected=counts.expected, declared=counts.expected - left, missing=0)
    return statuses


def daily_returns(question: Question) -> Mapping[int, DutyStatus]:
    """On a day off without an officer on duty nothing is owed; what was sent nevertheless is shown."""
    owed, statuses = question.once(all_owing), question.once(all_statuses)
    return {one.unit.id: _daily(one, question) for one in statuses if one.unit.id in owed or one.is_submitted}


def unusual_returns(question: Question) -> Mapping[int, DutyStatus]:
    return {one.unit.id: _unusual(one, question) for one in question.once(all_statuses) if one.unusual}


def all_owing(question: Question) -> Set[int]:
    """The reporting points that owe the daily return: `question.once(all_owing)`."""
    return all_owed({question.day: question.once(all_tree_of)})[question.day]


def all_statuses(question: Question) -> list[BriefStatus]:
    """How each unit stands with its returns: `question.once(all_statuses)`."""
    tree = question.once(all_tree_of)
    return all_brief_statuses(question.day, unit_ids=question.members, tree=tree)


def _daily(status: BriefStatus, question: Question) -> DutyStatus:
    if status.is_submitted:
        return DutyStatus(DutyState.DONE, 1, 1, partial(_in_words, status.submitted_at, is_late=not status.on_time))
    return DutyStatus(DutyState.OVERDUE if status.is_overdue(question.at) else DutyState.PENDING, 0, 1)


def _unusual(status: BriefStatus, question: Question) -> DutyStatus:
    waiting = status.open_unusual
    sent = len(status.unusual) - len(waiting)
    if not waiting:
        longest = max((one.minutes_taken or 0 for one in status.unusual), default=0)
        return DutyStatus(DutyState.DONE, sent, sent, lambda: _("after %(minutes)d min") % {"minutes": longest})
    is_over = any(one.due_at < question.at for one in waiting)
    return DutyStatus(DutyState.OVERDUE if is_over else DutyState.BEHIND, sent, len(status.unusual))


def map_updates(question: Question) -> Mapping[int, DutyStatus]:
    """From the day on which there are receivers, of whoever owes the return; what was passed on nevertheless counts."""
    if not all_receivers(question.day):
        return {}
    owed = question.once(all_owing)
    tree = question.once(all_tree_of)
    statuses = all_brief_map_statuses(question.day, unit_ids=question.members, tree=tree)
    return {one.unit.id: _on_map(one, question) for one in statuses if one.unit.id in owed or one.standing}


def _on_map(status: BriefMapStatus, question: Question) -> DutyStatus:
    done, expected = len(status.standing) - len(status.open), max(len(status.standing), 1)
    if status.is_done:
        is_late = bool(status.first and not status.first.is_on_time)
        last = status.last.delivered_at if status.last else None
        return DutyStatus(DutyState.DONE, done, expected, partial(_in_words, last, is_late=is_late))
    if any(one.state == DeliveryState.GIVEN_UP for one in status.open):
        return DutyStatus(DutyState.OVERDUE, done, expected, lambda: _("given up"))
    if status.last:
        return DutyStatus(DutyState.BEHIND, done, expected, lambda: _("newer version"))
    return DutyStatus(DutyState.OVERDUE if question.at >= status.due_at else DutyState.PENDING, done, expected)


def _in_words(at: datetime.datetime | None, *, is_late: bool) -> str:
    return f"{clock_time(at)} {_('late') if is_late else ''}".strip()


DUTIES = (
    Duty("assessment", gettext_lazy("Assessed people"), 30, assessments),
    Duty(
        "daily_return",
        gettext_lazy("Return before 15:00"),
        40,
        daily_returns,
        "risk:return_page",
        is_urged_early=True,
    ),
    Duty("map_update", gettext_lazy("Map update"), 45, map_updates, "risk:map_page"),
    Duty("unusual_return", gettext_lazy("Unusual returns"), 50, unusual_returns, "risk:return_page"),
)
