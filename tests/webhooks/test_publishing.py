"""Events are written with what they tell of, for those who want them, and cost nobody who waits."""

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from tests.factories.risk import MONDAY, clock, make_unit
from tests.factories.webhooks import make_subscription, tell
from tests.webhooks.conftest import House
from vungxanh.webhooks.events import Event, UnknownEventError
from vungxanh.webhooks.models import Subscription, WebhookDelivery
from vungxanh.webhooks.operations import publish

pytestmark = pytest.mark.django_db


def told() -> list[tuple[str, str]]:
    rows = WebhookDelivery.objects.order_by("subscription__name", "pk")
    return list(rows.values_list("subscription__name", "unit__code"))


def test_each_gets_what_it_wants_of_its_part_of_the_tree(house: House) -> None:
    team = make_unit("A-1", house.a)
    make_subscription(house.root, house.admin, name="1 cả sở")
    make_subscription(house.a, house.admin, name="2 của A")
    make_subscription(house.b, house.admin, name="3 của B")
    make_subscription(house.root, house.admin, name="4 việc khác", events=["canteen.closed"])
    make_subscription(house.root, house.admin, name="5 đã thôi", state="ENDED", ended_at=clock(8))
    make_subscription(house.a, house.admin, name="6 tạm dừng", state="PAUSED")
    assert (tell(team, "1"), tell(house.root, "2")) == (3, 1)
    assert told() == [("1 cả sở", "A-1"), ("1 cả sở", "SNN"), ("2 của A", "A-1"), ("6 tạm dừng", "A-1")]


def test_the_same_event_again_writes_nothing_new(house: House) -> None:
    make_subscription(house.root, house.admin)
    make_subscription(house.root, house.admin, name="Nơi khác")
    tell(house.a)
    tell(house.a)
    assert WebhookDelivery.objects.count() == 2
    assert len(set(WebhookDelivery.objects.values_list("key", flat=True))) == 2
    tell(house.a, "2")
    assert WebhookDelivery.objects.count() == 4


def test_it_is_written_with_what_it_tells_of_or_not_at_all(house: House) -> None:
    make_subscription(house.root, house.admin)
    with transaction.atomic():
        tell(house.a)
        transaction.set_rollback(True)
    assert told() == []


def test_an_event_of_no_type_is_refused(house: House) -> None:
    make_subscription(house.root, house.admin)
    with pytest.raises(UnknownEventError):
        publish(lambda _tree: [Event("canteen.burnt", "1", house.a.pk, {})], day=MONDAY, at=clock(12))


def test_a_unit_that_is_no_more_that_day_is_told_of_to_nobody(house: House) -> None:
    make_subscription(house.root, house.admin)
    assert publish(lambda _tree: [Event("canteen.opened", "1", 10**9, {})], day=MONDAY, at=clock(12)) == 0


def test_without_subscribers_it_is_one_query_and_twenty_cost_as_many_as_one(house: House) -> None:
    with CaptureQueriesContext(
        connection,
    ) as none:
        assert tell(house.a) == 0
    assert len([one for one in none if "SAVEPOINT" not in one["sql"]]) == 1
    make_subscription(house.root, house.admin)
    with CaptureQueriesContext(connection) as one:
        tell(house.a, "1")
    for number in range(19):
        make_subscription(house.root, house.admin, name=f"Nơi {number}")
    with CaptureQueriesContext(connection) as twenty:
        assert tell(house.a, "2") == 20
    assert (len(one), Subscription.objects.count()) == (len(twenty), 20)
