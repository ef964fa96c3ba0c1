"""Plans visits that supervise a unit, begins them, sends the minutes, and keeps the unit's word on them."""

import datetime
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from vungxanh.accounts.models import User
from vungxanh.audit.operations import record
from vungxanh.common.clock import ZONE
from vungxanh.common.dated import far_day_words
from vungxanh.common.formats import day as day_words
from vungxanh.common.vietnamese import canonical, canonical_text
from vungxanh.common.workflow import NoSuchMoveError
from vungxanh.directing.enums import ItemResult, RecommendationState, SupervisionState
from vungxanh.directing.models import Supervision, SupervisionItem, SupervisionMember
from vungxanh.directing.permissions import may_move_supervision, may_plan
from vungxanh.directing.queries.supervision import all_members
from vungxanh.directing.rulebook import SUPERVISION_RULE
from vungxanh.directing.topics import SUPERVISION_ANSWERED, SUPERVISION_MINUTES, SUPERVISION_PLANNED
from vungxanh.directing.workflow import SUPERVISION
from vungxanh.notifications.operations import notify
from vungxanh.notifications.topics import Message
from vungxanh.organization import roles
from vungxanh.organization.models import Person
from vungxanh.organization.tree import all_tree_on


class SupervisionError(ValidationError):
    """Nothing was changed; the text says why."""


@dataclass(frozen=True, slots=True)
class Plan:
    """`people` go, the first of them leads; `codes` of the rule's contents, then `own` ones in words."""

    unit_id: int
    day: datetime.date
    purpose: str
    is_announced: bool
    people: Sequence[Person]
    codes: Sequence[str]
    own: Sequence[str] = ()


@transaction.atomic
def plan_supervision(key: uuid.UUID, plan: Plan, *, actor: User, at: datetime.datetime) -> Supervision:
    """The same `key` again is the same tap, and so is the same plan again until it begins: a page to which one went
    back has another key. Raises `SupervisionError`, also where something else comes with a `key` that was used."""
    may_plan(actor, plan.unit_id, on=_day(at)).or_refuse()
    if there := _same_plan(key, plan, actor, at):
        return there
    if Supervision.objects.filter(key=key).exists():
        raise SupervisionError(_("This page was sent before; open a new one."))
    _check(plan, at)
    made = Supervision.objects.create(
        key=key,
        unit_id=plan.unit_id,
        day=plan.day,
        purpose=canonical(plan.purpose),
        is_announced=plan.is_announced,
        state=SupervisionState.PLANNED,
        planned_at=at,
        planned_by=actor,
    )
    _write_team_and_items(made, plan, at)
    _record("plan", made, actor, at)
    _tell_of_plan(made, actor, at, _("Supervision of {unit} on {day}"))
    return made


@transaction.atomic
def change_supervision(supervision: Supervision, plan: Plan, *, actor: User, at: datetime.datetime) -> Supervision:
    """Everything but the unit, until it begins. Raises `SupervisionError`."""
    supervision = _locked(supervision, "change", actor, at)
    _check(plan, at)
    supervision.day, supervision.purpose = plan.day, canonical(plan.purpose)
    supervision.is_announced = plan.is_announced
    supervision.save(update_fields=["day", "purpose", "is_announced"])
    supervision.members.all().delete()
    supervision.items.all().delete()
    _write_team_and_items(supervision, plan, at)
    _record("change", supervision, actor, at)
    _tell_of_plan(supervision, actor, at, _("Changed: supervision of {unit} on {day}"))
    return supervision


@transaction.atomic
def move_supervision(
    supervision: Supervision, verb: str, *, actor: User, at: datetime.datetime, text: str = ""
) -> Supervision:
    """Begins, sends the minutes, takes them back, confirms, objects, calls off. `text`: the opinion, or why it is
    called off. Raises `SupervisionError`."""
    supervision = _locked(supervision, verb, actor, at)
    was_known = supervision.is_announced or supervision.begun_at is not None
    _BEFORE.get(verb, _nothing)(supervision, canonical_text(text), actor, at)
    supervision.state = SUPERVISION.find(supervision.state, verb).end
    supervision.save()
    _record(verb, supervision, actor, at)
    _tell_of_move(supervision, verb, actor, at, was_known=was_known)
    return supervision


def _same_plan(key: uuid.UUID, plan: Plan, actor: User, at: datetime.datetime) -> Supervision | None:
    """That this person made: with the same people and contents in the same order."""
    found = Supervision.objects.filter(
        Q(key=key) | Q(state=SupervisionState.PLANNED),
        unit_id=plan.unit_id,
        day=plan.day,
        purpose=canonical(plan.purpose),
        is_announced=plan.is_announced,
        planned_by=actor,
    )
    team = list(dict.fromkeys(person.pk for person in plan.people))
    lines = _lines(plan, at)
    for one in found:
        items = list(one.items.order_by("position").values_list("code", "says", "cites"))
        if [person.pk for person in all_members(one)] == team and items == lines:
            return one
    return None


def _begin(supervision: Supervision, text: str, actor: User, at: datetime.datetime) -> None:
    if supervision.day > _day(at):
        raise SupervisionError(_("The visit is planned for %(day)s.") % {"day": day_words(supervision.day)})
    supervision.begun_at = at


def _send_minutes(supervision: Supervision, text: str, actor: User, at: datetime.datetime) -> None:
    missing = supervision.items.filter(result="").count()
    if missing:
        raise SupervisionError(_("%(count)d contents have no result yet.") % {"count": missing})
    if supervision.items.filter(result=ItemResult.NOT_MET, remark="").exists():
        raise SupervisionError(_("Say in the remark what is not met."))
    if not supervision.conclusions:
        raise SupervisionError(_("The minutes need conclusions."))
    supervision.minutes_at, supervision.minutes_by = at, actor


def _take_back(supervision: Supervision, text: str, actor: User, at: datetime.datetime) -> None:
    followed = supervision.recommendations.exclude(state=RecommendationState.OPEN)
    if followed.exists() or supervision.recommendations.filter(entries__verb="report").exists():
        raise SupervisionError(_("The unit is already following the recommendations: the minutes stay."))
    supervision.minutes_at = supervision.minutes_by = None


def _answer(supervision: Supervision, text: str, actor: User, at: datetime.datetime) -> None:
    supervision.answered_at, supervision.answered_by = at, actor


def _object(supervision: Supervision, text: str, actor: User, at: datetime.datetime) -> None:
    if not text:
        raise SupervisionError(_("Say what the unit's opinion is."))
    supervision.opinion = text
    _answer(supervision, text, actor, at)


def _cancel(supervision: Supervision, text: str, actor: User, at: datetime.datetime) -> None:
    if not text:
        raise SupervisionError(_("Say why it is called off."))
    supervision.reason = canonical(text)[:300]
    supervision.recommendations.all().delete()


def _nothing(supervision: Supervision, text: str, actor: User, at: datetime.datetime) -> None:
    """Nothing but the state changes."""


_BEFORE = {
    "begin": _begin,
    "send_minutes": _send_minutes,
    "take_back": _take_back,
    "confirm": _answer,
    "object": _object,
    "cancel": _cancel,
}


def _check(plan: Plan, at: datetime.datetime) -> None:
    if plan.day < _day(at):
        raise SupervisionError(_("The day is over."))
    check_not_too_far(plan.day, at)
    if not canonical(plan.purpose):
        raise SupervisionError(_("Say what the visit is for."))
    if not plan.people:
        raise SupervisionError(_("Somebody has to go: name at least one person."))
    if not (plan.codes or plan.own):
        raise SupervisionError(_("Choose at least one content, or write one."))
    if plan.unit_id not in all_tree_on(plan.day):
        raise SupervisionError(_("The unit does not exist on that day."))


def check_not_too_far(day: datetime.date, at: datetime.datetime) -> None:
    """Of a visit, or of the last day of a recommendation. Raises `SupervisionError`."""
    today = _day(at)
    days = SUPERVISION_RULE.current().in_force(today).furthest_days
    if words := far_day_words(day, today=today, furthest=datetime.timedelta(days=days)):
        raise SupervisionError(words)


def _write_team_and_items(supervision: Supervision, plan: Plan, at: datetime.datetime) -> None:
    people = {person.pk: person for person in plan.people}
    SupervisionMember.objects.bulk_create(
        SupervisionMember(supervision=supervision, person=person, position=position)
        for position, person in enumerate(people.values())
    )
    SupervisionItem.objects.bulk_create(
        SupervisionItem(supervision=supervision, position=position, code=code, says=says, cites=cites)
        for position, (code, says, cites) in enumerate(_lines(plan, at), start=1)
    )


def _lines(plan: Plan, at: datetime.datetime) -> list[tuple[str, str, str]]:
    """Code, words and source of each content."""
    contents = [one for one in SUPERVISION_RULE.current().in_force(_day(at)).content if one.code in plan.codes]
    own = [("", says, "") for line in plan.own if (says := canonical(line)[:300])]
    return [(one.code, one.says, one.cites) for one in contents] + own


def _locked(supervision: Supervision, verb: str, actor: User, at: datetime.datetime) -> Supervision:
    supervision = Supervision.objects.select_for_update().get(pk=supervision.pk)
    try:
        may_move_supervision(actor, supervision, verb, on=_day(at)).or_refuse()
    except NoSuchMoveError as error:
        words = _("The visit stands otherwise by now: %(state)s.")
        raise SupervisionError(words % {"state": supervision.get_state_display()}) from error
    return supervision


def _day(at: datetime.datetime) -> datetime.date:
    return at.astimezone(ZONE).date()


def _record(verb: str, supervision: Supervision, actor: User, at: datetime.datetime) -> None:
    action = f"directing.{verb}_supervision"
    detail = {"opinion": supervision.opinion} if verb == "object" else {}
    record(action, actor=actor, at=at, subject=supervision, unit_id=supervision.unit_id, detail=detail)


def _tell_of_plan(supervision: Supervision, actor: User, at: datetime.datetime, words: Promise) -> None:
    told = {person.user for person in all_members(supervision) if person.user}
    if supervision.is_announced:
        told |= set(roles.holders(roles.UNIT_STAFF, supervision.unit_id, on=_day(at)))
    _tell(SUPERVISION_PLANNED, supervision, told - {actor}, at, words)


def _tell_of_move(supervision: Supervision, verb: str, actor: User, at: datetime.datetime, *, was_known: bool) -> None:
    """The unit of what becomes known to it, and those who planned and went of its word on the minutes."""
    staff = set(roles.holders(roles.UNIT_STAFF, supervision.unit_id, on=_day(at)))
    went = {person.user for person in all_members(supervision) if person.user}
    if verb == "begin":
        _tell(SUPERVISION_PLANNED, supervision, staff - {actor}, at, _("Supervision of {unit} has begun"))
    elif verb == "send_minutes":
        _tell(SUPERVISION_MINUTES, supervision, staff - {actor}, at, _("Minutes of {day} for {unit} to confirm"))
    elif verb == "take_back":
        _tell(SUPERVISION_MINUTES, supervision, staff - {actor}, at, _("Minutes of {day} taken back to be corrected"))
    elif verb in ("confirm", "object"):
        says = _("{unit} has confirmed the minutes") if verb == "confirm" else _("{unit} has an opinion on the minutes")
        _tell(SUPERVISION_ANSWERED, supervision, (went | {supervision.planned_by}) - {actor}, at, says)
    elif verb == "cancel":
        told = went | (staff if was_known else set())
        _tell(SUPERVISION_PLANNED, supervision, told - {actor}, at, _("Called off: supervision of {unit} on {day}"))


def _tell(topic: str, supervision: Supervision, told: set[User], at: datetime.datetime, words: Promise) -> None:
    tree = all_tree_on(_day(at))
    unit = tree[supervision.unit_id].short_name if supervision.unit_id in tree else supervision.unit.code
    message = Message(
        topic=topic,
        key=f"{topic}:{supervision.pk}:{supervision.state}:{at.isoformat()}",
        title=format_lazy(words, unit=unit, day=day_words(supervision.day)),
        address=reverse("directing:supervision_page", args=[supervision.pk]),
    )
    notify(message, told, at=at)
