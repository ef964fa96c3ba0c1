"""Groups across units: unions, cells; who belongs to them."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from vungxanh.accounts.views import signed_in
from vungxanh.common import clock
from vungxanh.organization import permissions, roles
from vungxanh.organization.enums import GroupKind
from vungxanh.organization.forms import GroupForm, MemberForm
from vungxanh.organization.models import GroupMembership, Unit
from vungxanh.organization.operations import places
from vungxanh.organization.queries import groups
from vungxanh.organization.queries.people import people_kept_by
from vungxanh.organization.tree import all_tree_on
from vungxanh.organization.views.changing import change

GET_OR_POST = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def group_list(request: HttpRequest) -> HttpResponse:
    user, today = signed_in(request), clock.today()
    context = {
        "rows": groups.groups_visible_to(user, on=today),
        "may_found": permissions.may_import(user, on=today),
    }
    return render(request, "organization/group_list.html", context)


@GET_OR_POST
def group_found(request: HttpRequest) -> HttpResponse:
    user, now = signed_in(request), clock.now()
    permissions.may_import(user, on=now.date()).or_refuse()
    tree = all_tree_on(now.date())
    kept = roles.unit_ids_where(user, permissions.PERSONNEL, on=now.date(), tree=tree)
    form = GroupForm(request.POST or None, units=[node for node in tree if node.id in kept])

    def run(given: dict[str, Any]) -> str:
        places.found_group(
            given["code"],
            unit=Unit.objects.get(pk=given["unit"]),
            name=given["name"],
            kind=GroupKind(given["kind"]),
            actor=user,
            at=now,
        )
        return _("The group is founded.")

    back = (reverse("organization:group_list"), _("Groups"))
    return change(request, form, run, title=_("New group"), button=_("Found it"), back=back)


@GET_OR_POST
def group_page(request: HttpRequest, code: str) -> HttpResponse:
    """Members of today; with POST somebody joins."""
    user, now = signed_in(request), clock.now()
    group = get_object_or_404(groups.groups_visible_to(user, on=now.date()), code=code)
    form = MemberForm(request.POST or None, initial={"valid_from": now.date()})
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        person = people_kept_by(user, on=now.date()).filter(staff_code=given["staff_code"]).first()
        if person is None:
            form.add_error("staff_code", _("Nobody whom you look after has this code."))
        else:
            try:
                places.join_group(group, person, valid_from=given["valid_from"], actor=user, at=now)
            except ValidationError as error:
                form.add_error(None, error)
            else:
                messages.success(request, _("%(name)s belongs to the group.") % {"name": person.full_name})
                return redirect("organization:group_page", code=code)
    context = {
        "group": group,
        "members": groups.members_visible_to(user, group, on=now.date()),
        "form": form,
        "may_change": permissions.may_change_people(user, group.unit_id, on=now.date()),
    }
    return render(request, "organization/group_page.html", context, status=422 if form.errors else 200)


@require_POST
def group_leave(request: HttpRequest, pk: int) -> HttpResponse:
    user, now = signed_in(request), clock.now()
    visible = groups.groups_visible_to(user, on=now.date())
    joined = get_object_or_404(GroupMembership.objects.select_related("group"), pk=pk, group__in=visible)
    places.leave_group(joined, valid_to=now.date(), actor=user, at=now)
    messages.success(request, _("Belongs to the group no more."))
    return redirect("organization:group_page", code=joined.group.code)
