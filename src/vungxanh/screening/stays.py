"""From single sightings to stays: who was where from when until when.

A stay depends only on the sightings of the same person within `longest_stay_hours` around it, never on the order in
which they arrived: late batches, retries and two gates at once give the same stays as one gate that never lost its
network.
"""

import datetime
import uuid
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from vungxanh.screening.enums import Direction
from vungxanh.screening.rulebook import PresenceRule

RANK = {Direction.IN: 0, Direction.SEEN: 1, Direction.OUT: 2}
Scope = tuple[str, int]
CHAIN = datetime.timedelta(hours=1)
"""How long a chain of double taps may be; no finger taps longer."""


@dataclass(frozen=True, slots=True)
class Sighting:
    """One event, as far as stays are concerned.

    All gates of a site are one `scope`, every other place is its own: `SITE`, `PLACE` or `VEHICLE` and a number.
    `is_listed`: one of the two that a list writes, which belong together by their keys.
    """

    key: uuid.UUID
    subject: uuid.UUID
    scope: Scope
    site_id: int
    place_id: int
    direction: Direction
    at: datetime.datetime
    is_weak: bool
    is_listed: bool = False

    @property
    def order(self) -> tuple[datetime.datetime, int, uuid.UUID]:
        return self.at, RANK[self.direction], self.key


@dataclass(frozen=True, slots=True)
class Stay:
    """Somebody was at a place. Without `entered_at` only the leaving is known, without `left_at` only the entering.

    `has_later`: another entry follows, so that one without `left_at` is over. `also_at_id`: another place that says
    that the person was there as well.
    """

    subject: uuid.UUID
    site_id: int
    place_id: int
    left_place_id: int | None
    entered_at: datetime.datetime | None
    left_at: datetime.datetime | None
    entry_key: uuid.UUID | None
    exit_key: uuid.UUID | None
    is_weak: bool
    has_later: bool
    also_at_id: int | None
    is_listed: bool

    @property
    def anchor(self) -> datetime.datetime:
        moment = self.entered_at or self.left_at
        assert moment
        return moment


@dataclass(slots=True)
class _Group:
    """Taps that are one: same scope and direction, each soon after the one before."""

    taps: list[Sighting]
    also_at_id: int | None = None

    @property
    def first(self) -> Sighting:
        return self.taps[0]

    @property
    def at(self) -> datetime.datetime:
        return self.first.at

    @property
    def is_weak(self) -> bool:
        return all(tap.is_weak for tap in self.taps)


def stays_of(sightings: Iterable[Sighting], rule: PresenceRule) -> list[Stay]:
    """Of many people at once, each in the order of time."""
    by_subject: defaultdict[uuid.UUID, list[Sighting]] = defaultdict(list)
    for one in sightings:
        by_subject[one.subject].append(one)
    return [stay for rows in by_subject.values() for stay in _of_one(sorted(rows, key=lambda one: one.order), rule)]


def _of_one(rows: Sequence[Sighting], rule: PresenceRule) -> Iterator[Stay]:
    streams: defaultdict[tuple[Scope, bool], list[Sighting]] = defaultdict(list)
    for row in rows:
        if not row.is_listed:
            streams[row.scope, row.direction == Direction.SEEN].append(row)
    grouped = {key: _groups(taps, rule) for key, taps in streams.items()}
    passing = [groups for ((kind, _id), is_seen), groups in grouped.items() if not is_seen and kind != "VEHICLE"]
    _mark_elsewhere([group for groups in passing for group in groups], rule)
    stays = [
        (scope, stay)
        for (scope, is_seen), groups in grouped.items()
        for stay in (map(_seen, groups) if is_seen else _passed(groups, rule))
    ]
    yield from _marked_at_once(stays + _listed(rows), rule)


def exit_key_of(entry_key: uuid.UUID) -> uuid.UUID:
    """Of the leaving that a list writes with this entry."""
    return uuid.uuid5(entry_key, "exit")


def _listed(rows: Sequence[Sighting]) -> list[tuple[Scope, Stay]]:
    """One after the other in the same room, or on the list twice: what a list wrote together stays together."""
    listed = {row.key: row for row in rows if row.is_listed}
    pairs = [(row, listed.get(exit_key_of(key))) for key, row in listed.items() if row.direction == Direction.IN]
    return [
        (entry.scope, _stay(_Group([entry]), _Group([leaving]) if leaving else None, has_later=False))
        for entry, leaving in pairs
    ]


def _marked_at_once(stays: list[tuple[Scope, Stay]], rule: PresenceRule) -> Iterator[Stay]:
    """The later of two stays names the place of the earlier one where both cannot be true."""
    least = datetime.timedelta(minutes=rule.overlap_minutes)
    longest = datetime.timedelta(hours=rule.longest_stay_hours)
    begun = sorted(stays, key=lambda one: (one[1].anchor, str(one[1].entry_key or one[1].exit_key)))
    near: list[tuple[Scope, Stay]] = []
    for scope, stay in begun:
        near = [one for one in near if stay.anchor - one[1].anchor <= longest]
        clash = next((one for one in near if _are_apart(one, (scope, stay)) and _overlap(one[1], stay, least)), None)
        near.append((scope, stay))
        yield replace(stay, also_at_id=clash[1].place_id) if clash and stay.also_at_id is None else stay


def _are_apart(one: tuple[Scope, Stay], other: tuple[Scope, Stay]) -> bool:
    """Whether nobody is at both: two rooms always, a room and the site that it is in never; a vehicle may drive in."""
    (scope, stay), (other_scope, other_stay) = one, other
    kinds = {scope[0], other_scope[0]}
    if "SITE" in kinds:
        return stay.site_id != other_stay.site_id and "VEHICLE" not in kinds
    return scope != other_scope


def _overlap(one: Stay, other: Stay, least: datetime.timedelta) -> bool:
    """For so long at least; a single scan lies that far inside the other one."""
    if not (one.entered_at and one.left_at and other.entered_at and other.left_at):
        return False
    return one.entered_at + least <= other.left_at and other.entered_at + least <= one.left_at


def _groups(taps: Sequence[Sighting], rule: PresenceRule) -> list[_Group]:
    """Double taps together. Two gates of one site at the same time are one entry that names both."""
    soon = datetime.timedelta(seconds=rule.double_tap_seconds)
    groups: list[_Group] = []
    for tap in taps:
        last = groups[-1] if groups else None
        if last and last.first.direction == tap.direction and tap.at - last.taps[-1].at <= soon:
            last.taps.append(tap)
            if tap.place_id != last.first.place_id and last.also_at_id is None:
                last.also_at_id = tap.place_id
        else:
            groups.append(_Group([tap]))
    return groups


def _mark_elsewhere(groups: list[_Group], rule: PresenceRule) -> None:
    """An entry while the last word from another site was an entry too: one is wrong, or a leaving is missing."""
    groups.sort(key=lambda group: group.first.order)
    for before, after in pairwise(groups):
        is_elsewhere = before.first.site_id != after.first.site_id and _is_near(before, after, rule)
        both_enter = before.first.direction == after.first.direction == Direction.IN
        if is_elsewhere and both_enter and after.also_at_id is None:
            after.also_at_id = before.first.place_id


def _passed(groups: Sequence[_Group], rule: PresenceRule) -> Iterator[Stay]:
    for before, group, after in zip([None, *groups], groups, [*groups[1:], None], strict=False):
        follows = after is not None and _is_near(group, after, rule)
        if group.first.direction == Direction.IN:
            leaving = after if follows and after and after.first.direction == Direction.OUT else None
            yield _stay(group, leaving, has_later=follows and leaving is None)
        elif before is None or before.first.direction != Direction.IN or not _is_near(before, group, rule):
            yield _stay(None, group, has_later=False)


def _is_near(before: _Group, after: _Group, rule: PresenceRule) -> bool:
    return after.at - before.at <= datetime.timedelta(hours=rule.longest_stay_hours)


def _seen(group: _Group) -> Stay:
    """Somebody confirmed to be there at one moment."""
    return _stay(group, group, has_later=False)


def _stay(entry: _Group | None, leaving: _Group | None, *, has_later: bool) -> Stay:
    known = [group for group in (entry, leaving) if group]
    place = known[0].first
    return Stay(
        subject=place.subject,
        site_id=place.site_id,
        place_id=place.place_id,
        left_place_id=leaving.first.place_id if leaving else None,
        entered_at=entry.at if entry else None,
        left_at=leaving.at if leaving else None,
        entry_key=entry.first.key if entry else None,
        exit_key=leaving.first.key if leaving else None,
        is_weak=any(group.is_weak for group in known),
        has_later=has_later,
        also_at_id=next((group.also_at_id for group in known if group.also_at_id), None),
        is_listed=place.is_listed,
    )
