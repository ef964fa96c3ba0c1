"""Corrected declarations: what differs from version to version, and who corrected after a moment."""

import datetime
import uuid
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from vungxanh.accounts.models import User
from vungxanh.common.formats import NOTHING, number
from vungxanh.screening.enums import CorrectionReason, Window
from vungxanh.screening.models import Declaration
from vungxanh.screening.queries.declarations import Answer, ReadDeclaration, all_versions_of, newest


@dataclass(frozen=True, slots=True)
class Difference:
    """A question whose answer was changed, both answers in words."""

    question: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Version:
    """One version with what it changed of the one before. Only the person and the health officer see it."""

    read: ReadDeclaration
    differences: tuple[Difference, ...]
    entered_by: User | None


def all_version_history(declaration: Declaration, *, language: str) -> list[Version]:
    """Newest first; three queries."""
    reads = all_versions_of(declaration, language=language)
    users = User.objects.in_bulk({one.declaration.entered_by_id for one in reads if one.declaration.entered_by_id})
    return [
        Version(
            read=one,
            differences=tuple(differences(before, one)) if before else (),
            entered_by=users.get(one.declaration.entered_by_id or 0),
        )
        for one, before in zip(reads, [*reads[1:], None], strict=True)
    ]


def differences(before: ReadDeclaration, after: ReadDeclaration) -> Iterator[Difference]:
    old = {answer.link_id: answer for answer in before.answers}
    new = {answer.link_id: answer for answer in after.answers}
    for link_id, answer in (old | new).items():
        pair = _yes_or_no(old.get(link_id)), _yes_or_no(new.get(link_id))
        if pair[0] != pair[1]:
            yield Difference(answer.question, *pair)
    places = ", ".join(before.places) or NOTHING, ", ".join(after.places) or NOTHING
    if places[0] != places[1]:
        yield Difference(_("Places visited"), *places)
    if before.temperature_c != after.temperature_c:
        yield Difference(_("Temperature"), _degrees(before.temperature_c), _degrees(after.temperature_c))


def _yes_or_no(answer: Answer | None) -> str:
    if answer is None:
        return NOTHING
    return _("yes") if answer.is_yes else _("no")


def _degrees(value: float | None) -> str:
    return NOTHING if value is None else f"{number(value, 1)} °C"


@dataclass(frozen=True, slots=True)
class Correction:
    """That a declaration was corrected, as the unit's head may know it: when, and why where that is neutral."""

    subject: uuid.UUID
    window: Window
    at: datetime.datetime
    reason: str

    def is_after(self, moment: datetime.datetime | None) -> bool:
        return moment is not None and self.at > moment


def all_corrections(day: datetime.date, unit_ids: Collection[int]) -> list[Correction]:
    """Of the people counted in the units on the day, the newest of each window; one query, no answers read."""
    rows = newest(Declaration.objects.filter(day=day, unit_id__in=list(unit_ids), version__gt=1)).order_by(
        "received_at"
    )
    columns = rows.values_list("subject", "window", "received_at", "correction_reason")
    return [Correction(subject, Window(window), at, _neutral(reason)) for subject, window, at, reason in columns]


def corrections_by_person(corrections: Sequence[Correction]) -> dict[uuid.UUID, list[Correction]]:
    found: dict[uuid.UUID, list[Correction]] = {}
    for one in corrections:
        found.setdefault(one.subject, []).append(one)
    return found


def _neutral(reason: str) -> str:
    chosen = CorrectionReason(reason)
    return str(chosen.label) if chosen.is_neutral else ""
