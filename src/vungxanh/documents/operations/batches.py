"""Orders papers for many units, makes them group by group in the worker, cancels them, erases their files."""

import datetime
import uuid
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import msgspec
from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from vungxanh.accounts.models import User
from vungxanh.audit.operations import event, record, record_all
from vungxanh.common.encryption import encrypt
from vungxanh.common.workflow import NoSuchMoveError
from vungxanh.documents.content import Content, Stamp, may_be_signed, stored
from vungxanh.documents.enums import BatchState, PaperState
from vungxanh.documents.fields import FIELDS, fields_of, filled, stray_braces
from vungxanh.documents.kinds import Words
from vungxanh.documents.letters import LETTER_CODE
from vungxanh.documents.models import Paper, PaperBatch, PaperBatchItem
from vungxanh.documents.operations.moves import day_of, lock_unit, move, title_of
from vungxanh.documents.permissions import may_draft
from vungxanh.documents.printing import pdf
from vungxanh.documents.printing.filling import WordForm
from vungxanh.documents.printing.printed import Printed, printed
from vungxanh.documents.queries import all_drafts_left, all_field_values, all_next_batch, all_waiting_items
from vungxanh.documents.rulebook import LAYOUT, PAPER_BATCHES
from vungxanh.documents.topics import BATCH_DONE
from vungxanh.documents.workflow import BATCH
from vungxanh.notifications.operations import notify
from vungxanh.notifications.topics import Message
from vungxanh.organization.tree import Tree, all_tree_on

GROUP = 25
"""So many papers are written in one transaction: what is lost when a worker is killed, and made again."""
NAMED = 5
"""So many units are named in a fault; the number tells the rest."""


class BatchRefusedError(ValidationError):
    """Nothing was ordered or changed; every fault is told at once."""


@dataclass(frozen=True, slots=True)
class Made:
    """A paper that is printed and not yet written down."""

    item: PaperBatchItem
    content: Content
    docx: bytes
    pdf: bytes


@transaction.atomic
def order_papers(
    key: uuid.UUID, unit_id: int, content: Content, unit_ids: Collection[int], *, actor: User, at: datetime.datetime
) -> PaperBatch:
    """A paper for each of the units, which lie at or below `unit_id`; the worker makes them. The same `key` again is
    the same tap, and so is the same letter to the same units while it is being made. Raises `BatchRefusedError`."""
    may_draft(actor, unit_id, on=day_of(at)).or_refuse()
    lock_unit(unit_id)
    if there := _same_order(key, unit_id, content, unit_ids, actor):
        return there
    tree = all_tree_on(day_of(at))
    values = all_field_values([one for one in unit_ids if one in tree], tree, on=day_of(at))
    if faults := list(_faults(unit_id, content, unit_ids, values, tree, at)):
        raise BatchRefusedError(faults)
    batch = PaperBatch(
        key=key,
        unit_id=unit_id,
        title=title_of(content),
        content=stored(content),
        day=day_of(at),
        ordered_at=at,
        ordered_by=actor,
    )
    _move(batch, "order", is_new=True)
    wanted, used = set(unit_ids), fields_of(content)
    places = enumerate(node.id for node in tree if node.id in wanted)
    PaperBatchItem.objects.bulk_create(
        PaperBatchItem(batch=batch, unit_id=one, place=place, values={field: values[one][field] for field in used})
        for place, one in places
    )
    _record("documents.order_papers", batch, actor, at, papers=len(wanted))
    return batch


def make_next_papers(*, at: datetime.datetime, most: int = GROUP) -> int:
    """The next papers of the batch that waits longest; how many were looked at, 0 where nothing waits. They are printed
    before the transaction that writes them: two workers may print the same paper, and one writes it."""
    batch = all_next_batch()
    if batch is None:
        return 0
    items = all_waiting_items(batch, most)
    made = _printed(batch, items)
    return max(_kept(batch, made, at), 1)


@transaction.atomic
def cancel_papers(batch: PaperBatch, *, actor: User, at: datetime.datetime) -> PaperBatch:
    """No more are made, and the drafts that were made are withdrawn, but for those that somebody has changed, drafted
    again or brought back from Word since: they stay (`queries.all_drafts_left`). Raises `BatchRefusedError`."""
    may_draft(actor, batch.unit_id, on=day_of(at)).or_refuse()
    batch = _locked(batch)
    _move(batch, "cancel", ended_at=at, cancelled_by=actor)
    rows = Paper.objects.select_for_update().filter(batch_item__batch=batch, state=PaperState.DRAFT)
    drafts = list(rows.filter(edited_at=None))
    why = "Hủy đợt soạn văn bản cho nhiều đơn vị"
    for one in drafts:
        move(one, "withdraw", withdrawn_because=why, withdrawn_at=at, withdrawn_by=actor)
    record_all(
        event("documents.withdraw_paper", actor=actor, at=at, subject=one, unit_id=one.unit_id, detail={"reason": why})
        for one in drafts
    )
    _record("documents.cancel_papers", batch, actor, at, papers=len(drafts), kept=all_drafts_left(batch).count())
    return batch


@transaction.atomic
def erase_batch_files(*, at: datetime.datetime) -> int:
    """Files of batches that ended so long ago as the rule says; how many batches. The papers stay."""
    kept = datetime.timedelta(days=PAPER_BATCHES.current().in_force(day_of(at)).keep_days)
    old = PaperBatch.objects.filter(ended_at__lte=at - kept, erased_at=None).select_for_update()
    batches = list(old.order_by("pk"))
    PaperBatchItem.objects.filter(batch__in=batches).update(docx=None, pdf=None)
    for one in batches:
        one.erased_at = at
        one.save(update_fields=["erased_at"])
        _record("documents.erase_files", one, None, at)
    return len(batches)


def _same_order(
    key: uuid.UUID, unit_id: int, content: Content, unit_ids: Collection[int], actor: User
) -> PaperBatch | None:
    if there := PaperBatch.objects.filter(key=key).first():
        if (there.unit_id, there.ordered_by_id) != (unit_id, actor.pk):
            raise BatchRefusedError(_("This page was sent before; open a new one."))
        return there
    for one in PaperBatch.objects.filter(unit_id=unit_id, state=BatchState.RUNNING):
        if one.parts == content and set(one.items.values_list("unit_id", flat=True)) == set(unit_ids):
            return one
    return None


def _faults(
    unit_id: int,
    content: Content,
    unit_ids: Collection[int],
    values: Mapping[int, Mapping[str, str]],
    tree: Tree,
    at: datetime.datetime,
) -> Iterator[Words]:
    """Everything that is wrong, not only the first."""
    most = PAPER_BATCHES.current().in_force(day_of(at)).most_units
    below = {node.id for node in tree.below(unit_id)} if unit_id in tree else set()
    if not unit_ids:
        yield _("Choose at least one unit.")
    if len(unit_ids) > most:
        yield _("At most %(most)d units at once.") % {"most": most}
    if set(unit_ids) - below:
        yield _("A unit of the list does not belong to yours.")
    if not may_be_signed(content.signature):
        yield _("Whoever signs for another stands in a line below: TL. …, then the post.")
    for text in stray_braces(content):
        yield _("A brace has no other one: “%(text)s”.") % {"text": text[:80]}
    for field in fields_of(content):
        if field not in FIELDS:
            yield _("There is no field {%(field)s}.") % {"field": field[:80]}
        elif missing := [tree[one].short_name for one in values if field not in values[one]]:
            yield _missing(field, missing)


def _missing(field: str, units: Sequence[str]) -> Words:
    names = ", ".join(units[:NAMED]) + (", …" if len(units) > NAMED else "")
    words = ngettext_lazy(
        "The field {%(field)s} gives nothing for %(count)d unit: %(units)s.",
        "The field {%(field)s} gives nothing for %(count)d units: %(units)s.",
        "count",
    )
    return words % {"field": field, "count": len(units), "units": names}


def _printed(batch: PaperBatch, items: Sequence[PaperBatchItem]) -> list[Made]:
    content = batch.parts
    form = _word_form(msgspec.json.encode(content), batch.day)
    made = []
    for item in items:
        own = filled(content, item.values)
        made.append(Made(item, own, form.filled(item.values), pdf.pdf(_ready(own, batch.day))))
    return made


@lru_cache(maxsize=2)
def _word_form(content: bytes, day: datetime.date) -> WordForm:
    return WordForm(_ready(msgspec.json.decode(content, type=Content), day))


def _ready(content: Content, day: datetime.date) -> Printed:
    return printed(content, Stamp(), LAYOUT.current().in_force(day), day=day)


@transaction.atomic
def _kept(batch: PaperBatch, made: Sequence[Made], at: datetime.datetime) -> int:
    """Writes those that nobody wrote meanwhile; after the last one the batch is done."""
    batch = _locked(batch)
    if batch.state != BatchState.RUNNING:
        return 0
    waiting = PaperBatchItem.objects.filter(batch=batch, paper=None)
    free = set(waiting.filter(pk__in=[one.item.pk for one in made]).values_list("pk", flat=True))
    written = [_write(batch, one, at) for one in made if one.item.pk in free]
    record_all(
        event(
            "documents.draft_paper",
            actor=batch.ordered_by,
            at=at,
            subject=one,
            unit_id=one.unit_id,
            detail={"kind": one.kind, "version": one.version},
        )
        for one in written
    )
    if not waiting.exists():
        _move(batch, "finish", ended_at=at)
        _record("documents.finish_papers", batch, None, at)
        _tell(batch, at)
    return len(written)


def _write(batch: PaperBatch, made: Made, at: datetime.datetime) -> Paper:
    paper = Paper(
        kind=LETTER_CODE,
        unit_id=batch.unit_id,
        addressee_id=made.item.unit_id,
        subject_key=f"{batch.pk}/{made.item.unit_id}",
        day=batch.day,
        title=title_of(made.content),
        content=stored(made.content),
        state="",
        drafted_at=at,
        drafted_by=batch.ordered_by,
    )
    move(paper, "draft")
    made.item.paper, made.item.docx, made.item.pdf = paper, encrypt(made.docx), encrypt(made.pdf)
    made.item.save(update_fields=["paper", "docx", "pdf"])
    return paper


def _locked(batch: PaperBatch) -> PaperBatch:
    """The unit first, as for every paper."""
    lock_unit(batch.unit_id)
    return PaperBatch.objects.select_for_update(of=("self",)).select_related("ordered_by").get(pk=batch.pk)


def _move(batch: PaperBatch, verb: str, *, is_new: bool = False, **values: object) -> None:
    """The only place that sets the state of a batch."""
    try:
        batch.state = BATCH.find(batch.state, verb).end
    except NoSuchMoveError as error:
        words = _("Not possible any more: these papers are %(state)s.")
        raise BatchRefusedError(words % {"state": batch.get_state_display()}) from error
    for name, value in values.items():
        setattr(batch, name, value)
    batch.save(force_insert=is_new)


def _tell(batch: PaperBatch, at: datetime.datetime) -> None:
    message = Message(
        topic=BATCH_DONE,
        key=f"documents.batch:{batch.pk}",
        title=_("Papers are made: %(title)s") % {"title": batch.title[:150]},
        address=reverse("documents:batch_page", args=[batch.pk]),
    )
    notify(message, [batch.ordered_by], at=at)


def _record(action: str, batch: PaperBatch, actor: User | None, at: datetime.datetime, **detail: object) -> None:
    record(action, actor=actor, at=at, subject=batch, unit_id=batch.unit_id, detail=detail)
