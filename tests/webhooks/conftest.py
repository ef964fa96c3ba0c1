"""An agency, whoever administers it, an event of its canteen, and a receiver on this machine."""

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

import pytest
from pytest_django.fixtures import Settings

from tests.factories.receivers import Receiver, receiver, status
from tests.factories.risk import make_unit, make_user
from tests.factories.webhooks import TYPE
from vungxanh.accounts.models import User
from vungxanh.organization.enums import Role
from vungxanh.organization.models import Unit
from vungxanh.webhooks import events


@dataclass
class House:
    """`local` administers unit A alone, `admin` everything."""

    root: Unit
    a: Unit
    b: Unit
    admin: User
    local: User


@pytest.fixture
def house(db: None, monkeypatch: pytest.MonkeyPatch) -> House:
    monkeypatch.setattr(events, "_types", {TYPE.code: TYPE})
    root = make_unit("SNN")
    a, b = make_unit("A", root), make_unit("B", root)
    return House(
        root, a, b, make_user("quantri", Role.ADMINISTRATOR, root), make_user("quantri_a", Role.ADMINISTRATOR, a)
    )


def allow(settings: Settings, *receivers: Receiver) -> None:
    """As an installation names a receiver within its own network."""
    settings.WEBHOOK_INTERNAL_HOSTS = [urlsplit(one.url).netloc for one in receivers]


@pytest.fixture
def there(settings: Settings) -> Iterator[Receiver]:
    with receiver() as made:
        made.usual = status(204)
        allow(settings, made)
        yield made
