"""The fast doors of the API called as the dispatcher calls them, but in the thread and transaction of the test."""

import json
from typing import Any

from django.http import HttpResponse

from tests.api.conftest import Caller
from vungxanh.common import clock
from vungxanh.config.asgi import DOORS
from vungxanh.intake.door import Answer


class DoorCaller(Caller):
    """Posts through the doors; what they leave to the page goes there. `taken` counts what they did not leave."""

    taken = 0

    def post(self, path: str, content: object, **headers: str) -> Any:
        body = (
            content
            if isinstance(content, bytes)
            else str(content if isinstance(content, str) else json.dumps(content)).encode()
        )
        for door in DOORS:
            arrived = door.read(self.scope(path, **headers), body, at=clock.real_now())  # type: ignore[attr-defined]
            answer = door.commit([arrived])[0] if arrived else None  # type: ignore[attr-defined]
            if answer:
                self.taken += 1
                return Read(answer)
        return super().post(path, content, **headers)

    def scope(self, path: str = "declarations", **headers: str) -> Any:
        given = {
            "host": "testserver",
            "content-type": "application/json",
            "content-length": "1",
            **self.headers,
            **headers,
        }
        named = [(name.replace("_", "-").encode(), value.encode()) for name, value in given.items()]
        return {"method": "POST", "path": f"/api/v1/{path}", "scheme": "http", "headers": named}


class Read(HttpResponse):
    """The door's answer as a test reads that of a page."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.body, status=answer.status, content_type=answer.kind.decode())

    def json(self) -> Any:
        return json.loads(self.content)
