"""Who is told that a visitor waits for an answer: the host, then the unit, then the Office, each once."""

import datetime

from django.db import transaction

from vungxanh.admission.models import Visit, VisitReminder
from vungxanh.admission.queries.reminders import all_asking
from vungxanh.admission.rulebook import VISITS
from vungxanh.audit import operations as audit
from vungxanh.common.clock import ZONE
from vungxanh.screening.models import PersonDay


@transaction.atomic
def remind_of_visits(*, at: datetime.datetime) -> int:
    """Every reminder that is due and was not given yet; returns how many. A flat number of queries."""
    visits = list(all_asking().select_for_update(of=("self",)).select_related("host", "site").order_by("pk"))
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


def _due(visit: Visit, is_absent: bool, at: datetime.datetime) -> list[VisitReminder]:
    assert visit.declared_at
    rule = VISITS.current().in_force(visit.declared_at.astimezone(ZONE).date())
    waited = (at - visit.declared_at).total_seconds() / 60
    due = rule.due(waited_minutes=waited, has_host=visit.host is not None, is_absent=is_absent)
    return [VisitReminder(visit=visit, code=one.code, target=one.to, reminded_at=at) for one in due]
