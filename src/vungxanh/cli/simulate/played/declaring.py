"""What everybody declares, when and by which way: on time, late, twice, wrong, by another's hand, corrected."""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from vungxanh.cli.simulate.played.rules import EXPOSURES, SIGNS, Declared, Times, minutes, moment
from vungxanh.cli.simulate.played.world import APP, AREAS, CALL, CLERK, KIOSK, PAPER, Act, Known, Person, World

EDGES: dict[str, tuple[str, int, str]] = {
    "at_opens": ("opens", 0, ""),
    "before_opens": ("opens", -1, "422"),
    "at_starts": ("starts", 0, ""),
    "before_starts": ("starts", -1, ""),
    "at_due": ("due", 0, ""),
    "after_due": ("due", 1, ""),
    "before_closes": ("closes", -1, ""),
    "at_closes": ("closes", 0, "422"),
}
"""On which edge of a window, how many seconds off, and whether that is refused."""
SAYS: dict[str, dict[str, Any]] = {
    "cough": {"yes": ["cough"]},
    "fever": {"temperature": 37.5},
    "two_signs": {"yes": ["sore_throat", "fatigue"]},
    "taste": {"yes": ["taste_or_smell_lost"]},
    "contact": {"yes": ["contact_with_case"]},
    "contact_and_cough": {"yes": ["contact_with_case", "cough"]},
    "symptomatic_contact": {"yes": ["contact_with_symptomatic"]},
    "epidemic_area": {"yes": ["contact_from_epidemic_area"]},
    "red_place": {"places": ["01"]},
    "red_place_and_cough": {"places": ["01"], "yes": ["cough"]},
    "orange_place": {"places": ["27"]},
    "copied": {"temperature": 36.5},
    "copied_near_miss": {"temperature": 36.5},
    "corrected_down": {"yes": ["cough"]},
}
COPIED_IN_A_ROW = 10
CONTACT_DAYS = 14
TO_CLARIFY, IN_THE_NIGHT = "15:00", "01:00"


@dataclass
class Attempt:
    """One try to declare, before it is known whether it is accepted."""

    received: datetime.datetime
    window: str
    declared: datetime.datetime
    said: dict[str, Any]
    uuid: str
    expect: str = ""
    more: dict[str, Any] = field(default_factory=dict)


def declare(world: World) -> None:
    for person in world.people:
        if person.has_phone:
            world.acts += _by_phone(world, person)
        _tell_of_the_past(world, person)
    _by_others(world)


def _by_phone(world: World, person: Person) -> Iterator[Act]:
    duty = world.duty_of(person)
    for window, manner in (("ARRIVAL", person.manner), ("LEAVING", person.leaving_manner)):
        if not duty.owes(window) or _says_at_the_gate(person, window):
            continue
        times = duty.windows[window]
        normal = times.starts + (times.due - times.starts) * world.chance.uniform(0.1, 0.8)
        normal = normal.replace(second=world.chance.randint(0, 59), microsecond=0)
        for attempt in _attempts(world, manner, window, times, normal):
            yield act_of(world, person, attempt)


def _says_at_the_gate(person: Person, window: str) -> bool:
    """What happens at the gate says itself when its person declares on arrival."""
    return bool(person.story) and window == "ARRIVAL"


def _attempts(world: World, manner: str, window: str, times: Times, normal: datetime.datetime) -> Iterator[Attempt]:
    said, key = SAYS.get(manner, {}), world.uuid()

    def at(received: datetime.datetime, **more: Any) -> Attempt:
        given = {"window": window, "declared": received, "said": said, "uuid": key}
        return Attempt(received, **{**given, **more})

    if manner == "forgotten":
        return
    if manner in EDGES:
        edge, seconds, status = EDGES[manner]
        yield at(getattr(times, edge) + datetime.timedelta(seconds=seconds), expect=status)
    elif manner == "late":
        yield at(times.due + minutes(world.chance.randint(2, 70)))
    elif manner == "early":
        yield at(times.starts - minutes(world.chance.randint(2, 25)))
    elif manner == "closed":
        yield at(times.closes + minutes(20), expect="422")
    elif manner == "offline":
        yield at(normal + minutes(100), declared=normal)
    elif manner == "slow_clock":
        yield at(normal, declared=normal - minutes(25))
    elif manner in ("double_tap", "retry_same"):
        yield at(normal)
        yield at(normal + datetime.timedelta(seconds=4 if manner == "double_tap" else 360), declared=normal)
    elif manner == "retry_other":
        yield at(normal)
        yield at(normal + minutes(2), declared=normal, said={"yes": ["cough"]}, expect="409")
    elif manner == "twice":
        yield at(normal)
        yield at(normal + minutes(9), uuid=world.uuid(), expect="409")
    elif manner == "too_old":
        yield at(normal, declared=normal - minutes(60 * 97), expect="422")
    elif manner == "incomplete":
        yield at(normal, expect="422", more={"drop": "cough"})
    else:
        yield from _wrong_first(manner, at, normal)
        yield at(normal + minutes(3))
        if manner == "corrected_down":
            more = {"corrects": key, "reason": "MISTAP"}
            yield at(normal + minutes(20), declared=normal + minutes(3), said={}, uuid=world.uuid(), more=more)


def _wrong_first(manner: str, at: Any, normal: datetime.datetime) -> Iterator[Attempt]:
    """A try that is refused and leaves nothing behind, so that the right one after it is accepted."""
    wrong: dict[str, dict[str, Any]] = {
        "future": {"declared": normal + minutes(12)},
        "foreign_site": {"more": {"site": "S-LA"}},
        "unknown_site": {"more": {"site": "S-KHONG-CO"}},
        "not_attested": {"more": {"attested": False}},
        "unknown_question": {"more": {"extra": {"cau_hoi_la": True}}},
        "naive_time": {"more": {"naive": True}},
        "strange_place": {"said": {"places": ["9999"]}},
        "other_window": {"window": "LEAVING"},
    }
    if manner in wrong:
        yield at(normal, expect="422", **wrong[manner])


def act_of(world: World, person: Person, attempt: Attempt) -> Act:
    """By the application or the page of the own phone; what is accepted is written into the truth."""
    by_page = person.way != APP
    if by_page:
        # The page has no clock of its own: what counts is when it was sent.
        attempt.declared = attempt.received
    if "corrects" in attempt.more:
        keep(world, person, attempt, corrected=True)
        return Act(attempt.received, person.code, "correct", "201", body_of(world, person, attempt))
    do, good, again = ("page", "302", "302") if by_page else ("app", "201", "200")
    expect = attempt.expect or (again if _is_there(world, person, attempt.uuid) else good)
    if expect == good and not _is_there(world, person, attempt.uuid):
        keep(world, person, attempt)
    return Act(attempt.received, person.code, do, expect, body_of(world, person, attempt))


def _is_there(world: World, person: Person, uuid: str) -> bool:
    return any(one.uuid == uuid for one in world.declared.get(person.code, []))


def keep(world: World, person: Person, attempt: Attempt, *, corrected: bool = False) -> None:
    """Accepted. A correction keeps the time and the timeliness of the first."""
    said = world.declared.setdefault(person.code, [])
    first = next((one for one in said if one.uuid == attempt.more.get("corrects")), None) if corrected else None
    times = world.duty_of(person).windows[attempt.window]
    said.append(
        Declared(
            uuid=attempt.uuid,
            window=attempt.window,
            declared=first.declared if first else attempt.declared,
            received=attempt.received,
            timeliness=first.timeliness if first else times.timeliness(attempt.declared),
            yes=tuple(attempt.said.get("yes", ())),
            temperature=attempt.said.get("temperature"),
            worst=max((AREAS[code] for code in attempt.said.get("places", ())), default=""),
        )
    )


def body_of(world: World, person: Person, attempt: Attempt) -> dict[str, Any]:
    """The body of the API; the page's fields are made from it."""
    yes, more = attempt.said.get("yes", []), attempt.more
    answers = {key: key in yes for key in (*SIGNS, *EXPOSURES) if key != more.get("drop")}
    body = {
        "client_uuid": attempt.uuid,
        "window": attempt.window,
        "declared_at": attempt.declared.isoformat(),
        "answers": {**answers, "places": attempt.said.get("places", []), **more.get("extra", {})},
        "attested": more.get("attested", True),
    }
    if more.get("naive"):
        body["declared_at"] = attempt.declared.replace(tzinfo=None).isoformat()
    names_own = person.way == APP and not person.absences and int(person.code[2:]) % 3 == 0
    if "site" in more or names_own:
        body["site"] = more.get("site", world.site_of(person))
    if "temperature" in attempt.said:
        body["temperature_c"] = attempt.said["temperature"]
    if "corrects" in more:
        body |= {"corrects": more["corrects"], "reason": more["reason"]}
    return body


# --- Days before -----------------------------------------------------------------------------------------------------
def _tell_of_the_past(world: World, person: Person) -> None:
    """A few have declared on earlier days what makes the declaration of the day odd, or just not odd."""
    if person.manner in ("copied", "copied_near_miss"):
        count = COPIED_IN_A_ROW - 1 if person.manner == "copied" else COPIED_IN_A_ROW - 2
        for day in _days_of_work(world.day, count):
            world.acts.append(_earlier(world, person, day, {"temperature": 36.5}))
        _clarify(world, person, "GN", is_there=person.manner == "copied")
    if person.manner in ("denied_contact", "denied_contact_near_miss"):
        is_there = person.manner == "denied_contact"
        days = datetime.timedelta(days=4 if is_there else CONTACT_DAYS + 1)
        world.acts.append(_earlier(world, person, world.day - days, {"yes": ["contact_with_case"]}))
        _clarify(world, person, "DC3", is_there=is_there)


def _days_of_work(day: datetime.date, count: int) -> list[datetime.date]:
    found: list[datetime.date] = []
    while len(found) < count:
        day -= datetime.timedelta(days=1)
        if day.weekday() < 5:
            found.append(day)
    return found


def _earlier(world: World, person: Person, day: datetime.date, said: dict[str, Any]) -> Act:
    at = moment(day, "07:10")
    attempt = Attempt(at, "ARRIVAL", at, said, world.uuid())
    keep(world, person, attempt)
    return Act(at, person.code, "app", "201", body_of(world, person, attempt))


def _clarify(world: World, person: Person, code: str, *, is_there: bool) -> None:
    found = Known(person.name, code, world.top_of(person.stands), world.at(TO_CLARIFY))
    (world.findings if is_there else world.near_misses).append(found)


# --- By another's hand -----------------------------------------------------------------------------------------------
def _by_others(world: World) -> None:
    """Those without a phone: on the clerk's sheet, told by telephone, on paper entered later, on the shared device."""
    for top in world.tops:
        clerk = world.holder("UNIT_CLERK", top)
        below = world.below(top)
        for way in (CLERK, CALL, PAPER):
            people = [one for one in world.people if one.way == way and one.stands in below]
            for window in ("ARRIVAL", "LEAVING"):
                owing = [one for one in people if world.duty_of(one).owes(window)]
                if owing:
                    world.acts.append(_sheet(world, clerk, top, way, window, owing))
    for person in world.people:
        if person.way == KIOSK:
            world.acts += _at_the_kiosk(world, person)


SHEETS = {
    (CLERK, "ARRIVAL"): ("07:20", 0, ""),
    (CLERK, "LEAVING"): ("17:15", 0, ""),
    (CALL, "ARRIVAL"): ("08:40", 0, "07:05"),
    (CALL, "LEAVING"): ("19:10", 0, "17:05"),
    (PAPER, "ARRIVAL"): ("14:10", 0, "07:50"),
    (PAPER, "LEAVING"): ("08:30", 1, "17:20"),
}
"""When the sheet is sent, how many days later, and the time that stands on it."""
CHANNELS = {CLERK: "CLERK", CALL: "LIST_BY_PHONE", PAPER: "PAPER"}


def _sheet(world: World, clerk: Person, unit: str, way: str, window: str, people: list[Person]) -> Act:
    time, later, told = SHEETS[way, window]
    received = world.at(time, plus_days=later) + minutes(world.tops.index(unit) % 10)
    declared = world.at(told) if told else received
    for person in people:
        keep(world, person, Attempt(received, window, declared, {}, world.uuid()))
    body = {
        "unit": unit,
        "window": window,
        "channel": CHANNELS[way],
        "day": world.day.isoformat(),
        "told_at": told,
        "people": [one.code for one in people],
    }
    return Act(received, clerk.code, "sheet", "200", body)


def _at_the_kiosk(world: World, person: Person) -> Iterator[Act]:
    for window, time in (("ARRIVAL", "07:00"), ("LEAVING", "17:00")):
        if world.duty_of(person).owes(window):
            at = world.at(time) + minutes(int(person.code[2:]) % 25)
            attempt = Attempt(at, window, at, {}, world.uuid())
            keep(world, person, attempt)
            top = world.top_of(person.stands)
            body = {**body_of(world, person, attempt), "device": top, "digits": person.phone[-4:]}
            yield Act(at, person.code, "kiosk", "302", {**body, "site": world.unit(top).site})
