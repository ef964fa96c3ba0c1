"""The page of the one search."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from vungxanh.common import clock
from vungxanh.common.search import SHORTEST, search

LONGEST = 80


@never_cache
@require_safe
def search_page(request: HttpRequest) -> HttpResponse:
    """`?q=` as typed; people, units, places and whatever else the modules registered."""
    text = request.GET.get("q", "").strip()[:LONGEST]
    context = {"text": text, "found": search(request, text, today=clock.today()), "is_short": 0 < len(text) < SHORTEST}
    return render(request, "common/search.html", context)
