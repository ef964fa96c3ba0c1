"""Scorecards at the server: `python -m bench.scorecards [units …]`, seconds, queries and size.

The units are those of `bench.control_room`, with two weeks of days and returns; a campaign of fifty criteria counts
them by every indicator that is built, each asked once however many criteria name it.
"""

import sys

import click
from django.conf import settings
from django.db import connection

from bench.control_room import NOW, PEOPLE, found, grow, look_at
from bench.prepared import installation
from vungxanh.common import clock
from vungxanh.common.indicators import indicators
from vungxanh.config.memory import settle_memory
from vungxanh.movement.operations.campaigns import load_campaign, open_campaign

SIZES, CRITERIA = (100,), 50
HEAD = """
code = "do"
title = "Phong trào để đo"
short_title = "Đo"
number = "1"
symbol = "KH-DO"
issued_on = 2021-09-01
starts_on = 2021-09-01
launch_by = 2021-09-30
total_points = {points}
takes_part = ["SUBORDINATE_UNIT"]
leads = ["OFFICE"]

[[part]]
id = "I"
title = "I. NỘI DUNG"

  [[part.clause]]
  id = "I.1"
  kind = "CONTENT"
  text = "Thi đua."

[[period]]
code = "ky"
name = "Kỳ"
first = 2021-09-01
last = 2021-09-30
"""
CRITERION = """
[[criterion]]
id = "{number}"
name = "Tiêu chí {number}"
clause = "I.1"
weight = 2

  [[criterion.measure]]
  id = "{number}.1"
  name = "Chỉ tiêu {number}"
  kind = "MEASURED"
  indicator = "{indicator}"
  target = 100
  weight = 2
"""


def main() -> None:
    sizes = [int(one) for one in sys.argv[1:] if one.isdecimal()] or SIZES
    settings.ALLOWED_HOSTS = ["testserver"]
    settle_memory()
    with installation(), clock.at(NOW):
        agency = found()
        for size in sizes:
            grow(agency, size)
            campaign, _is_new = load_campaign(plan(), agency.root.pk, name="do.toml", actor=agency.office, at=NOW)
            if campaign.state == "DRAFT":
                open_campaign(campaign, actor=agency.office, at=NOW)
            click.echo(f"{size} units, {size * PEOPLE} people, {CRITERIA} criteria, {connection.vendor}")
            look_at(agency.office, "scorecards of all units", "/phong-trao/do/diem/", {})
            look_at(agency.office, "scorecard of one unit", "/phong-trao/do/diem/DV0000/", {})
            look_at(agency.office, "the plan with how far it is", "/phong-trao/do/", {})
            look_at(agency.office, "launch by the units", "/phong-trao/do/phat-dong/", {})


def plan() -> str:
    built = [one.code for one in indicators()]
    criteria = [CRITERION.format(number=at + 1, indicator=built[at % len(built)]) for at in range(CRITERIA)]
    return "\n".join([HEAD.format(points=2 * CRITERIA), *criteria])


if __name__ == "__main__":
    main()
