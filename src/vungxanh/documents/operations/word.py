"""A draft that was worked on in Word: read, compared, taken as the next version or not."""

import datetime
import hashlib
import io
import uuid

import docx
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from vungxanh.accounts.models import User
from vungxanh.audit.operations import record
from vungxanh.common.encryption import encrypt
from vungxanh.common.workflow import NoSuchMoveError
from vungxanh.documents.content import stored
from vungxanh.documents.models import Paper, WordReturn
from vungxanh.documents.operations.files import ready
from vungxanh.documents.operations.moves import day_of, locked, move, title_of
from vungxanh.documents.permissions import may_edit
from vungxanh.documents.printing import word
from vungxanh.documents.printing.opening import WordRefusedError, opened
from vungxanh.documents.printing.reading import ReadPaper, read_back
from vungxanh.documents.queries import all_waiting_return
from vungxanh.documents.rulebook import WORD_RETURNS
from vungxanh.documents.signals import paper_taken_over
from vungxanh.documents.workflow import DRAFT, WORD_RETURN


class WordReturnRefusedError(ValidationError):
    """The file is not read, or the draft is another one by now; nothing was changed."""


def read_word(paper: Paper, content: bytes, *, actor: User, at: datetime.datetime) -> WordReturn:
    """Reads the file and keeps it until somebody says whether it is taken; one that waited before is not taken. The
    draft stays as it is. Raises `WordReturnRefusedError`."""
    may_edit(actor, paper, on=day_of(at)).or_refuse()
    read = _read(paper, content, at)
    with transaction.atomic():
        current = locked(paper)
        if (current.state, current.edited_at) != (DRAFT, paper.edited_at):
            raise WordReturnRefusedError(_("The draft was changed meanwhile; look at it, then bring the file in."))
        if read.content == current.parts and not read.left_out:
            raise WordReturnRefusedError(_("The file says the same as the draft."))
        if waiting := all_waiting_return(current):
            _discard(waiting, actor, at)
        made = WordReturn(
            key=uuid.uuid4(),
            paper=current,
            docx=encrypt(content),
            sha256=hashlib.sha256(content).hexdigest(),
            size_bytes=len(content),
            content=stored(read.content),
            left_out=[list(one) for one in read.left_out],
            seen_at=current.edited_at,
            added_at=at,
            added_by=actor,
        )
        _move(made, "read", is_new=True)
        detail = {"sha256": made.sha256}
        record("documents.read_word", actor=actor, at=at, subject=current, unit_id=current.unit_id, detail=detail)
    return made


@transaction.atomic
def take_word(word_return: WordReturn, *, actor: User, at: datetime.datetime) -> Paper:
    """What was read becomes the next version, the draft before stays as replaced. Raises `WordReturnRefusedError`."""
    before, word_return = _both(word_return, actor, at)
    if before.state != DRAFT or before.edited_at != word_return.seen_at:
        raise WordReturnRefusedError(
            _("The draft was changed after this file was brought in. Download the draft again and bring in that one.")
        )
    move(before, "replace")
    content = word_return.parts
    made = Paper(
        kind=before.kind,
        unit_id=before.unit_id,
        addressee_id=before.addressee_id,
        subject_key=before.subject_key,
        version=before.version + 1,
        day=before.day,
        title=title_of(content),
        content=stored(content),
        state="",
        drafted_at=at,
        drafted_by=actor,
    )
    move(made, "draft")
    _move(word_return, "take", closed_at=at, closed_by=actor, made=made)
    detail = {"version": made.version, "sha256": word_return.sha256}
    record("documents.take_word", actor=actor, at=at, subject=made, unit_id=made.unit_id, detail=detail)
    paper_taken_over.send(sender=Paper, before=before, paper=made, actor=actor, at=at)
    return made


@transaction.atomic
def discard_word(word_return: WordReturn, *, actor: User, at: datetime.datetime) -> None:
    """It is not taken, and its bytes are erased; the draft stays. Raises `WordReturnRefusedError`."""
    _paper, word_return = _both(word_return, actor, at)
    _discard(word_return, actor, at)


def _read(paper: Paper, content: bytes, at: datetime.datetime) -> ReadPaper:
    rule = WORD_RETURNS.current().in_force(day_of(at))
    own = docx.Document(io.BytesIO(word.word(ready(paper))))
    try:
        return read_back(opened(content, rule), own, paper.parts, rule)
    except WordRefusedError as error:
        raise WordReturnRefusedError({"word": str(error)}) from error


def _both(word_return: WordReturn, actor: User, at: datetime.datetime) -> tuple[Paper, WordReturn]:
    """The paper first, whose lock keeps two apart."""
    paper = locked(word_return.paper)
    may_edit(actor, paper, on=day_of(at)).or_refuse()
    return paper, WordReturn.objects.get(pk=word_return.pk)


def _discard(word_return: WordReturn, actor: User, at: datetime.datetime) -> None:
    _move(word_return, "discard", closed_at=at, closed_by=actor, docx=None)
    paper, detail = word_return.paper, {"sha256": word_return.sha256}
    record("documents.discard_word", actor=actor, at=at, subject=paper, unit_id=paper.unit_id, detail=detail)


def _move(word_return: WordReturn, verb: str, *, is_new: bool = False, **values: object) -> None:
    """The only place that sets the state of a draft from Word."""
    try:
        word_return.state = WORD_RETURN.find(word_return.state, verb).end
    except NoSuchMoveError as error:
        words = _("Not possible any more: this file is %(state)s.")
        raise WordReturnRefusedError(words % {"state": word_return.get_state_display()}) from error
    for name, value in values.items():
        setattr(word_return, name, value)
    word_return.save(force_insert=is_new)
