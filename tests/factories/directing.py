"""What directing needs: a small agency, and questions in it."""

import datetime
import uuid
from typing import Any

from tests.factories.organization import MONDAY, clock, make_holder, make_unit
from vungxanh.accounts.models import User
from vungxanh.directing.enums import QuestionVerb
from vungxanh.directing.models import Question
from vungxanh.directing.operations.questions import Asked, ask_question, move_question
from vungxanh.organization.enums import Role

NINE = clock(9)


class Agency:
    """Two units below one root, with those who speak for the first, and those of the root."""

    def __init__(self) -> None:
        self.root = make_unit("SNN")
        self.unit, self.other = make_unit("CCKL", self.root), make_unit("CCTL", self.root)
        self.head = make_holder("truong", Role.UNIT_HEAD, self.unit)
        self.deputy = make_holder("pho", Role.UNIT_DEPUTY, self.unit)
        self.clerk = make_holder("dauloi", Role.UNIT_CLERK, self.unit)
        self.stranger = make_holder("la", Role.UNIT_HEAD, self.other)
        self.office = make_holder("vanphong", Role.OFFICE, self.root)
        self.director = make_holder("giamdoc", Role.DIRECTOR, self.root)

    @property
    def people(self) -> dict[str, User]:
        names = ("head", "deputy", "clerk", "stranger", "office", "director")
        return {name: getattr(self, name) for name in names}


def make_question(agency: Agency, *, at: datetime.datetime = NINE, **more: Any) -> Question:
    given = {"title": "Hạn nộp khi nghỉ bù", "text": "Ngày nghỉ bù có phải nộp không?", **more}
    return ask_question(uuid.uuid4(), agency.unit.pk, Asked(**given), actor=agency.head, at=at)


def make_answered(agency: Agency, **more: Any) -> Question:
    made = make_question(agency, **more)
    text = "Có người trực thì nộp.\n\nKhông ai trực thì thôi."
    return move_question(made, QuestionVerb.ANSWER, text=text, actor=agency.office, at=clock(10))


__all__ = ["MONDAY", "NINE", "Agency", "clock", "make_answered", "make_question"]
