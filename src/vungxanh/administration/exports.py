"""Spreadsheets of the settings pages."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from vungxanh.administration.queries.role_holders import Held
from vungxanh.common.formats import person_name
from vungxanh.common.spreadsheets import workbook


def roles_workbook(held: Iterable[Held]) -> bytes:
    heads = [
        _("Unit"),
        _("Unit code"),
        _("Role"),
        _("Name"),
        _("Account"),
        _("From"),
        _("Until"),
        _("Acts for"),
        _("Basis or reason"),
    ]
    rows = (
        [
            one.unit.name,
            one.unit.code,
            one.role.label,
            person_name(one.user),
            one.user.username,
            one.since,
            one.until,
            person_name(one.principal) if one.principal else "",
            one.note,
        ]
        for one in held
    )
    return workbook(_("Roles"), heads, rows)
