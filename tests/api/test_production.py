"""Production by the API: targets with what was reached, as far as each may see."""

from decimal import Decimal
from types import SimpleNamespace

import pytest

from tests.api.conftest import Caller, at
from tests.factories.organization import make_holder
from tests.factories.production import FIRES, SOLD, month
from vungxanh.organization.enums import Role
from vungxanh.organization.models import Unit
from vungxanh.production.models import ProductionFigure
from vungxanh.production.operations.figures import Entry, enter_figures, verify_figures
from vungxanh.production.operations.targets import Proposed, move_target, propose_target


@pytest.fixture
def given(agency: SimpleNamespace) -> SimpleNamespace:
    finance = make_holder("ketoan", Role.FINANCE, Unit.objects.get(code="SNN"))
    for unit, code, value in ((agency.a, SOLD, "12"), (agency.b, FIRES, "0")):
        proposed = Proposed(unit.pk, code, month(1), month(12), Decimal(value), "Kế hoạch")
        target = propose_target(proposed, actor=agency.vanphong.user, at=at(6))
        move_target(target, "approve", actor=finance, at=at(6))
    entry = Entry(agency.a.pk, SOLD, month(8), Decimal(9))
    enter_figures(agency.a.pk, month(8), [entry], actor=finance, at=at(7))
    verify_figures([ProductionFigure.objects.get().pk], actor=agency.vanphong.user, at=at(7))
    return agency


def test_targets_are_told_with_what_was_reached(given: SimpleNamespace, head: Caller) -> None:
    [told] = head.get("production").json()["items"]
    assert told == {
        "unit": "A",
        "indicator": SOLD,
        "name": "Nông sản được hỗ trợ tiêu thụ",
        "measure": "tấn",
        "better": "HIGHER",
        "first": "2021-01-01",
        "last": "2021-12-31",
        "target": 12.0,
        "reached": 9.0,
        "share": 0.75,
        "needed": 8.0,
        "state": "REACHED",
        "last_month": "2021-08",
        "missing": [f"2021-0{number}" for number in range(1, 8)],
    }


def test_targets_are_narrowed_by_unit_and_period(given: SimpleNamespace, lan: Caller) -> None:
    office = Caller(given.vanphong.user)

    def units(**query: str) -> list[str]:
        return [one["unit"] for one in office.get("production", **query).json()["items"]]

    assert units() == ["A", "B"]
    assert units(unit="SNN") == ["A", "B"]
    assert units(unit="B", period="2021-09") == ["B"]
    assert units(period="2020") == []
    assert units(period="2021-12") == ["A", "B"]
    assert office.get("production", unit="KHONG").status_code == 404
    for period in ("21", "2021-13", "2021-9", "năm"):
        assert office.get("production", period=period).status_code == 422
    assert lan.get("production").json()["total"] == 0
