"""Starts a response or a drill by the plan in force, ticks what was done, reminds of what is late, ends it."""

import datetime
import uuid
from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from vungxanh.accounts.models import User
from vungxanh.audit.operations import record
from vungxanh.common.clock import ZONE
from vungxanh.common.formats import clock_time
from vungxanh.common.vietnamese import canonical, canonical_text
from vungxanh.notifications.operations import notify, notify_all, settle_all
from vungxanh.notifications.topics import Message
from vungxanh.organization import roles
from vungxanh.organization.enums import Role
from vungxanh.organization.models import Person, Unit
from vungxanh.organization.tree import all_tree_on
from vungxanh.response.enums import PlanState, ResponseState
from vungxanh.response.models import Response, ResponsePlan, ResponseStep
from vungxanh.response.permissions import may_end, may_start, may_tick
from vungxanh.response.queries.plans import all_overdue_steps, plan_of, steps_of
from vungxanh.response.topics import ENDED, STARTED, STEP_LATE
from vungxanh.response.workflow import RESPONSE

LONGEST_PLACE, LONGEST_NOTE, LONGEST_CONCLUSION = 300, 300, 3000
TOLD_OF_ALL = (*roles.HEADS, Role.UNIT_CLERK)
TOLD_OF_REAL = (Role.OFFICE, Role.HEALTH_OFFICER, Role.DIRECTOR, Role.DEPUTY_DIRECTOR)


class ResponseError(ValidationError):
    """Nothing was changed; the text says why."""


@transaction.atomic
def start_response(
    key: uuid.UUID,
    unit_id: int,
    scenario: str,
    *,
    is_drill: bool,
    place: str = "",
    actor: User,
    at: datetime.datetime,
) -> Response:
    """The same `key` again is the same tap. Whoever is named is told; of a real one also the Office, health officers
    and leaders. Raises `ResponseError`."""
    may_start(actor, unit_id, on=at.astimezone(ZONE).date()).or_refuse()
    Unit.objects.select_for_update().get(pk=unit_id)
    if there := Response.objects.filter(key=key, unit_id=unit_id, scenario=scenario, started_by=actor).first():
        return there
    plan = plan_of(unit_id, PlanState.IN_FORCE)
    steps = [one for one in plan.steps.all() if one.scenario == scenario] if plan else []
    if plan is None or not steps:
        raise ResponseError(_("The unit has no response plan in force for this."))
    if Response.objects.filter(unit_id=unit_id, scenario=scenario, state=ResponseState.RUNNING).exists():
        raise ResponseError(_("This is under way already."))
    if Response.objects.filter(key=key).exists():
        raise ResponseError(_("This page was sent before; open a new one."))
    response = Response.objects.create(
        key=key,
        plan=plan,
        unit_id=unit_id,
        scenario=scenario,
        scenario_name=steps[0].scenario_name,
        is_drill=is_drill,
        place=canonical(place)[:LONGEST_PLACE],
        state=RESPONSE.find("", "start").end,
        started_at=at,
        started_by=actor,
    )
    _lay_out(response, plan, scenario, at)
    _record("start", response, actor, at, is_drill=is_drill)
    _tell_start(response, actor, at)
    return response


def _lay_out(response: Response, plan: ResponsePlan, scenario: str, at: datetime.datetime) -> None:
    chosen = [one for one in plan.steps.all() if one.scenario == scenario]
    duties = {one.pk: one for one in plan.duties.all()}
    ResponseStep.objects.bulk_create(
        ResponseStep(
            response=response,
            position=position,
            text=one.text,
            duty=duties[one.duty_id].name,
            person_id=duties[one.duty_id].person_id,
            stand_in_id=duties[one.duty_id].stand_in_id,
            due_at=at + datetime.timedelta(minutes=one.within),
        )
        for position, one in enumerate(chosen, start=1)
    )


@transaction.atomic
def tick_step(step: ResponseStep, *, done: bool, note: str = "", actor: User, at: datetime.datetime) -> ResponseStep:
    """Done, or done by mistake. Ticked twice is ticked once; the first moment stays. Raises `ResponseError`."""
    response = Response.objects.select_for_update().get(pk=step.response_id)
    step = ResponseStep.objects.select_related("person", "stand_in", "response").get(pk=step.pk)
    may_tick(actor, step, on=at.astimezone(ZONE).date()).or_refuse()
    if response.state != ResponseState.RUNNING:
        raise ResponseError(_("The response has ended."))
    note = canonical(note)
    if len(note) > LONGEST_NOTE:
        raise ResponseError(_("The note has at most %(most)d characters.") % {"most": LONGEST_NOTE})
    is_done = step.done_at is not None
    # Whoever ticks a page that is not new any more takes nothing from the words of the one who did it.
    if done == is_done and (note == step.note or (is_done and step.done_by_id != actor.pk) or not note):
        return step
    if done != is_done:
        step.done_at, step.done_by = (at, actor) if done else (None, None)
    step.note = note
    step.save(update_fields=["done_at", "done_by", "note"])
    _record("tick" if done else "untick", response, actor, at, position=step.position)
    if done:
        settle_all(STEP_LATE, f"response.late:{step.pk}", at=at)
    return step


@transaction.atomic
def end_response(response: Response, conclusion: str, *, actor: User, at: datetime.datetime) -> Response:
    """With what was learned; steps that were left open stay so. Ended twice is ended once."""
    response = Response.objects.select_for_update().get(pk=response.pk)
    may_end(actor, response, on=at.astimezone(ZONE).date()).or_refuse()
    if response.state == ResponseState.ENDED:
        return response
    conclusion = canonical_text(conclusion)
    if not conclusion:
        raise ResponseError(_("Say how it ended, and what is to be better next time."))
    if len(conclusion) > LONGEST_CONCLUSION:
        raise ResponseError(_("At most %(most)d characters.") % {"most": LONGEST_CONCLUSION})
    response.state, response.ended_at, response.ended_by = RESPONSE.find(response.state, "end").end, at, actor
    response.conclusion = conclusion
    response.save(update_fields=["state", "ended_at", "ended_by", "conclusion"])
    settle_all(STARTED, f"response.started:{response.pk}", at=at)
    for step in response.steps.all():
        settle_all(STEP_LATE, f"response.late:{step.pk}", at=at)
    _record("end", response, actor, at)
    notify(_message(ENDED, f"response.ended:{response.pk}", _("Ended"), response), _told(response, at) - {actor}, at=at)
    return response


@transaction.atomic
def remind_of_late_steps(*, at: datetime.datetime) -> int:
    """Each once: whoever does it, who stands in, and the heads of the unit. Returns for how many steps."""
    late = list(all_overdue_steps(at).select_for_update(of=("self",)))
    day = at.astimezone(ZONE).date()
    heads: dict[int, list[User]] = {}
    for held in roles.all_held(roles.HEADS, {one.response.unit_id for one in late}, on=day):
        heads.setdefault(held.unit_id, []).append(held.user)
    tellings = []
    for step in late:
        words = format_lazy(
            "{words} {at}: {text}", words=_("To be done by"), at=clock_time(step.due_at), text=step.text[:120]
        )
        message = _message(STEP_LATE, f"response.late:{step.pk}", words, step.response)
        tellings.append((message, _users([step.person, step.stand_in]) | set(heads.get(step.response.unit_id, []))))
    notify_all(tellings, at=at)
    ResponseStep.objects.filter(pk__in=[one.pk for one in late]).update(reminded_at=at)
    return len(late)


def _tell_start(response: Response, actor: User, at: datetime.datetime) -> None:
    words = _("Drill") if response.is_drill else _("Response")
    message = _message(STARTED, f"response.started:{response.pk}", words, response)
    notify(message, _told(response, at) - {actor}, at=at)


def _told(response: Response, at: datetime.datetime) -> set[User]:
    """Whoever is named, those who speak for the unit; of a real one the Office, health officers and leaders above."""
    day = at.astimezone(ZONE).date()
    named = _users(person for step in steps_of(response) for person in (step.person, step.stand_in))
    held = {one.user for one in roles.all_held(TOLD_OF_ALL, [response.unit_id], on=day)}
    if response.is_drill:
        return named | held
    above = [node.id for node in all_tree_on(day).above(response.unit_id)]
    return named | held | {one.user for one in roles.all_held(TOLD_OF_REAL, above, on=day)}


def _users(people: Iterable[Person | None]) -> set[User]:
    return {one.user for one in people if one and one.user}


def _message(topic: str, key: str, words: object, response: Response) -> Message:
    return Message(
        topic=topic,
        key=key,
        title=format_lazy("{words}: {name}", words=words, name=response.scenario_name),
        body=response.place,
        address=reverse("response:response_page", args=[response.pk]),
    )


def _record(verb: str, response: Response, actor: User, at: datetime.datetime, **detail: object) -> None:
    record(
        f"response.{verb}",
        actor=actor,
        at=at,
        subject=("response.response", str(response.pk)),
        subject_name=response.scenario_name,
        unit_id=response.unit_id,
        detail={"scenario": response.scenario, **detail},
    )
