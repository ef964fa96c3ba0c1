"""The list of PC-Covid results: its columns, and how a cell becomes a value or a fault.

No published format is known: the list has the columns below, made by hand or from an export. Who is meant stands in one
of three columns.
"""

import datetime
import re
from collections.abc import Callable

from django.utils.translation import gettext_lazy as _

from vungxanh.common.clock import ZONE
from vungxanh.common.lists.columns import CellError, Column, code
from vungxanh.common.vietnamese import folded
from vungxanh.organization.imports.columns import identity_number, phone
from vungxanh.screening.rulebook import Questionnaire

NOTHING = "Bình thường"
MOMENTS = ("%d/%m/%Y %H:%M", "%d/%m/%Y %H:%M:%S", "%H:%M %d/%m/%Y", "%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S")
WHO = ("staff_code", "phone", "identity_number")


def moment(cell: str) -> datetime.datetime:
    for pattern in MOMENTS:
        try:
            return datetime.datetime.strptime(cell.strip(), pattern).replace(tzinfo=ZONE)
        except ValueError:
            continue
    raise CellError(_("not a time; write it as in 20/09/2021 07:30"))


def answers(form: Questionnaire) -> Callable[[str], frozenset[str]]:
    """“Bình thường”, or the questions of the form that are answered with yes, between “;”."""
    known = {folded(item.vi): item.link_id for item in form.items()}

    def read(cell: str) -> frozenset[str]:
        parts = [folded(part) for part in re.split(r"[;\n]", cell) if part.strip()]
        if parts == [folded(NOTHING)]:
            return frozenset()
        unknown = [part for part in parts if part not in known]
        if unknown:
            raise CellError(_("write “Bình thường”, or signs as the form names them, between “;”"))
        return frozenset(known[part] for part in parts)

    return read


def columns(form: Questionnaire) -> tuple[Column, ...]:
    return (
        Column("staff_code", "Mã cán bộ", code, other_heads=("Mã nhân viên", "Mã")),
        Column("phone", "Điện thoại", phone, other_heads=("Số điện thoại", "SĐT")),
        Column("identity_number", "Số CCCD", identity_number, other_heads=("CCCD", "Số CMND")),
        Column("declared_at", "Giờ khai", moment, is_required=True, other_heads=("Thời gian", "Thời gian khai")),
        Column("answers", "Kết quả", answers(form), is_required=True, other_heads=("Tình trạng",)),
    )
