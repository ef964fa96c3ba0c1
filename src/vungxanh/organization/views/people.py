"""The staff list and one person with posts and absences."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from vungxanh.accounts.models import User
from vungxanh.accounts.views import signed_in
from vungxanh.common import clock
from vungxanh.common.directory import is_administrator
from vungxanh.common.spreadsheets import download
from vungxanh.organization import exports
from vungxanh.organization.enums import AbsenceKind, ContractKind, DayPart
from vungxanh.organization.forms import AbsenceForm
from vungxanh.organization.models import Absence, Person
from vungxanh.organization.operations import workdays
from vungxanh.organization.permissions import (
    may_change_person,
    may_import,
    may_record_absence,
    may_record_absences,
    sees_level_of,
)
from vungxanh.organization.queries.front_line import assignments_of
from vungxanh.organization.queries.people import (
    duplicates_visible_to,
    people_kept_by,
    people_visible_to,
    people_without_account,
    rows_of,
    unit_ids_visible_to,
)
from vungxanh.organization.tree import all_tree_on

PER_PAGE = 50


@require_safe
def person_list(request: HttpRequest) -> HttpResponse:
    """Those whom one sees by role, searched with or without marks, by given name."""
    user, today = signed_in(request), clock.today()
    tree = all_tree_on(today)
    visible = unit_ids_visible_to(user, on=today, tree=tree)
    node = tree.by_code(request.GET.get("don-vi", ""))
    chosen = {below.id for below in tree.below(node.id)} if node else None
    search = request.GET.get("tim", "")
    contract = request.GET.get("dien", "")
    people = people_visible_to(user, on=today, unit_ids=chosen, search=search, contract=contract, tree=tree)
    if request.GET.get("xlsx"):
        return download(f"danh-sach-{today:%Y%m%d}", exports.people_workbook(rows_of(people, tree)))
    page = Paginator(people, PER_PAGE).get_page(request.GET.get("page"))
    context: dict[str, object] = {
        "page": page,
        "rows": rows_of(page, tree),
        "search": search,
        "contract": contract,
        "contracts": ContractKind.choices,
        "units": [unit for unit in tree if unit.id in visible],
        "chosen": node.code if node else "",
        "sees_anybody": bool(visible),
        "may_import_absences": may_record_absences(user, on=today),
    }
    if may_import(user, on=today):
        context |= {
            "may_import": True,
            "without_account": people_without_account(user, on=today).count(),
            "duplicates": len(duplicates_visible_to(user, on=today)),
        }
    return render(request, "organization/person_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def person_page(request: HttpRequest, staff_code: str) -> HttpResponse:
    """One person; with POST an absence is recorded."""
    user, now = signed_in(request), clock.now()
    person = _visible_person(user, staff_code)
    may = may_record_absence(user, person, on=now.date())
    form = AbsenceForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            workdays.record_absence(
                person,
                kind=AbsenceKind(given["kind"]),
                first_day=given["first_day"],
                last_day=given["last_day"],
                part=DayPart(given["part"]),
                declares_remotely=given["declares_remotely"],
                note=given["note"],
                document_number=given["document_number"],
                actor=user,
                at=now,
            )
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("The absence is recorded."))
            return redirect("organization:person_page", staff_code=staff_code)
    context = {
        "person": person,
        "phone": person.spoken_phone,
        "posts": person.posts.select_related("unit", "site").order_by("-valid_from", "pk"),
        "absences": person.absences.select_related("recorded_by").order_by("-first_day", "-pk")[:40],
        "front_line": [(one, one.standing(now.date())) for one in assignments_of(user, person, on=now.date())],
        "form": form,
        "may_record": may,
        "may_change": may_change_person(user, person, on=now.date()),
        "may_grant": is_administrator(request),
        "sees_level": sees_level_of(user, person, on=now.date()),
        "is_own": person.user_id == user.pk,
    }
    return render(request, "organization/person_page.html", context, status=422 if form.errors else 200)


@require_POST
def absence_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    user = signed_in(request)
    absence = get_object_or_404(Absence.objects.select_related("person"), pk=pk)
    _visible_person(user, absence.person.staff_code)
    workdays.withdraw_absence(absence, actor=user, at=clock.now())
    messages.success(request, _("The absence is withdrawn."))
    return redirect("organization:person_page", staff_code=absence.person.staff_code)


def _visible_person(user: User, staff_code: str) -> Person:
    """Oneself, or somebody whom one sees or keeps by role; anybody else is not there."""
    today = clock.today()
    own = Person.objects.filter(user=user)
    for visible in (people_visible_to(user, on=today), own, people_kept_by(user, on=today)):
        if person := visible.filter(staff_code=staff_code).select_related("user").first():
            return person
    raise Http404
