"""Telling, choosing, sending: once a cause, one text for many, again by rule, and nothing that names anybody."""

import datetime
import json
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy

from tests.factories.accounts import make_account
from tests.factories.notifications import make_delivery, make_notification
from tests.factories.risk import MONDAY, clock, make_unit, make_user
from tests.notifications.conftest import Loft
from tests.races import at_once
from vungxanh.accounts.models import User
from vungxanh.audit.models import AuditEvent
from vungxanh.notifications import operations
from vungxanh.notifications.channels import SendingError, text_folder
from vungxanh.notifications.enums import DeliveryState
from vungxanh.notifications.models import Delivery, Notification, TopicChoice
from vungxanh.notifications.operations.sending import take_due
from vungxanh.notifications.queries import all_unread_count, notifications_of
from vungxanh.notifications.rulebook import SENDING, Times
from vungxanh.notifications.topics import ForeignAddressError, Message, UnknownTopicError
from vungxanh.organization.enums import Role

pytestmark = pytest.mark.django_db
RULE = SENDING.current().in_force(MONDAY)
MINUTE = datetime.timedelta(minutes=1)
NIGHT = Times(datetime.time(22), datetime.time(6))


def menu(key: str = "1", title: Any = "Nguyễn Thị Ánh đổi món", **more: Any) -> Message:
    return Message(**{"topic": "canteen.menu", "key": key, "title": title, "address": "/quy-tac/", **more})


def fire(key: str = "1") -> Message:
    return menu(key, topic="canteen.fire")


def states() -> list[str]:
    return list(Delivery.objects.order_by("pk").values_list("state", flat=True))


def audited(action: str) -> list[Any]:
    return list(AuditEvent.objects.filter(action=action).values_list("detail", flat=True))


# --- Telling ---------------------------------------------------------------------------------------------------------
def test_cause_is_told_once_to_each_in_their_language(loft: Loft, lan: User, minh: User) -> None:
    words = format_lazy("{} 3", gettext_lazy("Notifications"))
    told = [operations.notify(menu(title=words), people, at=clock(8)) for people in ([lan], [lan, minh], [lan, minh])]
    assert told == [1, 1, 0]
    rows = Notification.objects.order_by("recipient__username").values_list("recipient__username", "title")
    assert list(rows) == [("lan", "Thông báo 3"), ("minh", "Notifications 3")]
    assert Delivery.objects.count() == 2


def test_closed_account_is_told_nothing(loft: Loft, lan: User) -> None:
    lan.is_active = False
    assert operations.notify(menu(), [lan], at=clock(8)) == 0


def test_notification_goes_with_the_transaction_of_what_it_tells_of(loft: Loft, lan: User) -> None:
    def tell_and_fail() -> None:
        with transaction.atomic():
            operations.notify(menu(), [lan], at=clock(8))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        tell_and_fail()
    assert not Notification.objects.exists()


@pytest.mark.parametrize("address", ["https://example.com/", "//example.com/", "quy-tac/", "", "javascript:alert(1)"])
def test_foreign_address_is_refused(address: str) -> None:
    with pytest.raises(ForeignAddressError):
        menu(address=address)


def test_unknown_topic_leaves_nothing(loft: Loft, lan: User) -> None:
    with pytest.raises(UnknownTopicError):
        operations.notify(menu(topic="canteen.soup"), [lan], at=clock(8))
    assert not Notification.objects.exists()


def test_constraints_hold_what_the_operations_promise(loft: Loft, lan: User) -> None:
    one = make_notification(lan, at=clock(8))
    make_delivery(one)
    for wrong in (
        lambda: make_notification(lan, at=clock(9)),
        lambda: make_notification(lan, "", at=clock(9)),
        lambda: make_delivery(one),
        lambda: make_delivery(one, "PIGEON", state=DeliveryState.SENT),
        lambda: make_delivery(one, "PIGEON", state=DeliveryState.GIVEN_UP),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            wrong()


def test_many_are_told_by_as_many_queries_as_one(loft: Loft) -> None:
    people, counts = [make_account(f"nguoi{i}") for i in range(5)], []
    for key, some in (("a", people[:1]), ("b", people)):
        with CaptureQueriesContext(connection) as captured:
            operations.notify_all([(menu(f"{key}{i}"), some) for i in range(len(some))], at=clock(8))
        counts.append(len(captured))
    assert counts[0] == counts[1]
    assert Notification.objects.count() == Delivery.objects.count() == 1 + 5 * 5


@pytest.mark.django_db(transaction=True)
def test_race_for_one_key_leaves_one_notification_and_one_delivery(loft: Loft, lan: User) -> None:
    told = at_once(*(partial(operations.notify, menu(), [lan], at=clock(8) + i * MINUTE) for i in range(2)))
    assert len(told) == 2
    assert (Notification.objects.count(), Delivery.objects.count()) == (1, 1)


# --- Choosing --------------------------------------------------------------------------------------------------------
def test_choice_decides_about_screen_and_channels(loft: Loft, lan: User) -> None:
    wished = {("canteen.menu", "SCREEN"): False, ("canteen.menu", "PIGEON"): False, ("canteen.fire", "PIGEON"): True}
    operations.choose(lan, wished, NIGHT, at=clock(7))
    operations.notify_all([(menu(), [lan]), (fire("2"), [lan])], at=clock(8))
    assert list(Notification.objects.order_by("key").values_list("on_screen", flat=True)) == [False, True]
    assert list(Delivery.objects.values_list("notification__topic", flat=True)) == ["canteen.fire"]
    assert TopicChoice.objects.count() == 2, "what agrees with the topic is not kept"
    assert audited("notifications.choose") == [{}]


def test_urgent_topic_stands_on_screen_whatever_was_chosen(loft: Loft, lan: User) -> None:
    TopicChoice.objects.create(user=lan, topic="canteen.fire", channel="SCREEN", is_on=False)
    operations.notify(fire(), [lan], at=clock(8))
    assert Notification.objects.get().on_screen


def test_choice_again_takes_the_place_of_the_first(loft: Loft, lan: User) -> None:
    for is_on in (False, True, False):
        operations.choose(lan, {("canteen.menu", "PIGEON"): is_on}, NIGHT, at=clock(7))
    assert [one.is_on for one in TopicChoice.objects.all()] == [False]


# --- Sending ---------------------------------------------------------------------------------------------------------
def test_many_causes_leave_the_house_as_one_neutral_text(loft: Loft, lan: User, minh: User) -> None:
    for key in ("1", "2", "3"):
        operations.notify(menu(key), [lan, minh], at=clock(8))
    assert operations.send_due(at=clock(8)) == 6
    assert sorted(loft.brought) == [
        ("lan", "Có việc cần xem. Có 3 điều mới. Mở Vùng Xanh để đọc."),
        ("minh", "There is something to look at. 3 things are new. Open Vùng Xanh to read it."),
    ]
    assert operations.send_due(at=clock(8, 1)) == 0


def test_what_comes_after_a_message_waits_and_counts_and_urgent_does_not(loft: Loft, lan: User) -> None:
    for minute, message in ((0, menu("1")), (2, menu("2")), (4, menu("3")), (5, fire("4"))):
        operations.notify(message, [lan], at=clock(8, minute))
        operations.send_due(at=clock(8, minute))
    assert [text for _who, text in loft.brought] == [
        "Có việc cần xem. Mở Vùng Xanh để đọc.",
        "Có việc gấp. Mở Vùng Xanh để đọc.",
    ]
    assert [operations.send_due(at=clock(8, minute)) for minute in (14, 15)] == [0, 2]
    assert loft.brought[-1] == ("lan", "Có việc cần xem. Có 2 điều mới. Mở Vùng Xanh để đọc.")


def test_what_was_read_meanwhile_or_is_for_a_closed_account_is_not_sent(loft: Loft, lan: User, minh: User) -> None:
    operations.notify(menu(), [lan, minh], at=clock(23))
    operations.mark_read(lan, at=clock(23, 5))
    User.objects.filter(pk=minh.pk).update(is_active=False)
    assert operations.send_due(at=clock(6, day=MONDAY + datetime.timedelta(days=1))) == 0
    assert states() == ["NOT_NEEDED", "NOT_NEEDED"]


def test_what_is_done_meanwhile_is_neither_counted_nor_sent(loft: Loft, lan: User, minh: User) -> None:
    operations.notify_all([(menu("1"), [lan, minh]), (menu("2"), [lan])], at=clock(23))
    assert operations.settle(["1"], at=clock(23, 5)) == 2
    assert operations.settle(["1", "3"], at=clock(23, 9)) == 0
    assert (all_unread_count(lan.pk), all_unread_count(minh.pk)) == (1, 0)
    assert operations.send_due(at=clock(6, day=MONDAY + datetime.timedelta(days=1))) == 1
    assert sorted(states()) == ["NOT_NEEDED", "NOT_NEEDED", "SENT"]
    assert [one.key for one in notifications_of(lan)] == ["2", "1"]
    assert not Notification.objects.filter(read_at__isnull=False).exists()


def test_failure_is_tried_again_by_the_rule_then_given_up_and_retried_by_hand(loft: Loft, lan: User) -> None:
    root = make_unit("SO")
    administrator = make_user("quantri", Role.ADMINISTRATOR, root)
    operations.notify(menu(), [lan], at=clock(8))
    loft.fault = SendingError("Bồ câu lạc đường.")
    moment, tried = clock(8), []
    for _minute in range(200):
        before = Delivery.objects.get().tries
        operations.send_due(at=moment)
        tried += [(moment - clock(8)) // MINUTE] if Delivery.objects.get().tries > before else []
        moment += MINUTE
    one = Delivery.objects.get()
    assert (tried, one.state, one.error) == ([0, 1, 6, 21, 81], "GIVEN_UP", "Bồ câu lạc đường.")
    loft.fault = None
    assert operations.retry(actor=administrator, at=clock(12)) == 1
    assert operations.send_due(at=clock(12)) == 1
    assert audited("notifications.retry") == [{"deliveries": 1}]


def test_final_refusal_and_channel_that_is_gone_are_given_up_at_once(loft: Loft, lan: User) -> None:
    operations.notify(menu("1"), [lan], at=clock(8))
    loft.fault = SendingError("Không có người này.", is_final=True)
    operations.send_due(at=clock(8))
    make_delivery(make_notification(lan, "2", at=clock(8)), "DRUM")
    operations.send_due(at=clock(8, 1))
    errors = Delivery.objects.order_by("pk").values_list("state", "error")
    assert list(errors) == [("GIVEN_UP", "Không có người này."), ("GIVEN_UP", "Kênh này không còn được cài đặt.")]


def test_worker_killed_while_sending_leaves_it_to_the_next_when_the_lease_ends(loft: Loft, lan: User) -> None:
    """At least once: whether the far end had it already, nobody knows."""
    operations.notify(menu(), [lan], at=clock(8))
    assert len(take_due(RULE, at=clock(8))) == 1
    assert operations.send_due(at=clock(8, RULE.lease_minutes - 1)) == 0
    assert operations.send_due(at=clock(8, RULE.lease_minutes)) == 1
    assert (states(), Delivery.objects.get().tries) == (["SENT"], 2)


def test_message_that_kills_every_worker_is_given_up(loft: Loft, lan: User) -> None:
    operations.notify(menu(), [lan], at=clock(8))
    for hour in range(RULE.tries):
        assert len(take_due(RULE, at=clock(8 + hour))) == 1
    assert take_due(RULE, at=clock(20)) == []
    assert states() == ["GIVEN_UP"]


@pytest.mark.django_db(transaction=True)
def test_two_workers_never_send_one_twice(loft: Loft, lan: User) -> None:
    people = [make_account(f"nguoi{i}") for i in range(20)]
    operations.notify(menu(), people, at=clock(8))
    at_once(*[partial(operations.send_due, at=clock(8))] * 2)
    assert sorted(who for who, _text in loft.brought) == sorted(one.username for one in people)


def test_email_goes_by_the_mail_server(loft: Loft, lan: User, minh: User, settings: Any) -> None:
    settings.EMAIL_HOST, settings.DEFAULT_FROM_EMAIL = "mail.example", "vungxanh@example.vn"
    for user in (lan, minh):
        operations.choose(
            user, {("canteen.menu", "PIGEON"): False, ("canteen.menu", "EMAIL"): True}, NIGHT, at=clock(7)
        )
    operations.notify(menu(), [lan, minh], at=clock(8))
    assert operations.send_due(at=clock(8)) == 1, "without an address nothing is sent"
    [letter] = mail.outbox
    assert (letter.to, letter.from_email, letter.subject) == (["lan@example.vn"], "vungxanh@example.vn", "Vùng Xanh")
    assert "Ánh" not in letter.body


def test_text_is_one_whole_file_for_the_gateway(loft: Loft, settings: Any, tmp_path: Path) -> None:
    settings.HOME, settings.TEXT_GATEWAY = tmp_path, "file"
    lan = make_account("lan2", phone="+84912345678")
    operations.choose(lan, {("canteen.menu", "TEXT"): True, ("canteen.menu", "PIGEON"): False}, NIGHT, at=clock(7))
    operations.notify(menu(), [lan], at=clock(8))
    assert operations.send_due(at=clock(8)) == 1
    [file] = text_folder().iterdir()
    assert json.loads(file.read_text(encoding="utf-8")) == {
        "id": Delivery.objects.get().pk,
        "to": "+84912345678",
        "text": "Có việc cần xem. Mở Vùng Xanh để đọc.",
    }
    assert (file.stat().st_mode & 0o077, text_folder().stat().st_mode & 0o077) == (0, 0)


def test_folder_that_cannot_be_written_is_a_failure_in_words(loft: Loft, settings: Any, tmp_path: Path) -> None:
    (tmp_path / "outgoing").write_text("no folder")
    settings.HOME, settings.TEXT_GATEWAY = tmp_path, "file"
    make_delivery(make_notification(make_account("lan2", phone="+84912345678"), at=clock(8)), "TEXT")
    assert operations.send_due(at=clock(8)) == 0
    assert Delivery.objects.get().error.startswith("Không ghi được tệp")


# --- Keeping ---------------------------------------------------------------------------------------------------------
def test_old_notifications_are_erased_with_what_was_sent_and_written_down(loft: Loft, lan: User) -> None:
    old = clock(8) - datetime.timedelta(days=RULE.keep_days)
    for key, at in (("1", old - MINUTE * 600), ("2", old + MINUTE * 600)):
        make_delivery(make_notification(lan, key, at=at))
    assert [operations.erase_old(at=clock(8)) for _run in range(2)] == [1, 0]
    assert Notification.objects.get().key == "2"
    assert Delivery.objects.count() == 1
    assert audited("notifications.erase") == [{"notifications": 1, "texts": 0}]
