"""What the movement tells the control room: units that have not launched it."""

from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from vungxanh.common.duties import Duty, DutyState, DutyStatus, Question
from vungxanh.common.formats import day as day_words
from vungxanh.movement.queries.campaigns import all_under_way, participants
from vungxanh.movement.queries.launches import all_launched_by
from vungxanh.movement.rulebook import CampaignFile
from vungxanh.organization.tree import all_tree_on


def launches(question: Question) -> Mapping[int, DutyStatus]:
    """Of every campaign that had begun by the day. A unit that takes part in none owes nothing."""
    tree = all_tree_on(question.day)
    owed: dict[int, list[tuple[CampaignFile, bool]]] = {}
    for campaign, plan in all_under_way(question.at):
        launched = all_launched_by(campaign, question.at)
        for node in participants(plan, campaign.unit_id, tree):
            owed.setdefault(node.id, []).append((plan, node.id in launched))
    found = {unit: [one for m in units for one in owed.get(m, [])] for unit, units in question.members.items()}
    return {unit: _status(given, question) for unit, given in found.items() if given}


def _status(given: list[tuple[CampaignFile, bool]], question: Question) -> DutyStatus:
    done = sum(is_launched for _plan, is_launched in given)
    waiting = [plan.launch_by for plan, is_launched in given if not is_launched]
    if not waiting:
        return DutyStatus(DutyState.DONE, done, len(given))
    first = min(waiting)
    state = DutyState.OVERDUE if first < question.day else DutyState.PENDING
    state = DutyState.BEHIND if first == question.day else state
    return DutyStatus(state, done, len(given), lambda: _("by %(day)s") % {"day": day_words(first)})


DUTIES = (
    Duty("launch", gettext_lazy("Launch of the movement"), 70, launches, "movement:unit_launches", spans_days=True),
)
