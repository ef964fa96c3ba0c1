"""Whoever a delegation concerns is told, once, and no longer counted as unread when it is taken back."""

import datetime

import pytest

from tests.factories.organization import MONDAY, clock, make_holder, make_unit
from vungxanh.accounts.models import User
from vungxanh.notifications.models import Notification
from vungxanh.organization.enums import Role
from vungxanh.organization.models import Delegation, Unit
from vungxanh.organization.operations.roles import delegate, revoke_delegation

pytestmark = pytest.mark.django_db


@pytest.fixture
def unit() -> Unit:
    return make_unit("CC", make_unit("SO"))


def hand_over(unit: Unit, head: User, deputy: User, actor: User) -> Delegation:
    return delegate(
        head,
        deputy,
        role=Role.UNIT_HEAD,
        unit=unit,
        first_day=MONDAY,
        last_day=MONDAY + datetime.timedelta(days=4),
        reason="Đi học",
        handover="Ký báo cáo ngày",
        actor=actor,
        at=clock(9),
    )


@pytest.mark.parametrize(
    ("by", "told"), [("truong", ["pho"]), ("tochuc", ["pho", "truong"])], ids=["the head", "Personnel"]
)
def test_delegate_is_told_and_the_principal_where_somebody_else_did_it(unit: Unit, by: str, told: list[str]) -> None:
    head, deputy = make_holder("truong", Role.UNIT_HEAD, unit), make_holder("pho", Role.UNIT_DEPUTY, unit)
    actor = {"truong": head, "tochuc": make_holder("tochuc", Role.PERSONNEL, unit)}[by]
    for _tap in range(2):
        made = hand_over(unit, head, deputy, actor)
    found = Notification.objects.order_by("recipient__username")
    assert [one.recipient.username for one in found] == told
    assert found[0].title == "Pho làm thay Truong từ 20/09/2021 đến 24/09/2021: thủ trưởng đơn vị, CC"
    assert "báo cáo" not in found[0].body
    revoke_delegation(made, actor=actor, at=clock(10))
    unsettled = Notification.objects.filter(settled_at=None).order_by("recipient__username")
    assert [(one.recipient.username, one.title) for one in unsettled] == [
        (name, "Pho không còn làm thay Truong: thủ trưởng đơn vị, CC") for name in told
    ]


def test_delegation_of_a_unit_that_is_gone_meanwhile_is_revoked_all_the_same(unit: Unit) -> None:
    head, deputy = make_holder("truong", Role.UNIT_HEAD, unit), make_holder("pho", Role.UNIT_DEPUTY, unit)
    made = hand_over(unit, head, deputy, head)
    unit.versions.update(valid_from=MONDAY - datetime.timedelta(days=9), valid_to=MONDAY)
    revoke_delegation(made, actor=head, at=clock(10))
    assert Notification.objects.get(settled_at=None).title == "Pho không còn làm thay Truong: thủ trưởng đơn vị, CC"
