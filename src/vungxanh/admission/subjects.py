"""Whoever may stand at a gate: staff, visitors, more later. Each kind is a source that names and judges its people.

A source is registered in `apps.ready()`. The gate asks all of them and knows no kind itself.
"""

import datetime
import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Protocol

from vungxanh.admission.enums import SubjectKind
from vungxanh.organization.models import Place, Site


@dataclass(frozen=True, slots=True)
class GateSubject:
    """Somebody as the gate sees them: who, from where; nothing of health. `code` is what is typed, such as CB0001."""

    subject: uuid.UUID
    kind: SubjectKind
    name: str
    belongs_to: str
    code: str = ""


class SubjectSource(Protocol):
    """All answers are for many people at once, in a flat number of queries."""

    kind: SubjectKind

    def named(self, subjects: Collection[uuid.UUID], *, on: datetime.date) -> Mapping[uuid.UUID, GateSubject]:
        """Those of this kind among them."""

    def reasons(
        self, subjects: Collection[uuid.UUID], place: Place, *, at: datetime.datetime
    ) -> Mapping[uuid.UUID, Collection[str]]:
        """Per subject of this kind the codes of the gate's reasons that hold; none where nothing speaks against."""

    def found(self, text: str, place: Place, *, on: datetime.date) -> list[GateSubject]:
        """By code, or by a part of the name, of those who may come to this place."""

    def by_identity(self, number: str, *, on: datetime.date) -> GateSubject | None:
        """By the number of the identity card."""

    def expected(self, site: Site, *, on: datetime.date) -> list[GateSubject]:
        """Who is expected at the site on the day, for a gate without network."""

    def expected_subjects(self, site: Site, *, on: datetime.date) -> Collection[uuid.UUID]:
        """The same without their names."""


_sources: dict[SubjectKind, SubjectSource] = {}


def register(source: SubjectSource) -> None:
    """Registering a kind again replaces its source, so that `ready()` may run twice."""
    _sources[source.kind] = source


def sources() -> list[SubjectSource]:
    return list(_sources.values())


def all_named(subjects: Collection[uuid.UUID], *, on: datetime.date) -> dict[uuid.UUID, GateSubject]:
    """By whichever source knows them."""
    found: dict[uuid.UUID, GateSubject] = {}
    for source in sources():
        found |= source.named([one for one in subjects if one not in found], on=on)
    return found
