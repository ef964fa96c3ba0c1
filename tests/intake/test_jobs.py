"""A job of the schedule runs in a real worker process, in Vietnamese time."""

import datetime
import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from croniter import croniter
from django.utils.module_loading import import_string

from tests.processes import kill_family
from vungxanh.common import schedule
from vungxanh.common.clock import moment

SOURCES = Path(__file__).parents[2]
FOUND = """
import django; django.setup()
from django.utils import timezone
from django_q.models import Schedule
from tests.factories.risk import make_person, make_unit
from vungxanh.cli.installation import prepare_database
prepare_database()
make_person(make_unit("A"), "lan")
Schedule.objects.update(next_run=timezone.now())
"""
ASK = """
import django, json; django.setup()
from django_q.models import Failure, Success
from vungxanh.risk.models import PersonAssessment, UnitZone
from vungxanh.screening.models import PersonDay
done = set(Success.objects.values_list("group", flat=True))
people, judged = PersonDay.objects.count(), PersonAssessment.objects.count()
print(json.dumps([sorted(done), Failure.objects.count(), people, judged, UnitZone.objects.count()]))
"""
MONDAY = datetime.date(2021, 9, 20)


@pytest.mark.parametrize("job", schedule.jobs(), ids=lambda job: job.name)
def test_job_is_a_function_at_a_time(job: schedule.Job) -> None:
    assert callable(import_string(job.path))
    assert croniter.is_valid(job.cron)
    assert len(job.cron.split()) == 5


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "TEST_DATABASE_URL"}}
    paths = os.pathsep.join([str(SOURCES / "src"), str(SOURCES)])
    settings = {"DJANGO_SETTINGS_MODULE": "vungxanh.config.settings", "VUNGXANH_HOME": str(tmp_path)}
    return {**kept, **settings, "PYTHONPATH": paths}


def run(code: str, environment: dict[str, str]) -> str:
    command = [sys.executable, "-c", code]
    return subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=True).stdout


@pytest.mark.server
def test_jobs_run_in_a_real_worker(environment: dict[str, str]) -> None:
    """All at once and in any order: whatever comes first opens the day, so everybody is judged in the end."""
    run(FOUND, environment)
    wanted = sorted(job.name for job in schedule.jobs())
    worker = subprocess.Popen([sys.executable, "-m", "vungxanh.cli.worker"], env=environment, start_new_session=True)
    try:
        told: Any = None
        deadline = time.monotonic() + 120
        while not (told and told[0] == wanted) and time.monotonic() < deadline:
            time.sleep(1)
            told = json.loads(run(ASK, environment))
    finally:
        kill_family(worker.pid)
        worker.wait()
    assert told == [wanted, 0, 1, 1, 1]


@pytest.mark.parametrize(
    ("cron", "hour", "expected"),
    [
        ("5 0 * * *", 9, "2021-09-20 09:00"),
        ("0 14 * * *", 9, "2021-09-20 14:00"),
        ("0 14 * * *", 15, "2021-09-20 15:00"),
        ("*/15 5-20 * * *", 22, "2021-09-20 22:00"),
        ("*/15 5-20 * * *", 3, "2021-09-20 05:00"),
    ],
)
def test_new_installation_runs_at_once_what_it_missed_today(cron: str, hour: int, expected: str) -> None:
    job = schedule.Job("x", cron, "os.getcwd")
    assert f"{job.first_run(moment(MONDAY, datetime.time(hour))):%Y-%m-%d %H:%M}" == expected
