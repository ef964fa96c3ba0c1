"""What cannot wait for the daily return: each event opens an unusual return once, or is added to an open one."""

import datetime
import uuid
from collections.abc import Iterable

from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy

from vungxanh.common.clock import ZONE
from vungxanh.common.formats import clock_time
from vungxanh.notifications.operations import notify_all
from vungxanh.notifications.topics import Message
from vungxanh.organization.tree import Tree, all_tree_on
from vungxanh.risk.enums import ReturnKind, ReturnState, RiskLevel
from vungxanh.risk.models import DailyReturn, PersonAssessment, UnitZone, UnusualEvent
from vungxanh.risk.operations.returns import late_cause, open_unusual_return
from vungxanh.risk.queries.days import all_unit_ids_of
from vungxanh.risk.queries.reminders import all_answering
from vungxanh.risk.queries.returns import all_due_at, all_submitted_daily
from vungxanh.risk.rulebook import AREA_LEVELS, UNUSUAL_EVENTS, UnusualEventRow
from vungxanh.risk.topics import RETURN_MISSING

TOLD_WITHIN = datetime.timedelta(days=1)
"""A server that was down for longer does not make up for it."""


def note_person(assessment: PersonAssessment, unit_id: int, *, at: datetime.datetime, tree: Tree) -> None:
    """The level of somebody who is counted in the unit has risen."""
    note_people([(unit_id, assessment)], at=at, tree=tree)


def note_people(risen: Iterable[tuple[int, PersonAssessment]], *, at: datetime.datetime, tree: Tree) -> None:
    """The levels of people who are counted in these units have risen."""
    rule, day = UNUSUAL_EVENTS.current().in_force(_day(at)), _day(at)
    placed = [(tree.reporting_point_of(unit), one) for unit, one in risen]
    concerned = [
        (point.id, one)
        for point, one in placed
        if point and rule.of_level("PERSON_LEVEL", one.level, is_after_return=True)
    ]
    if not concerned:
        return
    is_late = at >= all_due_at(day)
    submitted = () if is_late else all_submitted_daily({point for point, _one in concerned}, day)
    for point, one in concerned:
        row = rule.of_level("PERSON_LEVEL", one.level, is_after_return=is_late or point in submitted)
        if row:
            with translation.override("vi"):
                level = str(RiskLevel(one.level).label)
            _note(row, point, f"level:{one.pk}", level=level, at=at)


def note_areas(new: Iterable[UnitZone], before: dict[int, UnitZone], *, at: datetime.datetime) -> None:
    """Zones were judged anew: where the level published for the unit's area has risen since the last time."""
    rule, tree = UNUSUAL_EVENTS.current().in_force(_day(at)), all_tree_on(_day(at))
    for zone in new:
        was = before[zone.unit_id].figures.get("area_level") if zone.unit_id in before else None
        level = zone.figures.get("area_level")
        point = tree.reporting_point_of(zone.unit_id) if was and level and was != level else None
        if point is None or list(AREA_LEVELS).index(str(level)) < list(AREA_LEVELS).index(str(was)):
            continue
        row = rule.of_level("AREA_LEVEL", str(level), is_after_return=_is_after_return(point.id, at))
        if row:
            _note(row, point.id, f"area:{zone.unit_id}:{_day(at)}:{level}", level=AREA_LEVELS[str(level)], at=at)


def note_all_held(held: Iterable[tuple[uuid.UUID, str, int]], *, at: datetime.datetime) -> None:
    """Gates hold people: told to the unit where they are counted, of a visitor to the unit of the site; once a day and
    person. Each with the reason and that unit.

    Units are taken in one order, so that two who tell of the same ones never wait for each other in a ring.
    """
    day = _day(at)
    rule = UNUSUAL_EVENTS.current().in_force(day)
    concerned = [one for one in held if any(one[1] in row.reasons for row in rule.event)]
    if not concerned:
        return
    tree, counted = all_tree_on(day), all_unit_ids_of([subject for subject, _reason, _site in concerned], day)
    placed = [(tree.reporting_point_of(counted.get(one[0], one[2])), *one) for one in concerned]
    told = sorted((point.id, subject, reason) for point, subject, reason, _site in placed if point)
    is_late = at >= all_due_at(day)
    submitted = () if is_late else all_submitted_daily({point for point, _subject, _reason in told}, day)
    for point, subject, reason in told:
        row = rule.of_gate(reason, is_after_return=is_late or point in submitted)
        if row:
            _note(row, point, f"gate:{subject}:{day}", level="", at=at)


def note_held_visitor(visit_id: int, level: str, unit_id: int, *, at: datetime.datetime) -> None:
    """What a guest of the unit declared holds the visit; once for each visit."""
    day = _day(at)
    rule, point = UNUSUAL_EVENTS.current().in_force(day), all_tree_on(day).reporting_point_of(unit_id)
    if point is None:
        return
    row = rule.of_level("VISITOR_LEVEL", level, is_after_return=_is_after_return(point.id, at))
    if row:
        _note(row, point.id, f"visit:{visit_id}", level="", at=at)


def remind_of_unusual(*, at: datetime.datetime) -> int:
    """Whoever stands above a unit is told, once, of its unusual return that is still open when its time is over; tells
    how many were told of something new."""
    late = DailyReturn.objects.filter(
        kind=ReturnKind.UNUSUAL, state=ReturnState.PREPARED, due_at__range=(at - TOLD_WITHIN, at)
    )
    rows = list(late.order_by("pk"))
    if not rows:
        return 0
    tree = all_tree_on(_day(at))
    answering = all_answering(_day(at), tree)
    there = [one for one in rows if one.unit_id in tree]
    return notify_all([(_late_message(one, tree), answering.superiors(one.unit_id)) for one in there], at=at)


def _late_message(late: DailyReturn, tree: Tree) -> Message:
    unit = tree[late.unit_id]
    return Message(
        topic=RETURN_MISSING,
        key=late_cause(late),
        title=format_lazy(
            gettext_lazy("{unit}: the unusual return was due at {due}"),
            unit=unit.short_name,
            due=clock_time(late.due_at),
        ),
        address=reverse("risk:return_page", args=[unit.code, late.day]),
    )


@transaction.atomic
def _note(row: UnusualEventRow, unit_id: int, key: str, *, level: str, at: datetime.datetime) -> None:
    if UnusualEvent.objects.filter(key=key).exists():
        return
    says = row.says.format(level=level)[:200]
    opened = open_unusual_return(unit_id, day=_day(at), at=at, cause=says)
    # Two that tell of the same thing at once meet here: the return is one, and so is the event.
    UnusualEvent.objects.bulk_create(
        [UnusualEvent(unit_id=unit_id, opened=opened, code=row.code, key=key, says=says, at=at)], ignore_conflicts=True
    )


def _is_after_return(unit_id: int, at: datetime.datetime) -> bool:
    """What comes up now stands in no daily return of today any more."""
    return at >= all_due_at(_day(at)) or bool(all_submitted_daily([unit_id], _day(at)))


def _day(at: datetime.datetime) -> datetime.date:
    return at.astimezone(ZONE).date()
