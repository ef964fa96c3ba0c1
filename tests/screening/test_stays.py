"""Stays from sightings: each kind of disorder by itself, then any order and any batching."""

import datetime
import uuid
from dataclasses import replace

import pytest

from vungxanh.screening.enums import Direction
from vungxanh.screening.rulebook import PRESENCE
from vungxanh.screening.stays import Sighting, Stay, exit_key_of, stays_of

RULE = PRESENCE.current().in_force(datetime.date(2021, 9, 20))
START = datetime.datetime(2021, 9, 20, 7, 0, tzinfo=datetime.UTC)
WHO = uuid.UUID(int=1)
IN, OUT, SEEN = Direction.IN, Direction.OUT, Direction.SEEN


def sighting(direction: Direction, minutes: float, *, place: int = 1, site: int = 1, scope: str = "") -> Sighting:
    """A tap at a gate of the site, or at a place of its own where `scope` is given."""
    where = (scope, place) if scope else ("SITE", site)
    at = START + datetime.timedelta(minutes=minutes)
    return Sighting(uuid.uuid4(), WHO, where, site, place, direction, at, is_weak=False)


def shape(stays: list[Stay]) -> list[tuple[float | None, float | None]]:
    """Minutes of entering and leaving."""

    def minutes(moment: datetime.datetime | None) -> float | None:
        return (moment - START).total_seconds() / 60 if moment else None

    pairs = [(minutes(stay.entered_at), minutes(stay.left_at)) for stay in stays]
    return sorted(pairs, key=lambda pair: next(one for one in pair if one is not None))


@pytest.mark.parametrize(
    ("taps", "expected"),
    [
        ([(IN, 0), (OUT, 600)], [(0, 600)]),
        ([(IN, 0), (IN, 0.4), (OUT, 600), (OUT, 600.4)], [(0, 600)]),
        ([(IN, 0), (OUT, 240), (IN, 300), (OUT, 600)], [(0, 240), (300, 600)]),
        ([(IN, 0)], [(0, None)]),
        ([(OUT, 600)], [(None, 600)]),
        ([(IN, 0), (OUT, 600), (OUT, 700)], [(0, 600), (None, 700)]),
        ([(IN, 0), (IN, 300), (OUT, 600)], [(0, None), (300, 600)]),
        ([(IN, 0), (OUT, 27 * 60)], [(0, None), (None, 27 * 60)]),
        ([(IN, 0), (OUT, 24 * 60)], [(0, 24 * 60)]),
    ],
)
def test_stays_when_taps_are(taps: list[tuple[Direction, float]], expected: list[tuple[float, float]]) -> None:
    assert shape(stays_of([sighting(*tap) for tap in taps], RULE)) == expected
    assert shape(stays_of([sighting(*tap) for tap in reversed(taps)], RULE)) == expected


def test_stay_when_entered_again_without_leaving_is_over() -> None:
    first, second = stays_of([sighting(IN, 0), sighting(IN, 300)], RULE)
    assert (first.has_later, second.has_later) == (True, False)


def test_two_gates_of_a_site_at_once_are_one_entry_that_names_both() -> None:
    [stay] = stays_of([sighting(IN, 0, place=1), sighting(IN, 0.2, place=2)], RULE)
    assert (stay.place_id, stay.also_at_id) == (1, 2)


def test_gates_of_a_site_belong_together() -> None:
    [stay] = stays_of([sighting(IN, 0, place=1), sighting(OUT, 600, place=2)], RULE)
    assert (stay.place_id, stay.left_place_id, stay.also_at_id) == (1, 2, None)


def test_entry_at_another_site_without_leaving_the_first_names_it() -> None:
    first, second = stays_of([sighting(IN, 0, place=1, site=1), sighting(IN, 60, place=9, site=2)], RULE)
    assert (first.also_at_id, second.also_at_id) == (None, 1)
    left = [sighting(IN, 0, place=1, site=1), sighting(OUT, 30, place=1, site=1), sighting(IN, 60, place=9, site=2)]
    assert [stay.also_at_id for stay in stays_of(left, RULE)] == [None, None]


def test_confirmation_in_a_room_is_a_moment_beside_the_stay_at_the_gate() -> None:
    taps = [sighting(IN, 0), sighting(SEEN, 60, place=5, scope="PLACE"), sighting(OUT, 600)]
    assert shape(stays_of(taps, RULE)) == [(0, 600), (60, 60)]


def test_stay_is_weak_when_one_end_is() -> None:
    strong, weak = sighting(IN, 0), sighting(OUT, 600)
    weak = Sighting(weak.key, WHO, weak.scope, 1, 1, OUT, weak.at, is_weak=True)
    [stay] = stays_of([strong, weak], RULE)
    assert stay.is_weak


VEHICLE_KIND = "VEHICLE"


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        # Two rooms of one site, an hour in common.
        (("PLACE", 5, 1, 0, 120), ("PLACE", 6, 1, 60, 180), 5),
        # One after the other, with the few minutes that a list does not know.
        (("PLACE", 5, 1, 0, 60), ("PLACE", 6, 1, 60, 120), None),
        (("PLACE", 5, 1, 0, 64), ("PLACE", 6, 1, 60, 120), None),
        (("PLACE", 5, 1, 0, 65), ("PLACE", 6, 1, 60, 120), 5),
        # A room of the site whose gate was passed, and of another one.
        (("", 1, 1, 0, 600), ("PLACE", 6, 1, 60, 120), None),
        (("", 1, 1, 0, 600), ("PLACE", 6, 2, 60, 120), 1),
        # A vehicle drives through gates; nobody sits in it and in a room.
        (("", 1, 1, 0, 600), (VEHICLE_KIND, 7, 2, 60, 120), None),
        ((VEHICLE_KIND, 7, 1, 0, 120), ("PLACE", 6, 1, 60, 180), 7),
    ],
)
def test_stays_when_both_cannot_be_true_the_later_names_the_earlier(
    first: tuple[str, int, int, float, float], second: tuple[str, int, int, float, float], expected: int | None
) -> None:
    taps = [
        sighting(way, minutes, place=place, site=site, scope=scope)
        for scope, place, site, begins, ends in (first, second)
        for way, minutes in ((IN, begins), (OUT, ends))
    ]
    for order in (taps, taps[::-1]):
        marked = sorted(stays_of(order, RULE), key=lambda stay: stay.anchor)
        assert [stay.also_at_id for stay in marked] == [None, expected]


def test_scan_in_another_room_well_within_a_stay_names_it() -> None:
    taps = [sighting(IN, 0, place=5, scope="PLACE"), sighting(OUT, 120, place=5, scope="PLACE")]
    for minutes, expected in ((60, 5), (3, None), (118, None)):
        scan = sighting(SEEN, minutes, place=6, scope="PLACE")
        found = {stay.place_id: stay.also_at_id for stay in stays_of([*taps, scan], RULE)}
        assert found == {5: None, 6: expected}


def listed(begins: float, ends: float, *, place: int = 5) -> list[Sighting]:
    """The two sightings that a list writes."""
    entry, leaving = sighting(IN, begins, place=place, scope="PLACE"), sighting(OUT, ends, place=place, scope="PLACE")
    return [replace(entry, is_listed=True), replace(leaving, key=exit_key_of(entry.key), is_listed=True)]


def test_lists_when_one_begins_as_the_other_ends_are_two_stays_and_touch_no_scans() -> None:
    scans = [sighting(IN, -5, place=5, scope="PLACE"), sighting(OUT, 130, place=5, scope="PLACE")]
    stays = stays_of([*listed(0, 60), *listed(60, 120), *scans], RULE)
    assert shape(stays) == [(-5, 130), (0, 60), (60, 120)]
    assert [stay.also_at_id for stay in stays] == [None, None, None]


def test_list_of_another_room_at_the_same_time_is_named() -> None:
    stays = sorted(stays_of([*listed(0, 60), *listed(30, 90, place=6)], RULE), key=lambda stay: stay.anchor)
    assert [stay.also_at_id for stay in stays] == [None, 5]
