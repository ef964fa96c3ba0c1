"""Meetings and who stands on their list; what the list says becomes presence when it is closed."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from vungxanh.admission.enums import Attendance, MeetingState, SubjectKind
from vungxanh.organization.models import Place, Unit


class Meeting(models.Model):
    """Called by `unit`. `ended_at` is when it really ended: before `ends_at` where its list was closed earlier."""

    key = models.UUIDField(unique=True, default=uuid.uuid4)
    title = models.CharField(max_length=200)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    place = models.ForeignKey(Place, models.PROTECT, related_name="+")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    state = models.CharField(max_length=10, choices=MeetingState)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["starts_at", "unit"], name="meeting_by_time")]
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="meeting_ends_after_it_starts"),
            models.CheckConstraint(
                condition=~Q(state=MeetingState.CLOSED) | Q(closed_at__isnull=False, ended_at__isnull=False),
                name="meeting_closed_has_moments",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class MeetingAttendee(models.Model):
    """Somebody on the list, by pseudonym. `entry_key` and `exit_key` are the sightings that the closed list wrote."""

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="attendees")
    subject = models.UUIDField()
    kind = models.CharField(max_length=10, choices=SubjectKind)
    attendance = models.CharField(max_length=10, choices=Attendance, default=Attendance.EXPECTED)
    marked_at = models.DateTimeField(null=True, blank=True)
    marked_by_id = models.BigIntegerField(null=True, blank=True)
    entry_key = models.UUIDField(null=True, blank=True, unique=True)
    exit_key = models.UUIDField(null=True, blank=True, unique=True)

    class Meta:
        indexes = [models.Index(fields=["subject"], name="attendee_by_subject")]
        constraints = [
            models.UniqueConstraint(fields=["meeting", "subject"], name="attendee_once_a_meeting"),
            models.CheckConstraint(
                condition=Q(entry_key__isnull=True, exit_key__isnull=True)
                | Q(entry_key__isnull=False, exit_key__isnull=False),
                name="attendee_keys_go_together",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.meeting}: {self.subject}"
