"""Counting tries: for as long as was said since the first one, in the cache of an installation."""

import datetime
from collections.abc import Iterator

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import override_settings

from vungxanh.common import limits
from vungxanh.config.settings import CACHES

pytestmark = pytest.mark.django_db
SECOND = datetime.timedelta(seconds=1)


@pytest.fixture(autouse=True)
def installed() -> Iterator[None]:
    """The cache of an installation, which is not that of the other tests."""
    with override_settings(CACHES=CACHES):
        call_command("createcachetable")
        yield


def test_count_ends_its_seconds_after_the_first_one(monkeypatch: pytest.MonkeyPatch) -> None:
    start = limits.time.time()
    for later in (0, 400, 3500):
        monkeypatch.setattr(limits.time, "time", lambda now=start + later: now)
        limits.count("x", "An", seconds=3600)
        assert limits.seconds_left("x", "An") == pytest.approx(3600 - later)
    assert (limits.tried("x", "An"), limits.tried("x", "Bình"), limits.tried("y", "An")) == (3, 0, 0)
    monkeypatch.setattr(limits.time, "time", lambda: start + 3600)
    assert (limits.tried("x", "An"), limits.seconds_left("x", "An")) == (0, 0)
    assert limits.count("x", "An", seconds=3600) == 1


def test_second_count_does_not_move_the_end() -> None:
    def ends() -> object:
        with connection.cursor() as cursor:
            cursor.execute("SELECT expires FROM cache")
            return cursor.fetchall()

    limits.count("x", "An", seconds=3600)
    [[first]] = ends()
    limits.count("x", "An", seconds=3600)
    [[second]] = ends()
    assert abs(datetime.datetime.fromisoformat(str(second)) - datetime.datetime.fromisoformat(str(first))) <= SECOND


def test_many_that_are_counted_make_nobody_forgotten() -> None:
    limits.count("x", "An", seconds=3600)
    for number in range(700):
        limits.count("x", f"{number}", seconds=3600)
    assert limits.tried("x", "An") == 1
