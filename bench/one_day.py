"""How long the steps of a day take for an agency of some nine hundred people."""

import datetime
from functools import partial

from django.conf import settings
from django.test import Client

from bench.prepared import PASSWORD, agency, measured, median
from vungxanh.admission.operations import submit_declarations
from vungxanh.cli.demo import declarations, material
from vungxanh.cli.demo.living import Life
from vungxanh.common import clock
from vungxanh.organization.tree import all_tree_on
from vungxanh.risk.enums import Cause
from vungxanh.risk.operations import assess_people, assess_zones, prepare_returns
from vungxanh.screening.models import PersonDay
from vungxanh.screening.operations import open_day
from vungxanh.screening.queries import all_unit_counts

DAY = material.agency().living_from
MORNING, AFTERNOON = (clock.moment(DAY, datetime.time(hour)) for hour in (5, 14))
AT_ONCE = 100
PAGES = {
    "vanphong": ["/dieu-hanh/"],
    "truongdonvi": ["/hom-nay/", "/nguy-co/bao-cao/SNN-KL/"],
    "nhanvien": ["/khai-bao/"],
}


def main() -> None:
    with agency():
        declare()
        median("counts of every unit", partial(all_unit_counts, DAY, at=AFTERNOON))
        units = [node.id for node in all_tree_on(DAY)]
        median("zones of every unit", partial(assess_zones, units, day=DAY, at=AFTERNOON))
        median("preparing every return", partial(prepare_returns, DAY, at=AFTERNOON))
        with clock.at(AFTERNOON):
            look_at_pages()


def declare() -> None:
    with measured("opening the day"):
        open_day(DAY, at=MORNING)
    rows = list(PersonDay.objects.filter(day=DAY).select_related("windows"))
    with measured(f"judging {len(rows)} people"):
        assess_people([row.subject for row in rows], day=DAY, at=MORNING, cause=Cause.SCHEDULE)
    people = {person.pseudonym: person for person in Life().people.values()}
    first, *rest = [one for one in declarations.plan_of_day(rows, people, {}) if one.at < AFTERNOON]
    with measured("one declaration"):
        submit_declarations([first.new], at=first.at)
    with measured(f"{len(rest)} declarations in batches of {AT_ONCE}"):
        for start in range(0, len(rest), AT_ONCE):
            part = rest[start : start + AT_ONCE]
            submit_declarations([one.new for one in part], at=part[-1].at)


def look_at_pages() -> None:
    settings.ALLOWED_HOSTS = ["testserver"]
    for account, addresses in PAGES.items():
        client = Client()
        client.post("/tai-khoan/dang-nhap/", {"username": account, "password": PASSWORD})
        for address in addresses:
            median(f"page {address} as {account}", partial(client.get, address, follow=True))


if __name__ == "__main__":
    main()
