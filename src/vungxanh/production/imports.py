"""The columns of the lists that can be imported, and how a cell becomes a month or a figure."""

import datetime
import re
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from vungxanh.common.converters import is_kept
from vungxanh.common.lists.columns import CellError, Column, code, text

LARGEST = Decimal(10) ** 12
GROUPED = re.compile(r"\d{1,3}(\.\d{3})+")


def month(cell: str) -> datetime.date:
    """Its first day: “09/2021”, “2021-09” or any day of it."""
    texts = re.split(r"[/.-]", cell.strip())
    parts = [int(text) for text in texts] if all(re.fullmatch(r"\d{1,4}", text) for text in texts) else []
    if len(parts) == 3:
        # A spreadsheet makes a day of a month that is typed into it.
        parts = parts[1:] if parts[2] > 31 else parts[:2]
    if len(parts) == 2:
        year, number = (parts[1], parts[0]) if parts[1] > 12 else (parts[0], parts[1])
        if 1 <= number <= 12 and 1 <= year <= 9999 and is_kept(found := datetime.date(year, number, 1)):
            return found
    raise CellError(_("not a month; write month/year, as in 09/2021"))


def figure(cell: str) -> Decimal:
    """As it is written in Vietnamese or by a spreadsheet; what reads in two ways is refused."""
    found = re.sub(r"[\s\u00a0]", "", cell)
    if GROUPED.fullmatch(found) and found.count(".") == 1:
        raise CellError(_("reads in two ways; write thousands without a point, and a comma before decimals"))
    if "," in found or found.count(".") > 1:
        whole, comma, rest = found.partition(",")
        if "." in whole and not GROUPED.fullmatch(whole):
            raise CellError(_("not a figure; write it as in 1234,5"))
        found = whole.replace(".", "") + comma.replace(",", ".") + rest
    if not re.fullmatch(r"\d{1,15}(\.\d{1,12})?", found, re.ASCII):
        raise CellError(_("not a figure; write it as in 1234,5"))
    value = Decimal(found)
    if value >= LARGEST:
        raise CellError(_("the figure is too large"))
    return value


UNIT = Column("unit_code", "Mã đơn vị", code, is_required=True, other_heads=("Đơn vị",))
INDICATOR = Column("indicator", "Mã chỉ tiêu", code, is_required=True, other_heads=("Chỉ tiêu",))

FIGURE_COLUMNS = (
    UNIT,
    INDICATOR,
    Column("month", "Tháng", month, is_required=True, other_heads=("Kỳ báo cáo",)),
    Column("value", "Số liệu", figure, is_required=True, other_heads=("Giá trị", "Thực hiện")),
    Column("note", "Nguồn số liệu", text(300), other_heads=("Ghi chú", "Minh chứng")),
)
TARGET_COLUMNS = (
    UNIT,
    INDICATOR,
    Column("first_month", "Từ tháng", month, is_required=True),
    Column("last_month", "Đến tháng", month, is_required=True),
    Column("value", "Chỉ tiêu giao", figure, is_required=True, other_heads=("Giá trị", "Kế hoạch")),
    Column("basis", "Căn cứ", text(300), is_required=True, other_heads=("Số văn bản", "Lý do")),
)
