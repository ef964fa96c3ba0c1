"""How far a plan is: what is counted at the places where its clauses are carried out."""

import datetime
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from vungxanh.common.clock import ZONE
from vungxanh.common.indicators import Asked, Measured, find
from vungxanh.movement.models import Campaign
from vungxanh.movement.queries.campaigns import participants
from vungxanh.movement.rulebook import CampaignFile, Clause, IndicatorTerm, Part, WhereDone, place_of, term_of
from vungxanh.organization.tree import Tree


@dataclass(frozen=True, slots=True)
class Figure:
    """`measured` is None where nothing was due yet; `is_built` false where the product does not count it yet."""

    term: IndicatorTerm
    measured: Measured | None
    is_built: bool

    @property
    def ratio(self) -> float:
        """Of what was due; only where something was."""
        assert self.measured
        return self.measured.part / self.measured.whole


@dataclass(frozen=True, slots=True)
class Place:
    code: str
    where: WhereDone
    figures: list[Figure]
    address: str
    """Empty where the reader does not open it."""

    @property
    def is_built(self) -> bool:
        return bool(self.where.url_name)


@dataclass(frozen=True, slots=True)
class ReadPart:
    """A part of the plan as it is shown: each clause with its places."""

    part: Part
    clauses: list[tuple[Clause, list[Place]]]


def progress_of(
    campaign: Campaign,
    plan: CampaignFile,
    tree: Tree,
    *,
    at: datetime.datetime,
    with_figures: bool,
    address_of: Callable[[WhereDone], str],
) -> list[ReadPart]:
    """Of the whole agency, from the first day of the movement to now, or to its end; a flat number of queries, none
    `with_figures` not. `address_of` a place: "" where the reader does not open it."""
    used = {place: place_of(place) for clause in plan.clauses.values() for place in clause.carried_out_by}
    codes = {code for place in used.values() for code in place.indicators} if with_figures else set()
    figures = whole_agency(campaign, plan, codes, tree, at=at) if codes else {}
    shown = {
        code: Place(code, place, [figures[one] for one in place.indicators if one in figures], address_of(place))
        for code, place in used.items()
    }
    return [
        ReadPart(part, [(clause, [shown[place] for place in clause.carried_out_by]) for clause in part.clause])
        for part in plan.part
    ]


def whole_agency(
    campaign: Campaign, plan: CampaignFile, codes: set[str], tree: Tree, *, at: datetime.datetime
) -> Mapping[str, Figure]:
    """Every one of these indicators that the catalogue knows, for all units that take part together."""
    taking_part = participants(plan, campaign.unit_id, tree)
    units = [below.id for node in taking_part for below in tree.below(node.id)]
    last = min(campaign.last_known(at.astimezone(ZONE).date()), plan.ends_on or datetime.date.max)
    asked = Asked(plan.starts_on, last, at, {campaign.unit_id: units}, about=campaign.code)
    found: dict[str, Figure] = {}
    for code in codes:
        term, indicator = term_of(code), find(code)
        if term:
            measured = indicator.measure(asked).get(campaign.unit_id) if indicator and last >= plan.starts_on else None
            found[code] = Figure(term, measured, indicator is not None)
    return found
