"""Enters the figures of a month, verifies them, sends them back. Nothing is written over: a correction is a version."""

import datetime
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from vungxanh.accounts.models import User
from vungxanh.audit.operations import event, record_all
from vungxanh.common.clock import ZONE
from vungxanh.common.vietnamese import canonical
from vungxanh.common.workflow import NoSuchMoveError
from vungxanh.notifications.operations import notify_all, settle, settle_all
from vungxanh.notifications.topics import Message
from vungxanh.organization import roles
from vungxanh.organization.models import Unit
from vungxanh.organization.tree import all_tree_on
from vungxanh.production.enums import FigureState
from vungxanh.production.imports import LARGEST
from vungxanh.production.models import ProductionFigure
from vungxanh.production.permissions import checking_of, may_enter
from vungxanh.production.queries.places import CHECK
from vungxanh.production.queries.standing import Place, all_targets_as_of
from vungxanh.production.rulebook import month_of, rule_on, term_of
from vungxanh.production.topics import FIGURES_DUE, FIGURES_ENTERED, FIGURES_RETURNED
from vungxanh.production.workflow import FIGURE

LONGEST = 300
MOST_CHECKED = 500
Key = tuple[int, str, datetime.date]
STANDING = (FigureState.ENTERED, FigureState.VERIFIED)


class ProductionError(ValidationError):
    """Nothing was changed; the text says why, by indicator where it is about one."""


@dataclass(frozen=True, slots=True)
class Entry:
    """`seen`: the number of the newest version that the writer saw, 0 where there was none; None: does not matter."""

    unit_id: int
    indicator: str
    month: datetime.date
    value: Decimal
    note: str = ""
    seen: int | None = None

    @property
    def key(self) -> Key:
        return self.unit_id, self.indicator, self.month


@dataclass(slots=True)
class Book:
    """What entries are held against; the units stay locked until the end of the transaction."""

    today: datetime.date
    newest: dict[Key, ProductionFigure] = field(default_factory=dict)
    shown: dict[tuple[Key, int], tuple[Decimal, str]] = field(default_factory=dict)
    spans: dict[Place, list[tuple[datetime.date, datetime.date]]] = field(default_factory=dict)

    @classmethod
    def of(cls, entries: Collection[Entry], at: datetime.datetime) -> "Book":
        """A flat number of queries; inside a transaction."""
        book, units = cls(at.astimezone(ZONE).date()), {one.unit_id for one in entries}
        list(Unit.objects.select_for_update(no_key=True).filter(pk__in=units).order_by("pk"))
        months = {one.month for one in entries}
        for row in ProductionFigure.objects.filter(unit_id__in=units, month__in=months).order_by("number"):
            key = (row.unit_id, row.indicator, row.month)
            book.newest[key], book.shown[key, row.number] = row, (row.value, row.note)
        for one in all_targets_as_of(at).filter(unit_id__in=units):
            book.spans.setdefault((one.unit_id, one.indicator), []).append((one.first_day, one.last_day))
        return book

    def is_same(self, entry: Entry) -> bool:
        """Entered or verified just so, or left as an older page showed it: nothing to do."""
        there, given = self.newest.get(entry.key), (entry.value, entry.note)
        if there is None:
            return False
        is_untouched = entry.seen != there.number and self.shown.get((entry.key, entry.seen or 0)) == given
        return is_untouched or (there.state in STANDING and (there.value, there.note) == given)

    def refusal(self, entry: Entry) -> tuple[str, str | Promise] | None:
        """The name of the part that is wrong, and why."""
        there, term = self.newest.get(entry.key), term_of(entry.indicator)
        if entry.month.day != 1 or entry.month > month_of(self.today):
            return "month", _("This month has not come yet.")
        if entry.month < rule_on(self.today).oldest_month(self.today):
            return "month", _("This month is too long ago: look at the year.")
        spans = self.spans.get((entry.unit_id, entry.indicator), [])
        if not any(first <= entry.month <= last for first, last in spans):
            return "indicator", _("The unit has no approved target of this indicator in this month.")
        if not 0 <= entry.value < LARGEST:
            return "value", _("The figure is negative or too large.")
        if entry.value != round(entry.value, term.decimals):
            words = _("At most {count} digits after the comma, in {unit}.")
            return "value", format_lazy(words, count=term.decimals, unit=term.unit)
        if entry.seen is not None and entry.seen != (there.number if there else 0):
            return "value", _("Somebody else entered this figure meanwhile; look at it and enter yours again.")
        return None


@transaction.atomic
def enter_figures(
    unit_id: int, month: datetime.date, entries: Sequence[Entry], *, actor: User | None, at: datetime.datetime
) -> int:
    """All of one unit and month or none; returns how many are new. Raises `ProductionError` by indicator."""
    may_enter(actor, unit_id, on=at.astimezone(ZONE).date()).or_refuse()
    given = [_clean(one) for one in entries]
    if any((one.unit_id, one.month) != (unit_id, month) for one in given):
        raise ProductionError(_("Figures of one unit and month are entered together."))
    book = Book.of(given, at)
    faults: dict[str, str | Promise] = {}
    new = [one for one in given if not book.is_same(one)]
    for one in new:
        if refusal := book.refusal(one):
            faults[one.indicator] = refusal[1]
    if faults:
        raise ProductionError(faults)
    write_figures(new, book, actor=actor, at=at)
    return len(new)


def write_figures(entries: Sequence[Entry], book: Book, *, actor: User | None, at: datetime.datetime) -> None:
    """Of any units and months, none refused; tells those who verify. Inside the transaction of the book."""
    if not entries:
        return
    waiting = [there.pk for one in entries if (there := book.newest.get(one.key)) and there.state == "ENTERED"]
    ProductionFigure.objects.filter(pk__in=waiting).update(state=FigureState.REPLACED, replaced_at=at)
    made = [_version(one, book.newest.get(one.key), actor, at) for one in entries]
    ProductionFigure.objects.bulk_create(made, batch_size=500)
    groups: dict[tuple[int, datetime.date], int] = {}
    for one in entries:
        groups[one.unit_id, one.month] = groups.get((one.unit_id, one.month), 0) + 1
    record_all(
        event(
            "production.enter_figures",
            actor=actor,
            at=at,
            subject=("organization.unit", unit),
            unit_id=unit,
            detail={"day": month.isoformat(), "created": count},
        )
        for (unit, month), count in groups.items()
    )
    _tell_checkers(groups, actor, at)
    _settle(entries, book, at)


@transaction.atomic
def verify_figures(figures: Collection[int], *, actor: User, at: datetime.datetime) -> int:
    """All or none of those with these keys; returns how many. Raises `ProductionError`."""
    found = _locked(figures, "verify", actor, at)
    places = {(one.unit_id, one.indicator, one.month) for one in found}
    earlier = [
        row.pk
        for row in ProductionFigure.objects.filter(
            unit_id__in={one.unit_id for one in found}, month__in={one.month for one in found}, state="VERIFIED"
        )
        if (row.unit_id, row.indicator, row.month) in places
    ]
    ProductionFigure.objects.filter(pk__in=earlier).update(state=FigureState.REPLACED, replaced_at=at)
    keys = [one.pk for one in found]
    ProductionFigure.objects.filter(pk__in=keys).update(state=FigureState.VERIFIED, checked_at=at, checked_by=actor)
    _record("verify", found, "", actor, at)
    _settle_checked(found, at)
    return len(found)


@transaction.atomic
def return_figures(figures: Collection[int], *, reason: str, actor: User, at: datetime.datetime) -> int:
    """Sends them back with one reason; those who speak for the units, and whoever entered them, are told."""
    reason = canonical(reason)
    if not reason:
        raise ProductionError({"reason": _("Say why you send them back.")})
    if len(reason) > LONGEST:
        raise ProductionError({"reason": _("The reason is too long.")})
    found = _locked(figures, "send_back", actor, at)
    keys = [one.pk for one in found]
    ProductionFigure.objects.filter(pk__in=keys).update(
        state=FigureState.RETURNED, checked_at=at, checked_by=actor, reason=reason
    )
    _record("return", found, reason, actor, at)
    _tell_units(found, reason, at)
    _settle_checked(found, at)
    return len(found)


def _clean(entry: Entry) -> Entry:
    note = canonical(entry.note)[:LONGEST]
    return Entry(entry.unit_id, entry.indicator, entry.month, entry.value, note, entry.seen)


def _version(
    entry: Entry, there: ProductionFigure | None, actor: User | None, at: datetime.datetime
) -> ProductionFigure:
    return ProductionFigure(
        unit_id=entry.unit_id,
        indicator=entry.indicator,
        month=entry.month,
        number=there.number + 1 if there else 1,
        value=entry.value,
        note=entry.note,
        state=FigureState.ENTERED,
        entered_at=at,
        entered_by=actor,
    )


def _locked(keys: Collection[int], verb: str, actor: User, at: datetime.datetime) -> list[ProductionFigure]:
    """In the order of the keys, each of which the actor may move. The units first: who enters holds them, too."""
    if not keys:
        raise ProductionError(_("Choose at least one."))
    if len(keys) > MOST_CHECKED:
        raise ProductionError(_("Too many at once."))
    units = ProductionFigure.objects.filter(pk__in=keys).values_list("unit_id", flat=True)
    list(Unit.objects.select_for_update(no_key=True).filter(pk__in=set(units)).order_by("pk"))
    found = list(ProductionFigure.objects.filter(pk__in=keys).select_related("entered_by").order_by("pk"))
    if len(found) != len(set(keys)):
        raise ProductionError(_("One of these figures is not there."))
    checking = checking_of(actor, on=at.astimezone(ZONE).date())
    for one in found:
        try:
            FIGURE.find(one.state, verb)
        except NoSuchMoveError as error:
            words = _("%(what)s stands otherwise by now: %(state)s. Look at the list again.")
            shown = f"{term_of(one.indicator).name}, {one.month:%m/%Y}"
            raise ProductionError(words % {"what": shown, "state": one.get_state_display()}) from error
        checking.may_check(one.unit_id, one.entered_by_id).or_refuse()
    return found


def _record(verb: str, figures: Iterable[ProductionFigure], reason: str, actor: User, at: datetime.datetime) -> None:
    detail = {"reason": reason} if reason else {}
    record_all(
        event(f"production.{verb}_figure", actor=actor, at=at, subject=one, unit_id=one.unit_id, detail=detail)
        for one in figures
    )


def due_keys_of(unit_id: int, month: datetime.date) -> str:
    """With what the keys of all reminders of the unit and month begin."""
    return f"{FIGURES_DUE}:{unit_id}:{month:%Y-%m}:"


def _settle(entries: Iterable[Entry], book: Book, at: datetime.datetime) -> None:
    """What asked for the figures, and what told that they were sent back; where some are still missing the next
    reminder asks again."""
    for unit, month in {(one.unit_id, one.month) for one in entries}:
        settle_all(FIGURES_DUE, due_keys_of(unit, month), at=at)
    before = [book.newest[one.key] for one in entries if one.key in book.newest]
    settle([f"{FIGURES_RETURNED}:{one.pk}" for one in before if one.state == FigureState.RETURNED], at=at)


def _settle_checked(figures: Iterable[ProductionFigure], at: datetime.datetime) -> None:
    """Of units of which nothing waits any more."""
    units = {one.unit_id for one in figures}
    left = ProductionFigure.objects.filter(unit_id__in=units, state=FigureState.ENTERED)
    for unit in units - set(left.values_list("unit_id", flat=True)):
        settle_all(FIGURES_ENTERED, f"{FIGURES_ENTERED}:{unit}:", at=at)


def _tell_checkers(groups: Iterable[tuple[int, datetime.date]], actor: User | None, at: datetime.datetime) -> None:
    """One message for each unit, however many months a list holds."""
    today = at.astimezone(ZONE).date()
    tree, units = all_tree_on(today), {unit for unit, _month in groups}
    holders = roles.all_holders(CHECK, units, on=today, tree=tree)
    tellings = []
    for unit in sorted(units):
        name = tree[unit].short_name if unit in tree else str(unit)
        message = Message(
            topic=FIGURES_ENTERED,
            key=f"{FIGURES_ENTERED}:{unit}:{at.isoformat()}",
            title=format_lazy(_("{unit} has entered production figures"), unit=name),
            address=reverse("production:check_list"),
        )
        tellings.append((message, [user for user in holders[unit] if user != actor]))
    notify_all(tellings, at=at)


def _tell_units(figures: Sequence[ProductionFigure], reason: str, at: datetime.datetime) -> None:
    today = at.astimezone(ZONE).date()
    tree = all_tree_on(today)
    staff = roles.all_holders(roles.UNIT_STAFF, {one.unit_id for one in figures}, on=today, tree=tree)
    tellings = []
    for one in figures:
        if one.unit_id not in tree:
            continue
        told = dict.fromkeys([*([one.entered_by] if one.entered_by else []), *staff[one.unit_id]])
        title = format_lazy(
            _("Sent back: {what}, {month}"), what=term_of(one.indicator).name, month=f"{one.month:%m/%Y}"
        )
        address = reverse("production:figure_enter", args=[tree[one.unit_id].code])
        message = Message(
            topic=FIGURES_RETURNED,
            key=f"{FIGURES_RETURNED}:{one.pk}",
            title=title,
            body=reason,
            address=f"{address}?thang={one.month:%Y-%m}",
        )
        tellings.append((message, list(told)))
    notify_all(tellings, at=at)
