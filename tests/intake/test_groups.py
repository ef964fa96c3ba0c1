"""Group commit by itself: who is written with whom, and who is told to come again."""

import asyncio
import threading
from collections.abc import Callable, Sequence
from typing import Any

from vungxanh.intake.groups import AT_ONCE, FullError, Groups, LostError


class PanicError(BaseException):
    """As polars raises where its own code fails."""


class Slow:
    """A commit that waits until it may go on."""

    def __init__(self) -> None:
        self.groups: list[list[int]] = []
        self.may_go_on = threading.Event()

    def __call__(self, group: Sequence[int]) -> list[int]:
        self.groups.append(list(group))
        assert self.may_go_on.wait(10)
        return [-one for one in group]


def test_what_arrives_while_a_group_is_written_makes_the_next() -> None:
    slow = Slow()

    async def run() -> list[int]:
        groups: Groups[int, int] = Groups(slow)
        first = asyncio.create_task(groups.take(0))
        await asyncio.to_thread(until, lambda: bool(slow.groups))
        rest = [asyncio.create_task(groups.take(number)) for number in range(1, AT_ONCE + 3)]
        await asyncio.sleep(0)
        slow.may_go_on.set()
        return await asyncio.gather(first, *rest)

    assert asyncio.run(run()) == [-number for number in range(AT_ONCE + 3)]
    assert list(map(len, slow.groups)) == [1, AT_ONCE, 2]


def test_what_counts_for_more_goes_with_fewer_and_one_that_is_over_the_bound_goes_alone() -> None:
    slow = Slow()
    slow.may_go_on.set()
    weights = [1, AT_ONCE - 1, 1, AT_ONCE + 1, AT_ONCE + 1, 1]

    async def run() -> None:
        groups: Groups[int, int] = Groups(slow, weight=lambda one: one)
        await asyncio.gather(*(groups.take(weight) for weight in weights))

    asyncio.run(run())
    assert slow.groups == [[1, AT_ONCE - 1], [1], [AT_ONCE + 1], [AT_ONCE + 1], [1]]


def test_who_waits_counts_by_weight_and_room_comes_back() -> None:
    slow = Slow()

    async def run() -> list[Any]:
        groups: Groups[int, int] = Groups(slow, weight=lambda one: one, most_waiting=5)
        first = asyncio.create_task(groups.take(1))
        await asyncio.to_thread(until, lambda: bool(slow.groups))
        waiting = [asyncio.create_task(groups.take(weight)) for weight in (4, 4, 4)]
        await asyncio.sleep(0)
        slow.may_go_on.set()
        answers = await asyncio.gather(first, *waiting, return_exceptions=True)
        return [*answers, await groups.take(5)]

    answers = asyncio.run(run())
    assert [answers[:3], answers[4]] == [[-1, -4, -4], -5]
    assert isinstance(answers[3], FullError)


def test_groups_of_two_kinds_take_turns() -> None:
    slow = Slow()

    async def run() -> None:
        crowd: Groups[int, int] = Groups(slow)
        few: Groups[int, int] = Groups(slow)
        first = asyncio.create_task(crowd.take(0))
        await asyncio.to_thread(until, lambda: bool(slow.groups))
        rest = [asyncio.create_task(crowd.take(1)) for _ in range(2 * AT_ONCE)]
        other = asyncio.create_task(few.take(2))
        await asyncio.sleep(0.1)
        slow.may_go_on.set()
        await asyncio.gather(first, *rest, other)

    asyncio.run(run())
    assert [group[0] for group in slow.groups] == [0, 2, 1, 1]


def test_too_many_are_told_to_come_again_and_those_who_left_are_written() -> None:
    slow = Slow()

    async def run() -> list[Any]:
        groups: Groups[int, int] = Groups(slow, most_waiting=2)
        first = asyncio.create_task(groups.take(0))
        await asyncio.to_thread(until, lambda: bool(slow.groups))
        waiting = [asyncio.create_task(groups.take(number)) for number in (1, 2, 3)]
        await asyncio.sleep(0)
        waiting[0].cancel()
        slow.may_go_on.set()
        return await asyncio.gather(first, *waiting, return_exceptions=True)

    answers = asyncio.run(run())
    assert [answers[0], answers[2]] == [0, -2]
    assert [type(one) for one in (answers[1], answers[3])] == [asyncio.CancelledError, FullError]
    assert slow.groups == [[0], [1, 2]]


def test_nobody_waits_for_ever_and_those_of_the_next_group_are_written() -> None:
    def commit(group: Sequence[int]) -> list[int]:
        if 1 in group:
            raise PanicError
        return [-one for one in group]

    async def run() -> list[Any]:
        groups: Groups[int, int] = Groups(commit)
        waiting = [asyncio.create_task(groups.take(number)) for number in range(AT_ONCE + 3)]
        return await asyncio.gather(*waiting, return_exceptions=True)

    answers = asyncio.run(asyncio.wait_for(run(), 20))
    assert {type(one) for one in answers[:AT_ONCE]} == {LostError}
    assert answers[AT_ONCE:] == [-number for number in range(AT_ONCE, AT_ONCE + 3)]


def until(holds: Callable[[], bool]) -> None:
    for _ in range(1000):
        if holds():
            return
        threading.Event().wait(0.01)
    raise TimeoutError
