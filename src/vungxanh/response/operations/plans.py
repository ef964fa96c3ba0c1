"""Drafts a unit's response plan from the template, changes it, puts it in force."""

import datetime
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from vungxanh.accounts.models import User
from vungxanh.audit.operations import record
from vungxanh.common.clock import ZONE
from vungxanh.common.vietnamese import canonical
from vungxanh.organization.models import Unit
from vungxanh.organization.tree import all_tree_on
from vungxanh.response.enums import PlanState
from vungxanh.response.models import PlanDuty, PlanStep, ResponsePlan
from vungxanh.response.permissions import may_put_in_force, may_write
from vungxanh.response.queries.plans import WITH_PLANS, plan_of, staff_of, unnamed
from vungxanh.response.rulebook import LONGEST_WITHIN, RESPONSE_RULE

LONGEST_STEP, MOST_STEPS = 300, 40


class PlanError(ValidationError):
    """Nothing was changed; the text says why."""


@dataclass(frozen=True, slots=True)
class Named:
    """Ids of the people who do a duty and stand in."""

    duty: int
    person: int | None
    stand_in: int | None


@dataclass(frozen=True, slots=True)
class WrittenStep:
    """`scenario` and `duty` by their codes."""

    scenario: str
    text: str
    within: int
    duty: str


@transaction.atomic
def draft_plan(unit_id: int, *, actor: User, at: datetime.datetime) -> ResponsePlan:
    """From the plan in force, or from the template where there is none; the draft that is there already, if one is."""
    day = at.astimezone(ZONE).date()
    may_write(actor, unit_id, on=day).or_refuse()
    node = all_tree_on(day).nodes.get(unit_id)
    if node is None or node.kind not in WITH_PLANS:
        raise PlanError(_("This unit is in the response plan of the unit above it."))
    Unit.objects.select_for_update().get(pk=unit_id)
    if there := plan_of(unit_id, PlanState.DRAFT):
        return there
    before = plan_of(unit_id, PlanState.IN_FORCE)
    number = ResponsePlan.objects.filter(unit_id=unit_id).count() + 1
    plan = ResponsePlan.objects.create(
        unit_id=unit_id, number=number, state=PlanState.DRAFT, made_at=at, made_by=actor, changed_at=at
    )
    if before:
        _copy(before, plan)
    else:
        _from_template(plan, day)
    _record("draft", plan, actor, at)
    made = plan_of(unit_id, PlanState.DRAFT)
    assert made
    return made


@transaction.atomic
def change_plan(
    plan: ResponsePlan,
    named: Sequence[Named],
    steps: Sequence[WrittenStep],
    *,
    seen_at: datetime.datetime,
    actor: User,
    at: datetime.datetime,
) -> ResponsePlan:
    """The whole draft as it is to stand. Raises `PlanError`, also where somebody else changed it since `seen_at`."""
    day = at.astimezone(ZONE).date()
    plan = ResponsePlan.objects.select_for_update().get(pk=plan.pk)
    may_write(actor, plan.unit_id, on=day).or_refuse()
    if plan.state != PlanState.DRAFT:
        raise PlanError(_("This version is no draft any more."))
    if plan.changed_at != seen_at:
        raise PlanError(_("Somebody else changed this meanwhile. Look at it in another window, then keep yours."))
    _check_people(named, {one.pk for one in staff_of(plan.unit_id, all_tree_on(day), on=day)})
    duties = {one.pk: one for one in plan.duties.all()}
    for one in named:
        if one.duty in duties:
            duties[one.duty].person_id, duties[one.duty].stand_in_id = one.person, one.stand_in
    PlanDuty.objects.bulk_update(duties.values(), ["person", "stand_in"])
    _write_steps(plan, steps, {one.code: one for one in duties.values()})
    plan.changed_at = at
    plan.save(update_fields=["changed_at"])
    _record("change", plan, actor, at)
    return plan


@transaction.atomic
def put_in_force(plan: ResponsePlan, *, seen_at: datetime.datetime, actor: User, at: datetime.datetime) -> ResponsePlan:
    """The version before is kept as replaced. Raises `PlanError` while a duty has nobody, or somebody who left, and
    where the draft was changed since `seen_at`."""
    day = at.astimezone(ZONE).date()
    Unit.objects.select_for_update().get(pk=plan.unit_id)
    ResponsePlan.objects.select_for_update().get(pk=plan.pk)
    may_put_in_force(actor, plan.unit_id, on=day).or_refuse()
    draft = plan_of(plan.unit_id, PlanState.DRAFT)
    if draft is None or draft.pk != plan.pk:
        raise PlanError(_("This version is no draft any more."))
    if draft.changed_at != seen_at:
        raise PlanError(_("Somebody else changed this meanwhile. Read it again, then put it in force."))
    if missing := unnamed(draft):
        raise PlanError(_("Nobody is named yet for: %(duties)s.") % {"duties": ", ".join(missing)})
    named = [Named(one.pk, one.person_id, one.stand_in_id) for one in draft.duties.all()]
    _check_people(named, {one.pk for one in staff_of(plan.unit_id, all_tree_on(day), on=day)})
    ResponsePlan.objects.filter(unit_id=plan.unit_id, state=PlanState.IN_FORCE).update(state=PlanState.REPLACED)
    draft.state, draft.in_force_at, draft.in_force_by = PlanState.IN_FORCE, at, actor
    draft.save(update_fields=["state", "in_force_at", "in_force_by"])
    _record("put_in_force", draft, actor, at)
    return draft


def _from_template(plan: ResponsePlan, day: datetime.date) -> None:
    rule = RESPONSE_RULE.current().in_force(day)
    made = PlanDuty.objects.bulk_create(
        PlanDuty(plan=plan, code=one.code, name=one.name, position=place)
        for place, one in enumerate(rule.duty, start=1)
    )
    duties = {one.code: one for one in made}
    every = [(scenario, step) for scenario in rule.scenario for step in scenario.step]
    PlanStep.objects.bulk_create(
        PlanStep(
            plan=plan,
            scenario=scenario.code,
            scenario_name=scenario.name,
            position=place,
            text=step.text,
            within=step.within,
            duty=duties[step.duty],
        )
        for place, (scenario, step) in enumerate(every, start=1)
    )


def _copy(before: ResponsePlan, plan: ResponsePlan) -> None:
    made = PlanDuty.objects.bulk_create(
        PlanDuty(
            plan=plan,
            code=one.code,
            name=one.name,
            position=one.position,
            person_id=one.person_id,
            stand_in_id=one.stand_in_id,
        )
        for one in before.duties.all()
    )
    duties = {one.code: one for one in made}
    PlanStep.objects.bulk_create(
        PlanStep(
            plan=plan,
            scenario=one.scenario,
            scenario_name=one.scenario_name,
            position=one.position,
            text=one.text,
            within=one.within,
            duty=duties[one.duty.code],
        )
        for one in before.steps.all()
    )


def _check_people(named: Sequence[Named], staff: Collection[int]) -> None:
    for one in named:
        if one.person is not None and one.person == one.stand_in:
            raise PlanError(_("Somebody else has to stand in."))
        if one.stand_in is not None and one.person is None:
            raise PlanError(_("Name first who does it, then who stands in."))
        if {one.person, one.stand_in} - {None, *staff}:
            raise PlanError(_("Only people who work in the unit are named."))


def _write_steps(plan: ResponsePlan, steps: Sequence[WrittenStep], duties: dict[str, PlanDuty]) -> None:
    """A step without words is left out; a scenario keeps at least one."""
    names = dict(plan.steps.order_by("position").values_list("scenario", "scenario_name"))
    written = [(one, canonical(one.text)) for one in steps if canonical(one.text)]
    if {one.scenario for one, _text in written} != set(names):
        raise PlanError(_("Each scenario needs at least one step."))
    if len(written) > MOST_STEPS:
        raise PlanError(_("At most %(count)d steps.") % {"count": MOST_STEPS})
    for one, text in written:
        if len(text) > LONGEST_STEP:
            raise PlanError(
                _("A step has at most %(count)d characters: %(text)s…") % {"count": LONGEST_STEP, "text": text[:40]}
            )
        if not 1 <= one.within <= LONGEST_WITHIN:
            raise PlanError(_("Minutes from 1 to %(most)d: %(text)s") % {"most": LONGEST_WITHIN, "text": text[:60]})
        if one.duty not in duties:
            raise PlanError(_("Choose who does: %(text)s") % {"text": text[:60]})
    order = {code: place for place, code in enumerate(names)}
    written.sort(key=lambda pair: (order[pair[0].scenario], pair[0].within))
    plan.steps.all().delete()
    PlanStep.objects.bulk_create(
        PlanStep(
            plan=plan,
            scenario=one.scenario,
            scenario_name=names[one.scenario],
            position=place,
            text=text,
            within=one.within,
            duty=duties[one.duty],
        )
        for place, (one, text) in enumerate(written, start=1)
    )


def _record(verb: str, plan: ResponsePlan, actor: User, at: datetime.datetime) -> None:
    record(
        f"response.{verb}_plan",
        actor=actor,
        at=at,
        subject=("response.responseplan", str(plan.pk)),
        unit_id=plan.unit_id,
        detail={"number": plan.number},
    )
