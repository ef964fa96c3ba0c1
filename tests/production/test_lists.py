"""Lists of figures and of targets: read as people type them, every fault by its cell, all or nothing."""

import datetime
from collections.abc import Sequence
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories.production import NINE, PLANTED, SOLD, Agency, make_figure, make_target, month
from tests.factories.staff_lists import workbook_of
from vungxanh.accounts.models import User
from vungxanh.audit.models import AuditEvent
from vungxanh.common.lists.columns import CellError
from vungxanh.organization.operations.lists import ImportResult
from vungxanh.production import imports
from vungxanh.production.imports import FIGURE_COLUMNS, TARGET_COLUMNS
from vungxanh.production.models import ProductionFigure, ProductionTarget
from vungxanh.production.operations.lists import import_figures, import_targets


def figure_row(**more: str) -> dict[str, str]:
    return {"unit_code": "CCKL", "indicator": PLANTED, "month": "08/2021", "value": "10,5", "note": "Báo cáo", **more}


def target_row(**more: str) -> dict[str, str]:
    given = {"unit_code": "CCKL", "indicator": PLANTED, "first_month": "01/2021", "last_month": "12/2021"}
    return {**given, "value": "120", "basis": "Kế hoạch năm 2021", **more}


def figures(rows: Sequence[dict[str, str]], actor: User | None, *, dry: bool = False) -> ImportResult:
    content = workbook_of(FIGURE_COLUMNS, rows)
    return import_figures(content, file_name="so-lieu.xlsx", dry_run=dry, actor=actor, at=NINE)


def targets(rows: Sequence[dict[str, str]], actor: User | None, *, dry: bool = False) -> ImportResult:
    content = workbook_of(TARGET_COLUMNS, rows)
    return import_targets(content, file_name="chi-tieu.xlsx", dry_run=dry, actor=actor, at=NINE)


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("1250", "1250"),
        ("1250,5", "1250.5"),
        ("1250.5", "1250.5"),
        ("1.250,5", "1250.5"),
        ("1.250.000", "1250000"),
        ("1 250 000", "1250000"),
        ("0", "0"),
        ("0,125", "0.125"),
    ],
)
def test_figures_are_read_as_people_type_them(cell: str, value: str) -> None:
    assert imports.figure(cell) == Decimal(value)


@pytest.mark.parametrize("cell", ["1.250", "1,250,000", "12.50,5", "-1", "1e5", "mười", "1000000000000", "", "1,", ","])
def test_what_is_no_figure_or_reads_in_two_ways_is_refused(cell: str) -> None:
    with pytest.raises(CellError):
        imports.figure(cell)


@pytest.mark.parametrize(
    "cell", ["09/2021", "9/2021", "2021-09", "01/09/2021", "2021-09-01", "30.09.2021", " 09-2021 "]
)
def test_month_is_read_in_every_usual_way(cell: str) -> None:
    assert imports.month(cell) == datetime.date(2021, 9, 1)


@pytest.mark.parametrize("cell", ["13/2021", "2021", "09/1999", "tháng 9", "0/2021", "9/21", "2021/09/"])
def test_what_is_no_month_is_refused(cell: str) -> None:
    with pytest.raises(CellError):
        imports.month(cell)


def test_list_of_figures_is_looked_at_first_and_then_recorded(agency: Agency) -> None:
    make_target(agency)
    make_target(agency, SOLD, unit=agency.other, value="50")
    make_figure(agency, of=month(7), value="3")
    rows = [
        figure_row(),
        figure_row(month="07/2021", value="4"),
        figure_row(unit_code="CCTL", indicator=SOLD, value="7,5", note=""),
    ]
    looked = figures(rows, agency.office, dry=True)
    assert (looked.created, looked.unchanged, looked.faults, ProductionFigure.objects.count()) == (3, 0, [], 1)
    assert looked.changes == [
        "CCKL, Diện tích rừng trồng mới, 08/2021: 10,5 ha",
        "CCKL, Diện tích rừng trồng mới, 07/2021: 4,0 ha (đang là 3)",
        "CCTL, Nông sản được hỗ trợ tiêu thụ, 08/2021: 7,5 tấn",
    ]
    assert figures(rows, agency.office).created == 3
    waiting = ProductionFigure.objects.filter(state="ENTERED")
    assert sorted((one.indicator, one.month, one.value) for one in waiting) == [
        (SOLD, month(8), Decimal("7.5")),
        (PLANTED, month(7), Decimal(4)),
        (PLANTED, month(8), Decimal("10.5")),
    ]
    assert {one.entered_by_id for one in waiting} == {agency.office.pk}
    again = figures(rows, agency.office)
    assert (again.created, again.unchanged) == (0, 3)
    told = AuditEvent.objects.filter(action="production.import_figures").order_by("pk")
    assert [one.detail for one in told] == [{"created": 3, "unchanged": 0}, {"created": 0, "unchanged": 3}]


def test_every_fault_of_a_list_of_figures_is_named_by_its_cell_and_nothing_is_recorded(agency: Agency) -> None:
    make_target(agency)
    rows = [
        figure_row(),
        figure_row(unit_code="KHONG"),
        figure_row(unit_code="CCTL"),
        figure_row(indicator="KHONG-CO"),
        figure_row(indicator=SOLD),
        figure_row(month="13/2021"),
        figure_row(month="10/2021"),
        figure_row(value="1.250"),
        figure_row(month="07/2021", value="1,25"),
        figure_row(value="11"),
        figure_row(value=""),
    ]
    found = figures(rows, agency.head)
    assert [fault.partition(":")[0] for fault in found.faults] == [
        "A3",
        "A4",
        "B5",
        "B6",
        "C7",
        "C8",
        "D9",
        "D10",
        "C11",
        "D12",
    ]
    assert not ProductionFigure.objects.exists()


def test_list_of_targets_waits_for_approval(agency: Agency) -> None:
    rows = [target_row(), target_row(unit_code="CCTL", value="80")]
    looked = targets(rows, agency.office, dry=True)
    assert (looked.created, ProductionTarget.objects.count()) == (2, 0)
    assert looked.changes[0] == "CCKL, Diện tích rừng trồng mới, 01/2021 – 12/2021: 120,0 ha"
    assert targets(rows, agency.office).created == 2
    assert {one.state for one in ProductionTarget.objects.all()} == {"PROPOSED"}
    assert targets(rows, agency.office).unchanged == 2


def test_every_fault_of_a_list_of_targets_is_named_by_its_cell(agency: Agency) -> None:
    make_target(agency)
    rows = [
        target_row(unit_code="KHONG"),
        target_row(indicator="KHONG-CO"),
        target_row(first_month="06/2021", last_month="08/2021"),
        target_row(indicator=SOLD, last_month="12/2020"),
        target_row(unit_code="CCTL"),
        target_row(unit_code="CCTL", first_month="06/2021"),
        target_row(indicator=SOLD, value="0"),
        target_row(basis=""),
    ]
    found = targets(rows, agency.office)
    assert [fault.partition(":")[0] for fault in found.faults] == ["A2", "B3", "C4", "D5", "C7", "E8", "F9"]
    assert ProductionTarget.objects.count() == 1


def test_command_line_imports_without_an_account_and_others_only_their_units(agency: Agency) -> None:
    make_target(agency)
    assert figures([figure_row()], None).created == 1
    with pytest.raises(PermissionDenied):
        figures([figure_row()], agency.member)
    with pytest.raises(PermissionDenied):
        targets([target_row()], agency.director)


def test_queries_are_as_many_for_many_rows(agency: Agency) -> None:
    for indicator in (PLANTED, SOLD):
        make_target(agency, indicator)

    def run(rows: list[dict[str, str]]) -> int:
        with CaptureQueriesContext(connection) as seen:
            assert figures(rows, None, dry=True).created == len(rows)
        return len(seen)

    one = run([figure_row(month="01/2021")])
    months = [f"{number:02}/2021" for number in range(1, 9)]
    many = run([figure_row(month=of, indicator=code) for of in months for code in (PLANTED, SOLD)])
    # What asked for a month is settled month by month.
    assert many - one == len(months) - 1
