"""One unit's day: who declared, who is missing, who needs a look, the return and the zone."""

import datetime
import uuid
from dataclasses import dataclass
from functools import cached_property

from vungxanh.accounts.models import User
from vungxanh.accounts.phones import spoken
from vungxanh.organization import roles
from vungxanh.organization.models import Person, Post, Site
from vungxanh.organization.queries.people import in_force
from vungxanh.organization.tree import Tree, UnitNode, all_tree_on
from vungxanh.reports.queries.sight import SEE_UNIT_DAY
from vungxanh.risk import queries as risk_queries
from vungxanh.risk.queries import PersonLevel, ReturnStatus, ShownZone
from vungxanh.screening.models import PersonDay
from vungxanh.screening.queries.days import UnitCounts, all_unit_counts


@dataclass(frozen=True, slots=True)
class PersonLine:
    """A person on the board. `level` is empty where the viewer may not see it."""

    person: Person
    day: PersonDay
    title: str
    rank: int
    unit: UnitNode | None
    site: str
    level: PersonLevel | None
    arrival: str
    leaving: str

    @property
    def is_missing(self) -> bool:
        return self.day.is_counted and "MISSING" in (self.arrival, self.leaving)

    @property
    def is_flagged(self) -> bool:
        return self.level is not None and self.level.needs_attention

    @property
    def phone(self) -> str:
        return spoken(self.person.phone) if self.person.phone else ""


@dataclass(frozen=True)
class UnitDay:
    """Everything that the page of a unit's day shows."""

    unit: UnitNode
    day: datetime.date
    counts: UnitCounts
    lines: tuple[PersonLine, ...]
    zone: ShownZone | None
    return_status: ReturnStatus | None
    sees_levels: bool
    children: tuple[UnitNode, ...]

    @cached_property
    def missing(self) -> list[PersonLine]:
        return [line for line in self.lines if line.is_missing]

    @cached_property
    def flagged(self) -> list[PersonLine]:
        return [line for line in self.lines if line.is_flagged]

    @cached_property
    def excused(self) -> list[PersonLine]:
        return [line for line in self.lines if line.day.excuse]


def unit_day(
    viewer: User, unit: UnitNode, day: datetime.date, *, at: datetime.datetime, tree: Tree | None = None
) -> UnitDay:
    """The unit and everything below it; a flat number of queries. The caller asked whether the viewer may see it."""
    tree = tree or all_tree_on(day)
    visible = roles.unit_ids_where(viewer, SEE_UNIT_DAY, on=day, tree=tree)
    below = {node.id for node in tree.below(unit.id)} & visible
    rows = list(PersonDay.objects.filter(day=day, unit_id__in=below).select_related("windows"))
    levels = {one.subject: one for one in risk_queries.people_levels(viewer, unit.id, day, tree=tree)}
    counts = all_unit_counts(day, at=at, unit_ids=below)
    return UnitDay(
        unit=unit,
        day=day,
        counts=sum(counts.values(), UnitCounts()),
        lines=tuple(_lines(rows, levels, tree, day, at)),
        zone=risk_queries.all_zones([unit.id]).get(unit.id),
        return_status=risk_queries.return_status_of_unit(viewer, unit.id, day, tree=tree),
        sees_levels=bool(levels),
        children=tuple(tree.children(unit.id)),
    )


def _lines(
    rows: list[PersonDay],
    levels: dict[uuid.UUID, PersonLevel],
    tree: Tree,
    day: datetime.date,
    at: datetime.datetime,
) -> list[PersonLine]:
    """Flagged first, then the missing, then by given name."""
    people = {person.pseudonym: person for person in Person.objects.filter(pseudonym__in=[r.subject for r in rows])}
    posts = {
        post.person_id: post
        for post in Post.objects.filter(in_force(day), person__in=people.values()).order_by("kind", "pk")
    }
    sites = dict(Site.objects.filter(pk__in={row.site_id for row in rows}).values_list("pk", "name"))
    lines = [
        _line(row, people[row.subject], posts, sites, levels.get(row.subject), tree, at)
        for row in rows
        if row.subject in people
    ]
    return sorted(lines, key=lambda one: (not one.is_flagged, not one.is_missing, one.person.sort_key, one.person.pk))


def _line(
    row: PersonDay,
    person: Person,
    posts: dict[int, Post],
    sites: dict[int, str],
    level: PersonLevel | None,
    tree: Tree,
    at: datetime.datetime,
) -> PersonLine:
    post = posts.get(person.pk)
    return PersonLine(
        person=person,
        day=row,
        title=post.title if post else "",
        rank=post.rank if post else 0,
        unit=tree.nodes.get(row.unit_id),
        site=sites.get(row.site_id or 0, ""),
        level=level,
        arrival=_window_state(row, "arrival", at),
        leaving=_window_state(row, "leaving", at),
    )


def _window_state(row: PersonDay, window: str, at: datetime.datetime) -> str:
    """A code of the badges of timeliness."""
    if came := getattr(row, f"{window}_timeliness"):
        return str(came)
    if not getattr(row, f"expects_{window}"):
        return "EXCUSED"
    return "MISSING" if getattr(row.windows, f"{window}_due_at") < at else "PENDING"
