"""Files that are attached: a PDF or a Word document, told by what is in it and never by its name."""

import io
import re
import zipfile

from django.utils.translation import gettext_lazy as _

PDF = "application/pdf"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
ENDINGS = {PDF: ".pdf", DOCX: ".docx"}
MOST_PARTS = 2000
BYTE_RANGE = re.compile(rb"/ByteRange\s*\[")
SIGNATURE = re.compile(rb"/Sig(?![A-Za-z])")


class AttachedFileError(ValueError):
    """What came is no file that is taken; the text says why."""


def media_type_of(content: bytes) -> str:
    """`PDF` or `DOCX`. Raises `AttachedFileError`, also for a document that carries macros."""
    if content.startswith(b"%PDF-") and b"%%EOF" in content[-2048:]:
        return PDF
    if content.startswith(b"PK\x03\x04"):
        try:
            with zipfile.ZipFile(io.BytesIO(content)) as opened:
                names = set(opened.namelist()[:MOST_PARTS])
        except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
            raise AttachedFileError(_("The file is damaged.")) from error
        if any(name.endswith("vbaProject.bin") for name in names):
            raise AttachedFileError(_("The document carries macros; keep it as DOCX without them."))
        if {"[Content_Types].xml", "word/document.xml"} <= names:
            return DOCX
    raise AttachedFileError(_("Only PDF and DOCX are taken."))


def holds_signature(pdf: bytes) -> bool:
    """Whether a PDF has a digital signature: the bytes that it covers and its dictionary stand in it uncompressed. Says
    nothing of whose it is, nor whether it is genuine."""
    return bool(BYTE_RANGE.search(pdf) and SIGNATURE.search(pdf))
