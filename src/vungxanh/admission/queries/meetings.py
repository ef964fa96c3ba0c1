"""Meetings as their organizers and the invited see them, and who stands on a list."""

import datetime
import uuid
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from vungxanh.admission import workflow
from vungxanh.admission.enums import Attendance, MeetingState, SubjectKind
from vungxanh.admission.models import Meeting, MeetingAttendee, Visit
from vungxanh.admission.rulebook import MEETINGS
from vungxanh.admission.subjects import GateSubject, all_named
from vungxanh.common.clock import ZONE, moment
from vungxanh.common.dated import in_force
from vungxanh.common.vietnamese import name_sort_key
from vungxanh.organization.enums import PlaceKind
from vungxanh.organization.models import Person, Place, Post
from vungxanh.organization.queries.places import all_open_places
from vungxanh.organization.tree import Tree
from vungxanh.screening.enums import Means
from vungxanh.screening.models import Presence, PresenceEvent

SHOWN_BACK = datetime.timedelta(days=21)
LISTS = (Means.MEETING_LIST, Means.SHIFT_LIST)


def all_meeting(key: uuid.UUID) -> Meeting | None:
    return Meeting.objects.filter(key=key).select_related("place__site", "unit").first()


def meetings_held_by(unit_ids: Collection[int], *, on: datetime.date) -> QuerySet[Meeting]:
    """Of these units, latest first, with how many stand on the list and were marked present."""
    rows = Meeting.objects.filter(unit_id__in=list(unit_ids), starts_at__gte=_since(on))
    return _counted(rows)


def meetings_inviting(person: Person, *, on: datetime.date) -> QuerySet[Meeting]:
    """To which the person is or was invited; a draft is nobody's business yet."""
    mine = MeetingAttendee.objects.filter(subject=person.pseudonym).values("meeting_id")
    rows = Meeting.objects.filter(pk__in=mine, starts_at__gte=_since(on)).exclude(state=MeetingState.DRAFT)
    return _counted(rows)


def _since(on: datetime.date) -> datetime.datetime:
    return moment(on - SHOWN_BACK, datetime.time())


def _counted(rows: QuerySet[Meeting]) -> QuerySet[Meeting]:
    present = Count("attendees", filter=Q(attendees__attendance=Attendance.PRESENT))
    counted = rows.annotate(invited=Count("attendees"), present=present)
    return counted.select_related("place", "unit").order_by("-starts_at", "-pk")


def own_attendance(person: Person, meeting: Meeting) -> MeetingAttendee | None:
    return meeting.attendees.filter(subject=person.pseudonym).first()


@dataclass(frozen=True, slots=True)
class AttendanceRow:
    """Somebody on the list by name. `seen_at`: the code of the place was scanned; `also_at`: another place that says
    that the person was there at that time."""

    attendee: MeetingAttendee
    subject: GateSubject | None
    seen_at: datetime.datetime | None
    also_at: str

    @property
    def name(self) -> str:
        return self.subject.name if self.subject else ""


def all_attendance(meeting: Meeting) -> list[AttendanceRow]:
    """By unit and given name, guests last; a flat number of queries. Whoever shows it asks who is looking."""
    attendees = list(meeting.attendees.all())
    day = meeting.starts_at.astimezone(ZONE).date()
    named = all_named([one.subject for one in attendees], on=day)
    seen, clashes = all_seen_by_code(meeting), _also_at(meeting)
    rows = [
        AttendanceRow(one, named.get(one.subject), seen.get(one.subject), clashes.get(one.subject, ""))
        for one in attendees
    ]
    return sorted(rows, key=_by_unit_and_name)


def _by_unit_and_name(row: AttendanceRow) -> tuple[bool, str, str]:
    is_guest = row.attendee.kind == SubjectKind.VISITOR
    return is_guest, row.subject.belongs_to if row.subject else "", name_sort_key(row.name)


def all_seen_by_code(meeting: Meeting) -> dict[uuid.UUID, datetime.datetime]:
    """Who scanned the code of the place for this meeting, and when first: from shortly before until its end."""
    before = MEETINGS.current().in_force(meeting.starts_at.astimezone(ZONE).date()).code_before_minutes
    first, last = meeting.starts_at - datetime.timedelta(minutes=before), meeting.ended_at or meeting.ends_at
    rows = PresenceEvent.objects.filter(place_id=meeting.place_id, occurred_at__range=(first, last))
    seen: dict[uuid.UUID, datetime.datetime] = {}
    for subject, at in rows.exclude(means__in=LISTS).order_by("occurred_at").values_list("subject", "occurred_at"):
        seen.setdefault(subject, at)
    return seen


def _also_at(meeting: Meeting) -> dict[uuid.UUID, str]:
    """Of those whom the closed list put there: the other place, whichever of the two stays came later."""
    subjects = meeting.attendees.filter(entry_key__isnull=False).values("subject")
    day = meeting.starts_at.astimezone(ZONE).date()
    days = [day + datetime.timedelta(days=step) for step in (-1, 0, 1)]
    stays = Presence.objects.filter(subject__in=subjects, day__in=days, also_at_id__isnull=False)
    here = Q(entry_key__in=meeting.attendees.values("entry_key"))
    there = Q(
        also_at_id=meeting.place_id, entered_at__lt=meeting.ended_at or meeting.ends_at, left_at__gt=meeting.starts_at
    )
    found = list(stays.filter(here | there).exclude(also_at_id__isnull=True))
    keys = {key for stay in found for key in (stay.place_id, stay.also_at_id)}
    names = dict(Place.objects.filter(pk__in=keys).values_list("pk", "name"))
    other = {one.subject: one.also_at_id if one.place_id == meeting.place_id else one.place_id for one in found}
    return {subject: names.get(place or 0, "") for subject, place in other.items()}


def all_meeting_places(unit_ids: Collection[int], *, on: datetime.date) -> list[Place]:
    """Open rooms, vehicles and field posts of these units' sites; nobody meets at a gate."""
    return [place for place in all_open_places(unit_ids, on=on) if place.kind != PlaceKind.GATE]


def all_staff_of(unit_ids: Collection[int], *, on: datetime.date) -> dict[uuid.UUID, SubjectKind]:
    """Everybody with a post in these units on the day."""
    standing = Post.objects.filter(in_force(on), unit_id__in=list(unit_ids)).values("person_id")
    people = Person.objects.filter(merged_into__isnull=True, pk__in=standing)
    return dict.fromkeys(people.values_list("pseudonym", flat=True), SubjectKind.STAFF)


@dataclass(frozen=True, slots=True)
class FoundCodes:
    """Whom typed codes name, and the codes that name nobody."""

    subjects: dict[uuid.UUID, SubjectKind]
    unknown: tuple[str, ...]


def all_by_codes(codes: Iterable[str], meeting: Meeting, *, tree: Tree) -> FoundCodes:
    """Staff codes of the meeting's agency, and codes of visits to its site that are open or were on that day."""
    wanted = list(dict.fromkeys(code.strip().upper() for code in codes if code.strip()))
    day = meeting.starts_at.astimezone(ZONE).date()
    root = tree.root_of(meeting.unit_id)
    agency = [node.id for node in tree.below(root.id)] if root else []
    standing = Post.objects.filter(in_force(day), unit_id__in=agency).values("person_id")
    people = Person.objects.filter(merged_into__isnull=True, pk__in=standing, staff_code__in=wanted)
    staff = {code.upper(): subject for code, subject in people.values_list("staff_code", "pseudonym")}
    first = moment(day, datetime.time())
    is_there = Q(state__in=workflow.OPEN) | Q(ended_at__gte=first)
    visits = Visit.objects.filter(is_there, site_id=meeting.place.site_id, code__in=wanted, erased_at__isnull=True)
    guests = dict(visits.values_list("code", "visitor__pseudonym"))
    found = {staff[code]: SubjectKind.STAFF for code in wanted if code in staff}
    found |= {guests[code]: SubjectKind.VISITOR for code in wanted if code in guests and code not in staff}
    return FoundCodes(found, tuple(code for code in wanted if code not in staff and code not in guests))
