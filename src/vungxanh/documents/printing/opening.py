"""Whether a DOCX that comes from outside may be opened: nothing in it runs, leads elsewhere or unpacks without end."""

import io
import zipfile
import zlib

import docx
from django.utils.translation import gettext_lazy as _
from docx.document import Document
from docx.opc.exceptions import PackageNotFoundError
from docx.opc.oxml import parse_xml

from vungxanh.common.attached_files import DOCX, MOST_PARTS, AttachedFileError, media_type_of
from vungxanh.documents.rulebook import WordReturnRule

RELATIONSHIP = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
OLE = b"\xd0\xcf\x11\xe0"
"""Begins a document of an older Word, and one that is encrypted with a password."""
MB = 1024 * 1024
READ, LARGEST_READ = (".xml", ".rels"), 16 * MB
"""Parts that are read into a tree, which takes some ten times as much memory as they are long."""
DAMAGED = (
    AttributeError,
    KeyError,
    NotImplementedError,
    PackageNotFoundError,
    RuntimeError,
    ValueError,
    SyntaxError,
    zipfile.BadZipFile,
    zlib.error,
)
"""What those who read a file raise where it is not what it says."""


class WordRefusedError(ValueError):
    """The file is not read at all; the text says why."""


def opened(content: bytes, rule: WordReturnRule) -> Document:
    """Raises `WordRefusedError`."""
    if len(content) > rule.largest_mb * MB:
        raise WordRefusedError(_("The file is larger than %(size)d MB.") % {"size": rule.largest_mb})
    if content.startswith(OLE):
        raise WordRefusedError(_("This is a document of an older Word, or one with a password; save it as DOCX."))
    try:
        media_type = media_type_of(content)
    except AttachedFileError as error:
        raise WordRefusedError(str(error)) from error
    if media_type != DOCX:
        raise WordRefusedError(_("This is no DOCX; edit the DOCX of the draft and bring that one in."))
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            _check_parts(parts, rule)
        document = docx.Document(io.BytesIO(content))
        if document.element.body is None:
            raise WordRefusedError(_("The file is damaged, or no DOCX."))
        return document
    except WordRefusedError:
        raise
    except DAMAGED as error:
        raise WordRefusedError(_("The file is damaged, or no DOCX.")) from error


def _check_parts(parts: zipfile.ZipFile, rule: WordReturnRule) -> None:
    entries = parts.infolist()
    total = sum(one.file_size for one in entries)
    read = sum(one.file_size for one in entries if one.filename.endswith(READ))
    if len(entries) > MOST_PARTS or total > rule.unpacked_mb * MB or read > LARGEST_READ:
        raise WordRefusedError(_("Unpacked, the file is too large."))
    if b"macroEnabled" in parts.read("[Content_Types].xml"):
        raise WordRefusedError(_("The document carries macros; keep it as DOCX without them."))
    for one in entries:
        if not one.filename.endswith(READ):
            continue
        text = parts.read(one)
        if b"<!DOCTYPE" in text or b"<!ENTITY" in text:
            raise WordRefusedError(_("The file is damaged, or no DOCX."))
        if one.filename.endswith(".rels"):
            _check_links(text)


def _check_links(relationships: bytes) -> None:
    """Addresses that are only shown are no links of that sort: their text is read, they are left out."""
    # Bytes, because XML that says its encoding is not taken as text.
    root = parse_xml(relationships)  # type: ignore[arg-type]
    for one in root.iter(RELATIONSHIP):
        if one.get("TargetMode") == "External" and not str(one.get("Type")).endswith("/hyperlink"):
            words = _("The document is linked to other files or addresses (template, picture, object); cut the links.")
            raise WordRefusedError(words)
