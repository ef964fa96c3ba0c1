"""Correcting a declaration, and what its versions said: for the person and for the health officer."""

import datetime

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from vungxanh.accounts.models import User
from vungxanh.accounts.views import signed_in
from vungxanh.admission import operations
from vungxanh.admission.forms.correcting import CorrectionForm
from vungxanh.admission.forms.declaring import fresh_initial
from vungxanh.admission.permissions import may_correct
from vungxanh.admission.queries import declaring as queries
from vungxanh.admission.submission import NewDeclaration, Refused, correction
from vungxanh.admission.views.declaring import asked_on
from vungxanh.audit.operations import record
from vungxanh.common import clock
from vungxanh.organization.models import Person
from vungxanh.organization.queries.people import unit_ids_of
from vungxanh.screening.enums import Channel, CorrectionReason, Window
from vungxanh.screening.models import Declaration
from vungxanh.screening.permissions import may_read_answers
from vungxanh.screening.queries.corrections import all_version_history
from vungxanh.screening.queries.declarations import content_of


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def declaration_correct(request: HttpRequest, declaration_id: int) -> HttpResponse:
    """The form as it was filled; sending it makes a new version."""
    user, now = signed_in(request), clock.now()
    declaration, person = _found(declaration_id)
    reads = _may_read(user, person, now)
    if not (reads or person.user_id == user.pk):
        raise Http404
    may_correct(user, person, declaration, at=now).or_refuse()
    window, asked = Window(declaration.window), asked_on(declaration.declared_at.astimezone(clock.ZONE).date())
    if request.method == "POST":
        form = CorrectionForm(request.POST, window=window, **asked)
        if form.is_valid():
            [outcome] = operations.submit_declarations([_new(user, form, declaration, person)], at=now)
            if not isinstance(outcome, Refused):
                messages.success(request, _("The correction is kept; the earlier version stays beside it."))
                return _done(user, person, outcome.declaration_id, reads=reads)
            return _page(request, form, declaration, person, refused=outcome)
        return _page(request, form, declaration, person, status=422)
    if reads:
        _note_look(user, person, declaration, now)
    said = content_of(declaration) if reads else None
    form = CorrectionForm(initial=fresh_initial(window), said=said, window=window, **asked)
    return _page(request, form, declaration, person)


@never_cache
@require_safe
def declaration_versions(request: HttpRequest, declaration_id: int) -> HttpResponse:
    """Every version with what it changed, who corrected it, when and why."""
    user, now = signed_in(request), clock.now()
    declaration, person = _found(declaration_id)
    if not _may_read(user, person, now):
        raise Http404
    _note_look(user, person, declaration, now)
    versions = all_version_history(declaration, language=get_language() or "vi")
    newest = versions[0].read.declaration
    context = {
        "versions": versions,
        "newest": newest,
        "person": person,
        "is_own": person.user_id == user.pk,
        "may_correct": may_correct(user, person, newest, at=now),
    }
    return render(request, "admission/declaration_versions.html", context)


def _found(declaration_id: int) -> tuple[Declaration, Person]:
    found = queries.all_declaration(declaration_id)
    if found is None:
        raise Http404
    return found


def _may_read(user: User, person: Person, at: datetime.datetime) -> bool:
    return person.user_id == user.pk or bool(may_read_answers(user, unit_ids_of(person, at.date()), on=at.date()))


def _note_look(user: User, person: Person, declaration: Declaration, at: datetime.datetime) -> None:
    if person.user_id != user.pk:
        record(
            "admission.read_declarations",
            actor=user,
            at=at,
            subject=person,
            unit_id=declaration.unit_id,
            is_read=True,
        )


def _new(user: User, form: CorrectionForm, declaration: Declaration, person: Person) -> NewDeclaration:
    return correction(
        declaration,
        person,
        reason=CorrectionReason(form.cleaned_data["reason"]),
        note=form.cleaned_data["note"],
        client_uuid=form.cleaned_data["client_uuid"],
        temperature_c=form.temperature,
        answers=form.answers,
        attested=form.cleaned_data["attested"],
        channel=Channel.PAGE,
        actor=user,
    )


def _page(
    request: HttpRequest,
    form: CorrectionForm,
    declaration: Declaration,
    person: Person,
    *,
    refused: Refused | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {
        "form": form,
        "declaration": declaration,
        "person": person,
        "is_own": person.user_id == signed_in(request).pk,
        "refused": refused,
    }
    return render(request, "admission/correct.html", context, status=refused.status if refused else status)


def _done(user: User, person: Person, declaration_id: int, *, reads: bool) -> HttpResponse:
    if person.user_id == user.pk:
        return redirect("admission:declaration_result", declaration_id=declaration_id)
    if reads:
        return redirect("admission:declaration_versions", declaration_id=declaration_id)
    return redirect("admission:declare")
