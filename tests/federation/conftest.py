"""An installation of a ministry that receives from one province, at three on a Monday."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from django.core.cache import cache

from tests.factories.federation import make_sender
from tests.factories.risk import clock, make_unit, make_user
from vungxanh.accounts.models import User
from vungxanh.common import clock as product_clock
from vungxanh.federation.models import RollupSender
from vungxanh.organization.enums import Role
from vungxanh.webhooks.signing import new_private_key


@dataclass
class Ministry:
    """`private_key` is that of the province, which it never gives to anybody."""

    admin: User
    office: User
    head: User
    sender: RollupSender
    private_key: str


@pytest.fixture
def three() -> Iterator[None]:
    cache.clear()
    with product_clock.at(clock(15, 5)):
        yield


@pytest.fixture
def ministry(db: None, three: None) -> Ministry:
    root = make_unit("BO")
    admin = make_user("quantri", Role.ADMINISTRATOR, root)
    private_key = new_private_key()
    return Ministry(
        admin,
        make_user("vanphong", Role.OFFICE, root),
        make_user("truong", Role.UNIT_HEAD, make_unit("VU", root)),
        make_sender(admin, private_key),
        private_key,
    )
