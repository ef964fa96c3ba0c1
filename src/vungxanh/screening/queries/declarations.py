"""A person's declarations with the answers made readable, for the person and for the health officer."""

import datetime
import json
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypedDict

from django.db.models import Exists, OuterRef, Q, QuerySet

from vungxanh.accounts.models import User
from vungxanh.areas.models import AdministrativeUnit
from vungxanh.common.encryption import decrypt
from vungxanh.organization.models import Person
from vungxanh.screening.enums import Channel
from vungxanh.screening.models import Declaration
from vungxanh.screening.rulebook import QUESTIONNAIRE, Questionnaire


class Content(TypedDict):
    """What stands encrypted: the answers by linkId, and the measurement."""

    answers: dict[str, bool | list[str]]
    temperature_c: float | None


@dataclass(frozen=True, slots=True)
class Answer:
    link_id: str
    question: str
    is_yes: bool


@dataclass(frozen=True, slots=True)
class ReadDeclaration:
    """A declaration with its answers in words. Whoever shows it to somebody else than the person audits that."""

    declaration: Declaration
    temperature_c: float | None
    answers: tuple[Answer, ...]
    places: tuple[str, ...]
    entered_by: str = ""

    @property
    def signs(self) -> tuple[str, ...]:
        return tuple(answer.question for answer in self.answers if answer.is_yes)


def all_declarations_of(
    person: Person, *, first: datetime.date, last: datetime.date, language: str = "vi"
) -> list[ReadDeclaration]:
    """Newest first, of each its newest version, with those of people who were merged into this one; three queries."""
    rows = newest(all_rows_of(person).filter(day__range=(first, last)))
    return all_read(rows.order_by("-declared_at", "-pk"), language=language)


def all_versions_of(declaration: Declaration, *, language: str = "vi") -> list[ReadDeclaration]:
    """The declaration as first sent and as corrected since, the newest first; `declaration` is any of them."""
    rows = Declaration.objects.filter(subject=declaration.subject, day=declaration.day, window=declaration.window)
    return all_read(rows.order_by("-version"), language=language)


def all_read(rows: Iterable[Declaration], *, language: str) -> list[ReadDeclaration]:
    """In the order given; two queries, for the names of places and of those who entered them."""
    rows = list(rows)
    opened = [(row, content_of(row)) for row in rows]
    names = all_area_names([content for _, content in opened])
    enterers = User.objects.in_bulk({row.entered_by_id for row in rows if row.entered_by_id})
    return [_read(row, content, names, enterers, language) for row, content in opened]


def content_of(declaration: Declaration) -> Content:
    content: Content = json.loads(decrypt(bytes(declaration.answers)))
    return content


def newest(rows: QuerySet[Declaration]) -> QuerySet[Declaration]:
    """Without those that were corrected since: what counts."""
    same = Declaration.objects.filter(subject=OuterRef("subject"), day=OuterRef("day"), window=OuterRef("window"))
    return rows.filter(~Exists(same.filter(version__gt=OuterRef("version"))))


def all_rows_of(person: Person) -> QuerySet[Declaration]:
    """Declarations under any pseudonym that the person ever had."""
    whole = Person.objects.filter(Q(pk=person.pk) | Q(merged_into=person.pk))
    return Declaration.objects.filter(subject__in=whole.values("pseudonym"))


def all_declared(subject: uuid.UUID, day: datetime.date) -> dict[str, Declaration]:
    """By window, what a person declared for a day; the newest version."""
    rows = Declaration.objects.filter(subject=subject, day=day).order_by("version")
    return {row.window: row for row in rows}


OWN = (Channel.PAGE, Channel.API)


def all_entered_channels(declaration_ids: Iterable[int], *, day: datetime.date) -> dict[int, str]:
    """How each of the day came in that did not come from the person's own device; one query."""
    rows = Declaration.objects.filter(pk__in=list(declaration_ids), day=day).exclude(channel__in=OWN)
    return dict(rows.values_list("pk", "channel"))


def all_area_names(contents: Sequence[Content]) -> dict[str, str]:
    codes = {code for content in contents for code in places_of(content)}
    return dict(AdministrativeUnit.objects.filter(code__in=codes).values_list("code", "name")) if codes else {}


def places_of(content: Content) -> list[str]:
    """The only list among the answers."""
    return next((value for value in content["answers"].values() if isinstance(value, list)), [])


def _read(
    row: Declaration, content: Content, names: dict[str, str], enterers: Mapping[int, User], language: str
) -> ReadDeclaration:
    return ReadDeclaration(
        declaration=row,
        temperature_c=content["temperature_c"],
        answers=answers_in_words(form_of(row), row.window, content, language),
        places=tuple(names.get(code, code) for code in places_of(content)),
        entered_by=str(enterers.get(row.entered_by_id or 0, "")),
    )


def answers_in_words(form: Questionnaire, window: str, content: Content, language: str) -> tuple[Answer, ...]:
    """The questions of the form that were answered, in its order."""
    answers = content["answers"]
    return tuple(
        Answer(item.link_id, item.in_language(language), answers[item.link_id] is True)
        for item in form.items(window)
        if item.link_id in answers
    )


def form_of(row: Declaration) -> Questionnaire:
    """The version that was answered."""
    editions = list(QUESTIONNAIRE.current())
    return next((one for one in editions if one.version == row.questionnaire_version), editions[-1])
