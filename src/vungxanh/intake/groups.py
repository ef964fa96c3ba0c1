"""Group commit: whatever arrives while one group is written makes the next; each hears when its group is on disk."""

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Generic, TypeVar

ENDS = (asyncio.CancelledError, KeyboardInterrupt, SystemExit)
"""By which this process ends, and no group alone."""
log = logging.getLogger(__name__)
Given = TypeVar("Given")
Answer = TypeVar("Answer")

AT_ONCE = 256
"""So many at most in one group, or one alone that counts for more: enough that the disk is no bound any more, few
enough that nobody waits long."""
STEP, MOST_STEPS = 0.002, 10
"""Seconds in which nobody new came, until a group is closed, and how often at most one waits for that: otherwise the
first of a crowd would be written alone, at the price of all of them."""
MOST_WAITING = 2048
"""More than these would wait longer than a phone does; who comes then is told to come again."""


class FullError(Exception):
    """So many wait already that nobody more is taken."""


class LostError(Exception):
    """The commit failed in an unforeseen way: whether it was written shows when it is sent again."""


writer = ThreadPoolExecutor(1, thread_name_prefix="intake")
"""One thread for the groups of every kind, which take turns: none of them waits behind the whole queue of another."""


class Groups(Generic[Given, Answer]):
    """`commit` gets a group in order of arrival and returns an answer for each; `weight` is for how many one counts.

    Whoever stops waiting is written all the same: the commit knows nothing of clients. Of one event loop only.
    """

    def __init__(
        self,
        commit: Callable[[Sequence[Given]], Sequence[Answer]],
        *,
        weight: Callable[[Given], int] = lambda _one: 1,
        most_waiting: int = MOST_WAITING,
    ) -> None:
        self.commit, self.weight, self.most_waiting = commit, weight, most_waiting
        self.waiting: deque[tuple[Given, asyncio.Future[Answer]]] = deque()
        self.load = 0
        """What is waiting counts for so many."""
        self.writing: asyncio.Task[None] | None = None

    async def take(self, one: Given) -> Answer:
        """Its answer, when that is on disk. Raises FullError, and LostError where `commit` raised."""
        if self.load >= self.most_waiting:
            raise FullError
        answer: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self.waiting.append((one, answer))
        self.load += self.weight(one)
        if self.writing is None or self.writing.done():
            self.writing = asyncio.create_task(self._write())
        return await answer

    async def _write(self) -> None:
        """While anybody waits."""
        loop = asyncio.get_running_loop()
        while self.waiting:
            await self._gathered()
            group = self._next()
            open_ones = [waiting for _one, waiting in group]
            try:
                answers = await loop.run_in_executor(writer, self.commit, [one for one, _waiting in group])
                for waiting, answer in zip(open_ones, answers, strict=True):
                    if not waiting.done():
                        waiting.set_result(answer)
            except BaseException as error:
                # A panic of a library in another language is no Exception either.
                log.exception("intake: nobody knows what became of a group of %d", len(group))
                for waiting in open_ones:
                    if not waiting.done():
                        waiting.set_exception(LostError())
                if isinstance(error, ENDS):
                    raise

    def _next(self) -> list[tuple[Given, asyncio.Future[Answer]]]:
        """Those who waited longest, as many as go together; at least one."""
        group = [self.waiting.popleft()]
        weight = self.weight(group[0][0])
        while self.waiting and weight + (more := self.weight(self.waiting[0][0])) <= AT_ONCE:
            group.append(self.waiting.popleft())
            weight += more
        self.load -= weight
        return group

    async def _gathered(self) -> None:
        """When the crowd that is arriving is there, or a whole group of it."""
        for _ in range(MOST_STEPS):
            seen = self.load
            if seen >= AT_ONCE:
                return
            await asyncio.sleep(STEP)
            if self.load == seen:
                return
