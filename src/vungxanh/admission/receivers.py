"""When somebody's level changes, the pass of the day follows in the same transaction."""

import datetime
import uuid
from collections.abc import Collection

from django.dispatch import receiver

from vungxanh.admission.operations.passes import follow_levels
from vungxanh.risk.signals import levels_changed


@receiver(levels_changed)
def follow_changed_levels(
    sender: object, *, subjects: Collection[uuid.UUID], at: datetime.datetime, **_: object
) -> None:
    follow_levels(subjects, at=at)
