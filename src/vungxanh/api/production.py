"""Production: the targets of units and how far they are."""

import datetime
import re
from typing import Annotated

from django.http import Http404, HttpRequest
from ninja import Query, Router
from pydantic import AfterValidator, BaseModel, Field
from pydantic_core import PydanticCustomError

from vungxanh.api.auth import asking
from vungxanh.api.problems import Problem
from vungxanh.api.schemas import FIRST_YEAR, LAST_YEAR, Code, Page, PageWish, page_of
from vungxanh.common import clock
from vungxanh.organization.tree import all_tree_on
from vungxanh.production.queries.lists import UnitLine, lines_visible_to
from vungxanh.production.rulebook import DAY, next_month

router = Router(tags=["production"])
REFUSALS = dict.fromkeys((400, 401, 403, 404, 422), Problem)
PERIOD = re.compile(r"(\d{4})(?:-(0[1-9]|1[0-2]))?", re.ASCII)


def _written_period(text: str) -> str:
    found = PERIOD.fullmatch(text)
    if text and not (found and FIRST_YEAR <= int(found[1]) <= LAST_YEAR):
        raise PydanticCustomError("not_a_period", "not a year or a month")
    return text


class ProductionWish(PageWish):
    """`unit`: it and everything below it. `period`: a year as 2021 or a month as 2021-09; this year unless given."""

    unit: Code = ""
    period: Annotated[str, Field(max_length=7), AfterValidator(_written_period)] = ""


class TargetOut(BaseModel):
    """An approved target with a day in the period. Figures are verified ones, in `measure`; `share` is reached over
    target. `state`: REACHED, BEHIND or RUNNING; `needed`: what is asked for so far. `missing`: months whose figures
    were due and are not entered, as 2021-09."""

    unit: str
    indicator: str
    name: str
    measure: str
    better: str
    first: datetime.date
    last: datetime.date
    target: float
    reached: float | None
    share: float | None
    needed: float | None
    state: str
    last_month: str | None
    missing: list[str]


@router.get("/production", response={200: Page[TargetOut], **REFUSALS})
def list_production(request: HttpRequest, wish: Query[ProductionWish]) -> dict[str, object]:
    """Of the units whose production one sees by a role, in the order of the tree."""
    now, viewer = clock.now(), asking(request)
    tree = all_tree_on(now.date())
    first, last = _span(wish.period or f"{now.year}")
    lines = lines_visible_to(viewer, first, last, at=now, tree=tree)
    if wish.unit:
        node = tree.by_code(wish.unit)
        if node is None:
            raise Http404
        below = {one.id for one in tree.below(node.id)}
        lines = [one for one in lines if one.unit.id in below]
    return page_of([_target(one) for one in lines], wish)


def _span(period: str) -> tuple[datetime.date, datetime.date]:
    if len(period) == 4:
        return datetime.date(int(period), 1, 1), datetime.date(int(period), 12, 31)
    first = datetime.date.fromisoformat(f"{period}-01")
    return first, next_month(first) - DAY


def _target(one: UnitLine) -> dict[str, object]:
    line, target, judged = one.line, one.line.target, one.line.judged
    return {
        "unit": one.unit.code,
        "indicator": target.indicator,
        "name": line.term.name,
        "measure": line.term.unit,
        "better": line.term.better,
        "first": target.first_day,
        "last": target.last_day,
        "target": float(target.value),
        "reached": _figure(line.value),
        "share": _figure(line.share),
        "needed": _figure(judged.needed),
        "state": line.state,
        "last_month": f"{line.last_month:%Y-%m}" if line.last_month else None,
        "missing": [f"{month:%Y-%m}" for month in line.missing],
    }


def _figure(value: object) -> float | None:
    return None if value is None else round(float(str(value)), 6)
