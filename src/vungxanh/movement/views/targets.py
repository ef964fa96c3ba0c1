"""Targets of a unit's own: those of a period with their history, proposing, deciding."""

import uuid
from functools import partial

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from vungxanh.movement import permissions
from vungxanh.movement.forms.standing import DecideForm, TargetForm
from vungxanh.movement.models import UnitTarget
from vungxanh.movement.operations import targets as operations
from vungxanh.movement.queries.campaigns import is_over
from vungxanh.movement.queries.targets import all_targets
from vungxanh.movement.views.campaigns import target_words
from vungxanh.movement.views.periods import ShownPeriod
from vungxanh.movement.views.reviews import choices_of, offered_of
from vungxanh.movement.workflow import UNIT_TARGET

VERBS = {"duyet": "approve", "khong-duyet": "refuse", "rut": "withdraw"}


@never_cache
@require_safe
def target_list(request: HttpRequest, code: str) -> HttpResponse:
    """Those of all units, or of one's own; what waits first."""
    return _page(request, ShownPeriod(request, code))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def target_propose(request: HttpRequest, code: str, unit: str) -> HttpResponse:
    seen = ShownPeriod(request, code)
    node = seen.unit_with(unit)
    permissions.may_propose_target(seen.user, node.id, on=seen.today).or_refuse()
    initial = {"measure": request.GET.get("chi-tieu", "")}
    form = TargetForm(request.POST or None, measures=choices_of(seen.plan, with_target=True), initial=initial)
    if request.method == "POST" and form.is_valid():
        given, period = form.cleaned_data, seen.period.code
        about = (given["key"], seen.campaign, period, node.id, given["measure"], given["target"], given["reason"])
        try:
            operations.propose_target(*about, actor=seen.user, at=seen.now)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("The Office has the proposal; you are told when it is decided."))
            return redirect(f"{reverse('movement:target_list', args=[code])}?ky={period}")
    context = {**seen.context, "unit": node, "form": form, "is_over": is_over(seen.campaign, seen.period, seen.today)}
    return render(request, "movement/target_propose.html", context, status=422 if form.errors else 200)


@never_cache
@require_POST
def target_move(request: HttpRequest, code: str, key: uuid.UUID, verb: str) -> HttpResponse:
    if verb not in VERBS:
        raise Http404
    seen = ShownPeriod(request, code)
    target = _targets(seen).filter(key=key).first()
    if target is None:
        raise Http404
    form = DecideForm(request.POST)
    if form.is_valid():
        try:
            operations.move_target(target, VERBS[verb], form.cleaned_data["answer"], actor=seen.user, at=seen.now)
        except ValidationError as error:
            form.add_error(None, " ".join(error.messages))
        else:
            messages.success(request, _("Kept."))
            return redirect(f"{reverse('movement:target_list', args=[code])}?ky={seen.period.code}")
    return _page(request, seen, (target.pk, form), status=422)


def _page(
    request: HttpRequest, seen: ShownPeriod, bound: tuple[uuid.UUID, DecideForm] | None = None, *, status: int = 200
) -> HttpResponse:
    """`bound`: the decision that was refused, and on what."""
    measures = seen.plan.measures
    rows = []
    for one in _targets(seen):
        form = bound[1] if bound and bound[0] == one.pk else DecideForm(auto_id=f"{one.pk}-%s")
        offered = offered_of(UNIT_TARGET, one.state, VERBS, partial(_may, seen, one))
        measure = measures.get(one.measure_id)
        before, wanted = target_words(measure, one.target_before), target_words(measure, one.target)
        rows.append((one, seen.units[one.unit_id], measure, before, wanted, offered, form))
    over = is_over(seen.campaign, seen.period, seen.today)
    own = [] if seen.sees_all or over else list(seen.units.values())
    context = {
        **seen.context,
        "rows": rows,
        "is_over": over,
        "own": [node for node in own if permissions.may_propose_target(seen.user, node.id, on=seen.today)],
    }
    return render(request, "movement/target_list.html", context, status=status)


def _targets(seen: ShownPeriod) -> QuerySet[UnitTarget]:
    return all_targets(seen.campaign, seen.period).filter(unit__in=list(seen.units)).select_related("campaign")


def _may(seen: ShownPeriod, target: UnitTarget, verb: str) -> bool:
    return bool(permissions.may_move_target(seen.user, target, verb, on=seen.today))
