"""The unit's word on a proposed level: confirmed, or changed with a reason that stays visible for ever."""

import datetime
import uuid
from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from vungxanh.accounts.models import User
from vungxanh.audit import operations as audit
from vungxanh.common.bulk import Select
from vungxanh.organization.models import Person
from vungxanh.organization.queries.people import unit_ids_of
from vungxanh.risk import permissions
from vungxanh.risk.enums import DecisionKind, RiskLevel
from vungxanh.risk.models import LevelDecision, PersonAssessment
from vungxanh.risk.operations.unit_days import note_levels
from vungxanh.risk.operations.zones import assess_zones_above
from vungxanh.risk.queries.days import all_unit_ids_of
from vungxanh.risk.queries.people import all_current, all_level_of
from vungxanh.risk.signals import levels_changed

locked = Select(Person, ["id"], among=["pseudonym"], order=["pseudonym"], lock="FOR NO KEY UPDATE")
"""Whoever writes on SQLite holds the whole database; there is nothing to lock."""


class NotAssessedError(LookupError):
    """There is no proposed level to decide on."""


class LevelReasonMissingError(ValidationError):
    """A level is changed only with a reason."""


def lock_people(subjects: Iterable[uuid.UUID]) -> None:
    """Until the end of the transaction nobody else judges these people or decides on them; locked before any unit."""
    if connection.features.has_select_for_update:
        locked(sorted(subjects))


def confirm_level(
    subject: uuid.UUID, *, day: datetime.date, actor: User, at: datetime.datetime, note: str = ""
) -> LevelDecision:
    """The unit agrees with the level that the rules proposed."""
    with transaction.atomic():
        assessment = _allowed(subject, day, actor)
        return _decide(assessment, DecisionKind.CONFIRMED, assessment.level, note, day, actor, at)


def override_level(
    subject: uuid.UUID, *, day: datetime.date, level: str, reason: str, actor: User, at: datetime.datetime
) -> LevelDecision:
    """The unit sets another level. The proposed one stays beside it wherever the level is shown."""
    with transaction.atomic():
        assessment = _allowed(subject, day, actor)
        if not reason.strip():
            raise LevelReasonMissingError(_("Say why the level is changed."))
        return _decide(assessment, DecisionKind.OVERRIDDEN, RiskLevel(level), reason.strip(), day, actor, at)


def _allowed(subject: uuid.UUID, day: datetime.date, actor: User) -> PersonAssessment:
    lock_people([subject])
    person = Person.objects.filter(pseudonym=subject).first()
    units = unit_ids_of(person, day) if person else set()
    permissions.may_decide_level(actor, subject, units, on=day).or_refuse()
    assessment = all_current([subject]).get(subject)
    if assessment is None:
        raise NotAssessedError(_("This person has not been assessed yet."))
    return assessment


def _decide(
    assessment: PersonAssessment,
    kind: DecisionKind,
    level: str,
    reason: str,
    day: datetime.date,
    actor: User,
    at: datetime.datetime,
) -> LevelDecision:
    before = all_level_of(assessment)
    decision = LevelDecision.objects.create(
        assessment=assessment, kind=kind, level=level, reason=reason, decided_by=actor, decided_at=at
    )
    unit_id = all_unit_ids_of([assessment.subject], day).get(assessment.subject)
    audit.record(
        f"risk.{'confirm' if kind is DecisionKind.CONFIRMED else 'override'}_level",
        actor=actor,
        at=at,
        subject=("risk.personassessment", assessment.pk),
        unit_id=unit_id,
        detail={"proposed": assessment.level, "level": str(level)},
    )
    if level != before:
        note_levels({assessment.subject: (before, level)}, day=day, at=at)
    levels_changed.send(None, subjects={assessment.subject}, at=at)
    if unit_id is not None:
        assess_zones_above([unit_id], day=day, at=at)
    return decision
