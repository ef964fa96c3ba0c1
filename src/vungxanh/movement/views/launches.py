"""How units launched: all of them, one of them, writing it down, pictures."""

import datetime
import uuid
from functools import partial
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from vungxanh.accounts.views import signed_in
from vungxanh.common import clock
from vungxanh.common.spreadsheets import download
from vungxanh.movement import exports, permissions
from vungxanh.movement.enums import LaunchState
from vungxanh.movement.forms.launches import LaunchForm
from vungxanh.movement.forms.pledges import WithdrawPledgeForm
from vungxanh.movement.models import Campaign, Launch, LaunchPhotograph
from vungxanh.movement.operations import launches as operations
from vungxanh.movement.queries import campaigns as campaigns_read
from vungxanh.movement.queries import launches as queries
from vungxanh.movement.rulebook import CampaignFile
from vungxanh.movement.views.campaigns import visible_campaign
from vungxanh.movement.views.pictures import ask_before_taking_off, keep_pictures
from vungxanh.organization.tree import Tree, UnitNode, all_tree_on

GET_OR_POST = require_http_methods(["GET", "HEAD", "POST"])
SHOWN = {"chua": ("OVERDUE", "PENDING"), "muon": ("LATE",), "da": ("LAUNCHED", "LATE")}


@never_cache
@require_safe
def launch_list(request: HttpRequest, code: str) -> HttpResponse:
    """Every unit that takes part, those that have not launched first; `xem` narrows it."""
    campaign, plan, tree = _seen_by_role(request, code)
    today = campaign.last_known(clock.today())
    lines = queries.all_launch_lines(campaign, plan, tree, on=today)
    states = {line.unit.id: line.state(plan.launch_by, today) for line in lines}
    shown = request.GET.get("xem", "")
    rows = [line for line in lines if shown not in SHOWN or states[line.unit.id] in SHOWN[shown]]
    rows.sort(key=lambda line: line.launch is not None)
    context = {
        "campaign": campaign,
        "plan": plan,
        "rows": [(line, states[line.unit.id], line.was_written_late(plan.launch_by)) for line in rows],
        "shown": shown if shown in SHOWN else "",
        "total": len(lines),
        "launched": sum(line.launch is not None for line in lines),
        "late": sum(state == "LATE" for state in states.values()),
        "pledged": sum(line.pledged for line in lines),
        "people": sum(line.people for line in lines),
        "units_pledged": sum(line.has_pledged for line in lines),
    }
    return render(request, "movement/launch_list.html", context)


@never_cache
@require_safe
def launch_xlsx(request: HttpRequest, code: str) -> HttpResponse:
    campaign, plan, tree = _seen_by_role(request, code)
    today = campaign.last_known(clock.today())
    lines = queries.all_launch_lines(campaign, plan, tree, on=today)
    return download(f"phat-dong-{code}-{today:%Y%m%d}", exports.launch_workbook(lines, plan.launch_by, today))


@never_cache
@require_safe
def unit_launches(request: HttpRequest, unit: str, day: datetime.date) -> HttpResponse:
    """From the control room: the launch of a campaign under way in which the unit takes part; what is owed first."""
    tree = all_tree_on(clock.today())
    node = tree.by_code(unit)
    seen = campaigns_read.campaigns_visible_to(signed_in(request), on=clock.today(), tree=tree)
    owed: list[tuple[bool, str]] = []
    for campaign in seen.filter(state="RUNNING") if node else ():
        plan = campaigns_read.newest_edition(campaign).plan
        if node and node.id in {one.id for one in campaigns_read.participants(plan, campaign.unit_id, tree)}:
            owed.append((_standing(campaign, node.id) is not None, campaign.code))
    if not owed:
        raise Http404
    return redirect("movement:launch_page", min(owed)[1], unit)


@never_cache
@require_safe
def launch_page(request: HttpRequest, code: str, unit: str) -> HttpResponse:
    campaign, plan, node = _seen_unit(request, code, unit)
    return _page(request, campaign, plan, node)


def _page(
    request: HttpRequest,
    campaign: Campaign,
    plan: CampaignFile,
    node: UnitNode,
    bound: WithdrawPledgeForm | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    user, today = signed_in(request), campaign.last_known(clock.today())
    launch = _standing(campaign, node.id)
    earlier = campaign.launches.filter(unit_id=node.id, state=LaunchState.WITHDRAWN).order_by("-withdrawn_at")
    context: dict[str, Any] = {
        "campaign": campaign,
        "plan": plan,
        "unit": node,
        "launch": launch,
        "is_late": bool(launch and launch.launched_on > plan.launch_by),
        "is_overdue": not launch and today > plan.launch_by,
        "own_criteria": queries.own_lines(launch) if launch else [],
        "photographs": list(launch.photographs.filter(content__isnull=False).order_by("added_at")) if launch else [],
        "earlier": list(earlier),
        "may_launch": permissions.may_launch(user, node.id, on=today),
        "may_withdraw": launch and permissions.may_move_launch(user, launch, "withdraw", on=today),
        "is_running": campaign.state == "RUNNING",
        "withdraw_form": bound or WithdrawPledgeForm(),
        "refused": bound,
    }
    return render(request, "movement/launch_page.html", context, status=status)


@never_cache
@GET_OR_POST
def launch_write(request: HttpRequest, code: str, unit: str) -> HttpResponse:
    """A new launch, or the one that stands changed; pictures that came are kept with it."""
    campaign, plan, node = _seen_unit(request, code, unit)
    user, now = signed_in(request), clock.now()
    permissions.may_launch(user, node.id, on=now.date()).or_refuse()
    launch = _standing(campaign, node.id)
    initial = _initial(launch, now.date())
    form = LaunchForm(request.POST or None, request.FILES or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            if launch and form.seen_at:
                launch = operations.change_launch(launch, form.told, seen_at=form.seen_at, actor=user, at=now)
            else:
                key = form.cleaned_data["key"]
                launch = operations.record_launch(key, campaign, node.id, form.told, actor=user, at=now)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("The launch is kept."))
            keep_pictures(
                request, form.cleaned_data["pictures"], partial(operations.add_photograph, launch, actor=user, at=now)
            )
            return redirect("movement:launch_page", code, unit)
    context = {"campaign": campaign, "plan": plan, "unit": node, "form": form, "launch": launch}
    return render(request, "movement/launch_form.html", context, status=422 if form.errors else 200)


def _initial(launch: Launch | None, today: datetime.date) -> dict[str, Any]:
    if launch is None:
        return {"launched_on": today}
    return {
        "seen": launch.written_at.isoformat(),
        "launched_on": launch.launched_on,
        "form": launch.form,
        "present": launch.present,
        "text": launch.text,
        "own_criteria": "\n".join(queries.own_lines(launch)),
    }


@never_cache
@require_POST
def launch_withdraw(request: HttpRequest, code: str, unit: str) -> HttpResponse:
    campaign, plan, node = _seen_unit(request, code, unit)
    launch = _standing(campaign, node.id)
    if launch is None:
        raise Http404
    form = WithdrawPledgeForm(request.POST)
    if form.is_valid():
        try:
            operations.withdraw_launch(launch, form.cleaned_data["reason"], actor=signed_in(request), at=clock.now())
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("The launch is taken back; the unit stands as not launched."))
            return redirect("movement:launch_page", code, unit)
    return _page(request, campaign, plan, node, form, status=422)


@never_cache
@require_safe
def photograph(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    return HttpResponse(_photograph(request, key)[0].picture, content_type="image/jpeg")


@never_cache
@GET_OR_POST
def photograph_withdraw(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    user, now = signed_in(request), clock.now()
    found, node = _photograph(request, key)
    return ask_before_taking_off(
        request,
        picture=reverse("movement:photograph", args=[key]),
        back=reverse("movement:launch_page", args=[found.launch.campaign.code, node.code]),
        back_label=node.name,
        may=permissions.may_launch(user, found.launch.unit_id, on=now.date()),
        take_off=lambda: operations.withdraw_photograph(found, actor=user, at=now),
    )


def _photograph(request: HttpRequest, key: uuid.UUID) -> tuple[LaunchPhotograph, UnitNode]:
    """With the unit that launched. Raises `Http404` where it is gone or the viewer does not see the launch."""
    rows = LaunchPhotograph.objects.select_related("launch__campaign").filter(content__isnull=False)
    found = get_object_or_404(rows, key=key)
    campaign = visible_campaign(request, found.launch.campaign.code)
    tree = all_tree_on(clock.today())
    plan = campaigns_read.newest_edition(campaign).plan
    seen = queries.launches_visible_to(signed_in(request), campaign, plan, tree, on=clock.today())
    if found.launch.unit_id not in seen:
        raise Http404
    return found, seen[found.launch.unit_id]


def _standing(campaign: Campaign, unit_id: int) -> Launch | None:
    return campaign.launches.filter(unit_id=unit_id, state=LaunchState.RECORDED).select_related("made_by").first()


def _seen_by_role(request: HttpRequest, code: str) -> tuple[Campaign, CampaignFile, Tree]:
    """Raises `PermissionDenied` for whoever sees one's own unit alone."""
    campaign = visible_campaign(request, code)
    tree = all_tree_on(campaign.last_known(clock.today()))
    if not queries.sees_launches(signed_in(request), campaign, tree, on=clock.today()):
        raise PermissionDenied(str(queries.LAUNCHES_FOR))
    return campaign, campaigns_read.newest_edition(campaign).plan, tree


def _seen_unit(request: HttpRequest, code: str, unit: str) -> tuple[Campaign, CampaignFile, UnitNode]:
    """Raises `Http404` where the unit takes no part or the viewer does not see it."""
    campaign, today = visible_campaign(request, code), clock.today()
    tree = all_tree_on(campaign.last_known(today))
    plan = campaigns_read.newest_edition(campaign).plan
    seen = queries.launches_visible_to(signed_in(request), campaign, plan, tree, on=today)
    node = next((one for one in seen.values() if one.code == unit), None)
    if node is None:
        raise Http404
    return campaign, plan, node
