"""FastAPI with SQLAlchemy's asynchronous engine over asyncpg or aiosqlite, under uvicorn."""

import asyncio
import datetime
import json
import time
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated, Any, Literal
from urllib.parse import parse_qsl, urlsplit

import sqlalchemy as sa
from fastapi import FastAPI, Header
from fastapi.responses import JSONResponse
from pydantic import AwareDatetime, BaseModel, ConfigDict
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from bench.peers import duties, place, tables

CONNECTIONS = 12
"""To PostgreSQL, of each worker; SQLite has one writer, so there the requests of a worker share one."""


class DeclarationIn(BaseModel):
    model_config = ConfigDict(extra="forbid")

    client_uuid: uuid.UUID
    window: Literal["ARRIVAL", "LEAVING"]
    declared_at: AwareDatetime
    answers: dict[str, bool | list[str]]
    attested: bool
    temperature_c: float | None = None
    site: str | None = None


def engine() -> AsyncEngine:
    if place.IS_POSTGRESQL:
        parts = urlsplit(place.DATABASE)
        host = dict(parse_qsl(parts.query))["host"]
        address = f"postgresql+asyncpg://{parts.username}@{parts.path}?host={host}"
        return create_async_engine(address, pool_size=CONNECTIONS, max_overflow=0, pool_timeout=60)
    made = create_async_engine(f"sqlite+aiosqlite:///{place.DATABASE}", pool_size=1, max_overflow=0, pool_timeout=60)

    @sa.event.listens_for(made.sync_engine, "connect")
    def settle(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        for pragma in place.PRAGMAS:
            connection.execute(pragma)

    @sa.event.listens_for(made.sync_engine, "begin")
    def begin(connection: sa.Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return made


WRITER, ONE_AT_A_TIME = place.Writer(), asyncio.Lock()


@asynccontextmanager
async def writer() -> AsyncIterator[None]:
    """The turn of this worker to write; waiting for the other one holds up nobody else here."""
    if place.IS_POSTGRESQL:
        yield
        return
    async with ONE_AT_A_TIME:
        await asyncio.to_thread(WRITER.__enter__)
        try:
            yield
        finally:
            WRITER.__exit__()


KEYS = duties.Keys(place.SECRET, place.FIELD_KEY)
ENGINE = engine()
application = FastAPI()


@application.exception_handler(duties.DutyError)
async def refuse(_request: object, error: duties.DutyError) -> JSONResponse:
    return JSONResponse({"detail": str(error)}, status_code=error.status)


@application.post(place.ADDRESS)
async def declare(sent: DeclarationIn, authorization: Annotated[str, Header()]) -> JSONResponse:
    user_id, at = KEYS.user_of(authorization, time.time()), place.now()
    declared_at = duties.milliseconds(sent.declared_at)
    duties.check(declared_at, sent.answers, sent.temperature_c, sent.attested, at)
    async with writer(), ENGINE.begin() as connection:
        status, answer = await submit(connection, sent, user_id, declared_at, at)
    return JSONResponse(answer, status_code=status)


async def submit(
    connection: AsyncConnection, sent: DeclarationIn, user_id: int, declared_at: int, at: int
) -> tuple[int, dict[str, Any]]:
    day, name = duties.day_of(declared_at), sent.window.lower()
    found = (await connection.execute(tables.FIND, {"day": day, "key": sent.client_uuid, "user": user_id})).first()
    if found is None:
        raise duties.DutyError(403, "nobody who declares on this day")
    row = found._mapping
    kept = KEYS.keep(row["subject"], sent.window, declared_at, sent.answers, sent.temperature_c)
    if row["content_hash"]:
        return await _again(connection, sent.client_uuid, row["content_hash"] == kept.content_hash)
    if row[f"{name}_id"]:
        raise duties.DutyError(409, "declared already for this window")
    if not row[f"{name}_opens"] <= declared_at < row[f"{name}_closes"]:
        raise duties.DutyError(422, "the window is closed")
    late = duties.timeliness(declared_at, row[f"{name}_starts"], row[f"{name}_due"])
    visited = await _visited(connection, sent.answers.get("places"))
    new = duties.facts(day, declared_at, sent.answers, sent.temperature_c, visited)
    span = {"who": row["subject"], "first": duties.first_day(day), "last": day}
    rows = [*(duties.Facts(*one) for one in await connection.execute(tables.BEFORE, span)), new]
    values = {
        "client_uuid": sent.client_uuid,
        "content_hash": kept.content_hash,
        "subject": row["subject"],
        "unit_id": row["unit_id"],
        "window_name": sent.window,
        "received_at": at,
        "timeliness": late,
        "channel": "API",
        "questionnaire": duties.FORM,
        "questionnaire_version": duties.VERSION,
        "answers": kept.answers,
        "answers_digest": kept.answers_digest,
        **{fact: getattr(new, fact) for fact in tables.FACTS},
    }
    declaration_id = await connection.scalar(tables.KEEP, values)
    noted = {f"{name}_id": declaration_id, f"{name}_at": declared_at, f"{name}_timeliness": late}
    await connection.execute(tables.NOTE.values(noted), {"day_id": row["day_id"]})
    level, codes, assessment_id = await _assess(connection, row, rows, day, declaration_id, at)
    accepted = {"client_uuid": sent.client_uuid, "content_hash": kept.content_hash, "received_on": day}
    pointing = {"declaration_id": declaration_id, "assessment_id": assessment_id}
    await connection.execute(sa.insert(tables.ACCEPTED), accepted | pointing)
    audit = {
        "at": at,
        "action": "submit_declaration",
        "actor_id": user_id,
        "actor_name": row["full_name"],
        "subject_type": "person",
        "subject_id": str(user_id),
        "unit_id": row["unit_id"],
        "detail": json.dumps({"window": sent.window, "timeliness": late, "channel": "API"}),
    }
    await connection.execute(sa.insert(tables.AUDIT), audit)
    counted = {"unit": row["unit_id"], "on": day, "late": int(late == "LATE")}
    await connection.execute(tables.COUNT[sent.window], counted)
    return 201, duties.answer(declaration_id, at, sent.window, late, level, codes)


async def _assess(
    connection: AsyncConnection, row: Any, rows: list[duties.Facts], day: datetime.date, declaration_id: int, at: int
) -> tuple[str, list[str], int]:
    """Level, rows and id of the assessment in force: a new one where level, rows or edition changed."""
    level, codes = duties.judge(rows, day, is_isolating=row["is_isolating"], residence=row["residence_level"])
    if (row["level"], row["row_codes"], row["edition"]) == (level, json.dumps(codes), duties.EDITION):
        return level, codes, row["assessment_id"]
    await connection.execute(tables.REPLACE, {"old": row["assessment_id"]})
    values = {
        "subject": row["subject"],
        "day": day,
        "at": at,
        "level": level,
        "edition": duties.EDITION,
        "row_codes": json.dumps(codes),
        "cause": "DECLARATION",
        "declaration_id": declaration_id,
        "is_current": True,
    }
    assessment_id = await connection.scalar(tables.ASSESS, values)
    if duties.is_worse(level, row["level"] or duties.LEVELS[0]):
        payload = json.dumps({"level": level, "unit": row["unit_id"]})
        told = {"key": f"level:{assessment_id}", "unit_id": row["unit_id"], "at": at, "payload": payload}
        await connection.execute(sa.insert(tables.OUTBOX), told)
    return level, codes, assessment_id


async def _again(connection: AsyncConnection, key: uuid.UUID, is_same: bool) -> tuple[int, dict[str, Any]]:
    """A retry gets the first answer."""
    if not is_same:
        raise duties.DutyError(409, "this uuid was sent with other content")
    *first, codes = (await connection.execute(tables.FIRST_ANSWER, {"key": key})).one()
    return 200, duties.answer(*first, json.loads(codes))


async def _visited(connection: AsyncConnection, places: Any) -> str:
    if not places:
        return ""
    levels = list((await connection.execute(tables.VISITED, {"codes": places})).scalars())
    if len(levels) < len(set(places)):
        raise duties.DutyError(422, "there is no area with this code")
    return max(levels, key=duties.AREA_LEVELS.index)
