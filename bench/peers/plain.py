"""The leanest plain Django view: no middleware, msgspec for JSON, SQL by hand, under granian's WSGI."""

import json
import time
from typing import Any

import django
import msgspec
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.urls import path

from bench.peers import duties, place
from bench.peers.django_database import databases

settings.configure(
    SECRET_KEY=place.SECRET.decode(),
    ALLOWED_HOSTS=["127.0.0.1"],
    DATABASES=databases(),
    ROOT_URLCONF=__name__,
    MIDDLEWARE=[],
    USE_I18N=False,
)
django.setup()

KEYS = duties.Keys(place.SECRET, place.FIELD_KEY)
DECODER = msgspec.json.Decoder(duties.Sent)
ENCODER = msgspec.json.Encoder()
WRITER = place.Writer()
FACTS = ", ".join(duties.Facts.__struct_fields__)
FIND = f"""
    SELECT p.subject, p.full_name, p.residence_level, p.is_isolating, d.id, d.unit_id, d.arrival_id, d.leaving_id,
        w.arrival_opens, w.arrival_starts, w.arrival_due, w.arrival_closes,
        w.leaving_opens, w.leaving_starts, w.leaving_due, w.leaving_closes,
        a.content_hash, c.id, c.level, c.row_codes, c.edition
    FROM person p JOIN person_day d ON d.subject = p.subject AND d.day = %s JOIN windows w ON w.id = d.windows_id
    LEFT JOIN accepted_uuid a ON a.client_uuid = %s
    LEFT JOIN assessment c ON c.subject = p.subject AND c.is_current
    WHERE p.user_id = %s AND p.is_active {"FOR UPDATE OF d" if place.IS_POSTGRESQL else ""}
"""
FIRST_ANSWER = """
    SELECT d.id, d.received_at, d.window_name, d.timeliness, c.level, c.row_codes FROM accepted_uuid a
    JOIN declaration d ON d.id = a.declaration_id JOIN assessment c ON c.id = a.assessment_id WHERE a.client_uuid = %s
"""
VISITED = (
    "SELECT level FROM area_level WHERE code = ANY(%s)"
    if place.IS_POSTGRESQL
    else ("SELECT level FROM area_level WHERE code IN (SELECT value FROM json_each(%s))")
)
KEEP = f"""
    INSERT INTO declaration (client_uuid, content_hash, subject, unit_id, window_name, received_at, timeliness, channel,
        questionnaire, questionnaire_version, answers, answers_digest, {FACTS})
    VALUES ({", ".join(["%s"] * (12 + len(duties.Facts.__struct_fields__)))}) RETURNING id
"""
BEFORE = f"SELECT {FACTS} FROM declaration WHERE subject = %s AND day BETWEEN %s AND %s"
NOTE = {
    name: f"UPDATE person_day SET {name}_id = %s, {name}_at = %s, {name}_timeliness = %s WHERE id = %s"
    for name in ("arrival", "leaving")
}
COUNT = {
    name: f"UPDATE unit_day SET {whole} = {whole} + 1, {late} = {late} + %s WHERE unit_id = %s AND day = %s"
    for name, whole, late in (("arrival", "arrived", "arrived_late"), ("leaving", "left_", "left_late"))
}
REPLACE = "UPDATE assessment SET is_current = false WHERE id = %s"
ASSESS = """
    INSERT INTO assessment (subject, day, at, level, edition, row_codes, cause, declaration_id, is_current)
    VALUES (%s, %s, %s, %s, %s, %s, 'DECLARATION', %s, true) RETURNING id
"""
SEND = "INSERT INTO outbox (key, unit_id, at, payload) VALUES (%s, %s, %s, %s)"
ACCEPT = """
    INSERT INTO accepted_uuid (client_uuid, content_hash, declaration_id, assessment_id, received_on)
    VALUES (%s, %s, %s, %s, %s)
"""
AUDIT = """
    INSERT INTO audit_event (at, action, actor_id, actor_name, subject_type, subject_id, unit_id, detail)
    VALUES (%s, 'submit_declaration', %s, %s, 'person', %s, %s, %s)
"""


def declare(request: HttpRequest) -> HttpResponse:
    try:
        user_id = KEYS.user_of(request.headers.get("Authorization", ""), time.time())
        status, answer = submit(DECODER.decode(request.body), user_id, place.now())
    except msgspec.ValidationError as error:
        status, answer = 422, {"detail": str(error)}
    except duties.DutyError as error:
        status, answer = error.status, {"detail": str(error)}
    content = ENCODER.encode(answer)
    headers = {"Content-Length": str(len(content))}
    return HttpResponse(content, content_type="application/json", status=status, headers=headers)


def submit(sent: duties.Sent, user_id: int, at: int) -> tuple[int, dict[str, Any]]:
    declared_at = duties.milliseconds(sent.declared_at)
    duties.check(declared_at, sent.answers, sent.temperature_c, sent.attested, at)
    with WRITER, transaction.atomic(), connection.cursor() as cursor:
        return _submit(cursor, sent, user_id, declared_at, at)


def _submit(cursor: Any, sent: duties.Sent, user_id: int, declared_at: int, at: int) -> tuple[int, dict[str, Any]]:
    day, key, name = duties.day_of(declared_at), _key(sent.client_uuid), sent.window.lower()
    cursor.execute(FIND, (day, key, user_id))
    found = cursor.fetchone()
    if not found:
        raise duties.DutyError(403, "nobody who declares on this day")
    subject, full_name, residence, is_isolating, day_id, unit_id, *rest = found
    taken, (opens, starts, due, closes), (known, assessment_id, level, codes, edition) = _parts(rest, name)
    kept = KEYS.keep(_uuid(subject), sent.window, declared_at, sent.answers, sent.temperature_c)
    if known:
        return _again(cursor, key, known == kept.content_hash)
    if taken:
        raise duties.DutyError(409, "declared already for this window")
    if not opens <= declared_at < closes:
        raise duties.DutyError(422, "the window is closed")
    late = duties.timeliness(declared_at, starts, due)
    new = duties.facts(day, declared_at, sent.answers, sent.temperature_c, _visited(cursor, sent.answers.get("places")))
    cursor.execute(BEFORE, (subject, duties.first_day(day), day))
    rows = [*(duties.Facts(*row) for row in cursor.fetchall()), new]
    kept_as = (key, kept.content_hash, subject, unit_id, sent.window, at, late, "API", duties.FORM, duties.VERSION)
    cursor.execute(KEEP, (*kept_as, kept.answers, kept.answers_digest, *msgspec.structs.astuple(new)))
    [declaration_id] = cursor.fetchone()
    cursor.execute(NOTE[name], (declaration_id, declared_at, late, day_id))
    judged = duties.judge(rows, day, is_isolating=is_isolating, residence=residence)
    if (level, codes, edition) != (judged[0], json.dumps(judged[1]), duties.EDITION):
        cursor.execute(REPLACE, (assessment_id,))
        values = (subject, day, at, judged[0], duties.EDITION, json.dumps(judged[1]), declaration_id)
        cursor.execute(ASSESS, values)
        [assessment_id] = cursor.fetchone()
        if duties.is_worse(judged[0], level or duties.LEVELS[0]):
            payload = json.dumps({"level": judged[0], "unit": unit_id})
            cursor.execute(SEND, (f"level:{assessment_id}", unit_id, at, payload))
    cursor.execute(ACCEPT, (key, kept.content_hash, declaration_id, assessment_id, day))
    detail = json.dumps({"window": sent.window, "timeliness": late, "channel": "API"})
    cursor.execute(AUDIT, (at, user_id, full_name, str(user_id), unit_id, detail))
    cursor.execute(COUNT[name], (int(late == "LATE"), unit_id, day))
    return 201, duties.answer(declaration_id, at, sent.window, late, *judged)


def _parts(rest: list[Any], name: str) -> tuple[Any, list[Any], list[Any]]:
    """What counts for the window already, its four moments, and what is known of the uuid and the person's level."""
    is_leaving = name == "leaving"
    return rest[is_leaving], rest[6:10] if is_leaving else rest[2:6], rest[10:]


def _again(cursor: Any, key: Any, is_same: bool) -> tuple[int, dict[str, Any]]:
    """A retry gets the first answer."""
    if not is_same:
        raise duties.DutyError(409, "this uuid was sent with other content")
    cursor.execute(FIRST_ANSWER, (key,))
    *first, codes = cursor.fetchone()
    return 200, duties.answer(*first, json.loads(codes))


def _visited(cursor: Any, places: Any) -> str:
    if not places:
        return ""
    cursor.execute(VISITED, (places if place.IS_POSTGRESQL else json.dumps(places),))
    levels = [level for (level,) in cursor.fetchall()]
    if len(levels) < len(set(places)):
        raise duties.DutyError(422, "there is no area with this code")
    return max(levels, key=duties.AREA_LEVELS.index)


def _key(value: Any) -> Any:
    return value if place.IS_POSTGRESQL else value.hex


def _uuid(value: Any) -> Any:
    return value if place.IS_POSTGRESQL else duties.UUID(value)


urlpatterns = [path(place.ADDRESS[1:], declare)]
application = get_wsgi_application()
