"""What is done for a day by hand: opening it, judging everybody, preparing its returns."""

import datetime

import click

from vungxanh.common import clock
from vungxanh.organization.tree import all_tree_on
from vungxanh.risk import operations as risk
from vungxanh.risk.enums import Cause
from vungxanh.screening.operations import open_day


@click.command("close-day")
@click.argument("date", type=click.DateTime(["%Y-%m-%d", "%d/%m/%Y"]))
def close_day(date: datetime.datetime) -> None:
    """Bring a day up to date: expectations, people's levels, zones, returns. May run again at any time."""
    day, now = date.date(), clock.now()
    if day > now.date():
        raise click.BadParameter("ngày này chưa tới", param_hint="DATE")
    people = open_day(day, at=now)
    if day == now.date():
        risk.assess_everybody(at=now, cause=Cause.SCHEDULE)
        risk.assess_zones([node.id for node in all_tree_on(day)], day=day, at=now)
    risk.prepare_returns(day, at=now)
    click.echo(f"Ngày {day:%d/%m/%Y}: {people} người.")
