"""Questions of units to the Office, everything that was said in them, and what is published of them."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from vungxanh.directing.enums import QuestionState, QuestionVerb
from vungxanh.organization.models import Unit


class Question(models.Model):
    """`due_at`: until when the Office answers, while it waits. What is published holds no unit and no person;
    `published_search` is the same without marks."""

    key = models.UUIDField(primary_key=True, default=uuid.uuid4)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    title = models.CharField(max_length=200)
    search_title = models.CharField(max_length=200)
    about_day = models.DateField(null=True, blank=True)
    is_about_return = models.BooleanField(default=False)
    state = models.CharField(max_length=10, choices=QuestionState)
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    due_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    published_question = models.TextField(blank=True)
    published_answer = models.TextField(blank=True)
    published_search = models.TextField(blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["state", "due_at"], name="question_by_due"),
            models.Index(fields=["unit", "asked_at"], name="question_by_unit"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state=QuestionState.ANSWERED) | Q(answered_at__isnull=False),
                name="question_answered_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(published_at__isnull=True) | ~Q(published_question="") & ~Q(published_answer=""),
                name="question_published_whole",
            ),
            models.CheckConstraint(
                condition=Q(is_about_return=False) | Q(about_day__isnull=False), name="question_return_has_a_day"
            ),
        ]

    def __str__(self) -> str:
        return self.title


class QuestionEntry(models.Model):
    """One step of a question with what was said at it; rows are only added."""

    question = models.ForeignKey(Question, models.PROTECT, related_name="entries")
    verb = models.CharField(max_length=10, choices=QuestionVerb)
    text = models.TextField(blank=True)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["question", "at"], name="question_entry_in_order")]

    def __str__(self) -> str:
        return f"{self.get_verb_display()}: {self.question}"
