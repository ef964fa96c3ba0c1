"""Passes and codes of places as pictures; the empty list of PC-Covid results; where somebody was, for tracing."""

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from vungxanh.admission.imports import NOTHING, columns
from vungxanh.admission.models import GatePass, Visit
from vungxanh.admission.queries.passes import all_good_pass, all_pass_of_visit, all_tokens
from vungxanh.admission.queries.place_history import PlaceStay
from vungxanh.admission.subjects import all_named
from vungxanh.common.clock import ZONE
from vungxanh.common.qr import qr_picture
from vungxanh.common.spreadsheets import Value, workbook, workbook_of
from vungxanh.organization.models import Person
from vungxanh.screening.rulebook import QUESTIONNAIRE


@dataclass(frozen=True, slots=True)
class ShownPass:
    """A pass with what stands beside its code."""

    row: GatePass
    picture: SafeString
    name: str
    belongs_to: str


def shown_pass(row: GatePass) -> ShownPass:
    """The code is dense: little of it may be dirty, so that a cheap camera reads it from a small screen."""
    named = all_named([row.subject], on=row.day).get(row.subject)
    picture = qr_picture(all_tokens([row])[row.jti], error="l")
    return ShownPass(row, picture, named.name if named else "", named.belongs_to if named else "")


def visit_pass(visit: Visit, *, at: datetime.datetime) -> ShownPass | None:
    """None as long as the visitor may not come in, and when the visit is over."""
    row = all_pass_of_visit(visit, at=at)
    return shown_pass(row) if row else None


def own_pass(person: Person, *, at: datetime.datetime) -> ShownPass | None:
    """Today's, or that of a shift which began yesterday."""
    today = at.astimezone(ZONE).date()
    days = (today, today - datetime.timedelta(days=1))
    row = next((one for day in days if (one := all_good_pass(person.pseudonym, day, at=at))), None)
    return shown_pass(row) if row else None


PC_COVID_EXAMPLE = {"staff_code": "CB0001", "declared_at": "20/09/2021 07:30", "answers": NOTHING}


def pc_covid_list(today: datetime.date) -> bytes:
    """The heads that the import reads, and one example to be overwritten."""
    heads = columns(QUESTIONNAIRE.current().in_force(today))
    return workbook("PC-Covid", [one.title for one in heads], [[PC_COVID_EXAMPLE.get(one.key) for one in heads]])


def place_history_workbook(rows: Sequence[PlaceStay]) -> bytes:
    """Two sheets: the stays, and everybody who was at the same place at the same time."""
    stays = [_("Place"), _("Site"), _("Day"), _("In at"), _("Out at"), _("Known by"), _("Does not fit with")]
    others = [
        _("Full name"),
        _("Code"),
        _("Unit or organization"),
        _("Place"),
        _("Day"),
        _("Together from"),
        _("Together until"),
        _("Minutes"),
        _("Certain"),
    ]
    return workbook_of(
        [
            (_("Places"), stays, map(_stay_line, rows)),
            (_("Were there as well"), others, (line for row in rows for line in _other_lines(row))),
        ]
    )


def _stay_line(row: PlaceStay) -> Sequence[Value]:
    stay = row.stay
    return [row.place, row.site, stay.day, stay.entered_at, stay.left_at, ", ".join(row.means), row.also_at]


def _other_lines(row: PlaceStay) -> Iterable[Sequence[Value]]:
    certain, uncertain = _("yes"), _("no, at most")
    for one in row.others:
        shared = one.shared
        yield [
            one.name,
            one.code,
            one.belongs_to,
            row.place,
            row.stay.day,
            shared.begins,
            shared.ends,
            shared.minutes,
            certain if shared.is_certain else uncertain,
        ]
