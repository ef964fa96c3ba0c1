"""Spreadsheets of the organization: lists as they are seen, and the empty templates."""

import datetime
from collections.abc import Iterable, Mapping, Sequence

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from vungxanh.accounts.operations import PrintedSlip
from vungxanh.common.lists.columns import Column
from vungxanh.common.qr import qr_picture
from vungxanh.common.spreadsheets import Value, workbook
from vungxanh.organization.imports.columns import (
    ABSENCE_COLUMNS,
    COLUMNS,
    FRONT_LINE_COLUMNS,
    PARTY_COLUMNS,
    ROSTER_COLUMNS,
)
from vungxanh.organization.models import FrontLineAssignment
from vungxanh.organization.operations.accounts import NewAccount
from vungxanh.organization.queries.people import PersonRow
from vungxanh.organization.tree import Tree

EXAMPLE = {
    "staff_code": "CB0001",
    "full_name": "Nguyễn Thị Ánh",
    "birth_date": "05/09/1985",
    "sex": "Nữ",
    "identity_number": "026185000001",
    "phone": "0912345678",
    "unit_code": "VP",
    "title": "Chuyên viên",
    "contract": "Công chức",
    "valid_from": "01/09/2021",
}


ABSENCE_EXAMPLE = {
    "staff_code": "CB0001",
    "kind": "Nghỉ phép",
    "first_day": "20/09/2021",
    "last_day": "21/09/2021",
    "part": "Cả ngày",
    "declares_remotely": "Không",
}
ROSTER_EXAMPLE = {"staff_code": "CB0001", "date": "25/09/2021", "shift_code": "TRUC"}
FRONT_LINE_EXAMPLE = {
    "staff_code": "CB0001",
    "order_number": "128/QĐ-SNN",
    "order_date": "08/09/2021",
    "place_kind": "Chốt kiểm soát",
    "place": "Chốt kiểm soát dịch số 3",
    "work": "Kiểm tra giấy tờ, đo thân nhiệt người qua chốt",
    "first_day": "10/09/2021",
    "last_day": "24/09/2021",
    "declares_remotely": "Có",
}
PARTY_EXAMPLE = {
    "code": "DN-SAOMAI",
    "name": "Công ty TNHH Sao Mai",
    "kind": "Doanh nghiệp",
    "tax_code": "0100109106",
    "aliases": "Sao Mai; SM Co.",
    "address": "Vĩnh Yên",
    "contact_name": "Trần Thị Hoa",
    "phone": "0912345678",
}


def staff_template() -> bytes:
    """The heads that the import reads, and one example to be overwritten."""
    return _template(_("Staff list"), COLUMNS, EXAMPLE)


def absence_template() -> bytes:
    return _template(_("Absences"), ABSENCE_COLUMNS, ABSENCE_EXAMPLE)


def front_line_template() -> bytes:
    return _template(_("Front line"), FRONT_LINE_COLUMNS, FRONT_LINE_EXAMPLE)


def roster_template() -> bytes:
    return _template(_("Roster"), ROSTER_COLUMNS, ROSTER_EXAMPLE)


def party_template() -> bytes:
    return _template(_("Outside parties"), PARTY_COLUMNS, PARTY_EXAMPLE)


def _template(title: str, columns: Sequence[Column], example: Mapping[str, str]) -> bytes:
    return workbook(title, [column.title for column in columns], [[example.get(column.key) for column in columns]])


def people_workbook(rows: Iterable[PersonRow]) -> bytes:
    """Identity numbers stay out."""
    heads = [
        _("Staff code"),
        _("Full name"),
        _("Birth date"),
        _("Title"),
        _("Unit code"),
        _("Unit"),
        _("Contract"),
        _("Telephone"),
    ]
    return workbook(_("Staff list"), heads, [_row(row) for row in rows])


def front_line_workbook(assignments: Iterable[FrontLineAssignment], tree: Tree, *, on: datetime.date) -> bytes:
    """As they stand on the day; with whether the receiver has confirmed, who read them by `is_confirmed`."""
    heads = [
        _("Staff code"),
        _("Full name"),
        _("Unit that sends"),
        _("Number of the paper"),
        _("Date of the paper"),
        _("Kind of place"),
        _("Place"),
        _("Area"),
        _("Work"),
        _("First day"),
        _("Last day"),
        _("State"),
        _("Confirmed by the receiver"),
    ]
    return workbook(_("Front line"), heads, [_assignment_row(one, tree, on) for one in assignments])


def _assignment_row(one: FrontLineAssignment, tree: Tree, on: datetime.date) -> list[Value]:
    return [
        one.person.staff_code,
        one.person.full_name,
        tree[one.unit_id].name if one.unit_id in tree else one.unit.code,
        one.order_number,
        one.order_date,
        str(one.get_place_kind_display()),
        one.place,
        one.area.name if one.area else "",
        one.work,
        one.first_day,
        one.last_day,
        str(one.standing(on).label),
        _("yes") if getattr(one, "is_confirmed", False) else _("no"),
    ]


def accounts_workbook(made: Iterable[NewAccount]) -> bytes:
    """What each new holder of an account is told, once."""
    heads = [_("Staff code"), _("Full name"), _("User name"), _("One-time password")]
    rows = [[one.person.staff_code, one.person.full_name, one.username, one.password] for one in made]
    return workbook(_("Accounts"), heads, rows)


def _row(row: PersonRow) -> list[Value]:
    person, post = row.person, row.post
    return [
        person.staff_code,
        person.full_name,
        person.birth_date,
        post.title if post else "",
        post.unit.code if post else "",
        row.unit_name,
        str(post.get_contract_display()) if post else "",
        person.spoken_phone,
    ]


def slip_picture(address: str, slip: PrintedSlip) -> SafeString:
    """The QR of a slip as SVG. The code stands behind `#`, so that no server on the way writes it down."""
    return qr_picture(f"{address}#{slip.code}")
