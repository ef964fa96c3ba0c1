"""A system is subscribed, tried, looked at and ended, on the phone and at the desk."""

import datetime
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import pytest
from django.contrib.auth.base_user import AbstractBaseUser
from playwright.sync_api import Page, expect
from pytest_django.fixtures import Settings

from tests.browser.conftest import has_sideways_scroll, serious_faults
from tests.factories.receivers import Receiver, receiver, status
from tests.factories.risk import MONDAY, make_unit, make_user
from tests.factories.risk import clock as at
from vungxanh.organization.enums import Role
from vungxanh.risk.subscribers import EVENTS
from vungxanh.webhooks.events import Event
from vungxanh.webhooks.models import Subscription, WebhookDelivery
from vungxanh.webhooks.operations import publish, send_due

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SignIn = Callable[[Page, AbstractBaseUser], None]


@pytest.fixture
def there(settings: Settings) -> Iterator[Receiver]:
    with receiver() as made:
        made.usual = status(204)
        settings.WEBHOOK_INTERNAL_HOSTS = [urlsplit(made.url).netloc]
        yield made


def test_a_system_is_subscribed_tried_looked_at_and_ended(
    screen: Page,
    sign_in: SignIn,
    take_picture: Callable[..., None],
    monday_morning: Callable[[datetime.datetime], None],
    there: Receiver,
) -> None:
    root = make_unit("SNN", name="Sở Nông nghiệp và Phát triển nông thôn")
    unit = make_unit("CCKL", root, name="Chi cục Kiểm lâm")
    size = "phone" if screen.viewport_size and screen.viewport_size["width"] < 500 else "pc"
    sign_in(screen, make_user("quantri", Role.ADMINISTRATOR, root))

    def look(name: str) -> None:
        assert (name, has_sideways_scroll(screen), serious_faults(screen)) == (name, False, [])
        take_picture(screen, f"dang-ky-{name}-{size}", full=True)

    screen.goto("/cai-dat/dang-ky-nhan/")
    look("trong")
    screen.get_by_role("link", name="Thêm nơi nhận").click()
    screen.get_by_label("Tên nơi nhận").fill("Nền tảng dữ liệu tỉnh")
    screen.get_by_label("Địa chỉ nhận").fill("https://10.1.2.3/hook")
    screen.get_by_label("Báo cáo vừa nộp", exact=True).check()
    screen.get_by_label("Vùng đổi màu", exact=True).check()
    screen.get_by_text("Báo cáo vừa nộp · return.submitted").click()
    screen.get_by_role("button", name="Đăng ký và hiện khóa ký").click()
    expect(screen.get_by_text("mạng không công khai")).to_be_visible()
    expect(screen.get_by_label("Vùng đổi màu", exact=True)).to_be_checked()
    look("bi-tu-choi")
    screen.get_by_label("Địa chỉ nhận").fill(there.url)
    screen.get_by_role("button", name="Đăng ký và hiện khóa ký").click()
    expect(screen.get_by_text("whsec_")).to_be_visible()
    look("khoa")
    screen.get_by_role("link", name="Tôi đã chép khóa").click()
    screen.get_by_role("button", name="Gửi thử").click()
    expect(screen.get_by_text("trả lời 204")).to_be_visible()
    example = EVENTS[0]
    for number in range(3):
        told = Event(example.code, str(number), unit.pk, example.example)
        publish(lambda _tree, told=told: [told], day=MONDAY, at=at(7, 11))  # type: ignore[misc]
    there.behaviours = [status(204), status(500), status(400)]
    send_due(at=at(7, 12), timestamp=1)
    WebhookDelivery.objects.filter(last_status=400).update(state="GIVEN_UP")
    screen.reload()
    look("trang")
    screen.get_by_role("link", name="Xem: Báo cáo vừa nộp").first.click()
    expect(screen.get_by_text('"return.submitted"')).to_be_visible()
    look("su-kien")
    screen.get_by_role("link", name="Nền tảng dữ liệu tỉnh").click()
    screen.get_by_text("Kết thúc đăng ký").first.click()
    look("ket-thuc")
    screen.get_by_role("button", name="Kết thúc đăng ký").click()
    expect(screen.get_by_text("Đã kết thúc").first).to_be_visible()
    assert Subscription.objects.get().state == "ENDED"
    screen.goto("/cai-dat/dang-ky-nhan/")
    look("danh-sach")
    screen.goto("/cai-dat/")
    look("cai-dat")
