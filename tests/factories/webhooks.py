"""The smallest valid subscription, and events for it."""

import uuid
from typing import Any

from tests.factories.risk import MONDAY, clock
from vungxanh.accounts.models import User
from vungxanh.organization.models import Unit
from vungxanh.webhooks import operations
from vungxanh.webhooks.events import Event, EventType
from vungxanh.webhooks.models import Subscription
from vungxanh.webhooks.signing import new_secret

TYPE = EventType("canteen.opened", "Nhà ăn mở cửa", "Nhà ăn mở cửa rồi.", {"seats": 40}, 900)


def make_subscription(unit: Unit, by: User, url: str = "https://nhan.example/hook", **more: Any) -> Subscription:
    given = {
        "name": "Nền tảng dữ liệu tỉnh",
        "host": "nhan.example:443",
        "events": [TYPE.code],
        "secret": new_secret(),
        "state": "ACTIVE",
        "created_at": clock(7),
    }
    return Subscription.objects.create(key=uuid.uuid4(), unit=unit, created_by=by, url=url, **{**given, **more})


def tell(unit: Unit, key: str = "1", *, seats: int = 40) -> int:
    """Something happened in the unit at noon."""
    event = Event(TYPE.code, key, unit.pk, {"seats": seats})
    return operations.publish(lambda _tree: [event], day=MONDAY, at=clock(12))
