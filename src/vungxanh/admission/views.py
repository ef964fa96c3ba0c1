"""The phone pages of declaring: the form, the result at once, one's own history, and the health officer's look."""

import datetime
import uuid

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from vungxanh.accounts.views import signed_in
from vungxanh.admission import operations, queries
from vungxanh.admission.forms import DeclarationForm, fresh_initial
from vungxanh.admission.submission import NewDeclaration, Refused
from vungxanh.areas.enums import AreaTier
from vungxanh.areas.queries import all_areas
from vungxanh.audit.operations import record
from vungxanh.common import clock
from vungxanh.organization.models import Person
from vungxanh.organization.queries.people import person_of
from vungxanh.risk.queries.people import labels_of_unknown, person_level, shown_reasons, unit_ids_of
from vungxanh.screening.enums import Channel, Window
from vungxanh.screening.operations import open_day
from vungxanh.screening.permissions import may_read_answers
from vungxanh.screening.queries.days import all_is_open
from vungxanh.screening.queries.declarations import all_declarations_of
from vungxanh.screening.rulebook import QUESTIONNAIRE

HISTORY_DAYS = 31


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
        return render(request, "admission/closed.html", {"state": state, "person": person})
    form = _form(request, now, initial=fresh_initial(state.current.window))
    return render(request, "admission/declare.html", {"form": form, "state": state, "window": state.current})


def _submitted(request: HttpRequest, person: Person, now: datetime.datetime) -> HttpResponse:
    form = _form(request, now, data=request.POST)
    refused: Refused | None = None
    if form.is_valid():
        [outcome] = operations.submit_declarations([_new(request, form, person, now)], at=now)
        if not isinstance(outcome, Refused):
            return redirect("admission:declaration_result", declaration_id=outcome.declaration_id)
        refused = outcome
    state = queries.day_state(person, at=now)
    if refused and state.current is None:
        return render(request, "admission/closed.html", {"state": state, "refused": refused}, status=refused.status)
    context = {"form": form, "state": state, "window": state.current, "refused": refused}
    return render(request, "admission/declare.html", context, status=refused.status if refused else 422)


def _form(request: HttpRequest, now: datetime.datetime, **kwargs: object) -> DeclarationForm:
    questionnaire = QUESTIONNAIRE.current().in_force(now.date())
    areas = [*all_areas(on=now.date(), tier=AreaTier.PROVINCE), *all_areas(on=now.date(), tier=AreaTier.DISTRICT)]
    return DeclarationForm(questionnaire=questionnaire, areas=areas, **kwargs)


def _new(request: HttpRequest, form: DeclarationForm, person: Person, now: datetime.datetime) -> NewDeclaration:
    return NewDeclaration(
        client_uuid=form.cleaned_data["client_uuid"],
        person=person,
        window=Window(form.cleaned_data["window"]),
        site_code="",
        declared_at=now,
        temperature_c=form.temperature,
        answers=form.answers,
        attested=form.cleaned_data["attested"],
        channel=Channel.PAGE,
        actor=signed_in(request),
    )


@never_cache
@require_safe
def declaration_result(request: HttpRequest, declaration_id: int) -> HttpResponse:
    """One's own declaration: accepted when, the level, why, and what to do."""
    person = person_of(signed_in(request))
    found = queries.own_declaration(person, declaration_id) if person else None
    if person is None or found is None:
        raise Http404
    declaration, assessment = found
    return render(
        request,
        "admission/declaration_result.html",
        {
            "declaration": declaration,
            "assessment": assessment,
            "reasons": shown_reasons(assessment, in_full=True),
            "unknown": labels_of_unknown(assessment),
            "contacts": queries.all_health_contacts(declaration.unit_id, on=declaration.day),
        },
    )


@never_cache
@require_safe
def declaration_history(request: HttpRequest) -> HttpResponse:
    person = person_of(signed_in(request))
    today = clock.today()
    first = today - datetime.timedelta(days=HISTORY_DAYS)
    rows = all_declarations_of(person, first=first, last=today, language=get_language() or "vi") if person else []
    return render(request, "admission/declaration_history.html", {"rows": rows, "person": person})


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
    first = now.date() - datetime.timedelta(days=HISTORY_DAYS)
    rows = all_declarations_of(person, first=first, last=now.date(), language=get_language() or "vi")
    context = {"rows": rows, "person": person, "level": person_level(user, person.pseudonym, now.date())}
    return render(request, "admission/person_declarations.html", context)
