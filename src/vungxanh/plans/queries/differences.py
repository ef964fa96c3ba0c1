"""What differs between two texts, word by word."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any, NamedTuple

from vungxanh.plans.rulebook import label_of

WORDS = re.compile(r"\s+|[^\s]+")


class Piece(NamedTuple):
    """`how`: "same", "ins" for words that came, "del" for words that went."""

    how: str
    text: str


@dataclass(frozen=True, slots=True)
class SectionDifference:
    code: str
    heading: str
    pieces: tuple[Piece, ...]

    @property
    def is_changed(self) -> bool:
        return any(one.how != "same" for one in self.pieces)


def words_between(before: str, after: str) -> tuple[Piece, ...]:
    """Put together, what is not "ins" is the text before, and what is not "del" the text after."""
    old, new = WORDS.findall(before), WORDS.findall(after)
    pieces: list[Piece] = []
    for how, first, last, start, end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if how == "equal":
            pieces.append(Piece("same", "".join(old[first:last])))
            continue
        pieces += [Piece("del", "".join(old[first:last]))] if last > first else []
        pieces += [Piece("ins", "".join(new[start:end]))] if end > start else []
    return tuple(pieces)


def sections_between(before: Mapping[str, str], after: Sequence[Mapping[str, Any]]) -> list[SectionDifference]:
    """In the order of the later text; a section that was not there before came whole."""
    return [
        SectionDifference(one["code"], label_of(one), words_between(before.get(one["code"], ""), one["text"]))
        for one in after
    ]


def taken_over(base: Mapping[str, str], newest: Mapping[str, str], typed: Mapping[str, str]) -> dict[str, str]:
    """What was typed, and where nothing was typed since `base` the text that is newest by now."""
    return {code: newest.get(code, text) if text == base.get(code) else text for code, text in typed.items()}
