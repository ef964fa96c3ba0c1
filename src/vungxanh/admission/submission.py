"""What comes in and what goes out of `submit_declarations`, and the checks that need no database."""

import datetime
import hashlib
import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from vungxanh.accounts.models import User
from vungxanh.organization.models import Person
from vungxanh.risk.models import PersonAssessment
from vungxanh.screening.enums import Channel, Timeliness, Window
from vungxanh.screening.rulebook import HIGHEST_TEMPERATURE, LOWEST_TEMPERATURE, Questionnaire, WindowTimes

INVALID, CONFLICT = 422, 409


@dataclass(frozen=True, slots=True)
class NewDeclaration:
    """One declaration as it arrived. `answers` by linkId: true or false for a question, codes of areas for places."""

    client_uuid: uuid.UUID
    person: Person
    window: Window
    site_code: str
    declared_at: datetime.datetime
    temperature_c: float | None
    answers: Mapping[str, Any]
    attested: bool
    channel: Channel
    actor: User

    @property
    def content(self) -> dict[str, object]:
        """Everything that the person said, in one order: what is hashed and what is encrypted."""
        places = self.answers.get("places") or []
        return {
            "answers": {key: value for key, value in sorted(self.answers.items()) if key != "places"},
            "places": sorted(str(code) for code in places) if isinstance(places, list) else places,
            "temperature_c": self.temperature_c,
        }

    @property
    def content_hash(self) -> str:
        """64 hexadecimal characters, equal for an honest retry and for nothing else."""
        whole = {
            **self.content,
            "person": self.person.pseudonym.hex,
            "window": str(self.window),
            "site": self.site_code,
            "declared_at": self.declared_at.astimezone(datetime.UTC).isoformat(),
        }
        return hashlib.sha256(json.dumps(whole, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class FieldFault:
    """What is wrong with one field; `pointer` is a JSON pointer."""

    pointer: str
    message: str | Promise


@dataclass(frozen=True, slots=True)
class Refused:
    """Nothing was kept."""

    status: int
    faults: tuple[FieldFault, ...]


@dataclass(frozen=True, slots=True)
class Accepted:
    """On disk. `is_replay`: it was there already, and the answer is the same as the first time."""

    declaration_id: int
    received_at: datetime.datetime
    day: datetime.date
    window: Window
    timeliness: Timeliness
    assessment: PersonAssessment
    is_replay: bool


def invalid(pointer: str, message: str | Promise) -> Refused:
    return Refused(INVALID, (FieldFault(pointer, message),))


def faults_of(
    new: NewDeclaration, form: Questionnaire, times: WindowTimes, *, at: datetime.datetime
) -> list[FieldFault]:
    """Everything that is wrong with the declaration taken by itself."""
    faults = [] if new.attested else [FieldFault("/attested", _("Confirm that the answers are true."))]
    faults += _time_faults(new.declared_at, times, at)
    if new.temperature_c is not None and not LOWEST_TEMPERATURE <= new.temperature_c <= HIGHEST_TEMPERATURE:
        faults.append(FieldFault("/temperature_c", _("A body temperature lies between 34 and 43 °C.")))
    return faults + _answer_faults(new.answers, form)


def _time_faults(declared_at: datetime.datetime, times: WindowTimes, at: datetime.datetime) -> list[FieldFault]:
    if declared_at > at + datetime.timedelta(minutes=times.skew_minutes):
        return [FieldFault("/declared_at", _("The time of declaration lies in the future; set the clock right."))]
    if declared_at < at - datetime.timedelta(hours=times.oldest_hours):
        return [FieldFault("/declared_at", _("The declaration is too old to be accepted; tell your unit."))]
    return []


def _answer_faults(answers: Mapping[str, Any], form: Questionnaire) -> list[FieldFault]:
    faults = [
        FieldFault(f"/answers/{key}", _("This question is not in the form in force."))
        for key in answers
        if key not in form.link_ids()
    ]
    for item in form.items():
        value = answers.get(item.link_id)
        if not isinstance(value, bool):
            words = _("Answer this question.") if value is None else _("Answer with true or false.")
            faults.append(FieldFault(f"/answers/{item.link_id}", words))
    places = answers.get(form.places.link_id, [])
    if not isinstance(places, list) or not all(isinstance(code, str) for code in places):
        faults.append(FieldFault(f"/answers/{form.places.link_id}", _("Places are a list of codes of areas.")))
    elif len(places) > form.places.most:
        faults.append(FieldFault(f"/answers/{form.places.link_id}", _("Too many places.")))
    return faults
