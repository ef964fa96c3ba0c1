"""What the one search finds of the movement: clauses of the plans that one may read."""

import datetime

from django.http import HttpRequest
from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from vungxanh.common.search import MOST, Hit, Source
from vungxanh.common.vietnamese import folded
from vungxanh.movement.queries.campaigns import campaigns_visible_to, newest_edition
from vungxanh.organization.search import viewer


def clauses(request: HttpRequest, text: str, today: datetime.date) -> list[Hit]:
    """By words with or without marks."""
    hits: list[Hit] = []
    wanted = folded(text)
    for campaign in campaigns_visible_to(viewer(request), on=today)[:5]:
        address = reverse("movement:campaign_page", args=[campaign.code])
        if wanted in folded(campaign.title):
            hits.append(Hit(Truncator(campaign.title).chars(90), address, campaign.get_state_display()))
        for clause in newest_edition(campaign).plan.clauses.values():
            if wanted in folded(clause.text):
                hits.append(Hit(Truncator(clause.text).chars(90), f"{address}#diem-{clause.id}", clause.id))
    return hits[:MOST]


SOURCES = (Source("movement", _("Emulation movement"), "flag", 50, clauses),)
