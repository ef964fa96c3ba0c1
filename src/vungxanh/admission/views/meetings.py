"""Meetings: those that one calls or is invited to, one of them, and who is to come."""

import datetime
import uuid
from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from vungxanh.accounts.models import User
from vungxanh.accounts.views import signed_in
from vungxanh.admission.enums import Attendance, MeetingState, SubjectKind
from vungxanh.admission.forms.meetings import InvitationForm, MeetingForm, times_of
from vungxanh.admission.models import Meeting
from vungxanh.admission.operations import meetings as operations
from vungxanh.admission.permissions import MEETING_HOLDERS, may_hold_meeting
from vungxanh.admission.queries import meetings as queries
from vungxanh.common import clock
from vungxanh.organization import roles
from vungxanh.organization.models import Person, Place, Unit
from vungxanh.organization.queries.people import all_people_found, person_of
from vungxanh.organization.tree import Tree, UnitNode, all_tree_on

PAGE_SIZE = 30
VERBS = {
    "moi-hop": "call",
    "rut-lai": "recall",
    "chot": "close",
    "mo-lai": "reopen",
    "huy": "cancel",
    "khoi-phuc": "restore",
}
GET_OR_POST = require_http_methods(["GET", "HEAD", "POST"])


@never_cache
@require_safe
def meeting_list(request: HttpRequest) -> HttpResponse:
    """Those of one's units, and those to which one is invited, three weeks back."""
    user, today = signed_in(request), clock.today()
    units, person = roles.unit_ids_where(user, MEETING_HOLDERS, on=today), person_of(user)
    held = queries.meetings_held_by(units, on=today) if units else None
    context = {
        "may_hold": bool(units),
        "held": Paginator(held, PAGE_SIZE).get_page(request.GET.get("page")) if held is not None else None,
        "invited": list(queries.meetings_inviting(person, on=today)[:PAGE_SIZE]) if person else [],
    }
    return render(request, "admission/meeting_list.html", context)


@never_cache
@GET_OR_POST
def meeting_add(request: HttpRequest) -> HttpResponse:
    user, now = signed_in(request), clock.now()
    if not roles.holds_somewhere(user, MEETING_HOLDERS, on=now.date()):
        raise PermissionDenied(str(may_hold_meeting(user, 0, on=now.date()).reason))
    choices = _Choices(user, now.date())
    form = MeetingForm(
        request.POST or None,
        units=choices.units,
        places=choices.places,
        initial={"unit": request.GET.get("don-vi", ""), "day": now.date()},
    )
    if request.method == "POST" and form.is_valid():
        unit = Unit.objects.get(code=form.cleaned_data["unit"])
        key = form.cleaned_data["key"]
        if made := _filled(form, lambda plan: operations.draft_meeting(key, plan, unit=unit, actor=user, at=now)):
            return redirect("meetings:meeting_page", made.key)
    return render(request, "admission/meeting_form.html", {"form": form}, status=422 if form.errors else 200)


@never_cache
@GET_OR_POST
def meeting_change(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    meeting, user, now = held_meeting(request, key), signed_in(request), clock.now()
    choices = _Choices(user, now.date())
    initial = {"key": key, "title": meeting.title, "unit": meeting.unit.code, "place": meeting.place.code}
    form = MeetingForm(
        request.POST or None,
        units=choices.units,
        places=choices.places,
        initial=initial | times_of(meeting.starts_at, meeting.ends_at),
    )
    form.fields["unit"].disabled = True
    is_given = request.method == "POST" and form.is_valid()
    if is_given and _filled(form, lambda plan: operations.change_meeting(meeting, plan, actor=user, at=now)):
        messages.success(request, _("Kept."))
        return redirect("meetings:meeting_page", key)
    context = {"form": form, "meeting": meeting}
    return render(request, "admission/meeting_form.html", context, status=422 if form.errors else 200)


@never_cache
@require_safe
def meeting_page(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """The list for whoever keeps it; what and where for the invited; nothing for others."""
    user, today = signed_in(request), clock.today()
    meeting = _meeting(key)
    if not may_hold_meeting(user, meeting.unit_id, on=today):
        person = person_of(user)
        own = queries.own_attendance(person, meeting) if person else None
        if own is None or meeting.state == MeetingState.DRAFT:
            raise Http404
        context = {"meeting": meeting, "own": own, "unit_name": _unit_name(meeting)}
        return render(request, "admission/meeting_own.html", context)
    context = attendance_context(meeting)
    if meeting.state in operations.OPEN_FOR_CHANGES:
        tree = all_tree_on(today)
        search = request.GET.get("tim", "").strip()
        context |= {
            "form": InvitationForm(units=_agency_units(meeting, tree)),
            "search": search,
            "found": _found(search, meeting, tree) if search else [],
        }
    return render(request, "admission/meeting_page.html", context)


def attendance_context(meeting: Meeting) -> dict[str, object]:
    """What the list needs; the page and the fragment show the same."""
    rows = queries.all_attendance(meeting)
    counts = {one: sum(row.attendee.attendance == one for row in rows) for one in Attendance}
    return {
        "meeting": meeting,
        "unit_name": _unit_name(meeting),
        "rows": rows,
        "present": counts[Attendance.PRESENT],
        "unmarked": counts[Attendance.EXPECTED],
        "seen": sum(row.seen_at is not None and row.attendee.attendance == Attendance.EXPECTED for row in rows),
        "clashes": [row for row in rows if row.also_at],
        "has_begun": meeting.starts_at < clock.now(),
    }


def _unit_name(meeting: Meeting) -> str:
    tree = all_tree_on(meeting.starts_at.astimezone(clock.ZONE).date())
    return tree[meeting.unit_id].name if meeting.unit_id in tree else ""


@require_POST
def meeting_invite(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """A unit, a list of codes, or one who was found by name (`subject`)."""
    meeting, user, now = held_meeting(request, key), signed_in(request), clock.now()
    tree = all_tree_on(now.date())
    unknown: tuple[str, ...] = ()
    if "subject" in request.POST:
        subjects = _one_found(request, meeting, tree)
    else:
        form = InvitationForm(request.POST, units=_agency_units(meeting, tree))
        if not form.is_valid():
            context = attendance_context(meeting) | {"form": form, "search": "", "found": []}
            return render(request, "admission/meeting_page.html", context, status=422)
        found = queries.all_by_codes(form.cleaned_data["codes"], meeting, tree=tree)
        subjects, unknown = found.subjects | _of_unit(form.cleaned_data["unit"], meeting, tree), found.unknown
    try:
        count = operations.invite_to_meeting(meeting, subjects, actor=user, at=now)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        words = ngettext("%(count)d person is new on the list.", "%(count)d people are new on the list.", count)
        messages.success(request, words % {"count": count})
    if unknown:
        messages.warning(request, _("Nobody has the code %(codes)s.") % {"codes": ", ".join(unknown)})
    return redirect("meetings:meeting_page", key)


@require_POST
def meeting_move(request: HttpRequest, key: uuid.UUID, verb: str) -> HttpResponse:
    meeting, user, now = held_meeting(request, key), signed_in(request), clock.now()
    if verb not in VERBS:
        raise Http404
    try:
        moved = operations.move_meeting(meeting, VERBS[verb], actor=user, at=now)
        messages.success(request, _("The meeting: %(state)s.") % {"state": moved.get_state_display()})
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect("meetings:meeting_page", key)


def _meeting(key: uuid.UUID) -> Meeting:
    meeting = queries.all_meeting(key)
    if meeting is None:
        raise Http404
    return meeting


def held_meeting(request: HttpRequest, key: uuid.UUID) -> Meeting:
    """One whose list the viewer keeps; the invited are refused in words."""
    meeting, user, today = _meeting(key), signed_in(request), clock.today()
    verdict = may_hold_meeting(user, meeting.unit_id, on=today)
    if not verdict:
        raise PermissionDenied(str(verdict.reason))
    return meeting


class _Choices:
    """Units for which the user calls meetings, and the places of their agencies."""

    def __init__(self, user: User, on: datetime.date) -> None:
        tree = all_tree_on(on)
        held = roles.unit_ids_where(user, MEETING_HOLDERS, on=on, tree=tree)
        roots = {root.id for unit_id in held if (root := tree.root_of(unit_id))}
        agency = [node.id for root in roots for node in tree.below(root)]
        self.units = [(node.code, node.name) for node in tree if node.id in held]
        self.by_code = {place.code: place for place in queries.all_meeting_places(agency, on=on)}
        self.places = [(code, f"{place.name} ({place.site.name})") for code, place in self.by_code.items()]


def _filled(form: MeetingForm, do: Callable[[operations.MeetingPlan], Meeting]) -> Meeting | None:
    """What the operation made of the form; None where it refuses, in words on the form."""
    place = Place.objects.select_related("site").get(code=form.cleaned_data["place"])
    plan = operations.MeetingPlan(form.cleaned_data["title"], place, form.starts_at, form.ends_at)
    try:
        return do(plan)
    except ValidationError as error:
        form.add_error(None, error)
        return None


def _agency(meeting: Meeting, tree: Tree) -> list[UnitNode]:
    root = tree.root_of(meeting.unit_id)
    return list(tree.below(root.id)) if root else []


def _agency_units(meeting: Meeting, tree: Tree) -> list[tuple[str, str]]:
    return [(node.code, node.name) for node in _agency(meeting, tree)]


def _of_unit(code: str, meeting: Meeting, tree: Tree) -> dict[uuid.UUID, SubjectKind]:
    """The unit with everything below it."""
    node = tree.by_code(code) if code else None
    if node is None:
        return {}
    return queries.all_staff_of([one.id for one in tree.below(node.id)], on=clock.today())


def _found(search: str, meeting: Meeting, tree: Tree) -> list[Person]:
    return list(all_people_found(search, [node.id for node in _agency(meeting, tree)], on=clock.today()))


def _one_found(request: HttpRequest, meeting: Meeting, tree: Tree) -> dict[uuid.UUID, SubjectKind]:
    """By staff code, of somebody of the agency."""
    found = queries.all_by_codes([request.POST["subject"]], meeting, tree=tree)
    if not found.subjects:
        raise Http404
    return found.subjects
