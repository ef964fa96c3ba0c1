"""Drafts papers once a cause, edits their free parts, writes down how they were issued, withdraws them."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from vungxanh.accounts.models import User
from vungxanh.audit.operations import record
from vungxanh.common.codes import canonical_code, fresh_code
from vungxanh.documents import permissions
from vungxanh.documents.content import Stamp, may_be_signed, search_text, stored, type_code_of
from vungxanh.documents.enums import PaperState
from vungxanh.documents.kinds import Kind, Subject, Words
from vungxanh.documents.models import Paper
from vungxanh.documents.operations.files import keep_issued
from vungxanh.documents.operations.moves import PaperRefusedError, day_of, lock_unit, locked, move, title_of
from vungxanh.documents.operations.numbering import take_number
from vungxanh.documents.queries import all_latest, all_own_book
from vungxanh.documents.signals import paper_issued, paper_withdrawn
from vungxanh.documents.topics import DRAFTED, ISSUED
from vungxanh.notifications.operations import notify
from vungxanh.notifications.topics import Message
from vungxanh.organization import roles
from vungxanh.organization.enums import Role

CHECK_GROUPS = 4
"""79 bits: nobody guesses the code of a paper."""


@dataclass(frozen=True, slots=True)
class Edit:
    """What was typed into the free parts: texts by their place in the body, and who gets and who signs it. `seen_at`:
    when the draft that was on the page had been edited last."""

    seen_at: datetime.datetime | None
    texts: Mapping[int, str]
    recipients: tuple[str, ...]
    signature: tuple[str, ...]
    signer: str


def draft_once(kind: Kind, subject: Subject, *, at: datetime.datetime) -> Paper | None:
    """By the system: the first version for this cause; None where there is one already, whatever became of it."""
    with transaction.atomic():
        lock_unit(subject.unit_id)
        if all_latest(kind.code, subject):
            return None
        made = _draft(kind, subject, None, version=1, at=at)
        _tell_office(made, at)
    return made


def draft_again(kind: Kind, subject: Subject, *, actor: User, at: datetime.datetime) -> Paper:
    """By the Office: from the data as they are now. A draft before it is replaced, an issued paper stays."""
    permissions.may_draft(actor, subject.unit_id, on=day_of(at)).or_refuse()
    with transaction.atomic():
        lock_unit(subject.unit_id)
        before = all_latest(kind.code, subject)
        if before and before.state == PaperState.DRAFT:
            move(before, "replace")
        return _draft(kind, subject, actor, version=before.version + 1 if before else 1, at=at)


@transaction.atomic
def edit_paper(paper: Paper, edit: Edit, *, actor: User, at: datetime.datetime) -> Paper:
    paper = locked(paper)
    permissions.may_edit(actor, paper, on=day_of(at)).or_refuse()
    if edit.seen_at != paper.edited_at:
        raise PaperRefusedError(
            _("Somebody else changed this draft meanwhile. Look at it in another window, then keep yours.")
        )
    if not may_be_signed(edit.signature):
        raise PaperRefusedError(
            {"signature": _("Whoever signs for another stands in a line below: TL. …, then the post.")}
        )
    content = paper.parts.edited(edit.texts, recipients=edit.recipients, signature=edit.signature, signer=edit.signer)
    move(paper, "edit", content=stored(content), edited_at=at, edited_by=actor)
    record("documents.edit_paper", actor=actor, at=at, subject=paper, unit_id=paper.unit_id)
    return paper


@transaction.atomic
def issue_paper(
    paper: Paper,
    *,
    number: str,
    symbol: str,
    on: datetime.date,
    actor: User,
    at: datetime.datetime,
    check_address: str = "",
) -> Paper:
    """Writes down what the agency's own system gave: a number is given once a year and symbol. `check_address`: the
    page on which papers are looked up, as it is printed on this one; without it there is a code and no QR."""
    paper = locked(paper)
    permissions.may_issue(actor, paper, on=day_of(at)).or_refuse()
    if on > day_of(at):
        raise PaperRefusedError({"issued_on": _("This day has not come yet.")})
    if on < day_of(paper.drafted_at):
        raise PaperRefusedError({"issued_on": _("This day lies before the draft was made.")})
    if all_own_book(paper.unit_id, on.year):
        raise PaperRefusedError({"number": _("Numbers of %(year)d are given here, not typed.") % {"year": on.year}})
    return _issued(paper, actor, at, check_address, number=number, symbol=symbol, issued_on=on)


@transaction.atomic
def issue_numbered(paper: Paper, *, symbol: str, actor: User, at: datetime.datetime, check_address: str = "") -> Paper:
    """Under the next number of the unit's own series and the day of `at`. Where it fails no number is used up."""
    paper, day = locked(paper), day_of(at)
    permissions.may_issue(actor, paper, on=day).or_refuse()
    if not (may := permissions.may_have_series(paper.unit_id, on=day)):
        raise PaperRefusedError(str(may.reason))
    book = all_own_book(paper.unit_id, day.year)
    if book is None:
        raise PaperRefusedError(_("Numbers of %(year)d are typed, not given here.") % {"year": day.year})
    series = take_number(book, type_code_of(paper.parts.type_name, symbol))
    given = {"series": series, "series_number": series.last_number}
    number = str(series.last_number)
    return _issued(paper, actor, at, check_address, number=number, symbol=symbol, issued_on=day, **given)


def _issued(
    paper: Paper,
    actor: User,
    at: datetime.datetime,
    check_address: str,
    *,
    number: str,
    symbol: str,
    issued_on: datetime.date,
    **more: object,
) -> Paper:
    if unwritten := paper.parts.unwritten:
        raise PaperRefusedError(_("Still to be written: %(parts)s.") % {"parts": "; ".join(unwritten)})
    if unverified := paper.parts.unverified:
        refusal = _("Not compared with the source yet: %(rules)s. Correct the rule, then draft the paper again.")
        raise PaperRefusedError(refusal % {"rules": "; ".join(unverified)})
    given = Paper.objects.filter(unit_id=paper.unit_id, number=number, symbol=symbol, issued_on__year=issued_on.year)
    if other := given.first():
        words = _("This number was already given to “%(title)s”.") % {"title": other.title}
        raise PaperRefusedError({"number": words} if not more else words)
    searched = search_text(paper.parts, Stamp(number, symbol, issued_on))
    stamp = {"number": number, "symbol": symbol, "issued_on": issued_on, "search_text": searched, **more}
    check = {"check_code": canonical_code(fresh_code(CHECK_GROUPS)), "check_address": check_address}
    move(paper, "issue", issued_at=at, issued_by=actor, **stamp, **check)
    printed = keep_issued(paper, actor, at)
    detail = {"number": paper.full_number, "day": issued_on.isoformat(), "sha256": printed.sha256}
    record("documents.issue_paper", actor=actor, at=at, subject=paper, unit_id=paper.unit_id, detail=detail)
    _tell_addressee(paper, at, _("Issued to your unit: %(paper)s"))
    paper_issued.send(sender=Paper, paper=paper, actor=actor, at=at)
    return paper


@transaction.atomic
def withdraw_paper(paper: Paper, reason: str, *, actor: User, at: datetime.datetime) -> Paper:
    """It stays readable for those who drafted it, with the reason."""
    paper = locked(paper)
    permissions.may_withdraw(actor, paper, on=day_of(at)).or_refuse()
    if not reason.strip():
        raise PaperRefusedError({"reason": _("Say why it is withdrawn.")})
    move(paper, "withdraw", withdrawn_because=reason.strip()[:300], withdrawn_at=at, withdrawn_by=actor)
    detail = {"reason": paper.withdrawn_because}
    record("documents.withdraw_paper", actor=actor, at=at, subject=paper, unit_id=paper.unit_id, detail=detail)
    if paper.issued_on:
        _tell_addressee(paper, at, _("Withdrawn: %(paper)s"))
    paper_withdrawn.send(sender=Paper, paper=paper, actor=actor, at=at)
    return paper


def _draft(kind: Kind, subject: Subject, actor: User | None, *, version: int, at: datetime.datetime) -> Paper:
    content = kind.draft(subject, at)
    made = Paper(
        kind=kind.code,
        unit_id=subject.unit_id,
        addressee_id=subject.addressee_id,
        subject_key=subject.key,
        version=version,
        day=subject.day,
        title=title_of(content),
        content=stored(content),
        state="",
        drafted_at=at,
        drafted_by=actor,
    )
    move(made, "draft")
    detail = {"kind": kind.code, "version": version}
    record("documents.draft_paper", actor=actor, at=at, subject=made, unit_id=subject.unit_id, detail=detail)
    return made


def _tell_office(paper: Paper, at: datetime.datetime) -> None:
    message = Message(
        topic=DRAFTED,
        key=f"documents.drafted:{paper.pk}",
        title=paper.title[:200],
        address=reverse("documents:paper_page", args=[paper.pk]),
    )
    notify(message, roles.holders(Role.OFFICE, paper.unit_id, on=day_of(at)), at=at)


def _tell_addressee(paper: Paper, at: datetime.datetime, words: Words) -> None:
    """Those who answer for the unit to which it goes."""
    if paper.addressee_id is None:
        return
    message = Message(
        topic=ISSUED,
        key=f"documents.{paper.state}:{paper.pk}",
        title=words % {"paper": f"{paper.full_number}, {paper.title}"[:170]},
        address=reverse("documents:paper_page", args=[paper.pk]),
    )
    notify(message, roles.holders(roles.UNIT_STAFF, paper.addressee_id, on=day_of(at)), at=at)
