"""Numbers and bullets that Word draws before the paragraphs of a list, as text."""

from collections import defaultdict
from typing import Any

from docx.document import Document
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml.ns import qn

BULLET = "-"
ROMAN = ((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"),
         (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))  # fmt: skip
DEEPEST = 9


class Numbers:
    """Counts on from paragraph to paragraph: ask it in the order of the document."""

    def __init__(self, document: Document) -> None:
        self.levels: dict[str, dict[int, tuple[str, str, int]]] = {}
        self.counted: dict[str, dict[int, int]] = defaultdict(dict)
        self.styles = {one.style_id: one.element for one in document.styles}
        try:
            root: Any = document.part.part_related_by(RELATIONSHIP_TYPE.NUMBERING)
        except KeyError:
            return
        abstract = {one.get(qn("w:abstractNumId")): one for one in root.element.iter(qn("w:abstractNum"))}
        for number in root.element.iter(qn("w:num")):
            kept = abstract.get(_value(number, "w:abstractNumId"))
            if kept is not None:
                self.levels[str(number.get(qn("w:numId")))] = dict(map(_level, kept.iter(qn("w:lvl"))))

    def before(self, paragraph: Any) -> str:
        """`1.`, `a)`, `-`; nothing where the paragraph is of no list."""
        number_id, depth = self._place_of(paragraph.find(qn("w:pPr")))
        levels = self.levels.get(number_id, {})
        if depth not in levels:
            return ""
        kind, text, start = levels[depth]
        counted = self.counted[number_id]
        counted[depth] = counted.get(depth, start - 1) + 1
        for deeper in [one for one in counted if one > depth]:
            del counted[deeper]
        if kind == "bullet":
            return BULLET
        if kind == "none":
            return ""
        for level in range(depth + 1):
            of, _text, begins = levels.get(level, ("decimal", "", 1))
            text = text.replace(f"%{level + 1}", _written(counted.get(level, begins), of))
        return text

    def _place_of(self, properties: Any) -> tuple[str, int]:
        """The list and the level, said by the paragraph or by its style."""
        for _step in range(DEEPEST):
            if properties is None:
                return "", 0
            number = properties.find(qn("w:numPr"))
            if number is not None and _value(number, "w:numId"):
                depth = _value(number, "w:ilvl")
                return _value(number, "w:numId"), int(depth) if depth.isdecimal() else 0
            style = self.styles.get(_value(properties, "w:pStyle") or _value(properties.getparent(), "w:basedOn"))
            properties = style.find(qn("w:pPr")) if style is not None else None
        return "", 0


def _level(level: Any) -> tuple[int, tuple[str, str, int]]:
    start = _value(level, "w:start")
    kind, text = _value(level, "w:numFmt") or "decimal", _value(level, "w:lvlText")
    return int(level.get(qn("w:ilvl"))), (kind, text, int(start) if start.isdecimal() else 1)


def _value(element: Any, name: str) -> str:
    found = element.find(qn(name)) if element is not None else None
    return str(found.get(qn("w:val")) or "") if found is not None else ""


def _written(number: int, kind: str) -> str:
    if kind in ("lowerLetter", "upperLetter"):
        letter = chr(ord("a") + (number - 1) % 26) * ((number - 1) // 26 + 1)
        return letter.upper() if kind == "upperLetter" else letter
    if kind in ("lowerRoman", "upperRoman"):
        letters = ""
        for value, one in ROMAN:
            letters += one * (number // value)
            number %= value
        return letters.upper() if kind == "upperRoman" else letters
    return str(number)
