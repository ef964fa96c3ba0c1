"""What is written down at the place: results, remarks, who was present, conclusions, recommendations, photographs.

Only what somebody changed is written, so that two people with two phones do not undo each other's work.
"""

import datetime
import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from vungxanh.accounts.models import User
from vungxanh.audit.operations import record
from vungxanh.common.clock import ZONE
from vungxanh.common.photographs import PhotographError, cleaned_photograph
from vungxanh.common.vietnamese import canonical_text
from vungxanh.common.workflow import NoSuchMoveError
from vungxanh.directing.enums import RecommendationState, RecommendationVerb
from vungxanh.directing.models import (
    Recommendation,
    RecommendationEntry,
    Supervision,
    SupervisionItem,
    SupervisionPhotograph,
)
from vungxanh.directing.operations.supervision import SupervisionError, check_not_too_far, move_supervision
from vungxanh.directing.permissions import may_move_supervision
from vungxanh.directing.queries.supervision import people_of, supervisions_visible_to
from vungxanh.directing.rulebook import SUPERVISION_RULE


@dataclass(frozen=True, slots=True)
class Proposal:
    """A recommendation as it is written down; `pk` is None for a new one."""

    pk: int | None
    text: str
    due_date: datetime.date
    answerable_id: int | None = None
    is_removed: bool = False


@dataclass(frozen=True, slots=True)
class Recorded:
    """What changed; None and what is not in a mapping stays. Items by id."""

    present: str | None = None
    conclusions: str | None = None
    results: Mapping[int, str] = field(default_factory=dict)
    remarks: Mapping[int, str] = field(default_factory=dict)
    proposals: Sequence[Proposal] = ()
    withdrawn_photographs: Collection[uuid.UUID] = ()


@transaction.atomic
def record_supervision(
    supervision: Supervision, recorded: Recorded, *, actor: User, at: datetime.datetime
) -> Supervision:
    """Raises `SupervisionError` where the visit is not under way any more."""
    supervision = _under_way(supervision, actor, at)
    for name in ("present", "conclusions"):
        if (text := getattr(recorded, name)) is not None:
            setattr(supervision, name, canonical_text(text))
    supervision.save(update_fields=["present", "conclusions"])
    _write_items(supervision, recorded, actor, at)
    for proposal in recorded.proposals:
        _write_proposal(supervision, proposal, actor, at)
    for photograph in supervision.photographs.filter(
        key__in=list(recorded.withdrawn_photographs), withdrawn_at__isnull=True
    ):
        photograph.withdraw(at)
    changed = sorted({*map(str, recorded.results), *map(str, recorded.remarks)}, key=int)
    detail = {"items": changed, "recommendations": len(recorded.proposals)}
    record(
        "directing.record_supervision",
        actor=actor,
        at=at,
        subject=supervision,
        unit_id=supervision.unit_id,
        detail=detail,
    )
    return supervision


@transaction.atomic
def record_and_send(supervision: Supervision, recorded: Recorded, *, actor: User, at: datetime.datetime) -> Supervision:
    """What was typed, and the minutes on their way to the unit: both or nothing, so that a page sent again after a
    refusal brings nothing twice. Raises `SupervisionError`."""
    record_supervision(supervision, recorded, actor=actor, at=at)
    return move_supervision(supervision, "send_minutes", actor=actor, at=at)


def _write_items(supervision: Supervision, recorded: Recorded, actor: User, at: datetime.datetime) -> None:
    for item in supervision.items.filter(pk__in={*recorded.results, *recorded.remarks}):
        item.result = recorded.results.get(item.pk, item.result)
        item.remark = canonical_text(recorded.remarks.get(item.pk, item.remark))
        item.recorded_at, item.recorded_by = at, actor
        item.save(update_fields=["result", "remark", "recorded_at", "recorded_by"])


def _write_proposal(supervision: Supervision, proposal: Proposal, actor: User, at: datetime.datetime) -> None:
    """Removed ones were not given to the unit yet: they go, and those after them move up."""
    text, today = canonical_text(proposal.text), at.astimezone(ZONE).date()
    answerable = proposal.answerable_id
    if answerable and answerable not in {person.pk for person in people_of(supervision.unit_id, on=today)}:
        raise SupervisionError(_("Whoever answers for it has to work in the unit."))
    kept = supervision.recommendations.filter(pk=proposal.pk).first() if proposal.pk else None
    if proposal.is_removed:
        if kept:
            _remove(kept)
        return
    if not text:
        raise SupervisionError(_("Say what the unit is to do."))
    if proposal.due_date < today:
        raise SupervisionError(_("The last day of a recommendation is over."))
    check_not_too_far(proposal.due_date, at)
    if kept:
        kept.text, kept.due_date, kept.answerable_id = text, proposal.due_date, answerable
        kept.save(update_fields=["text", "due_date", "answerable"])
        return
    made = Recommendation.objects.create(
        supervision=supervision,
        number=supervision.recommendations.count() + 1,
        text=text,
        due_date=proposal.due_date,
        answerable_id=answerable,
        state=RecommendationState.OPEN,
    )
    RecommendationEntry.objects.create(recommendation=made, verb=RecommendationVerb.PROPOSE, at=at, by=actor)


def _remove(recommendation: Recommendation) -> None:
    later = recommendation.supervision.recommendations.filter(number__gt=recommendation.number).order_by("number")
    following = list(later)
    recommendation.delete()
    for one in following:
        one.number -= 1
        one.save(update_fields=["number"])


def add_photograph(
    supervision: Supervision, item: SupervisionItem, content: bytes, *, actor: User, at: datetime.datetime
) -> SupervisionPhotograph:
    """Of something that is looked at; the same file again is the same photograph. Raises `SupervisionError`."""
    with transaction.atomic():
        supervision = _under_way(supervision, actor, at)
    return keep_photograph(supervision, content, item=item, entry=None, actor=actor, at=at)


def keep_photograph(
    supervision: Supervision,
    content: bytes,
    *,
    item: SupervisionItem | None,
    entry: RecommendationEntry | None,
    actor: User,
    at: datetime.datetime,
) -> SupervisionPhotograph:
    """Of an item or of an entry, by whoever was found to be allowed to. Raises `SupervisionError`."""
    rule = SUPERVISION_RULE.current().in_force(at.astimezone(ZONE).date())
    try:
        photograph = cleaned_photograph(content, longest_edge=rule.longest_edge)
    except PhotographError as error:
        raise SupervisionError(str(error)) from error
    standing = SupervisionPhotograph.objects.filter(supervision=supervision, withdrawn_at__isnull=True)
    if there := standing.filter(received_sha256=photograph.received_sha256).first():
        return there
    if standing.filter(item=item, entry=entry).count() >= rule.most_photographs:
        words = _("At most %(count)d photographs stand there; this one is not kept.")
        raise SupervisionError(words % {"count": rule.most_photographs})
    try:
        with transaction.atomic():
            added = SupervisionPhotograph.objects.create(
                supervision=supervision, item=item, entry=entry, **photograph.columns, added_at=at, added_by=actor
            )
            _record_photograph("directing.add_photograph", added, actor, at)
    except IntegrityError:
        return standing.get(received_sha256=photograph.received_sha256)
    return added


@transaction.atomic
def read_photograph(photograph: SupervisionPhotograph, *, actor: User, at: datetime.datetime) -> bytes:
    """The JPEG, and a row in the trail: it may show people. Raises `SupervisionError`."""
    seen = supervisions_visible_to(actor, on=at.astimezone(ZONE).date())
    if photograph.content is None or not seen.filter(pk=photograph.supervision_id).exists():
        raise SupervisionError(_("The picture is not kept any more."))
    _record_photograph("directing.read_photograph", photograph, actor, at, is_read=True)
    return photograph.picture


@transaction.atomic
def erase_photographs(*, at: datetime.datetime) -> int:
    """The pictures of visits older than the rule keeps them; that they were there is kept. Returns how many."""
    today = at.astimezone(ZONE).date()
    first_kept = today - datetime.timedelta(days=SUPERVISION_RULE.current().in_force(today).keep_days)
    old = SupervisionPhotograph.objects.filter(supervision__day__lt=first_kept, content__isnull=False)
    erased = old.update(content=None, erased_at=at)
    if erased:
        subject = ("directing.supervisionphotograph", first_kept.isoformat())
        record("directing.erase_photographs", actor=None, at=at, subject=subject, detail={"photographs": erased})
    return erased


def _under_way(supervision: Supervision, actor: User, at: datetime.datetime) -> Supervision:
    supervision = Supervision.objects.select_for_update().get(pk=supervision.pk)
    try:
        may_move_supervision(actor, supervision, "record", on=at.astimezone(ZONE).date()).or_refuse()
    except NoSuchMoveError as error:
        words = _("The visit stands otherwise by now: %(state)s.")
        raise SupervisionError(words % {"state": supervision.get_state_display()}) from error
    return supervision


def _record_photograph(
    action: str, photograph: SupervisionPhotograph, actor: User, at: datetime.datetime, *, is_read: bool = False
) -> None:
    supervision = photograph.supervision
    detail = {"sha256": photograph.sha256}
    record(action, actor=actor, at=at, subject=supervision, unit_id=supervision.unit_id, is_read=is_read, detail=detail)
