"""The map by hand: the sheet to copy, when it was updated and by whom, screenshots; and the list for the Office."""

import datetime
import uuid
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from vungxanh.accounts.models import User
from vungxanh.accounts.views import signed_in
from vungxanh.common import clock
from vungxanh.common.formats import day as day_words
from vungxanh.common.spreadsheets import Value, download
from vungxanh.organization import roles
from vungxanh.organization.tree import all_tree_on
from vungxanh.risk import exports, permissions
from vungxanh.risk.enums import DeliveryWay
from vungxanh.risk.files import day_csv
from vungxanh.risk.forms import CorrectionForm, EntryForm, ProofForm
from vungxanh.risk.models import Delivery, DeliveryProof
from vungxanh.risk.operations import deliveries, proofs
from vungxanh.risk.queries.deliveries import (
    MapStatus,
    all_brief_map_statuses,
    all_map_statuses,
    day_rows,
    map_status_of_unit,
    map_statuses_for,
    sheet_of,
)
from vungxanh.risk.queries.returns import SEE_RETURNS, units_on_duty_for, units_with_returns_for
from vungxanh.risk.rulebook import DELIVERIES
from vungxanh.risk.workflow import DELIVERY

ONE_DAY = datetime.timedelta(days=1)
UNITS_PER_PAGE = 50


@never_cache
@require_safe
def map_day(request: HttpRequest, day: datetime.date | None = None) -> HttpResponse:
    """Every reporting point that one sees, what it passed on that day; with `open=1` those that are not done."""
    user, today = signed_in(request), clock.today()
    day = day or today
    tree = all_tree_on(day)
    found = all_brief_map_statuses(day, unit_ids=units_with_returns_for(user, day, tree=tree), tree=tree)
    _refuse_stranger(user, day, sees_some=bool(found))
    undone = [one for one in found if not one.is_done]
    is_filtered = request.GET.get("open") == "1"
    page = Paginator(undone if is_filtered else found, UNITS_PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "day": day,
        "before": day - ONE_DAY,
        "after": day + ONE_DAY if day < today else None,
        "all": len(found),
        "undone": len(undone),
        "done": len(found) - len(undone),
        "on_time": sum(1 for one in found if one.first and one.first.is_on_time),
        "is_filtered": is_filtered,
        "page": page,
        "shown": all_map_statuses(day, unit_ids=[one.unit.id for one in page], tree=tree),
    }
    return render(request, "risk/map_day.html", context)


@never_cache
@require_safe
def map_xlsx(request: HttpRequest, day: datetime.date) -> HttpResponse:
    title = f"{_('Map updates')} {day:%d-%m-%Y}"
    return download(f"cap-nhat-ban-do-{day:%Y%m%d}", exports.map_workbook(title, _seen(request, day)))


@never_cache
@require_safe
def map_csv(request: HttpRequest, day: datetime.date) -> HttpResponse:
    """The figures themselves, as the receiver of files gets them, of the units that one sees."""
    response = HttpResponse(day_csv(day_rows(_seen(request, day))), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="so-lieu-ban-do-{day:%Y%m%d}.csv"'
    return response


def _seen(request: HttpRequest, day: datetime.date) -> list[MapStatus]:
    """Raises `Http404` as `_refuse_stranger` does."""
    user = signed_in(request)
    found = map_statuses_for(user, day)
    _refuse_stranger(user, day, sees_some=bool(found))
    return found


def _refuse_stranger(user: User, day: datetime.date, *, sees_some: bool) -> None:
    """Raises `Http404` for a day to come and for whoever sees no return."""
    if day > clock.today() or not (sees_some or roles.holds_somewhere(user, SEE_RETURNS, on=day)):
        raise Http404


@never_cache
@require_safe
def map_page(request: HttpRequest, code: str, day: datetime.date) -> HttpResponse:
    return _page(request, code, day)


@never_cache
@require_POST
def delivery_enter(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    user, delivery = signed_in(request), _delivery(request, key)
    form = EntryForm(request.POST, request.FILES)
    content = _content(form, "picture")

    def enter(now: datetime.datetime) -> None:
        entered_at = form.cleaned_data["entered_at"]
        proofs.enter_with_proof(delivery, entered_at=entered_at, picture=content, actor=user, at=now)

    return _done(request, delivery, form, enter, _("It is written down that the map was updated."))


@never_cache
@require_POST
def delivery_correct(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    user, delivery = signed_in(request), _delivery(request, key)
    form = CorrectionForm(request.POST)

    def correct(now: datetime.datetime) -> None:
        given = form.cleaned_data
        if given["is_not_done"]:
            deliveries.reopen_delivery(delivery, reason=given["reason"], actor=user, at=now)
            return
        deliveries.correct_delivery(
            delivery, entered_at=given["entered_at"], reason=given["reason"], actor=user, at=now
        )

    return _done(request, delivery, form, correct, _("The correction is kept, with what stood there before."))


@never_cache
@require_POST
def delivery_retry(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    user, delivery = signed_in(request), _delivery(request, key)
    try:
        deliveries.retry_delivery(delivery, actor=user, at=clock.now())
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("It is sent again within a minute."))
    return redirect("risk:map_page", delivery.unit.code, delivery.day)


@never_cache
@require_POST
def proof_add(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    user, delivery = signed_in(request), _delivery(request, key)
    form = ProofForm(request.POST, request.FILES)
    content = _content(form, "picture")

    def add(now: datetime.datetime) -> None:
        proofs.add_proof(delivery, content, actor=user, at=now)

    return _done(request, delivery, form, add, _("The screenshot is kept with the update."))


@never_cache
@require_POST
def proof_withdraw(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    user, found = signed_in(request), _proof(request, key)
    proofs.withdraw_proof(found, actor=user, at=clock.now())
    messages.success(request, _("The screenshot is withdrawn; its picture is erased."))
    return redirect("risk:map_page", found.delivery.unit.code, found.delivery.day)


@never_cache
@require_safe
def proof(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """The picture; every look is written down."""
    user, found = signed_in(request), _proof(request, key)
    if found.content is None:
        raise Http404
    return HttpResponse(proofs.read_proof(found, actor=user, at=clock.now()), content_type="image/jpeg")


def _content(form: EntryForm | ProofForm, name: str) -> bytes:
    """Of the file that came, once its size is known to be reasonable; a fault stands beside the field."""
    file = form.files.get(name)
    largest = DELIVERIES.current().in_force(clock.today()).largest_mb
    if not isinstance(file, UploadedFile):
        return b""
    if (file.size or 0) > largest * 1024 * 1024:
        form.add_error(name, _("The photograph is larger than %(size)d MB.") % {"size": largest})
        return b""
    content: bytes = file.read()
    return content


def _done(
    request: HttpRequest,
    delivery: Delivery,
    form: EntryForm | CorrectionForm | ProofForm,
    act: Callable[[datetime.datetime], None],
    words: str,
) -> HttpResponse:
    """The operation, or the page again with what was wrong beside what was typed."""
    if form.is_valid():
        try:
            act(clock.now())
        except ValidationError as error:
            form.add_error("picture" if isinstance(form, ProofForm) else None, error)
        else:
            messages.success(request, words)
            return redirect("risk:map_page", delivery.unit.code, delivery.day)
    return _page(request, delivery.unit.code, delivery.day, {delivery.key: form}, status=422)


def _delivery(request: HttpRequest, key: uuid.UUID) -> Delivery:
    """Raises `Http404` where the viewer does not see the unit's returns."""
    found = get_object_or_404(Delivery.objects.select_related("unit"), key=key)
    user = signed_in(request)
    is_on_duty = found.unit_id in units_on_duty_for(user, found.day)
    if not permissions.may_see_return(user, found.unit_id, on=clock.today(), is_on_duty=is_on_duty):
        raise Http404
    return found


def _proof(request: HttpRequest, key: uuid.UUID) -> DeliveryProof:
    found = get_object_or_404(DeliveryProof.objects.select_related("delivery__unit"), key=key)
    _delivery(request, found.delivery.key)
    return found


def _page(
    request: HttpRequest,
    code: str,
    day: datetime.date,
    bound: dict[uuid.UUID, Any] | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    user, now = signed_in(request), clock.now()
    tree = all_tree_on(day)
    node = tree.by_code(code)
    found = map_status_of_unit(user, node.id, day, tree=tree) if node else None
    if node is None or found is None or day > now.date():
        raise Http404
    is_on_duty = node.id in units_on_duty_for(user, day)
    may_enter = permissions.may_enter_delivery(user, node.id, on=now.date(), is_on_duty=is_on_duty)
    context = {
        "unit": node,
        "day": day,
        "found": found,
        "shown": [_shown(one, bound or {}, user, now) for one in reversed(found.deliveries)],
        "may_enter": may_enter,
        "may_retry": permissions.may_retry_delivery(user, node.id, on=now.date()),
        "rule": DELIVERIES.current().in_force(now.date()),
    }
    return render(request, "risk/map_page.html", context, status=status)


def _shown(one: Delivery, bound: dict[uuid.UUID, Any], user: User, now: datetime.datetime) -> dict[str, Any]:
    """A delivery with its sheet and the forms that its state allows."""
    form, ids = bound.get(one.key), f"{one.key}_%s"
    forms: dict[str, Any] = {}
    if one.way == DeliveryWay.MANUAL and DELIVERY.allows(one.state, "enter"):
        forms = {"enter": EntryForm(initial={"entered_at": now}, auto_id=ids)}
    elif DELIVERY.allows(one.state, "correct"):
        initial = {"entered_at": one.delivered_at}
        forms = {"correct": CorrectionForm(initial=initial, auto_id=ids), "proof": ProofForm(auto_id=f"{ids}_more")}
    forms |= {name: form for name, empty in forms.items() if type(empty) is type(form)}
    return {
        "delivery": one,
        "sheet": [(says, _words(value)) for says, value in sheet_of(one.payload, one.day)],
        **forms,
        "may_retry": DELIVERY.allows(one.state, "retry"),
        "proofs": [(each, bool(permissions.may_withdraw_proof(user, each, at=now))) for each in one.proofs.all()],
    }


def _words(value: Value) -> str:
    """As it is typed into a field: figures without the dots that group them."""
    if isinstance(value, datetime.date):
        return day_words(value)
    return "" if value is None else str(value)
