"""Visitors who are held, for the health officer: whom to speak to, what they declared, and the word that ends it."""

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from vungxanh.accounts.views import signed_in
from vungxanh.admission.enums import VisitRole
from vungxanh.admission.models import Visit
from vungxanh.admission.operations.visits import move_visit
from vungxanh.admission.permissions import is_health_officer, may_read_visit_answers
from vungxanh.admission.queries.visit_answers import all_visit_read
from vungxanh.admission.queries.visits import held_visits
from vungxanh.audit.operations import record
from vungxanh.common import clock


@never_cache
@require_safe
def held_list(request: HttpRequest) -> HttpResponse:
    """Names and numbers to call; what they declared is a page of its own, which is written down."""
    if not is_health_officer(request):
        raise Http404
    visits = held_visits(signed_in(request), on=clock.today())
    return render(request, "admission/held_list.html", {"visits": visits})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def visit_answers(request: HttpRequest, site: str, code: str) -> HttpResponse:
    """What the visitor declared. `POST` decides: `het-giu` or `khong-cho-vao` with a reason."""
    user, now = signed_in(request), clock.now()
    visit = Visit.objects.filter(code=code, site__code=site, erased_at__isnull=True)
    found = visit.select_related("visitor", "site", "host").first()
    if found is None or not found.declared_at or not may_read_visit_answers(user, found, on=now.date()):
        raise Http404
    if request.method == "POST":
        return _decided(request, found)
    record(
        "admission.read_visit_answers",
        actor=user,
        at=now,
        subject=found,
        subject_name=found.code,
        unit_id=found.site.unit_id,
        is_read=True,
    )
    read = all_visit_read(found, language=get_language() or "vi")
    return render(request, "admission/visit_answers.html", {"visit": found, "read": read})


def _decided(request: HttpRequest, visit: Visit) -> HttpResponse:
    user, now, reason = signed_in(request), clock.now(), request.POST.get("reason", "")
    by = VisitRole.HEALTH_OFFICER
    moves: dict[str, Callable[[], Visit]] = {
        "het-giu": lambda: move_visit(visit, "release", by=by, actor=user, at=now),
        "khong-cho-vao": lambda: move_visit(visit, "refuse", by=by, actor=user, at=now, reason=reason),
    }
    move = moves.get(request.POST.get("verb", ""))
    if move is None:
        raise Http404
    try:
        moved = move()
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("visits:visit_answers", visit.site.code, visit.code)
    words = _("%(name)s: %(state)s.")
    messages.success(request, words % {"name": visit.visitor.full_name, "state": moved.get_state_display()})
    return redirect("visits:held_list")
