"""Pledges: one's own, those of a unit's people, of groups."""

import datetime
from collections.abc import Collection
from dataclasses import dataclass

from vungxanh.accounts.models import User
from vungxanh.common.dated import in_force
from vungxanh.movement.enums import PledgeKind, PledgeState
from vungxanh.movement.models import Campaign, Pledge
from vungxanh.movement.queries.campaigns import participant_of, participants
from vungxanh.movement.rulebook import CampaignFile
from vungxanh.organization import roles
from vungxanh.organization.enums import ContractKind, PostKind, Role
from vungxanh.organization.models import Group, Person, Post
from vungxanh.organization.queries.people import person_of
from vungxanh.organization.tree import Tree, UnitNode

GROUP_SPEAKERS = frozenset({Role.UNION_OFFICER})


@dataclass(frozen=True, slots=True)
class OwnPlace:
    """Where somebody pledges: the person, and the unit that takes part to which the home post belongs."""

    person: Person
    unit: UnitNode


def own_place(user: User, campaign: Campaign, plan: CampaignFile, tree: Tree, *, on: datetime.date) -> OwnPlace | None:
    """None for whoever does not work in a unit that takes part."""
    person = person_of(user)
    if person is None:
        return None
    post = Post.objects.filter(in_force(on), person=person, kind=PostKind.HOME).order_by("-valid_from").first()
    if post is None:
        return None
    taking_part = {node.id: node for node in participants(plan, campaign.unit_id, tree)}
    unit = participant_of([post.unit_id], taking_part.values(), tree).get(post.unit_id)
    return OwnPlace(person, taking_part[unit]) if unit else None


def standing(campaign: Campaign, kind: PledgeKind, **of: object) -> Pledge | None:
    """`unit_id`, `group_id` or `person_id`: what is pledged now."""
    rows = campaign.pledges.filter(kind=kind, state=PledgeState.CONFIRMED, **of)
    return rows.select_related("confirmed_by").first()


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
    posts = Post.objects.filter(in_force(on), unit_id__in=list(unit_ids), kind=PostKind.HOME)
    posts = posts.filter(person__merged_into__isnull=True).exclude(contract=ContractKind.SUPPLIER)
    posts = posts.select_related("person__user").order_by("person__sort_key", "pk")
    people = {one.person_id: one.person for one in posts}
    rows = campaign.pledges.filter(kind=PledgeKind.PERSON, state=PledgeState.CONFIRMED)
    pledged = {
        (one.person.merged_into_id or one.person_id): one
        for one in rows.filter(person__isnull=False).select_related("person")
        if one.person
    }
    return [PersonLine(person, pledged.get(key)) for key, person in people.items()]


def speaks_for_group(user: User, group: Group, *, on: datetime.date) -> bool:
    """A union officer of the unit to which the group belongs, or above it."""
    return roles.holds(user, GROUP_SPEAKERS, group.unit_id, on=on)
