"""The console of a gate: who comes in, who goes out, who is inside, and what does not fit."""

import datetime
import uuid
from dataclasses import dataclass

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from vungxanh.accounts.models import User
from vungxanh.accounts.views import signed_in
from vungxanh.admission.codes import read_text
from vungxanh.admission.enums import SubjectKind
from vungxanh.admission.forms.gate import PassingForm
from vungxanh.admission.models import Visit
from vungxanh.admission.operations.gate import Passing, pass_gate, refuse_at_gate
from vungxanh.admission.queries.gate import GateDecision, all_inside_named, all_open_gates, conflicts_of, rule_at
from vungxanh.admission.queries.visits import all_open_visit_of
from vungxanh.admission.subjects import GateSubject, all_named, sources
from vungxanh.admission.views.queue import keep_gate_of
from vungxanh.common import clock
from vungxanh.common.camera import with_camera
from vungxanh.organization import roles
from vungxanh.organization.models import Place
from vungxanh.organization.queries.places import all_open_place
from vungxanh.screening.enums import Direction, Means
from vungxanh.screening.permissions import GATEKEEPERS, may_keep_gate

PAGE_SIZE = 50
CAMERA_WAYS = [(Direction.IN, _("Camera: goes in")), (Direction.OUT, _("Camera: goes out"))]
BADGES = ("ALLOWED", "HOLD", "REFUSED", "LEFT")


@dataclass(frozen=True, slots=True)
class Answer:
    """What stands large on the console after a scan. `choices` are people of whom the guard picks one."""

    decision: GateDecision | None = None
    direction: str = ""
    choices: tuple[GateSubject, ...] = ()
    text: str = ""
    is_card: bool = False

    @property
    def badge(self) -> str:
        """Going out has a word of its own."""
        if self.decision and self.direction == Direction.OUT and self.decision.reason.code == "ALLOWED":
            return "LEFT"
        return str(self.decision.state) if self.decision else ""

    @property
    def words(self) -> str:
        if self.decision is None or self.badge == "LEFT":
            return ""
        return self.decision.reason.in_language(get_language() or "vi")

    @property
    def may_insist(self) -> bool:
        return self.decision is not None and self.decision.reason.code in ("INSIDE", "NOT_INSIDE")


@never_cache
@require_safe
def gate_home(request: HttpRequest) -> HttpResponse:
    """The gates that one keeps; the only one at once."""
    units = roles.unit_ids_where(signed_in(request), GATEKEEPERS, on=clock.today())
    if not units:
        raise Http404
    gates = all_open_gates(units, on=clock.today())
    if len(gates) == 1:
        return redirect("gates:console", gates[0].code)
    return render(request, "admission/gate_home.html", {"gates": gates})


@never_cache
@with_camera
@require_http_methods(["GET", "HEAD", "POST"])
def console(request: HttpRequest, code: str) -> HttpResponse:
    """Scan or type, read the answer. Works by typing alone."""
    user, now = signed_in(request), clock.now()
    place = _place(user, code, now)
    form, answer = PassingForm(request.POST or None), Answer()
    if request.method == "POST" and form.is_valid():
        answer = _answered(form, place, user, now)
    keep_gate_of(request, place)
    inside = all_inside_named(place.site, at=now)
    context = {
        "place": place,
        "form": form if form.errors else PassingForm(),
        "answer": answer,
        "badge_codes": BADGES,
        "camera_ways": CAMERA_WAYS,
        "visit": _visit_to_open(answer, place),
        "page": Paginator(inside, PAGE_SIZE).get_page(request.GET.get("page")),
        "conflicts": len(conflicts_of(user, place.site, day=now.date(), at=now)),
    }
    return render(request, "admission/console.html", context, status=422 if form.errors else 200)


@login_not_required
@with_camera
@require_safe
def console_offline(request: HttpRequest) -> HttpResponse:
    """What the device of a gate shows in the place of a page that it cannot reach: the same for everybody."""
    # The page is held for days, so it says no time.
    context = {"form": PassingForm(), "badge_codes": BADGES, "camera_ways": CAMERA_WAYS, "now": None}
    return render(request, "admission/console_offline.html", context)


def _answered(form: PassingForm, place: Place, user: User, now: datetime.datetime) -> Answer:
    given, direction = form.cleaned_data, form.cleaned_data["direction"]
    subject, means, text = given["subject"], Means.TYPED, given["text"].strip()
    if subject is None:
        read = read_text(text, place, at=now)
        if read.reason == "UNREADABLE" and (found := _found(text, place, now)):
            return Answer(direction=direction, choices=tuple(found), text=text)
        if read.subject is None or read.reason:
            return _refused(form, place, read.reason, read.subject, user, now, is_card=read.card is not None)
        subject, means = read.subject, read.means
    elif subject not in all_named([subject], on=now.date()):
        return _refused(form, place, "UNKNOWN", None, user, now)
    passing = Passing(
        given["client_uuid"], place, subject, Direction(direction), means, form.temperature, given["insists"]
    )
    return Answer(pass_gate(passing, actor=user, at=now), direction)


def _visit_to_open(answer: Answer, place: Place) -> Visit | None:
    """Of a visitor who waits: there the guard writes down what the host said."""
    subject = answer.decision.subject if answer.decision else None
    if subject is None or subject.kind != SubjectKind.VISITOR or answer.badge in ("ALLOWED", "LEFT"):
        return None
    return all_open_visit_of(subject.subject, place.site)


def _refused(
    form: PassingForm,
    place: Place,
    reason: str,
    subject: uuid.UUID | None,
    user: User,
    now: datetime.datetime,
    *,
    is_card: bool = False,
) -> Answer:
    refuse_at_gate(place, {form.cleaned_data["client_uuid"]: reason}, actor=user, at=now)
    named = all_named([subject], on=now.date()).get(subject) if subject else None
    return Answer(GateDecision(rule_at(now).of(reason), named), Direction.IN, is_card=is_card)


def _found(text: str, place: Place, now: datetime.datetime) -> list[GateSubject]:
    return [one for source in sources() for one in source.found(text, place, on=now.date())]


@never_cache
@require_safe
def conflict_list(request: HttpRequest, code: str) -> HttpResponse:
    """What does not fit at the gates of the site, today and on the day before."""
    user, now = signed_in(request), clock.now()
    place = _place(user, code, now)
    page = Paginator(conflicts_of(user, place.site, day=now.date(), at=now), PAGE_SIZE)
    return render(
        request, "admission/conflict_list.html", {"place": place, "page": page.get_page(request.GET.get("page"))}
    )


def _place(user: User, code: str, now: datetime.datetime) -> Place:
    """An open place whose gate the viewer keeps; 404 for anything else, 403 for somebody else's."""
    place = all_open_place(code, on=now.date())
    if place is None:
        raise Http404
    verdict = may_keep_gate(user, place.site.unit_id, on=now.date())
    if not verdict:
        raise PermissionDenied(str(verdict.reason))
    return place
