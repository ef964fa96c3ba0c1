"""Who serves on the front line: as far as the viewer may see, and set-wise for whatever counts people or their days."""

import datetime
import uuid
from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet

from vungxanh.accounts.models import User
from vungxanh.common.dated import in_force
from vungxanh.organization import roles
from vungxanh.organization.enums import Role
from vungxanh.organization.models import (
    FrontLineAssignment,
    FrontLineConfirmation,
    FrontLineEntry,
    Person,
    Post,
)
from vungxanh.organization.tree import Tree

KEEP_FRONT_LINE = roles.UNIT_STAFF | {Role.OFFICE}
SEE_FRONT_LINE = KEEP_FRONT_LINE | roles.LEADERS | {Role.PERSONNEL}


@dataclass(frozen=True, slots=True)
class FrontLineDays:
    """How many days of a span somebody served, and on how many of them by an assignment that the receiver confirmed."""

    served: int
    confirmed: int


def _rows() -> QuerySet[FrontLineAssignment]:
    """With whether the receiver has confirmed, as `is_confirmed`."""
    return FrontLineAssignment.objects.select_related("person", "unit", "area").annotate(is_confirmed=_confirmed())


def _confirmed() -> Exists:
    return Exists(FrontLineConfirmation.objects.filter(assignment=OuterRef("pk")))


def assignments_visible_to(
    viewer: User, *, on: datetime.date, unit_ids: Collection[int] | None = None, tree: Tree | None = None
) -> QuerySet[FrontLineAssignment]:
    """Of units that the viewer sees: those that sent somebody, and those where somebody stands who was sent."""
    seen = roles.unit_ids_where(viewer, SEE_FRONT_LINE, on=on, tree=tree)
    if unit_ids is not None:
        seen &= set(unit_ids)
    standing = Post.objects.filter(in_force(on), unit_id__in=seen).values("person_id")
    return _rows().filter(Q(unit_id__in=seen) | Q(person_id__in=standing))


def own_assignments(viewer: User) -> QuerySet[FrontLineAssignment]:
    return _rows().filter(person__user=viewer)


def assignment_open_to(viewer: User, key: uuid.UUID, *, on: datetime.date) -> FrontLineAssignment | None:
    """One's own, or one that the viewer sees by role."""
    own = own_assignments(viewer).filter(pk=key).first()
    return own or assignments_visible_to(viewer, on=on).filter(pk=key).first()


def assignments_of(viewer: User, person: Person, *, on: datetime.date) -> list[FrontLineAssignment]:
    """Of one person, as far as the viewer sees them, the latest first."""
    found = own_assignments(viewer) if person.user_id == viewer.pk else assignments_visible_to(viewer, on=on)
    return list(found.filter(person=person).order_by("-first_day", "pk"))


def under_way(rows: QuerySet[FrontLineAssignment], *, on: datetime.date) -> QuerySet[FrontLineAssignment]:
    """Those of today and to come, the earliest first."""
    return rows.filter(_lasting(on), withdrawn_at__isnull=True).order_by("first_day", "person__sort_key", "pk")


def past(rows: QuerySet[FrontLineAssignment], *, on: datetime.date) -> QuerySet[FrontLineAssignment]:
    """Those that are over or were withdrawn, the latest first."""
    gone = rows.filter(Q(withdrawn_at__isnull=False) | Q(last_day__lt=on))
    return gone.order_by("-first_day", "person__sort_key", "pk")


def unconfirmed(rows: QuerySet[FrontLineAssignment], *, on: datetime.date) -> QuerySet[FrontLineAssignment]:
    """Those that began and of which the receiver has not said anything, the earliest first."""
    begun = rows.filter(~_confirmed(), withdrawn_at__isnull=True, first_day__lte=on)
    return begun.order_by("first_day", "person__sort_key", "pk")


def all_confirmations(assignment: FrontLineAssignment) -> list[FrontLineConfirmation]:
    """The latest first; without their scans."""
    rows = assignment.confirmations.select_related("recorded_by").defer("scan")
    return list(rows.order_by("-recorded_at", "-pk"))


def all_entries(assignment: FrontLineAssignment) -> list[FrontLineEntry]:
    return list(assignment.entries.select_related("by").order_by("at", "pk"))


def all_serving(day: datetime.date, *, person_ids: Collection[int] | None = None) -> dict[int, FrontLineAssignment]:
    """By id of a person, the assignment of the day; one query."""
    rows = FrontLineAssignment.objects.filter(_lasting(day), first_day__lte=day, withdrawn_at__isnull=True)
    if person_ids is not None:
        rows = rows.filter(person_id__in=person_ids)
    return {row.person_id: row for row in rows.order_by("-first_day", "pk")}


def all_front_line_days(first: datetime.date, last: datetime.date) -> dict[int, FrontLineDays]:
    """By id of a person, of those who served between the two days, both included; one query. A day is counted once."""
    rows = FrontLineAssignment.objects.filter(_lasting(first), first_day__lte=last, withdrawn_at__isnull=True)
    spans = rows.values_list("person_id", "first_day", "last_day", _confirmed())
    served: dict[int, set[int]] = {}
    confirmed: dict[int, set[int]] = {}
    for person, begins, ends, is_confirmed in spans:
        days = range(max(begins, first).toordinal(), min(ends or last, last).toordinal() + 1)
        served.setdefault(person, set()).update(days)
        confirmed.setdefault(person, set()).update(days if is_confirmed else ())
    return {person: FrontLineDays(len(days), len(confirmed[person])) for person, days in served.items()}


def _lasting(day: datetime.date) -> Q:
    return Q(last_day__isnull=True) | Q(last_day__gte=day)
