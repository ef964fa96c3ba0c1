"""The connections, how each stands, and a trial of one."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from vungxanh.accounts.views import signed_in
from vungxanh.administration.operations.trials import try_connection
from vungxanh.administration.permissions import may_change_settings, may_see_settings
from vungxanh.common import clock
from vungxanh.common.connections import Moment, TrialError, all_connections


@never_cache
@require_safe
def connection_list(request: HttpRequest) -> HttpResponse:
    user, today = signed_in(request), clock.today()
    may_see_settings(user, on=today).or_refuse()
    context = {"connections": all_connections(today), "may_change": may_change_settings(user, on=today)}
    return render(request, "administration/connection_list.html", context)


@require_POST
def connection_try(request: HttpRequest) -> HttpResponse:
    """The answer stands above the list; nothing but the trail is changed by it."""
    user, moment = signed_in(request), Moment(clock.now(), clock.real_now())
    may_change_settings(user, on=moment.at.date()).or_refuse()
    wanted = request.POST.get("connection", "")
    found = {f"{source.name}:{one.code}": (source, one) for source, one in all_connections(moment.at.date())}
    if wanted not in found or not found[wanted][1].may_be_tried:
        raise Http404
    source, connection = found[wanted]
    try:
        words = try_connection(source, connection, actor=user, moment=moment)
    except TrialError as error:
        messages.error(request, _("%(name)s: %(words)s") % {"name": connection.name, "words": error})
    else:
        messages.success(request, _("%(name)s: %(words)s") % {"name": connection.name, "words": words})
    return redirect("administration:connection_list")
