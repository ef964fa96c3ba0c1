"""What the gate says to somebody: the one decision of console, screen, API and offline list."""

import datetime
import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from django.db.models import Q

from vungxanh.accounts.models import User
from vungxanh.admission.rulebook import GATE, GateReason, GateRule
from vungxanh.admission.subjects import GateSubject, all_named, sources
from vungxanh.common.clock import ZONE
from vungxanh.organization.enums import PlaceKind
from vungxanh.organization.models import Place, Site
from vungxanh.screening.enums import GateState
from vungxanh.screening.models import Presence
from vungxanh.screening.permissions import may_keep_gate
from vungxanh.screening.queries.presence import FoundConflict, all_conflicts, all_inside
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


@dataclass(frozen=True, slots=True)
class InsideRow:
    """Somebody who is inside, by name."""

    stay: Presence
    subject: GateSubject | None


def all_inside_named(site: Site, *, at: datetime.datetime) -> list[InsideRow]:
    """Latest first; a flat number of queries."""
    stays = all_inside(site.pk, at=at)
    named = all_named([one.subject for one in stays], on=at.astimezone(ZONE).date())
    return [InsideRow(one, named.get(one.subject)) for one in stays]


def all_listed(site: Site, *, day: datetime.date, at: datetime.datetime) -> list[GateSubject]:
    """Who stands on the list of a gate without network: the expected of the day, a visitor once for each visit, and
    whoever was seen here lately."""
    people = [one for source in sources() for one in source.expected(site, on=day)]
    seen = _seen_lately(site, day, at)
    return [*people, *all_named(seen - {one.subject for one in people}, on=day).values()]


def all_listed_subjects(site: Site, *, day: datetime.date, at: datetime.datetime) -> set[uuid.UUID]:
    """Whom that list names, without their names."""
    expected = {one for source in sources() for one in source.expected_subjects(site, on=day)}
    return expected | _seen_lately(site, day, at)


def _seen_lately(site: Site, day: datetime.date, at: datetime.datetime) -> set[uuid.UUID]:
    """On the day of the list and the day before: the list that a device holds names nobody who came later."""
    days = (day - datetime.timedelta(days=1), day)
    seen = Presence.objects.filter(site_id=site.pk, day__range=days, entered_at__lte=at)
    return set(seen.values_list("subject", flat=True))


def all_open_gates(unit_ids: Collection[int], *, on: datetime.date) -> list[Place]:
    """Gates and field posts of these units' sites that are open on the day."""
    kinds = [PlaceKind.GATE, PlaceKind.FIELD_POST]
    rows = Place.objects.filter(kind__in=kinds, site__unit_id__in=list(unit_ids)).filter(
        Q(closed_on__isnull=True) | Q(closed_on__gt=on)
    )
    return list(rows.select_related("site").order_by("site__name", "name", "pk"))


@dataclass(frozen=True, slots=True)
class ShownConflict:
    """A conflict with names of people and places."""

    found: FoundConflict
    subject: GateSubject | None
    place: str
    other_place: str


def conflicts_of(viewer: User, site: Site, *, day: datetime.date, at: datetime.datetime) -> list[ShownConflict]:
    """What does not fit at a site whose gates the viewer keeps, on the day and the one before; nothing for others."""
    if not may_keep_gate(viewer, site.unit_id, on=day):
        return []
    found = all_conflicts([site.pk], first=day - datetime.timedelta(days=1), last=day, at=at)
    named = all_named([one.subject for one in found], on=day)
    keys = {one.place_id for one in found} | {one.other_place_id for one in found if one.other_place_id}
    places = dict(Place.objects.filter(pk__in=keys).values_list("pk", "name"))
    return [
        ShownConflict(
            one, named.get(one.subject), places.get(one.place_id, ""), places.get(one.other_place_id or 0, "")
        )
        for one in found
    ]
