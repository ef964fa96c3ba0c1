"""A list of what was declared in PC-Covid: faults by cell, or taken as the declarations of a window."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from vungxanh.accounts.views import signed_in
from vungxanh.admission.exports import pc_covid_list
from vungxanh.admission.forms.pc_covid import PcCovidForm
from vungxanh.admission.operations.pc_covid import import_pc_covid
from vungxanh.admission.permissions import Entering
from vungxanh.common import clock
from vungxanh.common.spreadsheets import download
from vungxanh.screening.enums import Channel, Window


@require_http_methods(["GET", "HEAD", "POST"])
def pc_covid_import(request: HttpRequest) -> HttpResponse:
    """With the button *check* a dry run; the other one records."""
    user, now = signed_in(request), clock.now()
    if not Entering(now.date()).unit_ids_where(user, Channel.PC_COVID):
        raise Http404
    form = PcCovidForm(request.POST or None, request.FILES or None)
    result = None
    if request.method == "POST" and form.is_valid():
        content, window = form.cleaned_data["file"].read(), Window(form.cleaned_data["window"])
        is_dry = request.POST.get("do") != "record"
        result = import_pc_covid(content, window=window, dry_run=is_dry, actor=user, at=now)
        if not result.is_refused and not is_dry:
            words = _("Recorded: %(created)d new, %(unchanged)d as they were.")
            messages.success(request, words % {"created": result.created, "unchanged": result.unchanged})
            return redirect("admission:pc_covid_import")
    is_wrong = bool(form.errors) or bool(result and result.is_refused)
    context = {
        "form": form,
        "result": result,
        "title": _("Import from PC-Covid"),
        "lead": _("Who has declared in PC-Covid need not declare once more."),
        "back": reverse("home"),
        "back_label": _("Back to today"),
        "template_url": reverse("admission:pc_covid_template"),
    }
    return render(request, "organization/list_import.html", context, status=422 if is_wrong else 200)


@require_safe
def pc_covid_template(request: HttpRequest) -> HttpResponse:
    return download("mau-pc-covid", pc_covid_list(clock.today()))
