"""Assignments to the front line, as they are stored."""

import datetime
from typing import Any

from tests.factories.organization import MONDAY, clock
from vungxanh.common.encryption import encrypt
from vungxanh.organization.enums import FrontLinePlace
from vungxanh.organization.models import FrontLineAssignment, FrontLineConfirmation, Person, Unit

PAPER = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


def make_assignment(person: Person, unit: Unit, first_day: datetime.date = MONDAY, **more: Any) -> FrontLineAssignment:
    """At a checkpoint for a week, unless told otherwise."""
    given = {
        "order_number": "128/QĐ-SNN",
        "place_kind": FrontLinePlace.CHECKPOINT,
        "place": "Chốt số 3",
        "work": "Đo thân nhiệt",
        "last_day": first_day + datetime.timedelta(days=6),
    }
    return FrontLineAssignment.objects.create(person=person, unit=unit, first_day=first_day, **{**given, **more})


def make_confirmation(assignment: FrontLineAssignment, **more: Any) -> FrontLineConfirmation:
    """With a scan, unless told otherwise."""
    given = {
        "name": "Trần Văn Bá",
        "post": "Chốt trưởng",
        "organisation": "UBND xã Kim Long",
        "day": assignment.first_day,
        "scan": encrypt(PAPER),
        "media_type": "application/pdf",
        "sha256": "0" * 64,
        "recorded_at": clock(9),
    }
    return FrontLineConfirmation.objects.create(assignment=assignment, **{**given, **more})
