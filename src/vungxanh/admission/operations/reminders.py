"""Who is told that a visitor waits for an answer: the host, then the unit, then the Office, each once."""

import datetime
from collections.abc import Callable

from django.db import transaction
from django.urls import reverse
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from vungxanh.accounts.models import User
from vungxanh.admission.enums import ReminderTarget
from vungxanh.admission.models import Visit, VisitReminder
from vungxanh.admission.queries.reminders import all_asking
from vungxanh.admission.rulebook import VISITS
from vungxanh.admission.topics import VISIT_WAITING
from vungxanh.audit import operations as audit
from vungxanh.common.clock import ZONE
from vungxanh.common.dated import in_force
from vungxanh.notifications.operations import notify_all, settle
from vungxanh.notifications.topics import Message
from vungxanh.organization import roles
from vungxanh.organization.enums import Role
from vungxanh.organization.models import Post
from vungxanh.organization.tree import Tree, all_tree_on
from vungxanh.screening.models import PersonDay


@transaction.atomic
def remind_of_visits(*, at: datetime.datetime) -> int:
    """Every reminder that is due and was not given yet; returns how many. A flat number of queries."""
    visits = list(all_asking().select_for_update(of=("self",)).select_related("host__user", "site").order_by("pk"))
    if not visits:
        return 0
    on = at.astimezone(ZONE).date()
    given = set(VisitReminder.objects.filter(visit__in=visits).values_list("visit_id", "code"))
    hosts = {visit.host.pseudonym for visit in visits if visit.host}
    absent = set(
        PersonDay.objects.filter(subject__in=hosts, day=on).exclude(excuse="").values_list("subject", flat=True)
    )
    new = [
        one
        for visit in visits
        for one in _due(visit, bool(visit.host and visit.host.pseudonym in absent), at)
        if (visit.pk, one.code) not in given
    ]
    VisitReminder.objects.bulk_create(new)
    _tell(new, on, at)
    audit.record_all(
        audit.event(
            "admission.remind_of_visit",
            actor=None,
            at=at,
            subject=one.visit,
            subject_name=one.visit.code,
            unit_id=one.visit.site.unit_id,
            detail={"code": one.code, "to": one.target},
        )
        for one in new
    )
    return len(new)


def settle_reminders(visit: Visit, *, at: datetime.datetime) -> None:
    """The visitor waits for nobody's answer any more."""
    codes = VisitReminder.objects.filter(visit=visit).values_list("code", flat=True)
    if causes := [_cause(visit.pk, code) for code in codes]:
        settle(causes, at=at)


def _cause(visit_id: int, code: str) -> str:
    return f"admission.visit:{visit_id}:{code}"


def _due(visit: Visit, is_absent: bool, at: datetime.datetime) -> list[VisitReminder]:
    assert visit.declared_at
    rule = VISITS.current().in_force(visit.declared_at.astimezone(ZONE).date())
    waited = (at - visit.declared_at).total_seconds() / 60
    due = rule.due(waited_minutes=waited, has_host=visit.host is not None, is_absent=is_absent)
    return [VisitReminder(visit=visit, code=one.code, target=one.to, reminded_at=at) for one in due]


def _tell(new: list[VisitReminder], on: datetime.date, at: datetime.datetime) -> None:
    """Each by a message that names the site and not the visitor; the page says the rest."""
    if not new:
        return
    tree = all_tree_on(on)
    heads = _heads_of_hosts([one.visit for one in new if one.target == ReminderTarget.HEAD], on, tree)
    sites = {one.visit.site.unit_id for one in new if one.target == ReminderTarget.OFFICE}
    offices = roles.all_holders(Role.OFFICE, sites, on=on, tree=tree)
    people: dict[str, Callable[[Visit], list[User]]] = {
        ReminderTarget.HOST: lambda visit: [visit.host.user] if visit.host and visit.host.user else [],
        ReminderTarget.HEAD: lambda visit: heads.get(visit.host_id or 0, []),
        ReminderTarget.OFFICE: lambda visit: offices[visit.site.unit_id],
    }
    notify_all([(_message(one), people[one.target](one.visit)) for one in new], at=at)


def _heads_of_hosts(visits: list[Visit], on: datetime.date, tree: Tree) -> dict[int, list[User]]:
    """By host, the head and deputies of where the host works; not the host."""
    posts = Post.objects.filter(in_force(on), person_id__in={visit.host_id for visit in visits if visit.host_id})
    units = list(posts.order_by("pk").values_list("person_id", "person__user_id", "unit_id"))
    heads = roles.all_holders(roles.HEADS, {unit for _person, _user, unit in units}, on=on, tree=tree)
    found: dict[int, list[User]] = {}
    for person, own, unit in units:
        found.setdefault(person, []).extend(user for user in heads[unit] if user.pk != own)
    return found


def _message(one: VisitReminder) -> Message:
    words = _("A visitor waits at {site} for your answer")
    if one.target != ReminderTarget.HOST:
        words = _("A visitor waits at {site} and the host has not answered: you may answer instead")
    return Message(
        topic=VISIT_WAITING,
        key=_cause(one.visit_id, one.code),
        title=format_lazy(words, site=one.visit.site.name),
        address=reverse("visits:guest_list"),
    )
