"""Supervision of units and what was recommended, as far as the viewer may see them."""

import datetime
from collections.abc import Iterable

from django.db.models import F, Prefetch, Q, QuerySet

from vungxanh.accounts.models import User
from vungxanh.common.dated import in_force
from vungxanh.directing.enums import RecommendationState, SupervisionState
from vungxanh.directing.models import (
    Recommendation,
    Supervision,
    SupervisionItem,
    SupervisionMember,
    SupervisionPhotograph,
)
from vungxanh.organization import roles
from vungxanh.organization.enums import Role
from vungxanh.organization.models import Person, Post
from vungxanh.organization.tree import Tree

PLAN = roles.LEADERS | {Role.OFFICE}
SEE_SUPERVISION = PLAN | roles.UNIT_STAFF
OF_THE_UNIT = [SupervisionState.MINUTES, SupervisionState.CONFIRMED, SupervisionState.CONFIRMED_WITH_OPINION]
"""From here on the unit follows what was recommended."""


def supervisions_visible_to(viewer: User, *, on: datetime.date, tree: Tree | None = None) -> QuerySet[Supervision]:
    """Those of units that the viewer may plan for, those that the viewer goes on, and those of one's own units that
    were announced or have begun; the latest day first."""
    planned = roles.unit_ids_where(viewer, PLAN, on=on, tree=tree)
    own = roles.unit_ids_where(viewer, roles.UNIT_STAFF, on=on, tree=tree)
    mine = SupervisionMember.objects.filter(person__user_id=viewer.pk).values("supervision")
    known = Q(is_announced=True) | Q(begun_at__isnull=False)
    found = Supervision.objects.filter(Q(unit__in=planned) | Q(pk__in=mine) | Q(unit__in=own) & known)
    return found.select_related("unit").order_by("-day", "pk")


def all_members(supervision: Supervision) -> list[Person]:
    """Those who go, the leader first."""
    rows = SupervisionMember.objects.filter(supervision=supervision).select_related("person__user")
    return [row.person for row in rows.order_by("position", "pk")]


def is_member(user: User, supervision: Supervision) -> bool:
    return SupervisionMember.objects.filter(supervision=supervision, person__user_id=user.pk).exists()


def all_items(supervision: Supervision) -> list[SupervisionItem]:
    """With the photographs that stand, at hand as `shown`."""
    standing = SupervisionPhotograph.objects.filter(withdrawn_at__isnull=True).order_by("added_at", "key")
    items = supervision.items.order_by("position").select_related("recorded_by")
    return list(items.prefetch_related(Prefetch("photographs", standing, to_attr="shown")))


def recommendations_visible_to(
    viewer: User, *, on: datetime.date, tree: Tree | None = None
) -> QuerySet[Recommendation]:
    """Of minutes that the unit has, those due first at the head, settled ones last."""
    seen = supervisions_visible_to(viewer, on=on, tree=tree).filter(state__in=OF_THE_UNIT)
    found = Recommendation.objects.filter(supervision__in=seen.order_by().values("pk"))
    return found.select_related("supervision__unit", "answerable").order_by(
        F("ended_at").asc(nulls_first=True), "due_date", "pk"
    )


def all_open_recommendations() -> QuerySet[Recommendation]:
    """Which units have to do."""
    found = Recommendation.objects.filter(state=RecommendationState.OPEN, supervision__state__in=OF_THE_UNIT)
    return found.select_related("supervision__unit", "answerable__user").order_by("due_date", "pk")


def all_recommendations_as_of(at: datetime.datetime) -> QuerySet[Recommendation]:
    """Which units had at the moment, with those settled on its day."""
    given = Recommendation.objects.filter(supervision__state__in=OF_THE_UNIT, supervision__minutes_at__lte=at)
    midnight = at.replace(hour=0, minute=0, second=0, microsecond=0)
    return given.filter(Q(ended_at__isnull=True) | Q(ended_at__gt=midnight)).select_related("supervision")


def people_of(unit_id: int, *, on: datetime.date) -> list[Person]:
    """Who may answer for a recommendation: those who stand in the unit itself, by given name."""
    here = Post.objects.filter(in_force(on), unit_id=unit_id).values("person_id")
    return list(Person.objects.filter(pk__in=here, merged_into__isnull=True).order_by("sort_key", "pk"))


def all_supervisions_to_answer() -> QuerySet[Supervision]:
    """Minutes that wait for the word of those who lead the unit."""
    return Supervision.objects.filter(state=SupervisionState.MINUTES)


def all_recommendations_waiting() -> QuerySet[Recommendation]:
    """To be done by the unit, or reported and to be looked at by those who plan supervision."""
    waiting = [RecommendationState.OPEN, RecommendationState.REPORTED]
    return Recommendation.objects.filter(supervision__state__in=OF_THE_UNIT, state__in=waiting)


def overdue(recommendations: Iterable[Recommendation], on: datetime.date) -> list[Recommendation]:
    return [one for one in recommendations if one.state == RecommendationState.OPEN and one.due_date < on]
