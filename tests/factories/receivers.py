"""A receiver of figures on this machine, that does what a test tells it: answers, fails, hangs, closes, lies."""

import http.server
import json
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

SECRET = "khoa-cua-noi-nhan-thu"


@dataclass
class Received:
    """One request as it came."""

    headers: dict[str, str]
    body: bytes
    path: str

    @property
    def payload(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.body)
        return found

    @property
    def key(self) -> str:
        return self.headers["Idempotency-Key"]


@dataclass
class Receiver:
    """`records` has each key once, as a receiver that keeps to the contract does. `behaviours` are used up one by one,
    afterwards it does what is `usual`: it answers as it should."""

    requests: list[Received] = field(default_factory=list)
    records: dict[str, dict[str, Any]] = field(default_factory=dict)
    behaviours: list[Callable[["Handler"], None]] = field(default_factory=list)
    usual: Callable[["Handler"], None] = lambda handler: accept(handler)
    on_request: Callable[[Received], None] = lambda _received: None
    url: str = ""
    lock: threading.Lock = field(default_factory=threading.Lock)
    is_over: threading.Event = field(default_factory=threading.Event)


class Handler(http.server.BaseHTTPRequestHandler):
    server: "Server"

    def do_POST(self) -> None:
        receiver = self.server.receiver
        length = int(self.headers["Content-Length"])
        body = self.rfile.read(length)
        if len(body) < length:  # Its sender was killed in the middle: by HTTP this is no request.
            self.close_connection = True
            return
        received = Received(dict(self.headers), body, self.path)
        with receiver.lock:
            receiver.requests.append(received)
            behaviour = receiver.behaviours.pop(0) if receiver.behaviours else receiver.usual
        self.received = received
        behaviour(self)

    def answer(self, status: int, body: bytes = b"", **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_args: object) -> None:
        """Tests say what they expect themselves."""


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, receiver: Receiver) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.receiver = receiver

    def handle_error(self, *_args: object) -> None:
        """A sender that was cut off or killed is what some tests are about."""


def accept(handler: Handler) -> None:
    """201 for a key that is new, 409 for one that is there; both name it."""
    receiver, received = handler.server.receiver, handler.received
    with receiver.lock:
        is_new = received.key not in receiver.records
        if is_new:
            receiver.records[received.key] = received.payload
    receiver.on_request(received)
    handler.answer(201 if is_new else 409, json.dumps({"key": received.key}).encode())


def status(code: int, body: bytes = b"", **headers: str) -> Callable[[Handler], None]:
    return lambda handler: handler.answer(code, body, **headers)


def hang(handler: Handler) -> None:
    handler.server.receiver.is_over.wait(20)


def drip(handler: Handler) -> None:
    """A byte at a time, for as long as somebody reads."""
    handler.wfile.write(b"HTTP/1.0 200 OK\r\nContent-Length: 100000\r\n\r\n")
    while not handler.server.receiver.is_over.wait(0.1):
        handler.wfile.write(b" ")


def close(handler: Handler) -> None:
    handler.connection.shutdown(socket.SHUT_RDWR)


def keep_and_close(handler: Handler) -> None:
    """It has the record, but its answer is lost."""
    handler.server.receiver.records.setdefault(handler.received.key, handler.received.payload)
    close(handler)


@contextmanager
def receiver(*behaviours: Callable[[Handler], None], certificate: tuple[str, str] | None = None) -> Iterator[Receiver]:
    made = Receiver(behaviours=list(behaviours))
    server = Server(made)
    scheme = "http"
    if certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True)
        scheme = "https"
    made.url = f"{scheme}://127.0.0.1:{server.server_address[1]}/nhan?nguon=vx"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield made
    finally:
        made.is_over.set()
        server.shutdown()
        server.server_close()
        thread.join()
