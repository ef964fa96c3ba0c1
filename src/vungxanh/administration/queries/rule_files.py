"""Each rule file with its editions: which one holds, which come and are past, and where each was read from."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from vungxanh.common.decision_tables import DecisionTable, Edition, Editions, RuleFile, Status, TableEdition, rule_files
from vungxanh.common.decision_tables.editions import read_raw
from vungxanh.common.decision_tables.registry import overlay_path


@dataclass(frozen=True, slots=True)
class EditionState:
    """`state` is IN_FORCE, COMING or PAST; `is_own`: taken in by this installation, else shipped with the product."""

    edition: Edition | TableEdition
    state: str
    is_own: bool

    @property
    def is_unverified(self) -> bool:
        return self.edition.status is Status.UNVERIFIED

    @property
    def may_be_withdrawn(self) -> bool:
        return self.is_own and self.state == "COMING"


@dataclass(frozen=True, slots=True)
class FileState:
    """Editions newest first."""

    name: str
    title: str
    editions: list[EditionState]

    @property
    def anchor(self) -> str:
        return self.name.removesuffix(".toml")

    @property
    def in_force(self) -> EditionState | None:
        return next((one for one in self.editions if one.state == "IN_FORCE"), None)

    @property
    def coming(self) -> list[EditionState]:
        return [one for one in self.editions if one.state == "COMING"]

    @property
    def is_unverified(self) -> bool:
        return bool(self.in_force and self.in_force.is_unverified)


def all_rule_states(today: datetime.date) -> list[FileState]:
    return [rule_state(file, today) for file in rule_files()]


def rule_state(file: RuleFile[Any], today: datetime.date) -> FileState:
    current: DecisionTable | Editions[Edition] = file.current()
    editions: Sequence[Edition | TableEdition] = list(current.editions)
    title = current.title if isinstance(current, DecisionTable) else file.title
    own = own_days(file.name)
    begun = [one for one in editions if one.is_in_force(today)]
    found = [
        EditionState(one, _state(one, begun[-1] if begun else None, today), one.in_force_from in own)
        for one in reversed(editions)
    ]
    return FileState(file.name, title, found)


def own_days(name: str) -> set[datetime.date]:
    """First days of the editions that this installation took in."""
    path = overlay_path(name)
    if path is None or not path.exists():
        return set()
    return {edition["in_force_from"] for edition in read_raw(path).editions}


def _state(edition: Edition | TableEdition, in_force: object, today: datetime.date) -> str:
    if edition is in_force:
        return "IN_FORCE"
    return "COMING" if edition.in_force_from > today else "PAST"
