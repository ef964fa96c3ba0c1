"""Adds to the audit trail; called inside the transaction of what it records."""

import datetime
import uuid
from collections.abc import Iterable, Mapping
from typing import Protocol

from vungxanh.audit.models import AuditEvent
from vungxanh.common.bulk import insert


class Actor(Protocol):
    """Whoever acts: a signed-in user, or the system itself (None)."""

    pk: int

    def get_full_name(self) -> str: ...


def record(
    action: str,
    *,
    actor: Actor | None,
    at: datetime.datetime,
    subject: object,
    subject_name: str = "",
    unit_id: int | None = None,
    is_read: bool = False,
    detail: Mapping[str, object] | None = None,
) -> AuditEvent:
    """Write one row. `action` is `module.verb_noun`; `subject` is a saved model, or a pair (type, id)."""
    made = event(
        action,
        actor=actor,
        at=at,
        subject=subject,
        subject_name=subject_name,
        unit_id=unit_id,
        is_read=is_read,
        detail=detail,
    )
    made.save(force_insert=True)
    return made


def event(
    action: str,
    *,
    actor: Actor | None,
    at: datetime.datetime,
    subject: object,
    subject_name: str = "",
    unit_id: int | None = None,
    is_read: bool = False,
    detail: Mapping[str, object] | None = None,
    key: uuid.UUID | None = None,
) -> AuditEvent:
    """One row, not yet written, for `record_all` and `record_once`."""
    subject_type, subject_id = named(subject)
    return AuditEvent(
        at=at,
        action=action,
        is_read=is_read,
        actor_id=actor.pk if actor else None,
        actor_name=actor.get_full_name() if actor else "Hệ thống",
        subject_type=subject_type,
        subject_id=subject_id,
        subject_name=(subject_name or (str(subject) if not isinstance(subject, tuple) else ""))[:200],
        unit_id=unit_id,
        detail=dict(detail or {}),
        key=key,
    )


def named(subject: object) -> tuple[str, str]:
    if isinstance(subject, tuple):
        return str(subject[0]), str(subject[1])
    return subject._meta.label_lower, str(subject.pk)  # type: ignore[attr-defined]


def record_all(events: Iterable[AuditEvent]) -> None:
    """Write many rows at once; each is made by `event`."""
    insert(list(events))


def record_once(events: Iterable[AuditEvent]) -> None:
    """Write those whose key is new; two that race for one key meet in the database."""
    AuditEvent.objects.bulk_create(events, batch_size=1000, ignore_conflicts=True)
