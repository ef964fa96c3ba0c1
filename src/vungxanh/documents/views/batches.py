"""Papers for many units from one content with fields: ordered, watched while they are made, fetched as one file."""

import uuid

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from vungxanh.accounts.views import signed_in
from vungxanh.common import clock
from vungxanh.documents import operations, permissions, queries
from vungxanh.documents.enums import BatchState
from vungxanh.documents.exports import pack_batch
from vungxanh.documents.fields import FIELDS
from vungxanh.documents.forms.papers import BatchForm
from vungxanh.documents.models import PaperBatch
from vungxanh.documents.rulebook import PAPER_BATCHES
from vungxanh.organization.tree import UnitNode, all_tree_on

A_PAGE = 40
GET_OR_POST = require_http_methods(["GET", "HEAD", "POST"])


@never_cache
@require_safe
def batch_list(request: HttpRequest) -> HttpResponse:
    user, today = signed_in(request), clock.today()
    page = Paginator(queries.batches_visible_to(user, on=today), A_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "may_order": bool(queries.units_to_write_to(user, on=today))}
    return render(request, "documents/batch_list.html", context)


@never_cache
@GET_OR_POST
def batch_order(request: HttpRequest) -> HttpResponse:
    user, now = signed_in(request), clock.now()
    units = queries.units_to_write_to(user, on=now.date())
    if not units:
        raise PermissionDenied(_("Only the Office drafts papers."))
    head = queries.all_letterhead(units[0].id, all_tree_on(now.date()))
    form = BatchForm(request.POST or None, units=_choices(units), head=head)
    if request.method == "POST" and form.is_valid():
        ids = {unit.code: unit.id for unit in units}
        chosen = [ids[code] for code in form.chosen_codes]
        try:
            made = operations.order_papers(
                form.cleaned_data["key"], units[0].id, form.content, chosen, actor=user, at=now
            )
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("The papers are ordered; making them begins within a minute."))
            return redirect("documents:batch_page", made.pk)
    context = {"form": form, "fields": FIELDS.items(), "unit": units[0]}
    return render(request, "documents/batch_form.html", context, status=422 if form.errors else 200)


@never_cache
@require_safe
def batch_page(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    batch, user, today = _batch(request, key), signed_in(request), clock.today()
    items = queries.items_of(user, batch, on=today)
    context = {
        "batch": batch,
        "page": Paginator(items, A_PAGE).get_page(request.GET.get("page")),
        "is_running": batch.state == BatchState.RUNNING,
        "is_ready": batch.state == BatchState.DONE and batch.erased_at is None,
        "keep_days": PAPER_BATCHES.current().in_force(today).keep_days,
        "left": queries.all_drafts_left(batch).count() if batch.state == BatchState.CANCELLED else 0,
        "may_cancel": permissions.may_draft(user, batch.unit_id, on=today),
    }
    return render(request, "documents/batch_page.html", context)


@never_cache
@require_POST
def batch_cancel(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    batch = _batch(request, key)
    try:
        operations.cancel_papers(batch, actor=signed_in(request), at=clock.now())
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("Cancelled; the drafts that nobody has worked on are withdrawn."))
    return redirect("documents:batch_page", key)


@never_cache
@require_safe
def batch_zip(request: HttpRequest, key: uuid.UUID) -> HttpResponseBase:
    """A DOCX and a PDF for each unit, named by its code."""
    batch = _batch(request, key)
    if batch.state != BatchState.DONE or batch.erased_at:
        raise Http404
    packed = pack_batch(batch)
    name = f"van-ban-{batch.day:%Y%m%d}-{str(batch.pk)[:8]}.zip"
    return FileResponse(packed, as_attachment=True, filename=name, content_type="application/zip")


def _choices(units: list[UnitNode]) -> list[tuple[str, str]]:
    """Each with a dash for each level below the first."""
    depth = {units[0].id: 0}
    for unit in units[1:]:
        depth[unit.id] = depth[unit.parent_id or 0] + 1
    return [(unit.code, f"{'– ' * depth[unit.id]}{unit.name}") for unit in units]


def _batch(request: HttpRequest, key: uuid.UUID) -> PaperBatch:
    """Raises `Http404` where the viewer does not see it."""
    return get_object_or_404(queries.batches_visible_to(signed_in(request), on=clock.today()), pk=key)
