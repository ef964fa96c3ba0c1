"""A DHIS2 on this machine, as far as data value sets go: it keeps values, and answers as either family of versions."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from tests.factories.receivers import Handler, Receiver, receiver

UNIT, OTHER = "DiszpKrYNg8", "FNnj3jKGS7i"
STAFF, ZONE, LOW = "f7n9E0hX8qk", "Ix2HsbDMLea", "eY5ehpbEsB7"
MAPPING = f"""
title = "Số liệu gửi DHIS2"

[[edition]]
in_force_from = 2021-09-01
source = "Thử"
status = "internal"
data_set = "pBOMPrpg1QX"

[[edition.unit]]
code = "CCKL"
org_unit = "{UNIT}"

[[edition.value]]
says = "Số cán bộ"
path = "figures.staff"
data_element = "{STAFF}"

[[edition.value]]
says = "Màu vùng"
path = "zone"
data_element = "{ZONE}"
code = [{{word = "GREEN", value = "1"}}, {{word = "YELLOW", value = "2"}}, {{word = "RED", value = "4"}}]
"""


def summary(status: str = "SUCCESS", *, conflicts: list[dict[str, str]] | None = None, **counts: int) -> dict[str, Any]:
    all_counts = {name: counts.get(name, 0) for name in ("imported", "updated", "ignored", "deleted")}
    made = {"responseType": "ImportSummary", "status": status, "importCount": all_counts, "dataSetComplete": "false"}
    return made | ({"conflicts": conflicts} if conflicts else {})


def wrapped(content: dict[str, Any], code: int = 200) -> bytes:
    """As 2.38 and later say it."""
    status = "OK" if code == 200 else "ERROR"
    head = {"httpStatus": "OK" if code == 200 else "Conflict", "httpStatusCode": code, "status": status}
    return json.dumps({**head, "message": "Import", "response": content}).encode()


def bare(content: dict[str, Any]) -> bytes:
    """As up to 2.37."""
    return json.dumps(content).encode()


def keep(shape: Callable[[dict[str, Any]], bytes] = wrapped) -> Callable[[Handler], None]:
    """The values are new or written over; `records` holds them by unit, period and element."""

    def answer(handler: Handler) -> None:
        there, sent = handler.server.receiver, handler.received.payload
        names = [f"{sent['orgUnit']}/{sent['period']}/{one['dataElement']}" for one in sent["dataValues"]]
        with there.lock:
            new = [name for name in names if name not in there.records]
            there.records |= dict(zip(names, sent["dataValues"], strict=True))
        there.on_request(handler.received)
        counted = summary(imported=len(new), updated=len(names) - len(new))
        handler.answer(200, shape(counted), Content_Type="application/json")

    return answer


def keep_and_say_nothing(handler: Handler) -> None:
    """It has the values, its answer is lost."""
    handler.answer = lambda *_args, **_more: handler.connection.close()  # type: ignore[method-assign]
    keep()(handler)


@contextmanager
def dhis2() -> Iterator[Receiver]:
    with receiver() as made:
        made.url = f"{made.url.partition('/nhan')[0]}/hmis"
        made.usual = keep()
        yield made
