"""How the scores of a period stand: showing, freezing and opening them again, what was frozen, whether it comes out."""

import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from vungxanh.movement import permissions
from vungxanh.movement.enums import StandingState
from vungxanh.movement.exports import figure_words
from vungxanh.movement.forms.standing import ReopenForm
from vungxanh.movement.models import ScoreSnapshot
from vungxanh.movement.operations import standing as operations
from vungxanh.movement.queries import standing as queries
from vungxanh.movement.queries.campaigns import is_over
from vungxanh.movement.queries.reviews import all_waiting
from vungxanh.movement.rulebook import review_rule_on
from vungxanh.movement.views.periods import ShownPeriod
from vungxanh.movement.workflow import STANDING

VERBS = {"cong-bo": "show", "chot": "freeze", "mo-lai": "reopen"}


@never_cache
@require_safe
def standing_page(request: HttpRequest, code: str) -> HttpResponse:
    seen = ShownPeriod(request, code)
    seen.only_for_all()
    return _page(request, seen)


@never_cache
@require_POST
def standing_move(request: HttpRequest, code: str, verb: str) -> HttpResponse:
    if verb not in VERBS:
        raise Http404
    seen, name = ShownPeriod(request, code), VERBS[verb]
    seen.only_for_all()
    form = ReopenForm(request.POST) if name == "reopen" else None
    if form is None or form.is_valid():
        try:
            _do(seen, name, form.cleaned_data["reason"] if form else "")
        except ValidationError as error:
            return _page(request, seen, form, said=error.messages)
        return redirect(f"{reverse('movement:standing_page', args=[code])}?ky={seen.period.code}")
    return _page(request, seen, form, said=[str(one) for one in form.errors["reason"]])


def _do(seen: ShownPeriod, verb: str, reason: str) -> None:
    given: dict[str, Any] = {"actor": seen.user, "at": seen.now}
    if verb == "show":
        operations.show_scores(seen.campaign, seen.period.code, **given)
    elif verb == "freeze":
        operations.freeze_scores(seen.campaign, seen.period.code, **given)
    else:
        operations.reopen_scores(seen.campaign, seen.period.code, reason, **given)


def _page(
    request: HttpRequest, seen: ShownPeriod, form: ReopenForm | None = None, *, said: list[str] | None = None
) -> HttpResponse:
    """`said`: why what was asked is not done."""
    row = queries.standing_row(seen.campaign, seen.period)
    state = row.state if row else StandingState.OPEN
    context = {
        **seen.context,
        "row": row,
        "state": state,
        "is_over": is_over(seen.campaign, seen.period, seen.today),
        "waiting": all_waiting(row) if row else 0,
        "may_ask_still": bool(row and row.takes_reviews(seen.today)),
        "rule": review_rule_on(seen.today),
        "snapshots": queries.all_snapshots(row) if row else [],
        "offered": _offered(seen, state),
        "form": form or ReopenForm(),
        "said": said,
    }
    return render(request, "movement/standing_page.html", context, status=422 if said is not None else 200)


def _offered(seen: ShownPeriod, state: str) -> dict[str, str]:
    """The moves that the state and the viewer allow, with their words in addresses."""
    if seen.campaign.state not in operations.SCORED:
        return {}
    return {
        verb: slug
        for slug, verb in VERBS.items()
        if STANDING.allows(state, verb)
        and permissions.may_move_standing(seen.user, seen.campaign, state, verb, on=seen.today)
    }


@never_cache
@require_safe
def standing_check(request: HttpRequest, code: str) -> HttpResponse:
    """Counted anew and compared with what was frozen: as of that moment, or with `luc=nay` as known now."""
    seen = ShownPeriod(request, code)
    seen.only_for_all()
    snapshot = _standing_snapshot(seen)
    as_now = request.GET.get("luc") == "nay"
    at: datetime.datetime | None = seen.now if as_now else None
    found = queries.recomputed(seen.campaign, snapshot, at=at) if snapshot.is_whole else []
    context = {
        **seen.context,
        "snapshot": snapshot,
        "is_whole": snapshot.is_whole,
        "as_now": as_now,
        "rows": [(one, figure_words(one.was), figure_words(one.now)) for one in found],
    }
    return render(request, "movement/standing_check.html", context)


def _standing_snapshot(seen: ShownPeriod) -> ScoreSnapshot:
    """Raises `Http404` where nothing is frozen."""
    snapshot = queries.standing_snapshot(seen.row) if seen.row else None
    if snapshot is None:
        raise Http404
    return snapshot


@never_cache
@require_safe
def snapshot_file(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """The very bytes that were frozen."""
    seen = ShownPeriod(request, code)
    seen.only_for_all()
    snapshot = get_object_or_404(ScoreSnapshot, standing=seen.row, number=number)
    response = HttpResponse(bytes(snapshot.content), content_type="application/json; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{code}-{seen.period.code}-{number}.json"'
    return response
