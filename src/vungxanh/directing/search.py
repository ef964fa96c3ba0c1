"""What the one search finds of directing."""

import datetime

from django.http import HttpRequest
from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from vungxanh.common.formats import day
from vungxanh.common.search import MOST, Hit, Source
from vungxanh.directing.enums import GuidanceState
from vungxanh.directing.queries.guidance import found_by, guidance_visible_to
from vungxanh.directing.queries.questions import all_published, questions_visible_to, titled
from vungxanh.organization.search import viewer


def questions(request: HttpRequest, text: str, today: datetime.date) -> list[Hit]:
    """Those of one's units, then those that everybody reads."""
    own = titled(questions_visible_to(viewer(request), on=today), text)[:MOST]
    hits = [Hit(one.title, reverse("directing:question_page", args=[one.pk]), day(one.asked_at)) for one in own]
    known = {one.pk for one in own}
    for one in all_published(text)[: MOST + len(known)]:
        if one.pk not in known:
            title = Truncator(one.published_question).chars(90)
            hits.append(Hit(title, reverse("directing:published_page", args=[one.pk]), day(one.published_at)))
    return hits[:MOST]


def guidance(request: HttpRequest, text: str, today: datetime.date) -> list[Hit]:
    """What is in force of what one may read."""
    seen = guidance_visible_to(viewer(request), on=today).filter(state=GuidanceState.PUBLISHED)
    found = found_by(seen, text)[:MOST]
    return [Hit(one.title, reverse("directing:guidance_page", args=[one.pk]), one.number) for one in found]


SOURCES = (
    Source("guidance", _("Guidance"), "book", 55, guidance),
    Source("questions", _("Questions and answers"), "help", 60, questions),
)
