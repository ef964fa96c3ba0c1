"""What comes in and what goes out of `submit_declarations`, and the checks that need no database."""

import datetime
import hashlib
import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import msgspec
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from vungxanh.accounts.models import User
from vungxanh.admission.models import GatePass
from vungxanh.admission.rulebook import PASS, ChannelRule, Gate
from vungxanh.common.decision_tables import Judgement
from vungxanh.common.encryption import digest, encrypt
from vungxanh.organization.models import Person
from vungxanh.risk.models import PersonAssessment
from vungxanh.risk.queries.people import judgement_of
from vungxanh.screening.enums import Channel, CorrectionReason, Timeliness, Window
from vungxanh.screening.models import Declaration
from vungxanh.screening.queries.declarations import content_of
from vungxanh.screening.rulebook import Questionnaire, WindowTimes

INVALID, CONFLICT = 422, 409
canonical = json.JSONEncoder(sort_keys=True, ensure_ascii=False).encode
"""One text for one content."""


@dataclass(frozen=True, slots=True)
class Correction:
    """That a declaration replaces the newest version of another, and why; `note` is for the health officer."""

    of: Declaration
    reason: CorrectionReason
    note: str = ""


@dataclass(frozen=True)
class NewDeclaration:
    """One declaration as it arrived. `answers` by linkId: true or false for a question, codes of areas for places.

    `declared_at` is what the sender's clock said; None where the server's own clock counts, as for a page, so that a
    page that is sent again has the same content. A correction has the time of what it corrects.
    """

    client_uuid: uuid.UUID
    person: Person
    window: Window
    site_code: str | None
    declared_at: datetime.datetime | None
    temperature_c: float | None
    answers: Mapping[str, Any]
    attested: bool
    channel: Channel
    actor: User
    correction: Correction | None = None

    @property
    def content(self) -> dict[str, object]:
        """Everything that the person said: what is hashed and what is encrypted."""
        return {"answers": dict(self.answers), "temperature_c": self.temperature_c}

    @cached_property
    def sealed(self) -> bytes:
        """The content, encrypted, as it is kept."""
        return encrypt(msgspec.json.encode(self.content))

    @cached_property
    def answers_digest(self) -> str:
        """Equal where this person says again what was said before, with the same temperature; empty without one."""
        if self.temperature_c is None:
            return ""
        same = [self.person.pseudonym.hex, str(self.window), *_said(self.content)]
        return digest(canonical(same))

    @cached_property
    def content_hash(self) -> str:
        """64 hexadecimal characters, equal for an honest retry and for nothing else."""
        whole = {
            **self.content,
            "person": self.person.pseudonym.hex,
            "window": str(self.window),
            "site": self.site_code or "",
            "declared_at": self.declared_at.timestamp() if self.declared_at else None,
        }
        if self.correction:
            whole["correction"] = [self.correction.of.pk, str(self.correction.reason), self.correction.note]
        return hashlib.sha256(canonical(whole).encode()).hexdigest()

    def prepare(self) -> None:
        """What needs no database is made once, before anybody waits for one."""
        _made = self.sealed, self.answers_digest, self.content_hash


@dataclass(frozen=True, slots=True)
class FieldFault:
    """What is wrong with one field; `pointer` is a JSON pointer."""

    pointer: str
    message: str | Promise


@dataclass(frozen=True, slots=True)
class Refused:
    """Nothing was kept."""

    status: int
    errors: tuple[FieldFault, ...]


@dataclass(frozen=True, slots=True)
class Accepted:
    """On disk. `is_replay`: it was there already, and the answer is the same as the first time.

    `new_pass`: the one that it made.
    """

    declaration_id: int
    person_name: str
    received_at: datetime.datetime
    day: datetime.date
    window: Window
    timeliness: Timeliness
    assessment: PersonAssessment
    is_replay: bool
    new_pass: GatePass | None = field(default=None, compare=False)

    @property
    def judgement(self) -> Judgement:
        """The level with its sentences, as the person and the health officer read them."""
        return judgement_of(self.assessment)

    @property
    def gate(self) -> Gate:
        return PASS.current().in_force(self.day).gate_of(self.assessment.level)


def correction(
    of: Declaration,
    person: Person,
    *,
    reason: CorrectionReason,
    note: str,
    client_uuid: uuid.UUID,
    temperature_c: float | None,
    answers: Mapping[str, Any],
    attested: bool,
    channel: Channel,
    actor: User,
) -> NewDeclaration:
    """A new version of a declaration of this person, for `submit_declarations`."""
    return NewDeclaration(
        client_uuid=client_uuid,
        person=person,
        window=Window(of.window),
        site_code=None,
        declared_at=of.declared_at,
        temperature_c=temperature_c,
        answers=answers,
        attested=attested,
        channel=channel,
        actor=actor,
        correction=Correction(of, reason, note),
    )


def nothing_to_report(form: Questionnaire, window: Window) -> dict[str, Any]:
    """The answers of somebody who says no to everything."""
    asked = {item.link_id: False for item in form.items(window) if not item.enable_when}
    return {**asked, form.places.link_id: []}


def invalid(pointer: str, message: str | Promise) -> Refused:
    return Refused(INVALID, (FieldFault(pointer, message),))


def faults_of(
    new: NewDeclaration, form: Questionnaire, times: WindowTimes, channel: ChannelRule, *, at: datetime.datetime
) -> list[FieldFault]:
    """Everything that is wrong with the declaration taken by itself."""
    faults = [] if new.attested else [FieldFault("/attested", _("Confirm that the answers are true."))]
    faults += _correction_faults(new) if new.correction else _time_faults(new.declared_at or at, times, channel, at)
    faults += _temperature_faults(new.temperature_c, form)
    return faults + _answer_faults(new, form) + _place_faults(new, form)


def _time_faults(
    declared_at: datetime.datetime, times: WindowTimes, channel: ChannelRule, at: datetime.datetime
) -> list[FieldFault]:
    if declared_at.tzinfo is None:
        return [FieldFault("/declared_at", _("The time of declaration needs its offset, such as +07:00."))]
    if declared_at > at + datetime.timedelta(minutes=times.skew_minutes):
        return [FieldFault("/declared_at", _("The time of declaration lies in the future; set the clock right."))]
    oldest = times.oldest_hours if channel.back_hours is None else channel.back_hours
    if declared_at < at - datetime.timedelta(hours=oldest):
        return [FieldFault("/declared_at", _("The declaration is too old to be accepted; tell your unit."))]
    return []


def _correction_faults(new: NewDeclaration) -> list[FieldFault]:
    """Its time is that of the first version; how late it may come is a question of permission."""
    assert new.correction
    faults = []
    if new.correction.reason == CorrectionReason.OTHER and not new.correction.note.strip():
        faults.append(FieldFault("/note", _("Say in words why.")))
    if _said(new.content) == _said(content_of(new.correction.of)):
        faults.append(FieldFault("/answers", _("Nothing is changed; the declaration stands as it is.")))
    return faults


def _said(content: Mapping[str, Any]) -> tuple[dict[str, object], object]:
    """What was said, however the rest was left: as no or as nothing."""
    answers = {key: value for key, value in content["answers"].items() if value}
    places = {key: sorted(map(str, value)) for key, value in answers.items() if isinstance(value, list)}
    return answers | places, content["temperature_c"]


def _temperature_faults(value: float | None, form: Questionnaire) -> list[FieldFault]:
    rule = form.temperature
    if value is None:
        return [FieldFault("/temperature_c", _("Give the body temperature."))] if rule.required else []
    if not rule.lowest <= value <= rule.highest:
        words = _("A body temperature lies between %(lowest)g and %(highest)g °C.")
        return [FieldFault("/temperature_c", words % {"lowest": rule.lowest, "highest": rule.highest})]
    return []


def _answer_faults(new: NewDeclaration, form: Questionnaire) -> list[FieldFault]:
    answers = new.answers
    faults = [
        FieldFault(f"/answers/{_escaped(key)}", _("This question is not in the form in force."))
        for key in sorted(answers.keys() - form.link_ids(new.window))
    ]
    for item in form.items(new.window):
        value, pointer = answers.get(item.link_id), f"/answers/{item.link_id}"
        if value is None and item.required and item.is_enabled(answers):
            faults.append(FieldFault(pointer, _("Answer this question.")))
        elif value is not None and not isinstance(value, bool):
            faults.append(FieldFault(pointer, _("Answer with true or false.")))
        elif value and not item.is_enabled(answers):
            faults.append(FieldFault(pointer, _("This question belongs to another one that you answered with no.")))
    return faults


def _place_faults(new: NewDeclaration, form: Questionnaire) -> list[FieldFault]:
    places, pointer = new.answers.get(form.places.link_id, []), f"/answers/{form.places.link_id}"
    if not isinstance(places, list) or not all(isinstance(code, str) for code in places):
        return [FieldFault(pointer, _("Places are a list of codes of areas."))]
    if len(places) > form.places.most:
        return [FieldFault(pointer, _("At most %(most)d places.") % {"most": form.places.most})]
    return []


def _escaped(key: str) -> str:
    """A key as a step of a JSON pointer (RFC 6901), cut where somebody sends nonsense."""
    return key[:60].replace("~", "~0").replace("/", "~1")
