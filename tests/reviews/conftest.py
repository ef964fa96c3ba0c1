"""A small movement with two periods and its reports, on which reviews are tried."""

import pytest

from tests.factories.directing import Agency
from tests.factories.movement import NINE, PLAN, make_campaign
from vungxanh.common import clock as clocks
from vungxanh.movement.models import Campaign

PERIOD = PLAN[PLAN.index("[[period]]") :]
TWO_PERIODS = PLAN.replace(
    PERIOD,
    """
[[period]]
code = "ky-1"
name = "Kỳ 1"
first = 2021-09-16
last = 2021-09-24
review = "INTERIM"
review_by = 2021-09-27

[[period]]
code = "ky-2"
name = "Kỳ 2"
first = 2021-09-25
last = 2021-10-15
review = "FINAL"
review_by = 2021-10-20

[[report]]
code = "so-ket"
name = "Báo cáo sơ kết"
kind = "INTERIM"
due_on = 2021-09-27
to = "Ban Thi đua tỉnh"

[[report]]
code = "tong-ket"
name = "Báo cáo tổng kết"
kind = "FINAL"
due_on = 2021-10-20
to = "Ban Thi đua tỉnh"

[[report]]
code = "nam"
name = "Báo cáo năm"
kind = "ANNUAL"
due_on = 2021-12-15
to = "Ban Thi đua tỉnh"
""",
)


@pytest.fixture
def agency(db: None) -> Agency:
    return Agency()


@pytest.fixture
def campaign(agency: Agency) -> Campaign:
    """Under way."""
    with clocks.at(NINE):
        return make_campaign(agency.root, agency.office, text=TWO_PERIODS, opened=True)
