"""Pledges: one's own, those of a unit's people, of groups."""

import datetime
from collections.abc import Collection
from dataclasses import dataclass

from vungxanh.accounts.models import User
from vungxanh.common.dated import in_force
from vungxanh.movement.enums import PledgeKind, PledgeState
from vungxanh.movement.models import Campaign, Pledge
from vungxanh.movement.queries.campaigns import participants
from vungxanh.movement.queries.launches import all_ids_of, all_merged, staff_posts, survivor
from vungxanh.movement.rulebook import CampaignFile
from vungxanh.organization import roles
from vungxanh.organization.enums import GroupKind, PostKind, Role
from vungxanh.organization.models import Group, Person, Post
from vungxanh.organization.queries.people import person_of
from vungxanh.organization.tree import Tree, UnitNode


@dataclass(frozen=True, slots=True)
class OwnPlace:
    """Where somebody pledges: the person, and the unit that takes part to which the home post belongs; those who lead
    the agency pledge at their own, outside all percentages."""

    person: Person
    unit: UnitNode


def own_place(user: User, campaign: Campaign, plan: CampaignFile, tree: Tree, *, on: datetime.date) -> OwnPlace | None:
    """None for whoever does not work in the agency."""
    person = person_of(user)
    if person is None:
        return None
    post = Post.objects.filter(in_force(on), person=person, kind=PostKind.HOME).order_by("-valid_from").first()
    if post is None:
        return None
    chain = list(tree.above(post.unit_id))
    if campaign.unit_id not in {node.id for node in chain}:
        return None
    taking_part = {node.id: node for node in participants(plan, campaign.unit_id, tree)}
    return OwnPlace(person, next((node for node in chain if node.id in taking_part), chain[0]))


def standing(campaign: Campaign, kind: PledgeKind, **of: object) -> Pledge | None:
    """`unit_id` or `group_id`: what is pledged now."""
    rows = campaign.pledges.filter(kind=kind, state=PledgeState.CONFIRMED, **of)
    return rows.select_related("confirmed_by").first()


def standing_of_person(campaign: Campaign, person_id: int) -> Pledge | None:
    """Also where it was pledged by a record that has been merged into this one."""
    ids = all_ids_of(person_id)
    rows = campaign.pledges.filter(kind=PledgeKind.PERSON, state=PledgeState.CONFIRMED, person_id__in=ids)
    return rows.select_related("confirmed_by").order_by("-confirmed_at").first()


def all_earlier(campaign: Campaign, kind: PledgeKind, **of: int) -> list[Pledge]:
    """`unit_id`, `group_id` or `person_id`: what was pledged before and does not stand any more, the latest first."""
    person = of.pop("person_id", None)
    rows = campaign.pledges.filter(kind=kind, state=PledgeState.WITHDRAWN, **of)
    rows = rows.filter(person_id__in=all_ids_of(person)) if person else rows
    return list(rows.order_by("-withdrawn_at", "-confirmed_at"))


def standing_is_of(user: User, pledge: Pledge) -> bool:
    """Whether it is the pledge of the person behind the account, also from before records were merged."""
    person = person_of(user)
    return bool(person and pledge.person_id and survivor(pledge.person_id, all_merged()) == person.pk)


def groups_of(campaign: Campaign, tree: Tree) -> list[Group]:
    """Those of the agency and of the units below it."""
    units = [node.id for node in tree.below(campaign.unit_id)] if campaign.unit_id in tree else []
    return list(Group.objects.filter(unit_id__in=units).order_by("kind", "code"))


def all_group_pledges(campaign: Campaign) -> dict[int, Pledge]:
    rows = campaign.pledges.filter(kind=PledgeKind.GROUP, state=PledgeState.CONFIRMED).select_related("confirmed_by")
    return {one.group_id: one for one in rows if one.group_id}


@dataclass(frozen=True, slots=True)
class PersonLine:
    person: Person
    pledge: Pledge | None


def all_person_lines(campaign: Campaign, unit_ids: Collection[int], *, on: datetime.date) -> list[PersonLine]:
    """Everybody who works at home in the units, without those of a supplier, by given name; two queries."""
    posts = staff_posts(unit_ids, on=on).select_related("person__user").order_by("person__sort_key", "pk")
    people = {one.person_id: one.person for one in posts}
    rows = campaign.pledges.filter(kind=PledgeKind.PERSON, state=PledgeState.CONFIRMED)
    merged = all_merged()
    pledged = {survivor(one.person_id, merged): one for one in rows}
    return [PersonLine(person, pledged.get(key)) for key, person in people.items()]


def speaks_for_group(user: User, group: Group, *, on: datetime.date) -> bool:
    """For a Party cell the Party committee, for another group a union officer; of the unit to which the group belongs,
    or above it."""
    speaker = Role.PARTY_COMMITTEE if group.kind == GroupKind.PARTY_CELL else Role.UNION_OFFICER
    return roles.holds(user, speaker, group.unit_id, on=on)
