"""Everything that reminds somebody by itself, as the rules of the day have it."""

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from vungxanh.admission.rulebook import VISITS, VisitReminder
from vungxanh.common import formats
from vungxanh.common.decision_tables import Edition
from vungxanh.common.decision_tables.editions import NoEditionInForceError
from vungxanh.risk.enums import ReminderTarget
from vungxanh.risk.rulebook import RETURN_REMINDERS, ReturnReminderRow

RETURNS, VISITORS = "bao-cao-ngay", "khach"
"""Their places in addresses."""


@dataclass(frozen=True, slots=True)
class ReminderLine:
    code: str
    when: str
    who: str | Promise
    says: str


@dataclass(frozen=True, slots=True)
class ReminderGroup:
    """The reminders of one rule file that are switched on; without an edition in force nobody is reminded."""

    address: str
    title: str
    edition: Edition | None
    lines: list[ReminderLine]


def all_reminders(today: datetime.date) -> list[ReminderGroup]:
    returns, visits = RETURN_REMINDERS, VISITS
    groups = []
    try:
        edition = returns.current().in_force(today)
        groups.append(ReminderGroup(RETURNS, returns.title, edition, _return_lines(edition.reminder)))
    except NoEditionInForceError:
        groups.append(ReminderGroup(RETURNS, returns.title, None, []))
    try:
        rule = visits.current().in_force(today)
        groups.append(ReminderGroup(VISITORS, visits.title, rule, _visit_lines(rule.reminder)))
    except NoEditionInForceError:
        groups.append(ReminderGroup(VISITORS, visits.title, None, []))
    return groups


def _return_lines(rows: Iterable[ReturnReminderRow]) -> list[ReminderLine]:
    language = get_language() or "vi"
    return [
        ReminderLine(one.code, formats.clock_time(one.at), ReminderTarget(one.to).label, one.in_language(language))
        for one in sorted(rows, key=lambda one: one.at)
        if one.is_on
    ]


def _visit_lines(rows: Iterable[VisitReminder]) -> list[ReminderLine]:
    language = get_language() or "vi"
    return [
        ReminderLine(one.code, _visit_case(one), _told(one.to), one.in_language(language)) for one in rows if one.is_on
    ]


def who_is_told(row: Mapping[str, Any]) -> str:
    """Of a reminder as it stands in its rule file: who, and of a visitor's also in which case."""
    if "at" in row:
        return str(ReminderTarget(row["to"]).label)
    return f"{_case(row['when'])}: {_told(row['to'])}"


def _visit_case(one: VisitReminder) -> str:
    if not one.after_minutes:
        return _("%(case)s: at once") % {"case": _case(one.when)}
    return _("%(case)s for %(minutes)d minutes") % {"case": _case(one.when), "minutes": one.after_minutes}


def _case(when: str) -> str:
    return {
        "SILENT": _("the host has not answered"),
        "ABSENT": _("the host is absent today"),
        "NO_HOST": _("the host is not known"),
    }[when]


def _told(to: str) -> str:
    return {
        "HOST": _("the host"),
        "HEAD": _("head and deputy of the unit"),
        "OFFICE": pgettext("reminder", "Office"),
    }[to]
