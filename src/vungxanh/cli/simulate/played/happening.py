"""What happens in the three weeks and the days after, in the order of time: who declares, sends, explains."""

import datetime
import random
from collections.abc import Iterator
from typing import Any

from vungxanh.cli.simulate.played.agency import word_of
from vungxanh.cli.simulate.played.declaring import Attempt, body_of
from vungxanh.cli.simulate.played.front_line import FIRST as FRONT_LINE_FIRST
from vungxanh.cli.simulate.played.front_line import LAST as FRONT_LINE_LAST
from vungxanh.cli.simulate.played.front_line import acts_of_front_line, serving
from vungxanh.cli.simulate.played.groups import acts_of_groups
from vungxanh.cli.simulate.played.honours import acts_of_honours
from vungxanh.cli.simulate.played.movement import acts_of_movement
from vungxanh.cli.simulate.played.papers import acts_of_papers
from vungxanh.cli.simulate.played.plans import acts_of_plans
from vungxanh.cli.simulate.played.production import acts_of_production
from vungxanh.cli.simulate.played.response import acts_of_response
from vungxanh.cli.simulate.played.rules import Declared, minutes, moment, windows_of_clock
from vungxanh.cli.simulate.played.scoring import acts_of_scoring
from vungxanh.cli.simulate.played.weeks import (
    ABSENCES,
    AGAIN,
    DAYS,
    FEVERISH_WHEN_LEAVING,
    FIRST,
    FORGETS_LEAVING,
    LATE_ON_ARRIVAL,
    MOST_TIME,
    NEVER,
    ON_THE_MAP,
    REASONS,
    SENT,
    SICK_ON_ARRIVAL,
    TEAMS,
    Return,
    Weeks,
    on,
)
from vungxanh.cli.simulate.played.world import APP, ROOT, Act, Person, Unit, World

OF_MOVEMENT = (
    acts_of_movement,
    acts_of_plans,
    acts_of_groups,
    acts_of_production,
    acts_of_front_line,
    acts_of_response,
    acts_of_scoring,
    acts_of_papers,
    acts_of_honours,
)


def make_weeks(*, seed: int) -> Weeks:
    """The agency, everything that happens in the order of time, and what must be known afterwards."""
    chance = random.Random(seed)  # noqa: S311
    units = [
        Unit(ROOT, "Sở Thử nghiệm", None, "AGENCY", "S-SO"),
        Unit("PA", "Phòng A", ROOT, "DIVISION", "S-PA", True),
        Unit("PB", "Phòng B", ROOT, "DIVISION", "S-PB", True),
        Unit("TT", "Trung tâm", ROOT, "SUBORDINATE_UNIT", "S-TT", True),
        Unit("C1", "Chi cục 1", ROOT, "SUBORDINATE_UNIT", "S-C1", True),
        Unit("C1-H", "Phòng Hành chính", "C1", "SECTION", "S-C1"),
        Unit("C1-T", "Trạm", "C1", "STATION", "S-C1-T", True),
        Unit("C2", "Chi cục 2", ROOT, "SUBORDINATE_UNIT", "S-C2", True),
    ]
    weeks = Weeks(World(FIRST, seed, units, _people(), [], chance=chance))
    _give_absences(weeks)
    for day in DAYS:
        weeks.acts += _declare(weeks, day)
        for unit in weeks.points:
            weeks.acts += _return(weeks, unit, day)
    weeks.acts += [*_unusual(weeks), *_explain(weeks), *_refused(weeks)]
    for of_movement in OF_MOVEMENT:
        weeks.acts += of_movement(weeks)
    weeks.acts.sort(key=lambda act: act.at)
    weeks.returns.sort(key=lambda one: one.at)
    return weeks


def _people() -> list[Person]:
    titles = {"UNIT_HEAD": "Trưởng đơn vị", "UNIT_DEPUTY": "Phó trưởng đơn vị", "UNIT_CLERK": "Cán bộ đầu mối"}
    people: list[Person] = []
    for unit, team in TEAMS.items():
        for role in team:
            number = len(people) + 1
            name = f"Nguyễn Văn {word_of(number)}"
            born, phone = f"{number % 28 + 1:02}/05/1980", f"0990{number:06}"
            title = titles.get(role, "Chuyên viên")
            people.append(Person(f"NV{number:04}", name, born, phone, unit, title=title, role=role, way=APP))
    return people


def _give_absences(weeks: Weeks) -> None:
    for unit, role, kind, first, last in ABSENCES:
        person = weeks.person(unit, role)
        assert person
        weeks.absences.setdefault(person.code, []).append({"kind": kind, "first": first, "last": last})
    unit, place, day, _yes = SICK_ON_ARRIVAL
    isolation = {
        "kind": "ISOLATION",
        "first": day + datetime.timedelta(days=1),
        "last": day + datetime.timedelta(days=14),
    }
    weeks.absences[weeks.member(unit, place).code] = [isolation]
    front_line = {"kind": "FRONT_LINE", "first": FRONT_LINE_FIRST, "last": FRONT_LINE_LAST}
    weeks.absences[serving(weeks).code] = [front_line]


def _declare(weeks: Weeks, day: datetime.date) -> Iterator[Act]:
    """Everybody who works, on arrival and when leaving, but for those few of whom something is told."""
    windows = windows_of_clock(day)
    for person in weeks.world.people:
        if not weeks.works(person, day):
            continue
        for window, times in windows.items():
            at = (times.starts + (times.due - times.starts) * weeks.world.chance.uniform(0.1, 0.8)).replace(
                microsecond=0
            )
            who = (person.unit, [one for one in weeks.world.people if one.unit == person.unit].index(person), day)
            said: dict[str, Any] = {}
            if window == "ARRIVAL" and who == SICK_ON_ARRIVAL[:3]:
                at, said = moment(day, "07:10"), {"yes": list(SICK_ON_ARRIVAL[3])}
            elif window == "LEAVING" and who == FEVERISH_WHEN_LEAVING[:3]:
                at, said = moment(day, "17:10"), {"temperature": FEVERISH_WHEN_LEAVING[3]}
            elif window == "ARRIVAL" and who == LATE_ON_ARRIVAL[:3]:
                at = moment(day, LATE_ON_ARRIVAL[3])
            elif window == "LEAVING" and who in (FORGETS_LEAVING, SICK_ON_ARRIVAL[:3]):
                weeks.missed.add((person.code, day))
                continue
            yield _said(weeks, person, Attempt(at, window, at, said, weeks.world.uuid()), times.timeliness(at))


def _said(weeks: Weeks, person: Person, attempt: Attempt, timeliness: str) -> Act:
    yes, temperature = tuple(attempt.said.get("yes", ())), attempt.said.get("temperature")
    kept = Declared(
        attempt.uuid, attempt.window, attempt.declared, attempt.received, timeliness, yes, temperature, worst=""
    )
    weeks.world.declared.setdefault(person.code, []).append(kept)
    return Act(attempt.received, person.code, "app", "201", body_of(weeks.world, person, attempt))


def _return(weeks: Weeks, unit: str, day: datetime.date) -> Iterator[Act]:
    """Sent by whoever must act and may, entered into the map by the same person."""
    if not weeks.owes(unit, day):
        return
    chosen = SENT.get((unit, day), f"14:{weeks.world.chance.randint(2, 54):02}")
    if chosen == NEVER:
        return
    by = weeks.actors(unit, day)[0]
    yield from _sent(weeks, Return(unit, day, moment(day, chosen), by), ON_THE_MAP.get((unit, day)))
    if (unit, day) == AGAIN[:2]:
        yield _act(Return(unit, day, moment(day, AGAIN[2]) - minutes(1), by), "422")
        yield from _sent(weeks, Return(unit, day, moment(day, AGAIN[2]), by, version=2), None, note=AGAIN[3])


def _sent(weeks: Weeks, one: Return, mapped: str | None, *, note: str = "") -> Iterator[Act]:
    weeks.returns.append(one)
    yield _act(one, "201", note)
    entered = one.at + minutes(4) if mapped is None else moment(one.day, mapped) if mapped else None
    if entered:
        weeks.on_map[one.unit, one.day, one.kind, one.version] = entered
        yield Act(entered, one.by.code, "update_map", "302", {"unit": one.unit, "day": str(one.day)})


def _act(one: Return, expect: str, note: str = "") -> Act:
    body = {"unit": one.unit, "date": str(one.day), "kind": one.kind, "note": note}
    return Act(one.at, one.by.code, "return_unit", expect, body)


def _unusual(weeks: Weeks) -> Iterator[Act]:
    """One found in the morning and answered in time, one in a leaving form after 15:00 and answered late."""
    for unit, day, opened, sent in (
        ("C2", SICK_ON_ARRIVAL[2], "07:10", "07:40"),
        ("PB", FEVERISH_WHEN_LEAVING[2], "17:10", "18:40"),
    ):
        clerk = weeks.person(unit, "UNIT_CLERK")
        assert clerk
        due = moment(day, opened) + MOST_TIME
        one = Return(unit, day, moment(day, sent), clerk, kind="UNUSUAL", due=due)
        yield from _sent(weeks, one, None, note="Đã cho về nhà theo dõi, báo y tế, rà soát người cùng phòng")
    unit, place, day, _yes = SICK_ON_ARRIVAL
    sick = weeks.member(unit, place)
    yield Act(moment(day, "16:00"), sick.code, "isolate", "recorded")


def _explain(weeks: Weeks) -> Iterator[Act]:
    for unit, day, said_on, words, answer in REASONS:
        head = weeks.person(unit, "UNIT_HEAD")
        assert head
        body = {"unit": unit, "day": str(day), "reason": words}
        yield Act(moment(said_on, "09:00"), head.code, "explain", answer, body)


def _refused(weeks: Weeks) -> Iterator[Act]:
    """A return by somebody without a role, by the Director for a unit, for a day to come, for another unit, twice."""
    day, director, clerk = on(1, 4), weeks.person("PA", "DIRECTOR"), weeks.person("PB", "UNIT_CLERK")
    assert director
    assert clerk
    yield _act(Return("TT", day, moment(day, "14:55"), weeks.member("TT", 1)), "404")
    yield _act(Return("TT", day, moment(day, "15:30"), director), "403")
    yield _act(Return("PB", day + datetime.timedelta(days=1), moment(day, "13:00"), clerk), "422")
    yield _act(Return("C1", day, moment(day, "13:00"), clerk), "404")
    yield _act(Return("PB", day, moment(day, "14:57"), clerk), "422")
