"""What production needs: a small agency with somebody of finance, targets and figures in it."""

import datetime
from decimal import Decimal
from typing import Any

from tests.factories.directing import Agency as DirectingAgency
from tests.factories.organization import clock, make_holder
from vungxanh.accounts.models import User
from vungxanh.organization.enums import Role
from vungxanh.organization.models import Unit
from vungxanh.production.models import ProductionFigure, ProductionTarget
from vungxanh.production.operations.figures import Entry, enter_figures, verify_figures
from vungxanh.production.operations.targets import Proposed, move_target, propose_target

NINE = clock(9)
PLANTED, SOLD, FIRES, PIGS, SAFE = "TRONG-RUNG", "TIEU-THU", "CHAY-RUNG", "DAN-LON", "MAU-AN-TOAN"
"""A sum at its end, a sum evenly, a limit, the last value at the end, an average evenly."""


def month(number: int, year: int = 2021) -> datetime.date:
    return datetime.date(year, number, 1)


class Agency(DirectingAgency):
    """With whoever keeps the accounts."""

    def __init__(self) -> None:
        super().__init__()
        self.finance = make_holder("ketoan", Role.FINANCE, self.root)

    @property
    def people(self) -> dict[str, User]:
        return {**super().people, "finance": self.finance}


def make_target(
    agency: Agency,
    indicator: str = PLANTED,
    *,
    unit: Unit | None = None,
    value: str = "120",
    first: datetime.date | None = None,
    last: datetime.date | None = None,
    approved: bool = True,
    at: datetime.datetime | None = None,
) -> ProductionTarget:
    """Of the year 2021 for the first unit, proposed by the Office and approved by finance on 1 September."""
    at = at or clock(8, day=datetime.date(2021, 9, 1))
    place = unit or agency.unit
    given = Proposed(place.pk, indicator, first or month(1), last or month(12), Decimal(value), "Kế hoạch năm 2021")
    made = propose_target(given, actor=agency.office, at=at)
    return move_target(made, "approve", actor=agency.finance, at=at) if approved else made


def make_figure(
    agency: Agency,
    indicator: str = PLANTED,
    of: datetime.date | None = None,
    value: str = "10",
    *,
    unit: Unit | None = None,
    by: User | None = None,
    verified: bool = True,
    at: datetime.datetime = NINE,
    **more: Any,
) -> ProductionFigure:
    """Of August, entered by the head and verified by the Office."""
    of, place = of or month(8), unit or agency.unit
    head = by or (agency.head if place == agency.unit else agency.stranger)
    entry = Entry(place.pk, indicator, of, Decimal(value), **{"note": "Báo cáo tháng", **more})
    enter_figures(place.pk, of, [entry], actor=head, at=at)
    made = ProductionFigure.objects.filter(unit=place, indicator=indicator, month=of).latest("number")
    if verified:
        verify_figures([made.pk], actor=agency.office, at=at)
        made.refresh_from_db()
    return made
