"""The product served to the played people: real HTTP on a port of this machine, at the hour of the play."""

import contextlib
import datetime
import logging
import threading
from collections.abc import Iterable, Iterator
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

from django.core.wsgi import get_wsgi_application
from django.db import connections

from vungxanh.common import clock


class Quiet(WSGIRequestHandler):
    """A day has thousands of requests."""

    def log_message(self, format: str, *args: object) -> None:
        return


class PlayedServer:
    """The application of pages and API, which reads the hour that the play has set."""

    def __init__(self) -> None:
        self.hour = clock.real_now()
        self.requests = 0
        self.application = get_wsgi_application()

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        self.requests += 1
        with clock.at(self.hour):
            return self.application(environ, start_response)

    @contextlib.contextmanager
    def running(self) -> Iterator[int]:
        """The port. One request after another, so that the same play is the same day."""
        server = WSGIServer(("127.0.0.1", 0), Quiet)
        server.set_app(self)

        def serve() -> None:
            server.serve_forever(poll_interval=0.05)
            connections.close_all()

        thread = threading.Thread(target=serve, daemon=True, name="played-server")
        thread.start()
        # The play is refused on purpose, hundreds of times; what breaks is an error and still said.
        refusals = logging.getLogger("django.request")
        level = refusals.level
        refusals.setLevel(logging.ERROR)
        try:
            yield server.server_port
        finally:
            refusals.setLevel(level)
            server.shutdown()
            thread.join()
            server.server_close()

    def set_hour(self, at: datetime.datetime) -> None:
        self.hour = at
