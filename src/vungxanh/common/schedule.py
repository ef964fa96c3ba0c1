"""What runs by the clock: modules register their jobs in `apps.ready()`, the worker runs them at least once.

A job loads, reads the clock, and calls one idempotent operation. Times are Vietnamese.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Job:
    """`path` is the dotted name of a function without arguments; `cron` has the usual five fields."""

    name: str
    cron: str
    path: str


_jobs: dict[str, Job] = {}


def every(name: str, *, cron: str, path: str) -> None:
    _jobs[name] = Job(name, cron, path)


def jobs() -> tuple[Job, ...]:
    return tuple(_jobs.values())
