"""The pages of subscriptions: what is seen, kept, refused, and shown once."""

import html as entities
import re
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.factories.receivers import Receiver, status
from tests.factories.risk import clock
from tests.factories.webhooks import TYPE, make_subscription, tell
from tests.webhooks.conftest import House
from vungxanh.administration.examination import examine
from vungxanh.audit.models import AuditEvent
from vungxanh.common import clock as product_clock
from vungxanh.common.connections import all_connections
from vungxanh.webhooks.models import Subscription, WebhookDelivery
from vungxanh.webhooks.operations import send_due

pytestmark = pytest.mark.django_db
SECRET = re.compile(r"whsec_[A-Za-z0-9+/=]{44}")


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    cache.clear()
    with product_clock.at(clock(12, 30)):
        yield


@pytest.fixture
def admin(client: Client, house: House) -> Client:
    client.force_login(house.admin)
    return client


def address(name: str, *args: object) -> str:
    return reverse(f"webhooks:{name}", args=args)


def typed(there: Receiver, **more: Any) -> dict[str, Any]:
    values = {"key": str(uuid.uuid4()), "name": "Nền tảng dữ liệu", "url": there.url, "unit": "SNN"}
    return {**values, "events": [TYPE.code], **more}


def text_of(response: Any) -> str:
    return entities.unescape(response.content.decode())


def test_an_empty_list_says_what_it_is_for(admin: Client) -> None:
    text = text_of(admin.get(address("subscription_list")))
    assert ("Chưa có nơi nhận nào" in text, "Thêm nơi nhận" in text) == (True, True)


def test_the_secret_stands_on_one_page_once_and_in_no_log(
    admin: Client, there: Receiver, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    given = typed(there)
    made = admin.post(address("subscription_create"), given)
    [secret] = set(SECRET.findall(text_of(made)))
    subscription = Subscription.objects.get()
    assert (secret, made.status_code) == (subscription.secret, 200)
    assert "no-store" in made.headers["Cache-Control"]
    tell(subscription.unit)
    send_due(at=clock(12, 31), timestamp=1)
    again = admin.post(address("subscription_create"), given, follow=True)
    pages = [
        again,
        *(admin.get(address(name, subscription.pk)) for name in ("subscription_page", "subscription_change")),
    ]
    pages += [admin.get(address("subscription_list")), admin.get("/nhat-ky/"), admin.get("/cai-dat/ket-noi/")]
    assert [SECRET.findall(text_of(one)) for one in pages] == [[]] * 6
    assert ("hãy đổi khóa" in text_of(again), Subscription.objects.count()) == (True, 1)
    assert not any(secret in str(one.detail) for one in AuditEvent.objects.all())
    assert (secret in caplog.text, secret[6:] in str(there.requests)) == (False, False)


def test_what_was_typed_stays_when_it_is_refused(admin: Client, there: Receiver) -> None:
    given = typed(there, url="https://10.1.2.3/hook?a=1", name="Nơi nhận của tỉnh")
    refused = admin.post(address("subscription_create"), given)
    text = text_of(refused)
    assert (refused.status_code, Subscription.objects.count()) == (422, 0)
    assert "Không nhận: địa chỉ dẫn vào mạng không công khai." in text
    for value in (given["key"], given["url"], given["name"]):
        assert f'value="{value}"' in text
    assert re.search(rf'value="{TYPE.code}"[^>]*checked', text)


def test_events_say_what_stands_in_them(admin: Client) -> None:
    text = text_of(admin.get(address("subscription_create")))
    assert (TYPE.story in text, '"seats": 40' in text) == (True, True)


def test_name_events_and_unit_are_changed_and_the_secret_stays(admin: Client, house: House, there: Receiver) -> None:
    subscription = make_subscription(house.root, house.admin)
    page = text_of(admin.get(address("subscription_change", subscription.pk)))
    assert ('value="https://nhan.example/hook"' in page, subscription.secret in page) == (True, False)
    admin.post(address("subscription_change", subscription.pk), typed(there, unit="A", name="Tên mới"))
    changed = Subscription.objects.get()
    assert (changed.name, changed.unit, changed.url) == ("Tên mới", house.a, there.url)
    assert changed.secret == subscription.secret


def test_the_page_shows_what_went_and_sends_again_what_did_not(admin: Client, house: House, there: Receiver) -> None:
    subscription = make_subscription(house.root, house.admin, there.url)
    there.behaviours = [status(400, b"<script>alert(1)</script>"), status(204)]
    tell(house.a, "1", seats=11)
    tell(house.b, "2", seats=22)
    send_due(at=clock(12, 31), timestamp=1)
    WebhookDelivery.objects.filter(state="FAILED").update(state="GIVEN_UP")
    page = address("subscription_page", subscription.pk)
    text = text_of(admin.get(page))
    assert [word in text for word in ("Nơi nhận trả lời 400.", "Đã thôi gửi", "alert(1)")] == [True, True, False]
    [given_up] = WebhookDelivery.objects.filter(state="GIVEN_UP")
    [received] = WebhookDelivery.objects.filter(state="DELIVERED")
    shown = text_of(admin.get(page, {"state": "GIVEN_UP"}))
    assert [str(one.key) in shown for one in (given_up, received)] == [True, False]
    read = text_of(admin.get(address("delivery_page", subscription.pk, given_up.key)))
    assert ('"seats": 11' in read, str(given_up.key) in read, "Gửi lại" in read) == (True, True, True)
    other = make_subscription(house.root, house.admin, name="Nơi khác")
    assert admin.get(address("delivery_page", other.pk, given_up.key)).status_code == 404
    admin.post(address("delivery_resend", subscription.pk), {"delivery": str(given_up.key)})
    given_up.refresh_from_db()
    assert given_up.state == "WAITING"
    assert admin.post(address("delivery_resend", subscription.pk), {"delivery": "x"}).status_code == 404
    assert "0 sự kiện" in text_of(admin.post(address("delivery_resend", subscription.pk), follow=True))


def test_paused_resumed_rotated_tried_and_ended_by_buttons(admin: Client, house: House, there: Receiver) -> None:
    subscription = make_subscription(house.root, house.admin, there.url)

    def press(name: str, *args: object, **given: object) -> str:
        return text_of(admin.post(address(name, subscription.pk, *args), given, follow=True))

    assert "Tạm dừng" in press("subscription_move", "tam-dung")
    assert Subscription.objects.get().state == "PAUSED"
    press("subscription_move", "gui-tiep")
    assert "trả lời 204" in press("subscription_ping")
    there.behaviours = [status(500)]
    assert "Nơi nhận trả lời 500." in press("subscription_ping")
    [secret] = set(SECRET.findall(press("secret_rotate", version=1)))
    assert Subscription.objects.get().secret == secret
    assert SECRET.findall(press("secret_rotate", version=1)) == []
    page = text_of(admin.get(address("subscription_page", subscription.pk)))
    assert "còn cùng ký đến" in page
    press("subscription_move", "ket-thuc")
    ended = text_of(admin.get(address("subscription_page", subscription.pk)))
    assert (Subscription.objects.get().state, "Đổi khóa ký" in ended) == ("ENDED", False)
    assert "đã kết thúc" in press("subscription_move", "tam-dung")
    assert admin.post(address("subscription_move", subscription.pk, "xoa")).status_code == 404


def test_what_was_switched_off_is_said_wherever_one_looks(admin: Client, house: House, there: Receiver) -> None:
    subscription = make_subscription(house.root, house.admin, there.url)
    there.behaviours = [status(410)]
    tell(house.a)
    send_due(at=clock(12, 31), timestamp=1)
    page = text_of(admin.get(address("subscription_page", subscription.pk)))
    assert ("Hệ thống đã tắt nơi nhận này" in page, "Bật lại" in page) == (True, True)
    assert "nơi nhận báo không còn nhận nữa (410)" in text_of(admin.get(address("subscription_list")))
    assert "1 nơi nhận đã bị hệ thống tắt" in text_of(admin.get("/cai-dat/"))
    connection_row = next(one for source, one in all_connections(clock(12).date()) if source.name == "webhooks")
    assert (connection_row.is_ready, connection_row.waiting, connection_row.failure) == (
        False,
        1,
        "Nơi nhận báo không còn nhận nữa (410).",
    )
    [fault] = examine(at=clock(12), is_thorough=False).get("subscribers", ["?"])
    assert ("1 sự kiện đang chờ" in fault, subscription.name in fault) == (True, True)


def test_a_trial_by_the_page_of_connections(admin: Client, house: House, there: Receiver) -> None:
    subscription = make_subscription(house.root, house.admin, there.url)
    text = text_of(admin.post("/cai-dat/ket-noi/thu/", {"connection": f"webhooks:{subscription.pk}"}, follow=True))
    assert ("Nơi nhận đã nhận gói thử: trả lời 204." in text, len(there.requests)) == (True, 1)


def test_whoever_administers_a_part_sees_that_part_only(client: Client, house: House, there: Receiver) -> None:
    whole, part = make_subscription(house.root, house.admin, name="Cả sở"), make_subscription(house.a, house.admin)
    client.force_login(house.local)
    text = text_of(client.get(address("subscription_list")))
    assert ("Cả sở" in text, part.name in text) == (False, True)
    assert client.get(address("subscription_page", whole.pk)).status_code == 404
    assert client.post(address("secret_rotate", whole.pk), {"version": 1}).status_code == 404
    assert client.post(address("subscription_create"), typed(there)).status_code == 422
    assert SECRET.search(text_of(client.post(address("subscription_create"), typed(there, unit="A"))))


def test_pages_need_as_many_queries_for_one_as_for_twenty(admin: Client, house: House) -> None:
    def queries(name: str, *args: object) -> int:
        with CaptureQueriesContext(connection) as found:
            assert admin.get(address(name, *args)).status_code == 200
        return len(found)

    subscription = make_subscription(house.root, house.admin)
    tell(house.a, "1")
    few = queries("subscription_list"), queries("subscription_page", subscription.pk)
    for number in range(19):
        make_subscription(house.root, house.admin, name=f"Nơi {number}")
        tell(house.a, f"x{number}")
    assert (queries("subscription_list"), queries("subscription_page", subscription.pk)) == few


def test_fifty_stand_on_a_page(admin: Client, house: House) -> None:
    subscription = make_subscription(house.root, house.admin)
    for number in range(51):
        tell(house.a, str(number))
    first = text_of(admin.get(address("subscription_page", subscription.pk)))
    [place] = re.findall(r"before=([\d._]+)", first)
    tell(house.a, "meanwhile")
    second = text_of(admin.get(address("subscription_page", subscription.pk), {"before": place}))
    assert (first.count("/su-kien/"), second.count("/su-kien/")) == (50, 1)
    seen = re.findall(r"/su-kien/([\w-]+)/", first + second)
    assert len(set(seen)) == 51


def test_what_fails_just_now_says_since_when(admin: Client, house: House, there: Receiver) -> None:
    subscription = make_subscription(house.root, house.admin, there.url)
    there.usual = status(500)
    tell(house.a)
    send_due(at=clock(12, 5), timestamp=1)
    text = text_of(admin.get(address("subscription_page", subscription.pk)))
    assert ("Hiện chưa gửi được" in text, "12:05" in text) == (True, True)
