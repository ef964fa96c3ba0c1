"""The queue of visitors at a site: waiting, let in, held, turned away, gone; the badge to print."""

import datetime
from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from vungxanh.accounts.models import User
from vungxanh.accounts.views import signed_in
from vungxanh.admission.enums import HostAnswer, VisitRole, VisitState
from vungxanh.admission.exports import visit_pass
from vungxanh.admission.models import Visit
from vungxanh.admission.operations.visits import answer_visit, move_visit
from vungxanh.admission.permissions import may_read_visit_answers
from vungxanh.admission.queries.entering import all_open_sites
from vungxanh.admission.queries.gate import all_open_gates
from vungxanh.admission.queries.visits import all_queue, all_visit_at
from vungxanh.admission.rulebook import VISITS
from vungxanh.audit.operations import record
from vungxanh.common import clock
from vungxanh.common.qr import qr_picture
from vungxanh.organization import roles
from vungxanh.organization.enums import Role
from vungxanh.organization.models import Place, Site
from vungxanh.screening.permissions import GATEKEEPERS, may_keep_gate

OWN_GATES = "own_gates"
SHOWN = (
    VisitState.WAITING,
    VisitState.HELD,
    VisitState.ADMITTED,
    VisitState.INVITED,
    VisitState.REFUSED,
    VisitState.LEFT,
)


@never_cache
@require_safe
def queue_home(request: HttpRequest) -> HttpResponse:
    """The first site whose gate one keeps; the others are named."""
    units = roles.unit_ids_where(signed_in(request), GATEKEEPERS, on=clock.today())
    if not units:
        raise Http404
    sites = all_open_sites(units)
    if not sites:
        return render(request, "admission/no_site.html", {"heading": _("Visitors at the gate")})
    return _queue_page(request, sites[0], others=sites[1:])


@never_cache
@require_safe
def queue(request: HttpRequest, site: str) -> HttpResponse:
    return _queue_page(request, _site(signed_in(request), site))


def _queue_page(request: HttpRequest, site: Site, *, others: list[Site] | None = None) -> HttpResponse:
    now = clock.now()
    rule = VISITS.current().in_force(now.date())
    found = all_queue(site, at=now, reminder_minutes=rule.reminder_minutes)
    groups = [(state, found[state]) for state in SHOWN]
    code = request.GET.get("ma", "").strip().upper().replace(" ", "")
    if code and (visit := all_visit_at(site, code)):
        return redirect("visits:visit_page", site.code, visit.code)
    gates = _gates(site, now.date())
    if asked := next((one for one in gates if one.code == request.GET.get("cong")), None):
        keep_gate_of(request, asked)
    context = {
        "site": site,
        "gates": gates if len(gates) > 1 else [],
        "gate": _own_gate(request, gates),
        "groups": groups,
        "others": others or [],
        "missing": code,
        "link": request.build_absolute_uri(reverse("visits:visit_form", args=[site.code])),
    }
    return render(request, "admission/queue.html", context, status=404 if code else 200)


@never_cache
@require_safe
def visit_page(request: HttpRequest, site: str, code: str) -> HttpResponse:
    """One visit with the numbers to call; the look is written down."""
    user, now = signed_in(request), clock.now()
    visit = _visit(user, site, code)
    record(
        "admission.read_visit",
        actor=user,
        at=now,
        subject=visit,
        subject_name=visit.code,
        unit_id=visit.site.unit_id,
        is_read=True,
    )
    context = {
        "visit": visit,
        "others": [line.strip() for line in visit.group_list.splitlines() if line.strip()],
        "may_read_answers": may_read_visit_answers(user, visit, on=now.date()),
        "is_gatekeeper": may_keep_gate(user, visit.site.unit_id, on=now.date()),
    }
    return render(request, "admission/visit_page.html", context)


@never_cache
@require_safe
def badge(request: HttpRequest, site: str, code: str) -> HttpResponse:
    """A small card to be printed and worn."""
    visit = _visit(signed_in(request), site, code)
    context = {"visit": visit, "qr": qr_picture(visit.code), "shown": visit_pass(visit, at=clock.now())}
    return render(request, "admission/visit_badge.html", context)


@require_POST
def visit_move(request: HttpRequest, site: str, code: str, verb: str) -> HttpResponse:
    """What the guard does; `goi-dong-y` and `goi-khong-tiep` write down what the host said on the telephone."""
    user, now = signed_in(request), clock.now()
    visit = _visit(user, site, code)
    reason = request.POST.get("reason", "")
    gate = _own_gate(request, _gates(visit.site, now.date()))
    moves: dict[str, Callable[[], Visit]] = {
        "goi-dong-y": lambda: answer_visit(visit, HostAnswer.CONFIRMED, by=VisitRole.GUARD, actor=user, at=now),
        "goi-khong-tiep": lambda: answer_visit(
            visit, HostAnswer.DECLINED, by=VisitRole.GUARD, actor=user, at=now, reason=reason
        ),
        "cho-vao": lambda: _by_guard(visit, "admit", user, now, gate=gate),
        "tam-giu": lambda: _by_guard(visit, "hold", user, now, reason),
        "khong-cho-vao": lambda: _by_guard(visit, "refuse", user, now, reason),
        "da-ra": lambda: _by_guard(visit, "leave", user, now, gate=gate),
    }
    if verb not in moves:
        raise Http404
    try:
        moved = moves[verb]()
        words = _("%(name)s: %(state)s.")
        messages.success(request, words % {"name": visit.visitor.full_name, "state": moved.get_state_display()})
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect("visits:queue", site)


def _by_guard(
    visit: Visit, verb: str, user: User, now: datetime.datetime, reason: str = "", gate: Place | None = None
) -> Visit:
    return move_visit(visit, verb, by=VisitRole.GUARD, actor=user, at=now, reason=reason, gate=gate)


def keep_gate_of(request: HttpRequest, place: Place) -> None:
    """At which gate of a site this device stands: chosen in the queue, or by opening the gate's console."""
    kept = {**request.session.get(OWN_GATES, {}), str(place.site_id): place.pk}
    if kept != request.session.get(OWN_GATES):
        request.session[OWN_GATES] = kept


def _own_gate(request: HttpRequest, gates: list[Place]) -> Place | None:
    kept = request.session.get(OWN_GATES, {})
    return next((one for one in gates if kept.get(str(one.site_id)) == one.pk), None)


def _gates(site: Site, on: datetime.date) -> list[Place]:
    return [one for one in all_open_gates([site.unit_id], on=on) if one.site_id == site.pk]


def _site(user: User, code: str) -> Site:
    """One whose gate the viewer keeps, or whose health officer the viewer is; another one is not there."""
    site = Site.objects.filter(code=code, closed_on__isnull=True).first()
    today = clock.today()
    is_officer = site is not None and roles.holds(user, Role.HEALTH_OFFICER, site.unit_id, on=today)
    if site is None or not (is_officer or may_keep_gate(user, site.unit_id, on=today)):
        raise Http404
    return site


def _visit(user: User, site: str, code: str) -> Visit:
    visit = all_visit_at(_site(user, site), code)
    if visit is None or visit.erased_at:
        raise Http404
    return visit
