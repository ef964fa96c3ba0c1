"""The people who declare and what each sends, ready before the clock starts."""

import datetime
import json
import uuid
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from bench.intake.load import Declaration

DAY = datetime.date(2021, 9, 20)
SEVEN = "2021-09-20T06:40:00+07:00"
"""When everybody declares; also what the clock of a contestant shows at its start."""
DAYS_BEFORE = [datetime.date(2021, 9, day) for day in (15, 16, 17)]
"""The working days before, on which everybody declared as well."""
EACH_UNIT = 40
"""People."""
SICK = 50
"""One in so many has a cough, which worsens the level."""


@dataclass(frozen=True, slots=True)
class Declarant:
    """`subject` is the pseudonym as 32 hexadecimal characters."""

    user_id: int
    subject: str
    unit_id: int
    token: str


@dataclass(frozen=True, slots=True)
class World:
    """What a contestant needs to know of the agency: its people, the form in force, what "nothing to report" is, and
    the encrypted answers of an earlier day."""

    people: tuple[Declarant, ...]
    form: str
    version: str
    answers: str
    nothing: dict[str, object]


def write(world: World, path: Path) -> None:
    rows = [list(asdict(one).values()) for one in world.people]
    path.write_text(json.dumps({**asdict(world), "people": rows}), encoding="utf-8")


def read(path: Path) -> World:
    told = json.loads(path.read_text(encoding="utf-8"))
    return World(tuple(Declarant(*one) for one in told.pop("people")), **told)


def declarations(world: World, path: str) -> list[Declaration]:
    """One of each person, under uuids that are new each time."""
    return [_declaration(world, one, number, path) for number, one in enumerate(world.people)]


def declarations_due(world: World, path: str, moments: Iterator[float]) -> Iterator[Declaration]:
    """The same, each made when it is asked for, and due at a moment of its own."""
    for (number, one), due in zip(enumerate(world.people), moments, strict=False):
        yield _declaration(world, one, number, path, due)


def _declaration(world: World, one: Declarant, number: int, path: str, due: float | None = None) -> Declaration:
    client_uuid = uuid.uuid4()
    answers = world.nothing | {"cough": True} if number % SICK == SICK - 1 else world.nothing
    content = {
        "client_uuid": str(client_uuid),
        "window": "ARRIVAL",
        "site": None,
        "declared_at": SEVEN,
        "temperature_c": 36.0 + number % 10 / 10,
        "answers": answers,
        "attested": True,
    }
    body = json.dumps(content).encode()
    head = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {one.token}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return Declaration(client_uuid, head.encode() + body, due)
