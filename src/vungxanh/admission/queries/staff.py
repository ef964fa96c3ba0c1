"""Staff at the gate: who they are, whether they declared, what the gate says to their level. Names, never answers."""

import datetime
import uuid
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from django.db.models import Q, QuerySet

from vungxanh.admission.enums import SubjectKind
from vungxanh.admission.rulebook import PASS
from vungxanh.admission.subjects import GateSubject
from vungxanh.common.bulk import Select
from vungxanh.common.clock import ZONE
from vungxanh.common.dated import in_force
from vungxanh.common.encryption import digest
from vungxanh.common.vietnamese import folded
from vungxanh.organization.models import Person, Place, Post, Site
from vungxanh.organization.tree import Tree, all_tree_on
from vungxanh.risk.models import PersonAssessment
from vungxanh.risk.queries.people import all_current, all_level_of
from vungxanh.screening.models import PersonDay

MOST_FOUND = 20
DAY = datetime.timedelta(days=1)
SHOWN = ("id", "pseudonym", "full_name", "staff_code")
people_named = Select(Person, SHOWN, among=["pseudonym"])
posts_on = Select(
    Post,
    ["person", "unit", "kind", "id"],
    among=["person"],
    where='"valid_from" <= %s AND ("valid_to" IS NULL OR "valid_to" > %s)',
)


class StaffSource:
    """See `subjects.SubjectSource`."""

    kind = SubjectKind.STAFF

    def named(self, subjects: Collection[uuid.UUID], *, on: datetime.date) -> Mapping[uuid.UUID, GateSubject]:
        return {one.subject: one for one in _shown(people_named(subjects), on)}

    def reasons(
        self, subjects: Collection[uuid.UUID], place: Place, *, at: datetime.datetime
    ) -> Mapping[uuid.UUID, Collection[str]]:
        today = at.astimezone(ZONE).date()
        known = set(
            Person.objects.filter(pseudonym__in=list(subjects), merged_into__isnull=True).values_list(
                "pseudonym", flat=True
            )
        )
        days = _days(known, today)
        held = all_held(known, on=today)
        tree = all_tree_on(today)
        here = tree.root_of(place.site.unit_id)
        return {one: _reasons(days.get(one, {}), one in held, tree, here, at) for one in known}

    def found(self, text: str, place: Place, *, on: datetime.date) -> list[GateSubject]:
        tree = all_tree_on(on)
        root = tree.root_of(place.site.unit_id)
        words = folded(text).split()
        if root is None or not words:
            return []
        agency = [node.id for node in tree.below(root.id)]
        people = Person.objects.filter(
            merged_into__isnull=True, pk__in=Post.objects.filter(in_force(on), unit_id__in=agency).values("person_id")
        )
        for word in words:
            people = people.filter(Q(search_name__contains=word) | Q(staff_code__iexact=word))
        return _shown(people.order_by("sort_key", "pk").values_list(*SHOWN)[:MOST_FOUND], on)

    def by_identity(self, number: str, *, on: datetime.date) -> GateSubject | None:
        people = Person.objects.filter(identity_digest=digest(number), merged_into__isnull=True)
        return next(iter(_shown(people.values_list(*SHOWN), on)), None)

    def expected(self, site: Site, *, on: datetime.date) -> list[GateSubject]:
        tree = all_tree_on(on)
        people = Person.objects.filter(pseudonym__in=_expected(site, on, tree)).order_by("sort_key", "pk")
        return _shown(people.values_list(*SHOWN), on)

    def expected_subjects(self, site: Site, *, on: datetime.date) -> Collection[uuid.UUID]:
        return list(_expected(site, on, all_tree_on(on)))


def _expected(site: Site, on: datetime.date, tree: Tree) -> QuerySet[PersonDay, uuid.UUID]:
    """Who works at the site that day, and who has no site of their own but stands in its unit."""
    below = [node.id for node in tree.below(site.unit_id)] if site.unit_id in tree else []
    here = Q(site_id=site.pk) | Q(site_id__isnull=True, unit_id__in=below)
    return PersonDay.objects.filter(here, day=on, expects_arrival=True).values_list("subject", flat=True)


Days = dict[datetime.date, PersonDay]


def _days(subjects: Collection[uuid.UUID], today: datetime.date) -> dict[uuid.UUID, Days]:
    """Today's person-day, and yesterday's for a night shift that is not over."""
    rows = PersonDay.objects.filter(subject__in=list(subjects), day__in=[today, today - DAY])
    found: dict[uuid.UUID, Days] = {}
    for row in rows.select_related("windows"):
        found.setdefault(row.subject, {})[row.day] = row
    return found


def all_held(subjects: Collection[uuid.UUID], *, on: datetime.date) -> set[uuid.UUID]:
    """Those whose level in force is held at the gate."""
    return held_by(all_current(subjects), on=on)


def held_by(in_force: Mapping[uuid.UUID, PersonAssessment], *, on: datetime.date) -> set[uuid.UUID]:
    """Of these assessments, whose are held at the gate."""
    rule = PASS.current().in_force(on)
    return {one for one, assessment in in_force.items() if rule.gate_of(all_level_of(assessment)).state == "HOLD"}


def _reasons(days: Days, is_held: bool, tree: Tree, here: object, at: datetime.datetime) -> set[str]:
    today = at.astimezone(ZONE).date()
    row = days.get(today) or days.get(today - DAY)
    if row is None:
        return {"UNKNOWN"}
    codes = {"LEVEL"} if is_held else set()
    if tree.root_of(row.unit_id) != here:
        codes.add("FOREIGN")
    if not any(_has_declared(one, at, today) for one in days.values()):
        codes.add("NOT_DECLARED")
    return codes


def _has_declared(row: PersonDay, at: datetime.datetime, today: datetime.date) -> bool:
    """For today; or for a shift of yesterday whose leaving form is still open."""
    return row.arrival_id is not None and (row.day == today or row.windows.leaving_closes_at > at)


def _shown(people: Iterable[tuple[Any, ...]], on: datetime.date) -> list[GateSubject]:
    """In the order of these rows of `SHOWN`, with the units of the day. A secondment names its host."""
    known, tree, day = list(people), all_tree_on(on), on.isoformat()
    posts = posts_on([pk for pk, *_named in known], where=[day, day])
    posts.sort(key=lambda row: (row[2], -row[3]))
    units = {person: tree[unit].short_name if unit in tree else "" for person, unit, _kind, _pk in posts}
    return [GateSubject(subject, SubjectKind.STAFF, name, units.get(pk, ""), code) for pk, subject, name, code in known]
