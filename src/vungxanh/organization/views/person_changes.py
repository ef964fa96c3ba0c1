"""Changing people: added, corrected, moved, seconded, ended, merged, given accounts."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from vungxanh.accounts.views import signed_in
from vungxanh.common import clock
from vungxanh.common.spreadsheets import download
from vungxanh.organization import exports, permissions, roles
from vungxanh.organization.enums import ContractKind, WorkPattern
from vungxanh.organization.forms import DayForm, DecisionForm, NewPersonForm, PersonForm, PostForm
from vungxanh.organization.models import DuplicateCandidate, Person, Post, Unit
from vungxanh.organization.operations import accounts, people, posts
from vungxanh.organization.queries.people import duplicates_visible_to, people_kept_by, people_without_account
from vungxanh.organization.tree import UnitNode, all_tree_on
from vungxanh.organization.views.changing import Back, change

GET_OR_POST = require_http_methods(["GET", "HEAD", "POST"])
AT_ONCE = 100
"""So many accounts are made by one click: each password is hashed slowly on purpose."""


@GET_OR_POST
def person_add(request: HttpRequest) -> HttpResponse:
    user, now = signed_in(request), clock.now()
    permissions.may_import(user, on=now.date()).or_refuse()
    form = NewPersonForm(request.POST or None, on=now.date(), units=_units(request), initial={"valid_from": now.date()})

    def run(given: dict[str, Any]) -> str:
        pattern, weekdays = given["pattern"]
        person = people.add_person(
            given["staff_code"],
            values=form.values,
            unit=Unit.objects.get(pk=given["unit"]),
            title=given["title"],
            contract=ContractKind(given["contract"]),
            site=given["site"],
            pattern=WorkPattern(pattern),
            weekdays=weekdays,
            valid_from=given["valid_from"],
            basis=given["basis"],
            actor=user,
            at=now,
        )
        return _("%(name)s is on the staff list.") % {"name": person.full_name}

    back = (reverse("organization:person_list"), _("Staff list"))
    return change(request, form, run, title=_("Add somebody"), button=_("Add"), back=back)


@GET_OR_POST
def person_correct(request: HttpRequest, staff_code: str) -> HttpResponse:
    user, now = signed_in(request), clock.now()
    person = _kept(request, staff_code)
    initial = {key: getattr(person, key) for key in PersonForm.base_fields if key != "residence_code"}
    initial["phone"] = person.spoken_phone
    initial["residence_code"] = person.residence.code if person.residence else ""
    form = PersonForm(request.POST or None, on=now.date(), initial=initial)

    def run(given: dict[str, Any]) -> str:
        people.correct_person(person, values=form.values, actor=user, at=now)
        return _("The details are kept.")

    return change(request, form, run, title=_("Correct details"), button=_("Keep"), back=_back(person))


@GET_OR_POST
def person_transfer(request: HttpRequest, staff_code: str) -> HttpResponse:
    user, now = signed_in(request), clock.now()
    person = _kept(request, staff_code)
    form = PostForm(request.POST or None, units=_units(request), initial={"valid_from": now.date()})

    def run(given: dict[str, Any]) -> str:
        posts.transfer(
            person,
            unit=Unit.objects.get(pk=given["unit"]),
            title=given["title"],
            site=given["site"],
            valid_from=given["valid_from"],
            basis=given["basis"],
            actor=user,
            at=now,
        )
        return _("The new post is kept.")

    return change(
        request, form, run, title=_("Transfer or appoint"), lead=person.full_name, button=_("Keep"), back=_back(person)
    )


@GET_OR_POST
def person_second(request: HttpRequest, staff_code: str) -> HttpResponse:
    """To any unit of the installation: the host need not be looked after by the one who sends."""
    user, now = signed_in(request), clock.now()
    person = _kept(request, staff_code)
    hosts = list(all_tree_on(now.date()))
    form = PostForm(request.POST or None, units=hosts, has_end=True, initial={"valid_from": now.date()})

    def run(given: dict[str, Any]) -> str:
        posts.second(
            person,
            unit=Unit.objects.get(pk=given["unit"]),
            title=given["title"],
            site=given["site"],
            valid_from=given["valid_from"],
            valid_to=given["valid_to"],
            basis=given["basis"],
            actor=user,
            at=now,
        )
        return _("The secondment is kept: counted at the host, scored at home.")

    return change(request, form, run, title=_("Second"), lead=person.full_name, button=_("Keep"), back=_back(person))


@GET_OR_POST
def post_end(request: HttpRequest, pk: int) -> HttpResponse:
    user, now = signed_in(request), clock.now()
    post = get_object_or_404(Post.objects.select_related("person", "unit"), pk=pk)
    person = _kept(request, post.person.staff_code)
    form = DayForm(request.POST or None, initial={"day": now.date()})

    def run(given: dict[str, Any]) -> str:
        posts.end_post(post, valid_to=given["day"], actor=user, at=now)
        return _("The post ends.")

    lead = f"{person.full_name}: {post.title}, {post.unit.code}"
    return change(
        request, form, run, title=_("End the post"), lead=lead, button=_("End it"), back=_back(person), danger=True
    )


@require_http_methods(["GET", "HEAD"])
def duplicate_list(request: HttpRequest) -> HttpResponse:
    """Pairs that may be one person and wait for a human's word."""
    user, today = signed_in(request), clock.today()
    permissions.may_import(user, on=today).or_refuse()
    return render(request, "organization/duplicate_list.html", {"pairs": duplicates_visible_to(user, on=today)})


@require_POST
def duplicate_decide(request: HttpRequest, pk: int) -> HttpResponse:
    user, now = signed_in(request), clock.now()
    pair = next((one for one in duplicates_visible_to(user, on=now.date()) if one.pk == pk), None)
    form = DecisionForm(request.POST)
    if pair is None:
        raise Http404
    if not form.is_valid():
        messages.error(request, _("Choose which of the two stays, or that they are two people."))
        return redirect("organization:duplicate_list")
    try:
        messages.success(request, _decided(pair, form.cleaned_data["decision"], user, now))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect("organization:duplicate_list")


def _decided(pair: DuplicateCandidate, decision: str, user: Any, now: Any) -> str:
    if decision == "TWO":
        people.tell_apart(pair, actor=user, at=now)
        return _("They are two people; nobody asks again.")
    keep = pair.first if decision == "FIRST" else pair.second
    people.merge_people(pair, keep=keep, actor=user, at=now)
    return _("The two are one now: %(name)s, %(code)s.") % {"name": keep.full_name, "code": keep.staff_code}


@require_POST
def accounts_create(request: HttpRequest) -> HttpResponse:
    """Accounts for those who have none, as a spreadsheet to print and hand out: it is given once."""
    user, now = signed_in(request), clock.now()
    permissions.may_import(user, on=now.date()).or_refuse()
    wanted = people_without_account(user, on=now.date())[:AT_ONCE]
    if not wanted:
        messages.info(request, _("Everybody has an account."))
        return redirect("organization:person_list")
    made = accounts.create_accounts(wanted, actor=user, at=now)
    return download(f"tai-khoan-{now:%Y%m%d-%H%M}", exports.accounts_workbook(made))


def _kept(request: HttpRequest, staff_code: str) -> Person:
    """A person whom the viewer looks after; somebody else's is not there."""
    found = people_kept_by(signed_in(request), on=clock.today()).filter(staff_code=staff_code)
    return get_object_or_404(found.select_related("residence"))


def _units(request: HttpRequest) -> list[UnitNode]:
    today = clock.today()
    tree = all_tree_on(today)
    kept = roles.unit_ids_where(signed_in(request), permissions.PERSONNEL, on=today, tree=tree)
    return [node for node in tree if node.id in kept]


def _back(person: Person) -> Back:
    return reverse("organization:person_page", args=[person.staff_code]), person.full_name
