"""Areas with the level in force in each, and taking in what authorities publish."""

import datetime
from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from vungxanh.areas import operations, queries
from vungxanh.areas.exports import level_template
from vungxanh.areas.forms import AreasForm, LevelsForm
from vungxanh.areas.imports import AreaFileError
from vungxanh.areas.models import AdministrativeUnit
from vungxanh.areas.permissions import may_keep_areas
from vungxanh.common import clock
from vungxanh.common.spreadsheets import download
from vungxanh.common.views.days import asked_day

GET_OR_POST = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def area_list(request: HttpRequest) -> HttpResponse:
    """Provinces; `?tren=26` what lies below an area, `?tim=` what is called so; public knowledge for all signed in."""
    day, search = asked_day(request), request.GET.get("tim", "").strip()
    parent = _area(request.GET["tren"], day) if request.GET.get("tren") else None
    context = {
        "rows": queries.areas_found(search, on=day) if search else queries.areas_below(parent, on=day),
        "parent": parent,
        "above": queries.level_of(parent, on=day) if parent else None,
        "history": queries.level_history(parent) if parent else [],
        "search": search,
        "day": day,
        "may_import": may_keep_areas(request.user, on=clock.today()),
    }
    return render(request, "areas/area_list.html", context)


@GET_OR_POST
def level_import(request: HttpRequest) -> HttpResponse:
    now = clock.now()
    may_keep_areas(request.user, on=now.date()).or_refuse()

    def take_in(given: dict[str, Any]) -> str:
        new = operations.import_levels(
            given["file"].read(),
            document_number=given["document_number"],
            document_date=given["document_date"],
            at=now,
            actor=request.user,  # type: ignore[arg-type]
            file_name=given["file"].name,
        )
        return ngettext("%(count)d level is taken in.", "%(count)d levels are taken in.", new) % {"count": new}

    form = LevelsForm(request.POST or None, request.FILES or None)
    heading = _("Take in levels")
    lead = _("The published level wins over anything computed; it needs the number of its document.")
    return _import(request, form, take_in, heading=heading, lead=lead, has_template=True)


@GET_OR_POST
def area_import(request: HttpRequest) -> HttpResponse:
    now = clock.now()
    may_keep_areas(request.user, on=now.date()).or_refuse()

    def take_in(given: dict[str, Any]) -> str:
        file = given["file"]
        actor: Any = request.user
        changed = operations.import_areas(file.read(), at=now, actor=actor, file_name=file.name)
        return ngettext("%(count)d area is new or ended.", "%(count)d areas are new or ended.", changed) % {
            "count": changed
        }

    form = AreasForm(request.POST or None, request.FILES or None)
    heading = _("Take in administrative units")
    lead = _("Those that are there already stay; a renaming or a merger is a row from its own day.")
    return _import(request, form, take_in, heading=heading, lead=lead)


@require_safe
def level_template_download(request: HttpRequest) -> HttpResponse:
    return download("mau-cap-do-dich", level_template())


def _import(
    request: HttpRequest,
    form: forms.Form,
    take_in: Callable[[dict[str, Any]], str],
    *,
    heading: str,
    lead: str,
    has_template: bool = False,
) -> HttpResponse:
    faults: list[str] = []
    if request.method == "POST" and form.is_valid():
        try:
            messages.success(request, take_in(form.cleaned_data))
        except AreaFileError as error:
            faults = error.faults
        else:
            return redirect("areas:area_list")
    context = {"form": form, "faults": faults, "heading": heading, "lead": lead, "has_template": has_template}
    return render(request, "areas/import.html", context, status=422 if faults or form.errors else 200)


def _area(code: str, day: datetime.date) -> AdministrativeUnit:
    area = queries.area_on(code, on=day)
    if area is None:
        raise Http404
    return area
