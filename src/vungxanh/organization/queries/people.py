"""People, as far as the viewer may see them."""

import contextlib
import datetime
import uuid
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.db.models import Prefetch, Q, QuerySet

from vungxanh.accounts.models import User
from vungxanh.accounts.phones import PhoneError, normalized
from vungxanh.common.bulk import Select
from vungxanh.common.dated import in_force
from vungxanh.common.encryption import digest
from vungxanh.common.vietnamese import folded
from vungxanh.organization import roles
from vungxanh.organization.enums import Role
from vungxanh.organization.models import DuplicateCandidate, Person, Post, Unit
from vungxanh.organization.tree import Tree, all_tree_on

KEEP_PEOPLE = frozenset({Role.PERSONNEL, Role.ADMINISTRATOR})
SEE_PEOPLE = roles.UNIT_STAFF | roles.LEADERS | {Role.OFFICE, Role.PERSONNEL, Role.HEALTH_OFFICER, Role.ADMINISTRATOR}

open_users = Select(
    User, ["id", "username", "full_name", "is_active"], among=["id"], where='"is_active" AND NOT "must_change_password"'
)
people_of_users = Select(
    Person, ["id", "pseudonym", "staff_code", "full_name", "user_id"], among=["user"], where='"merged_into_id" IS NULL'
)


def person_of(user: User) -> Person | None:
    """The person behind an account; a technical account has none."""
    return Person.objects.filter(user_id=user.pk, merged_into__isnull=True).first() if user.pk else None


def all_open_users(user_ids: Collection[int]) -> dict[int, User]:
    """By id, those whose account is open and has a password of its owner's choice; no more than says who they are."""
    return {user.pk: user for user in open_users.models(user_ids)}


def all_people_of_users(user_ids: Collection[int]) -> dict[int, Person]:
    """By id of the account, the people behind `all_open_users`, who are at hand with them; as little of them."""
    users = all_open_users(user_ids)
    people = {}
    for person in people_of_users.models(users):
        assert person.user_id
        person.user = users[person.user_id]
        people[person.user_id] = person
    return people


def unit_ids_of(person: Person, on: datetime.date) -> set[int]:
    """Where a person stands on the day: the home post and the host of a secondment."""
    return set(person.posts.filter(in_force(on)).values_list("unit_id", flat=True))


def stands_near(user: User, unit_id: int, *, on: datetime.date) -> bool:
    """Whether somebody has a post or a role of one's own at the unit, below it or above it."""
    tree = all_tree_on(on)
    if unit_id not in tree:
        return False
    near = {node.id for nodes in (tree.above(unit_id), tree.below(unit_id)) for node in nodes}
    posts = Post.objects.filter(in_force(on), person__user=user)
    held = user.role_assignments.filter(in_force(on))
    return bool(near & {*posts.values_list("unit_id", flat=True), *held.values_list("unit_id", flat=True)})


def all_unit_ids(person_ids: Collection[int], *, on: datetime.date) -> dict[int, set[int]]:
    """By id of a person, where it stands on the day; one query."""
    found: dict[int, set[int]] = {}
    for person_id, unit_id in Post.objects.filter(in_force(on), person__in=person_ids).values_list("person", "unit"):
        found.setdefault(person_id, set()).add(unit_id)
    return found


def unit_ids_visible_to(viewer: User, *, on: datetime.date, tree: Tree | None = None) -> set[int]:
    """Units whose people the viewer may list, by role; everybody sees oneself elsewhere."""
    return roles.unit_ids_where(viewer, SEE_PEOPLE, on=on, tree=tree)


def people_visible_to(
    viewer: User,
    *,
    on: datetime.date,
    unit_ids: Collection[int] | None = None,
    search: str = "",
    contract: str = "",
    tree: Tree | None = None,
) -> QuerySet[Person]:
    """People with a post on the day in a unit that the viewer sees, by given name; `current_posts` are at hand."""
    visible = unit_ids_visible_to(viewer, on=on, tree=tree)
    if unit_ids is not None:
        visible &= set(unit_ids)
    posts = Post.objects.filter(in_force(on), unit_id__in=visible)
    if contract:
        posts = posts.filter(contract=contract)
    found = Person.objects.filter(merged_into__isnull=True, pk__in=posts.values("person_id"))
    for word in folded(search).split():
        found = found.filter(Q(search_name__contains=word) | Q(staff_code__iexact=word))
    current = Post.objects.filter(in_force(on)).select_related("unit", "site").order_by("-kind", "pk")
    return found.order_by("sort_key", "pk").prefetch_related(Prefetch("posts", current, to_attr="current_posts"))


FOUND_AT_MOST = 10


def all_people_found(search: str, unit_ids: Collection[int], *, on: datetime.date) -> QuerySet[Person]:
    """A few who stand in the units on the day: by staff code, by telephone number, or by at least two words of the
    name, so that nobody leafs through the staff list."""
    standing = Post.objects.filter(in_force(on), unit_id__in=unit_ids).values("person_id")
    people = Person.objects.filter(merged_into__isnull=True, pk__in=standing)
    words = folded(search).split()
    wanted = Q(staff_code__iexact=search.strip())
    with contextlib.suppress(PhoneError):
        wanted |= Q(phone_digest=digest(normalized(search)))
    if len(words) > 1:
        wanted |= Q(*(Q(search_name__contains=word) for word in words))
    return people.filter(wanted).order_by("sort_key", "pk")[:FOUND_AT_MOST]


@dataclass(frozen=True, slots=True)
class PersonRow:
    """A person with the post where it stands today, and the name of that unit."""

    person: Person
    post: Post | None
    unit_name: str


def rows_of(people: Iterable[Person], tree: Tree) -> list[PersonRow]:
    """Of people with `current_posts` at hand; a secondment stands before the home post."""
    rows = []
    for person in people:
        post = next(iter(getattr(person, "current_posts", [])), None)
        rows.append(PersonRow(person, post, tree[post.unit_id].short_name if post and post.unit_id in tree else ""))
    return rows


def all_people(pseudonyms: Iterable[uuid.UUID]) -> dict[uuid.UUID, Person]:
    """By pseudonym, those who exist."""
    return {person.pseudonym: person for person in Person.objects.filter(pseudonym__in=list(pseudonyms))}


def people_kept_by(viewer: User, *, on: datetime.date) -> QuerySet[Person]:
    """Those who have, had or will have a post in units whose staff list the viewer keeps, ended ones too."""
    kept = roles.unit_ids_where(viewer, KEEP_PEOPLE, on=on)
    ended = Unit.objects.filter(successor_id__in=kept).values_list("pk", flat=True)
    posts = Post.objects.filter(unit_id__in=kept | set(ended))
    return Person.objects.filter(merged_into__isnull=True, pk__in=posts.values("person_id")).order_by("sort_key", "pk")


def people_without_account(viewer: User, *, on: datetime.date) -> QuerySet[Person]:
    """Those kept by the viewer who have a post today and cannot sign in."""
    working = Post.objects.filter(in_force(on)).values("person_id")
    return people_kept_by(viewer, on=on).filter(user__isnull=True, pk__in=working)


def slip_owners_of(viewer: User, unit_id: int, *, on: datetime.date) -> list[Person]:
    """People kept by the viewer who stand in this very unit today, by given name; their accounts are at hand."""
    here = Post.objects.filter(in_force(on), unit_id=unit_id).values("person_id")
    return list(people_kept_by(viewer, on=on).filter(pk__in=here).select_related("user"))


def duplicates_visible_to(viewer: User, *, on: datetime.date) -> list[DuplicateCandidate]:
    """Undecided pairs of which the viewer keeps both, oldest first; `current_posts` of each are at hand."""
    kept = people_kept_by(viewer, on=on).order_by().values("pk")
    pairs = DuplicateCandidate.objects.filter(decided_at__isnull=True, first__in=kept, second__in=kept)
    current = Post.objects.filter(in_force(on)).select_related("unit").order_by("-kind", "pk")
    posts = [Prefetch(f"{side}__posts", current, to_attr="current_posts") for side in ("first", "second")]
    return list(pairs.select_related("first", "second").prefetch_related(*posts).order_by("found_at", "pk"))
