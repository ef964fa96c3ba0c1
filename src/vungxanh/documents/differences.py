"""What one version of a paper changes against another, line by line."""

import difflib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import zip_longest

from vungxanh.documents.content import Content, Heading, Paragraph, Table, lines_of

CELLS = " | "


@dataclass(frozen=True, slots=True)
class Difference:
    """`kind` is ADDED, CHANGED or REMOVED; the line before and after, empty where there is none."""

    kind: str
    before: str
    after: str


def differences(before: Content, after: Content) -> list[Difference]:
    """Of the text and the tables, in their order."""
    old, new = list(_lines(before)), list(_lines(after))
    found = []
    for what, first, last, start, end in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if what != "equal":
            pairs = zip_longest(old[first:last], new[start:end], fillvalue="")
            found += [Difference(_kind(one, other), one, other) for one, other in pairs]
    return found


def _kind(before: str, after: str) -> str:
    if not before:
        return "ADDED"
    return "CHANGED" if after else "REMOVED"


def _lines(content: Content) -> Iterator[str]:
    """A row of a table is one line; a chart is not written in Word."""
    for block in content.body:
        if isinstance(block, Paragraph | Heading):
            yield from lines_of([block.text])
        elif isinstance(block, Table):
            yield from (CELLS.join(row) for row in _rows(block))


def _rows(table: Table) -> Iterator[tuple[str, ...]]:
    yield tuple(one.head for one in table.columns)
    yield from table.rows
    if table.foot:
        yield table.foot
