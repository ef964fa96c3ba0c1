"""Signs of formalism, month by month, and what the Office found out."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from vungxanh.accounts.views import signed_in
from vungxanh.common import clock
from vungxanh.common.views.months import asked_month
from vungxanh.organization.tree import all_tree_on
from vungxanh.reports import permissions
from vungxanh.reports.operations.formalism import LONGEST_NOTE, note_sign
from vungxanh.reports.queries.formalism import KINDS, Sign, signs
from vungxanh.reports.rulebook import FORMALISM


@never_cache
@require_safe
def formalism_page(request: HttpRequest) -> HttpResponse:
    return _page(request)


@never_cache
@require_POST
def sign_note(request: HttpRequest, sign: str) -> HttpResponse:
    user, now = signed_in(request), clock.now()
    found = next((one for some in _signs(request).values() for one in some if one.key == sign), None)
    if found is None:
        raise Http404
    try:
        note_sign(found, request.POST.get("text", ""), actor=user, at=now)
    except ValidationError as error:
        return _page(request, refused={"key": sign, "text": request.POST.get("text", ""), "why": error.messages})
    messages.success(request, _("The note is kept."))
    return redirect(f"{reverse('reports:formalism')}?thang={asked_month(request).first:%Y-%m}#{sign[:12]}")


def _signs(request: HttpRequest) -> dict[str, list[Sign]]:
    user, now, month = signed_in(request), clock.now(), asked_month(request)
    permissions.may_see_formalism(user, on=now.date()).or_refuse()
    return signs(user, month.first, month.last, at=now, tree=all_tree_on(min(month.last, now.date())))


def _page(request: HttpRequest, *, refused: dict[str, Any] | None = None) -> HttpResponse:
    """`refused`: the note that was not taken: `key` of its sign, its `text`, and `why`."""
    found, month = _signs(request), asked_month(request)
    context = {
        "month": month,
        "kinds": [(name, kind, found[kind]) for kind, name in KINDS.items()],
        "rule": FORMALISM.current().in_force(min(month.last, clock.today())),
        "refused": refused,
        "longest": LONGEST_NOTE,
    }
    return render(request, "reports/formalism.html", context, status=422 if refused else 200)
