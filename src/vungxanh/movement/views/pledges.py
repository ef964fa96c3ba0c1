"""Pledges: one's own, those of a unit and its people, those of groups."""

import uuid
from collections.abc import Callable, Sequence
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from vungxanh.accounts.views import signed_in
from vungxanh.common import clock
from vungxanh.common.verdict import Verdict
from vungxanh.movement import permissions
from vungxanh.movement.enums import PledgeKind
from vungxanh.movement.forms.pledges import PledgeForm, WithdrawPledgeForm
from vungxanh.movement.models import Campaign, Pledge
from vungxanh.movement.operations import pledges as operations
from vungxanh.movement.queries import campaigns as campaigns_read
from vungxanh.movement.queries import launches as launches_read
from vungxanh.movement.queries import pledges as queries
from vungxanh.movement.views.campaigns import visible_campaign
from vungxanh.organization import roles
from vungxanh.organization.tree import all_tree_on

GET_OR_POST = require_http_methods(["GET", "HEAD", "POST"])


@never_cache
@require_safe
def pledge_list(request: HttpRequest, code: str) -> HttpResponse:
    """One's own, one's unit's, the groups', and for whoever sees it how far all units are."""
    campaign, user, today = visible_campaign(request, code), signed_in(request), clock.today()
    tree = all_tree_on(today)
    plan = campaigns_read.newest_edition(campaign).plan
    place = queries.own_place(user, campaign, plan, tree, on=today)
    seen = launches_read.launches_visible_to(user, campaign, plan, tree, on=today)
    sees_all = launches_read.sees_launches(user, campaign, tree, on=today)
    lines = launches_read.all_launch_lines(campaign, plan, tree, on=today) if seen else []
    pledged = queries.all_group_pledges(campaign)
    context = {
        "campaign": campaign,
        "plan": plan,
        "own": queries.standing_of_person(campaign, place.person.pk) if place else None,
        "place": place,
        "rows": [line for line in lines if line.unit.id in seen],
        "sees_all": sees_all,
        "groups": [(one, pledged.get(one.pk)) for one in queries.groups_of(campaign, tree)] if sees_all else [],
        "is_running": campaign.state == "RUNNING",
    }
    return render(request, "movement/pledge_list.html", context)


@never_cache
@GET_OR_POST
def pledge_own(request: HttpRequest, code: str) -> HttpResponse:
    campaign, user, now = visible_campaign(request, code), signed_in(request), clock.now()
    tree = all_tree_on(now.date())
    plan = campaigns_read.newest_edition(campaign).plan
    place = queries.own_place(user, campaign, plan, tree, on=now.date())
    permissions.may_pledge_oneself(place).or_refuse()
    assert place
    return _form_page(
        request,
        campaign,
        standing=queries.standing_of_person(campaign, place.person.pk),
        earlier=queries.all_earlier(campaign, PledgeKind.PERSON, person_id=place.person.pk),
        proposed=plan.pledge.person,
        may=permissions.may_pledge_oneself(place),
        title=_("My pledge"),
        who=place.person.full_name,
        act=lambda lines: operations.pledge_oneself(campaign, lines, actor=user, at=now),
    )


@never_cache
@GET_OR_POST
def pledge_unit(request: HttpRequest, code: str, unit: str) -> HttpResponse:
    """The pledge of the unit; for those who speak for it also who of its people has pledged."""
    campaign, user, now = visible_campaign(request, code), signed_in(request), clock.now()
    tree = all_tree_on(now.date())
    plan = campaigns_read.newest_edition(campaign).plan
    node = tree.by_code(unit)
    seen = launches_read.launches_visible_to(user, campaign, plan, tree, on=now.date())
    if node is None or node.id not in seen:
        raise Http404
    people = (
        queries.all_person_lines(campaign, [one.id for one in tree.below(node.id)], on=now.date())
        if roles.holds(user, roles.UNIT_STAFF, node.id, on=now.date())
        else []
    )
    return _form_page(
        request,
        campaign,
        standing=queries.standing(campaign, PledgeKind.UNIT, unit_id=node.id),
        earlier=queries.all_earlier(campaign, PledgeKind.UNIT, unit_id=node.id),
        proposed=plan.pledge.unit,
        may=permissions.may_pledge_for_unit(user, node.id, on=now.date()),
        title=_("Pledge of the unit"),
        who=node.name,
        act=lambda lines: operations.pledge_for_unit(campaign, node.id, lines, actor=user, at=now),
        people=people,
        pledged=sum(one.pledge is not None for one in people),
    )


@never_cache
@GET_OR_POST
def pledge_group(request: HttpRequest, code: str, group: str) -> HttpResponse:
    campaign, user, now = visible_campaign(request, code), signed_in(request), clock.now()
    plan = campaigns_read.newest_edition(campaign).plan
    tree = all_tree_on(now.date())
    groups = {one.code: one for one in queries.groups_of(campaign, tree)}
    if group not in groups or not launches_read.sees_launches(user, campaign, tree, on=now.date()):
        raise Http404
    chosen = groups[group]
    return _form_page(
        request,
        campaign,
        standing=queries.standing(campaign, PledgeKind.GROUP, group_id=chosen.pk),
        earlier=queries.all_earlier(campaign, PledgeKind.GROUP, group_id=chosen.pk),
        proposed=plan.pledge.group,
        may=permissions.may_pledge_for_group(user, chosen, on=now.date()),
        title=_("Pledge of the group"),
        who=chosen.name,
        act=lambda lines: operations.pledge_for_group(campaign, chosen, lines, actor=user, at=now),
    )


@require_POST
def pledge_withdraw(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    pledge = get_object_or_404(Pledge.objects.select_related("campaign", "group", "person"), key=key)
    campaign = visible_campaign(request, pledge.campaign.code)
    user, today = signed_in(request), clock.today()
    # Whose pledge one may not take back, that is not there: keys of others tell nothing.
    if not permissions.may_withdraw_pledge(user, pledge, on=today):
        raise Http404
    form = WithdrawPledgeForm(request.POST)
    if form.is_valid():
        try:
            operations.withdraw_pledge(pledge, form.cleaned_data["reason"], actor=user, at=clock.now())
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        else:
            messages.success(request, _("The pledge is taken back."))
    else:
        messages.error(request, _("Say why it is taken back."))
    return redirect(_address_of(pledge, campaign))


def _address_of(pledge: Pledge, campaign: Campaign) -> str:
    if pledge.group:
        return reverse("movement:pledge_group", args=[campaign.code, pledge.group.code])
    if pledge.person_id:
        return reverse("movement:pledge_own", args=[campaign.code])
    node = all_tree_on(clock.today()).nodes.get(pledge.unit_id)
    return reverse("movement:pledge_unit", args=[campaign.code, node.code if node else ""])


def _form_page(
    request: HttpRequest,
    campaign: Campaign,
    *,
    standing: Pledge | None,
    proposed: Sequence[str],
    may: Verdict,
    title: str,
    who: str,
    act: Callable[[list[str]], Pledge],
    **more: Any,
) -> HttpResponse:
    """What is pledged, and the form to pledge it or something else; refused in words, with what was typed kept."""
    lines = standing.lines if standing else proposed
    form = PledgeForm(request.POST or None, initial={"lines": "\n".join(lines)})
    if request.method == "POST":
        may.or_refuse()
        if form.is_valid():
            try:
                act(operations.lines_of(form.cleaned_data["lines"]))
            except ValidationError as error:
                form.add_error(None, error)
            else:
                messages.success(request, _("The pledge is confirmed."))
                return redirect(request.path)
    context = {
        "campaign": campaign,
        "standing": standing,
        "form": form,
        "may": may,
        "title": title,
        "who": who,
        "is_running": campaign.state == "RUNNING",
        "withdraw_form": WithdrawPledgeForm(),
        **more,
    }
    return render(request, "movement/pledge_page.html", context, status=422 if form.errors else 200)
