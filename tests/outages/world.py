"""Run inside a home of its own: founds the agency, pushes the jobs that send, reads what stands."""

import contextlib
import datetime
import json
import sys
import time
import warnings
from pathlib import Path

import django

AFTERNOON = (datetime.date(2021, 9, 20), datetime.time(14, 5))
UNITS = 6
SEND = "vungxanh.risk.tasks.send_deliveries"
FILES = "vungxanh.risk.tasks.write_files"


def found() -> None:
    """Prints a token of the head of each unit; the agency's clock stands in the afternoon of a working day."""
    from tests.factories.risk import MONDAY, make_person, make_person_day, make_unit, make_user
    from vungxanh.accounts.operations import issue_token
    from vungxanh.cli.installation import prepare_database
    from vungxanh.common import clock
    from vungxanh.organization.enums import Role

    clock.keep_demonstration_offset(clock.moment(*AFTERNOON) - clock.real_now())
    switch_files_on()
    prepare_database()
    root, tokens = make_unit("SO"), {}
    for number in range(UNITS):
        unit = make_unit(f"DV{number}", root)
        head = make_user(f"truong{number}", Role.UNIT_HEAD, unit)
        make_person_day(make_person(unit, f"nguoi{number}"), unit, MONDAY)
        tokens[unit.code] = issue_token(head, at=clock.now(), real=clock.real_now())[0]
    json.dump(tokens, sys.stdout)


def switch_files_on() -> None:
    """The installation's own edition: the files of the day as well."""
    from django.conf import settings

    from vungxanh.risk.rulebook import DELIVERIES

    before, after = DELIVERIES.path.read_text(encoding="utf-8").split('code = "TEP"')
    folder = Path(settings.HOME) / "rules"
    folder.mkdir()
    (folder / DELIVERIES.name).write_text(f'{before}code = "TEP"{after.replace("is_on = false", "is_on = true", 1)}')


def tick() -> None:
    """Asks for the jobs of deliveries again and again, as the schedule does each minute, and prints how many
    deliveries are not through; for ever."""
    from django.conf import settings
    from django.db import Error, connection
    from django.db.models import Q
    from django.utils import timezone
    from django_q.models import OrmQ
    from django_q.tasks import async_task

    from vungxanh.risk.models import Delivery

    fetched_lately = datetime.timedelta(seconds=settings.Q_CLUSTER["retry"] - 5)
    while True:
        with contextlib.suppress(Error):
            queued = OrmQ.objects.filter(Q(lock__lte=timezone.now()) | Q(lock__gt=timezone.now() + fetched_lately))
            if not queued.exists():
                async_task(SEND)
                async_task(FILES)
            own = Delivery.objects.exclude(way="MANUAL")
            counts = own.exclude(state="SENT").count(), own.filter(way="FILE", state="FAILED").count()
            sys.stdout.write("{} {}\n".format(*counts))
            sys.stdout.flush()
        connection.close()
        time.sleep(0.4)


def read() -> None:
    """Every version of a return with its deliveries, how many wait, and the faults that the product itself finds."""
    from django.db import connection

    from vungxanh.cli.integrity import all_record_faults
    from vungxanh.risk.models import DailyReturn, Delivery

    whole = []
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA integrity_check")
            whole = [str(line) for (line,) in cursor if line != "ok"]
    columns = ("note", "unit__code", "kind", "number", "version", "pk")
    returns = [list(row) for row in DailyReturn.objects.filter(submitted_at__isnull=False).values_list(*columns)]
    rows = Delivery.objects.order_by("pk").values_list("key", "sent_return", "unit__code", "way", "sequence", "state")
    deliveries = [[str(key), *rest] for key, *rest in rows]
    found = {"returns": returns, "deliveries": deliveries, "faults": [*whole, *all_record_faults()]}
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    django.setup()
    {one.__name__: one for one in (found, tick, read)}[sys.argv[1]]()
