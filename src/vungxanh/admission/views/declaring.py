"""The phone pages of declaring: the form, the result at once, one's own history, and the health officer's look."""

import datetime
import uuid
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from vungxanh.accounts.views import is_on_own_device, signed_in
from vungxanh.admission import operations
from vungxanh.admission.exports import own_pass
from vungxanh.admission.forms.declaring import DeclarationForm, fresh_initial
from vungxanh.admission.permissions import may_correct
from vungxanh.admission.queries import declaring as queries
from vungxanh.admission.queries.paper import Proof, all_proofs
from vungxanh.admission.rulebook import CHANNELS, PASS, ChannelRules
from vungxanh.admission.submission import NewDeclaration, Refused
from vungxanh.areas.queries import all_areas_to_name
from vungxanh.audit.operations import record
from vungxanh.common import clock
from vungxanh.common.views.months import Month, asked_month
from vungxanh.organization.models import Person
from vungxanh.organization.queries.people import person_of, unit_ids_of
from vungxanh.risk.queries.people import labels_of_unknown, person_level, shown_reasons
from vungxanh.screening.enums import Channel, Window
from vungxanh.screening.operations import open_day
from vungxanh.screening.permissions import may_read_answers
from vungxanh.screening.queries.days import all_is_open
from vungxanh.screening.queries.declarations import ReadDeclaration, all_declarations_of
from vungxanh.screening.rulebook import QUESTIONNAIRE, WINDOWS


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def declare(request: HttpRequest) -> HttpResponse:
    """The form of the window that is open now; otherwise what was declared and when the next one opens."""
    now = clock.now()
    person = person_of(signed_in(request))
    if person is None:
        return render(request, "admission/no_person.html")
    if not all_is_open(now.date()):
        open_day(now.date(), at=now)
    if request.method == "POST":
        return _submitted(request, person, now)
    state = queries.day_state(person, at=now)
    if state.current is None:
        return _shown(request, "closed", {"state": state})
    form = _form(now, state.current.window, initial=fresh_initial(state.current.window))
    return _shown(request, "declare", {"form": form, "state": state, "window": state.current})


def _shown(request: HttpRequest, page: str, context: dict[str, object], status: int = 200) -> HttpResponse:
    context["is_own_device"] = is_on_own_device(request)
    return render(request, f"admission/{page}.html", context, status=status)


@dataclass(frozen=True, slots=True)
class OfflineWindow:
    """One of the forms of the page that opens without network; `opens` by the shipped times."""

    window: Window
    opens: datetime.time
    form: DeclarationForm


@login_not_required
@require_safe
def declare_offline(request: HttpRequest) -> HttpResponse:
    """What an own device shows in the place of a page that it cannot reach: the same for everybody."""
    now = clock.now()
    times = WINDOWS.current().in_force(now.date())
    windows = [
        OfflineWindow(one, getattr(times, one.lower()).opens, _form(now, one, auto_id=f"id_{one.lower()}_%s"))
        for one in Window
    ]
    # The page is held for days, so it says no time.
    context = {"windows": windows, "areas": windows[0].form.areas, "now": None}
    return render(request, "admission/declare_offline.html", context)


def _submitted(request: HttpRequest, person: Person, now: datetime.datetime) -> HttpResponse:
    sent = request.POST.get("window", "")
    form = _form(now, Window(sent) if sent in Window else Window.ARRIVAL, data=request.POST)
    refused: Refused | None = None
    if form.is_valid():
        [outcome] = operations.submit_declarations([_new(request, form, person)], at=now)
        if not isinstance(outcome, Refused):
            return redirect("admission:declaration_result", declaration_id=outcome.declaration_id)
        refused = outcome
    return _sent_back(request, form, refused, queries.day_state(person, at=now), now)


def _sent_back(
    request: HttpRequest,
    form: DeclarationForm,
    refused: Refused | None,
    state: queries.DayState,
    now: datetime.datetime,
) -> HttpResponse:
    """The form with all its answers; where its window has closed meanwhile, as the form of the one that is open."""
    status = refused.status if refused else 422
    if state.current is None:
        return _shown(request, "closed", {"state": state, "refused": refused or True}, status)
    is_moved = state.current.window != form.for_window
    if is_moved:
        answers = request.POST.copy()
        answers["window"] = state.current.window
        form = _form(now, state.current.window, data=answers)
    context = {"form": form, "state": state, "window": state.current, "refused": refused, "is_moved": is_moved}
    return _shown(request, "declare", context, status)


def _form(now: datetime.datetime, window: Window, **kwargs: Any) -> DeclarationForm:
    return DeclarationForm(window=window, **asked_on(now.date()), **kwargs)


def asked_on(on: datetime.date) -> dict[str, Any]:
    """What a form of declaring is made from: the questionnaire in force, and the areas that may be named."""
    return {"questionnaire": QUESTIONNAIRE.current().in_force(on), "areas": all_areas_to_name(on=on)}


def _new(request: HttpRequest, form: DeclarationForm, person: Person) -> NewDeclaration:
    return NewDeclaration(
        client_uuid=form.cleaned_data["client_uuid"],
        person=person,
        window=form.for_window,
        site_code=None,
        declared_at=None,
        temperature_c=form.temperature,
        answers=form.answers,
        attested=form.cleaned_data["attested"],
        channel=Channel.PAGE,
        actor=signed_in(request),
    )


@never_cache
@require_safe
def declaration_result(request: HttpRequest, declaration_id: int) -> HttpResponse:
    """One's own declaration, its newest version: accepted when, the level, why, what to do, whether one may enter."""
    person = person_of(signed_in(request))
    found = queries.own_declaration(person, declaration_id) if person else None
    if person is None or found is None:
        raise Http404
    declaration, assessment = found
    if (counting := queries.all_newest_id(declaration)) != declaration.pk:
        return redirect("admission:declaration_result", declaration_id=counting)
    gate = PASS.current().in_force(declaration.day).gate_of(assessment.level)
    return render(
        request,
        "admission/declaration_result.html",
        {
            "declaration": declaration,
            "person": person,
            "assessment": assessment,
            "reasons": shown_reasons(assessment, in_full=True),
            "unknown": labels_of_unknown(assessment),
            "shown": own_pass(person, at=clock.now()),
            "gate": gate.state,
            "gate_words": gate.words.in_language(_language()),
            "contacts": queries.all_health_contacts(declaration.unit_id, on=declaration.day),
            "may_correct": may_correct(signed_in(request), person, declaration, at=clock.now()),
        },
    )


@never_cache
@require_safe
def declaration_history(request: HttpRequest) -> HttpResponse:
    """One's own declarations, a month on a page."""
    person = person_of(signed_in(request))
    month = asked_month(request)
    rows = _declared(person, month) if person else []
    return render(request, "admission/declaration_history.html", {"rows": rows, "month": month})


@never_cache
@require_safe
def person_declarations(request: HttpRequest, pseudonym: uuid.UUID) -> HttpResponse:
    """The answers of somebody else, for the health officer; every look is written down."""
    user, now = signed_in(request), clock.now()
    person = get_object_or_404(Person, pseudonym=pseudonym)
    units = unit_ids_of(person, now.date())
    if not may_read_answers(user, units, on=now.date()):
        raise Http404
    record(
        "admission.read_declarations",
        actor=user,
        at=now,
        subject=person,
        unit_id=min(units, default=None),
        is_read=True,
    )
    month = asked_month(request)
    context = {
        "rows": _declared(person, month),
        "month": month,
        "person": person,
        "level": person_level(user, person.pseudonym, now.date()),
    }
    return render(request, "admission/person_declarations.html", context)


class Proven(NamedTuple):
    """A declaration with the paper sheet that it was entered from, and whether it rests on another's word alone."""

    row: ReadDeclaration
    paper: Proof | None
    is_weaker: bool


def _declared(person: Person, month: Month) -> list[Proven]:
    rows = all_declarations_of(person, first=month.first, last=month.last, language=_language())
    proofs, channels = all_proofs(row.declaration for row in rows), CHANNELS.current()
    return [_proven(row, proofs.get(row.declaration.pk), channels.in_force(row.declaration.day)) for row in rows]


def _proven(row: ReadDeclaration, paper: Proof | None, rules: ChannelRules) -> Proven:
    rule = rules.channel.get(Channel(row.declaration.channel))
    is_photographed = paper is not None and paper.photographs > 0
    return Proven(row, paper, rule is not None and not rule.is_strong(is_photographed=is_photographed))


def _language() -> str:
    return get_language() or "vi"
