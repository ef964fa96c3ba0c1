"""Open to everybody: whether a paper with a check code was issued, and whether a file is the one that was issued."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from vungxanh.common import clock, limits
from vungxanh.common.codes import canonical_code
from vungxanh.documents import kinds, queries
from vungxanh.documents.enums import FileKind
from vungxanh.documents.forms.papers import CodeForm, CompareForm
from vungxanh.documents.models import Paper
from vungxanh.documents.rulebook import PAPER_FILES

GET_OR_POST = require_http_methods(["GET", "HEAD", "POST"])
WRONG_CODES, COMPARED = "paper-code", "paper-compare"
TRIES, COMPARISONS, WITHIN_SECONDS = 20, 60, 900
"""Of one network address: wrong codes, and files that are compared."""


@never_cache
@login_not_required
@require_safe
def check_start(request: HttpRequest) -> HttpResponse:
    """Where the code is typed; a QR leads past it."""
    form = CodeForm(request.GET if "ma" in request.GET else None)
    if form.is_valid() and (code := canonical_code(form.cleaned_data["ma"])):
        return redirect("documents:paper_check", code)
    return render(request, "documents/check_start.html", {"form": form}, status=422 if form.errors else 200)


@never_cache
@login_not_required
@GET_OR_POST
def paper_check(request: HttpRequest, code: str) -> HttpResponse:
    address = request.META.get("REMOTE_ADDR", "")
    if limits.tried(WRONG_CODES, address) >= TRIES:
        return _refused(request, code, _("Too many wrong codes came from here. Wait a quarter of an hour."), 429)
    paper = queries.all_by_check_code(code)
    if paper is None:
        limits.count(WRONG_CODES, address, seconds=WITHIN_SECONDS)
        return _refused(request, code, _("No paper has this code. Compare it with the paper, letter by letter."), 404)
    largest = PAPER_FILES.current().in_force(clock.today()).largest_mb
    given = (request.POST, request.FILES) if request.method == "POST" else ()
    form = CompareForm(*given, largest_mb=largest)
    if request.method != "POST":
        return _shown(request, paper, form)
    if limits.count(COMPARED, address, seconds=WITHIN_SECONDS) > COMPARISONS:
        form.add_error("file", _("Too many files came from here. Wait a quarter of an hour."))
        return _shown(request, paper, form, status=429)
    if not form.is_valid():
        return _shown(request, paper, form, status=422)
    return _shown(request, paper, form, compared=_compared(paper, form.sha256))


def _compared(paper: Paper, sha256: str) -> tuple[str, str]:
    """The tone and the words of what came of it."""
    found = queries.all_matching_file(paper, sha256)
    if found is None:
        return "error", _("These are not the bytes of the issued paper: another file, or one that was changed.")
    if found.replaced_at:
        return "warning", _("This is a signed PDF of this paper that was replaced by another one.")
    words = {
        FileKind.PDF: _("This is the PDF as it was issued, byte for byte."),
        FileKind.DOCX: _("This is the DOCX as it was issued, byte for byte."),
        FileKind.SIGNED: _("This is the signed PDF that the agency keeps, byte for byte."),
    }
    return "success", words[FileKind(found.kind)]


def _shown(
    request: HttpRequest,
    paper: Paper,
    form: CompareForm,
    *,
    compared: tuple[str, str] | None = None,
    status: int = 200,
) -> HttpResponse:
    kept = (queries.all_file(paper, kind) for kind in (FileKind.PDF, FileKind.SIGNED))
    context = {
        "paper": paper,
        "content": paper.parts,
        "is_public": kinds.is_public(paper.kind),
        "newer": queries.all_newer_issued(paper),
        "files": [one for one in kept if one],
        "form": form,
        "compared": compared,
    }
    return render(request, "documents/paper_check.html", context, status=status)


def _refused(request: HttpRequest, code: str, words: str, status: int) -> HttpResponse:
    form = CodeForm({"ma": code})
    form.add_error("ma", words)
    return render(request, "documents/check_start.html", {"form": form}, status=status)
