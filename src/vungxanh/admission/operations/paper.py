"""Declarations entered from a paper sheet, and the photographs that prove the sheet."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from vungxanh.accounts.models import User
from vungxanh.admission.models import PaperEntry, PaperSheet, SheetPhotograph
from vungxanh.admission.operations.declaring import Outcome, submit_declarations
from vungxanh.admission.permissions import Entering, may_read_sheets, may_withdraw_photograph
from vungxanh.admission.rulebook import PHOTOGRAPHS, PhotographRule
from vungxanh.admission.submission import NewDeclaration, Refused
from vungxanh.audit.operations import record
from vungxanh.common.clock import ZONE
from vungxanh.common.photographs import Photograph, PhotographError, cleaned_photograph
from vungxanh.screening.enums import Window

OF_ANOTHER_SHEET = _("This very photograph was sent for sheet %(number)s already; take one of this sheet.")


class SheetError(ValidationError):
    """The photograph is not taken, or not any more; nothing was changed."""


@dataclass(frozen=True, slots=True)
class SheetOf:
    """Which sheet: its unit, day and window. It is kept from the first entry or photograph on."""

    unit_id: int
    day: datetime.date
    window: Window


@transaction.atomic
def enter_sheet(of: SheetOf, batch: Sequence[NewDeclaration], *, at: datetime.datetime) -> list[Outcome]:
    """As `submit_declarations`, which judges and refuses; what is accepted is bound to the sheet."""
    outcomes = submit_declarations(batch, at=at)
    entered = [new.person.pseudonym for new, one in zip(batch, outcomes, strict=True) if not isinstance(one, Refused)]
    if entered:
        sheet = _kept(of)
        entries = [PaperEntry(sheet=sheet, subject=subject) for subject in entered]
        PaperEntry.objects.bulk_create(entries, ignore_conflicts=True)
    return outcomes


def add_photograph(of: SheetOf, content: bytes, *, actor: User, at: datetime.datetime) -> SheetPhotograph:
    """The same file again is the same photograph. Raises `SheetError`."""
    today = at.astimezone(ZONE).date()
    entering, rule = Entering(today), PHOTOGRAPHS.current().in_force(today)
    entering.may_enter_sheets(actor, of.unit_id).or_refuse()
    if not entering.takes_sheets_of(of.day, at=at):
        raise SheetError(_("Photographs are taken for as long as the sheet may be entered; this day is over."))
    try:
        photograph = cleaned_photograph(content, longest_edge=rule.longest_edge)
    except PhotographError as error:
        raise SheetError(str(error)) from error
    try:
        return _added(of, photograph, rule, actor=actor, at=at)
    except IntegrityError:
        there = SheetPhotograph.objects.get(received_sha256=photograph.received_sha256, withdrawn_at__isnull=True)
        return _same(of, there)


@transaction.atomic
def _added(
    of: SheetOf, photograph: Photograph, rule: PhotographRule, *, actor: User, at: datetime.datetime
) -> SheetPhotograph:
    sheet = PaperSheet.objects.select_for_update().get(pk=_kept(of).pk)
    stands = SheetPhotograph.objects.filter(withdrawn_at__isnull=True)
    if there := stands.filter(received_sha256=photograph.received_sha256).first():
        return _same(of, there)
    if sheet.photographs.filter(withdrawn_at__isnull=True).count() >= rule.most_per_sheet:
        words = _("A sheet has at most %(count)d photographs; this one is not kept.")
        raise SheetError(words % {"count": rule.most_per_sheet})
    added = SheetPhotograph.objects.create(
        sheet=sheet,
        **photograph.columns,
        size_bytes=len(photograph.content),
        added_at=at,
        added_by_id=actor.pk,
    )
    _record("admission.add_photograph", added, actor, at)
    return added


def _kept(of: SheetOf) -> PaperSheet:
    sheet, _is_new = PaperSheet.objects.get_or_create(unit_id=of.unit_id, day=of.day, window=of.window)
    return sheet


def _same(of: SheetOf, there: SheetPhotograph) -> SheetPhotograph:
    if (there.sheet.unit_id, there.sheet.day, there.sheet.window) != (of.unit_id, of.day, of.window):
        raise SheetError(OF_ANOTHER_SHEET % {"number": there.sheet})
    return there


@transaction.atomic
def withdraw_photograph(photograph: SheetPhotograph, *, actor: User, at: datetime.datetime) -> None:
    """Taken by mistake: its content is gone at once. A second time changes nothing."""
    photograph = SheetPhotograph.objects.select_for_update().get(pk=photograph.pk)
    if photograph.withdrawn_at:
        return
    may_withdraw_photograph(actor, photograph, at=at).or_refuse()
    photograph.withdraw(at)
    _record("admission.withdraw_photograph", photograph, actor, at)


@transaction.atomic
def read_photograph(photograph: SheetPhotograph, *, actor: User, at: datetime.datetime) -> bytes:
    """The JPEG, and a row in the trail: a sheet shows the answers of everybody on it. Raises `SheetError` where its
    content is gone."""
    may_read_sheets(actor, photograph.sheet.unit_id, on=at.astimezone(ZONE).date()).or_refuse()
    if photograph.content is None:
        raise SheetError(_("The picture is not kept any more."))
    _record("admission.read_photograph", photograph, actor, at, is_read=True)
    return photograph.picture


def _record(
    action: str, photograph: SheetPhotograph, actor: User, at: datetime.datetime, *, is_read: bool = False
) -> None:
    sheet = photograph.sheet
    detail = {"sheet": str(sheet), "sha256": photograph.sha256}
    record(action, actor=actor, at=at, subject=sheet, unit_id=sheet.unit_id, is_read=is_read, detail=detail)


@transaction.atomic
def erase_photographs(*, at: datetime.datetime) -> int:
    """The pictures of sheets older than the rule keeps them; that they were there is kept. Returns how many."""
    today = at.astimezone(ZONE).date()
    first_kept = today - datetime.timedelta(days=PHOTOGRAPHS.current().in_force(today).keep_days)
    old = SheetPhotograph.objects.filter(sheet__day__lt=first_kept, content__isnull=False)
    erased = old.update(content=None, erased_at=at)
    if erased:
        subject = ("admission.sheetphotograph", first_kept.isoformat())
        record("admission.erase_photographs", actor=None, at=at, subject=subject, detail={"photographs": erased})
    return erased
