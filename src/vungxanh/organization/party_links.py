"""What points to a party in higher modules: each registers its link in `apps.ready()`, so that a merge moves it too."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from django.utils.functional import Promise


@dataclass(frozen=True, slots=True)
class PartyLink:
    """`counts`: by party how many rows point to it, one query. `move`: those of the first to the second, only `ids`
    where they are given; returns the ids that moved."""

    code: str
    label: str | Promise
    counts: Callable[[Collection[int]], Mapping[int, int]]
    move: Callable[[int, int, Collection[int] | None], list[int]]


_links: dict[str, PartyLink] = {}


def register(*links: PartyLink) -> None:
    """Registering a code again replaces its link, so that `ready()` may run twice."""
    _links.update({link.code: link for link in links})


def links() -> list[PartyLink]:
    return list(_links.values())
