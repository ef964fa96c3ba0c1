"""The map updated by hand: the sheet copied on a PC, the time and the screenshot written down on a phone."""

import datetime
from collections.abc import Callable
from pathlib import Path

import pytest
from django.contrib.auth.base_user import AbstractBaseUser
from playwright.sync_api import Page, expect

from tests.browser.conftest import has_sideways_scroll, serious_faults
from tests.factories.photographs import picture
from tests.factories.risk import MONDAY, make_unit, make_user
from tests.factories.risk import clock as at
from vungxanh.organization.enums import Role
from vungxanh.risk.enums import ReturnKind
from vungxanh.risk.models import Delivery
from vungxanh.risk.operations import submit_return

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("monday_morning"),
]
SignIn = Callable[[Page, AbstractBaseUser], None]


def test_sheet_is_copied_and_the_update_written_down_and_listed(
    phone: Page,
    pc: Page,
    sign_in: SignIn,
    monday_morning: Callable[[datetime.datetime], None],
    tmp_path: Path,
    transactional_db: None,
) -> None:
    root = make_unit("SO", is_reporting_point=False)
    unit, other = make_unit("CC", root), make_unit("KHAC", root)
    clerk, office = make_user("dauloi", Role.UNIT_CLERK, unit), make_user("vanphong", Role.OFFICE, root)
    head = make_user("truong", Role.UNIT_HEAD, other)
    for one, actor in ((unit, clerk), (other, head)):
        submit_return(one.pk, day=MONDAY, kind=ReturnKind.DAILY, actor=actor, at=at(14, 10))
    monday_morning(at(14, 50))
    (tmp_path / "ban-do.jpg").write_bytes(picture())
    sign_in(phone, clerk)
    phone.context.grant_permissions(["clipboard-read", "clipboard-write"])
    phone.goto(f"/nguy-co/ban-do/CC/{MONDAY}/")
    phone.get_by_role("button", name="Chép : Đơn vị").click()
    phone.wait_for_function("async () => (await navigator.clipboard.readText()) === 'Đơn vị CC'")
    assert not has_sideways_scroll(phone)
    assert serious_faults(phone) == []
    phone.get_by_label("Đã cập nhật lúc").fill("2021-09-20T14:21")
    phone.get_by_label("Ảnh chụp màn hình bản đồ").set_input_files(tmp_path / "ban-do.jpg")
    phone.get_by_role("button", name="Đã cập nhật bản đồ").click()
    expect(phone.get_by_text("Đã ghi giờ cập nhật bản đồ.")).to_be_visible()
    delivery = Delivery.objects.get(unit=unit)
    assert (delivery.delivered_at, delivery.proofs.count()) == (at(14, 21), 1)
    assert serious_faults(phone) == []
    sign_in(pc, office)
    pc.goto("/nguy-co/ban-do/")
    expect(pc.get_by_text("xong 1/2, đúng hạn 1")).to_be_visible()
    assert serious_faults(pc) == []
    pc.get_by_role("link", name="CC", exact=True).click()
    expect(pc.get_by_text("Bản đồ cập nhật lúc 14:21")).to_be_visible()
    sign_in(phone, office)
    phone.goto("/nguy-co/ban-do/")
    assert not has_sideways_scroll(phone)
