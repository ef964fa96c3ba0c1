"""The page of times that differ for a unit or a site, and the questionnaire as a file."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from vungxanh.accounts.views import signed_in
from vungxanh.common import clock
from vungxanh.common.spreadsheets import download
from vungxanh.organization.models import Site, Unit
from vungxanh.organization.tree import all_tree_on
from vungxanh.screening import operations
from vungxanh.screening.enums import Window
from vungxanh.screening.exports import xlsform
from vungxanh.screening.forms import WindowSettingForm
from vungxanh.screening.queries.settings import unit_ids_with_settings_of, window_settings
from vungxanh.screening.rulebook import QUESTIONNAIRE, WINDOWS

WINDOWS_IN_ADDRESSES = {"khi-den": Window.ARRIVAL, "khi-ve": Window.LEAVING}


@require_http_methods(["GET", "HEAD", "POST"])
def window_setting_list(request: HttpRequest) -> HttpResponse:
    """What is set, and the form for new times; for the Office and the administrator, of their own units."""
    user, now = signed_in(request), clock.now()
    tree = all_tree_on(now.date())
    units = unit_ids_with_settings_of(user, on=now.date(), tree=tree)
    if not units:
        raise Http404
    rule = WINDOWS.current().in_force(now.date())
    sites = list(Site.objects.filter(unit__in=units, closed_on__isnull=True).order_by("name", "pk"))
    form = WindowSettingForm(request.POST or None, tree=tree, unit_ids=units, sites=sites, rule=rule)
    if request.method == "POST" and form.is_valid() and _set(request, form):
        messages.success(request, _("The new times are kept."))
        return redirect("screening:window_setting_list")
    context = {"form": form, "settings": window_settings(user, on=now.date(), tree=tree), "rule": rule}
    return render(request, "screening/window_setting_list.html", context, status=422 if form.errors else 200)


@require_safe
def questionnaire_xlsx(request: HttpRequest, window: str) -> HttpResponse:
    """The form in force as XLSForm, for ODK and Kobo."""
    if window not in WINDOWS_IN_ADDRESSES:
        raise Http404
    form = QUESTIONNAIRE.current().in_force(clock.today())
    name = f"to-khai-{window}-{form.version}"
    return download(name, xlsform(form, WINDOWS_IN_ADDRESSES[window]))


def _set(request: HttpRequest, form: WindowSettingForm) -> bool:
    kind, _colon, key = form.cleaned_data["place"].partition(":")
    place: Unit | Site = Unit.objects.get(pk=key) if kind == "unit" else Site.objects.get(pk=key)
    try:
        operations.set_windows(
            place,
            times=form.times,
            valid_from=form.cleaned_data["valid_from"],
            reason=form.cleaned_data["reason"],
            actor=signed_in(request),
            at=clock.now(),
        )
    except ValidationError as error:
        form.add_error(None, error)
        return False
    return True
