"""Roles granted and withdrawn, and acting for somebody in absence."""

import datetime

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from vungxanh.accounts.models import User
from vungxanh.accounts.views import signed_in
from vungxanh.common import clock
from vungxanh.organization import roles
from vungxanh.organization.enums import Role
from vungxanh.organization.forms import DelegationForm, RoleForm
from vungxanh.organization.models import Delegation, RoleAssignment, Unit
from vungxanh.organization.operations import roles as operations
from vungxanh.organization.permissions import ADMINISTRATION, PERSONNEL, may_delegate, may_revoke_delegation
from vungxanh.organization.queries import units
from vungxanh.organization.queries.people import people_kept_by
from vungxanh.organization.tree import all_tree_on


@require_http_methods(["GET", "HEAD", "POST"])
def role_list(request: HttpRequest) -> HttpResponse:
    """For `quantri`: who holds which role where, below the units that one administers."""
    user, now = signed_in(request), clock.now()
    tree = all_tree_on(now.date())
    administered = roles.unit_ids_where(user, ADMINISTRATION, on=now.date(), tree=tree)
    if not administered:
        return render(request, "403.html", {"reason": _("Only the administrator grants roles.")}, status=403)
    nodes = [node for node in tree if node.id in administered]
    form = RoleForm(
        request.POST or None,
        units=nodes,
        initial={"username": request.GET.get("tai-khoan", ""), "valid_from": now.date()},
    )
    if request.method == "POST" and form.is_valid() and _granted(form, user, now):
        messages.success(request, _("The role is granted."))
        return redirect("organization:role_list")
    rows = units.all_role_assignments(administered, from_day=now.date())
    context = {"rows": [(row, tree[row.unit_id]) for row in rows], "form": form}
    return render(request, "organization/role_list.html", context, status=422 if form.errors else 200)


def _granted(form: RoleForm, actor: User, now: datetime.datetime) -> bool:
    given = form.cleaned_data
    holder = User.objects.filter(username=given["username"].strip().casefold()).first()
    if holder is None:
        form.add_error("username", _("There is no account with this name."))
        return False
    try:
        operations.grant_role(
            holder,
            Role(given["role"]),
            Unit.objects.get(pk=given["unit"]),
            valid_from=given["valid_from"],
            valid_to=given["valid_to"],
            basis=given["basis"],
            actor=actor,
            at=now,
        )
    except ValidationError as error:
        form.add_error(None, error)
        return False
    return True


@require_POST
def role_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    given = get_object_or_404(RoleAssignment, pk=pk)
    try:
        operations.withdraw_role(given, actor=signed_in(request), at=clock.now())
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("The role is withdrawn from today on."))
    return redirect("organization:role_list")


@require_http_methods(["GET", "HEAD", "POST"])
def delegation_list(request: HttpRequest) -> HttpResponse:
    """One's own delegations, given and held; a new one hands over a role for some days.

    With `?cho=` Personnel does it for somebody who is away.
    """
    user, now = signed_in(request), clock.now()
    principal = _principal(request, user, now.date())
    tree = all_tree_on(now.date())
    own = [one for one in roles.holdings(principal, on=now.date()) if one.principal_id is None and one.unit_id in tree]
    held = [
        (f"{one.role}:{one.unit_id}", f"{one.role.label} · {tree[one.unit_id].short_name}")
        for one in own
        if may_delegate(user, principal, one.role, one.unit_id, on=now.date())
    ]
    deputies = units.all_deputies({one.unit_id for one in own}, but=principal, on=now.date())
    form = DelegationForm(request.POST or None, held=held, deputies=deputies)
    if request.method == "POST" and form.is_valid() and _delegated(form, principal, user, now):
        messages.success(request, _("The role is handed over for these days."))
        return redirect(request.get_full_path())
    rows = units.all_delegations({principal.pk}, from_day=now.date() - datetime.timedelta(days=90))
    kept = roles.unit_ids_where(user, PERSONNEL, on=now.date(), tree=tree)
    context = {
        "rows": [(row, row.principal_id == user.pk or row.unit_id in kept) for row in rows],
        "today": now.date(),
        "form": form,
        "held": held,
        "principal": principal,
    }
    return render(request, "organization/delegation_list.html", context, status=422 if form.errors else 200)


def _principal(request: HttpRequest, user: User, on: datetime.date) -> User:
    """The viewer, or somebody whose staff list entry the viewer keeps."""
    name = request.GET.get("cho", "").casefold()
    if not name or name == user.username:
        return user
    kept = people_kept_by(user, on=on).filter(user__username=name).select_related("user").first()
    if kept is None or kept.user is None:
        raise Http404
    return kept.user


def _delegated(form: DelegationForm, principal: User, actor: User, now: datetime.datetime) -> bool:
    given = form.cleaned_data
    delegate = User.objects.filter(username=given["delegate"].strip().casefold(), is_active=True).first()
    if delegate is None:
        form.add_error("delegate", _("There is no account with this name."))
        return False
    role, _colon, unit = given["what"].partition(":")
    try:
        operations.delegate(
            principal,
            delegate,
            role=Role(role),
            unit=Unit.objects.get(pk=int(unit)),
            first_day=given["first_day"],
            last_day=given["last_day"],
            reason=given["reason"],
            handover=given["handover"],
            actor=actor,
            at=now,
        )
    except ValidationError as error:
        form.add_error(None, error)
        return False
    return True


@require_POST
def delegation_revoke(request: HttpRequest, pk: int) -> HttpResponse:
    user = signed_in(request)
    made = get_object_or_404(Delegation.objects.select_related("principal"), pk=pk)
    if not may_revoke_delegation(user, made, on=clock.today()):
        raise Http404
    try:
        operations.revoke_delegation(made, actor=user, at=clock.now())
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("The delegation is revoked."))
    back = reverse("organization:delegation_list")
    return redirect(back if made.principal_id == user.pk else f"{back}?cho={made.principal.username}")
