"""What would make a unit the first of its block."""

from dataclasses import dataclass

from vungxanh.movement.queries.scores import Line, Scorecard, Scored


@dataclass(frozen=True, slots=True)
class Gain:
    """What a measure could still bring, on the scale of the total; `ahead`: how much more of it the first has."""

    line: Line
    points: float
    ahead: float


@dataclass(frozen=True, slots=True)
class WayToFirst:
    """`missing`: to the total of the first; `gains`: the measures that can still bring points, most of them first.
    `enough`: with how many of them, in this order, the first is reached; None where all of them are too few."""

    missing: float
    gains: list[Gain]
    enough: int | None


def way_to_first(found: Scored, card: Scorecard) -> WayToFirst | None:
    """None for the first itself, and for a unit of which nothing counts."""
    block = [one for one in found.cards if one.block == card.block and one.rank == 1]
    if card.total is None or card.rank == 1 or not block:
        return None
    first = block[0]
    assert first.total is not None
    scale = found.plan.total_points / card.most if card.most else 0.0
    theirs = {line.measure.id: line.points for line in first.lines if line.counts}
    gains = [
        Gain(line, round(missing * scale, 2), round(theirs.get(line.measure.id, 0.0) - line.points, 2))
        for line, missing in card.lost
    ]
    missing = round(first.total - card.total, 2)
    return WayToFirst(missing, gains, _enough(gains, missing))


def _enough(gains: list[Gain], missing: float) -> int | None:
    reached = 0.0
    for count, gain in enumerate(gains, start=1):
        reached += gain.points
        if reached >= missing:
            return count
    return None
