"""Who sees, edits, numbers and withdraws papers. None as the actor is the system."""

import datetime

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from vungxanh.accounts.models import User
from vungxanh.common.verdict import ALLOWED, Verdict, refused
from vungxanh.documents.models import IncomingPaper, Paper
from vungxanh.documents.queries import GET_PAPERS, KEEP_NUMBERS, SEE_PAPERS
from vungxanh.organization import roles
from vungxanh.organization.enums import Role
from vungxanh.organization.permissions import holds_one_of
from vungxanh.organization.tree import all_tree_on


def may_draft(user: User | None, unit_id: int, *, on: datetime.date) -> Verdict:
    if user is None or roles.holds(user, Role.OFFICE, unit_id, on=on):
        return ALLOWED
    return refused(_("Only the Office drafts papers."))


def may_see_drafts(user: User, paper: Paper, *, on: datetime.date) -> Verdict:
    """Drafts, versions and who did what: for those at the issuing unit, not for whom it goes to."""
    if roles.holds(user, SEE_PAPERS, paper.unit_id, on=on):
        return ALLOWED
    return refused(_("Drafts are seen by the agency that issues the paper."))


def may_edit(user: User, paper: Paper, *, on: datetime.date) -> Verdict:
    if roles.holds(user, Role.OFFICE, paper.unit_id, on=on):
        return ALLOWED
    return refused(_("Only the Office changes a draft."))


def may_issue(user: User, paper: Paper, *, on: datetime.date) -> Verdict:
    if roles.holds(user, KEEP_NUMBERS, paper.unit_id, on=on):
        return ALLOWED
    return refused(_("Only the records clerk or the Office writes down number and date."))


def may_keep_signed(user: User, paper: Paper, *, on: datetime.date) -> Verdict:
    if roles.holds(user, KEEP_NUMBERS, paper.unit_id, on=on):
        return ALLOWED
    return refused(_("Only the records clerk or the Office keeps the signed paper."))


def may_have_series(unit_id: int, *, on: datetime.date) -> Verdict:
    """Whether the unit numbers papers of its own at all: a phòng does not."""
    tree = all_tree_on(on)
    if unit_id in tree and tree[unit_id].has_number_series:
        return ALLOWED
    return refused(_("This unit does not number papers of its own; the agency above it does."))


def may_choose_numbering(user: User, unit_id: int, *, on: datetime.date) -> Verdict:
    if not roles.holds(user, KEEP_NUMBERS, unit_id, on=on):
        return refused(_("Only the records clerk or the Office chooses how papers are numbered."))
    return may_have_series(unit_id, on=on)


def may_withdraw(user: User, paper: Paper, *, on: datetime.date) -> Verdict:
    if roles.holds(user, Role.OFFICE, paper.unit_id, on=on):
        return ALLOWED
    return refused(_("Only the Office withdraws a paper."))


def may_keep_incoming(user: User, unit_id: int, *, on: datetime.date) -> Verdict:
    """Register, correct, hand over, strike off, and keep the scan."""
    if roles.holds(user, KEEP_NUMBERS, unit_id, on=on):
        return ALLOWED
    return refused(_("Only the records clerk or the Office keeps the register of incoming papers."))


def may_close_incoming(user: User, paper: IncomingPaper, *, on: datetime.date) -> Verdict:
    """Say what became of it: those who keep the register, and those who answer for the unit that got it."""
    if may_keep_incoming(user, paper.book.unit_id, on=on):
        return ALLOWED
    if paper.handed_unit_id and roles.holds(user, roles.UNIT_STAFF, paper.handed_unit_id, on=on):
        return ALLOWED
    return refused(_("Only the unit that got the paper, or the records clerk, says what became of it."))


def sees_papers(request: HttpRequest) -> bool:
    """For the navigation."""
    return holds_one_of(request, GET_PAPERS)
