"""The gates of the demonstration agency: who comes in and goes out on a day, and the gate that was without network."""

import datetime
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from vungxanh.accounts.models import User
from vungxanh.admission.operations.gate_batch import OfflineScan, ScanBatch, merge_scans
from vungxanh.admission.queries.gate import decide_all_at_gate
from vungxanh.cli.demo import material
from vungxanh.cli.demo.declarations import MINUTE, batch_moment
from vungxanh.cli.demo.happening import Happening
from vungxanh.cli.demo.material import Outage
from vungxanh.cli.demo.people import draw
from vungxanh.common import clock
from vungxanh.organization.enums import PlaceKind, Role
from vungxanh.organization.models import Person, Place, RoleAssignment, Site
from vungxanh.organization.operations.places import open_place
from vungxanh.screening.enums import Direction, GateState, Means
from vungxanh.screening.models import PersonDay, PresenceEvent
from vungxanh.screening.operations import NewPresence, record_presence

NAMESPACE = uuid.UUID("6f0d4c7e-5b0a-4b0e-9d5e-240240240242")
SECOND_TAP = datetime.timedelta(seconds=6)


@dataclass(frozen=True, slots=True)
class Crossing:
    """Somebody who means to go through `gate` at `at`. `attempt`: 0, 1 after having been held, 2 a nervous finger."""

    at: datetime.datetime
    day: datetime.date
    code: str
    subject: uuid.UUID
    gate: str
    direction: Direction
    attempt: int = 0

    def key(self, attempt: int) -> uuid.UUID:
        return uuid.uuid5(NAMESPACE, f"{self.day}:{self.code}:{Direction.IN}:{attempt}")

    @property
    def uuid(self) -> uuid.UUID:
        return uuid.uuid5(NAMESPACE, f"{self.day}:{self.code}:{self.direction}:{self.attempt}")


def open_gates(*, at: datetime.datetime) -> None:
    """At the sites that have guards."""
    for one in material.gates().gate:
        site = Site.objects.get(code=one.site)
        open_place(one.code, site=site, name=one.name, kind=PlaceKind.GATE, actor=None, at=at)


def of_day(
    day: datetime.date,
    rows: Iterable[PersonDay],
    people: Mapping[uuid.UUID, Person],
    *,
    today: datetime.date,
    left_alone: frozenset[str],
) -> Iterator[Happening]:
    """The staff who are expected at a site with gates; those who are left alone pass by themselves."""
    places = {place.code: place for place in Place.objects.select_related("site")}
    gates = [one for one in material.gates().gate if one.code in places]
    by_site: dict[int | None, list[material.Gate]] = {}
    for one in gates:
        by_site.setdefault(places[one.code].site_id, []).append(one)
    here = [row for row in rows if row.expects_arrival and row.is_counted and row.site_id in by_site]
    coming = [(row, people[row.subject].staff_code) for row in here if row.subject in people]
    planned = [crossing for row, code in coming for crossing in _of_person(row, code, by_site[row.site_id])]
    guards = _guards({place.site.unit_id for place in places.values()}, day, left_alone)
    for outage in material.gates().offline:
        cut_off = [crossing for crossing in planned if _is_cut_off(crossing, outage)]
        planned = [crossing for crossing in planned if not _is_cut_off(crossing, outage)]
        if cut_off and (guard := guards.get(places[outage.gate].site.unit_id)):
            yield _sent_later(places[outage.gate], outage, cut_off, guard)

    def by_batch(one: Crossing) -> tuple[datetime.datetime, int, Direction]:
        return batch_moment(one.at, today), places[one.gate].site_id, one.direction

    for (at, _site, direction), group in groupby(sorted(planned, key=by_batch), key=by_batch):
        crossings = sorted(group, key=lambda one: one.at)
        if guard := guards.get(places[crossings[0].gate].site.unit_id):
            yield at, _crossed(crossings, direction, places, guard, at)


def _of_person(row: PersonDay, code: str, gates: Sequence[material.Gate]) -> Iterator[Crossing]:
    habit, chance = material.gates(), draw("gate", row.day, code)
    due, out = row.windows.arrival_due_at, row.windows.leaving_starts_at
    enters = due - chance.uniform(*habit.minutes_before_due) * MINUTE
    leaves = out + chance.uniform(*habit.minutes_after_leaving_starts) * MINUTE
    gate = gates[-1] if chance.random() < gates[-1].share else gates[0]

    def crossing(at: datetime.datetime, direction: Direction, attempt: int = 0) -> Crossing:
        return Crossing(at.replace(microsecond=0), row.day, code, row.subject, gate.code, direction, attempt)

    yield crossing(enters, Direction.IN)
    yield crossing(enters + habit.comes_again_after * MINUTE, Direction.IN, 1)
    if chance.random() < habit.tapped_twice:
        yield crossing(enters + SECOND_TAP, Direction.IN, 2)
    if chance.random() >= habit.not_left:
        yield crossing(leaves, Direction.OUT)


def _guards(unit_ids: set[int], day: datetime.date, left_alone: frozenset[str]) -> dict[int, User]:
    """By unit, one who keeps its gates and whose part nobody plays."""
    held = RoleAssignment.objects.filter(role=Role.GUARD, unit__in=unit_ids).select_related("user").order_by("-pk")
    return {one.unit_id: one.user for one in held if one.user.username not in left_alone}


def _is_cut_off(one: Crossing, outage: Outage) -> bool:
    begins, sent = clock.moment(outage.day, outage.begins), clock.moment(outage.day, outage.sent)
    return one.gate == outage.gate and begins <= one.at < sent and one.attempt == 0


def _crossed(
    crossings: Sequence[Crossing], direction: Direction, places: Mapping[str, Place], guard: User, at: datetime.datetime
) -> Callable[[], None]:
    """One batch of one site, each with the answer that its gate gave."""

    def happen() -> None:
        if direction == Direction.OUT:
            seen = [_seen(one, places) for one in _still_inside(crossings)]
        else:
            coming = _coming(crossings)
            gate = places[crossings[0].gate]
            reasons = decide_all_at_gate({one.subject for one in coming}, gate, at=at)
            declared = _declared_at(coming)
            seen = []
            for one in coming:
                reason = reasons[one.subject]
                state = GateState(reason.state)
                code = "" if state == GateState.ALLOWED else reason.code
                # Nobody is let in before the declaration that lets them in.
                after = max(one.at, declared.get(one.subject) or one.at)
                seen.append(_seen(one, places, min(after, at), state, code))
        if seen:
            record_presence(seen, actor=guard, at=at)

    return happen


def _seen(
    one: Crossing,
    places: Mapping[str, Place],
    device_at: datetime.datetime | None = None,
    state: GateState | None = None,
    reason: str = "",
) -> NewPresence:
    return NewPresence(
        client_uuid=one.uuid,
        place=places[one.gate],
        subject=one.subject,
        direction=one.direction,
        means=Means.SCAN,
        device_at=device_at or one.at,
        decision=state,
        reason=reason,
    )


def _coming(crossings: Sequence[Crossing]) -> list[Crossing]:
    """Whoever comes for the first time, whoever was held and comes again, whoever taps once more."""
    decisions = _decisions([one.key(0) for one in crossings])
    before = {1: GateState.HOLD, 2: GateState.ALLOWED}
    return [one for one in crossings if one.attempt == 0 or decisions.get(one.key(0)) == before[one.attempt]]


def _still_inside(crossings: Sequence[Crossing]) -> list[Crossing]:
    """Who was let in that day."""
    decisions = _decisions([one.key(attempt) for one in crossings for attempt in (0, 1)])
    return [one for one in crossings if GateState.ALLOWED in {decisions.get(one.key(n)) for n in (0, 1)}]


def _decisions(keys: Sequence[uuid.UUID]) -> dict[uuid.UUID, str]:
    return dict(PresenceEvent.objects.filter(pk__in=keys).values_list("pk", "decision"))


def _declared_at(crossings: Sequence[Crossing]) -> dict[uuid.UUID, datetime.datetime | None]:
    rows = PersonDay.objects.filter(day__in={one.day for one in crossings})
    return dict(rows.filter(subject__in=[one.subject for one in crossings]).values_list("subject", "arrival_at"))


def _sent_later(place: Place, outage: Outage, crossings: Sequence[Crossing], guard: User) -> Happening:
    """What the device kept while it was without network; it let everybody in whom it knew."""
    at, behind = clock.moment(outage.day, outage.sent), outage.clock_behind_minutes * MINUTE
    scans = [
        OfflineScan(
            client_uuid=one.uuid,
            direction=one.direction,
            device_at=one.at - behind,
            code=one.code,
            said=GateState.ALLOWED if one.direction == Direction.IN else None,
        )
        for one in crossings
    ]

    def happen() -> None:
        merge_scans([ScanBatch(place, outage.day, behind, "cong-sau", guard, scans)], at=at)

    return at, happen
