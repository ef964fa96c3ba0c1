"""Who may do what with questions, supervision, recommendations and guidance; delegates do it too."""

import datetime

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from vungxanh.accounts.models import User
from vungxanh.common import clock
from vungxanh.common.verdict import ALLOWED, Verdict, refused
from vungxanh.common.workflow import Move
from vungxanh.directing.enums import RecommendationState, RecommendationVerb
from vungxanh.directing.models import Guidance, Question, Recommendation, Supervision
from vungxanh.directing.queries import guidance as guidance_read
from vungxanh.directing.queries import questions as questions_read
from vungxanh.directing.queries import supervision as supervision_read
from vungxanh.directing.workflow import GUIDANCE, OFFICE, PLANNERS, QUESTION, RECOMMENDATION, SUPERVISION, TEAM
from vungxanh.organization import roles
from vungxanh.organization.enums import Role
from vungxanh.organization.permissions import holds_one_of
from vungxanh.organization.tree import all_tree_on


def may_ask(user: User, unit_id: int, *, on: datetime.date) -> Verdict:
    if roles.holds(user, questions_read.ASK, unit_id, on=on):
        return ALLOWED
    return refused(_("Only the head, a deputy or the clerk of a unit asks for it."))


def may_move_question(user: User, question: Question, verb: str, *, on: datetime.date) -> Verdict:
    """`verb`: one that the state of the question allows."""
    move = QUESTION.find(question.state, verb)
    if _holds(user, move, question.unit_id, on):
        return ALLOWED
    if set(move.by) <= set(OFFICE):
        return refused(_("Only the Office answers and publishes."))
    return refused(_("Only the head, a deputy or the clerk of a unit asks for it."))


def may_plan(user: User, unit_id: int, *, on: datetime.date) -> Verdict:
    if roles.holds(user, supervision_read.PLAN, unit_id, on=on):
        return ALLOWED
    return refused(_("Only the Office and the leaders plan supervision."))


def may_move_supervision(user: User, supervision: Supervision, verb: str, *, on: datetime.date) -> Verdict:
    """`verb`: one that its state allows. Nobody confirms the minutes of a visit on which one went oneself."""
    move, is_member = SUPERVISION.find(supervision.state, verb), supervision_read.is_member(user, supervision)
    if TEAM in move.by and is_member:
        return ALLOWED
    if TEAM not in move.by and is_member and not set(move.by) & set(PLANNERS):
        return refused(_("Whoever went on the visit does not confirm its minutes."))
    if _holds(user, move, supervision.unit_id, on):
        return ALLOWED
    if TEAM in move.by:
        return refused(_("Only those who go on the visit, the Office and the leaders do this."))
    if set(move.by) & set(PLANNERS):
        return refused(_("Only the Office and the leaders plan supervision."))
    return refused(_("Only the head of the unit or a deputy confirms the minutes."))


def may_move_recommendation(user: User, recommendation: Recommendation, verb: str, *, on: datetime.date) -> Verdict:
    """`verb`: one that its state allows, once the unit has the minutes. Nobody accepts what one reported oneself."""
    move, supervision = RECOMMENDATION.find(recommendation.state, verb), recommendation.supervision
    if supervision.state not in supervision_read.OF_THE_UNIT:
        return refused(_("The unit does not have the minutes yet."))
    if not _holds(user, move, supervision.unit_id, on):
        if set(move.by) & set(PLANNERS):
            return refused(_("Only the Office and the leaders decide on a recommendation."))
        return refused(_("Only the head, a deputy or the clerk of the unit reports what was done."))
    reported = recommendation.entries.filter(verb=RecommendationVerb.REPORT).order_by("-at", "-pk").first()
    if verb == RecommendationVerb.ACCEPT and reported and reported.by_id == user.pk:
        return refused(_("Somebody else accepts what you reported yourself."))
    return ALLOWED


def may_draft_guidance(user: User, unit_id: int, *, on: datetime.date) -> Verdict:
    if roles.holds(user, guidance_read.PUBLISH, unit_id, on=on):
        return ALLOWED
    return refused(_("Only the Office publishes guidance."))


def may_move_guidance(user: User, guidance: Guidance, verb: str, *, on: datetime.date) -> Verdict:
    """`verb`: one that its state allows. Whoever speaks for a unit for which it is acknowledges it for oneself."""
    move = GUIDANCE.find(guidance.state, verb)
    if verb == "acknowledge":
        if guidance_read.is_for(guidance, user, on=on):
            return ALLOWED
        return refused(_("Only the head, a deputy or the clerk of a unit for which it is acknowledges it."))
    if _holds(user, move, guidance.unit_id, on):
        return ALLOWED
    return refused(_("Only the Office publishes guidance."))


def _holds(user: User, move: Move, unit_id: int, on: datetime.date) -> bool:
    return roles.holds(user, [Role(role) for role in move.by if role in Role.values], unit_id, on=on)


class _Held:
    """What the viewer of a request holds today, read once for all counts of the navigation.

    What waits anywhere is little and the units of a viewer may be thousands: the counts read what waits and look here
    whose it is, since thousands of ids in a query cost more than its answer.
    """

    def __init__(self, user: User) -> None:
        self.user_id: int = user.pk
        self.holdings = roles.holdings(user, on=clock.today())
        self.tree = all_tree_on(clock.today())

    def nodes(self, wanted: frozenset[Role]) -> set[int]:
        return {one.unit_id for one in self.holdings if one.role in wanted and one.unit_id in self.tree}

    def units(self, wanted: frozenset[Role]) -> set[int]:
        """The nodes and everything below them."""
        return {below.id for node in self.nodes(wanted) for below in self.tree.below(node)}


def _held(request: HttpRequest, wanted: frozenset[Role]) -> _Held | None:
    """None for whoever holds none of the roles."""
    if not request.user.is_authenticated or not holds_one_of(request, wanted):
        return None
    known: _Held | None = getattr(request, "held_for_directing", None)
    if known is None:
        known = _Held(request.user)
        request.held_for_directing = known  # type: ignore[attr-defined]
    return known


def questions_waiting(request: HttpRequest) -> int:
    """For the navigation: what the Office has to answer."""
    held = _held(request, questions_read.ANSWER)
    if held is None:
        return 0
    units = held.units(questions_read.ANSWER)
    return sum(unit in units for unit in questions_read.all_questions_waiting().values_list("unit_id", flat=True))


def sees_supervision(request: HttpRequest) -> bool:
    """For the navigation; whoever goes on a visit comes from the message."""
    return holds_one_of(request, supervision_read.SEE_SUPERVISION)


def supervision_waiting(request: HttpRequest) -> int:
    """For the navigation: minutes to confirm, recommendations to carry out or to look at."""
    held = _held(request, supervision_read.SEE_SUPERVISION)
    if held is None:
        return 0
    led = held.units(roles.HEADS)
    whose: dict[str, set[int]] = {
        RecommendationState.OPEN: held.units(roles.UNIT_STAFF),
        RecommendationState.REPORTED: held.units(supervision_read.PLAN),
    }
    minutes = supervision_read.all_supervisions_to_answer().values_list("unit_id", flat=True)
    waiting = supervision_read.all_recommendations_waiting().values_list("state", "supervision__unit_id")
    return sum(unit in led for unit in minutes) + sum(unit in whose[state] for state, unit in waiting)


def guidance_waiting(request: HttpRequest) -> int:
    """For the navigation: what the viewer has to read."""
    held = _held(request, guidance_read.READERS)
    if held is None:
        return 0
    nodes = held.nodes(guidance_read.READERS)
    return guidance_read.all_guidance_to_read(held.user_id, nodes, held.tree).count()
