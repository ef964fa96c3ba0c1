"""Questions to the Office: the list that everybody reads, one's own, those that wait, and one of them."""

import datetime
import uuid
from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from vungxanh.accounts.models import User
from vungxanh.accounts.views import signed_in
from vungxanh.common import clock
from vungxanh.directing import permissions
from vungxanh.directing.enums import QuestionState, QuestionVerb
from vungxanh.directing.forms.questions import AnswerForm, AskForm, PublishForm, ReopenForm, WithdrawForm
from vungxanh.directing.models import Question
from vungxanh.directing.operations import questions as operations
from vungxanh.directing.queries import questions as queries
from vungxanh.directing.rulebook import QUESTION_TIMES
from vungxanh.directing.workflow import QUESTION
from vungxanh.organization import roles
from vungxanh.organization.tree import all_tree_on

PAGE_SIZE = 30
VERBS = {
    "tra-loi": QuestionVerb.ANSWER,
    "sua-tra-loi": QuestionVerb.CORRECT,
    "hoi-lai": QuestionVerb.REOPEN,
    "rut": QuestionVerb.WITHDRAW,
    "dang": QuestionVerb.PUBLISH,
    "thoi-dang": QuestionVerb.UNPUBLISH,
}
FORMS: Mapping[QuestionVerb, type[forms.Form]] = {
    QuestionVerb.ANSWER: AnswerForm,
    QuestionVerb.CORRECT: AnswerForm,
    QuestionVerb.REOPEN: ReopenForm,
    QuestionVerb.WITHDRAW: WithdrawForm,
    QuestionVerb.PUBLISH: PublishForm,
    QuestionVerb.UNPUBLISH: WithdrawForm,
}


@never_cache
@require_safe
def question_list(request: HttpRequest) -> HttpResponse:
    """`xem`: the list for everybody, those of one's units, those that wait for the Office."""
    user, today = signed_in(request), clock.today()
    answers = roles.holds_somewhere(user, queries.ANSWER, on=today)
    sees = answers or roles.holds_somewhere(user, queries.SEE_QUESTIONS, on=today)
    search = request.GET.get("q", "").strip()[:100]
    shown = request.GET.get("xem") or ("cho" if answers else "don-vi" if sees else "")
    tree = all_tree_on(today)
    found: Any = queries.all_published(search)
    if shown == "cho" and answers:
        found = queries.titled(queries.questions_to_answer(user, on=today), search)
    elif shown == "don-vi" and sees:
        found = queries.titled(queries.questions_visible_to(user, on=today, tree=tree), search)
    else:
        shown = "tat-ca"
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "shown": shown,
        "search": search,
        "page": page,
        "rows": [(one, tree[one.unit_id].short_name if one.unit_id in tree else one.unit_id) for one in page],
        "answers": answers,
        "sees": sees,
        "waiting": permissions.questions_waiting(request),
        "may_ask": bool(queries.units_asked_for(user, on=today, tree=tree)),
        "rule": QUESTION_TIMES.current().in_force(today),
    }
    return render(request, "directing/question_list.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def question_ask(request: HttpRequest) -> HttpResponse:
    user, now = signed_in(request), clock.now()
    units = queries.units_asked_for(user, on=now.date(), tree=all_tree_on(now.date()))
    if not units:
        raise PermissionDenied(str(permissions.may_ask(user, 0, on=now.date()).reason))
    choices = [(node.code, node.name) for node in units]
    initial = {"about_day": request.GET.get("ngay", ""), "is_about_return": bool(request.GET.get("ngay"))}
    form = AskForm(request.POST or None, units=choices, initial=initial)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        unit = next(node for node in units if node.code == given["unit"])
        asked = operations.Asked(given["title"], given["text"], given["about_day"], given["is_about_return"])
        try:
            question = operations.ask_question(given["key"], unit.id, asked, actor=user, at=now)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("The Office has your question; you are told when it is answered."))
            return redirect("directing:question_page", question.pk)
    context = {"form": form, "rule": QUESTION_TIMES.current().in_force(now.date())}
    return render(request, "directing/question_ask.html", context, status=422 if form.errors else 200)


@never_cache
@require_safe
def question_page(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    return _page(request, _question(request, key))


@never_cache
@require_safe
def published_page(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """What everybody reads of it, without who asked."""
    question = get_object_or_404(queries.all_published(), key=key)
    user, today = signed_in(request), clock.today()
    is_seen = roles.holds(user, queries.SEE_QUESTIONS, question.unit_id, on=today)
    return render(request, "directing/published_page.html", {"question": question, "is_seen": is_seen})


@never_cache
@require_POST
def question_move(request: HttpRequest, key: uuid.UUID, verb: str) -> HttpResponse:
    if verb not in VERBS:
        raise Http404
    question, said = _question(request, key), VERBS[verb]
    form = FORMS[said](request.POST, auto_id=f"{said}_%s")
    if form.is_valid():
        try:
            _do(question, said, form.cleaned_data, actor=signed_in(request), at=clock.now())
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("Done: %(what)s.") % {"what": said.label})
            return redirect("directing:question_page", key)
    return _page(request, question, {said: form}, status=422)


def _do(
    question: Question, verb: QuestionVerb, given: dict[str, Any], *, actor: User, at: datetime.datetime
) -> Question:
    if verb == QuestionVerb.PUBLISH:
        return operations.publish_answer(question, **given, actor=actor, at=at)
    if verb == QuestionVerb.UNPUBLISH:
        return operations.unpublish_answer(question, actor=actor, at=at)
    return operations.move_question(question, verb, text=given.get("text", ""), actor=actor, at=at)


def _question(request: HttpRequest, key: uuid.UUID) -> Question:
    """Raises `Http404` where the viewer does not see it."""
    return get_object_or_404(queries.questions_visible_to(signed_in(request), on=clock.today()), key=key)


def _page(
    request: HttpRequest,
    question: Question,
    bound: Mapping[QuestionVerb, forms.Form] | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    """With the forms that its state and the viewer's role allow; `bound` is one that was refused."""
    user, today = signed_in(request), clock.today()
    question.refresh_from_db()
    entries = list(question.entries.select_related("by").order_by("at", "pk"))
    offered = {}
    for slug, verb in VERBS.items():
        if QUESTION.allows(question.state, verb) and permissions.may_move_question(user, question, verb, on=today):
            form = (bound or {}).get(verb) or FORMS[verb](
                initial=_initial(verb, question, entries), auto_id=f"{verb}_%s"
            )
            offered[str(verb)] = {"form": form, "slug": slug}
    if question.published_at is None:
        offered.pop(str(QuestionVerb.UNPUBLISH), None)
    stray = next((form for verb, form in (bound or {}).items() if str(verb) not in offered), None)
    tree = all_tree_on(today)
    context = {
        "question": question,
        "unit_name": tree[question.unit_id].name if question.unit_id in tree else question.unit.code,
        "entries": entries,
        "offered": offered,
        "stray": stray,
        "is_waiting": question.state == QuestionState.ASKED,
    }
    return render(request, "directing/question_page.html", context, status=status)


def _initial(verb: QuestionVerb, question: Question, entries: list[Any]) -> dict[str, str]:
    """The last answer to correct; what was asked and answered, to be published without names."""
    said = {entry.verb: entry.text for entry in entries}
    last = next((e.text for e in reversed(entries) if e.verb in (QuestionVerb.ANSWER, QuestionVerb.CORRECT)), "")
    if verb == QuestionVerb.CORRECT:
        return {"text": last}
    if verb == QuestionVerb.PUBLISH:
        asked = question.published_question or said.get(QuestionVerb.ASK, "")
        return {"said_question": asked, "said_answer": question.published_answer or last}
    return {}
