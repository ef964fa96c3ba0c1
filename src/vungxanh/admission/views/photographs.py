"""Photographs of paper sheets: sent by whoever enters the sheet, looked at by the health officer."""

import datetime
import uuid

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from vungxanh.accounts.models import User
from vungxanh.accounts.views import signed_in
from vungxanh.admission.models import PaperSheet, SheetPhotograph
from vungxanh.admission.operations import paper
from vungxanh.admission.operations.paper import SheetOf
from vungxanh.admission.permissions import Entering, may_withdraw_photograph
from vungxanh.admission.queries.paper import all_photographs, all_subjects, sheets
from vungxanh.admission.rulebook import PHOTOGRAPHS
from vungxanh.common import clock
from vungxanh.organization import roles
from vungxanh.organization.enums import Role
from vungxanh.organization.queries.people import all_people
from vungxanh.organization.tree import all_tree_on
from vungxanh.screening.enums import Channel, Window

PAGE_SIZE = 50


def photographs_context(of: SheetOf, *, user: User, at: datetime.datetime) -> dict[str, object]:
    """For the card with the photographs of a sheet that is being entered."""
    same = PaperSheet.objects.filter(unit_id=of.unit_id, day=of.day, window=of.window)
    rows = [(one, bool(may_withdraw_photograph(user, one.photograph, at=at))) for one in all_photographs(same)]
    return {"photographs": rows, "paper": of, "photograph_rule": PHOTOGRAPHS.current().in_force(at.date())}


@never_cache
@require_POST
def photograph_add(request: HttpRequest, code: str) -> HttpResponse:
    """`photograph` for the sheet of the unit that `khung` and `ngay` name."""
    user, now = signed_in(request), clock.now()
    of = _sheet_of(request, code, now)
    rule = PHOTOGRAPHS.current().in_force(now.date())
    file = request.FILES.get("photograph")
    status = 422
    if not isinstance(file, UploadedFile):
        messages.error(request, _("Take or choose a photograph first."))
    elif (file.size or 0) > rule.largest_mb * 1024 * 1024:
        messages.error(request, _("The photograph is larger than %(size)d MB.") % {"size": rule.largest_mb})
    else:
        try:
            paper.add_photograph(of, file.read(), actor=user, at=now)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        else:
            messages.success(request, _("The photograph is kept with the sheet."))
            status = 200
    return _card(request, of, code, now, status=status)


@never_cache
@require_POST
def photograph_withdraw(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    user, now = signed_in(request), clock.now()
    photograph = get_object_or_404(SheetPhotograph.objects.select_related("sheet__unit"), key=key)
    sheet = photograph.sheet
    if sheet.unit_id not in Entering(now.date()).unit_ids_where(user, Channel.PAPER):
        raise Http404
    paper.withdraw_photograph(photograph, actor=user, at=now)
    messages.success(request, _("The photograph is withdrawn; its picture is erased."))
    return _card(request, SheetOf(sheet.unit_id, sheet.day, Window(sheet.window)), sheet.unit.code, now)


def _card(request: HttpRequest, of: SheetOf, code: str, now: datetime.datetime, *, status: int = 200) -> HttpResponse:
    """The card alone where the page asks for it, so that ticks not sent yet stay; else the whole page again."""
    if request.headers.get("HX-Request"):
        context = photographs_context(of, user=signed_in(request), at=now)
        unit = all_tree_on(now.date())[of.unit_id]
        context |= {"unit": unit, "is_fragment": True}
        return render(request, "admission/partials/photographs.html", context, status=status)
    where = reverse("admission:unit_sheet", args=[code])
    return redirect(f"{where}?cach={Channel.PAPER}&khung={of.window}&ngay={of.day.isoformat()}")


def _sheet_of(request: HttpRequest, code: str, now: datetime.datetime) -> SheetOf:
    """Raises `Http404` for a unit whose sheets the viewer does not enter."""
    unit = all_tree_on(now.date()).by_code(code)
    if unit is None or not Entering(now.date()).may_enter_sheets(signed_in(request), unit.id):
        raise Http404
    try:
        day = datetime.date.fromisoformat(request.POST.get("ngay", ""))
        return SheetOf(unit.id, day, Window(request.POST.get("khung", "")))
    except ValueError as error:
        raise Http404 from error


@never_cache
@require_safe
def sheet_list(request: HttpRequest) -> HttpResponse:
    """Sheets that were entered in the days whose pictures are kept: with how many people, and with what proof."""
    user, today = signed_in(request), clock.today()
    units = Entering(today).unit_ids_where(user, Channel.PAPER) | _read_unit_ids(user, today)
    if not units:
        raise PermissionDenied(_("Only those who enter paper sheets and the health officer see them."))
    rule = PHOTOGRAPHS.current().in_force(today)
    rows = sheets(units).filter(day__gte=today - datetime.timedelta(days=rule.keep_days))
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    tree = all_tree_on(today)
    names = [(sheet, tree[sheet.unit_id].name if sheet.unit_id in tree else sheet.unit.code) for sheet in page]
    return render(request, "admission/sheet_list.html", {"page": page, "rows": names, "rule": rule})


@never_cache
@require_safe
def sheet_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Who was entered from a sheet; its photographs to whoever may read the answers."""
    user, now = signed_in(request), clock.now()
    reads = _read_unit_ids(user, now.date())
    enters = Entering(now.date()).unit_ids_where(user, Channel.PAPER)
    sheet = get_object_or_404(sheets(reads | enters), pk=pk)
    tree = all_tree_on(sheet.day)
    context = {
        "sheet": sheet,
        "unit_name": tree[sheet.unit_id].name if sheet.unit_id in tree else sheet.unit.code,
        "people": sorted(all_people(all_subjects(sheet)).values(), key=lambda one: (one.sort_key, one.pk)),
        "photographs": all_photographs(PaperSheet.objects.filter(pk=pk)),
        "may_read": sheet.unit_id in reads,
        "may_enter": sheet.unit_id in enters and Entering(now.date()).takes_sheets_of(sheet.day, at=now),
    }
    return render(request, "admission/sheet_page.html", context)


@never_cache
@require_safe
def photograph(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """The picture; every look is written down."""
    user, now = signed_in(request), clock.now()
    found = get_object_or_404(
        SheetPhotograph.objects.select_related("sheet__unit"),
        key=key,
        content__isnull=False,
        sheet__unit_id__in=_read_unit_ids(user, now.date()),
    )
    return HttpResponse(paper.read_photograph(found, actor=user, at=now), content_type="image/jpeg")


def _read_unit_ids(user: User, on: datetime.date) -> set[int]:
    return roles.unit_ids_where(user, Role.HEALTH_OFFICER, on=on)
