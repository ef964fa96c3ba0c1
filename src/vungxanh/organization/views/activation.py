"""Activation slips of a unit: who gets one, and the sheet that is printed and cut."""

import datetime
from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from vungxanh.accounts.models import User
from vungxanh.accounts.views import signed_in
from vungxanh.common import clock
from vungxanh.common.verdict import Verdict
from vungxanh.organization import exports, permissions
from vungxanh.organization.models import Person
from vungxanh.organization.operations import accounts
from vungxanh.organization.queries.people import slip_owners_of
from vungxanh.organization.tree import UnitNode, all_tree_on

AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Owner:
    """Somebody on the page: chosen beforehand who may get a slip and has never signed in."""

    person: Person
    verdict: Verdict

    @property
    def has_signed_in(self) -> bool:
        return bool(self.person.user and self.person.user.last_login)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def slip_sheet(request: HttpRequest, code: str) -> HttpResponse:
    user, now = signed_in(request), clock.now()
    unit = _unit(code, now.date())
    permissions.may_change_people(user, unit.id, on=now.date()).or_refuse()
    owners = _owners(user, unit, now.date())
    if request.method != "POST":
        return render(request, "organization/slip_list.html", {"unit": unit, "owners": owners})
    chosen = set(request.POST.getlist("person"))
    wanted = [one.person for one in owners if one.person.staff_code in chosen and one.verdict][:AT_ONCE]
    if not wanted:
        messages.error(request, _("Choose at least one person; nothing was made."))
        return redirect("organization:slip_sheet", code=code)
    made = accounts.make_slips(wanted, actor=user, at=now, real=clock.real_now())
    address = request.build_absolute_uri(reverse("accounts:slip_use"))
    slips = [(one, exports.slip_picture(address, one.slip)) for one in made]
    return render(request, "organization/slip_sheet.html", {"unit": unit, "slips": slips, "address": address})


def _owners(user: User, unit: UnitNode, on: datetime.date) -> list[Owner]:
    people = slip_owners_of(user, unit.id, on=on)
    verdicts = permissions.may_make_slips(user, people, on=on)
    return [Owner(person, verdicts[person.pk]) for person in people]


def _unit(code: str, on: datetime.date) -> UnitNode:
    unit = next((node for node in all_tree_on(on) if node.code == code), None)
    if unit is None:
        raise Http404
    return unit
