"""Keeps the files of an issued paper: what was printed at that moment, and what came back signed."""

import datetime
import hashlib

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from vungxanh.accounts.models import User
from vungxanh.audit.operations import record
from vungxanh.common.attached_files import PDF, AttachedFileError, holds_signature, media_type_of
from vungxanh.common.encryption import encrypt
from vungxanh.documents import permissions
from vungxanh.documents.enums import FileKind, PaperState
from vungxanh.documents.models import Paper, PaperFile
from vungxanh.documents.operations.moves import PaperRefusedError, day_of, locked
from vungxanh.documents.printing import pdf, word
from vungxanh.documents.printing.printed import Printed, draft_marks, printed
from vungxanh.documents.queries import all_file
from vungxanh.documents.rulebook import LAYOUT, PAPER_FILES

LONGEST_REASON = 300


def ready(paper: Paper, *, is_for_signing: bool = False) -> Printed:
    """The paper as it is printed now. A draft bears its marks, unless it is to be laid before whoever signs it."""
    is_marked = paper.state in (PaperState.DRAFT, PaperState.REPLACED) and not is_for_signing
    return printed(
        paper.parts,
        paper.stamp,
        LAYOUT.current().in_force(paper.day),
        day=paper.day,
        check=paper.printed_check,
        marks=draft_marks(paper.parts) if is_marked else (),
    )


def keep_issued(paper: Paper, actor: User, at: datetime.datetime) -> PaperFile:
    """PDF and DOCX as they are at the moment of issuing; returns the PDF. Call it in the transaction that issues."""
    ready_paper = ready(paper)
    made = (
        (FileKind.PDF, pdf.pdf(ready_paper), pdf.ENGINE),
        (FileKind.DOCX, word.word(ready_paper), word.ENGINE),
    )
    layout_from = ready_paper.layout.in_force_from
    first, _second = (
        _kept(paper, kind, content, actor, at, engine=engine, layout_from=layout_from) for kind, content, engine in made
    )
    return first


@transaction.atomic
def keep_signed(paper: Paper, content: bytes, *, reason: str = "", actor: User, at: datetime.datetime) -> PaperFile:
    """The paper with its signature, as a scan or signed digitally. Another one replaces it with a reason, and the old
    one stays; the same file again is the same tap. Raises `PaperRefusedError`."""
    paper = locked(paper)
    permissions.may_keep_signed(actor, paper, on=day_of(at)).or_refuse()
    if paper.state != PaperState.ISSUED:
        raise PaperRefusedError(
            _("Not possible any more: the paper is %(state)s.") % {"state": paper.get_state_display()}
        )
    _check_signed(content, at)
    before = all_file(paper, FileKind.SIGNED)
    if before and before.sha256 == hashlib.sha256(content).hexdigest():
        return before
    if before:
        _replace(before, reason, actor, at)
    kept = _kept(paper, FileKind.SIGNED, content, actor, at, has_signature=holds_signature(content))
    detail = {"sha256": kept.sha256, "reason": reason.strip()[:LONGEST_REASON] if before else None}
    record("documents.keep_signed", actor=actor, at=at, subject=paper, unit_id=paper.unit_id, detail=detail)
    return kept


def _check_signed(content: bytes, at: datetime.datetime) -> None:
    largest = PAPER_FILES.current().in_force(day_of(at)).largest_mb
    if len(content) > largest * 1024 * 1024:
        raise PaperRefusedError({"signed": _("The file is larger than %(size)d MB.") % {"size": largest}})
    try:
        media_type = media_type_of(content)
    except AttachedFileError:
        media_type = ""
    if media_type != PDF:
        raise PaperRefusedError(
            {"signed": _("Only a PDF is taken: signed digitally, or the scan of the signed sheet.")}
        )


def _replace(before: PaperFile, reason: str, actor: User, at: datetime.datetime) -> None:
    if not reason.strip():
        raise PaperRefusedError(_("Say why the signed paper is replaced."))
    before.replaced_at, before.replaced_by, before.replaced_because = at, actor, reason.strip()[:LONGEST_REASON]
    before.save(update_fields=["replaced_at", "replaced_by", "replaced_because"])


def _kept(
    paper: Paper, kind: FileKind, content: bytes, actor: User, at: datetime.datetime, **more: object
) -> PaperFile:
    return PaperFile.objects.create(
        paper=paper,
        kind=kind,
        content=encrypt(content),
        sha256=hashlib.sha256(content).hexdigest(),
        size_bytes=len(content),
        added_at=at,
        added_by=actor,
        **more,
    )
