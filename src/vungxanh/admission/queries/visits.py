"""Visits as the host, the guard and the visitor see them; none of them sees answers."""

import datetime
import uuid
from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce

from vungxanh.accounts.models import User
from vungxanh.accounts.phones import PhoneError, normalized
from vungxanh.admission import workflow
from vungxanh.admission.enums import HostAnswer, VisitState
from vungxanh.admission.models import Visit, Visitor, VisitReminder
from vungxanh.common.clock import moment
from vungxanh.common.dated import in_force
from vungxanh.common.encryption import digest
from vungxanh.common.vietnamese import folded
from vungxanh.organization import roles
from vungxanh.organization.enums import Role
from vungxanh.organization.models import Person, Place, Post, Site
from vungxanh.organization.queries.people import person_of
from vungxanh.organization.tree import all_tree_on
from vungxanh.screening.models import Presence

ASKING = (VisitState.WAITING, VisitState.HELD)


def all_visit(key: uuid.UUID) -> Visit | None:
    """By the key, which only the visitor and the host know."""
    return Visit.objects.filter(key=key).select_related("visitor", "site").first()


def all_open_site(code: str) -> Site | None:
    """By its own code, or that of a gate or room of it."""
    open_sites = Site.objects.filter(closed_on__isnull=True)
    place = Place.objects.filter(code=code, closed_on__isnull=True).values("site_id")
    return open_sites.filter(Q(code=code) | Q(pk__in=place)).first()


def all_hosts_named(name: str, site: Site, *, on: datetime.date) -> list[Person]:
    """Who works in the site's agency under exactly this name, with or without marks."""
    tree = all_tree_on(on)
    root = tree.root_of(site.unit_id)
    if root is None or not name.strip():
        return []
    agency = [node.id for node in tree.below(root.id)]
    standing = Post.objects.filter(in_force(on), unit_id__in=agency).values("person_id")
    people = Person.objects.filter(merged_into__isnull=True, search_name=folded(name), pk__in=standing)
    return list(people.order_by("pk")[:2])


def visits_of_host(viewer: User, *, on: datetime.date) -> list[Visit]:
    """The viewer's own guests: those who are open, and those of the last week."""
    person = person_of(viewer)
    if person is None:
        return []
    since = moment(on - datetime.timedelta(days=7), datetime.time(0))
    rows = Visit.objects.filter(Q(state__in=workflow.OPEN) | Q(ended_at__gte=since), host=person)
    return list(rows.select_related("visitor", "site", "party").order_by("-planned_at", "-pk"))


def waiting_for_host(viewer: User) -> int:
    """How many guests stand at a gate and wait for the viewer's answer."""
    rows = Visit.objects.filter(host__user=viewer.pk, state__in=ASKING, host_answer=HostAnswer.PENDING)
    return rows.count()


def held_visits(viewer: User, *, on: datetime.date) -> QuerySet[Visit]:
    """Those that wait for the viewer as health officer, the longest wait first."""
    units = roles.unit_ids_where(viewer, Role.HEALTH_OFFICER, on=on)
    rows = Visit.objects.filter(state=VisitState.HELD, site__unit_id__in=units)
    return rows.select_related("visitor", "site", "host").order_by("declared_at", "pk")


@dataclass(frozen=True, slots=True)
class QueuedVisit:
    """A visit in the queue of a gate. `is_overdue`: the host was asked some time ago and has not answered."""

    visit: Visit
    is_overdue: bool

    @property
    def needs_host(self) -> bool:
        return self.visit.host_answer == HostAnswer.PENDING

    @property
    def last_told(self) -> VisitReminder | None:
        """Who was told last that the visitor waits; read with the queue."""
        return max(self.visit.reminders.all(), key=lambda one: (one.reminded_at, one.code), default=None)


def all_queue(site: Site, *, at: datetime.datetime, reminder_minutes: int) -> dict[str, list[QueuedVisit]]:
    """By state: everybody who is open and due today or before, and who ended today; two queries."""
    day = at.date()
    first, last = moment(day, datetime.time(0)), moment(day, datetime.time(23, 59, 59))
    due = Q(state__in=workflow.OPEN, planned_at__lte=last) | Q(ended_at__range=(first, last))
    rows = Visit.objects.filter(due, site=site).select_related("visitor", "host").order_by("planned_at", "pk")
    rows = rows.prefetch_related("reminders")
    asked_before = at - datetime.timedelta(minutes=reminder_minutes)
    found: dict[str, list[QueuedVisit]] = {state: [] for state in VisitState.values}
    for visit in rows:
        is_asking = visit.state in ASKING and visit.host_answer == HostAnswer.PENDING
        is_overdue = is_asking and bool(visit.declared_at and visit.declared_at < asked_before)
        found[visit.state].append(QueuedVisit(visit, is_overdue))
    return found


def all_visit_at(site: Site, code: str) -> Visit | None:
    return Visit.objects.filter(site=site, code=code).select_related("visitor", "site", "host", "party").first()


def all_open_visit_of(subject: uuid.UUID, site: Site) -> Visit | None:
    """Whose page a guard opens when the gate says to wait: the one that is due first."""
    rows = Visit.objects.filter(visitor__pseudonym=subject, site=site, state__in=workflow.OPEN)
    return rows.order_by("planned_at", "pk").first()


def all_stay_of_visit(visit: Visit) -> Presence | None:
    """The stay at the site that belongs to the visit: the first that was not over when the visitor declared."""
    if visit.declared_at is None:
        return None
    is_over = Q(left_at__lte=visit.declared_at) | Q(left_at__isnull=True, has_later=True)
    rows = Presence.objects.filter(subject=visit.visitor.pseudonym, site_id=visit.site_id).exclude(is_over)
    return rows.order_by(Coalesce("entered_at", "left_at"), "pk").first()


def all_regular(phone: str, site_ids: Collection[int]) -> Visitor | None:
    """Who was at these sites under this number before; for hosts and guards, never for the open form."""
    try:
        number = normalized(phone)
    except PhoneError:
        return None
    there = Visit.objects.filter(site_id__in=site_ids).values("visitor")
    found: QuerySet[Visitor] = Visitor.objects.filter(phone_digest=digest(number), pk__in=there)
    return found.order_by("-created_at", "-pk").first()
