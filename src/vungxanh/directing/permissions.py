"""Who may do what with questions; delegates do it too."""

import datetime

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from vungxanh.accounts.models import User
from vungxanh.common import clock
from vungxanh.common.verdict import ALLOWED, Verdict, refused
from vungxanh.common.workflow import Move
from vungxanh.directing.models import Question
from vungxanh.directing.queries import questions as questions_read
from vungxanh.directing.workflow import OFFICE, QUESTION
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


def _holds(user: User, move: Move, unit_id: int, on: datetime.date) -> bool:
    return roles.holds(user, [Role(role) for role in move.by if role in Role.values], unit_id, on=on)


def questions_waiting(request: HttpRequest) -> int:
    """For the navigation: what the Office has to answer."""
    user = request.user
    if not user.is_authenticated or not holds_one_of(request, questions_read.ANSWER):
        return 0
    return questions_read.questions_to_answer(user, on=clock.today()).count()
