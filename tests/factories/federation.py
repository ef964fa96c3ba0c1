"""A sender of sums with its pair of keys, sums that add up, and what its installation would send of them."""

import copy
import json
import time
import uuid
from typing import Any

from django.test import Client

from tests.factories.risk import clock
from vungxanh.accounts.models import User
from vungxanh.federation.models import RollupSender
from vungxanh.federation.subscribers import ROLLUP, ROLLUP_EVENT
from vungxanh.webhooks.signing import new_private_key, public_half, signature

ADDRESS = "/api/v1/federation/rollups"


def make_sender(by: User, private_key: str | None = None, **more: Any) -> RollupSender:
    key = public_half(private_key or new_private_key())
    given = {"code": "SNN", "name": "Tỉnh A", "public_key": key, "created_at": clock(6), "created_by": by}
    return RollupSender.objects.create(**{**given, **more})


def sums(**changes: Any) -> dict[str, Any]:
    """Of Monday, as the example of the event has them."""
    return {**copy.deepcopy(dict(ROLLUP_EVENT.example)), **changes}


def told(data: Any, code: str = ROLLUP) -> bytes:
    content = {"type": code, "timestamp": "2021-09-20T15:00:00+07:00", "sequence": 1, "data": data}
    return json.dumps(content, ensure_ascii=False).encode()


def send(body: bytes, private_key: str, *, seconds_ago: int = 0, changed: bytes | None = None) -> Any:
    """As an installation below would; `changed`: the body that arrives instead of the one that was signed."""
    key, stamp = str(uuid.uuid4()), int(time.time()) - seconds_ago
    headers = {
        "webhook-id": key,
        "webhook-timestamp": str(stamp),
        "webhook-signature": signature(private_key, key, stamp, body),
    }
    return Client().post(ADDRESS, changed or body, content_type="application/json", headers=headers)
