"""Questions as far as the viewer may see them, and the list that everybody reads."""

import datetime

from django.db.models import QuerySet

from vungxanh.accounts.models import User
from vungxanh.common.vietnamese import folded
from vungxanh.directing.enums import QuestionState
from vungxanh.directing.models import Question
from vungxanh.organization import roles
from vungxanh.organization.enums import Role
from vungxanh.organization.tree import Tree, UnitNode

ASK = roles.UNIT_STAFF
ANSWER = frozenset({Role.OFFICE})
SEE_QUESTIONS = ASK | ANSWER | roles.LEADERS


def questions_visible_to(viewer: User, *, on: datetime.date, tree: Tree | None = None) -> QuerySet[Question]:
    """Of the units at or below which the viewer asks, answers or leads; what waits longest stands first."""
    units = roles.unit_ids_where(viewer, SEE_QUESTIONS, on=on, tree=tree)
    return Question.objects.filter(unit__in=units).select_related("unit", "asked_by").order_by("-asked_at", "pk")


def questions_to_answer(viewer: User, *, on: datetime.date) -> QuerySet[Question]:
    """What waits for the Office, that which is due first at the head."""
    waiting = all_questions_waiting().filter(unit__in=roles.unit_ids_where(viewer, ANSWER, on=on))
    return waiting.select_related("unit", "asked_by").order_by("due_at", "pk")


def all_questions_waiting() -> QuerySet[Question]:
    return Question.objects.filter(state=QuestionState.ASKED)


def titled(questions: QuerySet[Question], search: str) -> QuerySet[Question]:
    """Those whose title has every word, with or without marks."""
    for word in folded(search).split():
        questions = questions.filter(search_title__contains=word)
    return questions


def all_published(search: str = "") -> QuerySet[Question]:
    """What everybody who is signed in reads, newest first."""
    found = Question.objects.filter(published_at__isnull=False)
    for word in folded(search).split():
        found = found.filter(published_search__contains=word)
    return found.order_by("-published_at", "pk")


def units_asked_for(viewer: User, *, on: datetime.date, tree: Tree) -> list[UnitNode]:
    """The nodes at which the viewer holds a role of a unit's staff, those near the root first."""
    held = {one.unit_id for one in roles.holdings(viewer, on=on) if one.role in ASK}
    return sorted((tree[unit] for unit in held if unit in tree), key=lambda node: (tree.depth(node.id), node.name))


def all_questions_due(before: datetime.datetime) -> QuerySet[Question]:
    """Waiting ones that are due before the moment."""
    return all_questions_waiting().filter(due_at__lt=before).select_related("unit")
