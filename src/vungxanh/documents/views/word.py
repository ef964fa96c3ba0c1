"""A draft that was worked on in Word: brought in, compared with the draft, taken as the next version or not."""

import uuid

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from vungxanh.accounts.views import signed_in
from vungxanh.common import clock
from vungxanh.common.attached_files import DOCX
from vungxanh.documents import operations, permissions, queries
from vungxanh.documents.differences import differences
from vungxanh.documents.enums import PaperState, WordReturnState
from vungxanh.documents.forms.papers import WordForm
from vungxanh.documents.models import Paper, WordReturn
from vungxanh.documents.printing.reading import LEFT_OUT
from vungxanh.documents.rulebook import WORD_RETURNS
from vungxanh.documents.views.papers import paper_file, visible_paper

GET_OR_POST = require_http_methods(["GET", "HEAD", "POST"])


@never_cache
@GET_OR_POST
def paper_word(request: HttpRequest, pk: int) -> HttpResponse:
    """Where the file is brought in; what was brought in before stands below."""
    paper, user, now = visible_paper(request, pk), signed_in(request), clock.now()
    permissions.may_edit(user, paper, on=now.date()).or_refuse()
    largest = WORD_RETURNS.current().in_force(now.date()).largest_mb
    form = WordForm(*((request.POST, request.FILES) if request.method == "POST" else ()), largest_mb=largest)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["word"]
        try:
            made = operations.read_word(
                paper, file.read() if isinstance(file, UploadedFile) else b"", actor=user, at=now
            )
        except ValidationError as error:
            form.add_error(None, error)
        else:
            return redirect("documents:word_return", paper.pk, made.pk)
    context = {
        "paper": paper,
        "form": form,
        "is_draft": paper.state == PaperState.DRAFT,
        "returns": queries.word_returns_of(user, paper, on=now.date()),
    }
    return render(request, "documents/paper_word.html", context, status=422 if form.errors else 200)


@never_cache
@require_safe
def word_return(request: HttpRequest, pk: int, key: uuid.UUID) -> HttpResponse:
    """What it changes, and what could not be read."""
    paper, found = _return(request, pk, key)
    context = {
        "paper": paper,
        "found": found,
        "is_waiting": found.state == WordReturnState.READ,
        "differences": differences(paper.parts, found.parts),
        "left_out": [(LEFT_OUT.get(code, LEFT_OUT["OTHER"]), text) for code, text in found.left_out],
        "may_edit": permissions.may_edit(signed_in(request), paper, on=clock.today()),
    }
    return render(request, "documents/word_return.html", context)


@never_cache
@require_POST
def word_return_take(request: HttpRequest, pk: int, key: uuid.UUID) -> HttpResponse:
    _paper, found = _return(request, pk, key)
    try:
        made = operations.take_word(found, actor=signed_in(request), at=clock.now())
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("documents:word_return", pk, key)
    messages.success(request, _("Taken as the next version; the draft before is kept."))
    return redirect("documents:paper_page", made.pk)


@never_cache
@require_POST
def word_return_discard(request: HttpRequest, pk: int, key: uuid.UUID) -> HttpResponse:
    _paper, found = _return(request, pk, key)
    try:
        operations.discard_word(found, actor=signed_in(request), at=clock.now())
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("documents:word_return", pk, key)
    messages.success(request, _("Not taken; the draft stays as it was."))
    return redirect("documents:paper_page", pk)


@never_cache
@require_safe
def word_return_docx(request: HttpRequest, pk: int, key: uuid.UUID) -> HttpResponse:
    """The file as it was brought in, to be saved."""
    paper, found = _return(request, pk, key)
    if found.docx is None:
        raise Http404
    return paper_file(paper, found.bytes_kept, DOCX, "tu-word.docx")


def _return(request: HttpRequest, pk: int, key: uuid.UUID) -> tuple[Paper, WordReturn]:
    """Raises `Http404` for those who do not see the drafts of the paper."""
    paper = visible_paper(request, pk)
    return paper, get_object_or_404(queries.word_returns_of(signed_in(request), paper, on=clock.today()), pk=key)
