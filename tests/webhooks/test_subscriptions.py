"""What an administrator does with a subscription: who may, what is refused, what is written down, what stays secret."""

import base64
import datetime
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.db import connection
from pytest_django.fixtures import Settings

from tests.factories.receivers import Receiver, status
from tests.factories.risk import MONDAY, clock, make_user
from tests.factories.webhooks import TYPE, make_subscription, tell
from tests.webhooks.conftest import House
from vungxanh.accounts.models import User
from vungxanh.audit.models import AuditEvent
from vungxanh.common.connections import Moment
from vungxanh.common.posting import Outcome
from vungxanh.common.workflow import NoSuchMoveError
from vungxanh.organization.enums import Role
from vungxanh.webhooks.enums import DeliveryState, SubscriptionState
from vungxanh.webhooks.models import Subscription, WebhookDelivery
from vungxanh.webhooks.operations import subscriptions as operations
from vungxanh.webhooks.operations.subscriptions import SubscriptionError, Wanted
from vungxanh.webhooks.rulebook import WEBHOOKS
from vungxanh.webhooks.workflow import DELIVERY, SUBSCRIPTION

pytestmark = pytest.mark.django_db
NOON = clock(12)
RULE = WEBHOOKS.current().in_force(MONDAY)


@pytest.fixture(autouse=True)
def untried() -> None:
    cache.clear()


def wanted(house: House, there: Receiver, **more: Any) -> Wanted:
    values = {"name": " Nền tảng  dữ liệu ", "url": there.url, "events": (TYPE.code,), "unit_id": house.root.pk}
    return Wanted(**{**values, **more})


def create(house: House, there: Receiver, actor: User | None = None, **more: Any) -> operations.Made:
    return operations.create_subscription(
        uuid.uuid4(), wanted(house, there, **more), actor=actor or house.admin, at=NOON
    )


def trail() -> str:
    return " ".join(f"{one.action} {one.subject_name} {one.detail}" for one in AuditEvent.objects.all())


def test_states_are_those_that_are_stored() -> None:
    assert list(SUBSCRIPTION.states) == SubscriptionState.values
    assert list(DELIVERY.states) == DeliveryState.values
    cells = {(move.start, move.verb, move.end) for move in SUBSCRIPTION.moves}
    assert {one for one in cells if one[0] != one[2]} == {
        ("", "create", "ACTIVE"),
        ("ACTIVE", "pause", "PAUSED"),
        ("PAUSED", "resume", "ACTIVE"),
        ("ACTIVE", "disable", "DISABLED"),
        ("DISABLED", "resume", "ACTIVE"),
        *((state, "end", "ENDED") for state in ("ACTIVE", "PAUSED", "DISABLED")),
    }
    assert SUBSCRIPTION.final_states == ("ENDED",)
    with pytest.raises(NoSuchMoveError):
        SUBSCRIPTION.find("ENDED", "rotate")


def test_the_secret_is_given_once_and_kept_encrypted(house: House, there: Receiver) -> None:
    made, secret = create(house, there)
    assert (made.name, made.state, made.events) == ("Nền tảng dữ liệu", "ACTIVE", [TYPE.code])
    assert (secret.startswith("whsec_"), len(base64.b64decode(secret[6:]))) == (True, 32)
    assert Subscription.objects.get().secret == secret
    with connection.cursor() as cursor:
        cursor.execute("SELECT secret, url FROM webhooks_subscription")
        row = [bytes(value) for value in cursor.fetchone()]
    assert not any(word in value for value in row for word in (secret.encode(), there.url.encode()))
    assert AuditEvent.objects.get(action="webhooks.create_subscription").unit_id == house.root.pk
    assert (secret in trail(), there.url in trail()) == (False, False)


def test_the_same_page_sent_twice_is_one_subscription_and_shows_no_secret_again(house: House, there: Receiver) -> None:
    key = uuid.uuid4()
    first, second = (
        operations.create_subscription(key, wanted(house, there), actor=house.admin, at=NOON) for _turn in range(2)
    )
    assert (first.subscription, second.secret, Subscription.objects.count()) == (second.subscription, "", 1)
    with pytest.raises(SubscriptionError):
        operations.create_subscription(key, wanted(house, there, unit_id=house.a.pk), actor=house.local, at=NOON)


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"name": "  "}, "ghi tên"),
        ({"events": ()}, "ít nhất một"),
        ({"events": (TYPE.code, "canteen.burnt")}, "ít nhất một"),
        ({"url": "https://127.0.0.1/"}, "không công khai"),
        ({"url": "http://169.254.169.254/latest"}, "https://"),
        ({"url": "https://ten:mat@nhan.vn/"}, "tên và mật khẩu"),
    ],
)
def test_what_is_refused_leaves_nothing(house: House, there: Receiver, more: dict[str, Any], words: str) -> None:
    with pytest.raises(SubscriptionError, match=words):
        create(house, there, **more)
    subscription = make_subscription(house.root, house.admin)
    with pytest.raises(SubscriptionError, match=words):
        operations.change_subscription(subscription, wanted(house, there, **more), actor=house.admin, at=NOON)
    assert (Subscription.objects.get().host, AuditEvent.objects.count()) == ("nhan.example:443", 0)


def test_there_are_no_more_than_the_rule_says_ended_ones_aside(house: House, there: Receiver) -> None:
    for number in range(RULE.most_subscriptions):
        make_subscription(house.root, house.admin, name=str(number))
    with pytest.raises(SubscriptionError, match=str(RULE.most_subscriptions)):
        create(house, there)
    operations.move_subscription(Subscription.objects.order_by("pk")[0], "end", actor=house.admin, at=NOON)
    assert create(house, there).secret


def test_whoever_administers_a_part_keeps_those_of_the_part(house: House, there: Receiver) -> None:
    office = make_user("vanphong", Role.OFFICE, house.root)
    whole, part = make_subscription(house.root, house.admin), make_subscription(house.a, house.admin)
    doings: list[Callable[[Subscription, User], object]] = [
        lambda one, user: operations.move_subscription(one, "pause", actor=user, at=NOON),
        lambda one, user: operations.rotate_secret(one, 1, actor=user, at=NOON),
        lambda one, user: operations.resend(one, actor=user, at=NOON),
        lambda one, user: operations.ping(one, actor=user, moment=Moment(NOON, NOON)),
        lambda one, user: operations.change_subscription(
            one, wanted(house, there, unit_id=one.unit_id), actor=user, at=NOON
        ),
    ]
    for do in doings:
        for one, user in ((whole, office), (whole, house.local), (part, office)):
            with pytest.raises(PermissionDenied):
                do(one, user)
        do(part, house.local)
    # Nor is a subscription of the part turned into one of more.
    with pytest.raises(PermissionDenied):
        operations.change_subscription(part, wanted(house, there), actor=house.local, at=NOON)
    with pytest.raises(PermissionDenied):
        create(house, there, house.local)
    assert create(house, there, house.local, unit_id=house.a.pk).secret


def test_a_change_is_written_down_without_the_address(house: House, there: Receiver) -> None:
    subscription = make_subscription(house.root, house.admin, "https://nhan.example/hook?token=bi-mat")
    operations.change_subscription(subscription, wanted(house, there, unit_id=house.a.pk), actor=house.admin, at=NOON)
    detail = AuditEvent.objects.get(action="webhooks.change_subscription").detail
    assert (detail["before"]["unit"], detail["after"]["unit"]) == (house.root.pk, house.a.pk)
    assert (detail["address_changed"], "bi-mat" in trail()) == (True, False)
    assert Subscription.objects.get().secret == subscription.secret


def test_a_secret_is_changed_once_by_one_tap(house: House) -> None:
    subscription = make_subscription(house.root, house.admin)
    secret = operations.rotate_secret(subscription, 1, actor=house.admin, at=NOON)
    with pytest.raises(SubscriptionError, match="vừa được đổi"):
        operations.rotate_secret(subscription, 1, actor=house.admin, at=NOON)
    now = Subscription.objects.get()
    assert (now.secret, now.old_secret, now.secret_version) == (secret, subscription.secret, 2)
    assert now.old_secret_until == NOON + datetime.timedelta(hours=RULE.overlap_hours)
    third = operations.rotate_secret(subscription, 2, actor=house.admin, at=NOON)
    assert Subscription.objects.get().old_secret == secret
    assert not any(one in trail() for one in (secret, third, subscription.secret))
    assert AuditEvent.objects.filter(action="webhooks.rotate_secret").count() == 2


def test_an_ended_one_forgets_its_secret_and_what_waited(house: House) -> None:
    subscription = make_subscription(house.root, house.admin)
    tell(house.a)
    operations.move_subscription(subscription, "end", actor=house.admin, at=NOON)
    ended, delivery = Subscription.objects.get(), WebhookDelivery.objects.get()
    assert (ended.state, ended.secret, delivery.state) == ("ENDED", "", "GIVEN_UP")
    for verb in ("pause", "resume", "end"):
        with pytest.raises(SubscriptionError, match="đã kết thúc"):
            operations.move_subscription(subscription, verb, actor=house.admin, at=NOON)
    with pytest.raises(SubscriptionError):
        operations.resend(subscription, actor=house.admin, at=NOON)
    with pytest.raises(SubscriptionError):
        operations.rotate_secret(subscription, 1, actor=house.admin, at=NOON)


def test_one_or_all_that_were_given_up_go_again_with_their_keys(house: House) -> None:
    subscription = make_subscription(house.root, house.admin)
    for number in range(3):
        tell(house.a, str(number))
    WebhookDelivery.objects.update(state="GIVEN_UP", last_error="x", tries=7)
    keys = list(WebhookDelivery.objects.order_by("pk").values_list("key", flat=True))
    at = NOON + datetime.timedelta(days=5)
    assert operations.resend(subscription, actor=house.admin, at=at, only=keys[1]) == 1
    assert list(WebhookDelivery.objects.order_by("pk").values_list("state", "tries")) == [
        ("GIVEN_UP", 7),
        ("WAITING", 0),
        ("GIVEN_UP", 7),
    ]
    assert [operations.resend(subscription, actor=house.admin, at=at) for _turn in range(2)] == [2, 0]
    assert set(WebhookDelivery.objects.values_list("key", flat=True)) == set(keys)
    assert {one.give_up_at for one in WebhookDelivery.objects.all()} == {at + RULE.give_up_after}
    assert AuditEvent.objects.filter(action="webhooks.resend").count() == 2


def test_a_trial_says_what_became_of_it_and_does_so_a_few_times_only(
    house: House, there: Receiver, settings: Settings
) -> None:
    made, _secret = create(house, there)
    moment = Moment(NOON, NOON)
    said = operations.ping(made, actor=house.admin, moment=moment)
    assert (said.outcome, there.requests[0].payload["type"]) == (Outcome.SENT, "webhook.ping")
    there.behaviours = [status(500)]
    assert operations.ping(made, actor=house.admin, moment=moment).words == "Nơi nhận trả lời 500."
    # A trial switches nobody off.
    there.behaviours = [status(410)]
    operations.ping(made, actor=house.admin, moment=moment)
    assert (Subscription.objects.get().state, WebhookDelivery.objects.count()) == ("ACTIVE", 0)
    for _turn in range(3):
        operations.ping(made, actor=house.admin, moment=moment)
    with pytest.raises(SubscriptionError, match="quá nhiều"):
        operations.ping(made, actor=house.admin, moment=moment)
    trials = AuditEvent.objects.filter(action="webhooks.ping").order_by("pk")
    assert [(one.detail["through"], one.detail["status"]) for one in trials][:2] == [(True, 204), (False, 500)]
    # What is inside and no setting names any more is not spoken to, though it was kept once.
    cache.clear()
    settings.WEBHOOK_INTERNAL_HOSTS = []
    count = len(there.requests)
    assert operations.ping(made, actor=house.admin, moment=moment).outcome == Outcome.SILENT
    assert len(there.requests) == count
