"""The places where somebody was: one's own, and somebody else's for the health officer who traces."""

import datetime
import uuid

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from vungxanh.accounts.views import signed_in
from vungxanh.admission.exports import place_history_workbook
from vungxanh.admission.permissions import may_read_places
from vungxanh.admission.queries.place_history import PlaceStay, all_place_history
from vungxanh.audit.operations import record
from vungxanh.common import clock
from vungxanh.common.spreadsheets import download
from vungxanh.organization.models import Person
from vungxanh.organization.queries.people import person_of, unit_ids_of
from vungxanh.screening.rulebook import PLACE_HISTORY


@never_cache
@require_safe
def place_history(request: HttpRequest) -> HttpResponse:
    """One's own, without the others who were there."""
    person, now = person_of(signed_in(request)), clock.now()
    first = _first_day(request, now.date())
    rows = _rows(person, first, now, with_others=False) if person else []
    return render(request, "admission/place_history.html", _context(rows, first, now))


@never_cache
@require_safe
def person_places(request: HttpRequest, pseudonym: uuid.UUID) -> HttpResponse:
    """With everybody who was there; every look is written down."""
    person, now = _read(request, pseudonym), clock.now()
    first = _first_day(request, now.date())
    rows = _rows(person, first, now, with_others=True)
    return render(request, "admission/person_places.html", {"person": person, **_context(rows, first, now)})


@never_cache
@require_safe
def person_places_xlsx(request: HttpRequest, pseudonym: uuid.UUID) -> HttpResponse:
    """The same as a spreadsheet; the file is named by the staff code, never by the name."""
    person, now = _read(request, pseudonym), clock.now()
    rows = _rows(person, _first_day(request, now.date()), now, with_others=True)
    return download(f"noi-da-den-{person.staff_code}-{now:%Y%m%d}", place_history_workbook(rows))


def _read(request: HttpRequest, pseudonym: uuid.UUID) -> Person:
    user, now = signed_in(request), clock.now()
    person = get_object_or_404(Person, pseudonym=pseudonym)
    verdict = may_read_places(user, person, on=now.date())
    if not verdict:
        raise PermissionDenied(str(verdict.reason))
    unit_id = min(unit_ids_of(person, now.date()), default=None)
    record("admission.read_places", actor=user, at=now, subject=person, unit_id=unit_id, is_read=True)
    return person


def _first_day(request: HttpRequest, today: datetime.date) -> datetime.date:
    """As many days as the rule shows; with `?tat-ca=1` all that are kept."""
    rule = PLACE_HISTORY.current().in_force(today)
    days = rule.keep_days if request.GET.get("tat-ca") else rule.shown_days
    return today - datetime.timedelta(days=days)


def _rows(person: Person, first: datetime.date, now: datetime.datetime, *, with_others: bool) -> list[PlaceStay]:
    return all_place_history(person, first=first, last=now.date(), at=now, with_others=with_others)


def _context(rows: list[PlaceStay], first: datetime.date, now: datetime.datetime) -> dict[str, object]:
    rule = PLACE_HISTORY.current().in_force(now.date())
    days: dict[datetime.date, list[PlaceStay]] = {}
    for row in rows:
        days.setdefault(row.stay.day, []).append(row)
    return {
        "days": list(days.items()),
        "first": first,
        "rule": rule,
        "shows_all": first < now.date() - datetime.timedelta(days=rule.shown_days),
    }
