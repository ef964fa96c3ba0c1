"""The figures of a review as plain values: frozen as JSON beside the paper that was drafted from them."""

import datetime
import hashlib
import json
from typing import Any

import msgspec


class Value(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A part of the figures; a key that is not in it cannot be read."""


class Share(Value, frozen=True, kw_only=True):
    """What was done of what was due."""

    part: int
    whole: int

    @property
    def ratio(self) -> float:
        return self.part / self.whole if self.whole else 0.0


class UnitShares(Value, frozen=True, kw_only=True):
    """By code of an indicator; what was not due is missing."""

    name: str
    shares: dict[str, Share]


class Launched(Value, frozen=True, kw_only=True):
    """`state`: as `LaunchLine.state`."""

    unit: str
    state: str
    on: datetime.date | None
    form: str
    present: int
    own_criteria: int
    has_pledged: bool
    pledged: int
    people: int


class CardLine(Value, frozen=True, kw_only=True):
    """A measure on a unit's scorecard. `points`: counted by the system or appraised, where it counts; `reason`: why the
    appraised points differ from those that the unit gave itself."""

    id: str
    name: str
    most: float
    is_measured: bool
    state: str
    share: Share | None
    points: float | None
    self_points: float | None = None
    reason: str = ""


class Card(Value, frozen=True, kw_only=True):
    """`before`: the points of the period before, None where there was none or nothing counted."""

    unit: str
    block: str
    total: float | None
    before: float | None
    rank: int | None
    lines: tuple[CardLine, ...]


class Reached(Value, frozen=True, kw_only=True):
    """How much of the points of a measure all units together have reached, from 0 to 1."""

    id: str
    name: str
    weight: float
    ratio: float
    before: float | None


class Serving(Value, frozen=True, kw_only=True):
    """People at the front line and their days; `confirmed` by the receiver."""

    people: int
    days: int
    confirmed: int


class Figures(Value, frozen=True, kw_only=True):
    """Everything that a review may say. `first` and `last`: of what is looked at; `agency`: all units together, by code
    of an indicator; `before`: in the period before, where one period is looked at. `not_measured`, `not_scored`: names
    of measures."""

    form: int = 1
    campaign: str
    report: str
    kind: str
    period: str
    period_before: str
    first: datetime.date
    last: datetime.date
    at: datetime.datetime
    units: tuple[UnitShares, ...]
    agency: dict[str, Share]
    before: dict[str, Share]
    launches: tuple[Launched, ...]
    groups_pledged: int
    total_points: float
    blocks: tuple[str, ...]
    cards: tuple[Card, ...]
    reached: tuple[Reached, ...]
    front_line: Serving
    not_measured: tuple[str, ...]
    not_scored: tuple[str, ...]


def stored(figures: Figures) -> Any:
    """As JSON that a column can hold."""
    return msgspec.to_builtins(figures)


def read(stored_figures: Any) -> Figures:
    return msgspec.convert(stored_figures, Figures)


def as_text(stored_figures: Any) -> str:
    """The text whose SHA-256 is kept: keys in order, no spaces."""
    return json.dumps(stored_figures, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def sha256_of(stored_figures: Any) -> str:
    return hashlib.sha256(as_text(stored_figures).encode()).hexdigest()
