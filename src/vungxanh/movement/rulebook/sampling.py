"""Which self-scores are inspected on the spot: a draw that anybody who has its seed can repeat."""

import hashlib
from collections.abc import Mapping, Sequence

from vungxanh.movement.rulebook.rules import SelfScoreRule

Candidate = tuple[str, str]
"""Code of the unit, id of the measure."""


def drawn(seed: str, by_block: Mapping[str, Sequence[Candidate]], rule: SelfScoreRule) -> list[tuple[str, Candidate]]:
    """Block and candidate, block by block: in each those whose SHA-256 of `seed:unit:measure` is smallest, as many as
    the rule says. In whichever order the candidates come, the same are drawn."""
    found = []
    for block in sorted(by_block):
        ranked = sorted(by_block[block], key=lambda one: rank_of(seed, one))
        found += [(block, one) for one in ranked[: rule.drawn_of(len(ranked))]]
    return found


def rank_of(seed: str, candidate: Candidate) -> str:
    unit, measure = candidate
    return hashlib.sha256(f"{seed}:{unit}:{measure}".encode()).hexdigest()
