"""Importing a staff list: choose, see what would happen, then do it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from vungxanh.accounts.views import signed_in
from vungxanh.common import clock
from vungxanh.common.spreadsheets import download
from vungxanh.organization import exports
from vungxanh.organization.enums import ImportStatus
from vungxanh.organization.forms import UploadForm
from vungxanh.organization.models import StaffImport
from vungxanh.organization.operations.imports import ImportEndedError, apply_checked, check_people
from vungxanh.organization.permissions import may_import


@require_http_methods(["GET", "HEAD", "POST"])
def staff_import(request: HttpRequest) -> HttpResponse:
    """The file is checked at once; one without faults waits, encrypted, for the word to import it."""
    user, now = signed_in(request), clock.now()
    may_import(user, on=now.date()).or_refuse()
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        checked = check_people(file.read(), file_name=file.name, actor=user, at=now)
        return _shown(request, checked, status=422 if checked.faults else 200)
    return render(request, "organization/staff_import.html", {"form": form}, status=422 if form.errors else 200)


@require_POST
def staff_import_apply(request: HttpRequest, pk: int) -> HttpResponse:
    user = signed_in(request)
    checked = get_object_or_404(StaffImport, pk=pk, by=user)
    try:
        result = apply_checked(checked, actor=user, at=clock.now())
    except ImportEndedError as error:
        messages.error(request, str(error))
        return redirect("organization:staff_import")
    if result.is_refused:
        checked.faults = result.faults
        return _shown(request, checked, status=422)
    words = _("Imported: %(created)d new, %(updated)d changed, %(unchanged)d as they were.")
    figures = {"created": result.created, "updated": result.updated, "unchanged": result.unchanged}
    messages.success(request, words % figures)
    return redirect("organization:person_list")


@require_safe
def staff_template(request: HttpRequest) -> HttpResponse:
    return download("mau-danh-sach-nhan-su", exports.staff_template())


def _shown(request: HttpRequest, checked: StaffImport, *, status: int) -> HttpResponse:
    waits = checked.status == ImportStatus.CHECKED and not checked.faults
    context = {"form": UploadForm(), "checked": checked, "waits": waits}
    return render(request, "organization/staff_import.html", context, status=status)
