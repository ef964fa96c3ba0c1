"""Who was seen where: events are kept once, stays are computed again from all events around them."""

import datetime
import hashlib
import json
import uuid
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from vungxanh.accounts.models import User
from vungxanh.audit import operations as audit
from vungxanh.audit.models import AuditEvent
from vungxanh.common.clock import ZONE
from vungxanh.organization.enums import PlaceKind
from vungxanh.organization.models import Place
from vungxanh.screening.enums import Direction, GateState, Means
from vungxanh.screening.models import Presence, PresenceEvent, PresenceLock
from vungxanh.screening.permissions import RecordingRights
from vungxanh.screening.rulebook import PRESENCE, PresenceRule
from vungxanh.screening.signals import stays_changed
from vungxanh.screening.stays import CHAIN, Sighting, Stay, stays_of

AT_ONCE = 500
NO_OFFSET = datetime.timedelta()
OTHER_CONTENT = _("This scan was sent before with other content; the first one stands.")
OF_STAY = [field.attname for field in Presence._meta.fields if not field.primary_key]


@dataclass(frozen=True, slots=True)
class NewPresence:
    """One sighting as it arrived.

    `device_at` is what the device's clock said; None where the server's own clock counts, as for a page, so that a page
    sent again has the same content. `clock_offset` is how far that clock was behind the server's when it sent.
    `rule_decision` is what the rules say where the gate said something else.
    """

    client_uuid: uuid.UUID
    place: Place
    subject: uuid.UUID
    direction: Direction
    means: Means
    device_at: datetime.datetime | None = None
    clock_offset: datetime.timedelta = NO_OFFSET
    decision: GateState | None = None
    reason: str = ""
    rule_decision: GateState | None = None
    temperature_c: float | None = None
    device: str = ""

    @property
    def content_hash(self) -> str:
        """Equal for an honest retry and for nothing else. What the gate decided is an answer, not content."""
        whole = {
            "place": self.place.pk,
            "subject": self.subject.hex,
            "direction": str(self.direction),
            "means": str(self.means),
            "device_at": self.device_at.timestamp() if self.device_at else None,
            "temperature_c": self.temperature_c,
        }
        return hashlib.sha256(json.dumps(whole, sort_keys=True).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Kept:
    """On disk. `is_replay`: it was there already."""

    event: PresenceEvent
    is_replay: bool


@dataclass(frozen=True, slots=True)
class NotKept:
    """Nothing was kept, and why."""

    reason: str | Promise


PresenceOutcome = Kept | NotKept


@dataclass(frozen=True, slots=True)
class Seen:
    """What one actor records at once; `actor` None is the system. With `is_permitted` whoever calls has looked at the
    actor's rights."""

    actor: User | None
    batch: Sequence[NewPresence]
    is_permitted: bool = False


def record_presence(
    batch: Sequence[NewPresence], *, actor: User | None, at: datetime.datetime, is_permitted: bool = False
) -> list[PresenceOutcome]:
    """As `record_all_presence`, of one actor."""
    return record_all_presence([Seen(actor, batch, is_permitted)], at=at)[0]


def record_all_presence(parts: Sequence[Seen], *, at: datetime.datetime) -> list[list[PresenceOutcome]]:
    """Keep what can be kept, each answered in its place; the kept ones and the stays that follow are one commit.

    Batches may come late, twice, in any order: the stays are always those of all events together. Two that race for one
    uuid meet in its key, and the second sees the first.
    """
    try:
        return _Recording(parts, at).run()
    except IntegrityError:
        return _Recording(parts, at).run()


@dataclass(slots=True)
class _Recording:
    parts: Sequence[Seen]
    at: datetime.datetime
    rule: PresenceRule = field(init=False)
    known: dict[uuid.UUID, PresenceEvent] = field(init=False)
    fresh: dict[uuid.UUID, PresenceEvent] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.rule = PRESENCE.current().in_force(self.at.astimezone(ZONE).date())

    @transaction.atomic
    def run(self) -> list[list[PresenceOutcome]]:
        self.known = PresenceEvent.objects.in_bulk([new.client_uuid for part in self.parts for new in part.batch])
        outcomes = [self.outcomes(part) for part in self.parts]
        if self.fresh:
            # In one order, so that two who send the same in groups of their own never wait for each other in a ring.
            fresh = [self.fresh[key] for key in sorted(self.fresh)]
            PresenceEvent.objects.bulk_create(fresh, batch_size=AT_ONCE)
            compute_stays(fresh, self.rule)
            actors = {part.actor.pk: part.actor for part in self.parts if part.actor}
            stays_changed.send(sender=None, events=fresh, actors=actors, at=self.at)
        audit.record_all(
            [row for part, mine in zip(self.parts, outcomes, strict=True) for row in self.rows(part, mine)]
        )
        return outcomes

    def outcomes(self, part: Seen) -> list[PresenceOutcome]:
        rights = None if part.is_permitted else RecordingRights(part.actor, on=self.at.astimezone(ZONE).date())
        return [self.outcome(new, part.actor, rights) for new in part.batch]

    def outcome(self, new: NewPresence, actor: User | None, rights: RecordingRights | None) -> PresenceOutcome:
        if rights and not (verdict := rights.may_record(new.place.site.unit_id, new.subject, new.means)):
            return NotKept(verdict.reason)
        if known := self.known.get(new.client_uuid):
            is_same = known.content_hash == new.content_hash
            return Kept(known, is_replay=True) if is_same else NotKept(OTHER_CONTENT)
        event = self.event(new, actor)
        if fault := self.fault(new, event):
            return NotKept(fault)
        self.known[new.client_uuid] = self.fresh[new.client_uuid] = event
        return Kept(event, is_replay=False)

    def event(self, new: NewPresence, actor: User | None) -> PresenceEvent:
        device_at = new.device_at or self.at
        is_off = abs(new.clock_offset) > datetime.timedelta(seconds=self.rule.clock_skew_seconds)
        return PresenceEvent(
            client_uuid=new.client_uuid,
            content_hash=new.content_hash,
            place_id=new.place.pk,
            site_id=new.place.site_id,
            subject=new.subject,
            direction=new.direction,
            device_at=device_at,
            occurred_at=device_at + (new.clock_offset if is_off else NO_OFFSET),
            received_at=self.at,
            means=new.means,
            decision=new.decision or "",
            reason=new.reason,
            rule_decision=new.rule_decision or "",
            temperature_c="" if new.temperature_c is None else f"{new.temperature_c:g}",
            recorded_by_id=actor.pk if actor else None,
            device=new.device,
        )

    def fault(self, new: NewPresence, event: PresenceEvent) -> str | Promise:
        if event.occurred_at > self.at + datetime.timedelta(seconds=self.rule.clock_skew_seconds):
            return _("The time of the scan lies in the future; set the clock right.")
        if event.occurred_at < self.at - datetime.timedelta(hours=self.oldest_hours(new.means)):
            if new.means.is_list:
                return _("The list is too old: it is kept up to %(days)d days after.") % {
                    "days": self.rule.oldest_list_hours // 24
                }
            return _("The scan is too old to be kept; write it on the list of the gate.")
        if new.place.is_closed(event.occurred_at.astimezone(ZONE).date()):
            return _("%(place)s is closed.") % {"place": new.place.name}
        return ""

    def oldest_hours(self, means: Means) -> int:
        return self.rule.oldest_list_hours if means.is_list else self.rule.oldest_hours

    def rows(self, part: Seen, outcomes: Sequence[PresenceOutcome]) -> Iterator[AuditEvent]:
        """One per place: how many were kept, came again, or were refused."""
        for place in {new.place.pk: new.place for new in part.batch}.values():
            mine = [outcome for new, outcome in zip(part.batch, outcomes, strict=True) if new.place.pk == place.pk]
            counts = {
                "kept": sum(isinstance(one, Kept) and not one.is_replay for one in mine),
                "again": sum(isinstance(one, Kept) and one.is_replay for one in mine),
                "refused": sum(isinstance(one, NotKept) for one in mine),
            }
            yield audit.event(
                "screening.record_presence",
                actor=part.actor,
                at=self.at,
                subject=place,
                unit_id=place.site.unit_id,
                detail=counts,
            )


def compute_stays(events: Collection[PresenceEvent], rule: PresenceRule) -> None:
    """The stays around these events, computed from every event near them; only rows that changed are written.

    Flat in queries: the people are locked, all events in reach read at once, the stays compared at once.
    """
    subjects = sorted({event.subject for event in events})
    lock_people(subjects)
    reach = datetime.timedelta(hours=rule.longest_stay_hours)
    first = min(event.occurred_at for event in events) - reach
    last = max(event.occurred_at for event in events) + reach
    sightings = _sightings(subjects, first - reach - CHAIN, last + reach + CHAIN)
    wanted = {_row_key(row): row for row in map(_row, stays_of(sightings, rule)) if first <= _anchor(row) <= last}
    near = Q(entered_at__range=(first, last)) | Q(entered_at__isnull=True, left_at__range=(first, last))
    there = {_row_key(row): row for row in Presence.objects.filter(near, subject__in=subjects)}
    Presence.objects.filter(pk__in=[row.pk for key, row in there.items() if key not in wanted]).delete()
    new = [row for key, row in wanted.items() if key not in there]
    Presence.objects.bulk_create(new, batch_size=AT_ONCE)


def lock_people(subjects: Sequence[uuid.UUID]) -> None:
    """In one order, so that two batches never wait for each other in a ring. Whoever records somebody's presence while
    holding a lock of its own takes this one first."""
    PresenceLock.objects.bulk_create(map(PresenceLock, subjects), batch_size=AT_ONCE, ignore_conflicts=True)
    list(PresenceLock.objects.select_for_update().filter(subject__in=subjects).order_by("subject"))


def _sightings(subjects: Iterable[uuid.UUID], first: datetime.datetime, last: datetime.datetime) -> list[Sighting]:
    """All that count: whoever was held or turned away did not come in, and what was withdrawn tells nothing."""
    kept_out = Q(direction=Direction.IN, decision__in=[GateState.HOLD, GateState.REFUSED])
    rows = PresenceEvent.objects.filter(subject__in=list(subjects), occurred_at__range=(first, last))
    events = list(rows.filter(withdrawal__isnull=True).exclude(kept_out).defer("temperature_c"))
    kinds = dict(Place.objects.exclude(kind__in=SCOPE_OF_ITS_OWN).values_list("pk", "kind"))
    return [
        Sighting(
            key=event.client_uuid,
            subject=event.subject,
            scope=_scope(event, kinds.get(event.place_id)),
            site_id=event.site_id,
            place_id=event.place_id,
            direction=Direction(event.direction),
            at=event.occurred_at,
            is_weak=Means(event.means).is_weak,
            is_listed=Means(event.means).is_list,
        )
        for event in events
    ]


SCOPE_OF_ITS_OWN = (PlaceKind.ROOM, PlaceKind.FIELD_POST)


def _scope(event: PresenceEvent, kind: str | None) -> tuple[str, int]:
    """`kind`: of a gate or a vehicle, None for any other place. Whoever a list puts at a gate stands there."""
    if kind == PlaceKind.GATE and not Means(event.means).is_list:
        return "SITE", event.site_id
    return ("VEHICLE" if kind == PlaceKind.VEHICLE else "PLACE"), event.place_id


def _row(stay: Stay) -> Presence:
    return Presence(
        subject=stay.subject,
        site_id=stay.site_id,
        place_id=stay.place_id,
        left_place_id=stay.left_place_id,
        day=stay.anchor.astimezone(ZONE).date(),
        entered_at=stay.entered_at,
        left_at=stay.left_at,
        entry_key=stay.entry_key,
        exit_key=stay.exit_key,
        is_weak=stay.is_weak,
        has_later=stay.has_later,
        also_at_id=stay.also_at_id,
        is_listed=stay.is_listed,
    )


def _row_key(row: Presence) -> tuple[object, ...]:
    return tuple(getattr(row, name) for name in OF_STAY)


def _anchor(row: Presence) -> datetime.datetime:
    moment = row.entered_at or row.left_at
    assert moment
    return moment
