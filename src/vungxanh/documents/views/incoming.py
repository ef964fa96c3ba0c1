"""The register of papers that arrive: of a unit and a year, one paper, and what is done with it."""

import datetime
from collections.abc import Callable

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.core.paginator import Page, Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from vungxanh.accounts.views import signed_in
from vungxanh.common import clock
from vungxanh.common.attached_files import PDF
from vungxanh.common.spreadsheets import download
from vungxanh.common.verdict import Verdict
from vungxanh.documents import permissions, queries
from vungxanh.documents.enums import IncomingState, Urgency
from vungxanh.documents.exports import incoming_workbook
from vungxanh.documents.forms.incoming import (
    CloseForm,
    EntryForm,
    HandForm,
    RegisterForm,
    ScanForm,
    StartNumberForm,
    StrikeForm,
)
from vungxanh.documents.models import IncomingPaper
from vungxanh.documents.operations import incoming as operations
from vungxanh.documents.rulebook import INCOMING
from vungxanh.documents.views.register import LONGEST_SEARCH, is_year
from vungxanh.documents.workflow import INCOMING as MOVES
from vungxanh.organization.tree import UnitNode, all_tree_on

A_PAGE = 40
GET_OR_POST = require_http_methods(["GET", "HEAD", "POST"])


@never_cache
@require_safe
def incoming_register(request: HttpRequest) -> HttpResponse:
    user, today = signed_in(request), clock.today()
    units = queries.incoming_units(user, on=today)
    wish, page, keeps, may_start = _wish(request, units), None, False, False
    if wish:
        found = queries.incoming_of(user, wish, on=today)
        page = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
        keeps = bool(permissions.may_keep_incoming(user, wish.unit_id, on=today))
        book = queries.all_incoming_book(wish.unit_id, wish.year, wish.code)
        may_start = keeps and today.year <= wish.year <= today.year + 1 and not (book and book.papers.exists())
    return _register_page(request, units, wish, page, keeps=keeps, may_start=may_start, form=StartNumberForm())


def _register_page(
    request: HttpRequest,
    units: list[UnitNode],
    wish: queries.IncomingWish | None,
    page: Page[IncomingPaper] | None,
    *,
    keeps: bool,
    may_start: bool,
    form: StartNumberForm,
) -> HttpResponse:
    today, tree = clock.today(), all_tree_on(clock.today())
    years = queries.all_incoming_years(wish.unit_id) if wish else []
    context = {
        "units": units,
        "unit": next((one for one in units if wish and one.id == wish.unit_id), None),
        "wish": wish,
        "page": page,
        "rows": [(one, tree.nodes.get(one.handed_unit_id or 0), _is_overdue(one, today)) for one in page or ()],
        "years": sorted({*years, today.year, *([wish.year] if wish else [])}, reverse=True),
        "registers": INCOMING.current().in_force(today).register,
        "states": IncomingState.choices,
        "urgencies": Urgency.choices,
        "keeps": keeps,
        "may_start": may_start,
        "start_form": form,
    }
    return render(request, "documents/incoming_register.html", context, status=422 if form.errors else 200)


def _is_overdue(paper: IncomingPaper, today: datetime.date) -> bool:
    return bool(paper.due_on and paper.due_on < today and paper.state in queries.OPEN)


@never_cache
@require_safe
def incoming_register_xlsx(request: HttpRequest) -> HttpResponse:
    """Of what is being looked at, in the order of the numbers and the columns of the decree."""
    user, today = signed_in(request), clock.today()
    units = queries.incoming_units(user, on=today)
    wish = _wish(request, units)
    if wish is None:
        raise Http404
    tree = all_tree_on(today)
    names = {node.id: node.short_name for node in tree}
    found = queries.incoming_of(user, wish, on=today).order_by("number")
    made = incoming_workbook(found, names, tree[wish.unit_id].name, wish.year, made_by=user, at=clock.now())
    return download(f"so-van-ban-den-{wish.year}", made)


@never_cache
@GET_OR_POST
def incoming_add(request: HttpRequest, code: str) -> HttpResponse:
    """`code` of the unit whose register it is."""
    unit = _unit(request, code)
    user, now = signed_in(request), clock.now()
    registers = [(one.code, one.name) for one in INCOMING.current().in_force(now.date()).register]
    form = RegisterForm(request.POST or None, registers=registers, today=now.date())
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            made = operations.register_incoming(
                unit.id, given["register"], given["arrived_on"], form.entry, actor=user, at=now
            )
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("Registered under arrival number %(number)d.") % {"number": made.number})
            return redirect("documents:incoming_page", made.pk)
    context = {"form": form, "title": _("Register an incoming paper"), "button": _("Give the number"), "unit": unit}
    return render(request, "documents/incoming_form.html", context, status=422 if form.errors else 200)


@never_cache
@require_POST
def incoming_start(request: HttpRequest, code: str, year: int) -> HttpResponse:
    unit, form = _unit(request, code), StartNumberForm(request.POST)
    register = request.POST.get("register", "")
    if form.is_valid():
        number = form.cleaned_data["number"]
        try:
            operations.start_incoming(unit.id, year, register, number, actor=signed_in(request), at=clock.now())
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("Kept."))
            return redirect("documents:incoming_register")
    wish = queries.IncomingWish(unit.id, year, register)
    return _register_page(request, [unit], wish, None, keeps=True, may_start=True, form=form)


@never_cache
@require_safe
def incoming_page(request: HttpRequest, pk: int) -> HttpResponse:
    paper, user, today = _paper(request, pk), signed_in(request), clock.today()
    may_keep = permissions.may_keep_incoming(user, paper.book.unit_id, on=today)
    may = {
        "correct": may_keep,
        "hand": may_keep,
        "close": permissions.may_close_incoming(user, paper, on=today),
        "reopen": may_keep,
        "strike": may_keep,
    }
    seen = queries.papers_visible_to(user, on=today).filter(pk=paper.answer_id) if paper.answer_id else None
    context = {
        "paper": paper,
        "opens_answer": bool(seen and seen.exists()),
        "handed": all_tree_on(today).nodes.get(paper.handed_unit_id or 0),
        "scans": queries.incoming_scans(user, paper, on=today),
        "may_keep": may_keep,
        "is_struck": paper.state == IncomingState.STRUCK,
        "offered": {verb: verdict for verb, verdict in may.items() if MOVES.allows(paper.state, verb) and verdict},
    }
    return render(request, "documents/incoming_page.html", context)


@never_cache
@GET_OR_POST
def incoming_correct(request: HttpRequest, pk: int) -> HttpResponse:
    paper, user, now = _paper(request, pk), signed_in(request), clock.now()
    initial = {name: getattr(paper, name) for name in EntryForm.base_fields}
    form = EntryForm(request.POST or None, initial=initial)
    return _form_page(
        request,
        paper,
        form,
        permissions.may_keep_incoming(user, paper.book.unit_id, on=now.date()),
        words=(_("Correct the entry"), _("Keep"), _("The entry is corrected.")),
        act=lambda: operations.correct_incoming(paper, form.entry, actor=user, at=now),
    )


@never_cache
@GET_OR_POST
def incoming_hand(request: HttpRequest, pk: int) -> HttpResponse:
    paper, user, now = _paper(request, pk), signed_in(request), clock.now()
    tree = all_tree_on(now.date())
    below = list(tree.below(paper.book.unit_id)) if paper.book.unit_id in tree else []
    units = [(node.code, f"{'– ' * (tree.depth(node.id))}{node.name}") for node in below]
    ids = {node.code: node.id for node in below}
    code = next((code for code, unit_id in ids.items() if unit_id == paper.handed_unit_id), "")
    form = HandForm(request.POST or None, units=units, initial={"unit": code, "handler": paper.handler})
    return _form_page(
        request,
        paper,
        form,
        permissions.may_keep_incoming(user, paper.book.unit_id, on=now.date()),
        words=(_("Hand the paper over"), pgettext("incoming paper", "Hand over"), _("Handed over; the unit is told.")),
        act=lambda: operations.hand_incoming(
            paper, ids[form.cleaned_data["unit"]], handler=form.cleaned_data["handler"], actor=user, at=now
        ),
    )


@never_cache
@GET_OR_POST
def incoming_close(request: HttpRequest, pk: int) -> HttpResponse:
    paper, user, now = _paper(request, pk), signed_in(request), clock.now()
    form = CloseForm(request.POST or None)
    return _form_page(
        request,
        paper,
        form,
        permissions.may_close_incoming(user, paper, on=now.date()),
        words=(_("What became of the paper"), _("Dealt with"), _("The paper is dealt with.")),
        act=lambda: operations.close_incoming(
            paper, form.cleaned_data["outcome"], answered_by=form.cleaned_data["answered_by"], actor=user, at=now
        ),
    )


@never_cache
@GET_OR_POST
def incoming_strike(request: HttpRequest, pk: int) -> HttpResponse:
    paper, user, now = _paper(request, pk), signed_in(request), clock.now()
    form = StrikeForm(request.POST or None)
    return _form_page(
        request,
        paper,
        form,
        permissions.may_keep_incoming(user, paper.book.unit_id, on=now.date()),
        words=(_("Strike the entry off"), _("Strike off"), _("The entry is struck off; its number stays.")),
        act=lambda: operations.strike_incoming(paper, form.cleaned_data["reason"], actor=user, at=now),
    )


@never_cache
@require_POST
def incoming_reopen(request: HttpRequest, pk: int) -> HttpResponse:
    paper = _paper(request, pk)
    try:
        operations.reopen_incoming(paper, actor=signed_in(request), at=clock.now())
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("The paper waits again."))
    return redirect("documents:incoming_page", pk)


@never_cache
@GET_OR_POST
def incoming_scan(request: HttpRequest, pk: int) -> HttpResponse:
    paper, user, now = _paper(request, pk), signed_in(request), clock.now()
    largest = INCOMING.current().in_force(now.date()).largest_mb
    given = (request.POST, request.FILES) if request.method == "POST" else ()
    is_replaced = queries.incoming_scans(user, paper, on=now.date()).filter(replaced_at__isnull=True).exists()
    form = ScanForm(*given, largest_mb=largest, is_replaced=is_replaced)

    def keep() -> object:
        file, reason = form.cleaned_data["scan"], form.cleaned_data.get("reason", "")
        content = file.read() if isinstance(file, UploadedFile) else b""
        try:
            return operations.keep_scan(paper, content, reason=reason, actor=user, at=now)
        except ValidationError as error:
            if "reason" in getattr(error, "error_dict", {}):
                # Somebody brought one in while this page was open.
                form.ask_for_reason()
            raise

    return _form_page(
        request,
        paper,
        form,
        permissions.may_keep_incoming(user, paper.book.unit_id, on=now.date()),
        words=(_("Scan of the incoming paper"), _("Keep the scan"), _("The scan is kept.")),
        act=keep,
    )


@never_cache
@require_safe
def incoming_scan_file(request: HttpRequest, pk: int, scan: int) -> HttpResponse:
    """To be saved, never shown by the browser as a page of ours."""
    paper = _paper(request, pk)
    scans = queries.incoming_scans(signed_in(request), paper, on=clock.today())
    response = HttpResponse(get_object_or_404(scans, pk=scan).bytes_kept, content_type=PDF)
    name = f"van-ban-den-{paper.book.year}-{paper.number}.pdf"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _form_page(
    request: HttpRequest,
    paper: IncomingPaper,
    form: forms.Form,
    may: Verdict,
    *,
    words: tuple[str, str, str],
    act: Callable[[], object],
) -> HttpResponse:
    """`words`: the title, the button, and what is said afterwards."""
    may.or_refuse()
    title, button, said = words
    if request.method == "POST" and form.is_valid():
        try:
            act()
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, said)
            return redirect("documents:incoming_page", paper.pk)
    context = {"paper": paper, "form": form, "title": title, "button": button}
    return render(request, "documents/incoming_form.html", context, status=422 if form.errors else 200)


def _unit(request: HttpRequest, code: str) -> UnitNode:
    """Raises `Http404` for a unit that is not there; refuses in words who does not keep its register."""
    unit = all_tree_on(clock.today()).by_code(code)
    if unit is None:
        raise Http404
    permissions.may_keep_incoming(signed_in(request), unit.id, on=clock.today()).or_refuse()
    return unit


def _paper(request: HttpRequest, pk: int) -> IncomingPaper:
    """A paper that one does not see is not there."""
    return get_object_or_404(queries.incoming_visible_to(signed_in(request), on=clock.today()), pk=pk)


def _wish(request: HttpRequest, units: list[UnitNode]) -> queries.IncomingWish | None:
    """What cannot be read is no wish; None for those who see no register."""
    given = request.GET
    unit = next((one for one in units if one.code == given.get("don-vi")), units[0] if units else None)
    if unit is None:
        return None
    year, codes = given.get("nam", ""), {one.code for one in INCOMING.current().in_force(clock.today()).register}
    state, urgency = given.get("trang-thai", ""), given.get("do-khan", "")
    return queries.IncomingWish(
        unit_id=unit.id,
        year=int(year) if is_year(year) else clock.today().year,
        code=given.get("so", "") if given.get("so", "") in codes else "",
        state=state if state in IncomingState.values else "",
        urgency=urgency if urgency in Urgency.values else "",
        is_overdue="qua-han" in given,
        words=given.get("q", "").strip()[:LONGEST_SEARCH],
    )
