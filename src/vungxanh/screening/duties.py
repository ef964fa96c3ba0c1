"""What screening tells the control room: who has declared on arrival and on leaving."""

from collections.abc import Mapping
from functools import partial
from operator import attrgetter

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from vungxanh.common.duties import Duty, DutyStatus, Question, declared_status
from vungxanh.common.formats import number
from vungxanh.screening.enums import Window
from vungxanh.screening.queries.days import UnitCounts, all_unit_counts, total


def arrival(question: Question) -> Mapping[int, DutyStatus]:
    return _declared(question, Window.ARRIVAL)


def leaving(question: Question) -> Mapping[int, DutyStatus]:
    return _declared(question, Window.LEAVING)


def all_counts_of(question: Question) -> Mapping[int, UnitCounts]:
    """For each unit that answers, the people of those for which it does: `question.once(all_counts_of)`."""
    counts = all_unit_counts(question.day, at=question.at)
    here = {unit: [counts[member] for member in units if member in counts] for unit, units in question.members.items()}
    return {unit: found[0] if len(found) == 1 else total(found) for unit, found in here.items()}


def _declared(question: Question, window: Window) -> Mapping[int, DutyStatus]:
    name = window.lower()
    figures = attrgetter(*(f"{name}_{part}" for part in ("expected", "declared", "missing", "late")))
    statuses = {}
    for unit_id, whole in question.once(all_counts_of).items():
        expected, declared, missing, late = figures(whole)
        tell = partial(_in_words, missing, late)
        statuses[unit_id] = declared_status(expected=expected, declared=declared, missing=missing, tell=tell)
    return statuses


def _in_words(missing: int, late: int) -> str:
    parts = [
        _("missing %(count)s") % {"count": number(missing)} if missing else "",
        _("late %(count)s") % {"count": number(late)} if late else "",
    ]
    return " · ".join(part for part in parts if part)


DUTIES = (
    Duty("arrival", gettext_lazy("Arrival declarations"), 10, arrival),
    Duty("leaving", gettext_lazy("Leaving declarations"), 20, leaving),
)
