"""Vietnamese text: sorting by given name, searching with and without marks, one spelling of the same letter."""

import re
import unicodedata
from collections.abc import Iterable

import vn_collate


def canonical(text: str) -> str:
    """Composed Unicode (NFC) with single spaces: the only form that is stored."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def canonical_text(text: str) -> str:
    """Several lines in composed Unicode: single spaces, no blanks at the ends, one empty line between paragraphs."""
    lines = [canonical(line) for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def canonical_lines(texts: Iterable[str]) -> list[str]:
    """Each that says something, once, in their order."""
    return list(dict.fromkeys(line for line in map(canonical, texts) if line))


def folded(text: str) -> str:
    """Lower case without any mark: what a search without marks compares."""
    text = text.replace("đ", "d").replace("Đ", "D")
    parts = unicodedata.normalize("NFD", text)
    return " ".join("".join(c for c in parts if not unicodedata.combining(c)).casefold().split())


def name_sort_key(full_name: str) -> str:
    """A string that sorts people by given name, then by the other words in order, in the Vietnamese way.

    Each word is keyed for itself, because the library ignores the space between words at its first level.
    """
    words = canonical(full_name).split(" ")
    return "\x01".join(text_sort_key(word) for word in [words[-1], *words[:-1]])


def text_sort_key(text: str) -> str:
    """A string that sorts any text in the Vietnamese order of letters, then tones."""
    return "\x02".join(str(vn_collate.collate_key(word)) for word in canonical(text).split(" "))
