"""Lists of figures and of targets from a file: looked at first, faults by cell, or recorded as a whole."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from vungxanh.accounts.views import signed_in
from vungxanh.common import clock
from vungxanh.common.spreadsheets import download
from vungxanh.organization.forms import UploadForm
from vungxanh.organization.operations.lists import ImportResult
from vungxanh.production import exports
from vungxanh.production.operations import lists as operations
from vungxanh.production.permissions import may_import

GET_OR_POST = require_http_methods(["GET", "HEAD", "POST"])


@GET_OR_POST
def figure_import(request: HttpRequest) -> HttpResponse:
    return _page(
        request,
        operations.import_figures,
        title=_("Import production figures"),
        lead=_("Each line is the figure of a unit and a month. All of them wait for verification."),
        template=reverse("production:figure_template"),
    )


@GET_OR_POST
def target_import(request: HttpRequest) -> HttpResponse:
    return _page(
        request,
        operations.import_targets,
        title=_("Import production targets"),
        lead=_("Each line is the target of a unit. All of them wait for approval by somebody else."),
        template=reverse("production:target_template"),
    )


@require_safe
def figure_template(request: HttpRequest) -> HttpResponse:
    return download("mau-so-lieu-san-xuat", exports.figure_template())


@require_safe
def target_template(request: HttpRequest) -> HttpResponse:
    return download("mau-chi-tieu-san-xuat", exports.target_template())


def _page(
    request: HttpRequest, run: Callable[..., ImportResult], *, title: str, lead: str, template: str
) -> HttpResponse:
    """With the button *check* a dry run; the other one records. A file with any fault records nothing either way."""
    user, now = signed_in(request), clock.now()
    may_import(user, on=now.date()).or_refuse()
    form = UploadForm(request.POST or None, request.FILES or None)
    result = None
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        is_dry = request.POST.get("do") != "record"
        result = run(file.read(), file_name=file.name, dry_run=is_dry, actor=user, at=now)
        if not result.is_refused and not result.is_dry_run:
            words = _("Recorded: %(created)d new, %(unchanged)d as they were.")
            messages.success(request, words % {"created": result.created, "unchanged": result.unchanged})
            return redirect("production:production_list")
    is_wrong = bool(form.errors) or bool(result and result.is_refused)
    context = {
        "form": form,
        "result": result,
        "title": title,
        "lead": lead,
        "back": reverse("production:production_list"),
        "back_label": _("Production and profession"),
        "template_url": template,
    }
    return render(request, "organization/list_import.html", context, status=422 if is_wrong else 200)
