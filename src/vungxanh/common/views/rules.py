"""Quy tắc đang áp dụng: every rule file in words, drawn from the files that judge."""

import datetime
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET

from vungxanh.common import clock, facts, formats
from vungxanh.common.decision_tables import DecisionTable, Edition, Editions, Row, RuleFile, Status, TableEdition
from vungxanh.common.decision_tables import rule_files as all_rule_files
from vungxanh.common.decision_tables.conditions import Condition, When
from vungxanh.common.facts import Fact, FactType

HEAD = {"in_force_from", "in_force_to", "source", "status", "cites"}


@dataclass(frozen=True)
class ShownRow:
    """One rule with its conditions as sentences: all of `conditions`, and one of `alternatives`."""

    row: Row
    conditions: list[str]
    alternatives: list[str]

    @property
    def is_unverified(self) -> bool:
        return self.row.status is Status.UNVERIFIED


@dataclass(frozen=True)
class ShownEdition:
    """One edition: rows of a decision table, or the values of another file."""

    edition: Edition | TableEdition
    is_in_force: bool
    rows: list[ShownRow]
    values: list[tuple[str, str]]
    without_source: list[str]

    @property
    def is_unverified(self) -> bool:
        return self.edition.status is Status.UNVERIFIED

    @property
    def is_internal(self) -> bool:
        return self.edition.status is Status.INTERNAL


@dataclass(frozen=True)
class ShownFile:
    """One rule file, the edition in force first, then the others, newest first."""

    name: str
    title: str
    badges: str
    editions: list[ShownEdition]


@require_GET
def rules(request: HttpRequest) -> HttpResponse:
    return render(request, "common/rules.html", {"files": [shown_file(one, clock.today()) for one in all_rule_files()]})


def shown_file(file: RuleFile[Any], today: datetime.date) -> ShownFile:
    current: DecisionTable | Editions[Edition] = file.current()
    editions: Sequence[Edition | TableEdition]
    if isinstance(current, DecisionTable):
        title, badges, editions = current.title, current.rulebook.badges, list(current.editions)
    else:
        title, badges, editions = file.title, "", list(current)
    started = [one for one in editions if one.is_in_force(today)]
    in_force = started[-1] if started else None
    shown = [_shown_edition(one, is_in_force=one is in_force) for one in reversed(editions)]
    return ShownFile(file.name.removesuffix(".toml"), title, badges, sorted(shown, key=lambda one: not one.is_in_force))


def _shown_edition(edition: Edition | TableEdition, *, is_in_force: bool) -> ShownEdition:
    if isinstance(edition, TableEdition):
        unknown = [fact.label_vi for fact in edition.facts if not facts.registry.is_provided(fact)]
        return ShownEdition(edition, is_in_force, [_shown_row(row) for row in edition.rows], [], unknown)
    plain = msgspec.to_builtins(edition, builtin_types=(datetime.date, datetime.time))
    return ShownEdition(edition, is_in_force, [], list(values_of(plain)), [])


def _shown_row(row: Row) -> ShownRow:
    return ShownRow(
        row,
        [condition_words(one) for one in row.when.conditions],
        [when_words(one) for one in row.when.alternatives],
    )


def when_words(when: When) -> str:
    parts = [condition_words(one) for one in when.conditions]
    if when.alternatives:
        parts.append("(" + pgettext("rule", " or ").join(when_words(one) for one in when.alternatives) + ")")
    return pgettext("rule", " and ").join(parts)


def condition_words(condition: Condition) -> str:
    """A condition as an official would say it: “Số dấu hiệu ở lần khai gần nhất: từ 2 trở lên”."""
    values = [_value_words(condition.fact, value) for value in condition.values]
    relations = {
        "=": "%(value)s",
        "!=": _("other than %(value)s"),
        "<": _("less than %(value)s"),
        "<=": _("at most %(value)s"),
        ">": _("more than %(value)s"),
        ">=": _("%(value)s or more"),
        "in": "%(value)s",
        "not in": _("none of %(value)s"),
        "known": _("is known"),
        "unknown": _("is not known"),
    }
    relation = relations[condition.operator] % {"value": pgettext("rule", " or ").join(values)}
    return f"{condition.fact.label_vi}: {relation}"


def _value_words(fact: Fact, value: object) -> str:
    if fact.type is FactType.BOOLEAN:
        return _("yes") if value else _("no")
    return fact.choices.get(str(value), _plain(value))


def values_of(plain: Mapping[str, Any], path: str = "") -> Iterator[tuple[str, str]]:
    """The values of an edition of any shape, one line each, under their path in the file."""
    for key, value in plain.items():
        if not path and key in HEAD:
            continue
        here = f"{path}.{key}" if path else key
        if isinstance(value, Mapping):
            yield from values_of(value, here)
        elif isinstance(value, list | tuple) and any(isinstance(item, Mapping) for item in value):
            yield from values_of({str(i): item for i, item in enumerate(value, start=1)}, here)
        else:
            yield here, _plain(value)


def _plain(value: object) -> str:
    match value:
        case bool():
            return _("yes") if value else _("no")
        case int() | float():
            return formats.number(value)
        case datetime.date():
            return formats.day(value)
        case datetime.time():
            return formats.clock_time(value)
        case list() | tuple():
            return ", ".join(_plain(item) for item in value)
        case None | "":
            return formats.NOTHING
    return str(value)
