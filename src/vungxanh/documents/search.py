"""What the one search finds of papers."""

import datetime

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from vungxanh.common.formats import day
from vungxanh.common.search import MOST, Hit, Source, matches
from vungxanh.documents.enums import PaperState
from vungxanh.documents.models import Paper
from vungxanh.documents.queries import papers_visible_to
from vungxanh.organization.search import viewer

LOOKED_THROUGH = 500
"""The newest ones; older papers are found by the list."""


def papers(request: HttpRequest, text: str, today: datetime.date) -> list[Hit]:
    """By title, number or day, without drafts that a newer one replaced."""
    rows = papers_visible_to(viewer(request), on=today).exclude(state=PaperState.REPLACED)[:LOOKED_THROUGH]
    return [_hit(one) for one in rows if matches(text, one.title, one.full_number, day(one.day))][:MOST]


def _hit(one: Paper) -> Hit:
    note = f"{one.full_number}, {day(one.issued_on)}" if one.issued_on else str(one.get_state_display())
    return Hit(one.title, reverse("documents:paper_page", args=[one.pk]), note)


SOURCES = (Source("papers", _("Papers"), "file-text", 50, papers),)
