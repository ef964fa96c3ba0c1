"""Response plans of units and what was done by them, as far as the viewer may see."""

import datetime
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from django.db.models import Max, Prefetch, Q, QuerySet

from vungxanh.accounts.models import User
from vungxanh.common.clock import ZONE
from vungxanh.common.dated import in_force
from vungxanh.organization import roles
from vungxanh.organization.enums import PostKind, Role
from vungxanh.organization.models import Person, Post
from vungxanh.organization.tree import Tree, UnitNode
from vungxanh.response.enums import PlanState, ResponseState
from vungxanh.response.models import PlanDuty, PlanStep, Response, ResponsePlan, ResponseStep
from vungxanh.response.rulebook import RESPONSE_RULE

SEE_PLANS = roles.UNIT_STAFF | roles.LEADERS | {Role.OFFICE, Role.HEALTH_OFFICER}
WITH_PLANS = ("DIVISION", "SUBORDINATE_UNIT", "STATION")
"""Kinds of units that have a plan of their own; what lies inside is in that of its unit."""


@dataclass(frozen=True, slots=True)
class UnitLine:
    """A unit with the plan in force, the response that runs, and its last drill."""

    unit: UnitNode
    plan: ResponsePlan | None
    running: list[Response]
    last_drill: datetime.date | None
    drill_by: datetime.date | None

    def is_drill_overdue(self, today: datetime.date) -> bool:
        return self.drill_by is not None and self.drill_by < today


def seen_units(viewer: User, tree: Tree, *, on: datetime.date) -> dict[int, UnitNode]:
    """Units that have plans and of which the viewer sees them, in the order of the tree: by role, or one's own."""
    by_role = roles.unit_ids_where(viewer, SEE_PLANS, on=on, tree=tree)
    own = Post.objects.filter(in_force(on), person__user_id=viewer.pk).values_list("unit_id", flat=True)
    near = {node.id for unit in own if unit in tree for node in tree.above(unit)}
    return {node.id: node for node in tree if node.kind in WITH_PLANS and (node.id in by_role or node.id in near)}


def unit_lines(viewer: User, tree: Tree, *, on: datetime.date) -> list[UnitLine]:
    """Three queries, however many units."""
    units = seen_units(viewer, tree, on=on)
    plans = {one.unit_id: one for one in ResponsePlan.objects.filter(unit_id__in=units, state=PlanState.IN_FORCE)}
    running: dict[int, list[Response]] = {}
    for one in Response.objects.filter(unit_id__in=units, state=ResponseState.RUNNING).order_by("-started_at"):
        running.setdefault(one.unit_id, []).append(one)
    drills = Response.objects.filter(unit_id__in=units, is_drill=True, state=ResponseState.ENDED)
    tried = dict(drills.values("unit_id").annotate(at=Max("ended_at")).values_list("unit_id", "at"))
    every = RESPONSE_RULE.current().in_force(on).drill_every_days
    lines = []
    for unit, node in units.items():
        plan, drill = plans.get(unit), tried.get(unit)
        since = max(one for one in (drill, plan.in_force_at) if one) if plan else None
        by = since.astimezone(ZONE).date() + datetime.timedelta(days=every) if since else None
        lines.append(UnitLine(node, plan, running.get(unit, []), drill.astimezone(ZONE).date() if drill else None, by))
    return lines


def plan_of(unit_id: int, state: PlanState) -> ResponsePlan | None:
    """With its duties, and its steps in their order."""
    duties = PlanDuty.objects.select_related("person", "stand_in").order_by("position")
    steps = PlanStep.objects.select_related("duty").order_by("position")
    rows = ResponsePlan.objects.prefetch_related(Prefetch("duties", duties), Prefetch("steps", steps))
    return rows.select_related("in_force_by", "made_by").filter(unit_id=unit_id, state=state).first()


def by_scenario(plan: ResponsePlan) -> list[tuple[str, str, list[PlanStep]]]:
    """Code, name and steps of each."""
    return [
        (code, name, list(steps))
        for (code, name), steps in groupby(plan.steps.all(), key=lambda step: (step.scenario, step.scenario_name))
    ]


def responses_of(unit_id: int) -> list[Response]:
    """What runs first, then the latest."""
    rows = Response.objects.filter(unit_id=unit_id).select_related("started_by", "ended_by")
    return sorted(rows.order_by("-started_at")[:50], key=lambda one: one.state != ResponseState.RUNNING)


def response_visible_to(viewer: User, key: uuid.UUID, tree: Tree, *, on: datetime.date) -> Response | None:
    """By role or post, or because one is named in it."""
    named = Q(steps__person__user_id=viewer.pk) | Q(steps__stand_in__user_id=viewer.pk)
    seen = Q(unit_id__in=seen_units(viewer, tree, on=on)) | named
    rows = Response.objects.select_related("started_by", "ended_by", "plan")
    return rows.filter(seen, key=key).distinct().first()


def steps_of(response: Response) -> list[ResponseStep]:
    rows = response.steps.select_related("person__user", "stand_in__user", "done_by")
    return list(rows.order_by("position"))


def is_named(viewer: User, step: ResponseStep) -> bool:
    """Whether it is the viewer who does the step, or stands in."""
    return viewer.pk in {one.user_id for one in (step.person, step.stand_in) if one}


def staff_of(unit_id: int, tree: Tree, *, on: datetime.date) -> list[Person]:
    """Whom a plan of the unit may name: those who work there or below."""
    units = [node.id for node in tree.below(unit_id)]
    posts = Post.objects.filter(in_force(on), unit_id__in=units, kind=PostKind.HOME).values("person_id")
    return list(Person.objects.filter(pk__in=posts, merged_into__isnull=True).order_by("sort_key"))


def all_overdue_steps(at: datetime.datetime) -> QuerySet[ResponseStep]:
    """Of what runs; those of which nobody was reminded yet."""
    rows = ResponseStep.objects.filter(done_at__isnull=True, due_at__lt=at, reminded_at__isnull=True)
    return rows.filter(response__state=ResponseState.RUNNING).select_related(
        "response", "person__user", "stand_in__user"
    )


def left_open(steps: Iterable[ResponseStep]) -> int:
    return sum(one.done_at is None for one in steps)


def unnamed(plan: ResponsePlan) -> list[str]:
    """Names of the duties for which nobody is named."""
    return [one.name for one in plan.duties.all() if one.person_id is None]
