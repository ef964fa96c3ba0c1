"""Who may do what with questions, supervision and recommendations; delegates do it too."""

import datetime

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from vungxanh.accounts.models import User
from vungxanh.common import clock
from vungxanh.common.verdict import ALLOWED, Verdict, refused
from vungxanh.common.workflow import Move
from vungxanh.directing.enums import RecommendationVerb
from vungxanh.directing.models import Question, Recommendation, Supervision
from vungxanh.directing.queries import questions as questions_read
from vungxanh.directing.queries import supervision as supervision_read
from vungxanh.directing.workflow import OFFICE, PLANNERS, QUESTION, RECOMMENDATION, SUPERVISION, TEAM
from vungxanh.organization import roles
from vungxanh.organization.enums import Role
from vungxanh.organization.permissions import holds_one_of


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


def _holds(user: User, move: Move, unit_id: int, on: datetime.date) -> bool:
    return roles.holds(user, [Role(role) for role in move.by if role in Role.values], unit_id, on=on)


def questions_waiting(request: HttpRequest) -> int:
    """For the navigation: what the Office has to answer."""
    user = request.user
    if not user.is_authenticated or not holds_one_of(request, questions_read.ANSWER):
        return 0
    return questions_read.questions_to_answer(user, on=clock.today()).count()


def sees_supervision(request: HttpRequest) -> bool:
    """For the navigation; whoever goes on a visit comes from the message."""
    return holds_one_of(request, supervision_read.SEE_SUPERVISION)


def supervision_waiting(request: HttpRequest) -> int:
    """For the navigation: minutes to confirm, recommendations to carry out or to look at."""
    user, today = request.user, clock.today()
    if not user.is_authenticated or not sees_supervision(request):
        return 0
    minutes = supervision_read.supervisions_to_answer(user, on=today).count()
    return minutes + supervision_read.recommendations_waiting(user, on=today).count()
