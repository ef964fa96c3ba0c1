"""Proposes targets, approves and refuses them, takes them back; an approved one replaces that of the same months."""

import datetime
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from vungxanh.accounts.models import User
from vungxanh.audit.operations import event, record, record_all
from vungxanh.common.clock import ZONE
from vungxanh.common.vietnamese import canonical
from vungxanh.common.workflow import NoSuchMoveError
from vungxanh.notifications.operations import notify, notify_all, settle_all
from vungxanh.notifications.topics import Message
from vungxanh.organization import roles
from vungxanh.organization.models import Unit
from vungxanh.organization.tree import all_tree_on
from vungxanh.production.enums import TargetState
from vungxanh.production.imports import LARGEST
from vungxanh.production.models import ProductionTarget
from vungxanh.production.operations.figures import LONGEST, ProductionError
from vungxanh.production.permissions import may_enter, may_move_target
from vungxanh.production.queries.places import CHECK
from vungxanh.production.rulebook import DAY, next_month, rule_on, term_of
from vungxanh.production.topics import TARGET_DECIDED, TARGET_PROPOSED
from vungxanh.production.workflow import TARGET

MOST_MONTHS = 60


@dataclass(frozen=True, slots=True)
class Proposed:
    """`first_month`, `last_month`: the first day of each, both months included. `basis`: the paper, or the reason."""

    unit_id: int
    indicator: str
    first_month: datetime.date
    last_month: datetime.date
    value: Decimal
    basis: str

    @property
    def last_day(self) -> datetime.date:
        return next_month(self.last_month) - DAY

    @property
    def months(self) -> int:
        return (self.last_month.year - self.first_month.year) * 12 + self.last_month.month - self.first_month.month + 1


class TargetBook:
    """What proposals are held against; the units stay locked until the end of the transaction."""

    def __init__(self, proposed: Collection[Proposed], at: datetime.datetime) -> None:
        units = {one.unit_id for one in proposed}
        list(Unit.objects.select_for_update(no_key=True).filter(pk__in=units).order_by("pk"))
        self.rule = rule_on(at.astimezone(ZONE).date())
        standing = ProductionTarget.objects.filter(unit_id__in=units, state__in=["PROPOSED", "APPROVED"])
        self.standing: dict[tuple[int, str], list[ProductionTarget]] = {}
        for one in standing:
            self.standing.setdefault((one.unit_id, one.indicator), []).append(one)

    def is_same(self, proposed: Proposed) -> bool:
        """It waits or is approved just so."""
        return any(
            (one.first_day, one.last_day, one.value) == (proposed.first_month, proposed.last_day, proposed.value)
            for one in self.standing.get((proposed.unit_id, proposed.indicator), [])
        )

    def refusal(self, proposed: Proposed) -> tuple[str, str | Promise] | None:
        """The name of the part that is wrong, and why."""
        term = self.rule.named(proposed.indicator)
        if term is None:
            return "indicator", _("The catalogue in force has no indicator with this code.")
        if proposed.first_month.day != 1 or proposed.last_month.day != 1:
            return "first_month", _("A target is of whole months.")
        if not 1 <= proposed.months <= MOST_MONTHS:
            return "last_month", _("The last month lies before the first one, or far behind it.")
        if not 0 <= proposed.value < LARGEST or (not proposed.value and term.better == "HIGHER"):
            return "value", _("The target is 0, negative or too large.")
        if proposed.value != round(proposed.value, term.decimals):
            words = _("At most {count} digits after the comma, in {unit}.")
            return "value", format_lazy(words, count=term.decimals, unit=term.unit)
        return self._overlap(proposed)

    def _overlap(self, proposed: Proposed) -> tuple[str, str | Promise] | None:
        """The same months again are a new target in place of the old one; others must not have a month of it."""
        first, last = proposed.first_month, proposed.last_day
        for one in self.standing.get((proposed.unit_id, proposed.indicator), []):
            is_like = (one.first_day, one.last_day) == (first, last)
            if is_like and one.state == TargetState.PROPOSED:
                return "value", _("Another target of these months waits for approval; it is decided first.")
            if not is_like and one.first_day <= last and one.last_day >= first:
                words = _("It shares months with the target {span}: give the same months, or have that one taken back.")
                return "first_month", format_lazy(words, span=span_words(one))
        return None


def span_words(target: ProductionTarget) -> str:
    return f"{target.first_day:%m/%Y} – {target.last_day:%m/%Y}"


@transaction.atomic
def propose_target(proposed: Proposed, *, actor: User | None, at: datetime.datetime) -> ProductionTarget:
    """The same again while it stands is the same target. Raises `ProductionError` by part."""
    may_enter(actor, proposed.unit_id, on=at.astimezone(ZONE).date()).or_refuse()
    book = TargetBook([proposed], at)
    if book.is_same(proposed):
        own = book.standing[proposed.unit_id, proposed.indicator]
        return next(one for one in own if (one.first_day, one.value) == (proposed.first_month, proposed.value))
    if not canonical(proposed.basis):
        raise ProductionError({"basis": _("Say on what the target rests.")})
    if refusal := book.refusal(proposed):
        raise ProductionError({refusal[0]: refusal[1]})
    [made] = write_targets([proposed], actor=actor, at=at)
    return made


def write_targets(proposed: Sequence[Proposed], *, actor: User | None, at: datetime.datetime) -> list[ProductionTarget]:
    """None of which is refused; tells those who approve. Inside the transaction of the book."""
    made = [
        ProductionTarget(
            unit_id=one.unit_id,
            indicator=one.indicator,
            first_day=one.first_month,
            last_day=one.last_day,
            value=one.value,
            basis=canonical(one.basis)[:LONGEST],
            state=TargetState.PROPOSED,
            proposed_at=at,
            proposed_by=actor,
        )
        for one in proposed
    ]
    ProductionTarget.objects.bulk_create(made, batch_size=500)
    record_all(event("production.propose_target", actor=actor, at=at, subject=one, unit_id=one.unit_id) for one in made)
    _tell_checkers({one.unit_id for one in made}, actor, at)
    return made


@transaction.atomic
def move_target(
    target: ProductionTarget, verb: str, *, actor: User, at: datetime.datetime, reason: str = ""
) -> ProductionTarget:
    """Approves, refuses or takes back; the latter two with a reason. Raises `ProductionError`."""
    reason = canonical(reason)
    list(Unit.objects.select_for_update(no_key=True).filter(pk=target.unit_id))
    target = ProductionTarget.objects.select_for_update(of=("self",)).get(pk=target.pk)
    try:
        may_move_target(actor, target, verb, on=at.astimezone(ZONE).date()).or_refuse()
    except NoSuchMoveError as error:
        words = _("The target stands otherwise by now: %(state)s.")
        raise ProductionError(words % {"state": target.get_state_display()}) from error
    if verb != "approve" and not reason:
        raise ProductionError({"reason": _("Say why.")})
    if len(reason) > LONGEST:
        raise ProductionError({"reason": _("The reason is too long.")})
    if verb == "approve":
        _replace_others(target, actor, at)
    target.state = TargetState(TARGET.find(target.state, verb).end)
    if verb == "withdraw":
        target.ended_at = at
    else:
        target.decided_at, target.decided_by = at, actor
    target.reason = "" if verb == "approve" else reason
    target.save(update_fields=["state", "decided_at", "decided_by", "ended_at", "reason"])
    detail = {"reason": target.reason} if target.reason else {}
    record(f"production.{verb}_target", actor=actor, at=at, subject=target, unit_id=target.unit_id, detail=detail)
    _tell_unit(target, actor, at)
    if not ProductionTarget.objects.filter(unit_id=target.unit_id, state=TargetState.PROPOSED).exists():
        settle_all(TARGET_PROPOSED, f"{TARGET_PROPOSED}:{target.unit_id}:", at=at)
    return target


def _replace_others(target: ProductionTarget, actor: User, at: datetime.datetime) -> None:
    """The approved one of the same months. Raises `ProductionError` where others share a month: they were approved
    after this one was proposed."""
    others = ProductionTarget.objects.filter(
        unit_id=target.unit_id,
        indicator=target.indicator,
        state=TargetState.APPROVED,
        first_day__lte=target.last_day,
        last_day__gte=target.first_day,
    )
    for one in others:
        if (one.first_day, one.last_day) != (target.first_day, target.last_day):
            words = _("It shares months with the target %(span)s, which is approved: that one is taken back first.")
            raise ProductionError(words % {"span": span_words(one)})
        one.state, one.ended_at = TargetState.REPLACED, at
        one.save(update_fields=["state", "ended_at"])
        record("production.replace_target", actor=actor, at=at, subject=one, unit_id=one.unit_id)


def _tell_checkers(units: set[int], actor: User | None, at: datetime.datetime) -> None:
    today = at.astimezone(ZONE).date()
    tree = all_tree_on(today)
    holders = roles.all_holders(CHECK, units, on=today, tree=tree)
    tellings = []
    for unit in sorted(units):
        name = tree[unit].short_name if unit in tree else str(unit)
        message = Message(
            topic=TARGET_PROPOSED,
            key=f"{TARGET_PROPOSED}:{unit}:{at.isoformat()}",
            title=format_lazy(_("Production targets of {unit} wait for approval"), unit=name),
            address=reverse("production:check_list"),
        )
        tellings.append((message, [user for user in holders[unit] if user != actor]))
    notify_all(tellings, at=at)


def _tell_unit(target: ProductionTarget, actor: User, at: datetime.datetime) -> None:
    today = at.astimezone(ZONE).date()
    tree = all_tree_on(today)
    if target.unit_id not in tree:
        return
    staff = roles.holders(roles.UNIT_STAFF, target.unit_id, on=today, tree=tree)
    told = dict.fromkeys([*([target.proposed_by] if target.proposed_by else []), *staff])
    words = {
        TargetState.APPROVED: _("Target approved: {what}, {span}"),
        TargetState.REFUSED: _("Target refused: {what}, {span}"),
        TargetState.WITHDRAWN: _("Target taken back: {what}, {span}"),
    }[TargetState(target.state)]
    message = Message(
        topic=TARGET_DECIDED,
        key=f"{TARGET_DECIDED}:{target.pk}:{target.state}",
        title=format_lazy(words, what=term_of(target.indicator).name, span=span_words(target)),
        body=target.reason,
        address=reverse("production:indicator_page", args=[tree[target.unit_id].code, target.indicator]),
    )
    notify(message, [user for user in told if user != actor], at=at)
