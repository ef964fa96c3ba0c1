"""Visitors who wait for the host's word: who was told, and whose turn it is to answer for the host."""

import datetime

from django.db.models import Q, QuerySet

from vungxanh.accounts.models import User
from vungxanh.admission.enums import HostAnswer, ReminderTarget, VisitState
from vungxanh.admission.models import Visit, VisitReminder
from vungxanh.common.dated import in_force
from vungxanh.organization import roles
from vungxanh.organization.enums import Role
from vungxanh.organization.models import Post

ANSWER_FOR_OTHERS = roles.HEADS | {Role.OFFICE}


def all_asking() -> QuerySet[Visit]:
    """Visits that somebody has to answer, with or without a host who is known."""
    states = [VisitState.WAITING, VisitState.HELD]
    return Visit.objects.filter(state__in=states, host_answer=HostAnswer.PENDING, declared_at__isnull=False)


def visits_to_answer_for_others(viewer: User, *, on: datetime.date) -> QuerySet[Visit]:
    """Those of which the viewer was told as head of the host's unit or as the Office; not the viewer's own guests."""
    heads = roles.unit_ids_where(viewer, roles.HEADS, on=on)
    offices = roles.unit_ids_where(viewer, Role.OFFICE, on=on)
    hosts = Post.objects.filter(in_force(on), unit_id__in=heads).values("person_id")
    told = VisitReminder.objects.filter(
        Q(target=ReminderTarget.HEAD, visit__host__in=hosts)
        | Q(target=ReminderTarget.OFFICE, visit__site__unit_id__in=offices)
    )
    return all_asking().filter(pk__in=told.values("visit_id")).exclude(host__user=viewer.pk)


def all_last_reminded(visit: Visit) -> datetime.datetime | None:
    """While the host's word is missing, when somebody was last told; for the visitor."""
    if visit.host_answer != HostAnswer.PENDING:
        return None
    last = visit.reminders.order_by("reminded_at").last()
    return last.reminded_at if last else None
