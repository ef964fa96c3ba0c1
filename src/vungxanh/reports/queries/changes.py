"""Whether anything that a board shows may have changed: one mark for all boards and everybody who looks."""

import hashlib

from django.db.models import Count, F, Max, Model, QuerySet, Subquery

from vungxanh.audit.models import AuditEvent
from vungxanh.risk.models import UnitZone

STREAM = "/dieu-hanh/truc-tiep/"
"""Where `intake` tells open boards that the mark is another one."""
LATELY = 500
"""Rows of which one may be committed after a newer one: they are counted, so that none is overlooked."""


def all_mark() -> str:
    """Differs from the one before as soon as a change is committed: every operation writes to the trail, and zones that
    were judged anew stand beside it. Readings are left out. Two short queries, whatever the size of the tables."""
    seen = (_newest(AuditEvent.objects.filter(is_read=False), AuditEvent), _newest(UnitZone.objects.all(), UnitZone))
    return hashlib.sha256(repr(seen).encode()).hexdigest()[:16]


def _newest(rows: QuerySet[Model], model: type[Model]) -> tuple[int | None, int]:
    last = Subquery(model._default_manager.order_by("-pk").values("pk")[:1])
    found = rows.annotate(last=last).filter(pk__gt=F("last") - LATELY).aggregate(newest=Max("pk"), rows=Count("pk"))
    return found["newest"], found["rows"]
