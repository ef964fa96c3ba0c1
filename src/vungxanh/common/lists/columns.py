"""The columns of a list: their heads, and how a cell becomes a value or a fault."""

import datetime
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from vungxanh.common.vietnamese import canonical, folded


class CellError(ValueError):
    """A cell cannot be used; the message is shown beside its address."""

    def __init__(self, words: str | Promise) -> None:
        super().__init__(str(words))


@dataclass(frozen=True, slots=True)
class Column:
    """`heads`: spellings of the head without marks; the first, with marks, stands in the template."""

    key: str
    title: str
    read: Callable[[str], Any]
    is_required: bool = False
    other_heads: tuple[str, ...] = ()

    @property
    def heads(self) -> set[str]:
        return {folded(head) for head in (self.title, *self.other_heads)}


def text(most: int) -> Callable[[str], str]:
    def read(cell: str) -> str:
        found = canonical(cell)
        if len(found) > most:
            raise CellError(_("longer than %(most)d letters") % {"most": most})
        return found

    return read


def code(cell: str) -> str:
    found = cell.strip().upper()
    if not re.fullmatch(r"[A-Z0-9][A-Z0-9._-]{0,39}", found):
        raise CellError(_("a code has letters without marks, digits, and . _ - only"))
    return found


def date(cell: str) -> datetime.date:
    for pattern in ("%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%Y-%m-%d"):
        try:
            return datetime.datetime.strptime(cell.strip(), pattern).date()  # noqa: DTZ007
        except ValueError:
            continue
    raise CellError(_("not a date; write day/month/year, as in 05/09/1985"))


def choice(words: Mapping[str, str]) -> Callable[[str], str]:
    """A value by its Vietnamese word, with or without marks, or by its code."""
    known = {folded(word): value for word, value in words.items()} | {value.lower(): value for value in words.values()}

    def read(cell: str) -> str:
        found = known.get(folded(cell))
        if found is None:
            raise CellError(_("choose one of: %(words)s") % {"words": ", ".join(words)})
        return found

    return read
