"""The words of the department and of the product, drawn from the file that also names the code."""

import tomllib
from functools import lru_cache
from typing import TypedDict

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from vungxanh.common.documents import documents
from vungxanh.common.vietnamese import folded, text_sort_key

GLOSSARY = documents() / "glossary.toml"


class Term(TypedDict):
    vi: str
    en: str
    identifier: str
    module: str
    meaning_vi: str
    source: str


@lru_cache(maxsize=1)
def all_terms() -> tuple[Term, ...]:
    """In Vietnamese order; the file is read once."""
    terms: list[Term] = tomllib.loads(GLOSSARY.read_text(encoding="utf-8"))["term"]
    return tuple(sorted(terms, key=lambda term: text_sort_key(term["vi"])))


@require_safe
@login_not_required
def glossary(request: HttpRequest) -> HttpResponse:
    search = request.GET.get("tim", "")
    words = folded(search).split()
    found = [term for term in all_terms() if all(word in _searched(term) for word in words)]
    return render(request, "common/glossary.html", {"terms": found, "search": search})


def _searched(term: Term) -> str:
    return folded(f"{term['vi']} {term['en']} {term['meaning_vi']}")
