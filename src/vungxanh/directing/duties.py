"""What directing tells the control room: recommendations after supervision."""

from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from vungxanh.common.duties import Duty, DutyState, DutyStatus, Question
from vungxanh.common.formats import number
from vungxanh.directing.models import Recommendation
from vungxanh.directing.queries.supervision import all_recommendations_as_of


def recommendations(question: Question) -> Mapping[int, DutyStatus]:
    """A unit that has none owes nothing; what it reported waits for the Office and is done for the unit."""
    by_unit: dict[int, list[Recommendation]] = {}
    for one in all_recommendations_as_of(question.at):
        by_unit.setdefault(one.supervision.unit_id, []).append(one)
    found = {unit: [one for m in units for one in by_unit.get(m, [])] for unit, units in question.members.items()}
    return {unit: _status(given, question) for unit, given in found.items() if given}


def _status(given: list[Recommendation], question: Question) -> DutyStatus:
    open_ones = [one for one in given if not _is_done(one, question)]
    overdue = sum(one.due_date < question.day for one in open_ones)
    done = len(given) - len(open_ones)
    if overdue:
        return DutyStatus(
            DutyState.OVERDUE, done, len(given), lambda: _("overdue %(count)s") % {"count": number(overdue)}
        )
    if any(one.due_date == question.day for one in open_ones):
        return DutyStatus(DutyState.BEHIND, done, len(given), lambda: _("due today"))
    return DutyStatus(DutyState.PENDING if open_ones else DutyState.DONE, done, len(given))


def _is_done(one: Recommendation, question: Question) -> bool:
    return any(moment and moment <= question.at for moment in (one.reported_at, one.ended_at))


DUTIES = (
    Duty(
        "recommendation",
        gettext_lazy("Recommendations after supervision"),
        60,
        recommendations,
        "directing:unit_recommendations",
        spans_days=True,
    ),
)
