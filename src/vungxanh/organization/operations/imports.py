"""Importing a staff list. A dry run and a real one go the same way; only the real one ends in a commit."""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from vungxanh.accounts.models import User
from vungxanh.areas.models import AdministrativeUnit
from vungxanh.audit.operations import record
from vungxanh.common.encryption import digest
from vungxanh.common.vietnamese import folded, name_sort_key
from vungxanh.organization.enums import ContractKind, ImportStatus, PostKind, WorkPattern
from vungxanh.organization.imports.sheets import SheetError, read_sheet
from vungxanh.organization.imports.staff import Known, StaffList, StaffRow, read_staff
from vungxanh.organization.models import DuplicateCandidate, Person, Post, Site, StaffImport
from vungxanh.organization.permissions import may_change_people
from vungxanh.organization.queries.people import in_force
from vungxanh.organization.signals import people_changed
from vungxanh.organization.tree import Tree, all_tree_on

AT_ONCE = 500
PERSON_FIELDS = (
    "full_name",
    "sort_key",
    "search_name",
    "birth_date",
    "sex",
    "identity_number",
    "identity_digest",
    "phone",
    "phone_digest",
    "email",
    "residence_id",
)
POST_FIELDS = ("unit_id", "title", "contract", "site_id", "pattern")


@dataclass(slots=True)
class ImportResult:
    """What a run did, or would do. With any fault nothing was changed."""

    rows: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    duplicates: int = 0
    faults: list[str] = field(default_factory=list)
    is_dry_run: bool = False

    @property
    def is_refused(self) -> bool:
        return bool(self.faults)


class _DryRunEnd(Exception):  # noqa: N818  (not an error: it takes a dry run back)
    pass


def import_people(
    content: bytes,
    *,
    file_name: str,
    dry_run: bool,
    actor: User | None,
    at: datetime.datetime,
) -> ImportResult:
    """Read, check and apply; the whole file or nothing. The same file again changes nothing."""
    result = ImportResult(is_dry_run=dry_run)
    try:
        with transaction.atomic():
            _run(content, result, actor, at)
            if dry_run or result.is_refused:
                raise _DryRunEnd
            _keep(content, file_name, result, actor, at)
    except _DryRunEnd:
        pass
    return result


def _run(content: bytes, result: ImportResult, actor: User | None, at: datetime.datetime) -> None:
    tree = all_tree_on(at.date())
    try:
        staff = _read(content, tree, at)
    except SheetError as error:
        result.faults = error.faults
        return
    result.rows = len(staff.rows)
    result.faults = [str(fault) for fault in staff.faults] + _foreign_units(staff, tree, actor, at)
    if not result.is_refused:
        _Application(staff.rows, tree, at).apply(result)


def _read(content: bytes, tree: Tree, at: datetime.datetime) -> StaffList:
    known = Known(
        unit_ids={node.code.upper(): node.id for node in tree},
        site_ids={code.upper(): pk for code, pk in Site.objects.filter(closed_on=None).values_list("code", "pk")},
        area_ids=dict(AdministrativeUnit.objects.filter(in_force(at.date())).values_list("code", "pk")),
    )
    return read_staff(read_sheet(content), known, today=at.date())


def _foreign_units(staff: StaffList, tree: Tree, actor: User | None, at: datetime.datetime) -> list[str]:
    """Rows of units that the one who imports does not look after."""
    codes = {row["unit_code"]: row.cells["unit_code"] for row in staff.rows}
    ids = {node.code.upper(): node.id for node in tree}
    refusals = {code: may_change_people(actor, ids[code], on=at.date()) for code in codes}
    return [f"{codes[code]}: {verdict.reason}" for code, verdict in refusals.items() if not verdict]


@dataclass(slots=True)
class _Application:
    """Writes checked rows set-wise."""

    rows: Sequence[StaffRow]
    tree: Tree
    at: datetime.datetime
    people: dict[str, Person] = field(init=False)
    posts: dict[int, Post] = field(init=False)
    unit_ids: Mapping[str, int] = field(init=False)
    site_ids: Mapping[str, int] = field(init=False)
    area_ids: Mapping[str, int] = field(init=False)

    def __post_init__(self) -> None:
        codes = [row["staff_code"] for row in self.rows]
        self.people = {person.staff_code: person for part in _parts(codes) for person in _people(part)}
        ids = [person.pk for person in self.people.values()]
        self.posts = {post.person_id: post for part in _parts(ids) for post in _home_posts(part)}
        self.unit_ids = {node.code.upper(): node.id for node in self.tree}
        self.site_ids = {code.upper(): pk for code, pk in Site.objects.values_list("code", "pk")}
        on = in_force(self.at.date())
        self.area_ids = dict(AdministrativeUnit.objects.filter(on).values_list("code", "pk"))

    def apply(self, result: ImportResult) -> None:
        new = [row for row in self.rows if row["staff_code"] not in self.people]
        changed = {row.line for row in self.rows if row["staff_code"] in self.people and self.update_person(row)}
        Person.objects.bulk_update(
            [self.people[row["staff_code"]] for row in self.rows if row.line in changed],
            [name.removesuffix("_id") for name in PERSON_FIELDS],
            batch_size=AT_ONCE,
        )
        created = Person.objects.bulk_create([self.person(row) for row in new], batch_size=AT_ONCE)
        self.people |= {person.staff_code: person for person in created}
        moved = self.write_posts()
        result.created = len(new)
        result.updated = len(changed | (moved - {row.line for row in new}))
        result.unchanged = len(self.rows) - result.created - result.updated
        result.duplicates = self.note_duplicates(created)
        touched = {self.people[row["staff_code"]].pk for row in self.rows if row.line in changed | moved}
        if touched:
            people_changed.send(None, people=touched, first_day=self.first_day(moved), at=self.at)

    def first_day(self, moved: set[int]) -> datetime.date:
        starts = [row["valid_from"] for row in self.rows if row.line in moved and row["valid_from"]]
        return max(min(starts, default=self.at.date()), self.at.date())

    def values(self, row: StaffRow) -> dict[str, Any]:
        """Fields of the person; what the list left empty stays as it was."""
        name: str = row["full_name"]
        given = {
            "full_name": name,
            "sort_key": name_sort_key(name),
            "search_name": folded(name),
            "birth_date": row["birth_date"],
            "sex": row["sex"],
            "identity_number": row["identity_number"],
            "identity_digest": digest(row["identity_number"]) if row["identity_number"] else None,
            "phone": row["phone"],
            "phone_digest": digest(row["phone"]) if row["phone"] else None,
            "email": row["email"],
            "residence_id": self.area_ids.get(row["residence_code"] or ""),
        }
        return {key: value for key, value in given.items() if value is not None}

    def person(self, row: StaffRow) -> Person:
        return Person(staff_code=row["staff_code"], **self.values(row))

    def update_person(self, row: StaffRow) -> bool:
        person, differs = self.people[row["staff_code"]], False
        for key, value in self.values(row).items():
            if getattr(person, key) != value:
                setattr(person, key, value)
                differs = True
        return differs

    def write_posts(self) -> set[int]:
        """Lines whose post is new or changed. A change from a later day on begins a new post."""
        moved: set[int] = set()
        new: list[Post] = []
        same: list[Post] = []
        ended: dict[int, datetime.date] = {}
        for row in self.rows:
            person = self.people[row["staff_code"]]
            wanted, current = self.post(row, person), self.posts.get(person.pk)
            if current and all(getattr(current, key) == getattr(wanted, key) for key in POST_FIELDS):
                continue
            moved.add(row.line)
            if current and wanted.valid_from > current.valid_from:
                ended[current.pk] = wanted.valid_from
            elif current:
                for key in POST_FIELDS:
                    setattr(current, key, getattr(wanted, key))
                same.append(current)
                continue
            new.append(wanted)
        for post_id, day in ended.items():
            Post.objects.filter(pk=post_id).update(valid_to=day)
        Post.objects.bulk_update(same, [name.removesuffix("_id") for name in POST_FIELDS], batch_size=AT_ONCE)
        Post.objects.bulk_create(new, batch_size=AT_ONCE)
        return moved

    def post(self, row: StaffRow, person: Person) -> Post:
        contract = row["contract"]
        ordinary = WorkPattern.WEEKDAYS if contract == ContractKind.PART_TIME else WorkPattern.CALENDAR
        return Post(
            person=person,
            unit_id=self.unit_ids[row["unit_code"]],
            kind=PostKind.HOME,
            title=row["title"],
            contract=contract,
            site_id=self.site_ids.get(row["site_code"] or ""),
            pattern=row["pattern"] or ordinary,
            valid_from=row["valid_from"] or self.at.date(),
        )

    def note_duplicates(self, created: Sequence[Person]) -> int:
        """New people who may be somebody known: the same identity number, or the same name and birth date."""
        pairs: dict[tuple[int, int], str] = {}
        for why, key in (
            (_("the same identity number"), lambda one: one.identity_digest or None),
            (_("the same name and birth date"), lambda one: one.birth_date and (one.search_name, one.birth_date)),
        ):
            for first, second in _pairs(created, key):
                pairs.setdefault((min(first, second), max(first, second)), why)
        rows = [
            DuplicateCandidate(first_id=first, second_id=second, why=why, found_at=self.at)
            for (first, second), why in pairs.items()
        ]
        DuplicateCandidate.objects.bulk_create(rows, ignore_conflicts=True)
        return len(rows)


def _pairs(created: Sequence[Person], key: Any) -> Iterable[tuple[int, int]]:
    """Pairs of a new person and another one, new or old, with the same key."""
    wanted = {key(person) for person in created} - {None}
    if not wanted:
        return
    others: dict[Any, list[int]] = {}
    known = Person.objects.filter(merged_into__isnull=True)
    for person in known.only("pk", "search_name", "birth_date", "identity_digest").iterator(chunk_size=2000):
        if key(person) in wanted:
            others.setdefault(key(person), []).append(person.pk)
    for person in created:
        for other in others.get(key(person), []):
            if other != person.pk:
                yield person.pk, other


def _keep(content: bytes, file_name: str, result: ImportResult, actor: User | None, at: datetime.datetime) -> None:
    done = StaffImport.objects.create(
        file_name=file_name[:200],
        file_digest=digest(content.hex()),
        status=ImportStatus.APPLIED,
        at=at,
        by=actor,
        rows=result.rows,
        created=result.created,
        updated=result.updated,
        unchanged=result.unchanged,
    )
    detail = {"created": result.created, "updated": result.updated, "unchanged": result.unchanged}
    record("organization.import_people", actor=actor, at=at, subject=done, detail=detail)


def _people(codes: Sequence[str]) -> Iterable[Person]:
    return Person.objects.filter(staff_code__in=codes)


def _home_posts(ids: Sequence[int]) -> Iterable[Post]:
    return Post.objects.filter(person_id__in=ids, kind=PostKind.HOME, valid_to__isnull=True)


def _parts(values: Sequence[Any]) -> Iterable[Sequence[Any]]:
    for start in range(0, len(values), AT_ONCE):
        yield values[start : start + AT_ONCE]
