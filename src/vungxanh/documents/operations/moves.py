"""What every change of a paper begins and ends with: its lock, and its move by the table."""

import datetime

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from vungxanh.common.clock import ZONE
from vungxanh.common.workflow import NoSuchMoveError
from vungxanh.documents.content import Content
from vungxanh.documents.enums import PaperState
from vungxanh.documents.models import Paper
from vungxanh.documents.workflow import PAPER
from vungxanh.organization.models import Unit


class PaperRefusedError(ValidationError):
    """The paper is not in a state for that, or what was typed does not fit."""


def lock_unit(unit_id: int) -> None:
    """Two that draft for one unit at once wait for each other; nobody who only refers to the unit waits for them."""
    Unit.objects.select_for_update(no_key=True).get(pk=unit_id)


def locked(paper: Paper) -> Paper:
    """The unit first, so that its numbers are given one after another."""
    lock_unit(paper.unit_id)
    return Paper.objects.select_for_update().get(pk=paper.pk)


def move(paper: Paper, verb: str, **values: object) -> None:
    """The only place that sets the state of a paper."""
    try:
        paper.state = PAPER.find(paper.state, verb).end
    except NoSuchMoveError as error:
        words = _("Not possible any more: the paper is %(state)s.")
        raise PaperRefusedError(words % {"state": PaperState(paper.state).label}) from error
    for name, value in values.items():
        setattr(paper, name, value)
    paper.save()


def day_of(at: datetime.datetime) -> datetime.date:
    return at.astimezone(ZONE).date()


def title_of(content: Content) -> str:
    """As the paper stands in lists."""
    return f"{content.type_words}: {content.summary}"[:300]
