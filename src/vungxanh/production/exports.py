"""Spreadsheets of production: how targets stand, and the empty templates of lists."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from django.utils.translation import gettext as _

from vungxanh.common.lists.columns import Column
from vungxanh.common.spreadsheets import Value, workbook
from vungxanh.production.imports import FIGURE_COLUMNS, TARGET_COLUMNS
from vungxanh.production.queries.lists import UnitLine
from vungxanh.production.words import STANDING_WORDS

FIGURE_EXAMPLE = {
    "unit_code": "CC-TTBV",
    "indicator": "GIEO-TRONG",
    "month": "09/2021",
    "value": "1250,5",
    "note": "Báo cáo tiến độ tháng 9",
}
TARGET_EXAMPLE = {
    "unit_code": "CC-TTBV",
    "indicator": "GIEO-TRONG",
    "first_month": "01/2021",
    "last_month": "12/2021",
    "value": "74500",
    "basis": "Kế hoạch sản xuất năm 2021",
}


def production_workbook(lines: Iterable[UnitLine], *, above: Sequence[str]) -> bytes:
    """A row for each unit and target; percents as figures of a hundred."""
    heads = [
        _("Unit code"),
        _("Unit"),
        _("Code of the indicator"),
        _("Indicator"),
        _("Unit of measure"),
        _("From the month"),
        _("To the month"),
        _("Target given"),
        _("Reached"),
        _("Per cent"),
        _("Last month with a verified figure"),
        _("Months without a figure"),
        _("Figures that wait"),
        _("Standing"),
    ]
    rows: list[list[Value]] = []
    for one in lines:
        line, target = one.line, one.line.target
        rows.append(
            [
                one.unit.code,
                one.unit.name,
                target.indicator,
                line.term.name,
                line.term.unit,
                f"{target.first_day:%m/%Y}",
                f"{target.last_day:%m/%Y}",
                _number(target.value),
                _number(line.value),
                _number(line.share and line.share * 100),
                f"{line.last_month:%m/%Y}" if line.last_month else "",
                len(line.missing),
                len(line.waiting),
                STANDING_WORDS[line.state],
            ]
        )
    return workbook(_("Production targets"), heads, rows, above=above)


def figure_template() -> bytes:
    return _template(_("Production figures"), FIGURE_COLUMNS, FIGURE_EXAMPLE)


def target_template() -> bytes:
    return _template(_("Production targets"), TARGET_COLUMNS, TARGET_EXAMPLE)


def _number(value: Decimal | None) -> float | None:
    return None if value is None else round(float(value), 3)


def _template(title: str, columns: Sequence[Column], example: Mapping[str, str]) -> bytes:
    return workbook(title, [column.title for column in columns], [[example[column.key] for column in columns]])
