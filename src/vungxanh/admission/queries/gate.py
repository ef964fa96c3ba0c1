"""What the gate says to somebody: the one decision of console, screen, API and offline list."""

import datetime
import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from vungxanh.admission.rulebook import GATE, GateReason, GateRule
from vungxanh.admission.subjects import GateSubject, all_named, sources
from vungxanh.common.clock import ZONE
from vungxanh.organization.models import Place
from vungxanh.screening.enums import GateState
from vungxanh.screening.rulebook import QUESTIONNAIRE

ALLOWED, UNKNOWN, FEVER = "ALLOWED", "UNKNOWN", "FEVER"


@dataclass(frozen=True, slots=True)
class GateDecision:
    """Let in, held or turned away, and the neutral reason. `since` is when somebody who is inside came in."""

    reason: GateReason
    subject: GateSubject | None = None
    since: datetime.datetime | None = None

    @property
    def state(self) -> GateState:
        return GateState(self.reason.state)


def rule_at(at: datetime.datetime) -> GateRule:
    return GATE.current().in_force(at.astimezone(ZONE).date())


def is_fever(temperature_c: float | None, *, at: datetime.datetime) -> bool:
    """By the same figure as in the form of the day."""
    form = QUESTIONNAIRE.current().in_force(at.astimezone(ZONE).date())
    return temperature_c is not None and temperature_c >= form.temperature.fever_from


def decide_at_gate(
    subject: uuid.UUID, place: Place, *, at: datetime.datetime, temperature_c: float | None = None
) -> GateDecision:
    """Of somebody who wants to come in here and now. Writes nothing."""
    named = all_named([subject], on=at.astimezone(ZONE).date())
    temperatures = {} if temperature_c is None else {subject: temperature_c}
    reason = decide_all_at_gate([subject], place, at=at, temperatures=temperatures)[subject]
    return GateDecision(reason, named.get(subject))


def decide_all_at_gate(
    subjects: Collection[uuid.UUID],
    place: Place,
    *,
    at: datetime.datetime,
    temperatures: Mapping[uuid.UUID, float] | None = None,
) -> dict[uuid.UUID, GateReason]:
    """The same for many, in a flat number of queries: the first reason of the rule that holds decides."""
    rule, measured = rule_at(at), temperatures or {}
    holding: dict[uuid.UUID, set[str]] = {}
    for source in sources():
        for subject, codes in source.reasons(subjects, place, at=at).items():
            holding.setdefault(subject, set()).update(codes)
    return {
        subject: rule.first(
            holding.get(subject, {UNKNOWN}) | ({FEVER} if is_fever(measured.get(subject), at=at) else set()) | {ALLOWED}
        )
        for subject in subjects
    }
