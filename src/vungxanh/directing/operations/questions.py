"""Asks the Office, answers, asks again, and puts answers on the list that everybody reads."""

import datetime
import uuid
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from vungxanh.accounts.models import User
from vungxanh.audit.operations import record
from vungxanh.common.clock import ZONE
from vungxanh.common.formats import day as day_words
from vungxanh.common.formats import moment as moment_words
from vungxanh.common.vietnamese import canonical, canonical_text, folded
from vungxanh.common.workflow import NoSuchMoveError
from vungxanh.directing.enums import QuestionState, QuestionVerb
from vungxanh.directing.models import Question, QuestionEntry
from vungxanh.directing.permissions import may_ask, may_move_question
from vungxanh.directing.queries import questions as queries
from vungxanh.directing.rulebook import QUESTION_TIMES
from vungxanh.directing.topics import QUESTION_ANSWERED, QUESTION_ASKED, QUESTION_DUE
from vungxanh.directing.workflow import QUESTION
from vungxanh.notifications.operations import notify, notify_all
from vungxanh.notifications.topics import Message
from vungxanh.organization import roles
from vungxanh.organization.models import UnitVersion
from vungxanh.organization.tree import all_tree_on
from vungxanh.organization.workdays import all_workdays

FURTHEST = datetime.timedelta(days=90)
"""No answer may take longer, days off included."""


class QuestionError(ValidationError):
    """Nothing was changed; the text says why."""


@dataclass(frozen=True, slots=True)
class Asked:
    """`is_about_return`: the daily return of `about_day`."""

    title: str
    text: str
    about_day: datetime.date | None = None
    is_about_return: bool = False


@transaction.atomic
def ask_question(key: uuid.UUID, unit_id: int, asked: Asked, *, actor: User, at: datetime.datetime) -> Question:
    """The same `key` again is the same tap, and so is the same question again while it waits: a page to which one went
    back has another key. Raises `QuestionError`, also where something else comes with a used `key`."""
    today = at.astimezone(ZONE).date()
    may_ask(actor, unit_id, on=today).or_refuse()
    title, text = canonical(asked.title), canonical_text(asked.text)
    same = Question.objects.filter(
        unit_id=unit_id,
        asked_by=actor,
        title=title,
        about_day=asked.about_day,
        is_about_return=asked.is_about_return,
        entries__verb=QuestionVerb.ASK,
        entries__text=text,
    )
    if there := same.filter(Q(key=key) | Q(state=QuestionState.ASKED)).first():
        return there
    if Question.objects.filter(key=key).exists():
        raise QuestionError(_("This page was sent before; open a new one."))
    if not (title and text):
        raise QuestionError(_("Say what the question is about, and ask it."))
    if asked.about_day and asked.about_day > today:
        raise QuestionError(_("The day is still to come."))
    oldest = today - datetime.timedelta(days=QUESTION_TIMES.current().in_force(today).oldest_days)
    if asked.about_day and asked.about_day < oldest:
        words = _("%(day)s is too long ago, the earliest day is %(first)s: look at the year.")
        raise QuestionError(words % {"day": day_words(asked.about_day), "first": day_words(oldest)})
    if asked.is_about_return and not asked.about_day:
        raise QuestionError(_("Say of which day the return is."))
    question = Question.objects.create(
        key=key,
        unit_id=unit_id,
        title=title,
        search_title=folded(title),
        about_day=asked.about_day,
        is_about_return=asked.is_about_return,
        state=QuestionState.ASKED,
        asked_at=at,
        asked_by=actor,
        due_at=_due_at(unit_id, at),
    )
    _add(question, QuestionVerb.ASK, text, actor, at)
    _tell_office(question, actor, at)
    return question


@transaction.atomic
def move_question(
    question: Question, verb: QuestionVerb, *, actor: User, at: datetime.datetime, text: str = ""
) -> Question:
    """Answers, corrects the answer, asks again, withdraws. Raises `QuestionError`."""
    question = _locked(question, verb, actor, at)
    text = canonical_text(text)
    if not text and verb != QuestionVerb.WITHDRAW:
        raise QuestionError(_("Write something first."))
    question.state = QUESTION.find(question.state, verb).end
    if verb in (QuestionVerb.ANSWER, QuestionVerb.CORRECT):
        question.answered_at = at
    if verb == QuestionVerb.REOPEN:
        question.due_at = _due_at(question.unit_id, at)
    question.save(update_fields=["state", "answered_at", "due_at"])
    _add(question, verb, text, actor, at)
    if verb in (QuestionVerb.ANSWER, QuestionVerb.CORRECT):
        _tell_askers(question, actor, at)
    if verb == QuestionVerb.REOPEN:
        _tell_office(question, actor, at)
    return question


@transaction.atomic
def publish_answer(
    question: Question, *, said_question: str, said_answer: str, actor: User, at: datetime.datetime
) -> Question:
    """In words that name neither the unit nor the one who asked; again replaces them. Raises `QuestionError`."""
    question = _locked(question, QuestionVerb.PUBLISH, actor, at)
    said_question, said_answer = canonical_text(said_question), canonical_text(said_answer)
    if not (said_question and said_answer):
        raise QuestionError(_("The list needs the question and the answer."))
    if named := _named_in(f"{said_question} {said_answer}", question, at):
        words = _("“%(name)s” stands in the text: whoever reads it must not learn who asked.")
        raise QuestionError(words % {"name": named})
    question.published_question, question.published_answer = said_question, said_answer
    question.published_search = folded(f"{said_question} {said_answer}")
    question.published_at = question.published_at or at
    _save_published(question)
    _add(question, QuestionVerb.PUBLISH, "", actor, at)
    return question


@transaction.atomic
def unpublish_answer(question: Question, *, actor: User, at: datetime.datetime) -> Question:
    question = _locked(question, QuestionVerb.UNPUBLISH, actor, at)
    if question.published_at is None:
        raise QuestionError(_("It is not on the list."))
    question.published_question = question.published_answer = question.published_search = ""
    question.published_at = None
    _save_published(question)
    _add(question, QuestionVerb.UNPUBLISH, "", actor, at)
    return question


@transaction.atomic
def remind_of_questions(*, at: datetime.datetime) -> int:
    """The Office, once before a question is due and once after; returns how many messages were new."""
    rule = QUESTION_TIMES.current().in_force(at.astimezone(ZONE).date())
    soon = list(queries.all_questions_due(at + datetime.timedelta(hours=rule.remind_before_hours)))
    tree = all_tree_on(at.astimezone(ZONE).date())
    offices = roles.all_holders(queries.ANSWER, {one.unit_id for one in soon}, on=at.astimezone(ZONE).date(), tree=tree)
    tellings = []
    for one in soon:
        is_over = one.due_at < at
        words = _("Overdue: {title}") if is_over else _("Answer by {due}: {title}")
        title = format_lazy(words, title=one.title, due=moment_words(one.due_at))
        key = f"directing.question_due:{one.pk}:{one.due_at.isoformat()}:{is_over}"
        tellings.append((_message(QUESTION_DUE, key, title, one), offices[one.unit_id]))
    return notify_all(tellings, at=at)


def _locked(question: Question, verb: str, actor: User, at: datetime.datetime) -> Question:
    question = Question.objects.select_for_update().get(pk=question.pk)
    try:
        may_move_question(actor, question, verb, on=at.astimezone(ZONE).date()).or_refuse()
    except NoSuchMoveError as error:
        raise QuestionError(
            _("The question stands otherwise by now: %(state)s.") % {"state": question.get_state_display()}
        ) from error
    return question


def _save_published(question: Question) -> None:
    question.save(update_fields=["published_at", "published_question", "published_answer", "published_search"])


def _named_in(text: str, question: Question, at: datetime.datetime) -> str:
    """The name of the unit, or of somebody who spoke in its name, that stands in the text; whole words."""
    versions = UnitVersion.objects.filter(unit=question.unit_id).values_list("name", "short_name", "unit__code")
    names = {name for row in versions for name in row}
    names |= set(question.entries.filter(verb__in=["ask", "reopen"]).values_list("by__full_name", flat=True))
    held = f" {_words(text)} "
    return next((name for name in sorted(names, key=len) if name and f" {_words(name)} " in held), "")


def _words(text: str) -> str:
    return " ".join("".join(c if c.isalnum() else " " for c in folded(text)).split())


def _due_at(unit_id: int, at: datetime.datetime) -> datetime.datetime:
    today = at.astimezone(ZONE).date()
    workdays = all_workdays(today, today + FURTHEST)
    rule = QUESTION_TIMES.current().in_force(today)
    return rule.due_at(at, lambda day: day > today + FURTHEST or workdays.is_working(day, unit_id))


def _add(question: Question, verb: QuestionVerb, text: str, actor: User, at: datetime.datetime) -> None:
    QuestionEntry.objects.create(question=question, verb=verb, text=text, at=at, by=actor)
    action = f"directing.{verb}_question"
    record(action, actor=actor, at=at, subject=question, unit_id=question.unit_id)


def _tell_office(question: Question, actor: User, at: datetime.datetime) -> None:
    today = at.astimezone(ZONE).date()
    tree = all_tree_on(today)
    office = [user for user in roles.holders(queries.ANSWER, question.unit_id, on=today, tree=tree) if user != actor]
    unit = tree[question.unit_id].short_name if question.unit_id in tree else question.unit.code
    title = format_lazy(_("{unit} asks: {title}"), unit=unit, title=question.title)
    key = f"directing.question_asked:{question.pk}:{at.isoformat()}"
    notify(_message(QUESTION_ASKED, key, title, question), office, at=at)


def _tell_askers(question: Question, actor: User, at: datetime.datetime) -> None:
    """Whoever asked, the first time or again."""
    asked = question.entries.filter(verb__in=[QuestionVerb.ASK, QuestionVerb.REOPEN]).select_related("by")
    askers = {entry.by for entry in asked} - {actor}
    title = format_lazy(_("The Office answered: {title}"), title=question.title)
    key = f"directing.question_answered:{question.pk}:{at.isoformat()}"
    notify(_message(QUESTION_ANSWERED, key, title, question), askers, at=at)


def _message(topic: str, key: str, title: str | Promise, question: Question) -> Message:
    return Message(topic=topic, key=key, title=title, address=reverse("directing:question_page", args=[question.pk]))
