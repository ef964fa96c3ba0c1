"""Writes down papers that arrive, hands them over, says what became of them, strikes off what does not count."""

import datetime
import hashlib
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from vungxanh.accounts.models import User
from vungxanh.audit.operations import record
from vungxanh.common.attached_files import PDF, AttachedFileError, media_type_of
from vungxanh.common.encryption import encrypt
from vungxanh.common.formats import day as day_words
from vungxanh.common.vietnamese import canonical, folded
from vungxanh.common.workflow import NoSuchMoveError
from vungxanh.documents import permissions
from vungxanh.documents.enums import Urgency
from vungxanh.documents.models import IncomingBook, IncomingPaper, IncomingScan
from vungxanh.documents.operations.moves import day_of, lock_unit
from vungxanh.documents.queries import all_incoming_book, all_issued_as
from vungxanh.documents.rulebook import INCOMING, IncomingRule
from vungxanh.documents.topics import HANDED
from vungxanh.documents.workflow import INCOMING as MOVES
from vungxanh.documents.workflow import STRUCK
from vungxanh.notifications.operations import notify, settle_all
from vungxanh.notifications.topics import Message
from vungxanh.organization import roles
from vungxanh.organization.tree import all_tree_on

LARGEST_NUMBER = 999_999


class IncomingRefusedError(ValidationError):
    """What was typed does not fit, or the paper stands otherwise by now; nothing was changed."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What stands on a paper that arrived, as it is written down. `symbol`: its number and symbol."""

    issuer: str
    summary: str
    symbol: str = ""
    issued_on: datetime.date | None = None
    urgency: Urgency = Urgency.NORMAL
    due_on: datetime.date | None = None
    note: str = ""


@transaction.atomic
def register_incoming(
    unit_id: int, code: str, arrived_on: datetime.date, entry: Entry, *, actor: User, at: datetime.datetime
) -> IncomingPaper:
    """Under the next number of the register of the year in which it arrived, whoever else registers at the same time.
    Where it is refused no number is used up. Raises `IncomingRefusedError`."""
    rule = _check(unit_id, code, actor, at)
    if arrived_on > day_of(at):
        raise IncomingRefusedError({"arrived_on": _("This day has not come yet.")})
    if arrived_on < day_of(at) - datetime.timedelta(days=rule.days_back):
        words = _("At most %(days)d days back.") % {"days": rule.days_back}
        raise IncomingRefusedError({"arrived_on": words})
    _check_entry(entry, arrived_on)
    book = _book(unit_id, arrived_on.year, code)
    _check_new(book, entry)
    book.last_number += 1
    book.save(update_fields=["last_number"])
    made = IncomingPaper(book=book, number=book.last_number, arrived_on=arrived_on)
    made.registered_at, made.registered_by = at, actor
    _write(made, entry)
    _move(made, "register")
    _record("documents.register_incoming", made, actor, at, number=_number(made))
    return made


@transaction.atomic
def correct_incoming(paper: IncomingPaper, entry: Entry, *, actor: User, at: datetime.datetime) -> IncomingPaper:
    """Number and day of arrival stay. Raises `IncomingRefusedError`."""
    paper = _kept(paper, actor, at)
    _check_entry(entry, paper.arrived_on)
    _check_new(paper.book, entry, but=paper)
    changed = [name for name in Entry.__slots__ if getattr(paper, name) != _clean(getattr(entry, name))]
    _write(paper, entry)
    _move(paper, "correct")
    if changed:
        _record("documents.correct_incoming", paper, actor, at, fields=changed)
    return paper


@transaction.atomic
def hand_incoming(
    paper: IncomingPaper, unit_id: int, *, handler: str = "", actor: User, at: datetime.datetime
) -> IncomingPaper:
    """To a unit at or below the one that keeps the register, whose people are told; again to another where it belongs
    there. Raises `IncomingRefusedError`."""
    paper = _kept(paper, actor, at)
    tree = all_tree_on(day_of(at))
    if paper.book.unit_id not in tree or unit_id not in {node.id for node in tree.below(paper.book.unit_id)}:
        raise IncomingRefusedError({"unit": _("This unit does not belong to the agency.")})
    was = (paper.handed_unit_id, paper.handler)
    _move(paper, "hand", handed_unit_id=unit_id, handler=canonical(handler)[:100], handed_at=at)
    if was != (paper.handed_unit_id, paper.handler):
        _record("documents.hand_incoming", paper, actor, at, to=tree[unit_id].short_name)
        _settle(paper, at)
        _tell(paper, at)
    return paper


@transaction.atomic
def close_incoming(
    paper: IncomingPaper, outcome: str, *, answered_by: str = "", actor: User, at: datetime.datetime
) -> IncomingPaper:
    """What became of it; `answered_by`: number and symbol of the paper that answers it, issued by the agency or by the
    unit that got it. Raises `IncomingRefusedError`."""
    paper = _locked(paper)
    permissions.may_close_incoming(actor, paper, on=day_of(at)).or_refuse()
    if not canonical(outcome):
        raise IncomingRefusedError({"outcome": _("Say what became of it.")})
    units = {paper.book.unit_id, paper.handed_unit_id or paper.book.unit_id}
    answer = all_issued_as(units, answered_by) if answered_by.strip() else None
    if answered_by.strip() and answer is None:
        raise IncomingRefusedError({"answered_by": _("No paper was issued here under this number.")})
    _move(paper, "close", outcome=canonical(outcome)[:500], answer=answer, closed_at=at, closed_by=actor)
    _record("documents.close_incoming", paper, actor, at, answer=answer.full_number if answer else None)
    _settle(paper, at)
    return paper


@transaction.atomic
def reopen_incoming(paper: IncomingPaper, *, actor: User, at: datetime.datetime) -> IncomingPaper:
    """Not dealt with after all: the unit to which it was handed is told again; one that was handed to nobody waits in
    the register. Raises `IncomingRefusedError`."""
    paper = _kept(paper, actor, at)
    verb = "reopen" if paper.handed_at else "put_back"
    _move(paper, verb, outcome="", answer=None, closed_at=None, closed_by=None)
    _record("documents.reopen_incoming", paper, actor, at)
    if paper.handed_at:
        _tell(paper, at)
    return paper


@transaction.atomic
def strike_incoming(paper: IncomingPaper, reason: str, *, actor: User, at: datetime.datetime) -> IncomingPaper:
    """Written down by mistake: it stays in the register with its number and the reason. Raises
    `IncomingRefusedError`."""
    paper = _kept(paper, actor, at)
    if not canonical(reason):
        raise IncomingRefusedError({"reason": _("Say why it is struck off.")})
    _move(paper, "strike", struck_because=canonical(reason)[:300], closed_at=at, closed_by=actor)
    _record("documents.strike_incoming", paper, actor, at, reason=paper.struck_because)
    _settle(paper, at)
    return paper


@transaction.atomic
def keep_scan(
    paper: IncomingPaper, content: bytes, *, reason: str = "", actor: User, at: datetime.datetime
) -> IncomingScan:
    """Another one replaces it with a reason, and the old one stays; the same file again is the same tap. Raises
    `IncomingRefusedError`."""
    paper = _kept(paper, actor, at)
    if paper.state == STRUCK:
        raise IncomingRefusedError(_("This paper is struck off."))
    _check_scan(content, at)
    sha256 = hashlib.sha256(content).hexdigest()
    before = IncomingScan.objects.filter(paper=paper, replaced_at=None).first()
    if before and before.sha256 == sha256:
        return before
    if before:
        if not canonical(reason):
            raise IncomingRefusedError({"reason": _("Say why the scan is replaced.")})
        before.replaced_at, before.replaced_because = at, canonical(reason)[:300]
        before.save(update_fields=["replaced_at", "replaced_because"])
    made = IncomingScan.objects.create(
        paper=paper, content=encrypt(content), sha256=sha256, size_bytes=len(content), added_at=at, added_by=actor
    )
    _record("documents.keep_scan", paper, actor, at, sha256=sha256, reason=before.replaced_because if before else None)
    return made


@transaction.atomic
def start_incoming(
    unit_id: int, year: int, code: str, number: int, *, actor: User, at: datetime.datetime
) -> IncomingBook:
    """`number` is the first that will be given: for an agency that changes over within the year. Only before the
    register gave one. Raises `IncomingRefusedError`."""
    _check(unit_id, code, actor, at)
    if not day_of(at).year <= year <= day_of(at).year + 1:
        raise IncomingRefusedError(_("Chosen for this year or the next one."))
    if not 1 <= number <= LARGEST_NUMBER:
        raise IncomingRefusedError({"number": _("A number lies between 1 and 999999.")})
    book = _book(unit_id, year, code)
    if book.papers.exists():
        raise IncomingRefusedError(_("This register has given numbers; it goes on without gaps."))
    book.last_number = number - 1
    book.save(update_fields=["last_number"])
    detail = {"year": str(year), "code": code, "first_number": number}
    record("documents.start_incoming", actor=actor, at=at, subject=book, unit_id=unit_id, detail=detail)
    return book


def _check(unit_id: int, code: str, actor: User, at: datetime.datetime) -> IncomingRule:
    """Whoever may; with the unit held, so that its numbers are given one after another."""
    permissions.may_keep_incoming(actor, unit_id, on=day_of(at)).or_refuse()
    if not (may := permissions.may_have_series(unit_id, on=day_of(at))):
        raise IncomingRefusedError(str(may.reason))
    rule = INCOMING.current().in_force(day_of(at))
    if code not in {one.code for one in rule.register}:
        raise IncomingRefusedError(_("There is no such register."))
    lock_unit(unit_id)
    return rule


def _check_entry(entry: Entry, arrived_on: datetime.date) -> None:
    if not canonical(entry.issuer) or not canonical(entry.summary):
        raise IncomingRefusedError(_("Say who issued the paper and what it is about."))
    if entry.issued_on and entry.issued_on > arrived_on:
        raise IncomingRefusedError({"issued_on": _("A paper is dated before it arrives.")})
    if entry.due_on and entry.due_on < arrived_on:
        raise IncomingRefusedError({"due_on": _("This day lies before the paper arrived.")})


def _check_new(book: IncomingBook, entry: Entry, *, but: IncomingPaper | None = None) -> None:
    """The same paper is registered once; one without number and symbol is not compared."""
    if not (symbol := canonical(entry.symbol)):
        return
    rows = IncomingPaper.objects.filter(book__unit_id=book.unit_id, symbol=symbol, issued_on=entry.issued_on)
    rows = rows.exclude(state=STRUCK).exclude(pk=but.pk if but else 0).select_related("book")
    if there := next((one for one in rows if folded(one.issuer) == folded(entry.issuer)), None):
        words = _("This paper is registered already, under number %(number)s.")
        raise IncomingRefusedError({"symbol": words % {"number": _number(there)}})


def _check_scan(content: bytes, at: datetime.datetime) -> None:
    largest = INCOMING.current().in_force(day_of(at)).largest_mb
    if len(content) > largest * 1024 * 1024:
        raise IncomingRefusedError({"scan": _("The file is larger than %(size)d MB.") % {"size": largest}})
    try:
        media_type = media_type_of(content)
    except AttachedFileError:
        media_type = ""
    if media_type != PDF:
        raise IncomingRefusedError({"scan": _("Only a PDF is taken.")})


def _book(unit_id: int, year: int, code: str) -> IncomingBook:
    """Made at its first use; the unit is held by whoever calls."""
    return all_incoming_book(unit_id, year, code) or IncomingBook.objects.create(unit_id=unit_id, year=year, code=code)


def _write(paper: IncomingPaper, entry: Entry) -> None:
    for name in Entry.__slots__:
        setattr(paper, name, _clean(getattr(entry, name)))
    day = day_words(paper.issued_on) if paper.issued_on else ""
    words = (str(paper.number), paper.issuer, paper.symbol, day, paper.summary, paper.note)
    paper.search_text = folded(" ".join(words))


def _clean(value: object) -> object:
    return canonical(value) if isinstance(value, str) and not isinstance(value, Urgency) else value


def _kept(paper: IncomingPaper, actor: User, at: datetime.datetime) -> IncomingPaper:
    """Held, by somebody who keeps the register."""
    permissions.may_keep_incoming(actor, paper.book.unit_id, on=day_of(at)).or_refuse()
    return _locked(paper)


def _locked(paper: IncomingPaper) -> IncomingPaper:
    lock_unit(paper.book.unit_id)
    return IncomingPaper.objects.select_for_update(of=("self",)).select_related("book").get(pk=paper.pk)


def _move(paper: IncomingPaper, verb: str, **values: object) -> None:
    """The only place that sets the state of an incoming paper."""
    try:
        paper.state = MOVES.find(paper.state, verb).end
    except NoSuchMoveError as error:
        words = _("Not possible any more: the paper is %(state)s.")
        raise IncomingRefusedError(words % {"state": paper.get_state_display()}) from error
    for name, value in values.items():
        setattr(paper, name, value)
    paper.save()


def _number(paper: IncomingPaper) -> str:
    return f"{paper.number}/{paper.book.year}"


def _told_key(paper: IncomingPaper) -> str:
    """How the causes begin by which units are told of the paper."""
    return f"{HANDED}:{paper.pk}:"


def _settle(paper: IncomingPaper, at: datetime.datetime) -> None:
    """Whoever was told of the paper has nothing left to do with it."""
    settle_all(HANDED, _told_key(paper), at=at)


def _tell(paper: IncomingPaper, at: datetime.datetime) -> None:
    message = Message(
        topic=HANDED,
        key=f"{_told_key(paper)}{at.isoformat()}",
        title=_("Handed to your unit: %(paper)s") % {"paper": f"{paper.symbol} {paper.summary}".strip()[:170]},
        address=reverse("documents:incoming_page", args=[paper.pk]),
    )
    notify(message, roles.holders(roles.UNIT_STAFF, paper.handed_unit_id or 0, on=day_of(at)), at=at)


def _record(action: str, paper: IncomingPaper, actor: User, at: datetime.datetime, **detail: object) -> None:
    record(action, actor=actor, at=at, subject=paper, unit_id=paper.book.unit_id, detail=detail)
