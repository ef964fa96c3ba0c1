"""The fast door of the API called as the dispatcher calls it, but in the thread and transaction of the test."""

import json
from typing import Any

from django.http import HttpResponse

from tests.api.conftest import Caller
from vungxanh.common import clock
from vungxanh.intake import declarations


class DoorCaller(Caller):
    """Posts through the door; what the door leaves to the page goes there. `taken` counts what it did not leave."""

    taken = 0

    def post(self, path: str, content: object, **headers: str) -> Any:
        answer = None
        if path == "declarations":
            body = (
                content
                if isinstance(content, bytes)
                else str(content if isinstance(content, str) else json.dumps(content)).encode()
            )
            arrived = declarations.read(self.scope(**headers), body, at=clock.real_now())
            answer = declarations.commit([arrived])[0] if arrived else None
        if answer is None:
            return super().post(path, content, **headers)
        self.taken += 1
        return Read(answer)

    def scope(self, **headers: str) -> Any:
        given = {
            "host": "testserver",
            "content-type": "application/json",
            "content-length": "1",
            **self.headers,
            **headers,
        }
        named = [(name.replace("_", "-").encode(), value.encode()) for name, value in given.items()]
        return {"method": "POST", "path": declarations.ADDRESS, "scheme": "http", "headers": named}


class Read(HttpResponse):
    """The door's answer as a test reads that of a page."""

    def __init__(self, answer: declarations.Answer) -> None:
        super().__init__(answer.body, status=answer.status, content_type=answer.kind.decode())

    def json(self) -> Any:
        return json.loads(self.content)
