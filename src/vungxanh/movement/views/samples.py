"""The sample that is inspected on the spot: drawn once, shown with its seed, each result written down."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from vungxanh.common import clock
from vungxanh.movement import permissions
from vungxanh.movement.forms.self_scores import InspectForm
from vungxanh.movement.models import SampleItem, ScoreSample
from vungxanh.movement.operations import samples as operations
from vungxanh.movement.views.self_scores import GET_OR_POST, SCORES_FOR, Seen


@never_cache
@GET_OR_POST
def sample_page(request: HttpRequest, code: str) -> HttpResponse:
    """POST draws it. Units see what was drawn of their own."""
    seen = Seen(request, code)
    if not (seen.reads_all or seen.own):
        raise PermissionDenied(str(SCORES_FOR))
    if request.method != "POST":
        return _page(request, seen)
    try:
        operations.draw_sample(seen.campaign, seen.period.code, actor=seen.user, at=seen.now)
    except ValidationError as error:
        return _page(request, seen, said=error.messages)
    messages.success(request, _("The sample is drawn."))
    return seen.back_to("movement:sample_page")


@never_cache
@require_POST
def sample_inspect(request: HttpRequest, code: str, position: int) -> HttpResponse:
    seen = Seen(request, code)
    rows = SampleItem.objects.filter(sample__campaign=seen.campaign, sample__period=seen.period.code)
    if not seen.reads_all:
        rows = rows.filter(self_score__unit__in=seen.own)
    item = get_object_or_404(rows.select_related("self_score__campaign"), position=position)
    form = InspectForm(request.POST, prefix=str(position))
    if form.is_valid():
        try:
            operations.record_inspection(item, form.found, actor=seen.user, at=clock.now())
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("The result of the inspection is kept."))
            return seen.back_to("movement:sample_page")
    return _page(request, seen, refused={position: form})


def _page(
    request: HttpRequest,
    seen: Seen,
    *,
    said: list[str] | None = None,
    refused: dict[int, InspectForm] | None = None,
) -> HttpResponse:
    drawn = ScoreSample.objects.filter(campaign=seen.campaign, period=seen.period.code)
    sample = drawn.select_related("drawn_by").first()
    blocks = {one.code: one.name for one in seen.season.plan.block}
    context: dict[str, Any] = {
        **seen.context,
        "sample": sample,
        "rows": [
            (item, seen.title_of(item.self_score), blocks.get(item.block, ""), _form(seen, item, refused or {}))
            for item in _items(seen, sample)
        ],
        "may_draw": permissions.may_draw_sample(seen.user, seen.campaign, on=seen.today),
        "percent": seen.season.rule.sample_percent,
        "said": said or [],
        "refused": set(refused or ()),
    }
    return render(request, "movement/sample_page.html", context, status=422 if said or refused else 200)


def _items(seen: Seen, sample: ScoreSample | None) -> list[SampleItem]:
    if sample is None:
        return []
    rows = sample.items.select_related("self_score__unit", "recorded_by").order_by("position")
    return list(rows if seen.reads_all else rows.filter(self_score__unit__in=seen.own))


def _form(seen: Seen, item: SampleItem, refused: dict[int, InspectForm]) -> InspectForm | None:
    """None where the viewer records nothing."""
    if item.position in refused:
        return refused[item.position]
    if not seen.appraises or not seen.is_open:
        return None
    initial: dict[str, Any] = {"inspected_on": item.inspected_on or seen.today, "points": item.points}
    initial |= {"result": item.result or None, "remark": item.remark}
    return InspectForm(prefix=str(item.position), initial=initial)
