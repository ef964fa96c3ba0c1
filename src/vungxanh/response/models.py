"""Response plans of units, and each time that one was carried out or tried."""

import datetime
import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from vungxanh.organization.models import Person, Unit
from vungxanh.response.enums import PlanState, ResponseState


class ResponsePlan(models.Model):
    """A unit has one in force and one draft at most; `number` counts its versions. By `changed_at` two who change the
    same draft are told apart."""

    key = models.UUIDField(primary_key=True, default=uuid.uuid4)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="response_plans")
    number = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=10, choices=PlanState)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    changed_at = models.DateTimeField()
    in_force_at = models.DateTimeField(null=True, blank=True)
    in_force_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["unit", "number"], name="response_plan_version_once"),
            models.UniqueConstraint(fields=["unit"], condition=Q(state="DRAFT"), name="response_plan_one_draft"),
            models.UniqueConstraint(fields=["unit"], condition=Q(state="IN_FORCE"), name="response_plan_one_in_force"),
            models.CheckConstraint(
                condition=Q(state="DRAFT", in_force_at__isnull=True, in_force_by__isnull=True)
                | ~Q(state="DRAFT") & Q(in_force_at__isnull=False, in_force_by__isnull=False),
                name="response_plan_in_force_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit_id}/{self.number}"


class PlanDuty(models.Model):
    """Who does it, and who does it where that one is not there."""

    plan = models.ForeignKey(ResponsePlan, models.CASCADE, related_name="duties")
    code = models.CharField(max_length=20)
    name = models.CharField(max_length=120)
    position = models.PositiveSmallIntegerField()
    person = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    stand_in = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["plan", "code"], name="plan_duty_once"),
            models.CheckConstraint(
                condition=Q(stand_in__isnull=True) | ~Q(stand_in=models.F("person")), name="plan_duty_two_people"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class PlanStep(models.Model):
    """A step of a scenario, in the order in which it is done; `within` minutes from the start."""

    plan = models.ForeignKey(ResponsePlan, models.CASCADE, related_name="steps")
    scenario = models.CharField(max_length=20)
    scenario_name = models.CharField(max_length=160)
    position = models.PositiveSmallIntegerField()
    text = models.CharField(max_length=300)
    within = models.PositiveIntegerField()
    duty = models.ForeignKey(PlanDuty, models.CASCADE, related_name="steps")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["plan", "position"], name="plan_step_has_a_place"),
            models.CheckConstraint(condition=~Q(text="") & Q(within__gte=1), name="plan_step_in_words"),
        ]

    def __str__(self) -> str:
        return self.text


class Response(models.Model):
    """A scenario carried out, or tried (`is_drill`), by the plan that was in force."""

    key = models.UUIDField(primary_key=True, default=uuid.uuid4)
    plan = models.ForeignKey(ResponsePlan, models.PROTECT, related_name="responses")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="responses")
    scenario = models.CharField(max_length=20)
    scenario_name = models.CharField(max_length=160)
    is_drill = models.BooleanField()
    place = models.CharField(max_length=300, blank=True)
    state = models.CharField(max_length=10, choices=ResponseState)
    started_at = models.DateTimeField()
    started_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    conclusion = models.TextField(blank=True)

    class Meta:
        indexes = [models.Index(fields=["unit", "started_at"], name="response_by_unit")]
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "scenario"], condition=Q(state="RUNNING"), name="response_one_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(state="RUNNING", ended_at__isnull=True, ended_by__isnull=True)
                | Q(state="ENDED", ended_at__isnull=False, ended_by__isnull=False) & ~Q(conclusion=""),
                name="response_ended_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit_id}: {self.scenario_name}"


class ResponseStep(models.Model):
    """What is to be done, by whom, until when; ticked with who did it. The people and the duty as the plan had them."""

    response = models.ForeignKey(Response, models.CASCADE, related_name="steps")
    position = models.PositiveSmallIntegerField()
    text = models.CharField(max_length=300)
    duty = models.CharField(max_length=120)
    person = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    stand_in = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    due_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    note = models.CharField(max_length=300, blank=True)
    reminded_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["due_at"], condition=Q(done_at__isnull=True), name="response_step_open_by_due"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["response", "position"], name="response_step_has_a_place"),
            models.CheckConstraint(
                condition=Q(done_at__isnull=True, done_by__isnull=True)
                | Q(done_at__isnull=False, done_by__isnull=False),
                name="response_step_done_whole",
            ),
        ]

    def __str__(self) -> str:
        return self.text

    def is_overdue(self, at: datetime.datetime) -> bool:
        return self.done_at is None and at > self.due_at

    @property
    def was_late(self) -> bool:
        return self.done_at is not None and self.done_at > self.due_at
