"""Urging units to finish what they owe of a day, and their answers."""

import datetime
import uuid
from collections.abc import Collection, Iterable

from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from vungxanh.accounts.models import User
from vungxanh.audit.models import AuditEvent
from vungxanh.audit.operations import event, record, record_all
from vungxanh.common.clock import ZONE
from vungxanh.notifications.operations import notify, notify_all, settle
from vungxanh.notifications.topics import Message
from vungxanh.organization.models import Unit
from vungxanh.organization.tree import UnitNode, all_tree_on
from vungxanh.reports.models import Urge
from vungxanh.reports.permissions import may_answer_urge, may_see_control_room
from vungxanh.reports.queries.control_room import Row, control_room
from vungxanh.reports.queries.urging import ready_text
from vungxanh.reports.topics import URGE_ANSWERED, URGED
from vungxanh.risk.queries.reminders import all_answering

SHORTEST_PAUSE = datetime.timedelta(minutes=5)
LONGEST_ANSWER = 300


class UrgeRefusedError(ValidationError):
    """Nobody was urged, or nothing was answered."""


@transaction.atomic
def urge_units(
    key: uuid.UUID, unit_ids: Collection[int], *, note: str, actor: User, at: datetime.datetime
) -> list[Urge]:
    """Tells those who answer for each unit today what is still open there, and keeps what was told.

    Units with nothing open, outside the actor's control room, or urged in the last minutes are left out. The same `key`
    again is the same tap: nothing more happens.
    """
    day = at.astimezone(ZONE).date()
    may_see_control_room(actor, on=day).or_refuse()
    tree = all_tree_on(day)
    list(Unit.objects.select_for_update().filter(pk__in=list(unit_ids)).order_by("pk"))
    if there := list(Urge.objects.filter(key=key).select_related("unit")):
        return there
    rows = _to_urge(control_room(actor, day, at=at, tree=tree).all_rows, set(unit_ids), day, at)
    if not rows:
        raise UrgeRefusedError(_("The ticked units have nothing open, or were urged in the last 5 minutes."))
    answering = all_answering(day, tree)
    told = {row.unit.id: answering.actors(row.unit.id) for row in rows}
    made = Urge.objects.bulk_create(
        Urge(
            key=key,
            unit_id=row.unit.id,
            day=day,
            duties=[cell.duty.code for cell in row.open_cells],
            text=f"{ready_text(row)} {note.strip()}".strip()[:500],
            told=len(told[row.unit.id]),
            urged_at=at,
            urged_by=actor,
        )
        for row in rows
    )
    messages = [(_message(one, tree[one.unit_id]), told[one.unit_id]) for one in made]
    notify_all(messages, at=at)
    record_all(_event(one, tree[one.unit_id], told[one.unit_id], at) for one in made)
    return made


def _to_urge(rows: Iterable[Row], wanted: set[int], day: datetime.date, at: datetime.datetime) -> list[Row]:
    """Of the wanted units, those with something open that nobody urged in the last minutes."""
    recent = Urge.objects.filter(day=day, unit_id__in=wanted, urged_at__gt=at - SHORTEST_PAUSE)
    left = wanted - set(recent.values_list("unit_id", flat=True))
    return [row for row in rows if row.unit.id in left and row.open_cells]


def _event(urge: Urge, unit: UnitNode, told: Collection[User], at: datetime.datetime) -> AuditEvent:
    return event(
        "reports.urge",
        actor=urge.urged_by,
        at=at,
        subject=("reports.urge", str(urge.pk)),
        subject_name=unit.name,
        unit_id=unit.id,
        detail={"duties": urge.duties, "people": [user.pk for user in told]},
    )


def _message(urge: Urge, unit: UnitNode) -> Message:
    return Message(
        topic=URGED,
        key=_cause_of(urge),
        title=gettext_lazy("Urged: %(unit)s") % {"unit": unit.short_name},
        body=urge.text,
        address=reverse("reports:unit_board", args=[unit.code, urge.day]),
    )


def _cause_of(urge: Urge) -> str:
    return f"reports.urge:{urge.pk}"


@transaction.atomic
def answer_urge(urge: Urge, text: str, *, actor: User, at: datetime.datetime) -> Urge:
    """By whoever answers for the unit; answering again replaces it, and the trail keeps both. The same words by the
    same person are the same tap."""
    urge = Urge.objects.select_for_update().select_related("unit", "urged_by").get(pk=urge.pk)
    day = at.astimezone(ZONE).date()
    may_answer_urge(actor, urge.unit_id, on=day).or_refuse()
    text = text.strip()
    if not text:
        raise UrgeRefusedError(_("Say what is being done, and until when."))
    if len(text) > LONGEST_ANSWER:
        raise UrgeRefusedError(_("The answer has at most %(most)d characters.") % {"most": LONGEST_ANSWER})
    if (urge.answer, urge.answered_by_id) == (text, actor.pk):
        return urge
    urge.answer, urge.answered_at, urge.answered_by = text, at, actor
    urge.save(update_fields=["answer", "answered_at", "answered_by"])
    record("reports.answer_urge", actor=actor, at=at, subject=urge, unit_id=urge.unit_id, detail={"answer": text})
    settle([_cause_of(urge)], at=at)
    unit = all_tree_on(urge.day)[urge.unit_id]
    answered = Message(
        topic=URGE_ANSWERED,
        key=f"reports.urge_answered:{urge.pk}:{at.isoformat()}",
        title=gettext_lazy("%(unit)s answered") % {"unit": unit.short_name},
        body=urge.answer,
        address=reverse("reports:call_list", args=[urge.day]),
    )
    notify(answered, [urge.urged_by], at=at)
    return urge
