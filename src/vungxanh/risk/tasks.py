"""Jobs of risk: load, read the clock, call one operation. Each may run twice."""

import datetime
from pathlib import Path

from django.conf import settings

from vungxanh.common import clock
from vungxanh.organization.models import Unit
from vungxanh.organization.tree import all_tree_on
from vungxanh.risk import operations
from vungxanh.risk.enums import Cause
from vungxanh.risk.operations import filing, proofs, sending
from vungxanh.risk.operations.unit_days import all_differing_units


class CountsDifferError(Exception):
    """The counts that are kept of some units' day are not those of their people."""


def prepare_today() -> None:
    """At 14:00."""
    now = clock.now()
    operations.prepare_returns(now.date(), at=now)


def remind_today() -> None:
    """Every minute; the rule says whose turn it is."""
    operations.remind_of_returns(at=clock.now())
    operations.remind_of_unusual(at=clock.now())


def assess_today() -> None:
    """In the early morning: what was said days ago may have ceased to count, and the rules may have changed."""
    now = clock.now()
    operations.assess_everybody(at=now, cause=Cause.SCHEDULE)
    operations.assess_zones([node.id for node in all_tree_on(now.date())], day=now.date(), at=now)


def check_today() -> None:
    """At 15:00, when the return is due."""
    now = clock.now()
    operations.check_consistency(now.date(), at=now)


def check_yesterday() -> None:
    """In the night, when everything of the day before has come in."""
    now = clock.now()
    operations.check_consistency(now.date() - datetime.timedelta(days=1), at=now)


def check_counts() -> None:
    """At the end of the day; a job that fails is seen. Opening the day again (`close-day`) counts it anew."""
    day = clock.now().date()
    if found := all_differing_units(day):
        codes = ", ".join(Unit.objects.filter(pk__in=found).order_by("code").values_list("code", flat=True))
        raise CountsDifferError(f"{day:%Y-%m-%d}: {codes}")


def assess_zones_now() -> None:
    """Every quarter of an hour in working hours: who is past due changes with the clock alone."""
    now = clock.now()
    operations.assess_zones([node.id for node in all_tree_on(now.date())], day=now.date(), at=now)


def send_deliveries() -> None:
    """Every minute. Signatures go by the real clock."""
    sending.send_deliveries(at=clock.now(), timestamp=int(clock.real_now().timestamp()))


def send_to_dhis2() -> None:
    """Every minute."""
    sending.send_to_dhis2(at=clock.now())


def write_files() -> None:
    """Every minute: the files of the days whose returns came in."""
    filing.write_due_files(Path(settings.HOME) / "outgoing", at=clock.now())


def erase_proofs() -> None:
    """In the night: screenshots whose time is over."""
    proofs.erase_proofs(at=clock.now())
