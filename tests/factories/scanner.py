"""A virus scanner that speaks clamd's protocol and knows one thing: the test file of the European institute."""

import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import BinaryIO

TEST_FILE = b"".join((rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$", b"EICAR-STANDARD-ANTIVIRUS", b"-TEST-FILE!$H+H*"))
"""Harmless, and known to every scanner (EICAR); put together here so that no file of the project holds it."""
MOST = 1024 * 1024


@dataclass
class Scanner:
    address: str
    received: list[bytes] = field(default_factory=list)


@contextmanager
def scanner(path: str = "") -> Iterator[Scanner]:
    """Answers as clamd(8) says, also to what is longer than it takes; behind a port, or a socket file at `path`."""
    with _server(path) as server:
        made = Scanner(path or f"127.0.0.1:{server.getsockname()[1]}")

        def serve() -> None:
            while True:
                try:
                    connection, _address = server.accept()
                except OSError:
                    return
                with connection, connection.makefile("rb") as coming:
                    connection.sendall(_answer(coming, made) + b"\0")

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        try:
            yield made
        finally:
            server.shutdown(socket.SHUT_RDWR)
            thread.join()


def _server(path: str) -> socket.socket:
    if not path:
        return socket.create_server(("127.0.0.1", 0))
    server = socket.socket(socket.AF_UNIX)
    server.bind(path)
    server.listen()
    return server


def _answer(coming: BinaryIO, made: Scanner) -> bytes:
    read = coming.read
    command = b""
    while not command.endswith(b"\0"):
        command += read(1)
    if command == b"zPING\0":
        return b"PONG"
    if command != b"zINSTREAM\0":
        return b"UNKNOWN COMMAND"
    content = b""
    while length := struct.unpack("!L", read(4))[0]:
        content += read(length)
        if len(content) > MOST:
            return b"INSTREAM size limit exceeded. ERROR"
    made.received.append(content)
    return b"stream: Win.Test.EICAR_HDB-1 FOUND" if TEST_FILE in content else b"stream: OK"
