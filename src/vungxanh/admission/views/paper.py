"""The paper sheet of a unit: printed before, signed by each, entered afterwards by its number."""

import datetime

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from vungxanh.accounts.views import signed_in
from vungxanh.admission.models.paper import sheet_number
from vungxanh.admission.permissions import Entering
from vungxanh.admission.queries.entering import all_expected
from vungxanh.common import clock
from vungxanh.common.qr import qr_picture
from vungxanh.organization.tree import all_tree_on
from vungxanh.screening.enums import Channel, Window
from vungxanh.screening.rulebook import QUESTIONNAIRE

AHEAD = datetime.timedelta(days=7)
EMPTY_LINES = range(3)


@never_cache
@require_safe
def paper_sheet(request: HttpRequest, code: str) -> HttpResponse:
    """For today, or for one of the next days, so that paper is at hand before the power fails."""
    today = clock.today()
    tree = all_tree_on(today)
    unit = tree.by_code(code)
    if unit is None or unit.id not in Entering(today).unit_ids_where(signed_in(request), Channel.PAPER):
        raise Http404
    day, window = _asked_day(request, today), _asked_window(request)
    form = QUESTIONNAIRE.current().in_force(day)
    language = get_language() or "vi"
    entered_at = f"{reverse('admission:unit_sheet', args=[code])}?cach=PAPER&khung={window}&ngay={day.isoformat()}"
    below = {node.id for node in tree.below(unit.id)}
    context = {
        "unit": unit,
        "day": day,
        "window": window,
        "number": sheet_number(unit.code, day, window),
        "people": all_expected(below, day, window),
        "empty": EMPTY_LINES,
        "groups": [
            (group.heading(window).in_language(language), [item.in_language(language) for item in group.items(window)])
            for group in form.groups(window)
        ],
        "attestation": form.attestation.in_language(language),
        "qr": qr_picture(request.build_absolute_uri(entered_at), error="q"),
        "days": [
            (one, f"?khung={window}&ngay={one.isoformat()}", one == day)
            for one in (today + datetime.timedelta(days=n) for n in range(AHEAD.days + 1))
        ],
        "windows": [(one.label, f"?khung={one}&ngay={day.isoformat()}", one == window) for one in Window],
        "entered_at": entered_at,
    }
    return render(request, "admission/paper_sheet.html", context)


def _asked_day(request: HttpRequest, today: datetime.date) -> datetime.date:
    try:
        asked = datetime.date.fromisoformat(request.GET.get("ngay", ""))
    except ValueError:
        return today
    return asked if today - AHEAD <= asked <= today + AHEAD else today


def _asked_window(request: HttpRequest) -> Window:
    asked = request.GET.get("khung", "")
    return Window(asked) if asked in Window.values else Window.ARRIVAL
