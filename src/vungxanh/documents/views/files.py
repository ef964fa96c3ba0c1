"""The signed PDF of an issued paper: brought in, looked at."""

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from vungxanh.accounts.views import signed_in
from vungxanh.common import clock
from vungxanh.common.attached_files import PDF
from vungxanh.documents import operations, permissions, queries
from vungxanh.documents.enums import FileKind
from vungxanh.documents.forms.papers import SignedForm
from vungxanh.documents.rulebook import PAPER_FILES
from vungxanh.documents.views.papers import form_page, paper_file, visible_paper

GET_OR_POST = require_http_methods(["GET", "HEAD", "POST"])


@never_cache
@GET_OR_POST
def paper_signed(request: HttpRequest, pk: int) -> HttpResponse:
    paper, user, now = visible_paper(request, pk), signed_in(request), clock.now()
    largest = PAPER_FILES.current().in_force(now.date()).largest_mb
    given = (request.POST, request.FILES) if request.method == "POST" else ()
    is_replaced = queries.all_file(paper, FileKind.SIGNED) is not None
    form = SignedForm(*given, largest_mb=largest, is_replaced=is_replaced)

    def keep() -> object:
        file, reason = form.cleaned_data["signed"], form.cleaned_data.get("reason", "")
        content = file.read() if isinstance(file, UploadedFile) else b""
        return operations.keep_signed(paper, content, reason=reason, actor=user, at=now)

    return form_page(
        request,
        paper,
        form,
        permissions.may_keep_signed(user, paper, on=now.date()),
        title=_("Signed paper"),
        button=_("Keep the signed paper"),
        said=_("The signed paper is kept."),
        act=keep,
    )


@never_cache
@require_safe
def paper_signed_file(request: HttpRequest, pk: int, file: int) -> HttpResponse:
    """To be saved, never shown by the browser as a page of ours."""
    paper = visible_paper(request, pk)
    files = queries.files_of(signed_in(request), paper, on=clock.today()).filter(kind=FileKind.SIGNED)
    return paper_file(paper, get_object_or_404(files, pk=file).bytes_kept, PDF, "da-ky.pdf")
