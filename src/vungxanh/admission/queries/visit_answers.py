"""What a visitor declared, opened and in words; whoever shows it asks who is looking and writes the look down."""

import json
from dataclasses import dataclass

from vungxanh.admission.models import Visit
from vungxanh.common.encryption import decrypt
from vungxanh.screening.enums import Window
from vungxanh.screening.queries.declarations import Answer, Content, all_area_names, answers_in_words, places_of
from vungxanh.screening.rulebook import VISITOR_QUESTIONNAIRE


@dataclass(frozen=True, slots=True)
class ReadVisit:
    """Every question with its answer, the places that were named, and the measurement in °C."""

    answers: tuple[Answer, ...]
    places: tuple[str, ...]
    temperature_c: float | None

    @property
    def signs(self) -> tuple[str, ...]:
        return tuple(answer.question for answer in self.answers if answer.is_yes)


def all_visit_read(visit: Visit, *, language: str) -> ReadVisit:
    """By the version of the form that was answered."""
    content: Content = json.loads(decrypt(bytes(visit.answers)))
    editions = list(VISITOR_QUESTIONNAIRE.current())
    form = next((one for one in editions if one.version == visit.questionnaire_version), editions[-1])
    names = all_area_names([content])
    return ReadVisit(
        answers=answers_in_words(form, Window.ARRIVAL, content, language),
        places=tuple(names.get(code, code) for code in places_of(content)),
        temperature_c=content["temperature_c"],
    )
