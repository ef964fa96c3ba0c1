"""The places of a person in words: where, from when until when, how it is known, and who else was there."""

import datetime
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from vungxanh.admission.enums import SubjectKind
from vungxanh.admission.subjects import GateSubject, all_named
from vungxanh.organization.enums import PlaceKind
from vungxanh.organization.models import Person, Place
from vungxanh.screening.enums import Means
from vungxanh.screening.models import Presence, PresenceEvent
from vungxanh.screening.queries.co_presence import Shared, all_shared
from vungxanh.screening.queries.presence import all_stays_of


class Together(NamedTuple):
    """Somebody else at the place of a stay. A visitor whose data were erased has no name any more."""

    shared: Shared
    subject: GateSubject | None

    @property
    def name(self) -> str:
        return self.subject.name if self.subject else ""

    @property
    def code(self) -> str:
        """Of staff; the code of a visit is of no use to whoever traces."""
        return self.subject.code if self.subject and self.subject.kind == SubjectKind.STAFF else ""

    @property
    def belongs_to(self) -> str:
        return self.subject.belongs_to if self.subject else ""


@dataclass(frozen=True, slots=True)
class PlaceStay:
    """A stay with the names of its places; `means` tells how it is known, `also_at` another place that says the same.

    `others`: empty for gates, and where the reader is the person.
    """

    stay: Presence
    place: str
    left_by: str
    site: str
    means: tuple[str, ...]
    also_at: str
    is_gate: bool
    others: tuple[Together, ...] = ()

    @property
    def was_seen_once(self) -> bool:
        return self.stay.entered_at == self.stay.left_at


def all_place_history(
    person: Person, *, first: datetime.date, last: datetime.date, at: datetime.datetime, with_others: bool
) -> list[PlaceStay]:
    """Newest first, those of people merged into this one as well; a flat number of queries.

    Whoever shows somebody else's asks first whether the viewer may, and writes the look down.
    """
    stays = all_stays_of(person, first=first, last=last)
    shared = all_shared(stays, at=at) if with_others else {}
    named = all_named({one.subject for rows in shared.values() for one in rows}, on=at.date()) if shared else {}
    places, means = _places(stays), _means(stays)
    together = {pk: [Together(one, named.get(one.subject)) for one in rows] for pk, rows in shared.items()}
    return [_shown(stay, places, means, together.get(stay.pk, [])) for stay in stays]


def _places(stays: Sequence[Presence]) -> dict[int, Place]:
    keys = {key for stay in stays for key in (stay.place_id, stay.left_place_id, stay.also_at_id) if key}
    return Place.objects.select_related("site").in_bulk(keys)


def _means(stays: Sequence[Presence]) -> dict[uuid.UUID, Means]:
    keys = {key for stay in stays for key in (stay.entry_key, stay.exit_key) if key}
    rows = PresenceEvent.objects.filter(pk__in=keys).values_list("client_uuid", "means")
    return {key: Means(means) for key, means in rows}


def _shown(
    stay: Presence,
    places: dict[int, Place],
    means: dict[uuid.UUID, Means],
    others: Sequence[Together],
) -> PlaceStay:
    place = places.get(stay.place_id)
    left, also = places.get(stay.left_place_id or 0), places.get(stay.also_at_id or 0)
    known = [means[key] for key in (stay.entry_key, stay.exit_key) if key in means]
    return PlaceStay(
        stay,
        place=place.name if place else "",
        left_by=left.name if left and left != place else "",
        site=place.site.name if place else "",
        means=tuple(str(one.label) for one in dict.fromkeys(known)),
        also_at=also.name if also else "",
        is_gate=place is not None and place.kind == PlaceKind.GATE,
        others=tuple(others),
    )
