"""Accepting a declaration with the ORM, in one transaction."""

import json
from typing import Any

from django.db import transaction
from django.db.models import F

from bench.peers import duties, place
from bench.peers.drf.authentication import KEYS
from bench.peers.drf.models import (
    AcceptedUuid,
    AreaLevel,
    Assessment,
    AuditEvent,
    Declaration,
    Outbox,
    Person,
    PersonDay,
    UnitDay,
)

FACTS = duties.Facts.__struct_fields__
STEPS = ("opens", "starts", "due", "closes")
WRITER = place.Writer()


def submit(person: Person, sent: dict[str, Any], at: int) -> tuple[int, dict[str, Any]]:
    """The status and the body of the answer."""
    with WRITER, transaction.atomic():
        return _submit(person, sent, at)


def _submit(person: Person, sent: dict[str, Any], at: int) -> tuple[int, dict[str, Any]]:
    declared_at, answers, temperature = sent["declared_at"], sent["answers"], sent.get("temperature_c")
    kept = KEYS.keep(person.subject, sent["window"], declared_at, answers, temperature)
    known = AcceptedUuid.objects.select_related("declaration", "assessment").filter(pk=sent["client_uuid"]).first()
    if known:
        return _again(known, kept)
    day, name = duties.day_of(declared_at), sent["window"].lower()
    locked = PersonDay.objects.select_for_update(of=("self",)).select_related("windows")
    person_day = locked.filter(subject=person.subject, day=day).first()
    if person_day is None:
        raise duties.DutyError(403, "nobody who declares on this day")
    if getattr(person_day, f"{name}_id"):
        raise duties.DutyError(409, "declared already for this window")
    opens, starts, due, closes = (getattr(person_day.windows, f"{name}_{step}") for step in STEPS)
    if not opens <= declared_at < closes:
        raise duties.DutyError(422, "the window is closed")
    late = duties.timeliness(declared_at, starts, due)
    new = duties.facts(day, declared_at, answers, temperature, _visited(answers.get("places")))
    before = Declaration.objects.filter(subject=person.subject, day__range=(duties.first_day(day), day))
    rows = [*(duties.Facts(*row) for row in before.values_list(*FACTS)), new]
    declaration = Declaration.objects.create(
        client_uuid=sent["client_uuid"],
        content_hash=kept.content_hash,
        subject=person.subject,
        unit_id=person_day.unit_id,
        window_name=sent["window"],
        received_at=at,
        timeliness=late,
        channel="API",
        questionnaire=duties.FORM,
        questionnaire_version=duties.VERSION,
        answers=kept.answers,
        answers_digest=kept.answers_digest,
        **{fact: getattr(new, fact) for fact in FACTS},
    )
    for field, value in (("id", declaration.pk), ("at", declared_at), ("timeliness", late)):
        setattr(person_day, f"{name}_{field}", value)
    person_day.save(update_fields=[f"{name}_{field}" for field in ("id", "at", "timeliness")])
    assessment = _assess(person, person_day, declaration, rows, at)
    AcceptedUuid.objects.create(
        client_uuid=sent["client_uuid"],
        content_hash=kept.content_hash,
        declaration=declaration,
        assessment=assessment,
        received_on=day,
    )
    AuditEvent.objects.create(
        at=at,
        action="submit_declaration",
        actor_id=person.pk,
        actor_name=person.full_name,
        subject_type="person",
        subject_id=str(person.pk),
        unit_id=person_day.unit_id,
        detail=json.dumps({"window": sent["window"], "timeliness": late, "channel": "API"}),
    )
    counts = {"arrival": ("arrived", "arrived_late"), "leaving": ("left", "left_late")}[name]
    added = dict(zip(counts, (F(counts[0]) + 1, F(counts[1]) + int(late == "LATE")), strict=True))
    UnitDay.objects.filter(unit_id=person_day.unit_id, day=day).update(**added)
    return 201, _answer(declaration, assessment)


def _assess(
    person: Person, person_day: PersonDay, declaration: Declaration, rows: list[duties.Facts], at: int
) -> Assessment:
    """The assessment in force: a new one where level, rows or edition changed."""
    level, codes = duties.judge(
        rows, person_day.day, is_isolating=person.is_isolating, residence=person.residence_level
    )
    judged = (level, json.dumps(codes), duties.EDITION)
    current = Assessment.objects.filter(subject=person.subject, is_current=True).first()
    if current and (current.level, current.row_codes, current.edition) == judged:
        return current
    if current:
        current.is_current = False
        current.save(update_fields=["is_current"])
    new = Assessment.objects.create(
        subject=person.subject,
        day=person_day.day,
        at=at,
        level=level,
        edition=duties.EDITION,
        row_codes=judged[1],
        cause="DECLARATION",
        declaration_id=declaration.pk,
        is_current=True,
    )
    if duties.is_worse(level, current.level if current else duties.LEVELS[0]):
        payload = json.dumps({"level": level, "unit": person_day.unit_id})
        Outbox.objects.create(key=f"level:{new.pk}", unit_id=person_day.unit_id, at=at, payload=payload)
    return new


def _again(known: AcceptedUuid, kept: duties.Kept) -> tuple[int, dict[str, Any]]:
    """A retry gets the first answer."""
    if known.content_hash != kept.content_hash:
        raise duties.DutyError(409, "this uuid was sent with other content")
    return 200, _answer(known.declaration, known.assessment)


def _answer(row: Declaration, assessment: Assessment) -> dict[str, Any]:
    codes = json.loads(assessment.row_codes)
    return duties.answer(row.pk, row.received_at, row.window_name, row.timeliness, assessment.level, codes)


def _visited(places: list[str] | None) -> str:
    if not places:
        return ""
    levels = list(AreaLevel.objects.filter(code__in=places).values_list("level", flat=True))
    if len(levels) < len(set(places)):
        raise duties.DutyError(422, "there is no area with this code")
    return max(levels, key=duties.AREA_LEVELS.index)
