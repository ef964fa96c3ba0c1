"""How soon the Office answers questions."""

import datetime
from collections.abc import Callable, Iterator
from pathlib import Path

from vungxanh.common.clock import ZONE, moment
from vungxanh.common.decision_tables import Edition, Fault, edition_file

RULES = Path(__file__).parent / "rules"
DAY = datetime.timedelta(days=1)
MIDNIGHT = datetime.time(0)


class QuestionTimes(Edition, frozen=True, kw_only=True):
    """A question is due `answer_hours` after it was asked, hours of days off left out; the Office is reminded
    `remind_before_hours` before that."""

    answer_hours: int
    remind_before_hours: int

    def due_at(self, asked_at: datetime.datetime, is_working: Callable[[datetime.date], bool]) -> datetime.datetime:
        left, at = datetime.timedelta(hours=self.answer_hours), asked_at.astimezone(ZONE)
        while True:
            midnight = moment(at.date() + DAY, MIDNIGHT)
            if is_working(at.date()):
                if at + left <= midnight:
                    return at + left
                left -= midnight - at
            at = midnight

    def remind_from(self, due_at: datetime.datetime) -> datetime.datetime:
        return due_at - datetime.timedelta(hours=self.remind_before_hours)

    def faults(self, at: str) -> Iterator[Fault]:
        if not 1 <= self.answer_hours <= 24 * 30:
            yield Fault(f"{at}.answer_hours", "phải từ 1 đến 720")
        if not 0 <= self.remind_before_hours < self.answer_hours:
            yield Fault(f"{at}.remind_before_hours", "phải từ 0 và nhỏ hơn answer_hours")


QUESTION_TIMES = edition_file(RULES / "questions.toml", title="Thời hạn trả lời câu hỏi", schema=QuestionTimes)
