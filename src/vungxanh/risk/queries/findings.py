"""What has to be clarified, as far as it is for the viewer, and when the day was last looked through."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from vungxanh.accounts.models import User
from vungxanh.common.decision_tables import Row
from vungxanh.organization import roles
from vungxanh.organization.enums import Role
from vungxanh.organization.models import Person, Site
from vungxanh.organization.queries.people import all_people, person_of
from vungxanh.organization.tree import Tree, all_tree_on
from vungxanh.risk.enums import FindingState, Reader
from vungxanh.risk.models import ConsistencyFinding, ConsistencyRun
from vungxanh.risk.rulebook import CONSISTENCY_RULEBOOK, CONSISTENCY_TABLE

READERS_OF = {Reader.HEAD: roles.HEADS, Reader.HEALTH_OFFICER: frozenset({Role.HEALTH_OFFICER})}
READERS = frozenset().union(*READERS_OF.values())


@dataclass(frozen=True, slots=True)
class ShownRecord:
    """A record behind a finding: what it was (ARRIVAL, LEAVING, STAY), when, until when, and where."""

    kind: str
    at: datetime.datetime
    left: datetime.datetime | None
    site: str


@dataclass(frozen=True, slots=True)
class ShownFinding:
    """A finding with the sentence of its rule and its records, for the one for whom it is."""

    finding: ConsistencyFinding
    person: Person
    rule: Row
    records: tuple[ShownRecord, ...]

    @property
    def is_open(self) -> bool:
        return self.finding.state == FindingState.OPEN

    @property
    def is_about_health(self) -> bool:
        return self.finding.reader == Reader.HEALTH_OFFICER


def findings_of_day(viewer: User, unit_id: int, day: datetime.date, *, tree: Tree) -> list[ShownFinding]:
    """Of the unit and everything below it, those for the viewer, open ones first, then by name; a flat number of
    queries."""
    below = {node.id for node in tree.below(unit_id)}
    rows = list(_readable(viewer, tree=tree, day=day).filter(unit_id__in=below))
    return sorted(shown(rows), key=lambda one: (not one.is_open, one.person.sort_key, one.finding.code))


def open_findings_count(viewer: User, unit_id: int, day: datetime.date, *, tree: Tree) -> int | None:
    """None for whoever reads none there."""
    below = {node.id for node in tree.below(unit_id)}
    if not below & roles.unit_ids_where(viewer, READERS, on=day, tree=tree):
        return None
    return _readable(viewer, tree=tree, day=day).filter(unit_id__in=below, state=FindingState.OPEN).count()


def finding_for(viewer: User, finding_id: int, *, on: datetime.date) -> ShownFinding | None:
    found = list(_readable(viewer, tree=all_tree_on(on), on=on).filter(pk=finding_id).select_related("reviewed_by"))
    return next(iter(shown(found)), None)


def _readable(
    viewer: User, *, tree: Tree, day: datetime.date | None = None, on: datetime.date | None = None
) -> QuerySet[ConsistencyFinding]:
    """By what the viewer is on the day: each reader sees its own, and nobody what concerns oneself."""
    mine = Q(pk__in=[])
    when = day or on
    assert when
    for reader, held in READERS_OF.items():
        mine |= Q(reader=reader, unit_id__in=roles.unit_ids_where(viewer, held, on=when, tree=tree))
    rows = ConsistencyFinding.objects.filter(mine).exclude(state=FindingState.WITHDRAWN)
    person = person_of(viewer)
    rows = rows.exclude(subject=person.pseudonym) if person else rows
    return rows.filter(day=day).select_related("reviewed_by") if day else rows


def shown(rows: Iterable[ConsistencyFinding]) -> list[ShownFinding]:
    rows = list(rows)
    people = all_people({row.subject for row in rows})
    ids = {record["site"] for row in rows for record in row.evidence if record["site"]}
    sites = dict(Site.objects.filter(pk__in=ids).values_list("pk", "name")) if ids else {}
    editions = CONSISTENCY_TABLE.current().editions
    return [
        ShownFinding(
            finding=row,
            person=people[row.subject],
            rule=editions.starting(row.edition).rows_by_code[row.code],
            records=tuple(_record(one, sites) for one in row.evidence),
        )
        for row in rows
        if row.subject in people
    ]


def _record(kept: dict[str, object], sites: dict[int, str]) -> ShownRecord:
    left, site = kept.get("left"), kept["site"]
    return ShownRecord(
        kind=str(kept["kind"]),
        at=datetime.datetime.fromisoformat(str(kept["at"])),
        left=datetime.datetime.fromisoformat(str(left)) if left else None,
        site=sites.get(site, "") if isinstance(site, int) else "",
    )


@dataclass(frozen=True, slots=True)
class LastRun:
    """When the day was last looked through; `unknown`: facts that nobody could tell, in words."""

    at: datetime.datetime
    people: int
    unknown: tuple[str, ...]


def all_last_run(day: datetime.date) -> LastRun | None:
    run = ConsistencyRun.objects.filter(day=day).first()
    if run is None:
        return None
    labels = CONSISTENCY_RULEBOOK.by_name
    return LastRun(run.at, run.people, tuple(labels[name].label_vi for name in run.unknown if name in labels))


def own_unit_ids_of_reader(viewer: User, *, on: datetime.date, tree: Tree) -> list[int]:
    """The nodes at which the viewer reads findings, uppermost first."""
    held = {one.unit_id for one in roles.holdings(viewer, on=on) if one.role in READERS} & tree.nodes.keys()
    return sorted(held, key=lambda unit: (tree.depth(unit), tree[unit].position, unit))
