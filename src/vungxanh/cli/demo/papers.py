"""The papers of the demonstration agency: drafted by the clock, numbered in the evening."""

import datetime
from collections.abc import Callable, Collection, Iterator

from vungxanh.accounts.models import User
from vungxanh.cli.demo import material
from vungxanh.common.clock import moment
from vungxanh.documents.enums import PaperState
from vungxanh.documents.models import Paper
from vungxanh.documents.operations import issue_paper
from vungxanh.reports.kinds import KINDS
from vungxanh.reports.operations import draft_due_papers
from vungxanh.reports.rulebook import QUICK_REPORT, URGING_LETTER
from vungxanh.risk.operations import remind_of_returns

LAST_REMINDER, NUMBERED = datetime.time(14, 50), datetime.time(16, 45)
CLERK = "vanphong"
FIRST_NUMBER = 1140


def of_day(
    day: datetime.date, *, left_alone: Collection[str]
) -> Iterator[tuple[datetime.datetime, Callable[[], None]]]:
    """Reminders, then the report and letters of the day; their numbers where nobody plays the Office."""
    yield moment(day, LAST_REMINDER), lambda: _remind(moment(day, LAST_REMINDER))
    for rule in (QUICK_REPORT, URGING_LETTER):
        at = moment(day, rule.current().in_force(day).drafted_at)
        yield at, lambda at=at: _draft(at)  # type: ignore[misc]
    if CLERK not in left_alone:
        yield moment(day, NUMBERED), lambda: _number(day, moment(day, NUMBERED))


def _remind(at: datetime.datetime) -> None:
    remind_of_returns(at=at)


def _draft(at: datetime.datetime) -> None:
    draft_due_papers(at=at)


def _number(day: datetime.date, at: datetime.datetime) -> None:
    actor = User.objects.get(username=CLERK)
    kinds = [kind.code for kind in KINDS]
    for place, paper in enumerate(Paper.objects.filter(state=PaperState.DRAFT, day=day, kind__in=kinds).order_by("pk")):
        issue_paper(paper, number=number_of(day, place), symbol=paper.parts.symbol, on=day, actor=actor, at=at)


def number_of(day: datetime.date, place: int) -> str:
    """As if the numbers came from the agency's own document system; some twenty other papers a day get theirs there.
    `place`: of the paper within the day, below twenty. Each year begins anew."""
    begins = material.agency().living_from
    new_year = day.replace(month=1, day=1)
    first = FIRST_NUMBER + 20 * (day - begins).days if begins >= new_year else 1 + 20 * (day - new_year).days
    return str(first + place)
