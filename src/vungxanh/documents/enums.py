"""States of a paper, of papers for many units and of drafts from Word; kinds of files."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


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


class BatchState(models.TextChoices):
    """Of papers that are made for many units at once."""

    RUNNING = "RUNNING", _("being made")
    DONE = "DONE", _("made")
    CANCELLED = "CANCELLED", _("cancelled")


class WordReturnState(models.TextChoices):
    """Of a draft that came back from Word."""

    READ = "READ", _("waits to be confirmed")
    TAKEN = "TAKEN", _("taken as the next version")
    DISCARDED = "DISCARDED", _("not taken")


class Urgency(models.TextChoices):
    """As it is stamped on a paper; in the order of haste."""

    NORMAL = "NORMAL", _("ordinary")
    URGENT = "URGENT", _("urgent")
    VERY_URGENT = "VERY_URGENT", _("very urgent")
    IMMEDIATE = "IMMEDIATE", _("immediate")


class IncomingState(models.TextChoices):
    """Of a paper that arrived."""

    ARRIVED = "ARRIVED", _("arrived")
    HANDED = "HANDED", pgettext_lazy("incoming paper", "handed over")
    DEALT = "DEALT", _("dealt with")
    STRUCK = "STRUCK", _("struck off")
