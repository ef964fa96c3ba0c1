"""What production tells the control room: figures of the month before."""

from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from vungxanh.common.duties import Duty, DutyState, DutyStatus, Question
from vungxanh.common.formats import day as day_words
from vungxanh.production.queries.owed import Owed, all_owed
from vungxanh.production.rulebook import month_before, rule_on


def figures(question: Question) -> Mapping[int, DutyStatus]:
    """A unit without a target in that month owes nothing."""
    owed = all_owed(month_before(question.day), question.at)
    found = {unit: [owed[m] for m in units if m in owed] for unit, units in question.members.items()}
    return {unit: _status(given, question) for unit, given in found.items() if given}


def _status(given: list[Owed], question: Question) -> DutyStatus:
    done, expected = sum(one.done for one in given), sum(one.expected for one in given)
    due = rule_on(question.day).due_day(month_before(question.day))
    if done == expected:
        return DutyStatus(DutyState.DONE, done, expected)
    state = DutyState.OVERDUE if due < question.day else DutyState.PENDING
    state = DutyState.BEHIND if due == question.day else state
    return DutyStatus(state, done, expected, lambda: _("by %(day)s") % {"day": day_words(due)})


DUTIES = (Duty("production", gettext_lazy("Production figures"), 75, figures, "production:unit_day", spans_days=True),)
