"""Spreadsheets of the organization: the staff list as it is seen, and the empty template."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from vungxanh.accounts.phones import spoken
from vungxanh.common.spreadsheets import Value, workbook
from vungxanh.organization.imports.columns import COLUMNS
from vungxanh.organization.models import Person

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


def staff_template() -> bytes:
    """The heads that the import reads, and one example to be overwritten."""
    return workbook(_("Staff list"), [column.title for column in COLUMNS], [[EXAMPLE.get(c.key) for c in COLUMNS]])


def people_workbook(people: Iterable[Person]) -> bytes:
    """People with `current_posts` at hand; identity numbers stay out."""
    heads = [_("Staff code"), _("Full name"), _("Birth date"), _("Title"), _("Unit"), _("Contract"), _("Telephone")]
    return workbook(_("Staff list"), heads, [_row(person) for person in people])


def _row(person: Person) -> list[Value]:
    posts = getattr(person, "current_posts", [])
    post = posts[0] if posts else None
    return [
        person.staff_code,
        person.full_name,
        person.birth_date,
        post.title if post else "",
        post.unit.code if post else "",
        str(post.get_contract_display()) if post else "",
        spoken(person.phone) if person.phone else "",
    ]
