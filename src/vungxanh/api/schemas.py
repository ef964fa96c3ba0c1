"""The shapes of what comes in and goes out, shared by the operations. What comes in has no field beside these."""

import datetime
import re
from typing import Annotated, Any, Generic, TypeVar

from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema
from pydantic_core import PydanticCustomError

from vungxanh.common.clock import ZONE

FIRST_YEAR, LAST_YEAR = 2000, 2100
MOMENT = re.compile(r"(\d{4})-\d\d-\d\d[Tt]\d\d:\d\d(:\d\d(\.\d{1,6})?)?([Zz]|[+-]\d\d:\d\d)?", re.ASCII)
DAY = re.compile(r"(\d{4})-\d\d-\d\d", re.ASCII)


def _written_moment(value: object) -> object:
    """ISO 8601 text only: pydantic would take numbers as seconds as well."""
    found = MOMENT.fullmatch(value) if isinstance(value, str) else None
    if not found or not FIRST_YEAR <= int(found[1]) <= LAST_YEAR:
        raise PydanticCustomError("not_a_moment", "not a moment")
    return value


def _written_day(value: object) -> object:
    found = DAY.fullmatch(value) if isinstance(value, str) else None
    if not found or not FIRST_YEAR <= int(found[1]) <= LAST_YEAR:
        raise PydanticCustomError("not_a_day", "not a day")
    try:
        return datetime.date.fromisoformat(str(value))
    except ValueError as error:
        raise PydanticCustomError("not_a_day", "not a day") from error


Moment = Annotated[AwareDatetime, BeforeValidator(_written_moment)]
Day = Annotated[datetime.date, BeforeValidator(_written_day)]
Code = Annotated[str, Field(max_length=40)]
Answers = Annotated[
    dict[str, Any],
    WithJsonSchema(
        {
            "type": "object",
            "description": "By linkId of the form in force: true or false; places are a list of codes of areas.",
            "additionalProperties": {"anyOf": [{"type": "boolean"}, {"type": "array", "items": {"type": "string"}}]},
        }
    ),
]
Row = TypeVar("Row")


class Incoming(BaseModel):
    """Refuses unknown fields; texts, numbers and truth values are not taken for one another."""

    model_config = ConfigDict(extra="forbid")


class Page(BaseModel, Generic[Row]):
    """One page of a list; `total` counts all of it."""

    items: list[Row]
    total: int
    page: int
    size: int


class PageWish(Incoming):
    """Which page of a list."""

    page: int = Field(1, ge=1, le=1_000_000)
    size: int = Field(50, ge=1, le=200)


class ReasonOut(BaseModel):
    """Why a level is what it is: the row of the table, its sentence, its source."""

    code: str
    says: str
    cites: str


class LevelOut(BaseModel):
    level: str
    reasons: list[ReasonOut]


def local(moment: datetime.datetime | None) -> datetime.datetime | None:
    """As it is written out: Vietnamese time with its offset."""
    return moment.astimezone(ZONE) if moment else None


def page_of(rows: list[Row], wish: PageWish) -> dict[str, object]:
    start = (wish.page - 1) * wish.size
    return {"items": rows[start : start + wish.size], "total": len(rows), "page": wish.page, "size": wish.size}
