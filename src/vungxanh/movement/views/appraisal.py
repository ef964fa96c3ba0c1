"""One self-score: with its evidence and what others found, appraised, returned, given to others to check."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from vungxanh.common import clock
from vungxanh.movement import permissions
from vungxanh.movement.enums import SelfScoreState
from vungxanh.movement.forms.self_scores import AppraiseForm, AskCheckForm, ReturnForm
from vungxanh.movement.models import CrossCheck, SampleItem, SelfScore
from vungxanh.movement.operations import appraisal as operations
from vungxanh.movement.queries import self_scores as queries
from vungxanh.movement.rulebook import Measure
from vungxanh.movement.views.self_scores import Seen
from vungxanh.movement.workflow import SELF_SCORE

VERBS: dict[str, tuple[str, Promise]] = {
    "tham-dinh": ("appraise", _("Appraised; the unit is told.")),
    "tra-lai": ("return", _("Returned; the unit is told.")),
    "nho-kiem-tra": ("ask", _("Those who check it are told.")),
    "ket-qua-kiem-tra": ("check", _("What you found is kept; the Office decides.")),
}


@never_cache
@require_safe
def self_score_page(request: HttpRequest, code: str, unit: str, measure: str) -> HttpResponse:
    seen = Seen(request, code)
    score, term = _found(seen, unit, measure)
    return _page(request, seen, score, term)


@never_cache
@require_POST
def self_score_move(request: HttpRequest, code: str, unit: str, measure: str, verb: str) -> HttpResponse:
    if verb not in VERBS:
        raise Http404
    seen = Seen(request, code)
    score, term = _found(seen, unit, measure)
    name, said = VERBS[verb]
    if name != "check":
        permissions.may_appraise(seen.user, score, on=seen.today).or_refuse()
    form = _forms(seen, score, term, request)[name]
    if form.is_valid():
        try:
            _act(seen, score, name, form)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, str(said))
            return seen.back_to("movement:self_score_page", unit, measure)
    return _page(request, seen, score, term, refused={name: form})


def _act(seen: Seen, score: SelfScore, name: str, form: forms.Form) -> None:
    clean, user, now = form.cleaned_data, seen.user, clock.now()
    if name == "appraise":
        operations.appraise_self_score(score, clean["points"], clean["difference"], actor=user, at=now)
    elif name == "return":
        operations.return_self_score(score, clean["reason"], actor=user, at=now)
    elif name == "ask":
        unit = _units(seen, score)[clean["unit"]]
        operations.ask_check(score, unit, actor=user, at=now)
    elif check := _own_check(seen, score):
        operations.answer_check(check, clean["points"], clean["difference"], actor=user, at=now)
    else:
        raise Http404


def _found(seen: Seen, unit: str, measure: str) -> tuple[SelfScore, Measure]:
    """Raises `Http404` where there is none that the viewer reads."""
    term = next((one for one in seen.season.measures if one.id == measure), None)
    node = seen.season.unit_with(unit)
    if term is None or node is None:
        raise Http404
    rows = queries.self_scores_visible_to(seen.user, seen.campaign, on=seen.today, tree=seen.tree)
    rows = rows.select_related("unit", "campaign", "written_by", "sent_by", "appraised_by")
    return get_object_or_404(rows, period=seen.period.code, unit=node.id, measure=measure), term


def _page(
    request: HttpRequest,
    seen: Seen,
    score: SelfScore,
    term: Measure,
    *,
    refused: dict[str, forms.Form] | None = None,
) -> HttpResponse:
    score.refresh_from_db(fields=["state", "points", "appraised_points", "difference", "reason"])
    item = SampleItem.objects.filter(self_score=score).select_related("recorded_by").first()
    checks = score.checks.select_related("unit", "checked_by").order_by("asked_at", "pk")
    own_check = _own_check(seen, score)
    context: dict[str, Any] = {
        **seen.context,
        "score": score,
        "measure": term,
        "unit": seen.season.unit_with(score.unit.code),
        "evidence": queries.all_evidence([score.pk]).get(score.pk, []),
        "checks": [(one, seen.name_of(one.unit)) for one in checks],
        "sample_item": item,
        "is_own": score.unit_id in seen.own,
        "may_appraise": permissions.may_appraise(seen.user, score, on=seen.today),
        "offers": {verb for verb in ("appraise", "return") if SELF_SCORE.allows(score.state, verb)},
        "may_check": bool(own_check and score.state == SelfScoreState.SENT),
        "forms": _forms(seen, score, term) | (refused or {}),
        "refused": set(refused or ()),
    }
    return render(request, "movement/self_score_page.html", context, status=422 if refused else 200)


def _forms(seen: Seen, score: SelfScore, term: Measure, request: HttpRequest | None = None) -> dict[str, forms.Form]:
    """Those of all verbs, bound to the request where there is one."""
    given = request.POST if request else None
    latest = score.checks.filter(checked_at__isnull=False).order_by("-checked_at", "-pk").first()
    appraised = {"points": score.appraised_points, "difference": score.difference}
    proposed = {"points": latest.points, "difference": latest.difference} if latest else {"points": score.points}
    is_appraised = score.state == SelfScoreState.APPRAISED
    names = {node.id: node.name for node in seen.season.units} | {seen.campaign.unit_id: str(_("The Office"))}
    units = [(code, names[unit]) for code, unit in _units(seen, score).items()]
    return {
        "appraise": AppraiseForm(given, most=term.weight, initial=appraised if is_appraised else proposed),
        "return": ReturnForm(given, prefix="return"),
        "ask": AskCheckForm(given, units=units, prefix="ask"),
        "check": AppraiseForm(given, most=term.weight, prefix="check", initial={"points": score.points}),
    }


def _units(seen: Seen, score: SelfScore) -> dict[str, int]:
    """Who may be asked to check it, by code."""
    agency = seen.tree.nodes.get(seen.campaign.unit_id)
    office = {agency.code: agency.id} if agency else {}
    return office | {node.code: node.id for node in seen.season.units if node.id != score.unit_id}


def _own_check(seen: Seen, score: SelfScore) -> CrossCheck | None:
    """The first that waits for the viewer."""
    rows = score.checks.filter(checked_at__isnull=True).select_related("self_score__campaign", "unit")
    return next((one for one in rows.order_by("pk") if permissions.may_check(seen.user, one, on=seen.today)), None)
