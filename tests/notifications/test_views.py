"""The bell, one's own list and wishes, and the administrator's log."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.factories.accounts import make_account
from tests.factories.notifications import make_delivery, make_notification
from tests.factories.risk import clock, make_person, make_unit, make_user
from tests.notifications.conftest import Loft
from vungxanh.accounts.models import User
from vungxanh.common import clock as clocks
from vungxanh.notifications.enums import DeliveryState
from vungxanh.notifications.models import Delivery, Notification, OwnTimes, TopicChoice
from vungxanh.organization.enums import Role

pytestmark = pytest.mark.django_db
LIST = "/thong-bao/"


@pytest.fixture
def browser(client: Client, loft: Loft, lan: User) -> Client:
    client.force_login(lan)
    return client


def page(client: Client, address: str = LIST) -> str:
    with clocks.at(clock(14)):
        return client.get(address).content.decode()


def test_bell_counts_what_is_unread_on_every_page(browser: Client, lan: User) -> None:
    assert "vx-bell-count" not in page(browser, "/quy-tac/")
    for key in ("1", "2", "3"):
        make_notification(lan, key, at=clock(8))
    make_notification(lan, "4", at=clock(8), read_at=clock(9))
    make_notification(lan, "5", at=clock(8), on_screen=False)
    assert '<span class="vx-bell-count">3<' in page(browser, "/quy-tac/")


def test_list_has_unread_first_and_gathers_what_came_close_together(browser: Client, lan: User) -> None:
    make_notification(lan, "old", at=clock(13), read_at=clock(13, 5), title="Món đã đọc")
    for key, at in (("1", clock(8)), ("2", clock(8, 10)), ("3", clock(11))):
        make_notification(lan, key, at=at, title=f"Món {key}")
    text = page(browser)
    places = [text.index(word) for word in ("Món 3", "2 điều, gần nhất lúc 08:10", "Món 2", "Món 1", "Món đã đọc")]
    assert places == sorted(places)
    assert "Thứ Hai, 20/09/2021" in text


def test_list_that_is_empty_says_what_will_stand_there(browser: Client) -> None:
    assert "Chưa có thông báo nào" in page(browser)


def test_opening_marks_as_read_and_leads_to_the_page(browser: Client, lan: User, minh: User) -> None:
    one, others = make_notification(lan, at=clock(8)), make_notification(minh, at=clock(8))
    answer = browser.get(f"{LIST}{one.pk}/")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/quy-tac/")
    assert browser.get(f"{LIST}{others.pk}/").status_code == 404
    assert set(Notification.objects.filter(read_at__isnull=True)) == {others}


def test_some_or_all_are_marked_as_read_and_never_those_of_others(browser: Client, lan: User, minh: User) -> None:
    rows = [make_notification(user, key, at=clock(8)) for user, key in ((lan, "1"), (lan, "2"), (minh, "3"))]
    address = reverse("notifications:notification_read")
    browser.post(address, {"notification": [rows[0].pk, rows[2].pk, "x", "²"]})
    assert set(Notification.objects.filter(read_at__isnull=True)) == set(rows[1:])
    browser.post(address, {"all": "1"})
    assert set(Notification.objects.filter(read_at__isnull=True)) == {rows[2]}


def test_list_needs_as_many_queries_for_one_as_for_three(browser: Client, lan: User) -> None:
    counts = []
    for keys in ("1", "234"):
        for key in keys:
            make_notification(lan, key, at=clock(8))
        with CaptureQueriesContext(connection) as captured:
            page(browser)
        counts.append(len(captured))
    assert counts[0] == counts[1]


def test_wishes_are_kept_and_shown_again(browser: Client, lan: User) -> None:
    form = {"quiet_from": "20:00", "quiet_to": "07:00", "is_digest": "on", "topic-canteen-menu": ["SCREEN"]}
    address = reverse("notifications:wish_change")
    assert "Luôn hiện trên màn hình" in page(browser, address).replace("luôn", "Luôn")
    assert browser.post(address, form).status_code == 302
    times = OwnTimes.objects.get(user=lan)
    assert (f"{times.quiet_from:%H:%M}", f"{times.quiet_to:%H:%M}", times.is_digest) == ("20:00", "07:00", True)
    off = {(one.topic, one.channel) for one in TopicChoice.objects.filter(is_on=False)}
    assert off == {("canteen.menu", "PIGEON"), ("canteen.fire", "PIGEON")}
    assert 'value="20:00"' in page(browser, address)


def test_wrong_wish_is_said_and_nothing_kept(browser: Client) -> None:
    answer = browser.post(reverse("notifications:wish_change"), {"quiet_from": "25:00", "topic-canteen-menu": ["DRUM"]})
    assert answer.status_code == 422
    assert not OwnTimes.objects.exists()
    assert not TopicChoice.objects.exists()


def test_administrator_sees_what_was_given_up_of_the_units_and_sends_it_again(client: Client, loft: Loft) -> None:
    root, foreign = make_unit("SO"), make_unit("XA")
    administrator = make_user("quantri", Role.ADMINISTRATOR, root)
    ours, theirs = make_account("ours", full_name="Lý Thị Mai"), make_account("theirs", full_name="Trần Văn Bé")
    for user, unit in ((ours, root), (theirs, foreign)):
        make_person(unit, user.username, user=user)
        one = make_notification(user, at=clock(8), title="Tên người ở đây")
        make_delivery(one, "PIGEON", state=DeliveryState.GIVEN_UP, tries=5, error="Lạc đường.")
    client.force_login(administrator)
    address = reverse("notifications:delivery_list")
    text = page(client, f"{address}?state=GIVEN_UP")
    assert [
        word in text for word in ("Lý Thị Mai", "Lạc đường.", "Trần Văn Bé", "Tên người ở đây", "Gửi lại 1 tin")
    ] == [
        True,
        True,
        False,
        False,
        True,
    ]
    client.post(reverse("notifications:delivery_retry"))
    assert dict(Delivery.objects.values_list("notification__recipient__username", "state")) == {
        "ours": "PENDING",
        "theirs": "GIVEN_UP",
    }


def test_log_when_it_grows_while_it_is_read_shows_each_once(client: Client, loft: Loft, lan: User) -> None:
    root = make_unit("SO")
    make_person(root, "lan", user=lan)
    client.force_login(make_user("quantri", Role.ADMINISTRATOR, root))
    made = [make_delivery(make_notification(lan, str(number), at=clock(8))).pk for number in range(120)]
    seen: list[int] = []
    before = ""
    for number in range(3):
        with clocks.at(clock(14)):
            found = client.get(reverse("notifications:delivery_list"), {"before": before}).context["slice"]
        seen += [one.pk for one in found.rows]
        make_delivery(make_notification(lan, f"newer {number}", at=clock(9)))
        before = found.next_before
    assert (seen, before) == (made[::-1], "")
