"""Pages of the roll-ups: the board of a day, one sender's day, and whom they are received from."""

import datetime
import uuid
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from vungxanh.accounts.views import signed_in
from vungxanh.common import clock
from vungxanh.common.replica import from_replica
from vungxanh.common.spreadsheets import download
from vungxanh.federation import exports
from vungxanh.federation.forms import SenderForm
from vungxanh.federation.models import RollupSender
from vungxanh.federation.operations import senders as operations
from vungxanh.federation.permissions import may_keep_senders, may_see_rollups
from vungxanh.federation.queries import received

ONE_DAY = datetime.timedelta(days=1)


@never_cache
@require_safe
@from_replica
def board(request: HttpRequest, day: datetime.date | None = None) -> HttpResponse:
    """Who has sent the sums of the day, and what they come to; who has not is named first."""
    user, today = signed_in(request), clock.today()
    may_see_rollups(user, on=today).or_refuse()
    day = day or today
    found = received.all_board(day)
    context = {
        "board": found,
        "day": day,
        "before": day - ONE_DAY,
        "after": day + ONE_DAY if day < today else None,
        "may_keep": may_keep_senders(user, on=today),
    }
    return render(request, "federation/board.html", context)


@never_cache
@require_safe
@from_replica
def board_xlsx(request: HttpRequest, day: datetime.date) -> HttpResponse:
    may_see_rollups(signed_in(request), on=clock.today()).or_refuse()
    title = f"{_('Sums from below')} {day:%d-%m-%Y}"
    return download(f"tong-hop-{day:%Y%m%d}", exports.board_workbook(title, received.all_board(day)))


@never_cache
@require_safe
def sender_day(request: HttpRequest, day: datetime.date, key: uuid.UUID) -> HttpResponse:
    """The agencies of what stands, and every version that came."""
    may_see_rollups(signed_in(request), on=clock.today()).or_refuse()
    sender = get_object_or_404(RollupSender, key=key)
    versions = received.all_versions(sender, day)
    current = next((one for one in versions if one.is_current), None)
    row = received.BoardRow(sender, current, len(versions))
    context = {"sender": sender, "day": day, "row": row, "lines": received.lines_of(current), "versions": versions}
    return render(request, "federation/sender_day.html", context)


@never_cache
@require_safe
def sender_list(request: HttpRequest) -> HttpResponse:
    may_keep_senders(signed_in(request), on=clock.today()).or_refuse()
    context = {"rows": received.all_senders(), "address": request.build_absolute_uri("/api/v1/federation/rollups")}
    return render(request, "federation/sender_list.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sender_create(request: HttpRequest) -> HttpResponse:
    return _form(request, None)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sender_change(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    may_keep_senders(signed_in(request), on=clock.today()).or_refuse()
    return _form(request, get_object_or_404(RollupSender, key=key, ended_at=None))


@never_cache
@require_POST
def sender_end(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    user = signed_in(request)
    may_keep_senders(user, on=clock.today()).or_refuse()
    operations.end_sender(get_object_or_404(RollupSender, key=key), actor=user, at=clock.now())
    messages.success(request, _("Kept."))
    return redirect("federation:sender_list")


def _form(request: HttpRequest, sender: RollupSender | None) -> HttpResponse:
    """A form that is refused keeps what was typed."""
    user, now = signed_in(request), clock.now()
    may_keep_senders(user, on=now.date()).or_refuse()
    form = SenderForm(request.POST or None, is_new=sender is None, initial=_initial(sender))
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        wanted = operations.Wanted(given["code"], given["name"], given["public_key"])
        try:
            if sender:
                operations.change_sender(sender, wanted, actor=user, at=now)
            else:
                operations.register_sender(given["key"], wanted, actor=user, at=now)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("Kept."))
            return redirect("federation:sender_list")
    context = {"form": form, "sender": sender}
    return render(request, "federation/sender_form.html", context, status=422 if form.errors else 200)


def _initial(sender: RollupSender | None) -> dict[str, Any] | None:
    """What the form shows of a sender that is there."""
    if sender is None:
        return None
    return {"key": sender.key, "name": sender.name, "code": sender.code, "public_key": sender.public_key}
