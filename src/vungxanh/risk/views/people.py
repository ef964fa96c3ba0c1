"""A person's level with its reasons and history, and the unit's decision on it."""

import uuid

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from vungxanh.accounts.models import User
from vungxanh.accounts.views import signed_in
from vungxanh.audit.operations import record
from vungxanh.common import clock
from vungxanh.organization.queries.people import person_of, unit_ids_of
from vungxanh.risk import operations, permissions
from vungxanh.risk.forms import DecisionForm
from vungxanh.risk.queries import PersonLevel, person_history, person_level


@never_cache
@require_safe
def own_level(request: HttpRequest) -> HttpResponse:
    """One's own level, reasons, instruction, what is not known, history."""
    user = signed_in(request)
    person = person_of(user)
    if person is None:
        raise Http404
    return _page(request, user, person.pseudonym, DecisionForm())


@never_cache
@require_safe
def person_page(request: HttpRequest, subject: uuid.UUID) -> HttpResponse:
    """Somebody's level: in full for the person and the health officer, neutral for the unit's staff."""
    return _page(request, signed_in(request), subject, DecisionForm())


@require_POST
def level_decide(request: HttpRequest, subject: uuid.UUID) -> HttpResponse:
    user, now = signed_in(request), clock.now()
    found = person_level(user, subject, now.date())
    if found is None:
        raise Http404
    form = DecisionForm(request.POST)
    if not form.is_valid():
        return _page(request, user, subject, form, status=422)
    level, reason = form.cleaned_data["level"], form.cleaned_data["reason"]
    try:
        if level:
            operations.override_level(subject, day=now.date(), level=level, reason=reason, actor=user, at=now)
        else:
            operations.confirm_level(subject, day=now.date(), actor=user, at=now, note=reason)
    except (ValidationError, operations.NotAssessedError) as error:
        form.add_error(None, error if isinstance(error, ValidationError) else str(error.args[0]))
        return _page(request, user, subject, form, status=422)
    messages.success(request, _("The decision on the level is kept."))
    return redirect("risk:person_page", subject=subject)


def _page(
    request: HttpRequest, user: User, subject: uuid.UUID, form: DecisionForm, *, status: int = 200
) -> HttpResponse:
    now = clock.now()
    found = person_level(user, subject, now.date())
    if found is None:
        raise Http404
    is_own = found.person.user_id == user.pk
    units = unit_ids_of(found.person, now.date())
    if found.is_full and not is_own:
        _note_look(user, found, min(units, default=None))
    context = {
        "found": found,
        "is_own": is_own,
        "form": form,
        "may_decide": permissions.may_decide_level(user, subject, units, on=now.date()),
        "history": person_history(user, subject, now.date()),
    }
    return render(request, "risk/person_page.html", context, status=status)


def _note_look(user: User, found: PersonLevel, unit_id: int | None) -> None:
    """Health reasons of somebody else were read: who, whose, when."""
    record("risk.read_level", actor=user, at=clock.now(), subject=found.person, unit_id=unit_id, is_read=True)
