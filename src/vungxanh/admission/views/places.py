"""Codes of places: the screen that shows one, the printed sheet, and the page that a scanned one opens."""

import datetime
import uuid

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from vungxanh.accounts.models import User
from vungxanh.accounts.views import signed_in
from vungxanh.admission.forms.gate import PresentForm
from vungxanh.admission.operations.gate import Passing, confirm_presence, refuse_at_gate
from vungxanh.common import clock, formats, limits
from vungxanh.common.camera import with_camera
from vungxanh.common.codes import canonical_code
from vungxanh.common.qr import qr_picture
from vungxanh.organization.enums import PlaceKind
from vungxanh.organization.models import Place
from vungxanh.organization.permissions import may_change_units
from vungxanh.organization.place_codes import (
    CodeKind,
    CodeReading,
    changing_code,
    fixed_code,
    read_code,
    rule_of,
    shown_code,
)
from vungxanh.organization.queries.people import person_of
from vungxanh.organization.queries.places import all_open_place
from vungxanh.screening.enums import Direction, Means
from vungxanh.screening.permissions import may_keep_gate

SCANNED = "scanned_code"
TRIES, WITHIN_SECONDS = 60, 900
"""Wrong ones only, of one address: a whole office stands behind one."""
THROUGH = (PlaceKind.GATE, PlaceKind.FIELD_POST)


@never_cache
@require_safe
def place_screen(request: HttpRequest, code: str) -> HttpResponse:
    """Large, renewed by itself; for whoever keeps the gate."""
    now = clock.now()
    place = _kept(signed_in(request), code, now)
    if place.has_fixed_code:
        raise Http404
    template = "partials/place_code.html" if request.headers.get("HX-Request") else "place_screen.html"
    return render(request, f"admission/{template}", _code_context(request, place, changing_code(place, now)))


@never_cache
@require_safe
def place_sheet(request: HttpRequest, code: str) -> HttpResponse:
    """The printed code of a place without a screen."""
    place = _kept(signed_in(request), code, clock.now())
    if not place.has_fixed_code:
        raise Http404
    return render(request, "admission/place_sheet.html", _code_context(request, place, fixed_code(place)))


def _code_context(request: HttpRequest, place: Place, code: str) -> dict[str, object]:
    address = request.build_absolute_uri(reverse("gates:place_code", args=[place.code, code]))
    return {"place": place, "picture": qr_picture(address), "shown": shown_code(code), "address": address}


@never_cache
@login_not_required
@with_camera
@require_http_methods(["GET", "HEAD", "POST"])
def place_code(request: HttpRequest, place: str, code: str) -> HttpResponse:
    """What any camera opens: one tap for whoever works here, the way to the form for a visitor."""
    now, found = clock.now(), _open_place(place, clock.now())
    reading = _reading(request, found, code, now)
    if not reading.is_good:
        return _not_taken(request, found, reading, now)
    user = request.user if isinstance(request.user, User) else None
    person = person_of(user) if user else None
    context: dict[str, object] = {"place": found, "person": person, "is_weak": reading.kind == CodeKind.FIXED}
    form = PresentForm(request.POST or None)
    if request.method == "POST" and user and person and form.is_valid():
        direction = Direction(form.cleaned_data["direction"])
        means = Means.FIXED_CODE if reading.kind == CodeKind.FIXED else Means.GATE_CODE
        passing = Passing(form.cleaned_data["client_uuid"], found, person.pseudonym, direction, means)
        decision = confirm_presence(passing, actor=user, at=now)
        context |= {
            "decision": decision,
            "seen": direction == Direction.SEEN,
            "badge": "LEFT" if direction == Direction.OUT and decision.reason.code == "ALLOWED" else decision.state,
            "words": "" if direction == Direction.SEEN else decision.reason.in_language(get_language() or "vi"),
        }
    return render(request, "admission/place_code.html", context | {"form": PresentForm(), "ways": _ways(found)})


def _ways(place: Place) -> list[tuple[str, str, str]]:
    if place.kind in THROUGH:
        return [(Direction.IN, _("I am coming in"), "primary"), (Direction.OUT, _("I am leaving"), "secondary")]
    return [(Direction.SEEN, _("I am here"), "primary")]


def _reading(request: HttpRequest, place: Place, code: str, now: datetime.datetime) -> CodeReading:
    """A code that was good when it was scanned stays good while its owner signs in and taps."""
    reading = read_code(place, code, at=now)
    kept = request.session.get(SCANNED, {})
    if reading.is_good:
        if kept.get("place") != place.code or kept.get("code") != canonical_code(code):
            request.session[SCANNED] = {"place": place.code, "code": canonical_code(code), "at": now.isoformat()}
    elif (kept.get("place"), kept.get("code")) == (place.code, canonical_code(code)):
        at = parse_datetime(kept["at"])
        if at and at <= now < at + datetime.timedelta(minutes=rule_of(now).kept_minutes):
            return CodeReading(CodeKind.CURRENT, reading.of)
    return reading


def _not_taken(request: HttpRequest, place: Place, reading: CodeReading, now: datetime.datetime) -> HttpResponse:
    address = request.META.get("REMOTE_ADDR", "")
    is_too_often = limits.tried("place-code", address) >= TRIES
    if not is_too_often:
        limits.count("place-code", address, seconds=WITHIN_SECONDS)
        user = request.user if isinstance(request.user, User) else None
        refuse_at_gate(place, {uuid.uuid4(): f"CODE_{reading.kind}"}, actor=user, at=now)
    words = {
        CodeKind.OLD: _("This code was shown at %(time)s and is over. Scan the screen again."),
        CodeKind.EARLY: _("The clock of the screen is ahead of ours; tell the guard."),
    }.get(reading.kind, _("This is no code of this place. Compare it with the screen, letter by letter."))
    if is_too_often:
        words = _("Too many wrong codes came from here. Wait a quarter of an hour.")
    says = words % {"time": formats.moment(reading.of)} if reading.of else words
    context = {"place": place, "refused": says, "camera_ways": [("", _("Scan the code again"))]}
    return render(request, "admission/place_code.html", context, status=429 if is_too_often else 422)


def _open_place(code: str, now: datetime.datetime) -> Place:
    place = all_open_place(code.upper(), on=now.date())
    if place is None:
        raise Http404
    return place


def _kept(user: User, code: str, now: datetime.datetime) -> Place:
    """For whoever keeps the gate, and whoever opened it."""
    place = _open_place(code, now)
    verdict = may_keep_gate(user, place.site.unit_id, on=now.date())
    if not verdict and not may_change_units(user, place.site.unit_id, on=now.date()):
        raise PermissionDenied(str(verdict.reason))
    return place
