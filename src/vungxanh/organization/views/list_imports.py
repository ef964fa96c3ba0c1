"""Lists of absences, rosters, the front line and outside parties from a file: faults by cell, or recorded at once."""

from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from vungxanh.accounts.views import signed_in
from vungxanh.common import clock
from vungxanh.common.spreadsheets import download
from vungxanh.organization import exports, permissions
from vungxanh.organization.forms import PartyListForm, UploadForm
from vungxanh.organization.models import Unit
from vungxanh.organization.operations.absences import import_absences
from vungxanh.organization.operations.front_line_lists import import_front_line
from vungxanh.organization.operations.lists import ImportResult
from vungxanh.organization.operations.party_lists import import_parties
from vungxanh.organization.operations.roster import import_roster
from vungxanh.organization.tree import all_tree_on
from vungxanh.organization.views.changing import Back
from vungxanh.organization.views.parties import kept_agencies

GET_OR_POST = require_http_methods(["GET", "HEAD", "POST"])


@GET_OR_POST
def absence_import(request: HttpRequest) -> HttpResponse:
    user, now = signed_in(request), clock.now()
    permissions.may_record_absences(user, on=now.date()).or_refuse()
    back = (reverse("organization:person_list"), _("Staff list"))
    template = reverse("organization:absence_template")

    def run(content: bytes, name: str, dry_run: bool) -> ImportResult:
        return import_absences(content, file_name=name, dry_run=dry_run, actor=user, at=now)

    form = UploadForm(request.POST or None, request.FILES or None)
    return _page(request, form, run, title=_("Import absences"), back=back, template=template)


@GET_OR_POST
def front_line_import(request: HttpRequest) -> HttpResponse:
    user, now = signed_in(request), clock.now()
    permissions.may_import_front_line(user, on=now.date()).or_refuse()
    back = (reverse("organization:front_line_list"), _("Front line"))
    template = reverse("organization:front_line_template")

    def run(content: bytes, name: str, dry_run: bool) -> ImportResult:
        return import_front_line(content, file_name=name, dry_run=dry_run, actor=user, at=now)

    form = UploadForm(request.POST or None, request.FILES or None)
    return _page(request, form, run, title=_("Import assignments"), back=back, template=template)


@GET_OR_POST
def roster_import(request: HttpRequest, code: str) -> HttpResponse:
    user, now = signed_in(request), clock.now()
    node = all_tree_on(now.date()).by_code(code)
    if node is None:
        raise Http404
    permissions.may_set_roster(user, node.id, on=now.date()).or_refuse()
    unit = Unit.objects.get(pk=node.id)
    back = (reverse("organization:roster_page", args=[code]), _("Roster"))
    template = reverse("organization:roster_template")

    def run(content: bytes, name: str, dry_run: bool) -> ImportResult:
        return import_roster(content, unit=unit, file_name=name, dry_run=dry_run, actor=user, at=now)

    form = UploadForm(request.POST or None, request.FILES or None)
    return _page(request, form, run, title=_("Import a roster"), back=back, template=template, lead=node.name)


@GET_OR_POST
def party_import(request: HttpRequest) -> HttpResponse:
    user, now = signed_in(request), clock.now()
    agencies = kept_agencies(request)
    if not agencies:
        raise Http404
    form = PartyListForm(request.POST or None, request.FILES or None, agencies=agencies)
    back = (reverse("organization:party_list"), _("Outside parties"))
    template = reverse("organization:party_template")

    def run(content: bytes, name: str, dry_run: bool) -> ImportResult:
        agency = Unit.objects.get(pk=form.cleaned_data["agency"])
        return import_parties(content, agency=agency, file_name=name, dry_run=dry_run, actor=user, at=now)

    return _page(request, form, run, title=_("Import outside parties"), back=back, template=template)


@require_safe
def absence_template(request: HttpRequest) -> HttpResponse:
    return download("mau-danh-sach-vang-mat", exports.absence_template())


@require_safe
def front_line_template(request: HttpRequest) -> HttpResponse:
    return download("mau-phan-cong-tuyen-dau", exports.front_line_template())


@require_safe
def roster_template(request: HttpRequest) -> HttpResponse:
    return download("mau-lich-truc", exports.roster_template())


@require_safe
def party_template(request: HttpRequest) -> HttpResponse:
    return download("mau-doi-tac-ben-ngoai", exports.party_template())


def _page(
    request: HttpRequest,
    form: UploadForm,
    run: Callable[[bytes, str, bool], ImportResult],
    *,
    title: str,
    back: Back,
    template: str,
    lead: str = "",
) -> HttpResponse:
    """With the button *check* a dry run; the other one records. A file with any fault records nothing either way."""
    result = None
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        result = run(file.read(), file.name, request.POST.get("do") != "record")
        if not result.is_refused and not result.is_dry_run:
            messages.success(request, _recorded(result))
            return redirect(back[0])
    is_wrong = bool(form.errors) or bool(result and result.is_refused)
    context = {
        "form": form,
        "result": result,
        "title": title,
        "lead": lead,
        "back": back[0],
        "back_label": back[1],
        "template_url": template,
    }
    return render(request, "organization/list_import.html", context, status=422 if is_wrong else 200)


def _recorded(result: ImportResult) -> str:
    figures = {"created": result.created, "updated": result.updated, "unchanged": result.unchanged}
    if result.updated:
        return _("Recorded: %(created)d new, %(updated)d changed, %(unchanged)d as they were.") % figures
    return _("Recorded: %(created)d new, %(unchanged)d as they were.") % figures
