"""Activities of groups: all by group and month, those of one group, one of them, one's own; writing one down."""

import uuid
from decimal import Decimal
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
from vungxanh.movement.enums import ActivityState, PledgeKind
from vungxanh.movement.forms.activities import ActivityForm, figures_initial
from vungxanh.movement.forms.pledges import WithdrawPledgeForm
from vungxanh.movement.models import Activity, ActivityPhotograph, Campaign
from vungxanh.movement.operations import activities as operations
from vungxanh.movement.queries import activities as queries
from vungxanh.movement.queries import campaigns as campaigns_read
from vungxanh.movement.queries import launches as launches_read
from vungxanh.movement.queries import pledges as pledges_read
from vungxanh.movement.rulebook import CampaignFile
from vungxanh.movement.views.campaigns import visible_campaign
from vungxanh.movement.views.pictures import ask_before_taking_off, keep_pictures
from vungxanh.organization.models import Group
from vungxanh.organization.tree import all_tree_on

GET_OR_POST = require_http_methods(["GET", "HEAD", "POST"])


@never_cache
@require_safe
def activity_list(request: HttpRequest, code: str) -> HttpResponse:
    """By group and month, with totals; a group that has done nothing yet stands there, too."""
    campaign, plan, groups = _seen_groups(request, code)
    lines = queries.all_activity_lines(campaign, group_ids=[one.pk for one in groups])
    figures = queries.figures_by_month(lines)
    active = {one.group.pk for one in figures if one.group}
    context = {
        "campaign": campaign,
        "plan": plan,
        "groups": groups,
        "rows": figures,
        "idle": [one for one in groups if one.pk not in active],
        "active": len(active),
        "total": queries.added_up(lines),
        "own": len(queries.own_activities(signed_in(request))),
    }
    return render(request, "movement/activity_list.html", context)


@never_cache
@require_safe
def activity_xlsx(request: HttpRequest, code: str) -> HttpResponse:
    campaign, _plan, groups = _seen_groups(request, code)
    if not groups:
        raise PermissionDenied(str(launches_read.LAUNCHES_FOR))
    lines = queries.all_activity_lines(campaign, group_ids=[one.pk for one in groups])
    content = exports.activity_workbook(lines, queries.figures_by_month(lines))
    return download(f"hoat-dong-doan-the-{code}-{clock.today():%Y%m%d}", content)


@never_cache
@require_safe
def activity_own(request: HttpRequest) -> HttpResponse:
    """What the viewer took part in, of all campaigns."""
    return render(request, "movement/activity_own.html", {"rows": queries.own_activities(signed_in(request))})


@never_cache
@require_safe
def group_page(request: HttpRequest, code: str, group: str) -> HttpResponse:
    """What a group has pledged, what it has done, and what that comes to."""
    campaign, plan, chosen = _seen_group(request, code, group)
    user, today = signed_in(request), clock.today()
    lines = queries.all_activity_lines(campaign, group_ids=[chosen.pk])
    gone = campaign.activities.filter(group=chosen, state=ActivityState.WITHDRAWN).order_by("-withdrawn_at")
    tree = all_tree_on(campaign.last_known(today))
    context = {
        "campaign": campaign,
        "plan": plan,
        "group": chosen,
        "pledge": pledges_read.standing(campaign, PledgeKind.GROUP, group_id=chosen.pk),
        "sees_pledge": launches_read.sees_launches(user, campaign, tree, on=today),
        "rows": lines,
        "months": queries.figures_by_month(lines),
        "total": queries.added_up(lines),
        "gone": list(gone),
        "may": permissions.may_record_activity(user, chosen, on=today),
        "is_running": campaign.state == "RUNNING",
    }
    return render(request, "movement/group_page.html", context)


@never_cache
@GET_OR_POST
def activity_write(request: HttpRequest, code: str, group: str) -> HttpResponse:
    campaign, plan, chosen = _seen_group(request, code, group)
    user, now = signed_in(request), clock.now()
    permissions.may_record_activity(user, chosen, on=now.date()).or_refuse()
    form = ActivityForm(request.POST or None, request.FILES or None, initial={"held_on": now.date()})
    if request.method == "POST" and form.is_valid():
        try:
            key = form.cleaned_data["key"]
            made = operations.record_activity(key, campaign, chosen, form.told, actor=user, at=now)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            return _kept(request, made, form)
    return _form_page(request, campaign, plan, chosen, form)


@never_cache
@GET_OR_POST
def activity_change(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    activity, user, now = _activity(request, key), signed_in(request), clock.now()
    permissions.may_record_activity(user, activity.group, on=now.date()).or_refuse()
    form = ActivityForm(request.POST or None, request.FILES or None, initial=_initial(activity))
    if request.method == "POST" and form.is_valid():
        try:
            seen_at = form.seen_at or activity.made_at
            operations.change_activity(activity, form.told, seen_at=seen_at, actor=user, at=now)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            return _kept(request, activity, form)
    plan = campaigns_read.newest_edition(activity.campaign).plan
    return _form_page(request, activity.campaign, plan, activity.group, form, activity)


def _kept(request: HttpRequest, activity: Activity, form: ActivityForm) -> HttpResponse:
    messages.success(request, _("The activity is kept."))
    keep = partial(operations.add_photograph, activity, actor=signed_in(request), at=clock.now())
    keep_pictures(request, form.cleaned_data["pictures"], keep)
    return redirect("movement:activity_page", activity.pk)


def _form_page(
    request: HttpRequest,
    campaign: Campaign,
    plan: CampaignFile,
    group: Group,
    form: ActivityForm,
    activity: Activity | None = None,
) -> HttpResponse:
    context = {"campaign": campaign, "plan": plan, "group": group, "form": form, "activity": activity}
    return render(request, "movement/activity_form.html", context, status=422 if form.errors else 200)


def _initial(activity: Activity) -> dict[str, Any]:
    figures = [
        queries.Result(one.what, _plain(one.amount), one.measured_in) for one in activity.figures.order_by("number")
    ]
    return {
        "seen": activity.written_at.isoformat(),
        "title": activity.title,
        "held_on": activity.held_on,
        "until": activity.until,
        "place": activity.place,
        "text": activity.text,
        "took_part": activity.took_part,
        "people": "\n".join(one.staff_code for one in queries.all_participants(activity)),
        **figures_initial(figures),
    }


def _plain(amount: Decimal) -> Decimal:
    """500 and not 500.00 where there is nothing behind the point."""
    whole = amount.to_integral_value()
    return whole if whole == amount else amount


@never_cache
@require_safe
def activity_page(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    return _page(request, _activity(request, key))


def _page(
    request: HttpRequest, activity: Activity, bound: WithdrawPledgeForm | None = None, *, status: int = 200
) -> HttpResponse:
    user, today, campaign = signed_in(request), clock.today(), activity.campaign
    tree = all_tree_on(campaign.last_known(today))
    sees_group = any(one.pk == activity.group_id for one in queries.groups_seen_by(user, campaign, tree, on=today))
    group_url = reverse("movement:group_page", args=[campaign.code, activity.group.code])
    context: dict[str, Any] = {
        "campaign": campaign,
        "activity": activity,
        "back": group_url if sees_group else reverse("movement:activity_own"),
        "back_label": activity.group.name if sees_group else _("What I took part in"),
        "figures": list(activity.figures.order_by("number")),
        "named": activity.participants.count(),
        "people": queries.all_participants(activity) if queries.sees_names(user, activity, on=today) else [],
        "photographs": list(activity.photographs.filter(content__isnull=False).order_by("added_at")),
        "may": permissions.may_record_activity(user, activity.group, on=today),
        "is_open": campaign.state == "RUNNING" and activity.state == ActivityState.HELD,
        "withdraw_form": bound or WithdrawPledgeForm(),
        "refused": bound,
    }
    return render(request, "movement/activity_page.html", context, status=status)


@never_cache
@require_POST
def activity_withdraw(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    activity, user, now = _activity(request, key), signed_in(request), clock.now()
    permissions.may_record_activity(user, activity.group, on=now.date()).or_refuse()
    form = WithdrawPledgeForm(request.POST)
    if form.is_valid():
        try:
            operations.withdraw_activity(activity, form.cleaned_data["reason"], actor=user, at=now)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("The activity is taken back; it counts no more."))
            return redirect("movement:activity_page", key)
    return _page(request, activity, form, status=422)


@never_cache
@require_safe
def activity_photograph(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    return HttpResponse(_photograph(request, key).picture, content_type="image/jpeg")


@never_cache
@GET_OR_POST
def activity_photograph_withdraw(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    found, user, now = _photograph(request, key), signed_in(request), clock.now()
    return ask_before_taking_off(
        request,
        picture=reverse("movement:activity_photograph", args=[key]),
        back=reverse("movement:activity_page", args=[found.activity_id]),
        back_label=found.activity.title,
        may=permissions.may_record_activity(user, found.activity.group, on=now.date()),
        take_off=lambda: operations.withdraw_photograph(found, actor=user, at=now),
    )


def _photograph(request: HttpRequest, key: uuid.UUID) -> ActivityPhotograph:
    """Raises `Http404` where it is gone or the viewer does not see the activity."""
    rows = ActivityPhotograph.objects.select_related("activity__group").filter(content__isnull=False)
    found = get_object_or_404(rows, key=key)
    _activity(request, found.activity_id)
    return found


def _activity(request: HttpRequest, key: uuid.UUID) -> Activity:
    """Raises `Http404` where the viewer does not see it."""
    found = queries.activity_open_to(signed_in(request), key, on=clock.today())
    if found is None:
        raise Http404
    return found


def _seen_groups(request: HttpRequest, code: str) -> tuple[Campaign, CampaignFile, list[Group]]:
    campaign, today = visible_campaign(request, code), clock.today()
    tree = all_tree_on(campaign.last_known(today))
    groups = queries.groups_seen_by(signed_in(request), campaign, tree, on=today)
    return campaign, campaigns_read.newest_edition(campaign).plan, groups


def _seen_group(request: HttpRequest, code: str, group: str) -> tuple[Campaign, CampaignFile, Group]:
    """Raises `Http404` where it is none of the agency, or the viewer does not see it."""
    campaign, plan, groups = _seen_groups(request, code)
    chosen = next((one for one in groups if one.code == group), None)
    if chosen is None:
        raise Http404
    return campaign, plan, chosen
