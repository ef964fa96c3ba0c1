"""The daily return: prepared by itself, submitted by the unit before the deadline or late, amended by a new version."""

import datetime
import uuid
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from vungxanh.accounts.models import User
from vungxanh.audit import operations as audit
from vungxanh.common.clock import ZONE
from vungxanh.common.formats import clock_time
from vungxanh.notifications.operations import notify, settle
from vungxanh.notifications.topics import Message
from vungxanh.organization import roles
from vungxanh.organization.enums import Role
from vungxanh.organization.tree import Tree, all_tree_on
from vungxanh.organization.workdays import all_workdays
from vungxanh.risk import permissions
from vungxanh.risk.enums import ReturnKind, ReturnState
from vungxanh.risk.models import DailyReturn, LevelDecision, ReturnExplanation
from vungxanh.risk.operations.decisions import lock_people, override_level
from vungxanh.risk.operations.deliveries import write_deliveries
from vungxanh.risk.operations.publishing import publish_return, publish_unusual
from vungxanh.risk.operations.reminders import reminder_causes
from vungxanh.risk.operations.zones import assess_zones, lock_units
from vungxanh.risk.queries.days import all_person_days, day_figures
from vungxanh.risk.queries.returns import (
    all_due_at,
    all_submitted_daily,
    may_be_explained,
    sending_role,
    units_on_duty_for,
)
from vungxanh.risk.rulebook import UNUSUAL_EVENTS
from vungxanh.risk.topics import UNUSUAL_RETURN
from vungxanh.risk.workflow import DUTY_OFFICER, RETURN


class ReturnRefusedError(ValidationError):
    """The return cannot be sent for this unit and day."""


class ExplanationRefusedError(ValidationError):
    """Nothing is to be explained, or nothing was said."""


class ReturnSentMeanwhileError(ValidationError):
    """Somebody else sent it since the page was opened from which it is sent."""


class ReturnNoteMissingError(ValidationError):
    """An unusual return and a change of a submitted one say what it is about."""


@dataclass(frozen=True)
class Override:
    """A person's level as the unit sets it in the return."""

    subject: uuid.UUID
    level: str
    reason: str


def prepare_returns(
    day: datetime.date, *, at: datetime.datetime, unit_ids: Collection[int] | None = None
) -> list[DailyReturn]:
    """Makes or renews the daily return of each reporting point that has not submitted; the zones are judged first."""
    tree = all_tree_on(day)
    points = {point.id for point in tree.reporting_points() if unit_ids is None or point.id in unit_ids}
    with transaction.atomic():
        lock_units(points)
        open_points = sorted(points - all_submitted_daily(points, day))
        figures = _figures(open_points, day, at, tree)
        prepared = [_prepare(unit, day, figures[unit], at) for unit in open_points]
        if prepared:
            audit.record("risk.prepare_returns", actor=None, at=at, subject=("risk.dailyreturn", day.isoformat()))
    return prepared


def open_unusual_return(unit_id: int, *, day: datetime.date, at: datetime.datetime, cause: str) -> DailyReturn:
    """Opens an unusual return of the reporting point; one that is still open takes the new cause as well."""
    with transaction.atomic():
        lock_units([unit_id])
        found = _open_unusual(unit_id, day)
        figures = _figures([unit_id], day, at, all_tree_on(day))[unit_id]
        if found:
            causes = found.cause if cause in found.cause else f"{found.cause} {cause}"
            _move(found, "refresh", figures=figures, prepared_at=at, cause=causes[:300])
            return found
        opened = _create_unusual(unit_id, day, figures, at, cause)
        audit.record(
            "risk.open_unusual_return", actor=None, at=at, subject=opened, unit_id=unit_id, detail={"cause": cause}
        )
        _tell_of_unusual(opened, at)
        publish_unusual(opened, at=at)
    return opened


def _tell_of_unusual(opened: DailyReturn, at: datetime.datetime) -> None:
    """Those who send it and the health officer; nothing of the cause, which is on the page."""
    tree = all_tree_on(opened.day)
    node = tree[opened.unit_id]
    people = [
        user
        for held in (roles.UNIT_STAFF, {Role.HEALTH_OFFICER})
        for user in roles.holders(held, node.id, on=opened.day, tree=tree)
    ]
    message = Message(
        topic=UNUSUAL_RETURN,
        key=_causes_of(opened)[0],
        title=format_lazy(
            _("{unit}: an unusual return is due at {due}"), unit=node.short_name, due=clock_time(opened.due_at)
        ),
        address=reverse("risk:return_page", args=[node.code, opened.day]),
    )
    notify(message, people, at=at)


def _causes_of(unusual: DailyReturn) -> list[str]:
    """Told when it opened, and when its time was over."""
    return [f"risk.unusual:{unusual.pk}", late_cause(unusual)]


def late_cause(unusual: DailyReturn) -> str:
    return f"risk.unusual_late:{unusual.pk}"


def submit_return(
    unit_id: int,
    *,
    day: datetime.date,
    kind: ReturnKind,
    actor: User,
    at: datetime.datetime,
    note: str = "",
    overrides: Sequence[Override] = (),
    seen: int | None = None,
) -> DailyReturn:
    """Sends the return with the figures as of `at`; after the deadline it is late, with the time.

    A daily return that was sent already gets a new version, the old one stays. An unusual return answers the one that
    is open, or is a new one. Overrides are decisions like any other: reason needed, proposed level kept. `seen`: how
    many of the kind had gone when the actor looked; one more by somebody else is not replaced unread, and the same one
    with the same overrides by the same person is the same tap.
    """
    holding = _allowed(unit_id, day, actor, at)
    with transaction.atomic():
        lock_people(one.subject for one in overrides)
        lock_units(node.id for node in all_tree_on(day).above(unit_id))
        if newer := _sent_since(unit_id, day, kind, seen):
            _refuse_unread(newer, actor, note, overrides)
            return newer
        if not note.strip() and (kind == ReturnKind.UNUSUAL or unit_id in all_submitted_daily([unit_id], day)):
            raise ReturnNoteMissingError(_("Say what the unusual situation, or the change, is."))
        for one in overrides:
            override_level(one.subject, day=day, level=one.level, reason=one.reason, actor=actor, at=at)
        figures = _figures([unit_id], day, at, all_tree_on(day))[unit_id]
        was_open = kind == ReturnKind.UNUSUAL and _open_unusual(unit_id, day) is not None
        sent = _to_send(unit_id, day, kind, figures, at, note)
        sent.note, sent.submitted_at, sent.submitted_by = note.strip(), at, actor
        sent.submitted_as = str(holding.role) if holding else DUTY_OFFICER
        sent.submitted_for_id = holding.principal_id if holding else None
        sent.is_on_time = at < sent.due_at
        _move(sent, "submit" if sent.pk else "submit_amended", figures=figures)
        write_deliveries(sent, at=at)
        publish_return(sent, was_open=was_open, at=at)
        settle(_causes_of(sent) if kind == ReturnKind.UNUSUAL else reminder_causes(unit_id, day), at=at)
        detail = {"kind": kind, "version": sent.version, "on_time": sent.is_on_time, "overrides": len(overrides)}
        detail |= {"as": sent.submitted_as, "for": sent.submitted_for.full_name if sent.submitted_for else None}
        audit.record("risk.submit_return", actor=actor, at=at, subject=sent, unit_id=unit_id, detail=detail)
    return sent


@transaction.atomic
def explain_return(
    unit_id: int, day: datetime.date, reason: str, *, actor: User, at: datetime.datetime
) -> ReturnExplanation:
    """Says why the daily return was late or did not come; saying it again replaces it, and the trail keeps both."""
    _allowed(unit_id, day, actor, at)
    reason = reason.strip()
    if not reason:
        raise ExplanationRefusedError(_("Say why the return was late or did not come."))
    if not may_be_explained(unit_id, day, at=at):
        raise ExplanationRefusedError(
            _("Nothing is to be explained: the return came in time, is not due yet, or its time is over.")
        )
    given, _is_new = ReturnExplanation.objects.update_or_create(
        unit_id=unit_id, day=day, defaults={"reason": reason, "given_at": at, "given_by": actor}
    )
    detail = {"day": day.isoformat(), "reason": reason}
    audit.record("risk.explain_return", actor=actor, at=at, subject=given, unit_id=unit_id, detail=detail)
    return given


def _refuse_unread(newer: DailyReturn, actor: User, note: str, overrides: Sequence[Override]) -> None:
    """What came since the actor looked is not replaced, unless it is the same tap."""
    if (newer.submitted_by_id, newer.note) == (actor.pk, note.strip()) and _are_kept(overrides, actor):
        return
    raise ReturnSentMeanwhileError(
        _(
            "%(name)s sent it at %(at)s, while this page was open; nothing was sent a second time. Read what"
            " was sent; if something is to be changed, say what and send it again."
        )
        % {"name": newer.submitter, "at": clock_time(newer.submitted_at)}
    )


def _are_kept(overrides: Sequence[Override], actor: User) -> bool:
    """Whether the actor has decided so already."""
    rows = LevelDecision.objects.filter(
        assessment__is_current=True, assessment__subject__in=[one.subject for one in overrides], decided_by=actor
    )
    decided = set(rows.values_list("assessment__subject", "level", "reason"))
    return {(one.subject, str(one.level), one.reason.strip()) for one in overrides} <= decided


def _sent_since(unit_id: int, day: datetime.date, kind: ReturnKind, seen: int | None) -> DailyReturn | None:
    """The latest of the kind, where more than `seen` have gone."""
    if seen is None:
        return None
    rows = DailyReturn.objects.filter(unit_id=unit_id, day=day, kind=kind).exclude(state=ReturnState.PREPARED)
    gone = list(rows.select_related("submitted_by", "submitted_for").order_by("number", "version"))
    return gone[-1] if len(gone) > seen else None


def _allowed(unit_id: int, day: datetime.date, actor: User, at: datetime.datetime) -> roles.Holding | None:
    """What the actor holds who submits, the head's role before others, None for a duty officer; refuses a stranger, a
    unit that does not report, and a day to come."""
    today = at.astimezone(ZONE).date()
    is_on_duty = unit_id in units_on_duty_for(actor, day)
    permissions.may_submit_return(actor, unit_id, on=today, is_on_duty=is_on_duty).or_refuse()
    tree = all_tree_on(day)
    if unit_id not in tree or not tree[unit_id].is_reporting_point:
        raise ReturnRefusedError(_("Another unit answers for this one on the national map."))
    if day > today:
        raise ReturnRefusedError(_("The day has not come yet."))
    return sending_role(actor, unit_id, on=today, tree=tree)


def _figures(
    unit_ids: Sequence[int], day: datetime.date, at: datetime.datetime, tree: Tree
) -> dict[int, dict[str, object]]:
    """What each reporting point answers for; leaving forms are those of its previous working day."""
    answered = {unit: tree.answered_by(unit) for unit in unit_ids}
    calendar = all_workdays(day, day, tree=tree)
    everybody = set().union(*answered.values())
    today = all_person_days(day, everybody)
    groups: dict[datetime.date, set[int]] = defaultdict(set)
    for unit in unit_ids:
        groups[calendar.previous_working(day, unit)] |= answered[unit]
    before = {earlier: all_person_days(earlier, units) for earlier, units in groups.items()}
    zones = assess_zones(unit_ids, day=day, at=at, tree=tree)
    return {
        unit: day_figures(today, before[calendar.previous_working(day, unit)], answered[unit])
        | {"zone": zones[unit].level, "zone_rows": zones[unit].row_codes}
        for unit in unit_ids
    }


def _prepare(unit_id: int, day: datetime.date, figures: dict[str, object], at: datetime.datetime) -> DailyReturn:
    found = _latest(unit_id, day, ReturnKind.DAILY)
    if found:
        _move(found, "refresh", figures=figures, prepared_at=at)
        return found
    made = DailyReturn(
        unit_id=unit_id, day=day, kind=ReturnKind.DAILY, opened_at=at, prepared_at=at, due_at=all_due_at(day), state=""
    )
    _move(made, "prepare", figures=figures)
    return made


def _to_send(
    unit_id: int, day: datetime.date, kind: ReturnKind, figures: dict[str, object], at: datetime.datetime, note: str
) -> DailyReturn:
    """The return that is about to go, not yet SUBMITTED: the prepared one, or a new version without an id."""
    if kind == ReturnKind.UNUSUAL:
        return _open_unusual(unit_id, day) or _create_unusual(unit_id, day, figures, at, note)
    found = _latest(unit_id, day, kind) or _prepare(unit_id, day, figures, at)
    if found.state == ReturnState.PREPARED:
        return found
    _move(found, "amend")
    return DailyReturn(
        unit_id=unit_id,
        day=day,
        kind=kind,
        number=found.number,
        version=found.version + 1,
        opened_at=found.opened_at,
        due_at=found.due_at,
        prepared_at=at,
        cause=found.cause,
        state="",
    )


def _create_unusual(
    unit_id: int, day: datetime.date, figures: dict[str, object], at: datetime.datetime, cause: str
) -> DailyReturn:
    same_day = DailyReturn.objects.filter(unit_id=unit_id, day=day, kind=ReturnKind.UNUSUAL)
    last = same_day.order_by("-number").values_list("number", flat=True).first()
    minutes = UNUSUAL_EVENTS.current().in_force(day).within_minutes
    made = DailyReturn(
        unit_id=unit_id,
        day=day,
        kind=ReturnKind.UNUSUAL,
        number=(last or 0) + 1,
        opened_at=at,
        prepared_at=at,
        due_at=at + datetime.timedelta(minutes=minutes),
        cause=cause[:300],
        state="",
    )
    _move(made, "open_unusual", figures=figures)
    return made


def _latest(unit_id: int, day: datetime.date, kind: ReturnKind) -> DailyReturn | None:
    rows = DailyReturn.objects.filter(unit_id=unit_id, day=day, kind=kind)
    return rows.exclude(state=ReturnState.REPLACED).order_by("-number").first()


def _open_unusual(unit_id: int, day: datetime.date) -> DailyReturn | None:
    rows = DailyReturn.objects.filter(unit_id=unit_id, day=day, kind=ReturnKind.UNUSUAL)
    return rows.filter(state=ReturnState.PREPARED).order_by("-number").first()


def _move(one: DailyReturn, verb: str, **values: object) -> None:
    """The only place that sets the state of a return."""
    one.state = RETURN.find(one.state, verb).end
    for name, value in values.items():
        setattr(one, name, value)
    one.save()
