"""The photograph of a paper sheet, taken while the sheet is being entered."""

import datetime
import io
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.contrib.auth.base_user import AbstractBaseUser
from PIL import Image
from playwright.sync_api import Page, Request, expect

from tests.browser.conftest import has_sideways_scroll, serious_faults
from tests.factories.photographs import photograph_with_place
from tests.factories.risk import MONDAY, make_person, make_unit, make_user
from tests.factories.risk import clock as at
from vungxanh.admission.models import PaperEntry, SheetPhotograph
from vungxanh.audit.models import AuditEvent
from vungxanh.organization.enums import Role
from vungxanh.screening.operations import open_day

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("monday_morning"),
]
SignIn = Callable[[Page, AbstractBaseUser], None]
SHEET = f"/khai-bao/nhap-ho/CC/?cach=PAPER&khung=ARRIVAL&ngay={MONDAY}"


@pytest.fixture
def world(transactional_db: None, monday_morning: Callable[[datetime.datetime], None]) -> SimpleNamespace:
    root = make_unit("SO")
    unit = make_unit("CC", root)
    make_person(unit, "Trần Thị Lan")
    make_person(unit, "Phạm Văn Hùng")
    open_day(MONDAY, at=at(4))
    monday_morning(at(9))
    return SimpleNamespace(
        clerk=make_user("dauloi", Role.UNIT_CLERK, unit), officer=make_user("yte", Role.HEALTH_OFFICER, root)
    )


def test_photograph_is_made_smaller_sent_and_seen_while_ticks_stay(
    phone: Page, pc: Page, world: SimpleNamespace, sign_in: SignIn, tmp_path: Path
) -> None:
    sent: list[int] = []
    phone.on("request", lambda request: _note(request, sent))
    file = tmp_path / "IMG_0001.jpg"
    file.write_bytes(photograph_with_place(size=(4000, 3000)))
    sign_in(phone, world.clerk)
    phone.goto(SHEET)
    phone.get_by_label("không có gì bất thường, Trần Thị Lan").check()
    phone.get_by_label("Chụp hoặc chọn ảnh phiếu").set_input_files(file)
    expect(phone.get_by_role("button", name="Gửi ảnh")).not_to_have_attribute("aria-busy", "true")
    phone.get_by_role("button", name="Gửi ảnh").click()
    expect(phone.get_by_text("Đã lưu ảnh cùng phiếu")).to_be_visible()
    expect(phone.get_by_label("không có gì bất thường, Trần Thị Lan")).to_be_checked()
    assert sent
    kept = SheetPhotograph.objects.get()
    assert (kept.width, kept.height) == (1650, 2200)
    assert not has_sideways_scroll(phone)
    assert serious_faults(phone) == []
    phone.get_by_label("Giờ nghe báo hoặc giờ ghi trên giấy").fill("07:30")
    phone.get_by_role("button", name="Tôi cam đoan và gửi").click()
    expect(phone.get_by_text("Đã nhận 1 tờ khai")).to_be_visible()
    assert PaperEntry.objects.get().sheet_id == kept.sheet_id
    sign_in(pc, world.officer)
    pc.goto("/khai-bao/phieu-da-nhap/")
    pc.get_by_role("link", name="20/09/2021").click()
    picture = pc.get_by_role("img", name="Ảnh 1 của phiếu")
    expect(picture).to_be_visible()
    pc.wait_for_function("() => document.querySelector('.vx-photograph img').naturalWidth === 1650")
    assert AuditEvent.objects.filter(action="admission.read_photograph").count() == 1


def _note(request: Request, sent: list[int]) -> None:
    """What travels is a JPEG that the page drew anew: nothing of the camera's own words."""
    if request.method == "POST" and request.url.endswith("/anh/"):
        body = request.post_data_buffer or b""
        assert b"Hang-dien-thoai" not in body
        assert b"toa-do" not in body
        sent.append(len(body))


def test_something_else_than_a_photograph_is_refused_and_the_page_stays(
    phone: Page, world: SimpleNamespace, sign_in: SignIn, tmp_path: Path
) -> None:
    file = tmp_path / "phieu.jpg"
    file.write_bytes(b"%PDF-1.7")
    sign_in(phone, world.clerk)
    phone.goto(SHEET)
    phone.get_by_label("không có gì bất thường, Phạm Văn Hùng").check()
    phone.get_by_label("Chụp hoặc chọn ảnh phiếu").set_input_files(file)
    phone.get_by_role("button", name="Gửi ảnh").click()
    expect(phone.get_by_text("Không đọc được ảnh này")).to_be_visible()
    expect(phone.get_by_label("không có gì bất thường, Phạm Văn Hùng")).to_be_checked()
    expect(phone.get_by_role("button", name="Gửi ảnh")).not_to_have_attribute("aria-busy", "true")


def test_photograph_withdrawn_in_time_is_gone(
    phone: Page, world: SimpleNamespace, sign_in: SignIn, tmp_path: Path
) -> None:
    content = io.BytesIO()
    Image.new("RGB", (80, 60), "white").save(content, "PNG")
    file = tmp_path / "phieu.png"
    file.write_bytes(content.getvalue())
    sign_in(phone, world.clerk)
    phone.goto(SHEET)
    phone.get_by_label("Chụp hoặc chọn ảnh phiếu").set_input_files(file)
    phone.get_by_role("button", name="Gửi ảnh").click()
    phone.get_by_role("button", name="Bỏ ảnh").click()
    expect(phone.get_by_text("Đã bỏ ảnh")).to_be_visible()
    expect(phone.get_by_text("Chưa có ảnh phiếu")).to_be_visible()
