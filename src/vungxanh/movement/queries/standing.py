"""How the scores of a period stand: counted anew as long as they are open, as they were frozen once they are."""

import dataclasses
import datetime
from dataclasses import dataclass

import msgspec

from vungxanh import __version__
from vungxanh.common.clock import ZONE
from vungxanh.common.indicators import Asked
from vungxanh.movement.enums import StandingState
from vungxanh.movement.models import Campaign, PeriodStanding, ScoreSnapshot
from vungxanh.movement.queries.campaigns import edition_of_period, newest_edition
from vungxanh.movement.queries.scores import Line, Scorecard, Scored, scored
from vungxanh.movement.rulebook import Measure, Period, scoring_on
from vungxanh.organization.tree import UnitNode

ENGINE = f"vungxanh {__version__}"


@dataclass(frozen=True, slots=True)
class Frozen:
    """What a snapshot holds: every scorecard, and what was asked, so that it can be asked again. `rule_from`: the
    edition of the scoring rule."""

    campaign: str
    period: Period
    edition: int
    edition_sha256: str
    rule_from: datetime.date
    total_points: float
    engine: str
    at: datetime.datetime
    last: datetime.date
    members: dict[int, list[int]]
    cards: list[Scorecard]


@dataclass(frozen=True, slots=True)
class Standing:
    """`row` from the first time that the scores were shown; `snapshot` where they are frozen, and then `scored` is
    what it holds."""

    state: StandingState
    scored: Scored
    row: PeriodStanding | None = None
    snapshot: ScoreSnapshot | None = None

    @property
    def is_frozen(self) -> bool:
        return self.snapshot is not None


@dataclass(frozen=True, slots=True)
class Difference:
    """What does not come out as it was frozen: a measure of a unit, or with `measure` None its total, its rank or its
    block. `was`, `now`: None where the unit took no part, or the measure did not stand in the plan."""

    unit: UnitNode
    measure: Measure | None
    was: Line | Scorecard | None
    now: Line | Scorecard | None


def standing(campaign: Campaign, period: Period, *, at: datetime.datetime) -> Standing:
    """Pages, spreadsheets and the API read the scores of a period here."""
    row = standing_row(campaign, period)
    if row and (snapshot := standing_snapshot(row)):
        return Standing(StandingState.FROZEN, scored_of(campaign, snapshot), row, snapshot)
    state = StandingState(row.state) if row else StandingState.OPEN
    return Standing(state, scored(campaign, period, at=at), row)


def standing_row(campaign: Campaign, period: Period) -> PeriodStanding | None:
    return campaign.standings.filter(period_code=period.code).select_related("shown_by").first()


def standing_snapshot(row: PeriodStanding) -> ScoreSnapshot | None:
    """The one that stands; None of a period that is not frozen."""
    return row.snapshots.select_related("frozen_by").filter(reopened_at__isnull=True).first()


def all_standing_snapshots(campaign: Campaign) -> list[ScoreSnapshot]:
    """Of every period that is frozen, in the order of time."""
    rows = ScoreSnapshot.objects.filter(standing__campaign=campaign, reopened_at__isnull=True)
    return list(rows.select_related("standing").order_by("frozen_at", "pk"))


def all_snapshots(row: PeriodStanding) -> list[ScoreSnapshot]:
    """The newest first, without what they hold."""
    rows = row.snapshots.defer("content").select_related("frozen_by", "reopened_by")
    return list(rows.order_by("-number"))


def frozen(campaign: Campaign, period: Period, *, at: datetime.datetime) -> Frozen:
    """The scores of a period as they stand at the moment, to be kept."""
    found = scored(campaign, period, at=at)
    day = campaign.last_known(at.astimezone(ZONE).date())
    edition = edition_of_period(campaign, period, day)
    return Frozen(
        campaign=campaign.code,
        period=period,
        edition=edition.number,
        edition_sha256=edition.sha256,
        rule_from=scoring_on(min(day, period.last)).in_force_from,
        total_points=found.plan.total_points,
        engine=ENGINE,
        at=at,
        last=found.asked.last,
        members={unit: list(members) for unit, members in found.asked.members.items()},
        cards=found.cards,
    )


def written(given: Frozen) -> bytes:
    """As JSON; whatever stands in the scorecards is carried along."""
    return msgspec.json.encode(given)


def read_back(content: bytes) -> Frozen:
    """What `written` wrote. Raises `msgspec.MsgspecError` where it did not."""
    return msgspec.json.decode(content, type=Frozen)


def scored_of(campaign: Campaign, snapshot: ScoreSnapshot) -> Scored:
    """The scores as they were frozen; their records are asked for as of that moment."""
    found = read_back(bytes(snapshot.content))
    plan = campaign.editions.get(number=found.edition).plan
    asked = Asked(found.period.first, found.last, found.at, found.members, about=found.campaign)
    return Scored(found.period, plan, found.cards, asked)


def recomputed(campaign: Campaign, snapshot: ScoreSnapshot, *, at: datetime.datetime | None = None) -> list[Difference]:
    """Counted anew as of the moment of the freezing, or of another, and compared; empty where every figure is the same.
    As of that moment only what was corrected for past days since then differs."""
    was = read_back(bytes(snapshot.content))
    now = read_back(written(frozen(campaign, was.period, at=at or was.at)))
    others = {card.unit.id: card for card in now.cards}
    found: list[Difference] = []
    for card in was.cards:
        other = others.pop(card.unit.id, None)
        found += _differences(card, other) if other else [Difference(card.unit, None, card, None)]
    return found + [Difference(card.unit, None, None, card) for card in others.values()]


def _differences(was: Scorecard, now: Scorecard) -> list[Difference]:
    before, after = ({line.measure.id: line for line in card.lines} for card in (was, now))
    found = [
        Difference(was.unit, (line or after[key]).measure, line, after.get(key))
        for key in dict.fromkeys([*before, *after])
        if (line := before.get(key)) != after.get(key)
    ]
    # Whatever else stands on a card, except the unit itself, which may have got another name.
    if dataclasses.replace(was, unit=now.unit, lines=now.lines) != now:
        found.append(Difference(was.unit, None, was, now))
    return found


def period_with(campaign: Campaign, code: str) -> Period | None:
    """By the newest edition, which keeps every period that is over."""
    return next((one for one in newest_edition(campaign).plan.period if one.code == code), None)
