"""Bonus and penalty points of a period: all of them, giving some, taking them back."""

import uuid
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from vungxanh.accounts.views import signed_in
from vungxanh.common import clock
from vungxanh.common.formats import number
from vungxanh.movement.forms.self_scores import AdjustmentForm, WithdrawAdjustmentForm
from vungxanh.movement.models import Adjustment, EvidenceFile
from vungxanh.movement.operations import adjustments as operations
from vungxanh.movement.operations.evidence import add_adjustment_evidence
from vungxanh.movement.permissions import ONLY_APPRAISERS, may_withdraw_adjustment
from vungxanh.movement.queries import self_scores as queries
from vungxanh.movement.views.campaigns import visible_campaign
from vungxanh.movement.views.self_scores import GET_OR_POST, SCORES_FOR, Seen


@never_cache
@GET_OR_POST
def adjustment_list(request: HttpRequest, code: str) -> HttpResponse:
    """POST gives some. Units see their own alone."""
    seen = Seen(request, code)
    if not (seen.reads_all or seen.own):
        raise PermissionDenied(str(SCORES_FOR))
    if request.method != "POST":
        return _page(request, seen)
    if not seen.appraises:
        raise PermissionDenied(str(ONLY_APPRAISERS))
    form = _form(seen, request)
    if form.is_valid():
        try:
            made = _give(seen, form)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("The points are given; the unit is told."))
            _keep_files(request, seen, made, form.cleaned_data["evidence"])
            return seen.back_to("movement:adjustment_list")
    return _page(request, seen, form)


@never_cache
@require_POST
def adjustment_withdraw(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    found = get_object_or_404(Adjustment.objects.select_related("campaign"), key=key)
    user, now = signed_in(request), clock.now()
    campaign = visible_campaign(request, found.campaign.code)
    found = get_object_or_404(queries.adjustments_visible_to(user, campaign, on=now.date()), key=key)
    may_withdraw_adjustment(user, found, on=now.date()).or_refuse()
    form = WithdrawAdjustmentForm(request.POST)
    if form.is_valid():
        try:
            operations.withdraw_adjustment(found, form.cleaned_data["reason"], actor=user, at=now)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("The points are taken back."))
    for words in form.errors.values():
        messages.error(request, " ".join(map(str, words)))
    return redirect(f"{reverse('movement:adjustment_list', args=[campaign.code])}?ky={found.period}")


def _give(seen: Seen, form: AdjustmentForm) -> Adjustment:
    clean = form.cleaned_data
    unit = seen.season.unit_with(clean["unit"])
    assert unit
    given = operations.Given(clean["code"], clean["points"], clean["cause"], clean["day"])
    return operations.give_adjustment(
        clean["key"], seen.campaign, seen.period.code, unit.id, given, actor=seen.user, at=seen.now
    )


def _keep_files(request: HttpRequest, seen: Seen, made: Adjustment, files: list[UploadedFile]) -> None:
    """The points stand in any case; of each file that is not kept it is said why."""
    largest = seen.season.rule.largest_mb
    for one in files:
        if (one.size or 0) > largest * 1024 * 1024:
            words = _("The file is larger than %(size)d MB.") % {"size": largest}
            messages.error(request, f"{one.name}: {words}")
            continue
        try:
            add_adjustment_evidence(made, one.name or "", one.read(), actor=seen.user, at=clock.now())
        except ValidationError as error:
            messages.error(request, f"{one.name}: {' '.join(error.messages)}")


def _page(request: HttpRequest, seen: Seen, bound: AdjustmentForm | None = None) -> HttpResponse:
    rows = queries.adjustments_visible_to(seen.user, seen.campaign, on=seen.today, tree=seen.tree)
    found = list(rows.filter(period=seen.period.code).order_by("-day", "-made_at"))
    names = {one.id: one.name for one in seen.season.plan.adjustment}
    evidence: dict[object, list[EvidenceFile]] = {}
    files = EvidenceFile.objects.filter(adjustment__in=found, withdrawn_at__isnull=True).defer("content")
    for one in files.order_by("added_at", "pk"):
        evidence.setdefault(one.adjustment_id, []).append(one)
    gives = seen.appraises and seen.is_open and seen.season.plan.adjustment
    context: dict[str, Any] = {
        **seen.context,
        "rows": [(one, names.get(one.code, one.code), evidence.get(one.pk, [])) for one in found],
        "form": bound or (_form(seen) if gives else None),
        "is_refused": bound is not None,
    }
    return render(request, "movement/adjustment_list.html", context, status=422 if bound else 200)


def _form(seen: Seen, request: HttpRequest | None = None) -> AdjustmentForm:
    units = [(node.code, node.name) for node in seen.season.units]
    words = {"BONUS": _("bonus, at most %(most)s"), "PENALTY": _("penalty, at most %(most)s")}
    terms = [
        (one.id, f"{one.id}. {one.name} ({words[one.kind] % {'most': number(one.most_points)}})")
        for one in seen.season.plan.adjustment
    ]
    given = (request.POST, request.FILES) if request else ()
    day = min(seen.today, seen.period.last)
    return AdjustmentForm(*given, units=units, terms=terms, initial={"day": day})
