"""The bell and the list on a cheap phone: counted, opened, marked, no sideways scrolling; also without a script."""

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PageOf, has_sideways_scroll, serious_faults
from tests.factories.accounts import make_account
from tests.factories.notifications import make_notification
from tests.factories.risk import clock
from vungxanh.accounts.models import User
from vungxanh.notifications import topics
from vungxanh.notifications.topics import Topic

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SignIn = Callable[[Page, User], None]
Turn = Callable[..., None]


@pytest.fixture
def lan(monkeypatch: pytest.MonkeyPatch) -> User:
    """Somebody with a return that is due, three visitors at the gate, and one thing read already."""
    monkeypatch.setattr(topics, "_topics", dict(topics._topics))
    topics.register(
        Topic("test.return", "Nhắc nộp báo cáo ngày", "clock-exclamation", 1, is_urgent=True),
        Topic("test.visit", "Khách đang chờ", "door-enter", 2),
    )
    lan = make_account("lan", full_name="Nguyễn Thị Ngọc Lan")
    due = "Chi cục Trồng trọt và Bảo vệ thực vật: còn 30 phút để nộp báo cáo ngày"
    body = "Mở báo cáo, xem số liệu đã chuẩn bị rồi bấm nộp."
    make_notification(lan, "due", topic="test.return", title=due, body=body, at=clock(14, 30))
    for number in range(3):
        title = f"Khách thứ {number + 1} đang chờ anh/chị trả lời"
        make_notification(lan, f"v{number}", topic="test.visit", title=title, at=clock(9, number))
    make_notification(lan, "old", topic="test.visit", title="Khách hôm qua", at=clock(8), read_at=clock(8, 5))
    return lan


def test_bell_and_list_on_a_phone(
    phone: Page, lan: User, sign_in: SignIn, monday_morning: Turn, take_picture: Callable[..., None]
) -> None:
    monday_morning(clock(14, 40))
    sign_in(phone, lan)
    phone.goto("/quy-tac/")
    bell = phone.locator(".vx-bell")
    expect(bell).to_contain_text("4")
    bell.click()
    expect(phone.get_by_role("heading", name="Thông báo", exact=True)).to_be_visible()
    phone.get_by_text("3 điều, gần nhất lúc 09:02").click()
    expect(phone.get_by_role("link", name="Khách thứ 2")).to_be_visible()
    take_picture(phone, "thong-bao")
    assert not has_sideways_scroll(phone)
    assert serious_faults(phone) == []
    phone.get_by_role("link", name="còn 30 phút").click()
    expect(phone).to_have_url(re.compile(r"/quy-tac/$"))
    expect(phone.locator(".vx-bell")).to_contain_text("3")
    phone.goto("/tai-khoan/thong-bao/")
    assert not has_sideways_scroll(phone)
    assert serious_faults(phone) == []


def test_list_works_without_a_script(open_page: PageOf, lan: User, sign_in: SignIn, monday_morning: Turn) -> None:
    monday_morning(clock(14, 40))
    page = open_page("phone", javascript=False)
    sign_in(page, lan)
    page.goto("/thong-bao/")
    page.get_by_role("button", name="Đánh dấu đã đọc hết").click()
    expect(page.locator(".vx-bell-count")).to_have_count(0)
    expect(page.get_by_text("Khách hôm qua")).to_be_attached()


def test_worker_shows_a_message_and_the_page_offers_it_on_an_own_device_only(
    phone: Page, lan: User, sign_in: SignIn, settings: Any
) -> None:
    settings.PUSH_CONTACT = "mailto:quantri@example.vn"
    phone.context.grant_permissions(["notifications"])
    sign_in(phone, lan)
    phone.goto("/tai-khoan/thong-bao/")
    offer = phone.get_by_role("button", name="Hiện tin trên máy này")
    expect(offer).to_be_hidden()
    phone.evaluate("localStorage.setItem('vungxanh:kept', '1')")
    phone.reload()
    expect(offer).to_be_visible()
    assert serious_faults(phone) == []
    devtools, registrations = phone.context.new_cdp_session(phone), list[dict[str, str]]()
    devtools.on("ServiceWorker.workerRegistrationUpdated", lambda told: registrations.extend(told["registrations"]))
    devtools.send("ServiceWorker.enable")
    phone.evaluate("navigator.serviceWorker.register('/sw.js').then(() => navigator.serviceWorker.ready).then(() => 1)")
    [registration] = {one["registrationId"] for one in registrations}
    origin = phone.evaluate("location.origin")
    content = json.dumps({"text": "Có việc cần xem.", "number": 7})
    message = {"origin": origin, "registrationId": registration, "data": content}
    devtools.send("ServiceWorker.deliverPushMessage", message)
    shown = "navigator.serviceWorker.ready.then((one) => one.getNotifications())"
    phone.wait_for_function(f"() => {shown}.then((all) => all.length)")
    assert phone.evaluate(f"{shown}.then((all) => all.map((one) => one.body + one.tag))") == ["Có việc cần xem.7"]
