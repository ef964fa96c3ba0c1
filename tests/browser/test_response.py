"""A response plan as people live it: written on the PC, started and ticked off by phone; what the data found and what
looks done for the look of it, as the Office reads them."""

import datetime
from collections.abc import Callable
from types import SimpleNamespace

import pytest
from django.contrib.auth.base_user import AbstractBaseUser
from playwright.sync_api import Page, expect

from tests.browser.conftest import has_sideways_scroll, serious_faults
from tests.factories.front_line import make_assignment
from tests.factories.movement import make_campaign, make_launch
from tests.factories.risk import clock as at
from tests.factories.risk import make_person, make_unit, make_user
from vungxanh.organization.enums import Role

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("monday_morning"),
]
SignIn = Callable[[Page, AbstractBaseUser], None]
Take = Callable[..., None]
MONDAY = datetime.date(2021, 9, 20)


@pytest.fixture
def world(transactional_db: None, monday_morning: Callable[[datetime.datetime], None]) -> SimpleNamespace:
    root = make_unit("SO", name="Sở Nông nghiệp và PTNT Vĩnh Phúc")
    unit = make_unit("CC", root, name="Chi cục Kiểm lâm", short_name="Kiểm lâm")
    other = make_unit("CT", root, name="Chi cục Thủy lợi", short_name="Thủy lợi")
    head = make_user("truong", Role.UNIT_HEAD, unit)
    lan = make_person(unit, "Trần Thị Lan", user=head)
    make_person(unit, "Phạm Văn Hùng")
    office = make_user("vanphong", Role.OFFICE, root)
    monday_morning(at(9))
    return SimpleNamespace(
        root=root,
        unit=unit,
        other=other,
        office=office,
        head=head,
        lan=lan,
        there=make_user("truong2", Role.UNIT_HEAD, other),
    )


def test_plan_is_written_on_the_pc_started_and_ticked_off_by_phone(
    phone: Page, pc: Page, world: SimpleNamespace, sign_in: SignIn, take_picture: Take
) -> None:
    sign_in(pc, world.head)
    pc.goto("/ung-pho/CC/")
    pc.get_by_role("button", name="Soạn phương án").click()
    for field in pc.get_by_label("Người làm", exact=False).all():
        if field.evaluate("one => one.name.endsWith('-person')"):
            field.select_option(label="Trần Thị Lan")
    pc.get_by_role("button", name="Lưu", exact=True).click()
    expect(pc.get_by_text("Đã lưu dự thảo")).to_be_visible()
    take_picture(pc, "phuong-an-sua-pc", full=True)
    assert serious_faults(pc) == []
    pc.get_by_role("button", name="Áp dụng").click()
    expect(pc.get_by_text("Đã áp dụng phương án.")).to_be_visible()
    take_picture(pc, "phuong-an-pc", full=True)

    sign_in(phone, world.head)
    phone.goto("/ung-pho/CC/")
    take_picture(phone, "phuong-an-phone", full=True)
    assert not has_sideways_scroll(phone)
    phone.get_by_label("Có người mắc bệnh").check()
    phone.get_by_label("Diễn tập").check()
    phone.get_by_role("button", name="Bắt đầu").click()
    expect(phone.get_by_text("Còn 7 trên 7 việc chưa xong.")).to_be_visible()
    phone.get_by_role("button", name="Đã làm").first.click()
    expect(phone.get_by_text("Còn 6 trên 7 việc chưa xong.")).to_be_visible()
    take_picture(phone, "xu-ly-phone", full=True)
    assert not has_sideways_scroll(phone)
    assert serious_faults(phone) == []


def test_office_reads_signs_and_decides_about_those_found(
    phone: Page,
    pc: Page,
    world: SimpleNamespace,
    sign_in: SignIn,
    take_picture: Take,
    monday_morning: Callable[..., None],
) -> None:
    campaign = make_campaign(world.root, world.office, opened=True, at=at(9))
    make_launch(campaign, world.unit, world.head, at=at(9))
    make_launch(campaign, world.other, world.there, at=at(9))
    make_assignment(world.lan, world.unit, MONDAY, last_day=MONDAY + datetime.timedelta(days=6))
    monday_morning(at(9, day=MONDAY + datetime.timedelta(days=9)))
    sign_in(pc, world.office)
    pc.goto("/dieu-hanh/hinh-thuc/?thang=2021-09")
    expect(pc.get_by_role("heading", name="Một ảnh, một minh chứng dùng hai lần")).to_be_visible()
    take_picture(pc, "hinh-thuc-pc", full=True)
    assert serious_faults(pc) == []
    sign_in(phone, world.office)
    phone.goto("/khen-thuong/guong-tot/")
    expect(phone.get_by_text("Trần Thị Lan")).to_be_visible()
    take_picture(phone, "guong-tot-phone", full=True)
    assert not has_sideways_scroll(phone)
    phone.get_by_role("button", name="Đưa vào diện xét").click()
    expect(phone.get_by_text("Đã lưu quyết định.")).to_be_visible()
    phone.goto("/dieu-hanh/hinh-thuc/?thang=2021-09")
    take_picture(phone, "hinh-thuc-phone", full=True)
    assert not has_sideways_scroll(phone)
