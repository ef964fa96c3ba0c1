"""Who gives the numbers of papers: the units whose numbers one keeps, and the choice of one unit for a year."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from vungxanh.accounts.views import signed_in
from vungxanh.common import clock
from vungxanh.common.converters import EARLIEST, LATEST
from vungxanh.documents import operations, permissions, queries
from vungxanh.documents.forms.papers import OWN, TYPED, NumberingForm, StartForm
from vungxanh.organization.tree import UnitNode, all_tree_on

GET_OR_POST = require_http_methods(["GET", "HEAD", "POST"])


@never_cache
@require_safe
def number_books(request: HttpRequest) -> HttpResponse:
    """Of this year, for every unit that numbers papers and whose numbers one keeps."""
    today = clock.today()
    units = queries.units_numbered_by(signed_in(request), on=today)
    books = queries.all_books([unit.id for unit in units], today.year)
    context = {"year": today.year, "rows": [(unit, books.get(unit.id)) for unit in units]}
    return render(request, "documents/number_books.html", context)


@never_cache
@GET_OR_POST
def number_book(request: HttpRequest, code: str, year: int) -> HttpResponse:
    unit = _unit(request, code, year)
    book = queries.all_books([unit.id], year).get(unit.id)
    initial = {"numbering": OWN if book and book.is_own else TYPED}
    form = NumberingForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        is_own = form.cleaned_data["numbering"] == OWN
        try:
            operations.choose_numbering(unit.id, year, is_own=is_own, actor=signed_in(request), at=clock.now())
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("Kept."))
            return redirect("documents:number_book", code, year)
    return _page(request, unit, year, form, StartForm())


@never_cache
@require_POST
def number_start(request: HttpRequest, code: str, year: int) -> HttpResponse:
    unit, form = _unit(request, code, year), StartForm(request.POST)
    if form.is_valid():
        given = form.cleaned_data
        try:
            operations.start_series(
                unit.id, year, given["type_code"], given["number"], actor=signed_in(request), at=clock.now()
            )
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("Kept."))
            return redirect("documents:number_book", code, year)
    return _page(request, unit, year, NumberingForm(initial={"numbering": OWN}), form)


def _unit(request: HttpRequest, code: str, year: int) -> UnitNode:
    """Raises `Http404` for a unit or a year that is not there; refuses in words who keeps no numbers of the unit."""
    unit = all_tree_on(clock.today()).by_code(code)
    if unit is None or not EARLIEST.year <= year <= LATEST.year:
        raise Http404
    permissions.may_choose_numbering(signed_in(request), unit.id, on=clock.today()).or_refuse()
    return unit


def _page(request: HttpRequest, unit: UnitNode, year: int, form: NumberingForm, start_form: StartForm) -> HttpResponse:
    today = clock.today()
    book = queries.all_books([unit.id], year).get(unit.id)
    context = {
        "unit": unit,
        "year": year,
        "other_year": today.year + 1 if year == today.year else today.year,
        "is_over": year < today.year,
        "book": book,
        "series": queries.all_series(unit.id, year),
        "form": form,
        "start_form": start_form,
    }
    is_refused = form.errors or start_form.errors
    return render(request, "documents/number_book.html", context, status=422 if is_refused else 200)
