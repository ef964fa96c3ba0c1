"""States of a paper, kinds of its files."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class PaperState(models.TextChoices):
    DRAFT = "DRAFT", _("draft")
    ISSUED = "ISSUED", _("issued")
    REPLACED = "REPLACED", _("replaced by a newer draft")
    WITHDRAWN = "WITHDRAWN", _("withdrawn")


class FileKind(models.TextChoices):
    """PDF and DOCX as they were made at issuing, and the PDF with the signature."""

    PDF = "PDF", _("PDF as issued")
    DOCX = "DOCX", _("DOCX as issued")
    SIGNED = "SIGNED", _("signed PDF")
