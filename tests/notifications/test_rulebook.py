"""When something is sent: quiet hours over midnight or not, one message in a while, once a day, and after a failure."""

import datetime

import pytest

from tests.factories.risk import MONDAY, clock
from vungxanh.notifications.rulebook import SENDING, Times

RULE = SENDING.current().in_force(MONDAY)
TUESDAY = MONDAY + datetime.timedelta(days=1)
NIGHT, NONE = Times(datetime.time(22), datetime.time(6)), Times(datetime.time(8), datetime.time(8))
NOON, DIGEST = Times(datetime.time(11), datetime.time(13)), Times(datetime.time(22), datetime.time(6), True)

# When it happened, how the recipient wishes to be told, urgent or not, the last message, and when it is sent.
STORIES = [
    (clock(14), NIGHT, False, None, clock(14)),
    (clock(21, 59), NIGHT, False, None, clock(21, 59)),
    (clock(22), NIGHT, False, None, clock(6, day=TUESDAY)),
    (clock(23, 30), NIGHT, True, None, clock(23, 30)),
    (clock(5, 59), NIGHT, False, None, clock(6)),
    (clock(6), NIGHT, False, None, clock(6)),
    (clock(23), NONE, False, None, clock(23)),
    (clock(12), NOON, False, None, clock(13)),
    (clock(14), NIGHT, False, clock(13, 55), clock(14, 10)),
    (clock(14), NIGHT, True, clock(13, 55), clock(14)),
    (clock(21, 55), NIGHT, False, clock(21, 50), clock(6, day=TUESDAY)),
    (clock(6, 30), DIGEST, False, None, clock(7)),
    (clock(14), DIGEST, False, None, clock(7, day=TUESDAY)),
    (clock(14), DIGEST, True, None, clock(14)),
]


@pytest.mark.parametrize(("at", "times", "is_urgent", "last", "expected"), STORIES)
def test_story_of_a_sending(
    at: datetime.datetime,
    times: Times,
    is_urgent: bool,
    last: datetime.datetime | None,
    expected: datetime.datetime,
) -> None:
    assert RULE.send_at(at, times, is_urgent=is_urgent, last_sent=last) == expected


def test_waits_grow_and_end() -> None:
    waits = [RULE.next_try(clock(14), tries=tries) for tries in range(1, 6)]
    assert waits == [clock(14, 1), clock(14, 5), clock(14, 15), clock(15), None]
