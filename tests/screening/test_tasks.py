import pytest

from tests.factories.organization import MONDAY, clock, make_person, make_unit
from vungxanh.common import clock as clocks
from vungxanh.common import schedule
from vungxanh.screening import tasks
from vungxanh.screening.models import PersonDay

pytestmark = pytest.mark.django_db


def test_day_is_opened_after_midnight() -> None:
    make_person(make_unit("CC"), "Nguyễn Thị Ánh")
    job = next(job for job in schedule.jobs() if job.name == "screening.open_day")
    assert (job.cron, job.path) == ("5 0 * * *", f"{tasks.__name__}.{tasks.open_today.__name__}")
    with clocks.at(clock(0, 5)):
        tasks.open_today()
        tasks.open_today()
    assert list(PersonDay.objects.values_list("day", flat=True)) == [MONDAY]
