"""The people of a day as lines of a board: where they work, what they declared, how to reach them."""

import datetime
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from vungxanh.common.dated import in_force
from vungxanh.organization.models import Person, Post, Site
from vungxanh.organization.queries.people import all_people
from vungxanh.organization.tree import Tree, UnitNode
from vungxanh.risk.queries import PersonLevel
from vungxanh.screening.models import PersonDay
from vungxanh.screening.queries.corrections import Correction
from vungxanh.screening.queries.declarations import all_entered_channels


@dataclass(frozen=True, slots=True)
class PersonLine:
    """A person on a board. `level` is None where the viewer may not see it; `arrival` and `leaving` are codes of the
    badges of timeliness; the channels are how the two came in, where somebody else entered them."""

    person: Person
    day: PersonDay
    title: str
    unit: UnitNode | None
    site: str
    level: PersonLevel | None
    arrival: str
    leaving: str
    arrival_channel: str
    leaving_channel: str
    corrections: tuple[Correction, ...] = ()

    @property
    def is_missing(self) -> bool:
        return self.day.is_counted and "MISSING" in (self.arrival, self.leaving)

    @property
    def is_flagged(self) -> bool:
        return self.level is not None and self.level.needs_attention

    @property
    def phone(self) -> str:
        return self.person.spoken_phone


def all_lines(
    rows: Iterable[PersonDay],
    *,
    day: datetime.date,
    at: datetime.datetime,
    tree: Tree,
    levels: Mapping[uuid.UUID, PersonLevel] | None = None,
    corrections: Mapping[uuid.UUID, Sequence[Correction]] | None = None,
) -> list[PersonLine]:
    """Flagged first, then the missing, then by given name; four queries. `rows` have their windows at hand."""
    rows = list(rows)
    people = all_people(row.subject for row in rows)
    titles = _titles(people.values(), day)
    sites = dict(Site.objects.filter(pk__in={row.site_id for row in rows if row.site_id}).values_list("pk", "name"))
    declared = [key for row in rows for key in (row.arrival_id, row.leaving_id) if key]
    channels = all_entered_channels(declared, day=day)
    lines = [
        PersonLine(
            person=person,
            day=row,
            title=titles.get(person.pk, ""),
            unit=tree.nodes.get(row.unit_id),
            site=sites.get(row.site_id or 0, ""),
            level=(levels or {}).get(row.subject),
            arrival=_window_state(row, "arrival", at),
            leaving=_window_state(row, "leaving", at),
            arrival_channel=channels.get(row.arrival_id or 0, ""),
            leaving_channel=channels.get(row.leaving_id or 0, ""),
            corrections=tuple((corrections or {}).get(row.subject, ())),
        )
        for row in rows
        if (person := people.get(row.subject))
    ]
    return sorted(lines, key=lambda one: (not one.is_flagged, not one.is_missing, one.person.sort_key, one.person.pk))


def _titles(people: Iterable[Person], day: datetime.date) -> dict[int, str]:
    """Of the post where a person stands on the day: a secondment comes after the home post and wins."""
    posts = Post.objects.filter(in_force(day), person__in=list(people)).order_by("kind", "valid_from", "pk")
    return dict(posts.values_list("person_id", "title"))


def _window_state(row: PersonDay, window: str, at: datetime.datetime) -> str:
    if came := getattr(row, f"{window}_timeliness"):
        return str(came)
    if not getattr(row, f"expects_{window}"):
        return "EXCUSED"
    return "MISSING" if getattr(row.windows, f"{window}_due_at") < at else "PENDING"
