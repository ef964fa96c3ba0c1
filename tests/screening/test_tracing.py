"""Who was together, found by columns, is who was together when every two stays are compared; random stays."""

import datetime
import random
import uuid
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from tests.factories.organization import MONDAY, clock, make_place, make_site, make_unit
from vungxanh.common.clock import ZONE
from vungxanh.common.decision_tables import registry
from vungxanh.organization.enums import PlaceKind
from vungxanh.organization.models import Place
from vungxanh.screening.models import Presence
from vungxanh.screening.queries.co_presence import Shared, all_shared
from vungxanh.screening.rulebook import PLACE_HISTORY, PRESENCE, RULES

pytestmark = pytest.mark.django_db
DAYS = 8
CHANGED = MONDAY + datetime.timedelta(days=4)
NOW = clock(9, 7, day=MONDAY + datetime.timedelta(days=DAYS - 1))
CASE, MERGED = uuid.UUID(int=1 << 120), uuid.UUID(int=2)
CROWD = [CASE, MERGED, *(uuid.UUID(int=number << 90) for number in range(3, 40))]


@pytest.fixture
def later_rules(tmp_path: Path) -> Iterator[None]:
    """In the middle of the days a single scan begins to mean longer, and nobody stays as long as before."""
    for name, was, now in [
        ("place_history", "unknown_minutes = 60", "unknown_minutes = 95"),
        ("presence", "longest_stay_hours = 26", "longest_stay_hours = 9"),
    ]:
        text = (RULES / f"{name}.toml").read_text(encoding="utf-8")
        assert was in text
        text = text.replace(was, now).replace("in_force_from = 2021-09-01", f"in_force_from = {CHANGED}")
        (tmp_path / f"{name}.toml").write_text(text, encoding="utf-8")
    before = registry._overlay.directory
    registry.keep_overlays_in(tmp_path)
    assert PRESENCE.current().in_force(MONDAY).longest_stay_hours == 26
    assert PRESENCE.current().in_force(CHANGED).longest_stay_hours == 9
    yield
    registry.keep_overlays_in(before)


def make_stays(chance: random.Random, count: int) -> None:
    """At a few places, so that many meet: seen at both ends, once, or at one end only; some begin and end together,
    some at an odd microsecond, some go over midnight."""
    unit = make_unit("CC", make_unit("SO"))
    kinds = [PlaceKind.GATE, PlaceKind.ROOM, PlaceKind.VEHICLE, PlaceKind.FIELD_POST]
    places = [
        make_place(f"{site.code}{n}", site, kind=kind)
        for site in (make_site("A", unit), make_site("B", unit))
        for n, kind in enumerate(kinds)
    ]
    Presence.objects.bulk_create(_stay(chance, chance.choice(places)) for _ in range(count))


def _stay(chance: random.Random, place: Place) -> Presence:
    begins = clock(0, day=MONDAY) + chance.randrange(DAYS * 24 * 4) * datetime.timedelta(minutes=15)
    begins += chance.choice([0, 0, 0, 1, 59_999_999]) * datetime.timedelta(microseconds=1)
    length = chance.choice([0, 1, 15, 30, 60, 60, 90, 120, 480, 540, 1200, 26 * 60])
    entered, left = chance.choice([(True, True)] * 4 + [(True, False), (False, True)])
    ends = begins + datetime.timedelta(minutes=length)
    return Presence(
        subject=chance.choice(CROWD),
        site_id=place.site_id,
        place_id=place.pk,
        day=(begins if entered else ends).astimezone(ZONE).date(),
        entered_at=begins if entered else None,
        left_at=ends if left else None,
        is_listed=chance.random() < 0.3,
    )


def compared(mine: Sequence[Presence], at: datetime.datetime) -> dict[int, list[Shared]]:
    """The same by the words of the rule: each stay with each."""
    gates = set(Place.objects.filter(kind=PlaceKind.GATE).values_list("pk", flat=True))
    counted = [one for one in Presence.objects.all() if one.is_listed or one.place_id not in gates]
    others = [one for one in counted if one.subject not in {own.subject for own in mine}]
    found = {}
    for own in (one for one in counted if one in mine):
        best: dict[uuid.UUID, Shared] = {}
        for other in others:
            (own_begins, own_ends), (begins, ends) = span(own, at), span(other, at)
            is_certain = is_whole(own) and is_whole(other)
            shared = Shared(other.subject, max(own_begins, begins), min(own_ends, ends), is_certain)
            if other.place_id == own.place_id and shared.begins < shared.ends:
                best[other.subject] = min(shared, best.get(other.subject, shared), key=rank)
        found[own.pk] = sorted(best.values(), key=lambda one: (-one.minutes, one.subject))
    return found


def rank(one: Shared) -> tuple[object, ...]:
    return not one.is_certain, -one.minutes, one.begins, one.ends


def is_whole(stay: Presence) -> bool:
    return None not in (stay.entered_at, stay.left_at) and stay.entered_at != stay.left_at


def span(stay: Presence, at: datetime.datetime) -> tuple[datetime.datetime, datetime.datetime]:
    once = datetime.timedelta(minutes=PLACE_HISTORY.current().in_force(stay.day).unknown_minutes)
    longest = datetime.timedelta(hours=PRESENCE.current().in_force(stay.day).longest_stay_hours)
    entered, left = stay.entered_at, stay.left_at
    if entered and left:
        return entered, (entered + once if entered == left else left)
    if entered:
        return entered, max(entered, min(at, entered + longest))
    assert left
    return left - once, left


@pytest.mark.usefixtures("later_rules")
@pytest.mark.parametrize("seed", range(4))
def test_columns_find_whom_a_comparison_of_every_two_stays_finds(seed: int) -> None:
    make_stays(random.Random(seed), 700)
    mine = list(Presence.objects.filter(subject__in=(CASE, MERGED)))
    found = all_shared(mine, at=NOW)
    assert found == compared(mine, NOW)
    met = [one for rows in found.values() for one in rows]
    assert {one.is_certain for one in met} == {True, False}
    assert len(met) > 50


@pytest.mark.usefixtures("later_rules")
def test_each_stay_alone_has_the_same_others_as_among_all() -> None:
    """Whether somebody is found does not hang on where else the person was."""
    make_stays(random.Random(7), 700)
    mine = list(Presence.objects.filter(subject=CASE))
    alone = {key: rows for stay in mine for key, rows in all_shared([stay], at=NOW).items()}
    assert alone == all_shared(mine, at=NOW)
