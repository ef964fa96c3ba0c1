"""What a province counts for those above it: from the counts of its units, when they change, and of nobody by name."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories.risk import (
    MONDAY,
    clock,
    declare,
    make_person,
    make_person_day,
    make_unit,
    make_user,
    make_windows,
)
from tests.factories.webhooks import make_subscription
from vungxanh.audit.models import AuditEvent
from vungxanh.federation.models import OwnRollup, ReceivedRollup
from vungxanh.federation.operations import make_rollups, thin_out
from vungxanh.federation.queries.own import all_own_sums
from vungxanh.federation.rulebook import FEDERATION
from vungxanh.federation.subscribers import ROLLUP, ROLLUP_EVENT
from vungxanh.federation.sums import COUNTS, NOTHING, Agency, faults_of, parted
from vungxanh.organization.enums import Role, UnitKind
from vungxanh.organization.models import Unit
from vungxanh.organization.tree import all_tree_on
from vungxanh.risk.models import UnitDay, UnitZone
from vungxanh.webhooks.models import WebhookDelivery

pytestmark = pytest.mark.django_db
RULE = FEDERATION.current().in_force(MONDAY)


@pytest.fixture
def province() -> Unit:
    root = make_unit("TINH")
    make_subscription(root, make_user("quantri", Role.ADMINISTRATOR, root), events=[ROLLUP])
    return root


def agency(code: str, root: Unit, people: int, **counts: int) -> Unit:
    made = make_unit(code, root, kind=UnitKind.AGENCY)
    fill(made, people, **counts)
    return made


def fill(unit: Unit, people: int, **counts: int) -> None:
    everybody = dict.fromkeys(("people", "staff", "expected", "arrival_expected", "leaving_expected"), people)
    UnitDay.objects.create(day=MONDAY, unit_id=unit.pk, windows=make_windows(MONDAY), **{**everybody, **counts})


def own(root: Unit) -> dict[str, Any]:
    tree = all_tree_on(MONDAY)
    found = all_own_sums(tree[root.pk], MONDAY, tree=tree, rule=RULE)
    assert found
    return found


def test_units_count_for_the_agency_above_them_and_everything_adds_up(province: Unit) -> None:
    one = agency("SNN", province, 40, arrival_on_time=30, high_people=2)
    fill(make_unit("CCKL", one), 25, arrival_late=4, excused=3)
    agency("SYT", province, 60, arrival_on_time=60)
    found = own(province)
    assert [(row["code"], row["people"], row["arrival_late"]) for row in found["agencies"]] == [
        ("SNN", 65, 4),
        ("SYT", 60, 0),
    ]
    assert (found["total"]["people"], found["total"]["arrival_on_time"]) == (125, 90)
    assert (found["health"]["high_people"], found["health"]["excused"]) == (2, 3)
    assert list(faults_of(found)) == []


def test_an_agency_of_few_people_is_never_named_nor_what_is_left_of_the_whole(province: Unit) -> None:
    agency("NHO", province, 4, high_people=1)
    agency("VUA", province, 30)
    agency("LON", province, 200)
    found = own(province)
    # Four alone would be what the whole leaves: the next smallest goes with them, and the top with a return alone.
    assert [row["code"] for row in found["agencies"]] == ["LON"]
    assert (found["others"]["agencies"], found["others"]["people"]) == (3, 34)
    assert not {"high_people", "very_high_people", "excused"} & found["agencies"][0].keys()
    assert list(faults_of(found)) == []


@pytest.mark.parametrize("sizes", [[], [3], [3, 4], [19, 20], [1, 20, 20], [5, 5, 5, 5], [0, 50], [100] * 5])
def test_whoever_is_left_out_is_nobody_or_enough(sizes: list[int]) -> None:
    rows = [Agency(f"A{number}", "", "", (size, *NOTHING[1:])) for number, size in enumerate(sizes)]
    kept, others = parted(rows, smallest=20, most=3)
    left = sum(one.people for one in others)
    assert all(one.people >= 20 for one in kept)
    assert len(kept) <= 3
    assert not kept or left == 0 or left >= 20
    assert sorted(one.people for one in [*kept, *others]) == sorted(size for size in sizes if size)


@pytest.mark.parametrize(("people", "is_said"), [(99, False), (100, True)])
def test_a_whole_of_few_people_keeps_its_health_to_itself(province: Unit, people: int, is_said: bool) -> None:
    fill(province, people, high_people=1)
    assert (own(province)["health"] is not None) == is_said


def test_a_version_is_made_when_the_sums_change_and_only_then(province: Unit) -> None:
    people = [make_person(province, f"Lan {number}") for number in range(2)]
    for one in people:
        make_person_day(one, province)
    assert [make_rollups(at=clock(7, minute)) for minute in (0, 15)] == [1, 0]
    declare(people[0], province, clock(7, 20))
    assert [make_rollups(at=clock(7, minute)) for minute in (30, 45)] == [1, 0]
    assert list(OwnRollup.objects.order_by("pk").values_list("version", flat=True)) == [7 * 3600, 7 * 3600 + 1800]
    told = list(WebhookDelivery.objects.order_by("pk").values_list("event", "payload__version"))
    assert told == [(ROLLUP, 7 * 3600), (ROLLUP, 7 * 3600 + 1800)]
    assert AuditEvent.objects.filter(action="federation.make_rollup").count() == 2


def test_a_clock_that_was_set_back_gives_no_version_again(province: Unit) -> None:
    fill(province, 30)
    make_rollups(at=clock(9))
    UnitDay.objects.update(arrival_on_time=1)
    make_rollups(at=clock(8))
    assert list(OwnRollup.objects.order_by("pk").values_list("version", flat=True)) == [32400, 32401]


def test_a_day_that_is_over_is_sent_again_when_it_changes(province: Unit) -> None:
    fill(province, 30)
    make_rollups(at=clock(20))
    UnitDay.objects.update(arrival_late=1)
    tuesday = clock(8, day=MONDAY.replace(day=21))
    assert make_rollups(at=tuesday) == 1
    assert OwnRollup.objects.order_by("-pk")[0].version == 32 * 3600
    assert make_rollups(at=clock(8, day=MONDAY.replace(day=24))) == 0


def test_whoever_subscribes_later_gets_what_stands(province: Unit) -> None:
    fill(province, 30)
    make_rollups(at=clock(7))
    make_subscription(province, make_user("khac"), events=[ROLLUP])
    assert make_rollups(at=clock(7, 15)) == 0
    assert WebhookDelivery.objects.count() == 2


def test_without_anybody_who_gets_it_nothing_is_counted() -> None:
    fill(make_unit("TINH"), 30)
    with CaptureQueriesContext(connection) as asked:
        assert make_rollups(at=clock(7)) == 0
    assert (len(asked), OwnRollup.objects.count()) == (1, 0)


def test_nothing_of_anybody_leaves(province: Unit) -> None:
    lan = make_person(province, "Nguyễn Thị Lan")
    make_person_day(lan, province)
    declare(lan, province, clock(7), has_fever=True)
    make_rollups(at=clock(7, 15))
    text = json.dumps(WebhookDelivery.objects.get().payload, ensure_ascii=False)
    assert [word for word in ("Lan", lan.staff_code, str(lan.pseudonym), lan.pseudonym.hex) if word in text] == []


def test_colours_of_named_agencies_and_of_points(province: Unit) -> None:
    one = agency("SNN", province, 150)
    UnitZone.objects.create(unit=one, day=MONDAY, at=clock(7), level="ORANGE", table="unit_zone", edition="2021-09-16")
    found = own(province)
    assert found["agencies"][0]["zone"] == "ORANGE"
    assert found["health"]["zones"] == {"GREEN": 0, "YELLOW": 0, "ORANGE": 1, "RED": 0}


def test_counting_is_flat(province: Unit) -> None:
    tree = all_tree_on(MONDAY)
    fill(province, 30)
    with CaptureQueriesContext(connection) as few:
        all_own_sums(tree[province.pk], MONDAY, tree=tree, rule=RULE)
    for number in range(5):
        agency(f"S{number}", province, 30)
    tree = all_tree_on(MONDAY)
    with CaptureQueriesContext(connection) as many:
        all_own_sums(tree[province.pk], MONDAY, tree=tree, rule=RULE)
    assert len(few) == len(many)


def test_replaced_versions_lose_their_agencies_after_some_days(province: Unit) -> None:
    agency("SNN", province, 150)
    make_rollups(at=clock(7))
    UnitDay.objects.update(arrival_on_time=1)
    make_rollups(at=clock(8))
    late = clock(2, day=MONDAY.replace(day=28))
    assert (thin_out(at=clock(2, day=MONDAY.replace(day=27))), thin_out(at=late), thin_out(at=late)) == (0, 1, 0)
    kept = [len(one.content["agencies"]) for one in OwnRollup.objects.order_by("version")]
    assert (kept, ReceivedRollup.objects.count()) == ([0, 1], 0)


def test_the_example_is_what_is_told(province: Unit) -> None:
    agency("SNN", province, 150)
    agency("NHO", province, 5)
    agency("NHO2", province, 25)
    make_rollups(at=clock(17))
    told, example = WebhookDelivery.objects.get().payload, dict(ROLLUP_EVENT.example)
    assert told.keys() == example.keys()
    for name in ("total", "health", "others"):
        assert told[name].keys() == example[name].keys()
    assert told["agencies"][0].keys() == example["agencies"][0].keys()
    assert list(faults_of(example)) == []
    assert set(COUNTS) < example["agencies"][0].keys()
    text = (Path(__file__).parents[2] / "docs/vi/lien-thong.md").read_text(encoding="utf-8")
    [shown] = [json.loads(block) for block in re.findall(r"```json\n(.*?)```", text, re.S)]
    assert (shown["type"], shown["data"]) == (ROLLUP, example)


def test_health_is_told_once_in_the_afternoon_and_once_on_each_later_day(province: Unit) -> None:
    """Else what changes from one version to the next would speak of those who declared in between."""
    fill(province, 120, high_people=1)
    tuesday = MONDAY.replace(day=21)
    told = []
    for high, at in (
        (1, clock(9)),
        (2, clock(16, 15)),
        (3, clock(17)),
        (4, clock(8, day=tuesday)),
        (5, clock(9, day=tuesday)),
    ):
        UnitDay.objects.update(high_people=high, arrival_on_time=high)
        assert make_rollups(at=at) == 1
        health = OwnRollup.objects.order_by("-version")[0].content["health"]
        told.append(health and health["high_people"])
    assert told == [None, 2, 2, 4, 4]
