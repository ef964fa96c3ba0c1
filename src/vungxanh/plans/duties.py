"""What plans tell the control room: units that have not sent theirs."""

from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from vungxanh.common.duties import Duty, DutyState, DutyStatus, Question
from vungxanh.common.formats import day as day_words
from vungxanh.plans.queries.plans import Owed, all_owed


def plans(question: Question) -> Mapping[int, DutyStatus]:
    """Of every campaign under way, the unit's plan for it and its Green Zone plan; done once they are sent, and owed
    again while they are returned."""
    by_unit: dict[int, list[Owed]] = {}
    for one in all_owed(question.at):
        by_unit.setdefault(one.unit_id, []).append(one)
    found = {unit: [one for m in units for one in by_unit.get(m, [])] for unit, units in question.members.items()}
    return {unit: _status(owed, question) for unit, owed in found.items() if owed}


def _status(owed: list[Owed], question: Question) -> DutyStatus:
    waiting = [one.due_on for one in owed if not one.is_sent]
    done = len(owed) - len(waiting)
    if not waiting:
        return DutyStatus(DutyState.DONE, done, len(owed))
    first = min(waiting)
    state = DutyState.OVERDUE if first < question.day else DutyState.PENDING
    state = DutyState.BEHIND if first == question.day else state
    return DutyStatus(state, done, len(owed), lambda: _("by %(day)s") % {"day": day_words(first)})


DUTIES = (Duty("plan", gettext_lazy("Plans of the unit"), 71, plans, "plans:unit_plans", spans_days=True),)
