"""The zone of a unit as it changed: each change with its reasons, what came and what went."""

import datetime
from collections.abc import Sequence

from django.http import Http404, HttpRequest
from django.utils.translation import gettext_lazy as _
from ninja import Query, Router
from pydantic import BaseModel, Field

from vungxanh.api.auth import asking
from vungxanh.api.problems import Problem, ProblemError
from vungxanh.api.schemas import Day, Page, PageWish, ReasonOut, local, page_of
from vungxanh.common import clock
from vungxanh.common.decision_tables import Reason
from vungxanh.organization.tree import all_tree_on
from vungxanh.risk.queries.zone_changes import LEAD, ZoneChange, all_zone_history
from vungxanh.risk.queries.zones import may_see_zone

LONGEST = datetime.timedelta(days=366)
router = Router(tags=["units"])


class Stretch(PageWish):
    """`to`: today unless given; `from`: two weeks before it. At most 366 days."""

    from_: Day | None = Field(None, alias="from")
    to: Day | None = None


class ZoneChangeOut(BaseModel):
    """A zone from a moment on. `figures`: what the rules looked at, null where it is not known.

    `before` is the level until then, null for the first of all; `came` and `went` are codes of reasons.
    """

    unit: str
    at: datetime.datetime
    date: datetime.date
    level: str
    before: str | None
    edition: datetime.date
    reasons: list[ReasonOut]
    came: list[str]
    went: list[str]
    unknown: list[str]
    figures: dict[str, bool | int | float | str | None]


@router.get("/units/{code}/zones", response={200: Page[ZoneChangeOut], **dict.fromkeys((401, 403, 404, 422), Problem)})
def zone_changes(request: HttpRequest, code: str, wish: Query[Stretch]) -> dict[str, object]:
    """Newest first, those of figures alone as well. A unit whose zone one does not see is not there."""
    viewer, today = asking(request), clock.today()
    tree = all_tree_on(today)
    node = tree.by_code(code)
    if node is None or not may_see_zone(viewer, node.id, today, tree=tree):
        raise Http404
    last = wish.to or today
    first = wish.from_ or last - datetime.timedelta(days=LEAD)
    if not first <= last <= first + LONGEST:
        raise ProblemError(422, faults=[("/from", _("The days must follow one another, 366 at most."))])
    history = all_zone_history(node.id, first, last, today=today)
    page = page_of(list(history.changes), wish)
    items: Sequence[ZoneChange] = page.pop("items")  # type: ignore[assignment]
    return {"items": [_change(one, node.code) for one in items], **page}


def _change(one: ZoneChange, code: str) -> dict[str, object]:
    zone = one.zone.zone
    return {
        "unit": code,
        "at": local(zone.at),
        "date": zone.day,
        "level": zone.level,
        "before": one.level_before or None,
        "edition": zone.edition,
        "reasons": [_reason(reason) for reason in one.zone.reasons],
        "came": [reason.code for reason in one.came],
        "went": [reason.code for reason in one.went],
        "unknown": zone.unknown,
        "figures": zone.figures,
    }


def _reason(reason: Reason) -> ReasonOut:
    return ReasonOut(code=reason.code, says=reason.says, cites=reason.cites)
