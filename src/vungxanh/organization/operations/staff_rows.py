"""Writes the checked rows of a staff list, set-wise: people, their home posts, and who may be somebody known."""

import datetime
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from vungxanh.common.encryption import digest
from vungxanh.common.lists.rows import CellFault, Row
from vungxanh.common.vietnamese import folded, name_sort_key
from vungxanh.organization.enums import ContractKind, PostKind, WorkPattern
from vungxanh.organization.imports.columns import MONDAY_TO_FRIDAY
from vungxanh.organization.imports.staff import Known
from vungxanh.organization.models import DuplicateCandidate, Person, Post
from vungxanh.organization.operations.lists import ImportResult
from vungxanh.organization.signals import people_changed

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
    "residence",
)
POST_FIELDS = ("unit", "title", "contract", "site", "pattern", "weekdays")
COMPARED = ("unit_id", "title", "contract", "site_id", "pattern", "weekdays")


def facts(values: Mapping[str, Any]) -> dict[str, Any]:
    """Fields of a person from typed values; what stands there as None is left out. Keys and digests follow."""
    found = {key: value for key, value in values.items() if value is not None}
    if name := found.get("full_name"):
        found |= {"sort_key": name_sort_key(name), "search_name": folded(name)}
    for key in ("identity", "phone"):
        number = found.get("identity_number" if key == "identity" else key)
        if number is not None:
            found[f"{key}_digest"] = digest(number) if number else ""
    return found


@dataclass(slots=True)
class StaffRows:
    """One application of a list. `permitted` are the units whose people the one who imports may change."""

    rows: Sequence[Row]
    known: Known
    permitted: set[int] | None
    at: datetime.datetime
    people: dict[str, Person] = field(init=False)
    posts: dict[int, list[Post]] = field(init=False)

    def __post_init__(self) -> None:
        codes = [row["staff_code"] for row in self.rows]
        self.people = {person.staff_code: person for part in parts(codes) for person in _people(part)}
        self.posts = {}
        for part in parts([person.pk for person in self.people.values()]):
            for post in Post.objects.filter(person_id__in=part, kind=PostKind.HOME).order_by("valid_from", "pk"):
                self.posts.setdefault(post.person_id, []).append(post)

    def refusals(self) -> list[CellFault]:
        """People and units of somebody else, and posts that would contradict what happened since."""
        faults = []
        for row in self.rows:
            unit_id = self.known.unit_ids[row["unit_code"]]
            person = self.people.get(row["staff_code"])
            held = self.posts.get(person.pk, []) if person else []
            if self.permitted is not None and unit_id not in self.permitted:
                faults.append(row.fault("unit_code", _("you do not look after the staff list of this unit")))
            elif self.permitted is not None and any(self._is_foreign(post) for post in held):
                faults.append(row.fault("staff_code", _("this person stands in a unit that you do not look after")))
            elif person and self._is_past(row, person) and not self._is_told_already(row, person):
                words = _("a later change of this post is recorded from %(day)s; write a later day")
                cell = "valid_from" if "valid_from" in row.cells else "staff_code"
                faults.append(row.fault(cell, words % {"day": f"{self._last(person):%d/%m/%Y}"}))
        return faults

    def apply(self, result: ImportResult) -> None:
        rows = [row for row in self.rows if not self._is_merged(row)]
        new = [row for row in rows if row["staff_code"] not in self.people]
        changed = {row.line for row in rows if row["staff_code"] in self.people and self._update(row)}
        touched = [self.people[row["staff_code"]] for row in rows if row.line in changed]
        Person.objects.bulk_update(touched, PERSON_FIELDS, batch_size=AT_ONCE)
        made = Person.objects.bulk_create(
            [Person(staff_code=row["staff_code"], **self._facts(row)) for row in new], batch_size=AT_ONCE
        )
        self.people |= {person.staff_code: person for person in made}
        moved = self._write_posts(rows)
        result.rows = len(self.rows)
        result.created = len(new)
        result.updated = len(changed | (moved - {row.line for row in new}))
        result.unchanged = len(self.rows) - result.created - result.updated
        result.duplicates = note_duplicates([*made, *touched], at=self.at)
        affected = {self.people[row["staff_code"]].pk for row in rows if row.line in changed | moved}
        if affected:
            starts = [row["valid_from"] for row in rows if row.line in moved and row["valid_from"]]
            people_changed.send(None, people=affected, first_day=min([*starts, self.at.date()]), at=self.at)

    def _facts(self, row: Row) -> dict[str, Any]:
        """What the list left empty stays as it was."""
        residence = self.known.area_ids.get(row["residence_code"] or "")
        keys = ("full_name", "birth_date", "sex", "identity_number", "phone", "email")
        return facts({**{key: row[key] for key in keys}, "residence_id": residence})

    def _update(self, row: Row) -> bool:
        person, differs = self.people[row["staff_code"]], False
        for key, value in self._facts(row).items():
            if getattr(person, key) != value:
                setattr(person, key, value)
                differs = True
        return differs

    def _write_posts(self, rows: Sequence[Row]) -> set[int]:
        """Lines whose post is new or changed. A change from a later day on begins a new post."""
        moved: set[int] = set()
        new: list[Post] = []
        same: list[Post] = []
        ended: list[Post] = []
        for row in rows:
            person = self.people[row["staff_code"]]
            wanted, current = self._wanted(row, person), self._current(person)
            if self._is_told_already(row, person):
                continue
            moved.add(row.line)
            if current and wanted.valid_from <= current.valid_from:
                for key in COMPARED:
                    setattr(current, key, getattr(wanted, key))
                same.append(current)
                continue
            if current:
                current.valid_to = wanted.valid_from
                ended.append(current)
            new.append(wanted)
        Post.objects.bulk_update(ended, ["valid_to"], batch_size=AT_ONCE)
        Post.objects.bulk_update(same, POST_FIELDS, batch_size=AT_ONCE)
        Post.objects.bulk_create(new, batch_size=AT_ONCE)
        return moved

    def _wanted(self, row: Row, person: Person | None) -> Post:
        contract = row["contract"]
        ordinary = WorkPattern.WEEKDAYS if contract == ContractKind.PART_TIME else WorkPattern.CALENDAR
        pattern, weekdays = row["pattern"] or (ordinary, MONDAY_TO_FRIDAY)
        return Post(
            person=person,
            unit_id=self.known.unit_ids[row["unit_code"]],
            kind=PostKind.HOME,
            title=row["title"],
            contract=contract,
            site_id=self.known.site_ids.get(row["site_code"] or ""),
            pattern=pattern,
            weekdays=weekdays,
            valid_from=row["valid_from"] or self.at.date(),
        )

    def _current(self, person: Person) -> Post | None:
        return next((post for post in self.posts.get(person.pk, []) if post.valid_to is None), None)

    def _last(self, person: Person) -> datetime.date | None:
        """The day of the last change of the home post: it began or ended then."""
        held = self.posts.get(person.pk, [])
        return max((day for post in held for day in (post.valid_from, post.valid_to) if day), default=None)

    def _is_told_already(self, row: Row, person: Person) -> bool:
        """The row says nothing new: the post stands so, or stood so and something else came later."""
        wanted = self._wanted(row, None)
        return any(
            all(getattr(post, key) == getattr(wanted, key) for key in COMPARED)
            and (post.valid_to is None or post.valid_from == row["valid_from"])
            for post in self.posts.get(person.pk, [])
        )

    def _is_past(self, row: Row, person: Person) -> bool:
        """The row would change a time about which something later is known."""
        last, current = self._last(person), self._current(person)
        starts = row["valid_from"] or self.at.date()
        if last is None or self._is_merged(row):
            return False
        return starts < last and not (current and len(self.posts[person.pk]) == 1)

    def _is_foreign(self, post: Post) -> bool:
        return post.valid_to is None and self.permitted is not None and post.unit_id not in self.permitted

    def _is_merged(self, row: Row) -> bool:
        """A code that was found to be somebody else's: the row is his or hers and changes nothing."""
        person = self.people.get(row["staff_code"])
        return bool(person and person.merged_into_id)


def note_duplicates(people: Sequence[Person], *, at: datetime.datetime) -> int:
    """Pairs of these with anybody, by identity number, or by name and birth date, that nobody has decided on yet."""
    pairs: dict[tuple[int, int], str] = {}
    keys: tuple[tuple[str, Callable[[Person], Hashable]], ...] = (
        (_("the same identity number"), lambda one: one.identity_digest or None),
        (_("the same name and birth date"), lambda one: (one.search_name, one.birth_date) if one.birth_date else None),
    )
    for why, key in keys:
        for first, second in _alike(people, key):
            pairs.setdefault((min(first, second), max(first, second)), why)
    known = set(DuplicateCandidate.objects.values_list("first_id", "second_id")) if pairs else set()
    rows = [
        DuplicateCandidate(first_id=first, second_id=second, why=why, found_at=at)
        for (first, second), why in pairs.items()
        if (first, second) not in known
    ]
    DuplicateCandidate.objects.bulk_create(rows, batch_size=AT_ONCE)
    return len(rows)


def _alike(people: Sequence[Person], key: Callable[[Person], Hashable]) -> Iterable[tuple[int, int]]:
    wanted = {key(person) for person in people} - {None}
    if not wanted:
        return
    others: dict[Hashable, list[int]] = {}
    known = Person.objects.filter(merged_into__isnull=True)
    for person in known.only("pk", "search_name", "birth_date", "identity_digest").iterator(chunk_size=2000):
        if key(person) in wanted:
            others.setdefault(key(person), []).append(person.pk)
    for person in people:
        for other in others.get(key(person), []):
            if other != person.pk:
                yield person.pk, other


def _people(codes: Sequence[str]) -> Iterable[Person]:
    return Person.objects.filter(staff_code__in=codes)


def parts(values: Sequence[Any]) -> Iterable[Sequence[Any]]:
    for start in range(0, len(values), AT_ONCE):
        yield values[start : start + AT_ONCE]
