"""Events to a receiver that fails, hangs, closes, redirects and dies: the same key again, nobody delayed."""

import base64
import datetime
import hashlib
import hmac
import json
import os
import signal
from collections.abc import Callable
from functools import partial

import pytest
from django.db import IntegrityError, connection, transaction
from pytest_django.fixtures import Settings

from tests.factories.receivers import Handler, Receiver, close, drip, hang, receiver, status
from tests.factories.risk import MONDAY, clock
from tests.factories.webhooks import make_subscription, tell
from tests.races import at_once
from tests.webhooks.conftest import House, allow
from vungxanh.audit.models import AuditEvent
from vungxanh.common.posting import Outcome
from vungxanh.notifications.models import Notification
from vungxanh.webhooks.calling import Said
from vungxanh.webhooks.models import Subscription, WebhookDelivery
from vungxanh.webhooks.operations import erase_old, send_due
from vungxanh.webhooks.operations.sending import CLAIMED_FOR, SHARE_SECONDS, claim_due, give_up_unsent, mark
from vungxanh.webhooks.operations.subscriptions import move_subscription, resend
from vungxanh.webhooks.rulebook import LONGEST_CALL, WEBHOOKS

pytestmark = pytest.mark.django_db
PATIENCE = 0.5
STAMP = 1_632_124_200
MINUTE, HOUR = datetime.timedelta(minutes=1), datetime.timedelta(hours=1)
RULE = WEBHOOKS.current().in_force(MONDAY)


def run(at: datetime.datetime) -> int:
    return send_due(at=at, timestamp=STAMP, seconds=PATIENCE)


def states() -> list[tuple[str, int]]:
    return list(WebhookDelivery.objects.order_by("pk").values_list("state", "tries"))


def ids(there: Receiver) -> list[str]:
    return [one.headers["webhook-id"] for one in there.requests]


def is_signed(headers: dict[str, str], body: bytes, secret: str) -> bool:
    """As whoever receives it would write it, from the specification alone."""
    key = base64.b64decode(secret.split("_", 1)[1])
    signed = b".".join([headers["webhook-id"].encode(), headers["webhook-timestamp"].encode(), body])
    expected = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    return any(one == f"v1,{expected}" for one in headers["webhook-signature"].split(" "))


def test_what_is_sent_is_signed_and_says_what_happened_when(house: House, there: Receiver) -> None:
    subscription = make_subscription(house.root, house.admin, there.url)
    tell(house.a)
    assert (run(clock(12, 1)), run(clock(12, 2))) == (1, 0)
    [request] = there.requests
    assert json.loads(request.body) == {
        "type": "canteen.opened",
        "timestamp": "2021-09-20T12:00:00+07:00",
        "sequence": 1,
        "data": {"seats": 40},
    }
    assert request.headers["webhook-timestamp"] == str(STAMP)
    assert is_signed(request.headers, request.body, subscription.secret)
    assert not is_signed(request.headers, request.body + b" ", subscription.secret)
    assert not is_signed(request.headers | {"webhook-id": "1"}, request.body, subscription.secret)
    delivery = WebhookDelivery.objects.get()
    assert (delivery.state, delivery.tries, delivery.last_status) == ("DELIVERED", 1, 204)
    assert ids(there) == [str(delivery.key)]


@pytest.mark.parametrize(
    ("behaviour", "words", "code"),
    [
        (status(500), "Nơi nhận trả lời 500.", 500),
        (status(503), "Nơi nhận trả lời 503.", 503),
        (status(429), "Nơi nhận trả lời 429.", 429),
        (status(400, b"<script>no</script>"), "Nơi nhận trả lời 400.", 400),
        (status(404), "Nơi nhận trả lời 404.", 404),
        (status(302, Location="http://127.0.0.1:1/khac"), "chuyển sang địa chỉ khác", 302),
        (hang, "quá thời gian chờ", None),
        (drip, "quá thời gian chờ", None),
        (close, "Không có trả lời", None),
    ],
)
def test_what_did_not_work_is_tried_again_with_the_same_key_and_body(
    house: House, there: Receiver, behaviour: Callable[[Handler], None], words: str, code: int | None
) -> None:
    there.behaviours = [behaviour]
    make_subscription(house.root, house.admin, there.url)
    tell(house.a)
    assert run(clock(12, 1)) == 0
    delivery = WebhookDelivery.objects.get()
    assert (delivery.state, words in delivery.last_error, delivery.last_status) == ("FAILED", True, code)
    assert MINUTE <= delivery.next_at - clock(12, 1) < 1.1 * MINUTE
    assert (run(clock(12, 1)), run(clock(12, 3))) == (0, 1)
    assert (states(), len(there.requests), len(set(ids(there)))) == ([("DELIVERED", 2)], 2, 1)
    assert len({one.body for one in there.requests}) == 1
    subscription = Subscription.objects.get()
    assert (subscription.failing_since, subscription.silences, subscription.rests_until) == (None, 0, None)


def test_an_answer_that_comes_after_the_time_is_none(house: House, there: Receiver) -> None:
    def late(handler: Handler) -> None:
        there.is_over.wait(PATIENCE * 2)
        handler.answer(200)

    there.behaviours = [late]
    make_subscription(house.root, house.admin, there.url)
    tell(house.a)
    assert (run(clock(12, 1)), states()) == (0, [("FAILED", 1)])


def test_a_dead_subscriber_takes_nobodys_turn(house: House, there: Receiver, settings: Settings) -> None:
    """The dead one was there first and has more waiting; the next time it does not even come first."""
    with receiver() as dead:
        dead.usual = hang
        allow(settings, there, dead)
        make_subscription(house.root, house.admin, dead.url, name="Chết")
        make_subscription(house.root, house.admin, there.url, name="Sống")
        for number in range(5):
            tell(house.a, str(number))
        assert (run(clock(12, 1)), len(there.requests), len(dead.requests)) == (5, 5, 1)
        waiting = WebhookDelivery.objects.filter(subscription__name="Chết")
        assert sorted(waiting.values_list("state", "tries")) == [("FAILED", 1), *[("WAITING", 0)] * 4]
        assert (run(clock(12, 1)), len(dead.requests)) == (0, 1)
        tell(house.a, "neu")
        order: list[str] = []
        there.usual = lambda handler: (order.append("Sống"), handler.answer(204))[1]  # type: ignore[func-returns-value]
        dead.usual = lambda handler: (order.append("Chết"), hang(handler))[1]  # type: ignore[func-returns-value]
        assert (run(clock(12, 3)), order) == (1, ["Sống", "Chết"])


def test_a_silent_one_is_left_alone_longer_and_longer_with_everything_that_waits(house: House, there: Receiver) -> None:
    there.usual = close
    make_subscription(house.root, house.admin, there.url)
    for number in range(3):
        tell(house.a, str(number))
    now, pauses = clock(12, 1), []
    for _turn in range(4):
        run(now)
        rests_until = Subscription.objects.get().rests_until
        assert rests_until
        pauses.append(round((rests_until - now) / MINUTE))
        now = rests_until
    assert (pauses, len(there.requests)) == (list(RULE.retry_minutes[:4]), 4)
    # Whichever hangs does not stand in the way of the others: each had its turn.
    assert sorted(tries for _state, tries in states()) == [1, 1, 2]
    there.usual = status(204)
    assert run(now) >= 1


def test_one_that_is_refused_does_not_hold_back_the_others(house: House, there: Receiver) -> None:
    there.behaviours = [status(400)]
    make_subscription(house.root, house.admin, there.url)
    for number in range(3):
        tell(house.a, str(number))
    assert (run(clock(12, 1)), states()) == (2, [("FAILED", 1), ("DELIVERED", 1), ("DELIVERED", 1)])
    assert [json.loads(one.body)["sequence"] for one in there.requests] == [1, 2, 3]


def test_pauses_grow_as_the_rule_says_and_the_last_try_comes_after_the_time(house: House, there: Receiver) -> None:
    there.usual = status(400)
    make_subscription(house.root, house.admin, there.url)
    tell(house.a)
    delivery, now, pauses = WebhookDelivery.objects.get(), clock(12, 1), []
    while delivery.state != "GIVEN_UP":
        # Something else goes through meanwhile, so that the subscriber itself is well.
        Subscription.objects.update(failing_since=None)
        run(now)
        delivery.refresh_from_db()
        pauses.append(round((delivery.next_at - now) / MINUTE))
        now = delivery.next_at + MINUTE
    steps = list(RULE.retry_minutes)
    assert (pauses[: len(steps)], set(pauses[len(steps) : -1])) == (steps, {steps[-1]})
    assert (delivery.last_error, now > delivery.give_up_at) == ("Nơi nhận trả lời 400.", True)


def test_whoever_is_gone_is_switched_off_at_once_and_the_administrators_are_told(house: House, there: Receiver) -> None:
    there.behaviours = [status(410)]
    make_subscription(house.a, house.admin, there.url)
    tell(house.a, "1")
    tell(house.a, "2")
    assert (run(clock(12, 1)), len(there.requests)) == (0, 1)
    subscription = Subscription.objects.get()
    assert (subscription.state, subscription.disabled_for) == ("DISABLED", "GONE")
    assert states() == [("FAILED", 1), ("WAITING", 0)]
    told = Notification.objects.filter(topic="webhooks.subscriber_off")
    assert {one.recipient.username for one in told} == {"quantri", "quantri_a"}
    assert str(subscription.pk) in told[0].address
    assert AuditEvent.objects.get(action="webhooks.disable").detail["reason"] == "GONE"
    assert (run(clock(12, 10)), len(there.requests)) == (0, 1)
    move_subscription(subscription, "resume", actor=house.local, at=clock(13))
    assert (run(clock(13, 1)), states()) == (2, [("DELIVERED", 2), ("DELIVERED", 1)])
    assert {one.settled_at for one in told.all()} == {clock(13)}


def test_what_fails_for_as_long_as_the_rule_says_is_switched_off(house: House, there: Receiver) -> None:
    there.usual = status(500)
    make_subscription(house.root, house.admin, there.url)
    tell(house.a)
    run(clock(12, 1))
    hours = RULE.disable_after_hours
    run(clock(12) + hours * HOUR)
    assert Subscription.objects.get().state == "ACTIVE"
    run(clock(12, 2) + (hours + 3) * HOUR)
    subscription = Subscription.objects.get()
    assert (subscription.state, subscription.disabled_for) == ("DISABLED", "FAILING")
    # What comes meanwhile is kept, what is older than the rule lets it is given up, and goes again if asked for.
    tell(house.a, "later")
    WebhookDelivery.objects.filter(tries=0).update(give_up_at=clock(12) + 30 * 24 * HOUR)
    assert give_up_unsent(at=clock(12) + RULE.give_up_hours * HOUR + HOUR) == 1
    assert [state for state, _tries in states()] == ["GIVEN_UP", "WAITING"]
    there.usual = status(204)
    later = clock(12) + (RULE.give_up_hours + 2) * HOUR
    move_subscription(subscription, "resume", actor=house.admin, at=later)
    assert (resend(subscription, actor=house.admin, at=later), run(later)) == (1, 2)


def test_paused_means_kept(house: House, there: Receiver) -> None:
    subscription = make_subscription(house.root, house.admin, there.url)
    move_subscription(subscription, "pause", actor=house.admin, at=clock(11))
    tell(house.a)
    assert (run(clock(12, 1)), states()) == (0, [("WAITING", 0)])
    move_subscription(subscription, "resume", actor=house.admin, at=clock(13))
    assert run(clock(13, 1)) == 1


def test_both_secrets_sign_until_the_old_one_is_over(house: House, there: Receiver) -> None:
    old = make_subscription(house.root, house.admin).secret
    Subscription.objects.all().update(
        url=there.url, secret=f"whsec_{base64.b64encode(b'neu').decode()}", old_secret=old, old_secret_until=clock(13)
    )
    new = Subscription.objects.get().secret
    tell(house.a, "1")
    run(clock(12, 59))
    tell(house.a, "2")
    run(clock(13))
    first, second = there.requests
    assert [is_signed(first.headers, first.body, one) for one in (new, old)] == [True, True]
    assert [is_signed(second.headers, second.body, one) for one in (new, old)] == [True, False]
    assert [len(one.headers["webhook-signature"].split(" ")) for one in there.requests] == [2, 1]
    erase_old(at=clock(2, 35, MONDAY + datetime.timedelta(days=1)))
    subscription = Subscription.objects.get()
    assert (subscription.old_secret, subscription.old_secret_until, subscription.secret) == ("", None, new)


def test_what_was_received_or_given_up_is_erased_after_its_days_and_what_waits_stays(
    house: House, there: Receiver
) -> None:
    make_subscription(house.root, house.admin, there.url)
    tell(house.a, "1")
    run(clock(12, 1))
    tell(house.a, "2")
    last_day = MONDAY + datetime.timedelta(days=RULE.keep_days)
    assert erase_old(at=clock(2, 35, last_day)) == 0
    assert erase_old(at=clock(2, 35, last_day + datetime.timedelta(days=1))) == 1
    assert states() == [("WAITING", 0)]
    assert AuditEvent.objects.get(action="webhooks.erase").detail == {"deliveries": 1, "secrets": 0}


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_never_send_one_twice(house: House, there: Receiver) -> None:
    for number in range(3):
        make_subscription(house.root, house.admin, there.url, name=f"Nơi {number}")
    for number in range(8):
        tell(house.a, str(number))
    at_once(*[partial(run, clock(12, 1))] * 2)
    run(clock(12, 2))
    assert (len(ids(there)), len(set(ids(there)))) == (24, 24)
    assert set(states()) == {("DELIVERED", 1)}
    numbers = WebhookDelivery.objects.order_by("subscription", "sequence").values_list("sequence", flat=True)
    assert list(numbers) == [*range(1, 9)] * 3


@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_between_sending_and_marking_sends_the_same_key_again(house: House, there: Receiver) -> None:
    make_subscription(house.root, house.admin, there.url)
    tell(house.a)
    connection.close()
    child = os.fork()
    if child == 0:
        run(clock(12, 1))
        os._exit(0)

    def kill(_handler: Handler) -> None:
        os.kill(child, signal.SIGKILL)

    there.behaviours = [kill]
    assert os.waitpid(child, 0)[1] == signal.SIGKILL
    assert (states(), len(there.requests)) == ([("WAITING", 1)], 1)
    assert run(clock(12, 3)) == 0
    assert run(clock(12, 1) + CLAIMED_FOR + MINUTE) == 1
    assert (states(), len(set(ids(there)))) == ([("DELIVERED", 2)], 1)
    assert len({one.body for one in there.requests}) == 1


def test_a_claim_outlives_whatever_may_be_done_under_it(house: House) -> None:
    subscription = make_subscription(house.root, house.admin)
    tell(house.a)
    assert len(claim_due(subscription.pk, at=clock(12, 1))[1]) == 1
    assert claim_due(subscription.pk, at=clock(12, 2))[1] == []
    assert len(claim_due(subscription.pk, at=clock(12, 1) + CLAIMED_FOR)[1]) == 1
    assert CLAIMED_FOR.total_seconds() > SHARE_SECONDS + 3 * LONGEST_CALL


def test_the_answer_of_a_worker_that_was_taken_for_dead(house: House) -> None:
    """It counts where the subscriber has it; a failure of it changes nothing for the one who tries now."""
    subscription = make_subscription(house.root, house.admin)
    tell(house.a)
    [early] = claim_due(subscription.pk, at=clock(12, 1))[1]
    [late] = claim_due(subscription.pk, at=clock(12, 1) + CLAIMED_FOR)[1]
    assert mark(early, Said(Outcome.FAILED, 500, "x"), at=clock(12, 7), rule=RULE) is False
    assert states() == [("WAITING", 2)]
    mark(early, Said(Outcome.SENT, 204), at=clock(12, 7), rule=RULE)
    mark(late, Said(Outcome.FAILED, 500, "x"), at=clock(12, 8), rule=RULE)
    assert states() == [("DELIVERED", 2)]


@pytest.mark.parametrize(
    "values",
    [
        {"state": "DELIVERED"},
        {"state": "GIVEN_UP"},
        {"delivered_at": clock(12)},
        {"sequence": 1},
    ],
)
def test_what_the_database_holds(house: House, values: dict[str, object]) -> None:
    make_subscription(house.root, house.admin)
    tell(house.a, "1")
    tell(house.a, "2")
    with pytest.raises(IntegrityError), transaction.atomic():
        WebhookDelivery.objects.update(**values)


@pytest.mark.parametrize(
    "values",
    [{"name": ""}, {"state": "DISABLED"}, {"state": "ENDED"}, {"disabled_at": clock(12)}, {"ended_at": clock(12)}],
)
def test_what_the_database_holds_of_a_subscription(house: House, values: dict[str, object]) -> None:
    make_subscription(house.root, house.admin)
    with pytest.raises(IntegrityError), transaction.atomic():
        Subscription.objects.update(**values)
