"""Papers that arrive at the demonstration agency: registered by the records clerk, handed over, dealt with."""

import datetime
from collections.abc import Iterator, Mapping

from vungxanh.accounts.models import User
from vungxanh.cli.demo import material
from vungxanh.cli.demo.happening import Happening
from vungxanh.cli.demo.material import ArrivedPaper
from vungxanh.common.clock import moment
from vungxanh.documents.enums import IncomingState, Urgency
from vungxanh.documents.models import IncomingPaper
from vungxanh.documents.operations.incoming import (
    Entry,
    close_incoming,
    hand_incoming,
    register_incoming,
    start_incoming,
)
from vungxanh.documents.queries import all_incoming_book
from vungxanh.organization import roles
from vungxanh.organization.models import Unit

CLERK, GENERAL = "vanthu", ""
FIRST_NUMBER = 1406
"""The register began in January on paper."""
HANDED_AFTER = datetime.timedelta(minutes=25)


def of_day(day: datetime.date, units: Mapping[str, Unit], *, left_alone: frozenset[str]) -> Iterator[Happening]:
    """Each step does nothing where it was done before, or where somebody plays the part now."""
    root = units[material.agency().code]
    for one in material.incoming().paper:
        registered = _moment(one.registered)
        handed = _moment(one.handed) if one.handed else registered + HANDED_AFTER
        closed = _moment(one.closed) if one.closed else None
        if registered.date() == day and CLERK not in left_alone:
            yield registered, lambda one=one, at=registered: _register(root, one, at)  # type: ignore[misc]
        if handed.date() == day and CLERK not in left_alone:
            yield handed, lambda one=one, at=handed: _hand(root, one, units[one.to], at)  # type: ignore[misc]
        if closed and closed.date() == day:
            yield closed, lambda one=one, at=closed: _close(root, one, units[one.to], at, left_alone)  # type: ignore[misc]


def _register(root: Unit, one: ArrivedPaper, at: datetime.datetime) -> None:
    if _there(root, one):
        return
    clerk = User.objects.get(username=CLERK)
    if all_incoming_book(root.pk, at.year, GENERAL) is None:
        start_incoming(root.pk, at.year, GENERAL, FIRST_NUMBER, actor=clerk, at=at)
    entry = Entry(one.issuer, one.summary, one.symbol, one.issued_on, Urgency(one.urgency), one.due_on)
    register_incoming(root.pk, GENERAL, at.date(), entry, actor=clerk, at=at)


def _hand(root: Unit, one: ArrivedPaper, unit: Unit, at: datetime.datetime) -> None:
    paper = _there(root, one)
    if paper and paper.state == IncomingState.ARRIVED:
        hand_incoming(paper, unit.pk, actor=User.objects.get(username=CLERK), at=at)


def _close(root: Unit, one: ArrivedPaper, unit: Unit, at: datetime.datetime, left_alone: frozenset[str]) -> None:
    paper, head = _there(root, one), next(iter(roles.holders(roles.HEADS, unit.pk, on=at.date())), None)
    if paper and paper.state == IncomingState.HANDED and head and head.username not in left_alone:
        close_incoming(paper, one.outcome, actor=head, at=at)


def _there(root: Unit, one: ArrivedPaper) -> IncomingPaper | None:
    rows = IncomingPaper.objects.filter(book__unit_id=root.pk, symbol=one.symbol, issued_on=one.issued_on)
    return rows.select_related("book").first()


def _moment(given: datetime.datetime) -> datetime.datetime:
    return moment(given.date(), given.time())
