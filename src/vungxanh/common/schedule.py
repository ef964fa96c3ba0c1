"""What runs by the clock: modules register their jobs in `apps.ready()`, the worker runs them at least once.

A job loads, reads the clock, and calls one idempotent operation. Times are Vietnamese.
"""

import datetime
from dataclasses import dataclass

from croniter import croniter


@dataclass(frozen=True, slots=True)
class Job:
    """`path` is the dotted name of a function without arguments; `cron` has the usual five fields."""

    name: str
    cron: str
    path: str

    def first_run(self, now: datetime.datetime) -> datetime.datetime:
        """At once where a new installation has missed today's run already, else at its time."""
        last: datetime.datetime = croniter(self.cron, now).get_prev(datetime.datetime)
        following: datetime.datetime = croniter(self.cron, now).get_next(datetime.datetime)
        return now if last.date() == now.date() else following


_jobs: dict[str, Job] = {}


def every(name: str, *, cron: str, path: str) -> None:
    _jobs[name] = Job(name, cron, path)


def jobs() -> tuple[Job, ...]:
    return tuple(_jobs.values())
