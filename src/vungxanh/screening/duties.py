"""What screening tells the control room: who has declared on arrival and on leaving."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from vungxanh.common.duties import Duty, DutyStatus, Question, declared_status
from vungxanh.screening.enums import Window
from vungxanh.screening.queries.days import UnitCounts, all_unit_counts


def arrival(question: Question) -> Mapping[int, DutyStatus]:
    return _declared(question, Window.ARRIVAL)


def leaving(question: Question) -> Mapping[int, DutyStatus]:
    return _declared(question, Window.LEAVING)


def _declared(question: Question, window: Window) -> Mapping[int, DutyStatus]:
    counts = all_unit_counts(question.day, at=question.at)
    name = window.lower()
    statuses = {}
    for unit_id, members in question.members.items():
        whole = sum((counts[member] for member in members if member in counts), UnitCounts())
        figures = {part: getattr(whole, f"{name}_{part}") for part in ("expected", "declared", "missing")}
        statuses[unit_id] = declared_status(**figures)
    return statuses


DUTIES = (
    Duty("arrival", _("Arrival declarations"), 10, arrival),
    Duty("leaving", _("Leaving declarations"), 20, leaving),
)
