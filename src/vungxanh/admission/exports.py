"""Passes and codes of places as pictures."""

import datetime
from dataclasses import dataclass

from django.utils.safestring import SafeString

from vungxanh.admission.models import GatePass
from vungxanh.admission.queries.passes import all_good_pass, all_tokens
from vungxanh.admission.subjects import all_named
from vungxanh.common.clock import ZONE
from vungxanh.common.qr import qr_picture
from vungxanh.organization.models import Person


@dataclass(frozen=True, slots=True)
class ShownPass:
    """A pass with what stands beside its code."""

    row: GatePass
    picture: SafeString
    name: str
    belongs_to: str


def shown_pass(row: GatePass) -> ShownPass:
    """The code is dense: little of it may be dirty, so that a cheap camera reads it from a small screen."""
    named = all_named([row.subject], on=row.day).get(row.subject)
    picture = qr_picture(all_tokens([row])[row.jti], error="l")
    return ShownPass(row, picture, named.name if named else "", named.belongs_to if named else "")


def own_pass(person: Person, *, at: datetime.datetime) -> ShownPass | None:
    """Today's, or that of a shift which began yesterday."""
    today = at.astimezone(ZONE).date()
    days = (today, today - datetime.timedelta(days=1))
    row = next((one for day in days if (one := all_good_pass(person.pseudonym, day, at=at))), None)
    return shown_pass(row) if row else None
