"""Importing lists of assignments to the front line; like the staff list, the whole file or nothing."""

import datetime
import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from vungxanh.accounts.models import User
from vungxanh.areas.queries import all_areas_by_code
from vungxanh.audit.operations import record
from vungxanh.common.clock import ZONE
from vungxanh.common.lists.rows import CellFault, Row, read_rows
from vungxanh.common.lists.sheets import read_sheet
from vungxanh.organization import roles
from vungxanh.organization.enums import FrontLinePlace, FrontLineStep, PostKind
from vungxanh.organization.imports.columns import FRONT_LINE_COLUMNS
from vungxanh.organization.models import FrontLineAssignment, FrontLineEntry, Person, Post
from vungxanh.organization.operations.absences import people_by_code
from vungxanh.organization.operations.front_line import Assigned, announce, assignment_of, refusal
from vungxanh.organization.operations.lists import ImportResult, whole_or_nothing
from vungxanh.organization.operations.staff_rows import parts
from vungxanh.organization.permissions import may_import_front_line
from vungxanh.organization.queries.front_line import KEEP_FRONT_LINE
from vungxanh.organization.tree import Tree, all_tree_on

SAME = ("unit_id", "order_number", "place_kind", "place", "work", "first_day", "last_day", "declares_remotely")


def import_front_line(
    content: bytes, *, file_name: str, dry_run: bool, actor: User | None, at: datetime.datetime
) -> ImportResult:
    """Every line one assignment; one that stands just so is unchanged. `actor` None: the system itself."""
    may_import_front_line(actor, on=at.astimezone(ZONE).date()).or_refuse()

    def keep(result: ImportResult) -> None:
        detail = {"created": result.created, "unchanged": result.unchanged}
        subject = ("organization.file", file_name[:60])
        record("organization.import_front_line", actor=actor, at=at, subject=subject, detail=detail)

    return whole_or_nothing(lambda result: _run(content, result, actor, at), keep, dry_run=dry_run)


@dataclass(slots=True)
class _Known:
    """What the lines of a file are held against; the people stay as they are until the end of the transaction."""

    people: Mapping[str, Person]
    areas: Mapping[str, int]
    tree: Tree
    permitted: set[int] | None
    today: datetime.date
    posts: dict[int, list[Post]] = field(default_factory=dict)
    standing: dict[int, list[FrontLineAssignment]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for part in parts(sorted(person.pk for person in self.people.values())):
            list(Person.objects.select_for_update(no_key=True).filter(pk__in=part).order_by("pk"))
            for post in Post.objects.filter(person_id__in=part):
                self.posts.setdefault(post.person_id, []).append(post)
            for one in FrontLineAssignment.objects.filter(person_id__in=part, withdrawn_at__isnull=True):
                self.standing.setdefault(one.person_id, []).append(one)

    def unit_of(self, row: Row, person: Person) -> int | None:
        """The unit of the line, else where the person stands on the first day: at the host of a secondment."""
        if row["unit_code"]:
            node = self.tree.by_code(row["unit_code"])
            return node.id if node else None
        day = row["first_day"]
        posts = [
            post
            for post in self.posts.get(person.pk, [])
            if post.valid_from <= day and (post.valid_to is None or post.valid_to > day) and post.unit_id in self.tree
        ]
        posts.sort(key=lambda post: post.kind != PostKind.SECONDMENT)
        return posts[0].unit_id if posts else None

    def fault_of(self, row: Row, person: Person | None, unit_id: int | None) -> CellFault | None:
        """What is wrong before the days are looked at."""
        if person is None:
            return row.fault("staff_code", _("“%(code)s”: nobody has this code") % {"code": row["staff_code"]})
        if unit_id is None and row["unit_code"]:
            return row.fault("unit_code", _("“%(code)s”: no unit has this code") % {"code": row["unit_code"]})
        if unit_id is None:
            return row.fault("first_day", _("%(name)s has no post on this day") % {"name": person.full_name})
        if self.permitted is not None and unit_id not in self.permitted:
            return row.fault("staff_code", _("you do not keep the front line of this person's unit"))
        if row["area_code"] and row["area_code"] not in self.areas:
            return row.fault("area_code", _("there is no area with this code"))
        return None

    def new(self, row: Row, person: Person, unit_id: int) -> FrontLineAssignment:
        assigned = Assigned(
            person=person,
            order_number=row["order_number"],
            order_date=row["order_date"],
            place_kind=FrontLinePlace(row["place_kind"]),
            place=row["place"],
            area_id=self.areas.get(row["area_code"] or ""),
            work=row["work"],
            first_day=row["first_day"],
            last_day=row["last_day"],
            declares_remotely=row["declares_remotely"] == "YES",
        )
        return assignment_of(uuid.uuid4(), unit_id, assigned)

    def refused(self, new: FrontLineAssignment) -> str:
        return refusal(
            new,
            posts=self.posts.get(new.person_id, []),
            others=self.standing.get(new.person_id, []),
            sending={node.id for node in self.tree.below(new.unit_id)},
            today=self.today,
        )


def _run(content: bytes, result: ImportResult, actor: User | None, at: datetime.datetime) -> None:
    found = read_rows(read_sheet(content), FRONT_LINE_COLUMNS)
    today = at.astimezone(ZONE).date()
    tree = all_tree_on(today)
    areas = all_areas_by_code({row["area_code"] for row in found.rows if row["area_code"]}, on=today)
    known = _Known(
        people=people_by_code(row["staff_code"] for row in found.rows),
        areas={code: area.pk for code, area in areas.items()},
        tree=tree,
        permitted=roles.unit_ids_where(actor, KEEP_FRONT_LINE, on=today, tree=tree) if actor else None,
        today=today,
    )
    new: list[FrontLineAssignment] = []
    for row in found.rows:
        person = known.people.get(row["staff_code"])
        unit_id = known.unit_of(row, person) if person else None
        if fault := known.fault_of(row, person, unit_id):
            found.faults.append(fault)
            continue
        assert person
        assert unit_id
        made = known.new(row, person, unit_id)
        if any(_is_same(made, other) for other in known.standing.get(person.pk, [])):
            result.unchanged += 1
        elif words := known.refused(made):
            found.faults.append(row.fault("first_day", words))
        else:
            new.append(made)
            known.standing.setdefault(person.pk, []).append(made)
    result.rows, result.created = len(found.rows), len(new)
    result.refuse(found.sorted_faults)
    if not result.is_refused and new:
        _write(new, actor, at)


def _write(new: Collection[FrontLineAssignment], actor: User | None, at: datetime.datetime) -> None:
    FrontLineAssignment.objects.bulk_create(new, batch_size=500)
    entries = [
        FrontLineEntry(assignment=one, step=FrontLineStep.ASSIGN, last_day=one.last_day, at=at, by=actor) for one in new
    ]
    FrontLineEntry.objects.bulk_create(entries, batch_size=500)
    announce(list(new), at=at)


def _is_same(one: FrontLineAssignment, other: FrontLineAssignment) -> bool:
    return all(getattr(one, name) == getattr(other, name) for name in SAME)
