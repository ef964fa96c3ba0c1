"""One DOCX for many units: printed once with its fields, then only the parts with text are made anew for each."""

import io
import zipfile
from collections.abc import Mapping
from xml.sax.saxutils import escape

from vungxanh.documents.fields import FIELD, field_named
from vungxanh.documents.printing.printed import Printed
from vungxanh.documents.printing.word import word

WITH_TEXT = frozenset({"word/document.xml", "docProps/core.xml"})


class WordForm:
    """`paper` is printed with fields in its texts."""

    def __init__(self, paper: Printed) -> None:
        fixed = io.BytesIO()
        self.texts: list[tuple[zipfile.ZipInfo, str]] = []
        with zipfile.ZipFile(io.BytesIO(word(paper))) as parts, zipfile.ZipFile(fixed, "w") as kept:
            for part in parts.infolist():
                if part.filename in WITH_TEXT:
                    self.texts.append((part, parts.read(part).decode()))
                else:
                    kept.writestr(_entry(part), parts.read(part), zipfile.ZIP_DEFLATED)
        self.fixed = fixed.getvalue()

    def filled(self, values: Mapping[str, str]) -> bytes:
        """The same bytes for the same values; part by part what `word` makes of the filled content. Braces that are no
        field stay."""
        made = io.BytesIO()
        made.write(self.fixed)
        with zipfile.ZipFile(made, "a") as parts:
            for part, text in self.texts:
                put = FIELD.sub(lambda found: escape(values.get(field_named(found[1]), found[0])), text)
                parts.writestr(_entry(part), put.encode(), zipfile.ZIP_DEFLATED)
        return made.getvalue()


def _entry(part: zipfile.ZipInfo) -> zipfile.ZipInfo:
    return zipfile.ZipInfo(part.filename, part.date_time)
