"""Sightings at gates as they arrive."""

import datetime
import uuid
from typing import Any

from vungxanh.organization.models import Place
from vungxanh.screening.enums import Direction, GateState, Means
from vungxanh.screening.operations import NewPresence


def new_presence(
    place: Place, subject: uuid.UUID, device_at: datetime.datetime | None, direction: Direction, **more: Any
) -> NewPresence:
    """Scanned by a guard, let in when coming."""
    decision = GateState.ALLOWED if direction == Direction.IN else None
    given = {"client_uuid": uuid.uuid4(), "means": Means.SCAN, "decision": decision}
    return NewPresence(place=place, subject=subject, device_at=device_at, direction=direction, **{**given, **more})
