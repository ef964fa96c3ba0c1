"""The measurement of intake: its client, its look into the database, and a short run of it against our own server."""

import contextlib
import random
import socket
import sqlite3
import threading
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from bench.intake import course, load
from bench.intake.contestants import CONTESTANTS
from bench.intake.databases import ONE_TABLE, Place, Templates, faults
from bench.intake.kill import kill
from tests.outages.databases import SERVER

CREATED = b"HTTP/1.1 201 Created\r\nContent-Length: 2\r\n\r\n{}"
BUSY = b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 0\r\nContent-Length: 0\r\n\r\n"
WRONG = b"HTTP/1.1 422 Unprocessable\r\nContent-Length: 5\r\n\r\nwrong"


@contextlib.contextmanager
def answering(answers: list[bytes]) -> Iterator[tuple[int, list[bytes]]]:
    """A server with these answers, one for each request, then CREATED; an empty one cuts the connection off."""
    seen: list[bytes] = []
    listening = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _address = listening.accept()
                with connection:
                    while request := connection.recv(4096):
                        seen.append(request)
                        answer = answers.pop(0) if answers else CREATED
                        if not answer:
                            break
                        connection.sendall(answer)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    yield listening.getsockname()[1], seen
    listening.shutdown(socket.SHUT_RDWR)
    listening.close()
    thread.join()


def declarations(count: int) -> list[load.Declaration]:
    return [load.Declaration(uuid.uuid4(), f"POST / HTTP/1.1\r\n\r\n{n}".encode()) for n in range(count)]


def test_refused_for_now_or_cut_off_is_sent_again_the_same() -> None:
    sent = declarations(3)
    with answering([CREATED, BUSY, b""]) as (port, seen):
        tally = load.run(port, iter(sent), connections=1, seconds=20)
    assert tally.acknowledged == [one.client_uuid for one in sent]
    assert seen == [sent[number].wire for number in (0, 1, 1, 1, 2)]
    assert (tally.retried, tally.refused.total(), tally.unanswered) == (2, 0, 0)


def test_refused_for_good_is_counted_with_its_words_and_not_sent_again() -> None:
    sent = declarations(2)
    with answering([WRONG]) as (port, seen):
        tally = load.run(port, iter(sent), connections=1, seconds=20)
    assert tally.acknowledged == [sent[1].client_uuid]
    assert tally.refused == {"422 wrong": 1}
    assert len(seen) == 2


def test_answer_that_cannot_be_read_ends_the_run() -> None:
    chunked = b"HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n"
    with answering([chunked]) as (port, _seen), pytest.raises(load.AnswerError, match="chunked"):
        load.run(port, iter(declarations(2)), connections=1, seconds=20)


def test_lost_and_doubled_are_found(tmp_path: Path) -> None:
    once, twice, nowhere = (uuid.uuid4() for _ in range(3))
    with contextlib.closing(sqlite3.connect(tmp_path / "kept")) as file:
        file.execute("CREATE TABLE declaration (client_uuid TEXT)")
        file.executemany("INSERT INTO declaration VALUES (?)", [(one.hex,) for one in (once, twice, twice)])
        file.commit()
    found = faults(Place(tmp_path, str(tmp_path / "kept")), ONE_TABLE, [once, twice, nowhere])
    assert found == [f"lost: {nowhere}", f"doubled: {twice}"]


@pytest.mark.server
def test_every_acknowledged_declaration_stands_exactly_once(tmp_path: Path) -> None:
    ours = next(one for one in CONTESTANTS if one.name == "ours")
    with contextlib.closing(Templates(tmp_path / "templates", SERVER, 200)) as templates:
        run = course.take(ours, templates, connections=8, seconds=2, repeat=1)
    assert (run.faults, run.refusals, run.unanswered) == ([], [], 0)
    assert run.acknowledged > 0


@pytest.mark.server
def test_killed_while_a_crowd_declares_it_loses_and_doubles_nothing(tmp_path: Path) -> None:
    """The long form, `python -m bench.intake.kill`, kills a hundred times."""
    with contextlib.closing(Templates(tmp_path / "templates", SERVER, 4000)) as templates:
        found = kill(templates, kills=2, connections=64, chance=random.Random(5), traced=1.5)
    assert (found.faults, found.tally.refused, found.tally.unanswered) == ([], {}, 0)
    assert found.rows > 2 * found.groups
    # PostgreSQL writes without syncs in tests.
    assert SERVER or found.syncs is None or found.syncs >= found.traced_groups > 0
