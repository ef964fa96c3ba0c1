"""What the one search finds of plans: those that one may read, by their titles."""

import datetime

from django.http import HttpRequest
from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from vungxanh.common.search import MOST, Hit, Source
from vungxanh.organization.search import viewer
from vungxanh.plans.queries.plans import found_by, plans_visible_to


def plans(request: HttpRequest, text: str, today: datetime.date) -> list[Hit]:
    found = found_by(plans_visible_to(viewer(request), on=today).order_by("-made_at"), text)[:MOST]
    return [
        Hit(Truncator(one.summary).chars(90), reverse("plans:plan_page", args=[one.pk]), one.get_state_display())
        for one in found
    ]


SOURCES = (Source("plans", _("Plans of the units"), "file-text", 52, plans),)
