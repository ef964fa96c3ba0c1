"""What the Office of the demonstration agency directs: questions and their answers."""

import datetime
import uuid
from collections.abc import Callable, Iterator, Mapping

from vungxanh.accounts.models import User
from vungxanh.cli.demo import material
from vungxanh.cli.demo.material import AskedQuestion
from vungxanh.directing.enums import QuestionState, QuestionVerb
from vungxanh.directing.models import Question
from vungxanh.directing.operations import questions
from vungxanh.organization import roles
from vungxanh.organization.models import Unit

NAMESPACE = uuid.UUID("6f0d4c7e-5b0a-4b0e-9d5e-240240240244")
OFFICE = "vanphong"
Happening = tuple[datetime.datetime, Callable[[], None]]


def of_day(day: datetime.date, units: Mapping[str, Unit], *, left_alone: frozenset[str]) -> Iterator[Happening]:
    """Each step does nothing where it was done before, or where somebody did otherwise."""
    for number, one in enumerate(material.directing().question):
        key, unit = uuid.uuid5(NAMESPACE, f"question:{number}"), units[one.unit]
        asker = next((user for user in roles.holders(roles.UNIT_STAFF, unit.pk, on=day)), None)
        if one.asked.date() == day and asker and asker.username not in left_alone:
            yield one.at, _asking(key, unit, one, asker)
        if one.answered and one.answered.date() == day and OFFICE not in left_alone:
            yield one.answer_at, _answering(key, one)


def _asking(key: uuid.UUID, unit: Unit, one: AskedQuestion, asker: User) -> Callable[[], None]:
    asked = questions.Asked(one.title, one.text, one.asked.date() if one.is_about_return else None, one.is_about_return)
    return lambda: void(questions.ask_question(key, unit.pk, asked, actor=asker, at=one.at))


def _answering(key: uuid.UUID, one: AskedQuestion) -> Callable[[], None]:
    def happen() -> None:
        question = Question.objects.filter(key=key, state=QuestionState.ASKED).first()
        if question is None:
            return
        office, at = User.objects.get(username=OFFICE), one.answer_at
        questions.move_question(question, QuestionVerb.ANSWER, text=one.answer, actor=office, at=at)
        if one.published:
            said = {"said_question": one.published, "said_answer": one.answer}
            questions.publish_answer(question, **said, actor=office, at=at)

    return happen


def void(_made: object) -> None:
    """What was made is found again by its key."""
