"""The register of outgoing papers: of a unit and a year, searched by words, as a page and as a spreadsheet."""

from dataclasses import dataclass

from django.core.paginator import Page, Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from vungxanh.accounts.views import signed_in
from vungxanh.common import clock
from vungxanh.common.converters import EARLIEST, LATEST
from vungxanh.common.spreadsheets import download
from vungxanh.documents import queries
from vungxanh.documents.exports import register_workbook
from vungxanh.documents.models import Paper
from vungxanh.organization.tree import UnitNode

A_PAGE = 40
LONGEST_SEARCH = 100


@dataclass(frozen=True, slots=True)
class Wish:
    """What of the register is asked for; what cannot be read is no wish."""

    units: list[UnitNode]
    unit: UnitNode | None
    year: int
    words: str


@never_cache
@require_safe
def paper_register(request: HttpRequest) -> HttpResponse:
    wish = _wish(request)
    page: Page[Paper] | None = None
    if wish.unit:
        found = queries.register_of(signed_in(request), wish.unit.id, wish.year, words=wish.words, on=clock.today())
        page = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
    years = queries.all_years(wish.unit.id) if wish.unit else []
    context = {
        "wish": wish,
        "page": page,
        "rows": [(one, one.parts) for one in page or ()],
        "years": sorted({*years, wish.year}, reverse=True),
    }
    return render(request, "documents/paper_register.html", context)


@never_cache
@require_safe
def paper_register_xlsx(request: HttpRequest) -> HttpResponse:
    """Of what is being looked at, in the order of the year."""
    wish, user = _wish(request), signed_in(request)
    if wish.unit is None:
        raise Http404
    found = queries.register_of(user, wish.unit.id, wish.year, words=wish.words, on=clock.today())
    made = register_workbook(found.reverse(), wish.unit.name, wish.year, made_by=user, at=clock.now())
    return download(f"so-van-ban-di-{wish.year}", made)


def _wish(request: HttpRequest) -> Wish:
    units = queries.units_registered(signed_in(request), on=clock.today())
    code, year = request.GET.get("don-vi", ""), request.GET.get("nam", "")
    return Wish(
        units=units,
        unit=next((one for one in units if one.code == code), units[0] if units else None),
        year=int(year) if is_year(year) else clock.today().year,
        words=request.GET.get("q", "").strip()[:LONGEST_SEARCH],
    )


def is_year(text: str) -> bool:
    return len(text) == 4 and text.isascii() and text.isdecimal() and EARLIEST.year <= int(text) <= LATEST.year
