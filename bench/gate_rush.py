"""A crowd at 64 gates: each device sends one scan as soon as the last is answered, through the API.

`python -m bench.gate_rush [pass|code|tag] [seconds]`, how the scans name people. Every acknowledged uuid is looked for
afterwards; ends with 1 when one was lost or refused.
"""

import datetime
import json
import sys
import uuid
from collections.abc import Iterator

import click

from bench.prepared import installation  # isort: split

from django.db import connection
from django.db.models.functions import Upper

from bench.intake import load
from bench.intake.founding import found
from bench.intake.people import DAY, World
from bench.intake.processes import free_port
from bench.serving import served
from vungxanh.admission import pass_keys
from vungxanh.admission.enums import SubjectKind
from vungxanh.admission.models import GatePass
from vungxanh.admission.queries.passes import all_tag_of, all_tokens
from vungxanh.common import clock
from vungxanh.organization.enums import PlaceKind, Role
from vungxanh.organization.models import Person, Place, RoleAssignment, Site, Unit
from vungxanh.screening.models import PersonDay, PresenceEvent

PEOPLE, SITES, GATES = 4000, 8, 64
AT, SCANNED = datetime.time(7, 10), datetime.time(7, 9)


def main() -> None:
    named_by = sys.argv[1] if len(sys.argv) > 1 else "pass"
    seconds = float(sys.argv[2]) if len(sys.argv) > 2 else 10.0
    with installation():
        world = found(PEOPLE, 0)
        gates = gates_of(world)
        scans = list(scans_of(world, gates, names(named_by)))
        port = free_port()
        with served(port, on=DAY, at=AT):
            warming, waiting = load.parts(scans, load.WARMING)
            load.warm_up(port, warming)
            tally = load.run(port, waiting, connections=GATES, seconds=seconds)
        report(tally, named_by)


def gates_of(world: World) -> list[tuple[str, str]]:
    """Code and token of the guard of each; every site expects its part of the people."""
    root = Unit.objects.get(code="UB")
    sites = [Site.objects.create(code=f"TS{n}", name=f"Trụ sở {n}", unit=root) for n in range(SITES)]
    made = []
    for number in range(GATES):
        site, one = sites[number % SITES], world.people[number]
        gate = Place.objects.create(code=f"C{number}", name=f"Cổng {number}", kind=PlaceKind.GATE, site=site)
        RoleAssignment.objects.create(user_id=one.user_id, role=Role.GUARD, unit=root, valid_from="2021-01-01")
        made.append((gate.code, one.token))
    for number, site in enumerate(sites):
        subjects = [uuid.UUID(one.subject) for one in world.people[number::SITES]]
        PersonDay.objects.filter(day=DAY, subject__in=subjects).update(site_id=site.pk)
    return made


def names(named_by: str) -> dict[str, dict[str, str]]:
    """By subject what a scan says of whom it saw."""
    Person.objects.update(staff_code=Upper("staff_code"))
    people = dict(Person.objects.values_list("pseudonym", "staff_code"))
    if named_by == "tag":
        return {subject.hex: {"tag": all_tag_of(subject, DAY)} for subject in people}
    if named_by == "code":
        return {subject.hex: {"code": code} for subject, code in people.items()}
    root, kid = Unit.objects.get(code="UB"), pass_keys.current_kid()
    begins, ends = (clock.moment(DAY, datetime.time(hour)) for hour in (5, 23))
    given = {"kind": SubjectKind.STAFF, "day": DAY, "agency_id": root.pk, "kid": kid}
    rows = GatePass.objects.bulk_create(
        GatePass(subject=subject, issued_at=begins, expires_at=ends, **given) for subject in people
    )
    texts = all_tokens(rows)
    return {row.subject.hex: {"pass": texts[row.jti]} for row in rows}


def scans_of(
    world: World, gates: list[tuple[str, str]], named: dict[str, dict[str, str]]
) -> Iterator[load.Declaration]:
    """Everybody comes in at a gate of their site and goes out at another."""
    at = clock.moment(DAY, SCANNED).isoformat()
    for way, direction in enumerate(("IN", "OUT")):
        for number, one in enumerate(world.people):
            code, token = gates[(number + way * SITES) % GATES]
            key = uuid.uuid4()
            scan = {"uuid": str(key), "direction": direction, "at": at, **named[one.subject]}
            body = json.dumps({"sent_at": at, "list_day": DAY.isoformat(), "scans": [scan]}).encode()
            head = (
                f"POST /api/v1/gates/{code}/scans HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {token}\r\n"
                f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
            )
            yield load.Declaration(key, head.encode() + body)


def report(tally: load.Tally, named_by: str) -> None:
    """Ends with 1 where anything is wrong."""
    kept = set(PresenceEvent.objects.values_list("client_uuid", flat=True))
    lost = [key for key in tally.acknowledged if key not in kept]
    click.echo(
        f"{connection.vendor}, by {named_by}, {GATES} gates: {tally.per_second:.0f} scans a second, "
        f"p50 {tally.latency(0.5) * 1000:.0f} ms, p99 {tally.latency(0.99) * 1000:.0f} ms, "
        f"{len(tally.acknowledged)} acknowledged, {tally.retried} sent again, {dict(tally.refused)}"
    )
    if lost or tally.refused or tally.unanswered:
        click.echo(f"{len(lost)} lost, {tally.unanswered} unanswered")
        sys.exit(1)


if __name__ == "__main__":
    main()
