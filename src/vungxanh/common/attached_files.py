"""Files that are attached: a PDF, a Word document or a workbook, told by what is in it and never by its name."""

import io
import re
import zipfile
from collections.abc import Collection
from pathlib import PurePosixPath, PureWindowsPath

from django.utils.translation import gettext_lazy as _

from vungxanh.common.vietnamese import canonical

PDF = "application/pdf"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ENDINGS = {PDF: ".pdf", DOCX: ".docx", XLSX: ".xlsx"}
MAIN_PARTS = {DOCX: "word/document.xml", XLSX: "xl/workbook.xml"}
MOST_PARTS = 2000
BYTE_RANGE = re.compile(rb"/ByteRange\s*\[")
SIGNATURE = re.compile(rb"/Sig(?![A-Za-z])")


class AttachedFileError(ValueError):
    """What came is no file that is taken; the text says why."""


class UnknownKindError(AttachedFileError):
    """It is whole perhaps, and of another kind."""


def media_type_of(content: bytes, *, kinds: Collection[str] = (PDF, DOCX)) -> str:
    """One of `kinds`, out of `PDF`, `DOCX` and `XLSX`. Raises `AttachedFileError`, also for a document that carries
    macros."""
    if PDF in kinds and content.startswith(b"%PDF-") and b"%%EOF" in content[-2048:]:
        return PDF
    if content.startswith(b"PK\x03\x04"):
        try:
            with zipfile.ZipFile(io.BytesIO(content)) as opened:
                names = set(opened.namelist()[:MOST_PARTS])
        except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
            raise AttachedFileError(_("The file is damaged.")) from error
        if any(name.endswith("vbaProject.bin") or name.startswith("xl/macrosheets/") for name in names):
            raise AttachedFileError(_("The document carries macros; keep it without them."))
        found = [kind for kind in kinds if {"[Content_Types].xml", MAIN_PARTS.get(kind, "-")} <= names]
        if len(found) == 1:
            return found[0]
    raise UnknownKindError(_("Only PDF and DOCX are taken."))


def safe_name(name: str, ending: str, *, otherwise: str) -> str:
    """Without folders and signs, with the `ending` of what it really is; at most 120 characters."""
    stem = PurePosixPath(PureWindowsPath(name).name).stem
    kept = canonical("".join(c if c.isalnum() or c in " -_.()" else " " for c in stem))
    return f"{kept[:100] or otherwise}{ending}"


def holds_signature(pdf: bytes) -> bool:
    """Whether a PDF has a digital signature: the bytes that it covers and its dictionary stand in it uncompressed. Says
    nothing of whose it is, nor whether it is genuine."""
    return bool(BYTE_RANGE.search(pdf) and SIGNATURE.search(pdf))
