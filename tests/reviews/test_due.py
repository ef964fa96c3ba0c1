"""What the calendar of a plan asks for, and which days each report looks at."""

import datetime

from tests.factories.directing import Agency
from tests.factories.movement import NINE, make_campaign
from vungxanh.movement.models import Campaign
from vungxanh.movement.queries.campaigns import newest_edition
from vungxanh.reviews.queries.due import all_due, all_reported_on
from vungxanh.reviews.queries.reviews import rule_on

EARLY = datetime.date(2021, 9, 20)


def test_reports_of_the_plan_and_the_one_on_the_launch_in_the_order_of_their_days(campaign: Campaign) -> None:
    found = all_due(campaign, newest_edition(campaign).plan, rule_on(EARLY))
    said = [(one.code, one.kind.value, f"{one.due_on:%d/%m}", one.period.code) for one in found]
    assert said == [
        ("so-ket", "INTERIM", "27/09", "ky-1"),
        ("ket-qua-phat-dong", "LAUNCH", "05/10", "ky-1"),
        ("tong-ket", "FINAL", "20/10", "ky-2"),
        ("nam", "ANNUAL", "15/12", "ky-2"),
    ]
    spans = {one.code: (f"{one.first:%d/%m}", f"{one.last:%d/%m}") for one in found}
    assert spans == {
        "so-ket": ("16/09", "24/09"),
        "ket-qua-phat-dong": ("16/09", "05/10"),
        "tong-ket": ("16/09", "15/10"),
        "nam": ("16/09", "15/10"),
    }
    assert {one.code: one.period_before.code if one.period_before else "" for one in found} == {
        "so-ket": "", "ket-qua-phat-dong": "", "tong-ket": "ky-1", "nam": "ky-1",
    }  # fmt: skip


def test_plan_without_reports_has_the_one_on_the_launch(agency: Agency) -> None:
    campaign = make_campaign(agency.root, agency.office, at=NINE)
    [only] = all_due(campaign, newest_edition(campaign).plan, rule_on(EARLY))
    assert (only.kind.value, only.to) == ("LAUNCH", "")
    assert all_reported_on() == []


def test_day_before_all_editions_of_the_rule_has_the_first() -> None:
    assert rule_on(datetime.date(2020, 1, 1)) == rule_on(datetime.date(2021, 1, 1))
