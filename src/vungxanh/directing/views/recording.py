"""The page that is filled in at the place, on the phone: one form, kept as often as one likes."""

import uuid

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from vungxanh.accounts.views import signed_in
from vungxanh.common import clock
from vungxanh.common.workflow import NoSuchMoveError
from vungxanh.directing import permissions
from vungxanh.directing.forms.supervision import RecordForm, usual_day
from vungxanh.directing.models import Supervision
from vungxanh.directing.operations import recording
from vungxanh.directing.queries import supervision as queries
from vungxanh.directing.rulebook import SUPERVISION_RULE
from vungxanh.directing.views.supervision import visible_supervision


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def supervision_record(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Kept, or the page again with everything that was typed; photographs that came are kept in any case."""
    supervision, user, now = visible_supervision(request, key), signed_in(request), clock.now()
    try:
        permissions.may_move_supervision(user, supervision, "record", on=now.date()).or_refuse()
    except NoSuchMoveError:
        if request.method != "POST":
            return redirect("directing:supervision_page", key)
    form = _form(request, supervision)
    if request.method == "POST":
        kept = _keep_photographs(request, supervision, form)
        if form.is_valid() and _is_kept(request, supervision, form):
            is_sent = request.POST.get("then") == "send"
            messages.success(request, _("The minutes are sent to the unit.") if is_sent else _("Kept."))
            return redirect("directing:supervision_page" if is_sent else "directing:supervision_record", key)
        if kept:
            words = ngettext("%(count)d photograph is kept.", "%(count)d photographs are kept.", kept)
            messages.success(request, words % {"count": kept})
    context = {
        "supervision": supervision,
        "form": form,
        "items": {item.pk: item for item in form.items},
        "rule": SUPERVISION_RULE.current().in_force(now.date()),
    }
    return render(request, "directing/supervision_record.html", context, status=422 if form.errors else 200)


def _form(request: HttpRequest, supervision: Supervision) -> RecordForm:
    today = clock.today()
    rule = SUPERVISION_RULE.current().in_force(today)
    items = queries.all_items(supervision)
    recommendations = list(supervision.recommendations.order_by("number"))
    people = [(str(one.pk), one.full_name) for one in queries.people_of(supervision.unit_id, on=today)]
    initial: dict[str, object] = {"present": supervision.present, "conclusions": supervision.conclusions}
    for item in items:
        initial |= {f"result_{item.pk}": item.result, f"remark_{item.pk}": item.remark}
    for one in recommendations:
        initial |= {f"text_{one.pk}": one.text, f"due_{one.pk}": one.due_date}
        initial |= {f"who_{one.pk}": str(one.answerable_id or "")}
    initial |= {"due_new": usual_day(today, rule.usual_days)}
    given = (request.POST, request.FILES) if request.method == "POST" else ()
    return RecordForm(*given, items=items, recommendations=recommendations, people=people, initial=initial)


def _keep_photographs(request: HttpRequest, supervision: Supervision, form: RecordForm) -> int:
    user, now, kept = signed_in(request), clock.now(), 0
    largest = SUPERVISION_RULE.current().in_force(now.date()).largest_mb
    for item, name, file in form.photographs():
        if (file.size or 0) > largest * 1024 * 1024:
            form.add_error(name, _("The photograph is larger than %(size)d MB.") % {"size": largest})
            continue
        try:
            recording.add_photograph(supervision, item, file.read(), actor=user, at=now)
            kept += 1
        except ValidationError as error:
            form.add_error(name, error)
    return kept


def _is_kept(request: HttpRequest, supervision: Supervision, form: RecordForm) -> bool:
    """What was typed, with the minutes on their way where that was asked for."""
    keep = recording.record_and_send if request.POST.get("then") == "send" else recording.record_supervision
    try:
        keep(supervision, form.recorded, actor=signed_in(request), at=clock.now())
    except ValidationError as error:
        form.add_error(None, error)
        return False
    return True
