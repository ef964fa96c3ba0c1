"""A small agency and one working day of it, with what ought to be known afterwards: the truth beside the product.

This file imports nothing of the product. It knows the plan's rules as a person who read them would, in code of its own.
`python tests/day/world.py 900 > truth.json` writes a larger agency's day.
"""

import datetime
import json
import random
import sys
import uuid
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from typing import Any

from tests.day.truth import HANOI, LOW, Declared, Duty, level_of, windows_of_clock, windows_of_shift

DAY = datetime.date(2021, 9, 21)
"""A Tuesday without any holiday near."""
AREAS = {"01": "RED", "27": "ORANGE"}
FAMILY = ("Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Vũ", "Đặng", "Bùi", "Đỗ", "Ngô")
MIDDLE = ("Văn", "Thị", "Đức", "Minh", "Thu", "Quang")
GIVEN = (
    "An",
    "Bình",
    "Châu",
    "Dũng",
    "Đạt",
    "Giang",
    "Hạnh",
    "Hùng",
    "Khánh",
    "Lan",
    "Minh",
    "Nga",
    "Oanh",
    "Phúc",
    "Yến",
)
SIGNS = ("fever", "cough", "sore_throat", "breathlessness", "pneumonia", "fatigue", "taste_or_smell_lost")
EXPOSURES = ("contact_with_case", "contact_from_epidemic_area", "contact_with_symptomatic", "visited_epidemic_area")
NIGHT, DAYTIME, FOREST = ("18:00", "06:00"), ("06:00", "18:00"), ("07:00", "07:00")


@dataclass
class Unit:
    code: str
    name: str
    parent: str | None
    kind: str
    reports: bool = False

    @property
    def site(self) -> str:
        return f"S-{self.code}"


@dataclass
class Person:
    """`stands`: where the person is counted, the host of a secondment."""

    code: str
    name: str
    birth: str
    phone: str
    unit: str
    title: str = "Chuyên viên"
    contract: str = "Công chức"
    pattern: str = "Hành chính"
    role: str = ""
    host: str = ""
    shift: tuple[str, str] | None = None
    absences: list[dict[str, Any]] = field(default_factory=list)
    manner: str = "usual"
    leaving_manner: str = "usual"
    api: bool = False

    @property
    def stands(self) -> str:
        return self.host or self.unit

    @property
    def is_counted(self) -> bool:
        return self.contract != "Nhà cung cấp"


@dataclass
class Happening:
    """Something that somebody does; `expect` is the status that the answer must have."""

    at: str
    person: str
    do: str
    expect: list[int]
    body: dict[str, Any]
    level: str = ""
    timeliness: str = ""


@dataclass
class World:
    units: list[Unit]
    people: list[Person]
    day: str = DAY.isoformat()
    areas: dict[str, str] = field(default_factory=lambda: dict(AREAS))
    happenings: list[Happening] = field(default_factory=list)
    declared: dict[str, list[Declared]] = field(default_factory=dict)
    returns: dict[str, dict[str, Any]] = field(default_factory=dict)

    def duty(self, person: Person) -> Duty:
        return duty_of(person)

    def below(self, code: str) -> set[str]:
        found = {code}
        for unit in self.units:
            if unit.parent in found:
                found.add(unit.code)
        return found

    def truth_of_person(self, person: Person, at: datetime.datetime) -> dict[str, Any]:
        """What is known of somebody at a moment."""
        duty, said = duty_of(person), [one for one in self.declared.get(person.code, []) if one.received <= at]
        by_window = {one.window: one for one in said}
        owed = {name: times for name, times in duty.windows.items() if duty.owes(name)}
        return {
            "stands": person.stands,
            "counted": person.is_counted,
            "excuse": duty.excuse,
            "owes": sorted(owed),
            "declared": {name: one.timeliness for name, one in sorted(by_window.items())},
            "missing": sorted(
                name for name, times in owed.items() if name not in by_window and times.due < at and person.is_counted
            ),
            "level": level_of(said, is_isolating=duty.excuse == "ISOLATION"),
        }

    def truth_of_unit(self, code: str, at: datetime.datetime) -> dict[str, Any]:
        """The unit with everything below it, as its head sees it."""
        below = self.below(code)
        here = [(one, self.truth_of_person(one, at)) for one in self.people if one.stands in below]
        staff = [truth for _one, truth in here if truth["counted"]]

        def declared(name: str) -> int:
            return sum(name in truth["owes"] and name in truth["declared"] for truth in staff)

        return {
            "expected": sum(bool(truth["owes"]) for truth in staff),
            "excused": sum(bool(truth["excuse"]) for truth in staff),
            "declared": {"arrival": declared("ARRIVAL"), "leaving": declared("LEAVING")},
            "missing": sorted(one.name for one, truth in here if truth["missing"]),
            "flagged": sorted((one.name, truth["level"]) for one, truth in here if truth["level"] != LOW),
        }


def moment(text: str, *, plus_days: int = 0) -> datetime.datetime:
    day = DAY + datetime.timedelta(days=plus_days)
    return datetime.datetime.combine(day, datetime.time.fromisoformat(text), tzinfo=HANOI)


def duty_of(person: Person) -> Duty:
    """What the person owes on the day, by post, days of the week, shift and absences."""
    windows = windows_of_shift(DAY, *person.shift) if person.shift else windows_of_clock(DAY)
    works = bool(person.shift) if person.pattern == "Theo ca" else "T3" in (person.pattern, *person.pattern.split())
    works = works or person.pattern == "Hành chính"
    if not works:
        return Duty(windows, "DAY_OFF", set())
    excused = [one for one in person.absences if one["kind"] != "FIELD_WORK" and not one.get("remote")]
    free = {
        name for one in excused for name in {"MORNING": ["ARRIVAL"], "AFTERNOON": ["LEAVING"]}.get(one["part"], windows)
    }
    return Duty(windows, excused[0]["kind"] if excused else "", set(windows) - free)


def make_world(size: int = 120, seed: int = 21) -> World:
    chance = random.Random(seed)
    units = _units(max(2, round((size - 48) / 36)))
    people = _people(units, chance)
    _special(people, chance)
    world = World(units, people)
    for person in people:
        world.happenings += _acts(world, person, chance)
    world.happenings += _returns(world, chance)
    world.happenings.sort(key=lambda one: one.at)
    return world


def _units(blocks: int) -> list[Unit]:
    units = [Unit("SO", "Sở Thử nghiệm", None, "AGENCY"), Unit("PA", "Phòng A", "SO", "DIVISION", True)]
    units += [Unit("PB", "Phòng B", "SO", "DIVISION", True), Unit("TT", "Trung tâm", "SO", "SUBORDINATE_UNIT", True)]
    for n in range(1, blocks + 1):
        code = f"C{n}"
        units.append(Unit(code, f"Chi cục {n}", "SO", "SUBORDINATE_UNIT", True))
        units.append(Unit(f"{code}-H", f"Phòng Hành chính {n}", code, "SECTION"))
        units.append(Unit(f"{code}-K", f"Phòng Kỹ thuật {n}", code, "SECTION"))
        units.append(Unit(f"{code}-T", f"Trạm {n}", code, "STATION", n % 2 == 1))
        units.append(Unit(f"{code}-T-R", f"Chốt rừng {n}", f"{code}-T", "STATION"))
    return units


HEADCOUNT = {"PA": 12, "PB": 10, "TT": 18, "H": 10, "K": 12, "T": 7, "R": 4}


def _people(units: list[Unit], chance: random.Random) -> list[Person]:
    people: list[Person] = []

    def add(unit: Unit, **more: Any) -> Person:
        number = len(people) + 1
        name = f"{chance.choice(FAMILY)} {chance.choice(MIDDLE)} {chance.choice(GIVEN)} {_letters(number)}"
        birth = f"{number % 28 + 1:02}/{number % 12 + 1:02}/{1966 + number % 32}"
        people.append(Person(f"NV{number:04}", name, birth, f"0990{number:06}", unit.code, **more))
        people[-1].api = number % 2 == 0
        return people[-1]

    for unit in units:
        last = unit.code.rsplit("-", 1)[-1]
        count = HEADCOUNT.get(last, 3) if unit.parent else 0
        for place in range(count):
            add(unit, title="Trưởng đơn vị" if place == 0 else "Chuyên viên", role="UNIT_HEAD" if place == 0 else "")
        if last == "R":
            for place, person in enumerate(people[-count + 1 :]):
                person.pattern, person.shift = "Theo ca", FOREST if place % 2 == 0 else None
    guards = [add(units[1], contract="Nhà cung cấp", title="Bảo vệ", pattern="Theo ca") for _ in range(4)]
    for guard, shift in zip(guards, (DAYTIME, NIGHT, NIGHT, None), strict=True):
        guard.shift = shift
    people[1].role = "OFFICE"
    return people


def _letters(number: int) -> str:
    """A last word that makes each name its own, since pages show names and no codes."""
    consonants = "BCDGHKLMNPQRSTVX"
    return (
        f"{consonants[number // 256 % 16]}a{consonants[number // 16 % 16].lower()}i{consonants[number % 16].lower()}a"
    )


ABSENCES: list[dict[str, Any]] = [
    {"kind": "LEAVE", "part": "WHOLE"},
    {"kind": "LEAVE", "part": "MORNING"},
    {"kind": "LEAVE", "part": "AFTERNOON"},
    {"kind": "SICK_LEAVE", "part": "WHOLE"},
    {"kind": "MATERNITY_LEAVE", "part": "WHOLE"},
    {"kind": "STUDY", "part": "WHOLE"},
    {"kind": "DUTY_TRAVEL", "part": "WHOLE"},
    {"kind": "DUTY_TRAVEL", "part": "WHOLE", "remote": True},
    {"kind": "AT_HOME", "part": "WHOLE"},
    {"kind": "AT_HOME", "part": "WHOLE", "remote": True},
    {"kind": "FIELD_WORK", "part": "WHOLE"},
    {"kind": "ISOLATION", "part": "WHOLE"},
]
MANNERS = (
    "double_tap", "retry_same", "retry_other", "twice", "late", "early", "forgotten", "closed", "future", "offline",
    "too_old", "foreign_site", "unknown_site", "incomplete", "not_attested", "unknown_question", "naive_time", "cough",
    "fever", "measured_fever", "two_signs", "taste", "contact", "contact_and_cough", "symptomatic_contact",
    "epidemic_area", "red_place", "red_place_and_cough", "orange_place", "strange_place", "other_window",
    "at_opens", "before_opens", "at_starts", "before_starts", "at_due", "after_due", "before_closes", "at_closes",
)  # fmt: skip
EDGES: dict[str, tuple[str, int, int | None]] = {
    "at_opens": ("opens", 0, None),
    "before_opens": ("opens", -1, 422),
    "at_starts": ("starts", 0, None),
    "before_starts": ("starts", -1, None),
    "at_due": ("due", 0, None),
    "after_due": ("due", 1, None),
    "before_closes": ("closes", -1, None),
    "at_closes": ("closes", 0, 422),
}
"""On which edge of a window, how many seconds off, and whether that is refused."""
LEAVING_MANNERS = ("late", "early", "forgotten", "forgotten", "cough", "contact", "fever", "double_tap", "retry_same")


def _special(people: list[Person], chance: random.Random) -> None:
    """Everything that can go wrong goes wrong for somebody; the larger the agency, the more often."""
    ordinary = [one for one in people if not one.role and one.pattern == "Hành chính" and one.is_counted]
    chance.shuffle(ordinary)
    for absence in ABSENCES:
        ordinary.pop().absences.append(absence)
    seconded = [ordinary.pop() for _ in range(2)]
    for one, host in zip(seconded, ("PB", "C1-T"), strict=True):
        one.host = host if one.unit != host else "TT"
    part_time = [ordinary.pop() for _ in range(2)]
    for one, days in zip(part_time, ("T2 T4 T6", "T3 T5"), strict=True):
        one.contract, one.pattern, one.title = "Bán thời gian", days, "Nhân viên phục vụ"
    share = max(1, len(ordinary) // 250)
    for manner in MANNERS * share:
        ordinary.pop().manner = manner
    rest = [one for one in people if not one.role and one.is_counted]
    chance.shuffle(rest)
    for one, manner in zip(rest, LEAVING_MANNERS * (3 * share), strict=False):
        one.leaving_manner = manner


# --- What people do --------------------------------------------------------------------------------------------------
SAYS: dict[str, dict[str, Any]] = {
    "cough": {"yes": ["cough"]},
    "fever": {"yes": ["fever"], "temperature": 38.1},
    "measured_fever": {"temperature": 37.5},
    "two_signs": {"yes": ["sore_throat", "fatigue"]},
    "taste": {"yes": ["taste_or_smell_lost"]},
    "contact": {"yes": ["contact_with_case"]},
    "contact_and_cough": {"yes": ["contact_with_case", "cough"]},
    "symptomatic_contact": {"yes": ["contact_with_symptomatic"]},
    "epidemic_area": {"yes": ["contact_from_epidemic_area"]},
    "red_place": {"places": ["01"]},
    "red_place_and_cough": {"places": ["01"], "yes": ["cough"]},
    "orange_place": {"places": ["27"]},
}


@dataclass
class Attempt:
    """One try to declare, before it is known whether it is accepted."""

    received: datetime.datetime
    window: str
    declared: datetime.datetime
    said: dict[str, Any]
    uuid: str
    expect: int | None = None
    more: dict[str, Any] = field(default_factory=dict)


def _acts(world: World, person: Person, chance: random.Random) -> Iterator[Happening]:
    duty = duty_of(person)
    for window, manner in (("ARRIVAL", person.manner), ("LEAVING", person.leaving_manner)):
        if not duty.owes(window) and not _declares_unasked(person, window):
            continue
        times = duty.windows[window]
        normal = times.starts + (times.due - times.starts) * chance.uniform(0.1, 0.9)
        normal = normal.replace(second=chance.randint(0, 59), microsecond=0)
        for attempt in _attempts(manner, window, times, normal, chance):
            yield _happening(world, person, attempt)


def _declares_unasked(person: Person, window: str) -> bool:
    """Somebody on leave declares all the same: accepted, and counted nowhere."""
    return window == "ARRIVAL" and any(one["kind"] == "SICK_LEAVE" for one in person.absences)


def _attempts(
    manner: str, window: str, times: Any, normal: datetime.datetime, chance: random.Random
) -> Iterator[Attempt]:
    said, key = SAYS.get(manner, {}), str(uuid.UUID(int=chance.getrandbits(128), version=4))
    other = str(uuid.UUID(int=chance.getrandbits(128), version=4))
    minutes: Callable[[float], datetime.timedelta] = lambda n: datetime.timedelta(minutes=n)  # noqa: E731

    def at(received: datetime.datetime, *, key: str = key, **more: Any) -> Attempt:
        given = {"window": window, "declared": received, "said": said, "uuid": key}
        return Attempt(received, **{**given, **more})

    if manner == "forgotten":
        return
    if manner in EDGES:
        edge, seconds, status = EDGES[manner]
        yield at(getattr(times, edge) + datetime.timedelta(seconds=seconds), expect=status)
    elif manner == "late":
        yield at(times.due + minutes(chance.randint(2, 70)))
    elif manner == "early":
        yield at(times.starts - minutes(chance.randint(2, 25)))
    elif manner == "closed":
        yield at(times.closes + minutes(20), expect=422)
    elif manner == "offline":
        yield at(normal + minutes(100), declared=normal)
    elif manner == "double_tap":
        yield at(normal)
        yield at(normal + datetime.timedelta(seconds=4), declared=normal)
    elif manner == "retry_same":
        yield at(normal)
        yield at(normal + minutes(6), declared=normal, expect=200)
    elif manner == "retry_other":
        yield at(normal)
        yield at(normal + minutes(2), declared=normal, said={"yes": ["cough"]}, expect=409)
    elif manner == "twice":
        yield at(normal)
        yield at(normal + minutes(9), key=other, expect=409)
    elif manner == "too_old":
        yield at(normal, declared=normal - minutes(60 * 40), expect=422)
    elif manner == "incomplete":
        yield at(normal, expect=422, more={"drop": "cough"})
    else:
        yield from _wrong_first(manner, at, normal)
        yield at(normal + minutes(3))


def _wrong_first(manner: str, at: Any, normal: datetime.datetime) -> Iterator[Attempt]:
    """A try that is refused and leaves nothing behind, so that the right one after it is accepted."""
    wrong: dict[str, dict[str, Any]] = {
        "future": {"declared": normal + datetime.timedelta(minutes=12)},
        "foreign_site": {"more": {"site": "S-LA"}},
        "unknown_site": {"more": {"site": "S-KHONG-CO"}},
        "not_attested": {"more": {"attested": False}},
        "unknown_question": {"more": {"extra": {"cau_hoi_la": True}}},
        "naive_time": {"more": {"naive": True}},
        "strange_place": {"said": {"places": ["9999"]}},
        "other_window": {"window": "LEAVING"},
    }
    if manner in wrong:
        yield at(normal, expect=422, **wrong[manner])


PAGE_MANNERS = {
    "usual", "double_tap", "late", "early", "closed", "twice", "incomplete", "not_attested", *EDGES, *SAYS,
}  # fmt: skip


def _happening(world: World, person: Person, attempt: Attempt) -> Happening:
    manner = person.manner if attempt.window == "ARRIVAL" else person.leaving_manner
    by_page = not person.api and manner in PAGE_MANNERS
    if by_page:
        # The page has no clock of its own: what counts is when it was sent.
        attempt.declared = attempt.received
    happening = Happening(
        at=attempt.received.isoformat(),
        person=person.code,
        do="page" if by_page else "api",
        expect=_statuses(world, person, attempt, by_page),
        body=_body(person, attempt),
    )
    kept = [one for one in world.declared.get(person.code, []) if one.uuid == attempt.uuid]
    if kept and happening.expect in ([200], [302]):
        happening.timeliness = kept[0].timeliness
    return happening


def _statuses(world: World, person: Person, attempt: Attempt, by_page: bool) -> list[int]:
    """What must be answered; an accepted one is written into the truth."""
    if attempt.expect is not None:
        return [attempt.expect]
    said = world.declared.setdefault(person.code, [])
    if any(one.uuid == attempt.uuid for one in said):
        return [302] if by_page else [200]
    times = duty_of(person).windows[attempt.window]
    said.append(
        Declared(
            uuid=attempt.uuid,
            window=attempt.window,
            declared=attempt.declared,
            received=attempt.received,
            timeliness=times.timeliness(attempt.declared),
            yes=tuple(attempt.said.get("yes", ())),
            temperature=attempt.said.get("temperature"),
            worst=max((AREAS[code] for code in attempt.said.get("places", ())), default=""),
        )
    )
    return [302] if by_page else [201]


def _body(person: Person, attempt: Attempt) -> dict[str, Any]:
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
    if "site" in more or (not person.absences and int(person.code[2:]) % 3 == 0):
        body["site"] = more.get("site", f"S-{person.stands}")
    if "temperature" in attempt.said:
        body["temperature_c"] = attempt.said["temperature"]
    return body


# --- What units return -----------------------------------------------------------------------------------------------
def _returns(world: World, chance: random.Random) -> Iterator[Happening]:
    """Heads submit: most on time, one late, one never, one again with and without a note, one stranger tries."""
    heads = {one.unit: one for one in world.people if one.role == "UNIT_HEAD"}
    points = [unit.code for unit in world.units if unit.reports]
    strange = next(one for one in world.people if not one.role and one.unit == points[0])
    for index, code in enumerate(points):
        at = moment("14:05") + datetime.timedelta(minutes=chance.randint(0, 54))
        manner = {1: "late", 2: "never", 3: "again"}.get(index, "usual")
        if manner == "late":
            at = moment("15:10")
        truth = {"status": "PREPARED", "submitted_at": None, "on_time": None}
        if manner != "never":
            truth = {"status": "SUBMITTED", "submitted_at": at.isoformat(), "on_time": manner != "late"}
            yield _return(heads[code], code, at, 201, by_page=index % 2 == 0)
        if manner == "again":
            yield _return(heads[code], code, at + datetime.timedelta(minutes=5), 422)
            yield _return(
                heads[code], code, at + datetime.timedelta(minutes=70), 201, note="Bổ sung một người khai muộn"
            )
        world.returns[code] = truth
    yield _return(strange, points[0], moment("14:02"), 404)


def _return(
    person: Person, code: str, at: datetime.datetime, status: int, *, by_page: bool = False, note: str = ""
) -> Happening:
    body = {"unit": code, "date": DAY.isoformat(), "kind": "DAILY", "note": note}
    do, expect = ("return_page", 302) if by_page else ("return_api", status)
    return Happening(at.isoformat(), person.code, do, [expect], body)


def as_json(world: World) -> str:
    """The world and its truth at the end of the day, the night shift's leaving included."""
    end = moment("13:00", plus_days=1)
    whole = {
        "units": [asdict(one) | {"truth": world.truth_of_unit(one.code, end)} for one in world.units],
        "people": [asdict(one) | {"truth": world.truth_of_person(one, end)} for one in world.people],
        "happenings": [asdict(one) for one in world.happenings],
        "returns": world.returns,
    }
    return json.dumps(whole, ensure_ascii=False, indent=1)


if __name__ == "__main__":
    sys.stdout.write(as_json(make_world(int(sys.argv[1]) if len(sys.argv) > 1 else 120)))
