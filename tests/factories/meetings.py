"""A meeting on Monday morning."""

import uuid

from tests.factories.organization import clock
from vungxanh.accounts.models import User
from vungxanh.admission.enums import SubjectKind
from vungxanh.admission.models import Meeting
from vungxanh.admission.operations import meetings as operations
from vungxanh.organization.models import Person, Place, Unit


def plan(place: Place, hours: tuple[int, int] = (8, 10)) -> operations.MeetingPlan:
    return operations.MeetingPlan("Giao ban", place, clock(hours[0]), clock(hours[1]))


def make_meeting(unit: Unit, place: Place, actor: User, *people: Person, hours: tuple[int, int] = (8, 10)) -> Meeting:
    """Called, with these people on its list."""
    at = clock(7)
    meeting = operations.draft_meeting(uuid.uuid4(), plan(place, hours), unit=unit, actor=actor, at=at)
    subjects = {one.pseudonym: SubjectKind.STAFF for one in people}
    operations.invite_to_meeting(meeting, subjects, actor=actor, at=at)
    return operations.move_meeting(meeting, "call", actor=actor, at=at)
