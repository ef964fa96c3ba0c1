"""Pages of papers: the list of one's agency, one paper with its preview, and what is done with it."""

import datetime
from collections.abc import Callable

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from vungxanh.accounts.views import signed_in
from vungxanh.common import clock
from vungxanh.common.attached_files import DOCX, PDF
from vungxanh.common.verdict import Verdict
from vungxanh.documents import kinds, operations, permissions, queries
from vungxanh.documents.content import type_code_of
from vungxanh.documents.enums import FileKind, PaperState
from vungxanh.documents.forms.papers import IssueForm, NumberedForm, PaperForm, WithdrawForm
from vungxanh.documents.models import Paper
from vungxanh.documents.operations import ready
from vungxanh.documents.printing import pdf, word
from vungxanh.documents.printing.printed import Printed
from vungxanh.organization import roles
from vungxanh.organization.tree import all_tree_on

A_PAGE = 40
GET_OR_POST = require_http_methods(["GET", "HEAD", "POST"])


@never_cache
@require_safe
def paper_list(request: HttpRequest) -> HttpResponse:
    """`kind` and `state` narrow it; what has been replaced is shown only where it is asked for."""
    kind, state = request.GET.get("kind", ""), request.GET.get("state", "")
    user, today = signed_in(request), clock.today()
    rows = queries.papers_visible_to(user, on=today)
    rows = rows.filter(kind=kind) if kind else rows
    rows = rows.filter(state=state) if state in PaperState.values else rows.exclude(state=PaperState.REPLACED)
    page, tree = Paginator(rows, A_PAGE).get_page(request.GET.get("page")), all_tree_on(today)
    context = {
        "page": page,
        "rows": [(one, tree.nodes.get(one.unit_id), tree.nodes.get(one.addressee_id or 0)) for one in page],
        "kinds": kinds.kinds(),
        "states": PaperState.choices,
        "kind": kind,
        "state": state,
        "sees_register": roles.holds_somewhere(user, queries.SEE_PAPERS, on=today),
        "keeps_numbers": roles.holds_somewhere(user, queries.KEEP_NUMBERS, on=today),
        "sees_incoming": roles.holds_somewhere(user, queries.GET_PAPERS, on=today),
    }
    return render(request, "documents/paper_list.html", context)


@never_cache
@require_safe
def paper_page(request: HttpRequest, pk: int) -> HttpResponse:
    paper, user, today = visible_paper(request, pk), signed_in(request), clock.today()
    tree = all_tree_on(today)
    context = {
        "paper": paper,
        "content": paper.parts,
        "pages": range(1, pdf.page_count(ready(paper)) + 1),
        "versions": queries.versions_of(user, paper, on=today),
        "addressee": tree.nodes.get(paper.addressee_id or 0),
        "files": queries.files_of(user, paper, on=today),
        "may_keep_signed": permissions.may_keep_signed(user, paper, on=today),
        "is_kept": bool(permissions.may_see_drafts(user, paper, on=today)),
        "may_edit": permissions.may_edit(user, paper, on=today),
        "may_issue": permissions.may_issue(user, paper, on=today),
        "may_withdraw": permissions.may_withdraw(user, paper, on=today),
        "made_anew_at": kinds.made_anew_at(paper.kind, paper.subject),
        "unwritten": paper.parts.unwritten if paper.state == PaperState.DRAFT else [],
        "unverified": paper.parts.unverified if paper.state == PaperState.DRAFT else (),
        "is_signable": _is_signable(paper),
    }
    return render(request, "documents/paper_page.html", context)


@never_cache
@require_safe
def paper_picture(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """A page of the preview, made from the very PDF."""
    pages = pdf.pictures(ready(visible_paper(request, pk)))
    if not 1 <= number <= len(pages):
        raise Http404
    return HttpResponse(pages[number - 1], content_type="image/png")


@never_cache
@require_safe
def paper_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """As it was issued; of a draft, and of a paper from before files were kept, as it is printed now."""
    paper = visible_paper(request, pk)
    kept = queries.all_file(paper, FileKind.PDF)
    return paper_file(paper, kept.bytes_kept if kept else pdf.pdf(_asked(request, paper)), PDF, "pdf")


@never_cache
@require_safe
def paper_docx(request: HttpRequest, pk: int) -> HttpResponse:
    paper = visible_paper(request, pk)
    kept = queries.all_file(paper, FileKind.DOCX)
    return paper_file(paper, kept.bytes_kept if kept else word.word(_asked(request, paper)), DOCX, "docx")


def _asked(request: HttpRequest, paper: Paper) -> Printed:
    """Without the marks of a draft where that is asked for; not found while something stands in the way of signing."""
    is_for_signing = "trinh-ky" in request.GET
    if is_for_signing and not _is_signable(paper):
        raise Http404
    return ready(paper, is_for_signing=is_for_signing)


def _is_signable(paper: Paper) -> bool:
    return paper.state == PaperState.DRAFT and not paper.parts.unwritten and not paper.parts.unverified


@never_cache
@GET_OR_POST
def paper_edit(request: HttpRequest, pk: int) -> HttpResponse:
    paper, user, now = visible_paper(request, pk), signed_in(request), clock.now()
    may = permissions.may_edit(user, paper, on=now.date())
    form = PaperForm(request.POST or None, paper=paper)
    return form_page(
        request,
        paper,
        form,
        may,
        title=_("Change the draft"),
        button=_("Keep the draft"),
        said=_("The draft is kept."),
        act=lambda: operations.edit_paper(paper, form.edit, actor=user, at=now),
    )


@never_cache
@GET_OR_POST
def paper_issue(request: HttpRequest, pk: int) -> HttpResponse:
    """Number and date are typed, or given where the unit numbers its papers here."""
    paper, user, now = visible_paper(request, pk), signed_in(request), clock.now()
    may = permissions.may_issue(user, paper, on=now.date())
    if queries.all_own_book(paper.unit_id, now.year):
        return _issue_numbered(request, paper, may, now)
    form = IssueForm(request.POST or None, content=paper.parts, today=now.date())
    return form_page(
        request,
        paper,
        form,
        may,
        title=_("Issued: number and date"),
        button=_("Write down as issued"),
        said=_("The paper is issued."),
        act=lambda: operations.issue_paper(
            paper,
            number=form.cleaned_data["number"],
            symbol=form.cleaned_data["symbol"],
            on=form.cleaned_data["issued_on"],
            actor=user,
            at=now,
            check_address=_check_address(request),
        ),
    )


def _issue_numbered(request: HttpRequest, paper: Paper, may: Verdict, now: datetime.datetime) -> HttpResponse:
    content = paper.parts
    type_code = type_code_of(content.type_name, content.symbol)
    next_number = queries.all_next_number(paper.unit_id, type_code, now.year)
    form = NumberedForm(request.POST or None, content=content, next_number=next_number)
    return form_page(
        request,
        paper,
        form,
        may,
        title=_("Issue under the next number"),
        button=_("Give the number and issue"),
        said=_("The paper is issued."),
        act=lambda: operations.issue_numbered(
            paper,
            symbol=form.cleaned_data["symbol"],
            actor=signed_in(request),
            at=now,
            check_address=_check_address(request),
        ),
    )


def _check_address(request: HttpRequest) -> str:
    return request.build_absolute_uri(reverse("documents:check_start"))


@never_cache
@GET_OR_POST
def paper_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    paper, user, now = visible_paper(request, pk), signed_in(request), clock.now()
    form = WithdrawForm(request.POST or None)
    return form_page(
        request,
        paper,
        form,
        permissions.may_withdraw(user, paper, on=now.date()),
        title=_("Withdraw the paper"),
        button=_("Withdraw"),
        said=_("The paper is withdrawn."),
        act=lambda: operations.withdraw_paper(paper, form.cleaned_data["reason"], actor=user, at=now),
    )


@never_cache
@require_POST
def paper_redraft(request: HttpRequest, pk: int) -> HttpResponse:
    """A new version from the data as they are now."""
    paper, user = visible_paper(request, pk), signed_in(request)
    if elsewhere := kinds.made_anew_at(paper.kind, paper.subject):
        return redirect(elsewhere)
    made = operations.draft_again(kinds.kind_of(paper.kind), paper.subject, actor=user, at=clock.now())
    messages.success(request, _("Drafted again from the figures of now; the version before is kept."))
    return redirect("documents:paper_page", made.pk)


def form_page(
    request: HttpRequest,
    paper: Paper,
    form: forms.Form,
    may: Verdict,
    *,
    title: str,
    button: str,
    said: str,
    act: Callable[[], object],
) -> HttpResponse:
    """A page with one form: refused in words, with what was typed kept, or done and back to the paper."""
    may.or_refuse()
    if request.method == "POST" and form.is_valid():
        try:
            act()
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, said)
            return redirect("documents:paper_page", paper.pk)
    context = {"paper": paper, "form": form, "title": title, "button": button}
    return render(request, "documents/paper_form.html", context, status=422 if form.errors else 200)


def visible_paper(request: HttpRequest, pk: int) -> Paper:
    """A paper that one does not see is not there."""
    return get_object_or_404(queries.papers_visible_to(signed_in(request), on=clock.today()), pk=pk)


def paper_file(paper: Paper, content: bytes, media_type: str, ending: str) -> HttpResponse:
    response = HttpResponse(content, content_type=media_type)
    name = f"van-ban-{paper.day:%Y%m%d}-{paper.pk}-{paper.version}.{ending}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
