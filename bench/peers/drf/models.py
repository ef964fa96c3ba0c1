"""The tables of `bench.peers.schema` as models."""

from django.db import models

LEVEL = {"max_length": 10}


class Person(models.Model):
    user_id = models.BigIntegerField(primary_key=True)
    subject = models.UUIDField(unique=True)
    full_name = models.CharField(max_length=160)
    unit_id = models.BigIntegerField()
    residence_level = models.CharField(**LEVEL)
    is_isolating = models.BooleanField()
    is_active = models.BooleanField()
    is_authenticated = True

    class Meta:
        managed = False
        db_table = "person"

    def __str__(self) -> str:
        return self.full_name


class Windows(models.Model):
    arrival_opens = models.BigIntegerField()
    arrival_starts = models.BigIntegerField()
    arrival_due = models.BigIntegerField()
    arrival_closes = models.BigIntegerField()
    leaving_opens = models.BigIntegerField()
    leaving_starts = models.BigIntegerField()
    leaving_due = models.BigIntegerField()
    leaving_closes = models.BigIntegerField()

    class Meta:
        managed = False
        db_table = "windows"

    def __str__(self) -> str:
        return str(self.pk)


class PersonDay(models.Model):
    subject = models.UUIDField()
    day = models.DateField()
    unit_id = models.BigIntegerField()
    windows = models.ForeignKey(Windows, models.PROTECT, db_constraint=False)
    arrival_id = models.BigIntegerField(null=True)
    arrival_at = models.BigIntegerField(null=True)
    arrival_timeliness = models.CharField(max_length=10)
    leaving_id = models.BigIntegerField(null=True)
    leaving_at = models.BigIntegerField(null=True)
    leaving_timeliness = models.CharField(max_length=10)

    class Meta:
        managed = False
        db_table = "person_day"

    def __str__(self) -> str:
        return f"{self.day} {self.subject}"


class UnitDay(models.Model):
    unit_id = models.BigIntegerField()
    day = models.DateField()
    expected = models.IntegerField()
    arrived = models.IntegerField()
    arrived_late = models.IntegerField()
    left = models.IntegerField(db_column="left_")
    left_late = models.IntegerField()

    class Meta:
        managed = False
        db_table = "unit_day"

    def __str__(self) -> str:
        return f"{self.day} {self.unit_id}"


class Declaration(models.Model):
    client_uuid = models.UUIDField()
    content_hash = models.CharField(max_length=64)
    subject = models.UUIDField()
    unit_id = models.BigIntegerField()
    day = models.DateField()
    window_name = models.CharField(max_length=10)
    declared_at = models.BigIntegerField()
    received_at = models.BigIntegerField()
    timeliness = models.CharField(max_length=10)
    channel = models.CharField(max_length=20)
    questionnaire = models.CharField(max_length=40)
    questionnaire_version = models.CharField(max_length=20)
    answers = models.BinaryField()
    answers_digest = models.CharField(max_length=64)
    has_fever = models.BooleanField()
    symptom_count = models.SmallIntegerField()
    has_respiratory_sign = models.BooleanField()
    has_lost_taste_or_smell = models.BooleanField()
    had_contact_with_case = models.BooleanField()
    had_contact_with_symptomatic = models.BooleanField()
    came_from_epidemic_area = models.BooleanField()
    worst_visited_level = models.CharField(**LEVEL)

    class Meta:
        managed = False
        db_table = "declaration"

    def __str__(self) -> str:
        return f"{self.day} {self.window_name}"


class Assessment(models.Model):
    subject = models.UUIDField()
    day = models.DateField()
    at = models.BigIntegerField()
    level = models.CharField(**LEVEL)
    edition = models.CharField(max_length=10)
    row_codes = models.TextField()
    cause = models.CharField(max_length=12)
    declaration_id = models.BigIntegerField(null=True)
    is_current = models.BooleanField()

    class Meta:
        managed = False
        db_table = "assessment"

    def __str__(self) -> str:
        return f"{self.day} {self.level}"


class AcceptedUuid(models.Model):
    client_uuid = models.UUIDField(primary_key=True)
    content_hash = models.CharField(max_length=64)
    declaration = models.ForeignKey(Declaration, models.PROTECT, db_constraint=False)
    assessment = models.ForeignKey(Assessment, models.PROTECT, db_constraint=False)
    received_on = models.DateField()

    class Meta:
        managed = False
        db_table = "accepted_uuid"

    def __str__(self) -> str:
        return str(self.client_uuid)


class AuditEvent(models.Model):
    at = models.BigIntegerField()
    action = models.CharField(max_length=80)
    actor_id = models.BigIntegerField(null=True)
    actor_name = models.CharField(max_length=160)
    subject_type = models.CharField(max_length=60)
    subject_id = models.CharField(max_length=60)
    unit_id = models.BigIntegerField(null=True)
    detail = models.TextField()

    class Meta:
        managed = False
        db_table = "audit_event"

    def __str__(self) -> str:
        return self.action


class Outbox(models.Model):
    key = models.CharField(max_length=120, unique=True)
    unit_id = models.BigIntegerField()
    at = models.BigIntegerField()
    payload = models.TextField()

    class Meta:
        managed = False
        db_table = "outbox"

    def __str__(self) -> str:
        return self.key


class AreaLevel(models.Model):
    code = models.CharField(max_length=20, primary_key=True)
    level = models.CharField(**LEVEL)

    class Meta:
        managed = False
        db_table = "area_level"

    def __str__(self) -> str:
        return self.code
