"""Activities of groups: those that one sees, one's own, and what they come to by group and month."""

import datetime
import uuid
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from django.db.models import Q

from vungxanh.accounts.models import User
from vungxanh.common.dated import in_force
from vungxanh.common.months import begin_of
from vungxanh.common.vietnamese import folded
from vungxanh.movement.enums import ActivityState
from vungxanh.movement.models import Activity, ActivityFigure, ActivityParticipant, ActivityPhotograph, Campaign
from vungxanh.movement.queries.campaigns import SEE_DRAFTS, campaigns_visible_to
from vungxanh.movement.queries.launches import all_ids_of, all_merged, sees_launches, staff_posts, survivor
from vungxanh.movement.queries.pledges import groups_of, speaks_for_group
from vungxanh.organization import roles
from vungxanh.organization.models import Group, GroupMembership, Person
from vungxanh.organization.queries.people import person_of
from vungxanh.organization.tree import Tree, all_tree_on


class Result(NamedTuple):
    """What came of activities: what, how many, of which unit of measure."""

    what: str
    amount: Decimal
    measured_in: str


@dataclass(frozen=True, slots=True)
class ActivityLine:
    """`named`: how many of those who took part are named; `pictures`: how many can still be looked at."""

    activity: Activity
    named: int
    pictures: int
    figures: list[ActivityFigure]


@dataclass(frozen=True, slots=True)
class ActivityFigures:
    """What the activities of one group that began in one month come to, or of several together (None). Somebody who
    took part in two activities counts twice."""

    group: Group | None
    month: datetime.date | None
    activities: int
    took_part: int
    named: int
    pictures: int
    results: list[Result]


def groups_seen_by(viewer: User, campaign: Campaign, tree: Tree, *, on: datetime.date) -> list[Group]:
    """Every group of the agency for whoever sees how all its units stand, for everybody else those to which one
    belongs."""
    groups = groups_of(campaign, tree)
    if sees_launches(viewer, campaign, tree, on=on):
        return groups
    belongs = GroupMembership.objects.filter(in_force(on), person__user_id=viewer.pk)
    own = set(belongs.values_list("group_id", flat=True))
    return [one for one in groups if one.pk in own]


def own_activities(viewer: User) -> list[Activity]:
    """Those that stand and in which the viewer is named, the latest first."""
    person = person_of(viewer)
    if person is None:
        return []
    named = ActivityParticipant.objects.filter(person__in=all_ids_of(person.pk)).values("activity_id")
    rows = Activity.objects.filter(pk__in=named, state=ActivityState.HELD)
    return list(rows.select_related("group", "campaign").order_by("-held_on", "-made_at"))


def activity_open_to(viewer: User, key: uuid.UUID, *, on: datetime.date) -> Activity | None:
    """One in which the viewer is named, or one of a group that the viewer sees."""
    found = Activity.objects.select_related("campaign", "group", "made_by").filter(pk=key).first()
    if found is None or _is_named(viewer, found):
        return found
    if not campaigns_visible_to(viewer, on=on).filter(pk=found.campaign_id).exists():
        return None
    tree = all_tree_on(found.campaign.last_known(on))
    seen = groups_seen_by(viewer, found.campaign, tree, on=on)
    return found if any(one.pk == found.group_id for one in seen) else None


def _is_named(viewer: User, activity: Activity) -> bool:
    person = person_of(viewer)
    return person is not None and activity.participants.filter(person__in=all_ids_of(person.pk)).exists()


def sees_names(viewer: User, activity: Activity, *, on: datetime.date) -> bool:
    """Who took part, by name: for those who speak for the group, the Office, Personnel and the leaders."""
    by_role = roles.holds(viewer, SEE_DRAFTS, activity.campaign.unit_id, on=on)
    return by_role or speaks_for_group(viewer, activity.group, on=on)


def all_participants(activity: Activity) -> list[Person]:
    """By given name; where records were merged since, those into which they were."""
    merged = all_merged()
    named = activity.participants.values_list("person_id", flat=True)
    people = {found for one in named if (found := survivor(one, merged))}
    return list(Person.objects.filter(pk__in=people).order_by("sort_key", "pk"))


def people_named(
    lines: Sequence[str], campaign: Campaign, tree: Tree, *, on: datetime.date
) -> tuple[list[Person], list[str]]:
    """Each line is the staff code or the full name of somebody who works at home in the agency on the day. Returns the
    people, each once, and the lines by which nobody or more than one is meant; one query."""
    units = [node.id for node in tree.below(campaign.unit_id)] if campaign.unit_id in tree else []
    there = Person.objects.filter(pk__in=staff_posts(units, on=on).values("person_id"))
    asked = Q(staff_code__in={code for line in lines for code in (line, line.upper())}) | Q(full_name__in=set(lines))
    by_code: dict[str, Person] = {}
    by_name: dict[str, list[Person]] = defaultdict(list)
    for one in there.filter(asked):
        by_code[one.staff_code.upper()] = one
        by_name[one.full_name].append(one)
    found: dict[int, Person] = {}
    unclear = []
    for line in lines:
        meant = [by_code[line.upper()]] if line.upper() in by_code else by_name.get(line, [])
        if len(meant) == 1:
            found[meant[0].pk] = meant[0]
        else:
            unclear.append(line)
    return list(found.values()), unclear


def all_activity_lines(
    campaign: Campaign,
    *,
    group_ids: Collection[int] | None = None,
    first: datetime.date | None = None,
    last: datetime.date | None = None,
) -> list[ActivityLine]:
    """Activities that stand and began in the span, the latest first; four queries for any number."""
    rows = Activity.objects.filter(campaign=campaign, state=ActivityState.HELD)
    rows = rows.filter(group__in=group_ids) if group_ids is not None else rows
    rows = rows.filter(held_on__gte=first) if first else rows
    rows = rows.filter(held_on__lte=last) if last else rows
    keys = rows.values("pk")
    named = Counter(ActivityParticipant.objects.filter(activity__in=keys).values_list("activity_id", flat=True))
    kept = ActivityPhotograph.objects.filter(activity__in=keys, content__isnull=False)
    pictures = Counter(kept.values_list("activity_id", flat=True))
    figures: dict[uuid.UUID, list[ActivityFigure]] = defaultdict(list)
    for one in ActivityFigure.objects.filter(activity__in=keys).order_by("activity", "number"):
        figures[one.activity_id].append(one)
    found = rows.select_related("group", "made_by").order_by("-held_on", "-made_at", "pk")
    return [ActivityLine(one, named[one.pk], pictures[one.pk], figures[one.pk]) for one in found]


def all_activity_figures(
    campaign: Campaign, first: datetime.date, last: datetime.date, *, group_ids: Collection[int] | None = None
) -> list[ActivityFigures]:
    """For reports: by group and month, of the activities that began from the first to the last day, both included."""
    return figures_by_month(all_activity_lines(campaign, group_ids=group_ids, first=first, last=last))


def figures_by_month(lines: Iterable[ActivityLine]) -> list[ActivityFigures]:
    """By kind and code of the group, then by month."""
    found: dict[tuple[str, str, datetime.date], list[ActivityLine]] = defaultdict(list)
    for line in lines:
        group = line.activity.group
        found[group.kind, group.code, begin_of(line.activity.held_on)].append(line)
    return [added_up(found[key], group=found[key][0].activity.group, month=key[2]) for key in sorted(found)]


def added_up(
    lines: Sequence[ActivityLine], *, group: Group | None = None, month: datetime.date | None = None
) -> ActivityFigures:
    """Results that say the same, whatever their marks and letters, are one."""
    sums: dict[tuple[str, str], Result] = {}
    for one in (figure for line in lines for figure in line.figures):
        key = (folded(one.what), folded(one.measured_in))
        before = sums.get(key, Result(one.what, Decimal(0), one.measured_in))
        sums[key] = before._replace(amount=before.amount + one.amount)
    return ActivityFigures(
        group,
        month,
        len(lines),
        sum(line.activity.took_part for line in lines),
        sum(line.named for line in lines),
        sum(line.pictures for line in lines),
        list(sums.values()),
    )


def all_active_group_ids(
    campaign: Campaign, first: datetime.date, last: datetime.date, *, at: datetime.datetime
) -> set[int]:
    """Groups with an activity on at least one day of the span, as it stood at the moment."""
    stood = Q(withdrawn_at__isnull=True) | Q(withdrawn_at__gt=at)
    touches = Q(held_on__gte=first) | Q(until__gte=first)
    rows = Activity.objects.filter(stood, touches, campaign=campaign, made_at__lte=at, held_on__lte=last)
    return set(rows.values_list("group_id", flat=True))
