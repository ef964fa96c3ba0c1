"""The movement as people run it: the Office takes a plan in and opens it, a head launches and pledges by phone."""

import datetime
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.contrib.auth.base_user import AbstractBaseUser
from playwright.sync_api import Page, expect

from tests.browser.conftest import has_sideways_scroll, serious_faults
from tests.factories.photographs import photograph_with_place
from tests.factories.risk import clock as at
from tests.factories.risk import make_person, make_unit, make_user
from vungxanh.movement.models import LaunchPhotograph, Pledge
from vungxanh.movement.rulebook import shipped
from vungxanh.organization.enums import Role

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("monday_morning"),
]
SignIn = Callable[[Page, AbstractBaseUser], None]
Take = Callable[..., None]


@pytest.fixture
def world(transactional_db: None, monday_morning: Callable[[datetime.datetime], None]) -> SimpleNamespace:
    root = make_unit("SO", name="Sở Nông nghiệp và PTNT Vĩnh Phúc")
    unit = make_unit("CC", root, name="Chi cục Kiểm lâm", short_name="Kiểm lâm")
    head = make_user("truong", Role.UNIT_HEAD, unit)
    make_person(unit, "Trần Thị Lan", user=head)
    make_person(unit, "Phạm Văn Hùng")
    monday_morning(at(9))
    return SimpleNamespace(office=make_user("vanphong", Role.OFFICE, root), head=head)


def test_plan_is_taken_in_opened_launched_by_phone_and_pledged(
    phone: Page, pc: Page, world: SimpleNamespace, sign_in: SignIn, take_picture: Take, tmp_path: Path
) -> None:
    sign_in(pc, world.office)
    pc.goto("/phong-trao/")
    pc.get_by_role("link", name="Nạp phong trào").click()
    pc.get_by_label("Tệp của cơ quan, chọn hoặc dán ở dưới").check()
    text = shipped()["giu_vung_vung_xanh_2021.toml"]
    pc.get_by_label("Hoặc dán nội dung tệp").fill(text.replace("weight = 14", "weight = 13"))
    pc.get_by_role("button", name="Kiểm tra và nạp").click()
    expect(pc.get_by_text("criterion[1].weight")).to_be_visible()
    take_picture(pc, "phong-trao-loi-pc", full=True)
    pc.get_by_label("Hoặc dán nội dung tệp").fill(text)
    pc.get_by_role("button", name="Kiểm tra và nạp").click()
    expect(pc.get_by_role("heading", name="Giữ vững vùng xanh", exact=False).first).to_be_visible()
    take_picture(pc, "phong-trao-pc", full=True)
    assert serious_faults(pc) == []
    pc.get_by_role("button", name="Phát động phong trào").click()
    expect(pc.get_by_text("Đã phát động phong trào")).to_be_visible()

    files = [tmp_path / "a.jpg", tmp_path / "b.jpg"]
    for number, file in enumerate(files):
        file.write_bytes(photograph_with_place(size=(4000, 3000 + number * 500)))
    sign_in(phone, world.head)
    phone.goto("/phong-trao/")
    phone.get_by_role("link", name="Cán bộ, công chức").click()
    take_picture(phone, "phong-trao-phone", full=True)
    assert not has_sideways_scroll(phone)
    phone.get_by_role("link", name="Phát động tại các đơn vị").click()
    phone.get_by_role("link", name="Chi cục Kiểm lâm").click()
    phone.get_by_role("link", name="Ghi việc phát động").click()
    phone.get_by_label("Số người tham dự").fill("52")
    phone.get_by_label("Tiêu chí riêng của đơn vị").fill("Không ai đi làm muộn")
    phone.get_by_label("Hình ảnh").set_input_files(files)
    expect(phone.get_by_role("button", name="Lưu")).not_to_have_attribute("aria-busy", "true")
    take_picture(phone, "phat-dong-ghi-phone", full=True)
    phone.get_by_role("button", name="Lưu").click()
    expect(phone.get_by_text("Đã phát động đúng hạn")).to_be_visible()
    assert sorted(LaunchPhotograph.objects.values_list("width", flat=True)) == [1200, 1400]
    take_picture(phone, "phat-dong-phone", full=True)
    assert not has_sideways_scroll(phone)
    assert serious_faults(phone) == []

    phone.goto("/phong-trao/giu-vung-vung-xanh-2021/giao-uoc/")
    phone.get_by_role("link", name="Đọc và ký").click()
    phone.get_by_role("button", name="Tôi ký").click()
    expect(phone.get_by_text("Ký xác nhận điện tử")).to_be_visible()
    assert Pledge.objects.get().kind == "PERSON"
    take_picture(phone, "cam-ket-phone", full=True)
    phone.goto("/phong-trao/giu-vung-vung-xanh-2021/diem/CC/")
    expect(phone.get_by_text("Còn thiếu điểm ở đâu")).to_be_visible()
    take_picture(phone, "diem-phone", full=True)
    assert not has_sideways_scroll(phone)
    sign_in(pc, world.office)
    pc.goto("/phong-trao/giu-vung-vung-xanh-2021/diem/CC/")
    take_picture(pc, "diem-pc", full=True)
    assert serious_faults(pc) == []
    pc.goto("/phong-trao/giu-vung-vung-xanh-2021/phat-dong/")
    take_picture(pc, "phat-dong-pc", full=True)
