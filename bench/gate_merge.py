"""Two gates without network for eight hours, their scans merged through the API, compared with what really happened.

The truth is planned first and the scans are made from it: nervous fingers, a device whose clock is 47 minutes slow,
people at both gates at once, forgotten scans, people let in who had not declared, answers lost on the way and batches
sent again in any order. What the database says afterwards is compared to the person and the second.
"""

import datetime
import json
import random
import sys
import time
import urllib.request
import uuid
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

import click
from django.db import connection

from bench.intake.processes import free_port
from bench.prepared import PASSWORD, agency, say
from bench.serving import served
from vungxanh.admission.models import GatePass
from vungxanh.admission.operations import submit_declarations
from vungxanh.admission.queries.passes import all_tokens
from vungxanh.cli.demo import declarations, material
from vungxanh.cli.demo.living import Life
from vungxanh.common import clock
from vungxanh.organization.models import Person, Place
from vungxanh.screening.models import PersonDay, Presence, PresenceEvent
from vungxanh.screening.operations import open_day
from vungxanh.screening.queries.presence import all_conflicts

DAY = material.agency().living_from
FRONT, BACK = "TSC-CONG", "TSC-CONG-SAU"
SLOW = datetime.timedelta(minutes=47)
BEGINS, ENDS, SENT = datetime.time(8), datetime.time(16), datetime.time(16, 10)
AT_ONCE, LOST = 200, 0.3
NEAR = datetime.timedelta(seconds=3)
TAP, OTHER_GATE = datetime.timedelta(seconds=6), datetime.timedelta(seconds=8)
Stay = tuple[uuid.UUID, datetime.datetime | None, datetime.datetime | None]


@dataclass(frozen=True, slots=True)
class Scan:
    """At `at` of the true time; the device of the gate may say another."""

    key: uuid.UUID
    subject: uuid.UUID
    gate: str
    direction: str
    at: datetime.datetime


@dataclass(slots=True)
class Truth:
    """Everything as it really happened."""

    scans: list[Scan]
    stays: list[Stay]
    conflicts: Counter[str]


def main() -> None:
    wanted = int(sys.argv[1]) if len(sys.argv) > 1 else 2000
    with agency():
        people = declared_people()
        port = free_port()
        with served(port, on=DAY, at=BEGINS):
            token = signed_in(port)
            tags = {gate: tags_of(port, token, gate) for gate in (FRONT, BACK)}
        truth = planned(people, wanted, random.Random(20210920))  # noqa: S311
        with served(port, on=DAY, at=SENT):
            token = signed_in(port)
            batches = {gate: list(batches_of(truth, gate, tags[gate])) for gate in (FRONT, BACK)}
            started = time.perf_counter()
            with ThreadPoolExecutor(2) as pool:
                sent = sum(pool.map(lambda gate: send(port, token, gate, batches[gate]), (FRONT, BACK)))
            seconds = time.perf_counter() - started
        say(f"{len(truth.scans)} scans in {sent} batches of {AT_ONCE}, {connection.vendor}", seconds)
        compare(truth)


def declared_people() -> dict[str, bool]:
    """Whom the main site expects, by staff code, and whether they have declared and may come in."""
    morning = clock.moment(DAY, datetime.time(5))
    open_day(DAY, at=morning)
    rows = list(PersonDay.objects.filter(day=DAY).select_related("windows"))
    people = {person.pseudonym: person for person in Life().people.values()}
    before = clock.moment(DAY, datetime.time(7, 55))
    plan = [one for one in declarations.plan_of_day(rows, people, {}) if one.new.window == "ARRIVAL"]
    half = [one for one in plan if one.at < before]
    for start in range(0, len(half), 100):
        submit_declarations([one.new for one in half[start : start + 100]], at=before)
    good = set(GatePass.objects.filter(day=DAY, revoked_at__isnull=True).values_list("subject", flat=True))
    site = Place.objects.get(code=FRONT).site_id
    here = [row.subject for row in rows if row.expects_arrival and row.site_id == site and row.subject in people]
    return {people[subject].staff_code: subject in good for subject in here}


def planned(people: dict[str, bool], wanted: int, chance: random.Random) -> Truth:
    """Trips of everybody until there are scans enough; every eighth person meets with one thing that does not fit."""
    known = dict(Person.objects.filter(staff_code__in=people).values_list("staff_code", "pseudonym"))
    truth = Truth([], [], Counter())
    trips = max(2, round(wanted / len(people) / 2))
    for number, (code, is_good) in enumerate(sorted(people.items())):
        plan_person(truth, known[code], is_good, trips, number % 32, chance)
    return truth


def plan_person(truth: Truth, subject: uuid.UUID, is_good: bool, trips: int, kind: int, chance: random.Random) -> None:
    begin = clock.moment(DAY, BEGINS)
    span = (clock.moment(DAY, ENDS) - begin) / (2 * trips)
    if span < datetime.timedelta(minutes=2):
        raise click.UsageError("Too many scans for the people of the site.")
    for trip in range(trips):
        enters, leaves = (
            (begin + span * (2 * trip + half) + chance.random() * (span - TAP * 12)).replace(microsecond=0)
            for half in (0, 1)
        )
        has_in, has_out = not (kind == 8 and trip == 1), not (kind == 16 and trip == 0)
        if has_in:
            tap(truth, subject, "IN", enters, chance)
            truth.conflicts["AGAINST_RULE"] += 0 if is_good else 1
        if has_in and kind == 24 and trip == 0:
            other = BACK if truth.scans[-1].gate == FRONT else FRONT
            truth.scans.append(Scan(uuid.uuid4(), subject, other, "IN", enters + OTHER_GATE))
            truth.conflicts["TWO_PLACES"] += 1
            truth.conflicts["AGAINST_RULE"] += 0 if is_good else 1
        if has_out:
            tap(truth, subject, "OUT", leaves, chance)
        truth.stays.append((subject, enters if has_in else None, leaves if has_out else None))
        truth.conflicts["NOT_ENTERED"] += not has_in
        truth.conflicts["NOT_LEFT"] += not has_out
        if has_in and chance.random() < 0.05:
            double = next(one for one in reversed(truth.scans) if one.at == enters)
            truth.scans.append(Scan(uuid.uuid4(), subject, double.gate, "IN", enters + TAP))
            truth.conflicts["AGAINST_RULE"] += 0 if is_good else 1


def tap(truth: Truth, subject: uuid.UUID, direction: str, at: datetime.datetime, chance: random.Random) -> None:
    gate = FRONT if chance.random() < 0.6 else BACK
    truth.scans.append(Scan(uuid.uuid4(), subject, gate, direction, at))


def batches_of(truth: Truth, gate: str, tags: dict[str, str]) -> Iterator[bytes]:
    """In any order, some of them twice; a third of the people by their pass, the others by the list."""
    own = [one for one in truth.scans if one.gate == gate]
    chance = random.Random(gate)  # noqa: S311
    chance.shuffle(own)
    codes = dict(
        Person.objects.filter(pseudonym__in={one.subject for one in own}).values_list("pseudonym", "staff_code")
    )
    passes = {row.subject: row for row in GatePass.objects.filter(day=DAY, revoked_at__isnull=True)}
    texts = all_tokens([row for number, row in enumerate(passes.values()) if number % 3 == 0])
    slow = SLOW if gate == BACK else datetime.timedelta()

    def shape(one: Scan) -> dict[str, Any]:
        row = passes.get(one.subject)
        named = {"pass": texts[row.jti]} if row and row.jti in texts else {"tag": tags[codes[one.subject]]}
        return {"uuid": str(one.key), "direction": one.direction, "at": (one.at - slow).isoformat(), **named}

    for start in range(0, len(own), AT_ONCE):
        yield json.dumps([shape(one) for one in own[start : start + AT_ONCE]]).encode()


def send(port: int, token: str, gate: str, batches: Sequence[bytes]) -> int:
    """How many requests it took. A lost answer is one that the device never hears: it sends the batch again."""
    chance, count = random.Random(gate), 0  # noqa: S311
    for scans in batches:
        for _time in range(1 + (chance.random() < LOST)):
            slow = SLOW if gate == BACK else datetime.timedelta()
            body = {
                "sent_at": (clock.now() - slow).isoformat(),
                "list_day": DAY.isoformat(),
                "scans": json.loads(scans),
            }
            results = asked(port, token, f"gates/{gate}/scans", body)["results"]
            count += 1
        if any(one["outcome"] == "REFUSED" for one in results):
            raise click.ClickException(str(next(one for one in results if one["outcome"] == "REFUSED")))
    return count


def compare(truth: Truth) -> None:
    """Ends with an error where anything is lost, doubled or different."""
    site = Place.objects.get(code=FRONT).site_id
    events = {row.client_uuid: row for row in PresenceEvent.objects.filter(device__gt="")}
    faults = [f"lost: {one}" for one in truth.scans if one.key not in events]
    faults += [f"more than happened: {key}" for key in set(events) - {one.key for one in truth.scans}]
    faults += [
        f"moved: {one}" for one in truth.scans if one.key in events and not is_near(events[one.key].occurred_at, one.at)
    ]
    seen = [(row.subject, row.entered_at, row.left_at) for row in Presence.objects.filter(site_id=site, day=DAY)]
    faults += [f"stay: {one} instead of {other}" for one, other in paired(seen, truth.stays) if not is_same(one, other)]
    conflicts = Counter(truth.conflicts)
    conflicts["CLOCK_OFF"] = sum(one.gate == BACK for one in truth.scans)
    found = Counter(str(one.kind) for one in all_conflicts([site], first=DAY, last=DAY, at=clock.moment(DAY, SENT)))
    faults += [] if +found == +conflicts else [f"conflicts: {dict(found)} instead of {dict(conflicts)}"]
    for fault in faults[:20]:
        click.echo(fault)
    if faults:
        raise click.ClickException(f"{len(faults)} differences")
    click.echo(f"equal to the truth: {len(events)} scans, {len(seen)} stays, conflicts {dict(found)}")


def paired(seen: Sequence[Stay], happened: Sequence[Stay]) -> Iterator[tuple[Stay | None, Stay | None]]:
    """The stays of each person in the order of time."""

    def by_time(stay: Stay) -> tuple[uuid.UUID, datetime.datetime]:
        return stay[0], stay[1] or stay[2] or clock.moment(DAY, BEGINS)

    return zip_longest(sorted(seen, key=by_time), sorted(happened, key=by_time))


def is_same(one: Stay | None, other: Stay | None) -> bool:
    """A clock that is set right is right to a second or two."""
    if one is None or other is None or one[0] != other[0]:
        return False
    return all(is_near(mine, theirs) for mine, theirs in zip(one[1:], other[1:], strict=True))


def is_near(one: datetime.datetime | None, other: datetime.datetime | None) -> bool:
    return one == other if one is None or other is None else abs(one - other) <= NEAR


def tags_of(port: int, token: str, gate: str) -> dict[str, str]:
    return {one["code"]: one["tag"] for one in asked(port, token, f"gates/{gate}/shift")["expected"]}


def signed_in(port: int) -> str:
    return str(asked(port, "", "tokens", {"username": "baove", "password": PASSWORD})["token"])


def asked(port: int, token: str, path: str, body: object = None) -> Any:
    headers = {"Content-Type": "application/json", **({"Authorization": f"Bearer {token}"} if token else {})}
    content = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(f"http://127.0.0.1:{port}/api/v1/{path}", content, headers)
    with urllib.request.urlopen(request, timeout=120) as answer:  # noqa: S310
        return json.load(answer)


if __name__ == "__main__":
    main()
