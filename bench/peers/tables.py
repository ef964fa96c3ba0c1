"""The tables of `bench.peers.schema` for SQLAlchemy, and its statements, built once."""

import sqlalchemy as sa

from bench.peers import duties

FACTS = duties.Facts.__struct_fields__
UUIDS = {"subject", "client_uuid"}
YES_OR_NO = {"is", "has", "had", "came"}
DAYS = {"day", "received_on"}
TRUTHS = {name for name in (*FACTS, "is_isolating", "is_active", "is_current") if name.partition("_")[0] in YES_OR_NO}


def table(name: str, *columns: str) -> sa.TableClause:
    return sa.table(name, *(sa.column(one, _type(one)) for one in columns))


def _type(name: str) -> sa.types.TypeEngine[object] | None:
    if name in UUIDS:
        return sa.Uuid()
    if name in DAYS:
        return sa.Date()
    return sa.Boolean() if name in TRUTHS else None


STEPS = [f"{window}_{step}" for window in ("arrival", "leaving") for step in ("opens", "starts", "due", "closes")]
PERSON = table("person", "user_id", "subject", "full_name", "residence_level", "is_isolating", "is_active").alias("p")
DAY = table(
    "person_day",
    *("id", "subject", "day", "unit_id", "windows_id"),
    *(f"{window}_{name}" for window in ("arrival", "leaving") for name in ("id", "at", "timeliness")),
)
WINDOWS = table("windows", "id", *STEPS).alias("w")
UNIT_DAY = table("unit_day", "unit_id", "day", "arrived", "arrived_late", "left_", "left_late")
DECLARATION = table(
    "declaration",
    *("id", "client_uuid", "content_hash", "subject", "unit_id", "window_name", "received_at", "timeliness", "channel"),
    *("questionnaire", "questionnaire_version", "answers", "answers_digest", *FACTS),
)
ACCEPTED = table("accepted_uuid", "client_uuid", "content_hash", "declaration_id", "assessment_id", "received_on")
ASSESSMENT = table(
    "assessment",
    *("id", "subject", "day", "at", "level", "edition", "row_codes", "cause", "declaration_id", "is_current"),
)
AUDIT = table(
    "audit_event",
    *("at", "action", "actor_id", "actor_name", "subject_type", "subject_id", "unit_id", "detail"),
)
OUTBOX = table("outbox", "key", "unit_id", "at", "payload")
AREA_LEVEL = table("area_level", "code", "level")

wanted = sa.bindparam
FIND = (
    sa.select(
        PERSON.c.subject,
        PERSON.c.full_name,
        PERSON.c.residence_level,
        PERSON.c.is_isolating,
        DAY.c.id.label("day_id"),
        DAY.c.unit_id,
        DAY.c.arrival_id,
        DAY.c.leaving_id,
        *(WINDOWS.c[step] for step in STEPS),
        ACCEPTED.c.content_hash,
        ASSESSMENT.c.id.label("assessment_id"),
        ASSESSMENT.c.level,
        ASSESSMENT.c.row_codes,
        ASSESSMENT.c.edition,
    )
    .select_from(
        PERSON.join(DAY, sa.and_(DAY.c.subject == PERSON.c.subject, DAY.c.day == wanted("day", type_=sa.Date())))
        .join(WINDOWS, WINDOWS.c.id == DAY.c.windows_id)
        .outerjoin(ACCEPTED, ACCEPTED.c.client_uuid == wanted("key", type_=sa.Uuid()))
        .outerjoin(ASSESSMENT, sa.and_(ASSESSMENT.c.subject == PERSON.c.subject, ASSESSMENT.c.is_current))
    )
    .where(PERSON.c.user_id == wanted("user"), PERSON.c.is_active)
    .with_for_update(of=DAY)
)
BEFORE = sa.select(*(DECLARATION.c[name] for name in FACTS)).where(
    DECLARATION.c.subject == wanted("who", type_=sa.Uuid()),
    DECLARATION.c.day.between(wanted("first", type_=sa.Date()), wanted("last", type_=sa.Date())),
)
FIRST_ANSWER = (
    sa.select(
        *(DECLARATION.c[name] for name in ("id", "received_at", "window_name", "timeliness")),
        ASSESSMENT.c.level,
        ASSESSMENT.c.row_codes,
    )
    .select_from(
        ACCEPTED.join(DECLARATION, DECLARATION.c.id == ACCEPTED.c.declaration_id).join(
            ASSESSMENT, ASSESSMENT.c.id == ACCEPTED.c.assessment_id
        )
    )
    .where(ACCEPTED.c.client_uuid == wanted("key", type_=sa.Uuid()))
)
VISITED = sa.select(AREA_LEVEL.c.level).where(AREA_LEVEL.c.code.in_(wanted("codes", expanding=True)))
KEEP = sa.insert(DECLARATION).returning(DECLARATION.c.id)
ASSESS = sa.insert(ASSESSMENT).returning(ASSESSMENT.c.id)
REPLACE = sa.update(ASSESSMENT).where(ASSESSMENT.c.id == wanted("old")).values(is_current=False)
NOTE = sa.update(DAY).where(DAY.c.id == wanted("day_id"))
COUNTS = {"ARRIVAL": ("arrived", "arrived_late"), "LEAVING": ("left_", "left_late")}
COUNT = {
    window: sa.update(UNIT_DAY)
    .where(UNIT_DAY.c.unit_id == wanted("unit"), UNIT_DAY.c.day == wanted("on", type_=sa.Date()))
    .values({whole: UNIT_DAY.c[whole] + 1, late: UNIT_DAY.c[late] + wanted("late", type_=sa.Integer())})
    for window, (whole, late) in COUNTS.items()
}
