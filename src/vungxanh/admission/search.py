"""What the one search finds of admission."""

import datetime

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from vungxanh.admission.models import Meeting
from vungxanh.admission.permissions import MEETING_HOLDERS
from vungxanh.admission.queries.meetings import meetings_held_by, meetings_inviting
from vungxanh.common.formats import moment
from vungxanh.common.search import MOST, Hit, Source, matches
from vungxanh.organization import roles
from vungxanh.organization.queries.people import person_of
from vungxanh.organization.search import viewer


def meetings(request: HttpRequest, text: str, today: datetime.date) -> list[Hit]:
    """Of the last weeks and to come, which one calls or is invited to."""
    user = viewer(request)
    held = meetings_held_by(roles.unit_ids_where(user, MEETING_HOLDERS, on=today), on=today)
    person = person_of(user)
    invited = meetings_inviting(person, on=today) if person else Meeting.objects.none()
    found = {one.pk: one for rows in (held, invited) for one in rows if matches(text, one.title, one.place.name)}
    return [_hit(one) for one in list(found.values())[:MOST]]


def _hit(one: Meeting) -> Hit:
    return Hit(
        one.title, reverse("meetings:meeting_page", args=[one.key]), f"{moment(one.starts_at)}, {one.place.name}"
    )


SOURCES = (Source("meetings", _("Meetings"), "calendar-event", 50, meetings),)
