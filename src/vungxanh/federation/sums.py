"""What a roll-up is made of: counts that add up from agencies to the whole, and what few people keep to themselves.

Nothing of anybody: no name, no pseudonym, no answer. Of an agency that is named: how many people, how many declared and
when, which returns came, its colour. How many are excused or of a high level is said of the whole alone.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import add
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

WINDOWS = ("arrival", "leaving")
COUNTS = (
    "people",
    "staff",
    "expected",
    *(f"{window}_{name}" for window in WINDOWS for name in ("expected", "on_time", "early", "late")),
    "returns_expected",
    "returns_on_time",
    "returns_late",
    "returns_missing",
)
"""In this order; `people`: everybody who stands there, `staff`: those who count."""

HEALTH = ("excused", "high_people", "very_high_people")
Counts = tuple[int, ...]
NOTHING: Counts = (0,) * len(COUNTS)


@dataclass(frozen=True, slots=True)
class Agency:
    """Everything that stands under an agency and under no other one below it. `zone`: "" where it was not judged."""

    code: str
    name: str
    zone: str
    counts: Counts

    @property
    def people(self) -> int:
        return self.counts[0]


def summed(rows: Collection[Counts]) -> Counts:
    total = NOTHING
    for row in rows:
        total = tuple(map(add, total, row))
    return total


def named(counts: Counts) -> dict[str, int]:
    return dict(zip(COUNTS, counts, strict=True))


def parted(agencies: Sequence[Agency], *, smallest: int, most: int) -> tuple[list[Agency], list[Agency]]:
    """Those that are named, in their order, and those that are only counted together.

    The others together are never fewer people than `smallest` either: what is left when the named ones are taken from
    the whole would else speak of a few.
    """
    by_size = sorted((one for one in agencies if one.counts != NOTHING), key=lambda one: (one.people, one.code))
    others = [one for one in by_size if one.people < smallest]
    rest = by_size[len(others) :]
    while rest and (len(rest) > most or 0 < sum(one.people for one in others) < smallest):
        others.append(rest.pop(0))
    kept = {one.code for one in rest}
    return [one for one in agencies if one.code in kept], others


def faults_of(content: Mapping[str, Any]) -> Iterator[tuple[str, Promise]]:
    """Where the sums of a roll-up contradict one another, as JSON pointers with words."""
    parts = [(f"/agencies/{number}", one) for number, one in enumerate(content["agencies"])]
    if content["others"] is not None:
        parts.append(("/others", content["others"]))
    for place, counts in [("/total", content["total"]), *parts]:
        yield from _impossible(place, counts)
    for name in COUNTS:
        if sum(one[name] for _place, one in parts) != content["total"][name]:
            yield f"/total/{name}", _("The parts do not add up to the whole.")
    codes = [one["code"] for one in content["agencies"]]
    if len(codes) != len(set(codes)):
        yield "/agencies", _("An agency stands there twice.")
    health, total = content["health"], content["total"]
    if health is not None:
        if health["excused"] > total["staff"]:
            yield "/health/excused", _("More than there can be.")
        if health["high_people"] + health["very_high_people"] > total["people"]:
            yield "/health/high_people", _("More than there can be.")


def _impossible(place: str, counts: Mapping[str, int]) -> Iterator[tuple[str, Promise]]:
    if counts["staff"] > counts["people"]:
        yield f"{place}/staff", _("More than there can be.")
    if counts["expected"] > counts["staff"]:
        yield f"{place}/expected", _("More than there can be.")
    for window in WINDOWS:
        expected = counts[f"{window}_expected"]
        if expected > counts["expected"]:
            yield f"{place}/{window}_expected", _("More than there can be.")
        if sum(counts[f"{window}_{name}"] for name in ("on_time", "early", "late")) > expected:
            yield f"{place}/{window}_expected", _("More declared than were expected.")
    came = counts["returns_on_time"] + counts["returns_late"]
    if came + counts["returns_missing"] != counts["returns_expected"]:
        yield f"{place}/returns_expected", _("Received and missing returns do not add up.")
