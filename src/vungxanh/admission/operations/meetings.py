"""Meetings: called, attended, closed into presence, corrected. Every operation locks the meeting: two who tick at once
wait for each other, and nothing is lost."""

import datetime
import uuid
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from vungxanh.accounts.models import User
from vungxanh.admission import workflow
from vungxanh.admission.enums import Attendance, MeetingState, SubjectKind
from vungxanh.admission.models import Meeting, MeetingAttendee
from vungxanh.admission.permissions import may_hold_meeting
from vungxanh.admission.queries.meetings import all_seen_by_code
from vungxanh.admission.rulebook import MEETINGS, MeetingRule
from vungxanh.admission.subjects import all_named
from vungxanh.audit.operations import record
from vungxanh.common.clock import ZONE
from vungxanh.common.vietnamese import canonical
from vungxanh.common.workflow import NoSuchMoveError
from vungxanh.organization.enums import PlaceKind
from vungxanh.organization.models import Place, Unit
from vungxanh.screening.enums import Means
from vungxanh.screening.operations import ListedStay, record_list, withdraw_presence

OPEN_FOR_CHANGES = (MeetingState.DRAFT, MeetingState.CALLED)


class MeetingError(ValidationError):
    """The meeting is not where this can be done, or what was given cannot be; nothing was changed."""


@dataclass(frozen=True, slots=True)
class MeetingPlan:
    """What, where, from when until when."""

    title: str
    place: Place
    starts_at: datetime.datetime
    ends_at: datetime.datetime


def draft_meeting(key: uuid.UUID, plan: MeetingPlan, *, unit: Unit, actor: User, at: datetime.datetime) -> Meeting:
    """The same key again is the same page sent again: the meeting that is there."""
    may_hold_meeting(actor, unit.pk, on=at.astimezone(ZONE).date()).or_refuse()
    there = Meeting.objects.filter(key=key, unit=unit).first()
    try:
        return there or _drafted(key, plan, unit, actor, at)
    except IntegrityError:
        return Meeting.objects.get(key=key, unit=unit)


@transaction.atomic
def _drafted(key: uuid.UUID, plan: MeetingPlan, unit: Unit, actor: User, at: datetime.datetime) -> Meeting:
    _check(plan, at)
    meeting = Meeting(key=key, unit=unit, state=MeetingState.DRAFT, created_at=at, created_by=actor)
    _take(meeting, plan)
    meeting.save(force_insert=True)
    _record("admission.draft_meeting", meeting, actor, at)
    return meeting


@transaction.atomic
def change_meeting(meeting: Meeting, plan: MeetingPlan, *, actor: User, at: datetime.datetime) -> Meeting:
    """Title, place and times of one whose list is not closed. Presence of an earlier closing at another place or time
    is withdrawn: the next closing writes it anew."""
    meeting = _locked(meeting, actor, at)
    _must_be(meeting, *OPEN_FOR_CHANGES)
    _check(plan, at)
    was = (meeting.place_id, meeting.starts_at, meeting.ends_at)
    _take(meeting, plan)
    if was != (meeting.place_id, meeting.starts_at, meeting.ends_at):
        meeting.ended_at = None
        _withdraw(meeting.attendees.filter(entry_key__isnull=False), actor, at)
    meeting.save()
    _record("admission.change_meeting", meeting, actor, at)
    return meeting


@transaction.atomic
def invite_to_meeting(
    meeting: Meeting, subjects: Mapping[uuid.UUID, SubjectKind], *, actor: User, at: datetime.datetime
) -> int:
    """Puts people on the list; who stands there already stays as they are. Returns how many are new."""
    meeting = _locked(meeting, actor, at)
    _must_be(meeting, *OPEN_FOR_CHANGES)
    there = set(meeting.attendees.values_list("subject", flat=True))
    new = {subject: kind for subject, kind in subjects.items() if subject not in there}
    most = _rule(at).most_people
    if len(there) + len(new) > most:
        raise MeetingError(_("At most %(most)d people stand on a list.") % {"most": most})
    _add(meeting, new)
    if new:
        _record("admission.invite_to_meeting", meeting, actor, at, people=len(new))
    return len(new)


@transaction.atomic
def leave_out(meeting: Meeting, subject: uuid.UUID, *, actor: User, at: datetime.datetime) -> None:
    """Off the list, as if never invited; whoever was present by an earlier closing is marked absent instead."""
    meeting = _locked(meeting, actor, at)
    _must_be(meeting, *OPEN_FOR_CHANGES)
    attendee = _attendee(meeting, subject)
    if attendee.entry_key:
        raise MeetingError(_("The list said that this person was there: mark them absent instead."))
    attendee.delete()
    _record("admission.leave_out_of_meeting", meeting, actor, at, people=1)


@transaction.atomic
def mark_attendance(
    meeting: Meeting, subject: uuid.UUID, attendance: Attendance, *, actor: User, at: datetime.datetime
) -> None:
    """One person, to what it says, however often it is sent. Marking somebody EXPECTED takes the mark back."""
    meeting = _locked(meeting, actor, at)
    _must_be(meeting, MeetingState.CALLED)
    attendee = _attendee(meeting, subject)
    if attendee.attendance == attendance:
        return
    before = attendee.attendance
    _mark([attendee], attendance, actor, at)
    _record("admission.mark_attendance", meeting, actor, at, was=str(before), now=str(attendance), of=str(attendee.pk))


@transaction.atomic
def mark_others_present(meeting: Meeting, *, actor: User, at: datetime.datetime) -> int:
    """Everybody who is not marked yet; marks that somebody made stay. Returns how many."""
    meeting = _locked(meeting, actor, at)
    _must_be(meeting, MeetingState.CALLED)
    rows = list(meeting.attendees.filter(attendance=Attendance.EXPECTED))
    _mark(rows, Attendance.PRESENT, actor, at)
    if rows:
        _record("admission.mark_attendance", meeting, actor, at, now=str(Attendance.PRESENT), people=len(rows))
    return len(rows)


@transaction.atomic
def move_meeting(meeting: Meeting, verb: str, *, actor: User, at: datetime.datetime) -> Meeting:
    """The one way from state to state. Closing again a list that is closed changes nothing."""
    meeting = _locked(meeting, actor, at)
    if verb == "close" and meeting.state == MeetingState.CLOSED:
        return meeting
    try:
        move = workflow.MEETING.find(meeting.state, verb)
    except NoSuchMoveError as error:
        raise _not_now(meeting) from error
    meeting.state = MeetingState(move.end)
    if verb == "close":
        _close(meeting, actor, at)
    still_goes_on = verb == "reopen" and at < meeting.ends_at
    if verb == "cancel" or still_goes_on:
        _withdraw(meeting.attendees.filter(entry_key__isnull=False), actor, at)
    if still_goes_on:
        # Closed too early by mistake: its end is not known yet, and the next closing writes everybody anew.
        meeting.ended_at = None
    meeting.save()
    _record("admission.move_meeting", meeting, actor, at, verb=verb)
    return meeting


def _close(meeting: Meeting, actor: User, at: datetime.datetime) -> None:
    """Presence becomes what the list says: the marked ones and those whom the code of the place saw."""
    if at <= meeting.starts_at:
        raise MeetingError(_("The meeting has not begun: its list is closed when it is over."))
    meeting.closed_at, meeting.ended_at = at, meeting.ended_at or min(meeting.ends_at, at)
    _count_seen(meeting, actor, at)
    there = meeting.attendees.filter(entry_key__isnull=False)
    _withdraw(there.exclude(attendance=Attendance.PRESENT), actor, at)
    new = list(meeting.attendees.filter(attendance=Attendance.PRESENT, entry_key__isnull=True).order_by("subject"))
    stays = [ListedStay(one.subject, meeting.place, meeting.starts_at, meeting.ended_at) for one in new]
    for attendee, keys in zip(new, record_list(stays, Means.MEETING_LIST, actor=actor, at=at), strict=True):
        attendee.entry_key, attendee.exit_key = keys.entry, keys.exit
    MeetingAttendee.objects.bulk_update(new, ["entry_key", "exit_key"], batch_size=500)


def _count_seen(meeting: Meeting, actor: User, at: datetime.datetime) -> None:
    """Whoever scanned the code of the place was there, invited or not, unless somebody marked them absent."""
    seen = all_seen_by_code(meeting)
    there = {one.subject: one for one in meeting.attendees.all()}
    named = all_named([one for one in seen if one not in there], on=at.astimezone(ZONE).date())
    _add(meeting, {subject: one.kind for subject, one in named.items()})
    rows = meeting.attendees.filter(subject__in=list(seen), attendance=Attendance.EXPECTED)
    _mark(list(rows), Attendance.PRESENT, actor, at)


def _withdraw(attendees: Iterable[MeetingAttendee], actor: User, at: datetime.datetime) -> None:
    rows = list(attendees)
    withdraw_presence([key for one in rows for key in (one.entry_key, one.exit_key) if key], actor=actor, at=at)
    for one in rows:
        one.entry_key = one.exit_key = None
    MeetingAttendee.objects.bulk_update(rows, ["entry_key", "exit_key"], batch_size=500)


def _add(meeting: Meeting, subjects: Mapping[uuid.UUID, SubjectKind]) -> None:
    rows = [MeetingAttendee(meeting=meeting, subject=subject, kind=kind) for subject, kind in subjects.items()]
    MeetingAttendee.objects.bulk_create(rows, batch_size=500)


def _mark(rows: Collection[MeetingAttendee], attendance: Attendance, actor: User, at: datetime.datetime) -> None:
    for one in rows:
        one.attendance, one.marked_at, one.marked_by_id = attendance, at, actor.pk
    MeetingAttendee.objects.bulk_update(rows, ["attendance", "marked_at", "marked_by_id"], batch_size=500)


def _locked(meeting: Meeting, actor: User, at: datetime.datetime) -> Meeting:
    """As it is now, for whoever may keep it."""
    rows = Meeting.objects.select_for_update(of=("self",)).select_related("place__site", "unit")
    meeting = rows.get(pk=meeting.pk)
    may_hold_meeting(actor, meeting.unit_id, on=at.astimezone(ZONE).date()).or_refuse()
    return meeting


def _attendee(meeting: Meeting, subject: uuid.UUID) -> MeetingAttendee:
    attendee = meeting.attendees.filter(subject=subject).first()
    if attendee is None:
        raise MeetingError(_("This person does not stand on the list."))
    return attendee


def _must_be(meeting: Meeting, *states: MeetingState) -> None:
    if meeting.state not in states:
        raise _not_now(meeting)


def _not_now(meeting: Meeting) -> MeetingError:
    words = _("Not possible now: the meeting is in the state “%(state)s”.")
    return MeetingError(words % {"state": meeting.get_state_display()})


def _rule(at: datetime.datetime) -> MeetingRule:
    return MEETINGS.current().in_force(at.astimezone(ZONE).date())


def _check(plan: MeetingPlan, at: datetime.datetime) -> None:
    longest = _rule(at).longest_hours
    if plan.ends_at <= plan.starts_at:
        raise MeetingError(_("The meeting ends before it begins."))
    if plan.ends_at - plan.starts_at > datetime.timedelta(hours=longest):
        raise MeetingError(_("At most %(hours)d hours; a longer one is a meeting on each day.") % {"hours": longest})
    if plan.place.kind == PlaceKind.GATE or plan.place.is_closed(plan.starts_at.astimezone(ZONE).date()):
        raise MeetingError(
            _("Nobody meets at %(place)s: choose a room, vehicle or field post.") % {"place": plan.place}
        )


def _take(meeting: Meeting, plan: MeetingPlan) -> None:
    meeting.title, meeting.place = canonical(plan.title)[:200], plan.place
    meeting.starts_at, meeting.ends_at = plan.starts_at, plan.ends_at


def _record(action: str, meeting: Meeting, actor: User, at: datetime.datetime, **detail: str | int) -> None:
    record(
        action,
        actor=actor,
        at=at,
        subject=meeting,
        unit_id=meeting.unit_id,
        detail={"state": str(meeting.state), **detail},
    )
