"""A shared device: one person after another says who they are, declares, and is forgotten."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from vungxanh.accounts.views import signed_in
from vungxanh.admission.forms.declaring import DeclarationForm, fresh_initial
from vungxanh.admission.forms.kiosk import LeaveForm, WhoForm
from vungxanh.admission.middleware import SESSION_KEY
from vungxanh.admission.operations import submit_declarations
from vungxanh.admission.permissions import Entering
from vungxanh.admission.queries.declaring import day_state
from vungxanh.admission.queries.entering import all_open_sites
from vungxanh.admission.rulebook import KIOSK, KioskRule
from vungxanh.admission.submission import NewDeclaration, Refused
from vungxanh.admission.views.declaring import asked_on
from vungxanh.common import clock, limits
from vungxanh.organization.models import Person, Site
from vungxanh.screening.enums import Channel, Window
from vungxanh.screening.operations import open_day
from vungxanh.screening.queries.days import all_is_open

GET_OR_POST = require_http_methods(["GET", "HEAD", "POST"])
PERSON_KEY, DONE_KEY = "kiosk_person", "kiosk_done"
LIMIT, LEAVE_LIMIT = "kiosk", "kiosk-leave"


@dataclass(frozen=True, slots=True)
class Standing:
    """Who is at the device, and since when by the real clock."""

    person_id: int
    since: float


@never_cache
@GET_OR_POST
def kiosk(request: HttpRequest) -> HttpResponse:
    """Closed: choose the site and open it. Open: who are you?"""
    user = signed_in(request)
    units = Entering(clock.today()).unit_ids_where(user, Channel.KIOSK)
    sites = all_open_sites(units)
    if SESSION_KEY not in request.session and not units:
        raise Http404
    if SESSION_KEY not in request.session:
        return _opening(request, sites)
    rule = _rule()
    _forget(request)
    form = WhoForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        person = _identified(form.cleaned_data["staff_code"], form.cleaned_data["digits"], rule)
        if person is not None:
            request.session[PERSON_KEY] = [person.pk, clock.real_now().timestamp()]
            return redirect("admission:kiosk_form")
        form = WhoForm(initial={"staff_code": form.cleaned_data["staff_code"]})
        messages.error(request, _("Code and digits do not belong together, or it was tried too often. Ask the clerk."))
    context = {"form": form, "site": _site(request, sites)}
    return _resetting(request, "admission/kiosk.html", context, rule.idle_seconds, 422 if request.POST else 200)


def _opening(request: HttpRequest, sites: list[Site]) -> HttpResponse:
    if not sites:
        return render(request, "admission/no_site.html", {"heading": _("Shared device")})
    code = request.POST.get("site", "")
    if any(site.code == code for site in sites):
        request.session[SESSION_KEY] = code
        return redirect("admission:kiosk")
    return render(request, "admission/kiosk_open.html", {"sites": sites})


@never_cache
@GET_OR_POST
def kiosk_form(request: HttpRequest) -> HttpResponse:
    """The form of the window that is open now, for the one who stands here; nothing of earlier declarations."""
    rule, now = _rule(), clock.now()
    person = _standing(request, rule)
    if person is None:
        return redirect("admission:kiosk")
    if not all_is_open(now.date()):
        open_day(now.date(), at=now)
    state = day_state(person, at=now)
    if state.current is None:
        return _finished(request, _("No declaration is expected of you now."), is_kept=False)
    window = state.current.window
    is_sent = request.method == "POST" and request.POST.get("window") == window
    given = {"data": request.POST} if is_sent else {"initial": fresh_initial(window)}
    form = DeclarationForm(window=window, **asked_on(now.date()), **given)
    refused = None
    if is_sent and form.is_valid():
        [outcome] = submit_declarations([_new(request, form, person, window)], at=now)
        if not isinstance(outcome, Refused):
            return _finished(request, outcome.gate.words.in_language(get_language() or "vi"), is_kept=True)
        refused = outcome
    context = {"form": form, "person": person, "window": window, "refused": refused}
    return _resetting(request, "admission/kiosk_form.html", context, rule.idle_seconds, 422 if is_sent else 200)


@never_cache
@require_safe
def kiosk_done(request: HttpRequest) -> HttpResponse:
    """Shown once, for seconds."""
    done = request.session.pop(DONE_KEY, None)
    if done is None:
        return redirect("admission:kiosk")
    words, is_kept = done
    heading, tone = (_("The declaration is in"), "success") if is_kept else (_("Nothing to declare now"), "info")
    context = {"heading": heading, "tone": tone, "words": words}
    return _resetting(request, "admission/kiosk_done.html", context, _rule().shown_seconds, 200)


@never_cache
@GET_OR_POST
def kiosk_leave(request: HttpRequest) -> HttpResponse:
    """With the password of the account that opened the device."""
    user, rule = signed_in(request), _rule()
    if SESSION_KEY not in request.session:
        return redirect("admission:kiosk")
    form = LeaveForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        tries = limits.count(LEAVE_LIMIT, str(user.pk), seconds=rule.tries_minutes * 60)
        if tries <= rule.tries and user.check_password(form.cleaned_data["password"]):
            _forget(request)
            del request.session[SESSION_KEY]
            return redirect("home")
        form.add_error("password", _("Not the right password, or tried too often."))
    status = 422 if form.errors else 200
    return _resetting(request, "admission/kiosk_leave.html", {"form": form}, rule.idle_seconds, status)


def _rule() -> KioskRule:
    return KIOSK.current().in_force(clock.today())


def _site(request: HttpRequest, sites: list[Site]) -> Site | None:
    return next((site for site in sites if site.code == request.session[SESSION_KEY]), None)


def _identified(staff_code: str, digits: str, rule: KioskRule) -> Person | None:
    """Unknown, wrong and tried too often are told apart by nobody."""
    code = staff_code.strip().upper()
    if limits.count(LIMIT, code, seconds=rule.tries_minutes * 60) > rule.tries:
        return None
    person = Person.objects.filter(staff_code__iexact=code, merged_into__isnull=True).first()
    known = {number[-4:] for number in (person.phone, person.identity_number) if number} if person else set()
    return person if digits in known else None


def _standing(request: HttpRequest, rule: KioskRule) -> Person | None:
    found = request.session.get(PERSON_KEY)
    if SESSION_KEY not in request.session or not found:
        return None
    one = Standing(*found)
    if clock.real_now().timestamp() - one.since > rule.idle_seconds:
        _forget(request)
        return None
    return Person.objects.filter(pk=one.person_id).first()


def _forget(request: HttpRequest) -> None:
    request.session.pop(PERSON_KEY, None)
    request.session.pop(DONE_KEY, None)


def _finished(request: HttpRequest, words: str, *, is_kept: bool) -> HttpResponse:
    _forget(request)
    request.session[DONE_KEY] = [words, is_kept]
    return redirect("admission:kiosk_done")


def _new(request: HttpRequest, form: DeclarationForm, person: Person, window: Window) -> NewDeclaration:
    return NewDeclaration(
        client_uuid=form.cleaned_data["client_uuid"],
        person=person,
        window=window,
        site_code=request.session[SESSION_KEY],
        declared_at=None,
        temperature_c=form.temperature,
        answers=form.answers,
        attested=form.cleaned_data["attested"],
        channel=Channel.KIOSK,
        actor=signed_in(request),
    )


def _resetting(
    request: HttpRequest, template: str, context: Mapping[str, object], seconds: int, status: int
) -> HttpResponse:
    """The page goes back to the beginning by itself, without any script."""
    response = render(request, template, context, status=status)
    response["Refresh"] = f"{seconds}; url={reverse('admission:kiosk')}"
    return response
