"""What units return, and the whole day put together."""

import datetime
import json
from dataclasses import asdict
from typing import Any

from vungxanh.cli.simulate.played.agency import make_agency
from vungxanh.cli.simulate.played.declaring import declare
from vungxanh.cli.simulate.played.gates import Gates
from vungxanh.cli.simulate.played.guests import receive
from vungxanh.cli.simulate.played.rules import minutes
from vungxanh.cli.simulate.played.world import Act, Person, World

LOOKS = (("09:00", 0), ("14:30", 0), ("20:00", 0), ("13:00", 1))


def make_day(day: datetime.date, *, people: int, units: int = 0, seed: int) -> World:
    """The agency with everything that happens on the day, in the order of time."""
    world = make_agency(day, people=people, units=units, seed=seed)
    declare(world)
    Gates(world).play()
    receive(world)
    _return(world)
    world.acts.sort(key=lambda act: act.at)
    return world


def looks_of(world: World) -> list[datetime.datetime]:
    """When what the product knows is compared with the truth; at the last one everything is over."""
    return [world.at(text, plus_days=days) for text, days in LOOKS]


def as_json(world: World) -> str:
    """The agency, and the truth at every look."""
    whole = {
        "date": world.day.isoformat(),
        "seed": world.seed,
        "people": [asdict(one) for one in world.people],
        "units": [asdict(one) for one in world.units],
        "places": [asdict(one) for one in world.places],
        "near_misses": [[one.name, one.what] for one in world.near_misses],
        "looks": {at.isoformat(): world.truth(at) for at in looks_of(world)},
    }
    return json.dumps(whole, ensure_ascii=False, indent=1)


def _return(world: World) -> None:
    """Heads submit: most on time, one late, one never, one again with and without a note, one stranger tries."""
    heads = {one.unit: one for one in world.people if one.role == "UNIT_HEAD"}
    points = [unit.code for unit in world.units if unit.reports]
    strange = next(one for one in world.people if one.has_phone and not one.role and one.unit == points[0])
    for index, code in enumerate(points):
        manner = {1: "late", 2: "never", 3: "again"}.get(index, "usual")
        at = world.at("15:10") if manner == "late" else world.at("14:05") + minutes(world.chance.randint(0, 54))
        truth: dict[str, Any] = {"submitted_at": None, "on_time": None}
        if manner != "never":
            truth = {"submitted_at": at.isoformat(), "on_time": manner != "late"}
            by_page = manner == "usual" and index % 2 == 0
            expect, do = ("302", "return_page") if by_page else ("201", "return_unit")
            world.acts.append(_sent(heads[code], code, world, at, expect, do=do))
        if manner == "again":
            world.acts.append(_sent(heads[code], code, world, at + minutes(5), "422"))
            note = "Bổ sung một người khai muộn"
            world.acts.append(_sent(heads[code], code, world, at + minutes(70), "201", note))
        world.returns[code] = truth
    world.acts.append(_sent(strange, points[0], world, world.at("14:02"), "404"))


def _sent(
    person: Person,
    unit: str,
    world: World,
    at: datetime.datetime,
    expect: str,
    note: str = "",
    *,
    do: str = "return_unit",
) -> Act:
    body = {"unit": unit, "date": world.day.isoformat(), "kind": "DAILY", "note": note}
    return Act(at, person.code, do, expect, body)
