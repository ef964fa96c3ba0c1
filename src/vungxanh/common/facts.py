"""The registry of facts: what rule tables may ask about a person or a unit, and which module answers.

A fact is declared by the module whose tables name it and provided by the module that knows it. A fact that nobody
provides is unknown: its column is empty and every result says so; it never counts as false.

Ids of people are their pseudonyms as text; ids of units are those of `Unit`.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

import polars as pl


class Subject(StrEnum):
    """What a fact or a table is about."""

    PERSON = "person"
    UNIT = "unit"


class FactType(StrEnum):
    """The kinds of value that a condition can be written about."""

    BOOLEAN = "boolean"
    INTEGER = "integer"
    NUMBER = "number"
    TEXT = "text"
    DATE = "date"

    @property
    def column_type(self) -> pl.DataType:
        return _COLUMN_TYPES[self]


_COLUMN_TYPES: Mapping[FactType, pl.DataType] = {
    FactType.BOOLEAN: pl.Boolean(),
    FactType.INTEGER: pl.Int64(),
    FactType.NUMBER: pl.Float64(),
    FactType.TEXT: pl.String(),
    FactType.DATE: pl.Date(),
}


@dataclass(frozen=True)
class Fact:
    """One thing a table may ask. `choices` closes a text fact: value → its Vietnamese word."""

    name: str
    type: FactType
    label_vi: str
    subject: Subject
    choices: Mapping[str, str] = field(default_factory=dict, hash=False)


Provider = Callable[[pl.Series, date], pl.DataFrame]
"""Given the ids and the day, a frame with a column `id` and the columns of the facts; ids it does not know may lack."""


Id = uuid.UUID | int
"""Of a person (the pseudonym), or of a unit."""
FewProvider = Callable[[Sequence[Any], date], Mapping[Any, Sequence[Any]]]
"""The same for a handful of them: of each the values in the order in which the names were given. A frame for few
costs as much as one for thousands."""


class FactError(ValueError):
    """A fact declared twice, provided twice, or provided with values of another type."""


@dataclass
class FactRegistry:
    """Facts and their providers; the product has one (`registry`), tests make their own."""

    _facts: dict[tuple[Subject, str], Fact] = field(default_factory=dict)
    _providers: dict[tuple[Subject, str], Provider] = field(default_factory=dict)
    _computed: set[tuple[Subject, str]] = field(default_factory=set)
    _for_few: dict[Provider, tuple[tuple[str, ...], FewProvider]] = field(default_factory=dict)

    def declare(self, *facts: Fact) -> None:
        for fact in facts:
            if self._facts.setdefault((fact.subject, fact.name), fact) != fact:
                raise FactError(f"fact {fact.name} of a {fact.subject} is declared twice")

    def provide(
        self,
        names: str | Iterable[str],
        provider: Provider,
        *,
        subject: Subject = Subject.PERSON,
        few: FewProvider | None = None,
    ) -> None:
        """Says who answers for these facts. A provider of several facts is asked once for all of them."""
        given = (names,) if isinstance(names, str) else tuple(names)
        if few:
            self._for_few[provider] = given, few
        for name in given:
            if self._providers.setdefault((subject, name), provider) is not provider:
                raise FactError(f"fact {name} of a {subject} is provided twice")

    def compute(self, *names: str, subject: Subject) -> None:
        """Says that the operation which judges brings these facts itself, as they stand at its moment."""
        self._computed |= {(subject, name) for name in names}

    def facts(self, subject: Subject) -> tuple[Fact, ...]:
        return tuple(fact for (about, _), fact in self._facts.items() if about is subject)

    def is_provided(self, fact: Fact) -> bool:
        return (fact.subject, fact.name) in self._providers.keys() | self._computed

    def undeclared(self) -> tuple[str, ...]:
        """Names that somebody provides and no table's rulebook declares: a misspelling, shown by a system check."""
        return tuple(name for subject, name in self._providers if (subject, name) not in self._facts)

    def gather(self, ids: pl.Series, facts: Iterable[Fact], *, on: date) -> pl.DataFrame:
        """One row per id (order kept; ids must be unique), column `id` and one typed column per fact."""
        frame = pl.LazyFrame({"id": ids})
        wanted = tuple(facts)
        answers = self._asked(wanted)
        for provider, asked in answers.items():
            columns = _checked(provider(ids, on), asked)
            frame = frame.join(columns, on="id", how="left", maintain_order="left", validate="1:1")
        given = {fact.name for asked in answers.values() for fact in asked}
        # One plan for all of it: the joins of few people cost as much as those of thousands.
        return frame.select("id", *(_typed(fact, is_given=fact.name in given) for fact in wanted)).collect()

    def gather_few(self, ids: Sequence[Id], facts: Iterable[Fact], *, on: date) -> list[tuple[Any, ...]]:
        """Of each person or unit (ids are unique) the values of the facts, in their order; as `gather` says them."""
        wanted = tuple(facts)
        known: dict[str, Mapping[Id, Any]] = {}
        for provider, asked in self._asked(wanted).items():
            if provider in self._for_few:
                names, few = self._for_few[provider]
                answers = few(ids, on)
                for fact in asked:
                    place = names.index(fact.name)
                    known[fact.name] = {one: values[place] for one, values in answers.items()}
            else:
                is_unit = any(isinstance(one, int) for one in ids)
                keys = pl.Series(ids if is_unit else map(str, ids), dtype=pl.Int64 if is_unit else pl.String)
                frame = self.gather(keys, asked, on=on)
                known |= {fact.name: dict(zip(ids, frame[fact.name], strict=True)) for fact in asked}
        columns = [known.get(fact.name, {}) for fact in wanted]
        return [tuple(column.get(one) for column in columns) for one in ids]

    def _asked(self, facts: Iterable[Fact]) -> dict[Provider, list[Fact]]:
        answers: dict[Provider, list[Fact]] = {}
        for fact in facts:
            if provider := self._providers.get((fact.subject, fact.name)):
                answers.setdefault(provider, []).append(fact)
        return answers


def _checked(answer: pl.DataFrame, asked: list[Fact]) -> pl.LazyFrame:
    missing = [fact.name for fact in asked if fact.name not in answer.columns]
    if "id" not in answer.columns or missing:
        raise FactError(f"a provider left out {', '.join(missing) or 'id'}")
    return answer.lazy().select("id", *(fact.name for fact in asked))


def _typed(fact: Fact, *, is_given: bool) -> pl.Expr:
    if not is_given:
        return pl.lit(None, dtype=fact.type.column_type).alias(fact.name)
    return pl.col(fact.name).cast(fact.type.column_type)


registry = FactRegistry()
declare = registry.declare
provide = registry.provide
compute = registry.compute
gather = registry.gather
gather_few = registry.gather_few
