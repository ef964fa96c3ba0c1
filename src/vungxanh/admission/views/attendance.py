"""Who came to a meeting: ticked on a phone, printed on a sheet to be signed."""

import uuid

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from vungxanh.accounts.views import signed_in
from vungxanh.admission.enums import Attendance
from vungxanh.admission.operations import meetings as operations
from vungxanh.admission.views.meetings import attendance_context, held_meeting
from vungxanh.common import clock

EMPTY_LINES = range(5)
REST, LEAVE_OUT = "REST", "LEAVE_OUT"


@never_cache
@require_POST
def meeting_mark(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """`mark` is what one button says: `PRESENT:<pseudonym>`, or REST for everybody who is not marked yet."""
    meeting, user, now = held_meeting(request, key), signed_in(request), clock.now()
    what, _colon, whom = request.POST.get("mark", "").partition(":")
    try:
        if what == REST:
            count = operations.mark_others_present(meeting, actor=user, at=now)
            messages.success(request, _("%(count)d more people are marked present.") % {"count": count})
        elif what == LEAVE_OUT:
            operations.leave_out(meeting, _subject(whom), actor=user, at=now)
        elif what in Attendance.values:
            operations.mark_attendance(meeting, _subject(whom), Attendance(what), actor=user, at=now)
        else:
            raise Http404
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    if request.headers.get("HX-Request"):
        context = attendance_context(held_meeting(request, key)) | {"is_fragment": True}
        return render(request, "admission/partials/attendance.html", context)
    return redirect("meetings:meeting_page", key)


def _subject(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError as error:
        raise Http404 from error


@never_cache
@require_safe
def meeting_sheet(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """The list to be signed, or with who was there once it is closed."""
    meeting = held_meeting(request, key)
    return render(request, "admission/meeting_sheet.html", attendance_context(meeting) | {"empty": EMPTY_LINES})
