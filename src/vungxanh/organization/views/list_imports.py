"""Lists of absences and rosters from a file: what is wrong by cell, or recorded at once."""

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
from vungxanh.organization.forms import UploadForm
from vungxanh.organization.models import Unit
from vungxanh.organization.operations.absences import import_absences
from vungxanh.organization.operations.lists import ImportResult
from vungxanh.organization.operations.roster import import_roster
from vungxanh.organization.tree import all_tree_on
from vungxanh.organization.views.changing import Back

GET_OR_POST = require_http_methods(["GET", "HEAD", "POST"])


@GET_OR_POST
def absence_import(request: HttpRequest) -> HttpResponse:
    user, now = signed_in(request), clock.now()
    permissions.may_record_absences(user, on=now.date()).or_refuse()
    back = (reverse("organization:person_list"), _("Staff list"))
    template = reverse("organization:absence_template")

    def run(content: bytes, name: str, dry_run: bool) -> ImportResult:
        return import_absences(content, file_name=name, dry_run=dry_run, actor=user, at=now)

    return _page(request, run, title=_("Import absences"), back=back, template=template)


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

    return _page(request, run, title=_("Import a roster"), back=back, template=template, lead=node.name)


@require_safe
def absence_template(request: HttpRequest) -> HttpResponse:
    return download("mau-danh-sach-vang-mat", exports.absence_template())


@require_safe
def roster_template(request: HttpRequest) -> HttpResponse:
    return download("mau-lich-truc", exports.roster_template())


def _page(
    request: HttpRequest,
    run: Callable[[bytes, str, bool], ImportResult],
    *,
    title: str,
    back: Back,
    template: str,
    lead: str = "",
) -> HttpResponse:
    """With the button *check* a dry run; the other one records. A file with any fault records nothing either way."""
    form = UploadForm(request.POST or None, request.FILES or None)
    result = None
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        result = run(file.read(), file.name, request.POST.get("do") != "record")
        if not result.is_refused and not result.is_dry_run:
            words = _("Recorded: %(created)d new, %(unchanged)d as they were.")
            messages.success(request, words % {"created": result.created, "unchanged": result.unchanged})
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
