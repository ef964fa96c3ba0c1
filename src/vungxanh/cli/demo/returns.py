"""How the units of the demonstration agency submit their daily return, early, in the last minute, late, never, and
update the map by hand afterwards."""

import datetime
import random
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from vungxanh.accounts.models import User
from vungxanh.cli.demo import material
from vungxanh.cli.demo.people import draw
from vungxanh.common.clock import moment
from vungxanh.organization import roles
from vungxanh.organization.enums import RosterKind
from vungxanh.organization.models import RoleAssignment, RosterEntry, Unit
from vungxanh.organization.tree import all_tree_on
from vungxanh.organization.workdays import all_workdays
from vungxanh.risk.enums import DeliveryState, DeliveryWay, ReturnKind, ReturnState, RiskLevel
from vungxanh.risk.models import DailyReturn, Delivery, PersonAssessment
from vungxanh.risk.operations import confirm_level, explain_return, override_level, submit_return
from vungxanh.risk.operations.deliveries import enter_delivery
from vungxanh.risk.queries.returns import all_due_at, all_submitted_daily
from vungxanh.screening.models import PersonDay

HALF_HOUR = 30
LATEST = 95
"""Minutes after the deadline by which the last late one has come."""


@dataclass(frozen=True, slots=True)
class PlannedReturn:
    at: datetime.datetime
    unit: Unit
    kind: ReturnKind
    note: str


def plan_of_day(day: datetime.date, units: Mapping[str, Unit]) -> list[PlannedReturn]:
    """In the order in which they will be submitted."""
    habit = material.days().returns
    planned = []
    for line in material.units():
        if line.reporting_point:
            chance = draw("return", day, line.code)
            at = _late_on(line.code, day) or _moment(chance, day)
            if at:
                note = chance.choices([one.text for one in habit.note], [one.weight for one in habit.note])[0]
                planned.append(PlannedReturn(at, units[line.code], ReturnKind.DAILY, note))
    for one in habit.unusual:
        if one.day == day:
            at = moment(day, datetime.time(9, 40))
            planned.append(PlannedReturn(at, units[one.unit], ReturnKind.UNUSUAL, one.note))
    return sorted(planned, key=lambda one: one.at)


def _moment(chance: random.Random, day: datetime.date) -> datetime.datetime | None:
    habit, value = material.days().returns, chance.random()
    if value < habit.never:
        return None
    if value < habit.never + habit.late:
        minute = habit.last_minute + chance.uniform(2, LATEST)
    elif chance.random() < habit.in_last_half_hour:
        minute = chance.uniform(habit.last_minute - HALF_HOUR, habit.last_minute)
    else:
        minute = chance.uniform(habit.first_minute, habit.last_minute - HALF_HOUR)
    return moment(day, datetime.time(0)) + datetime.timedelta(minutes=round(minute, 1))


def _late_on(code: str, day: datetime.date) -> datetime.datetime | None:
    """Units that have bad days, in the story of the demonstration."""
    minutes = next((one.minutes for one in material.days().returns.late_on if (one.unit, one.day) == (code, day)), None)
    return all_due_at(day) + datetime.timedelta(minutes=minutes) if minutes is not None else None


def submit(planned: PlannedReturn, day: datetime.date) -> None:
    """By the duty officer on a day off, else by the clerk, the head or a deputy who is at work."""
    chance = draw("submitter", day, planned.unit.code)
    is_working = all_workdays(day, day).is_working(day, planned.unit.pk)
    actor = _at_work(chance, planned.unit, day) if is_working else _on_duty(planned.unit, day)
    if actor is None or _is_done(planned, day):
        return
    if planned.kind == ReturnKind.DAILY and is_working:
        _decide(chance, actor, planned.unit, day, planned.at)
    sent = submit_return(planned.unit.pk, day=day, kind=planned.kind, actor=actor, at=planned.at, note=planned.note)
    habit = material.days().returns
    if planned.kind == ReturnKind.DAILY and not sent.is_on_time and chance.random() < habit.explained:
        explain_return(planned.unit.pk, day, chance.choice(habit.late_reason), actor=actor, at=planned.at)


def answer_unusual(day: datetime.date, at: datetime.datetime, *, but_of: Collection[str]) -> None:
    """The unusual returns that opened by themselves: most are answered soon, some later, a few not."""
    waiting = DailyReturn.objects.filter(day=day, kind=ReturnKind.UNUSUAL, state=ReturnState.PREPARED)
    for one in waiting.exclude(unit__code__in=but_of).select_related("unit").order_by("pk"):
        chance = draw("unusual", day, one.unit.code, one.number, at.hour)
        if chance.random() < material.days().returns.answered_each_hour:
            note = chance.choice(material.days().returns.unusual_note)
            submit(PlannedReturn(at, one.unit, ReturnKind.UNUSUAL, note), day)


def on_map_at(planned: PlannedReturn, day: datetime.date) -> datetime.datetime | None:
    """When the unit has updated the map after it submitted; None where it does not."""
    chance, habit = draw("map", day, planned.unit.code, planned.kind), material.days().returns
    if chance.random() < habit.not_on_map:
        return None
    return planned.at + datetime.timedelta(minutes=chance.randint(*habit.map_minutes))


def update_map(unit: Unit, day: datetime.date, kind: ReturnKind, at: datetime.datetime) -> None:
    """By whoever submitted."""
    waiting = Delivery.objects.filter(unit=unit, day=day, way=DeliveryWay.MANUAL, state=DeliveryState.WAITING)
    for one in waiting.filter(sent_return__kind=kind).select_related("sent_return__submitted_by").order_by("pk"):
        actor = one.sent_return.submitted_by
        if actor:
            enter_delivery(one, entered_at=at.replace(second=0, microsecond=0), actor=actor, at=at)


def update_map_of_unusual(day: datetime.date, at: datetime.datetime, *, but_of: Collection[str]) -> None:
    """What was answered within the hour."""
    waiting = Delivery.objects.filter(day=day, sent_return__kind=ReturnKind.UNUSUAL, state=DeliveryState.WAITING)
    units = Unit.objects.filter(pk__in=waiting.values("unit")).exclude(code__in=but_of)
    for unit in units.order_by("code"):
        update_map(unit, day, ReturnKind.UNUSUAL, at)


def _is_done(planned: PlannedReturn, day: datetime.date) -> bool:
    """Somebody who plays with the demonstration may have been first."""
    if planned.kind == ReturnKind.DAILY:
        return planned.unit.pk in all_submitted_daily([planned.unit.pk], day)
    sent = DailyReturn.objects.filter(unit=planned.unit, day=day, kind=planned.kind, state=ReturnState.SUBMITTED)
    return sent.filter(note=planned.note).exists()


def _on_duty(unit: Unit, day: datetime.date) -> User | None:
    entries = RosterEntry.objects.filter(date=day, unit=unit, kind=RosterKind.DUTY).select_related("person__user")
    return next((row.person.user for row in entries), None)


def _at_work(chance: random.Random, unit: Unit, day: datetime.date) -> User | None:
    """Clerks stand before heads and deputies."""
    held = RoleAssignment.objects.filter(unit=unit, role__in=roles.UNIT_STAFF).select_related("user__person")
    users = {row.user.person.pseudonym: row.user for row in held.order_by("role", "pk")}
    away = PersonDay.objects.filter(day=day, subject__in=users).exclude(excuse="", is_remote=False)
    gone = set(away.values_list("subject", flat=True))
    present = [user for pseudonym, user in users.items() if pseudonym not in gone]
    return chance.choices(present, [3, 2, *[1] * len(present)][: len(present)])[0] if present else None


def _decide(chance: random.Random, actor: User, unit: Unit, day: datetime.date, at: datetime.datetime) -> None:
    """On those who are flagged and not decided yet: confirmed, changed with a reason, or left for later."""
    habit, here = material.days().returns, {node.id for node in all_tree_on(day).below(unit.pk)}
    subjects = PersonDay.objects.filter(day=day, unit_id__in=here).exclude(subject=actor.person.pseudonym)
    flagged = PersonAssessment.objects.filter(subject__in=subjects.values("subject"), is_current=True, decisions=None)
    for one in flagged.exclude(level=RiskLevel.LOW).order_by("pk"):
        value = chance.random()
        if value < habit.confirm:
            confirm_level(one.subject, day=day, actor=actor, at=at)
        elif value < habit.confirm + habit.override and one.level == RiskLevel.MEDIUM:
            given = chance.choice([given for given in habit.overrides if given.level == RiskLevel.LOW])
            override_level(one.subject, day=day, level=given.level, reason=given.reason, actor=actor, at=at)
