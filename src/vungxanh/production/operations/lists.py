"""Importing lists of figures and of targets; like every list, the whole file or nothing."""

import datetime
from collections.abc import Callable
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from vungxanh.accounts.models import User
from vungxanh.audit.operations import record
from vungxanh.common.clock import ZONE
from vungxanh.common.formats import number
from vungxanh.common.lists.rows import Row, Rows, read_rows
from vungxanh.common.lists.sheets import read_sheet
from vungxanh.organization import roles
from vungxanh.organization.operations.lists import ImportResult, whole_or_nothing
from vungxanh.organization.tree import Tree, UnitNode, all_tree_on
from vungxanh.production.imports import FIGURE_COLUMNS, TARGET_COLUMNS
from vungxanh.production.operations.figures import Book, Entry, write_figures
from vungxanh.production.operations.targets import Proposed, TargetBook, write_targets
from vungxanh.production.permissions import may_import
from vungxanh.production.queries.places import ENTER
from vungxanh.production.rulebook import rule_on, term_of


def import_figures(
    content: bytes, *, file_name: str, dry_run: bool, actor: User | None, at: datetime.datetime
) -> ImportResult:
    """Every line one figure of a month; one that stands just so is unchanged. They wait for verification."""
    return _import("production.import_figures", _figures, content, file_name, dry_run, actor, at)


def import_targets(
    content: bytes, *, file_name: str, dry_run: bool, actor: User | None, at: datetime.datetime
) -> ImportResult:
    """Every line one target; they wait for approval."""
    return _import("production.import_targets", _targets, content, file_name, dry_run, actor, at)


@dataclass(slots=True)
class _Reading:
    """Rows of a file, the units that the actor may write for, and what is noted on the way."""

    result: ImportResult
    actor: User | None
    at: datetime.datetime
    rows: Rows = field(default_factory=Rows)
    tree: Tree = field(init=False)
    permitted: set[int] | None = field(init=False)

    def __post_init__(self) -> None:
        self.tree = all_tree_on(self.today)
        held = roles.unit_ids_where(self.actor, ENTER, on=self.today, tree=self.tree) if self.actor else None
        self.permitted = held

    @property
    def today(self) -> datetime.date:
        return self.at.astimezone(ZONE).date()

    def refuse(self, row: Row, key: str, why: object) -> None:
        self.rows.faults.append(row.fault(key, str(why)))

    def unit_of(self, row: Row) -> UnitNode | None:
        """None, and a fault, where there is no such unit or indicator, or the actor does not write for the unit."""
        node = self.tree.by_code(row["unit_code"])
        if node is None:
            self.refuse(row, "unit_code", _("“%(code)s”: no unit has this code") % {"code": row["unit_code"]})
        elif self.permitted is not None and node.id not in self.permitted:
            self.refuse(row, "unit_code", _("you do not enter figures of this unit"))
        elif rule_on(self.today).named(row["indicator"]) is None:
            words = _("“%(code)s”: the catalogue has no indicator with this code")
            self.refuse(row, "indicator", words % {"code": row["indicator"]})
        else:
            return node
        return None

    def finish(self, created: int) -> bool:
        """Whether there is anything to write."""
        self.result.rows, self.result.created = len(self.rows.rows), created
        self.result.refuse(self.rows.sorted_faults)
        return not self.result.is_refused and bool(created)


def _import(
    action: str,
    run: Callable[[_Reading, bytes], None],
    content: bytes,
    file_name: str,
    dry_run: bool,
    actor: User | None,
    at: datetime.datetime,
) -> ImportResult:
    may_import(actor, on=at.astimezone(ZONE).date()).or_refuse()

    def keep(result: ImportResult) -> None:
        detail = {"created": result.created, "unchanged": result.unchanged}
        record(action, actor=actor, at=at, subject=("production.file", file_name[:60]), detail=detail)

    return whole_or_nothing(lambda result: run(_Reading(result, actor, at), content), keep, dry_run=dry_run)


def _figures(reading: _Reading, content: bytes) -> None:
    reading.rows = read_rows(read_sheet(content), FIGURE_COLUMNS)
    given: dict[tuple[int, str, datetime.date], tuple[Row, Entry]] = {}
    for row in reading.rows.rows:
        node = reading.unit_of(row)
        if node is None:
            continue
        entry = Entry(node.id, row["indicator"], row["month"], row["value"], row["note"] or "")
        if entry.key in given:
            words = _("the same unit, indicator and month stand in row %(line)s")
            reading.refuse(row, "month", words % {"line": given[entry.key][0].line})
        given.setdefault(entry.key, (row, entry))
    book, new = Book.of([entry for _row, entry in given.values()], reading.at), []
    for row, entry in given.values():
        if book.is_same(entry):
            reading.result.unchanged += 1
        elif refusal := book.refusal(entry):
            reading.refuse(row, *refusal)
        else:
            new.append(entry)
            reading.result.changes.append(_figure_words(reading.tree, book, entry))
    if reading.finish(len(new)):
        write_figures(new, book, actor=reading.actor, at=reading.at)


def _figure_words(tree: Tree, book: Book, entry: Entry) -> str:
    """What the preview says of a line."""
    term, there = term_of(entry.indicator), book.newest.get(entry.key)
    words = _("%(unit)s, %(what)s, %(month)s: %(value)s %(measure)s")
    told = words % {
        "unit": tree[entry.unit_id].short_name,
        "what": term.name,
        "month": f"{entry.month:%m/%Y}",
        "value": number(entry.value, term.decimals),
        "measure": term.unit,
    }
    return told if there is None else _("%(what)s (was %(was)s)") % {"what": told, "was": number(there.value)}


def _targets(reading: _Reading, content: bytes) -> None:
    reading.rows = read_rows(read_sheet(content), TARGET_COLUMNS)
    given: list[tuple[Row, Proposed]] = []
    known: dict[tuple[int, str], list[tuple[Row, Proposed]]] = {}
    for row in reading.rows.rows:
        node = reading.unit_of(row)
        if node is None:
            continue
        one = Proposed(node.id, row["indicator"], row["first_month"], row["last_month"], row["value"], row["basis"])
        beside = known.setdefault((one.unit_id, one.indicator), [])
        if other := next((line for line, there in beside if _shares_months(one, there)), None):
            words = _("row %(line)s gives a target of the same unit, indicator and months")
            reading.refuse(row, "first_month", words % {"line": other.line})
        given.append((row, one))
        beside.append((row, one))
    book, new = TargetBook([one for _row, one in given], reading.at), []
    for row, one in given:
        if book.is_same(one):
            reading.result.unchanged += 1
        elif refusal := book.refusal(one):
            reading.refuse(row, *refusal)
        else:
            new.append(one)
            reading.result.changes.append(_target_words(reading.tree, one))
    if reading.finish(len(new)):
        write_targets(new, actor=reading.actor, at=reading.at)


def _shares_months(one: Proposed, other: Proposed) -> bool:
    return one.first_month <= other.last_month and other.first_month <= one.last_month


def _target_words(tree: Tree, one: Proposed) -> str:
    term = term_of(one.indicator)
    return _("%(unit)s, %(what)s, %(first)s – %(last)s: %(value)s %(measure)s") % {
        "unit": tree[one.unit_id].short_name,
        "what": term.name,
        "first": f"{one.first_month:%m/%Y}",
        "last": f"{one.last_month:%m/%Y}",
        "value": number(one.value, term.decimals),
        "measure": term.unit,
    }
