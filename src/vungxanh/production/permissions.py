"""Who gives targets and approves them, who enters figures and verifies them; delegates do it too."""

import datetime
from dataclasses import dataclass

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from vungxanh.accounts.models import User
from vungxanh.common import clock
from vungxanh.common.verdict import ALLOWED, Verdict, refused
from vungxanh.organization import roles
from vungxanh.organization.enums import Role
from vungxanh.organization.permissions import holds_one_of
from vungxanh.organization.tree import Tree, all_tree_on
from vungxanh.production.models import ProductionFigure, ProductionTarget
from vungxanh.production.queries.places import CHECK, ENTER, SEE, own_unit_ids
from vungxanh.production.queries.standing import all_waiting_marks
from vungxanh.production.workflow import FIGURE, TARGET

ONLY_WRITERS = _("Only those who speak for the unit, the Office and finance enter figures and propose targets.")
ONLY_CHECKERS = _("Only the Office and finance verify figures and approve targets.")
SEEN_BY = _(
    "Production is seen by those who speak for a unit, the Office, finance, Personnel, the council, the leaders."
)
NOT_ONE_S_OWN = _("Somebody else looks at what you entered yourself.")
NOT_ONE_S_UNIT = _("Somebody of another unit looks at what your own unit entered.")


def may_enter(user: User | None, unit_id: int, *, on: datetime.date) -> Verdict:
    """None as the actor is the command line."""
    if user is None or roles.holds(user, ENTER, unit_id, on=on):
        return ALLOWED
    return refused(ONLY_WRITERS)


def may_import(user: User | None, *, on: datetime.date) -> Verdict:
    """Whether the user enters figures of any unit; each row is looked at for itself."""
    if user is None or roles.holds_somewhere(user, ENTER, on=on):
        return ALLOWED
    return refused(ONLY_WRITERS)


@dataclass(frozen=True, slots=True)
class Checking:
    """Of which units somebody checks what others wrote; read once for many figures."""

    user_id: int
    units: frozenset[int]
    own: frozenset[int]

    def may_check(self, unit_id: int, by_id: int | None) -> Verdict:
        """`by_id`: who entered or proposed it."""
        if unit_id not in self.units:
            return refused(ONLY_CHECKERS)
        if by_id == self.user_id:
            return refused(NOT_ONE_S_OWN)
        return refused(NOT_ONE_S_UNIT) if unit_id in self.own else ALLOWED


def checking_of(user: User, *, on: datetime.date, tree: Tree | None = None) -> Checking:
    tree = tree or all_tree_on(on)
    units = roles.unit_ids_where(user, CHECK, on=on, tree=tree)
    return Checking(user.pk, frozenset(units), frozenset(own_unit_ids(user, on=on, tree=tree) if units else ()))


def may_move_figure(user: User, figure: ProductionFigure, verb: str, *, on: datetime.date) -> Verdict:
    """`verb`: one that its state allows."""
    FIGURE.find(figure.state, verb)
    return checking_of(user, on=on).may_check(figure.unit_id, figure.entered_by_id)


def may_move_target(
    user: User, target: ProductionTarget, verb: str, *, on: datetime.date, checking: Checking | None = None
) -> Verdict:
    """`verb`: one that its state allows. What waits may be taken back by those who may propose it. `checking`: of the
    user, where it was read for several."""
    move = TARGET.find(target.state, verb)
    if verb == "withdraw":
        wanted = {Role(name) for name in move.by}
        is_held = roles.holds(user, wanted, target.unit_id, on=on)
        return ALLOWED if is_held else refused(ONLY_CHECKERS if wanted <= CHECK else ONLY_WRITERS)
    checking = checking or checking_of(user, on=on)
    return checking.may_check(target.unit_id, target.proposed_by_id)


def sees_production(request: HttpRequest) -> bool:
    """For the navigation."""
    return holds_one_of(request, SEE)


def waiting(request: HttpRequest) -> int:
    """For the navigation: what the viewer has to verify or to approve."""
    if not isinstance(request.user, User) or not holds_one_of(request, CHECK):
        return 0
    marks = all_waiting_marks()
    if not marks:
        return 0
    checking = checking_of(request.user, on=clock.today())
    return sum(bool(checking.may_check(unit, by)) for unit, by in marks)
