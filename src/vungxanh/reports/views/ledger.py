"""The ledger of returns, month by month."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from vungxanh.accounts.views import signed_in
from vungxanh.common import clock
from vungxanh.common.replica import from_replica
from vungxanh.common.spreadsheets import download
from vungxanh.common.views.months import Month, asked_month
from vungxanh.reports import exports, permissions
from vungxanh.reports.queries.ledger import Ledger, ledger, lines_of
from vungxanh.reports.views.asked import UNITS_PER_PAGE


@never_cache
@require_safe
@from_replica
def ledger_page(request: HttpRequest) -> HttpResponse:
    """The month's returns, unit by unit and day by day."""
    month = asked_month(request)
    book = _ledger(request, month)
    page = Paginator(book.points, UNITS_PER_PAGE).get_page(request.GET.get("page"))
    context = {"ledger": book, "month": month, "page": page, "lines": lines_of(book, list(page))}
    return render(request, "reports/ledger.html", context)


@never_cache
@require_safe
@from_replica
def ledger_xlsx(request: HttpRequest) -> HttpResponse:
    month = asked_month(request)
    return download(f"so-bao-cao-{month.first:%Y%m}", exports.ledger_workbook(_ledger(request, month), month.first))


def _ledger(request: HttpRequest, month: Month) -> Ledger:
    """Until today in the month that is not over."""
    user, now = signed_in(request), clock.now()
    permissions.may_see_ledger(user, on=now.date()).or_refuse()
    return ledger(user, month.first, min(month.last, now.date()), at=now)
