"""What runs by the clock: when it ran last, how long it took, whether it failed, and when it runs next."""

import datetime
import re
from dataclasses import dataclass

from django.db.models import Max, OuterRef, Subquery
from django.utils.functional import Promise
from django_q.models import Schedule, Task

from vungxanh.administration.jobs import WORDS
from vungxanh.common import schedule

PLACE = re.compile(r'File "[^"]*?vungxanh/([^"]+)", line (\d+)')
FAULT = re.compile(r"^([A-Za-z_.]*(?:Error|Exception|Exit|Timeout)\w*)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class JobState:
    """`failure` is what broke and where, without what it said: that may name somebody."""

    job: schedule.Job
    words: str | Promise
    ran_at: datetime.datetime | None
    seconds: float | None
    is_failed: bool
    failure: str
    next_at: datetime.datetime | None

    @property
    def state(self) -> str:
        if self.ran_at is None:
            return "NEVER"
        return "FAILED" if self.is_failed else "DONE"


def all_job_states() -> list[JobState]:
    """In the order of the registry, those that failed first; two queries."""
    newest = Task.objects.filter(group=OuterRef("name")).order_by("-started").values("pk")[:1]
    rows = {row.name: row for row in Schedule.objects.annotate(last=Subquery(newest))}
    tasks = Task.objects.in_bulk([row.last for row in rows.values() if row.last])
    found = [_state(job, rows.get(job.name), tasks) for job in schedule.jobs()]
    return sorted(found, key=lambda one: not one.is_failed)


def all_last_run() -> datetime.datetime | None:
    """When anything ran at all, by the real clock."""
    last: datetime.datetime | None = Task.objects.aggregate(last=Max("stopped"))["last"]
    return last


def _state(job: schedule.Job, row: Schedule | None, tasks: dict[str, Task]) -> JobState:
    task = tasks.get(row.last) if row else None
    return JobState(
        job,
        WORDS.get(job.name, job.name),
        task.started if task else None,
        (task.stopped - task.started).total_seconds() if task and task.stopped else None,
        bool(task and not task.success),
        _failure(str(task.result)) if task and not task.success else "",
        row.next_run if row else None,
    )


def _failure(result: str) -> str:
    """`OperationalError (risk/tasks.py:40)` of a traceback."""
    kinds, places = FAULT.findall(result), PLACE.findall(result)
    kind = kinds[-1].rpartition(".")[2] if kinds else "Error"
    return f"{kind} ({places[-1][0]}:{places[-1][1]})" if places else kind
