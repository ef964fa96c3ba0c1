"""Pages of one's own notifications and wishes, and the administrator's log of what was sent out."""

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from vungxanh.accounts.models import User
from vungxanh.common import clock
from vungxanh.common.directory import may_administer
from vungxanh.common.slices import Slice
from vungxanh.notifications import operations, queries
from vungxanh.notifications.channels import PUSH, name_of, ready_channels
from vungxanh.notifications.enums import DeliveryState
from vungxanh.notifications.forms import DeviceForm, WishForm
from vungxanh.notifications.models import PushDevice
from vungxanh.notifications.push import public_key
from vungxanh.notifications.rulebook import SENDING
from vungxanh.notifications.topics import topics

A_PAGE = 50


def signed_in(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user


@require_safe
def notification_list(request: HttpRequest) -> HttpResponse:
    rows = queries.notifications_of(signed_in(request))
    page = Paginator(rows, A_PAGE).get_page(request.GET.get("page"))
    span = SENDING.current().in_force(clock.today()).group_span
    return render(
        request, "notifications/notification_list.html", {"page": page, "bundles": queries.bundled(page, span)}
    )


@require_safe
def notification_open(request: HttpRequest, pk: int) -> HttpResponse:
    """Read from now on, and on to its page."""
    user = signed_in(request)
    one = get_object_or_404(queries.notifications_of(user), pk=pk)
    operations.mark_read(user, at=clock.now(), only=[one.pk])
    return redirect(one.address)


@require_POST
def notification_read(request: HttpRequest) -> HttpResponse:
    """Those that are named, or all of them."""
    named = [int(pk) for pk in request.POST.getlist("notification") if pk.isascii() and pk.isdigit()]
    is_all = "all" in request.POST
    operations.mark_read(signed_in(request), at=clock.now(), only=None if is_all else named)
    return redirect("notifications:notification_list")


@require_http_methods(["GET", "HEAD", "POST"])
def wish_change(request: HttpRequest) -> HttpResponse:
    user, rule = signed_in(request), SENDING.current().in_force(clock.today())
    chosen = {(topic, channel): is_on for (_u, topic, channel), is_on in queries.all_choices([user.pk]).items()}
    channels, times = ready_channels(), queries.all_times([user.pk], rule.times)[user.pk]
    form = WishForm(request.POST or None, topics=topics(), channels=channels, chosen=chosen, times=times)
    if request.method == "POST" and form.is_valid():
        operations.choose(user, form.wished, form.times, at=clock.now())
        messages.success(request, _("Kept. It holds for what comes from now on."))
        return redirect("notifications:wish_change")
    unreached = [one for one in channels if one.code != PUSH and user.pk not in one.reaches([user])]
    context = {"form": form, "channels": channels, "unreached": unreached, "push": _push(user)}
    return render(request, "notifications/wish_change.html", context, status=422 if form.errors else 200)


def _push(user: User) -> dict[str, object] | None:
    """The devices of the user, and what a new one is bound to; nothing where the installation sends none."""
    if not settings.PUSH_CONTACT:
        return None
    return {"key": public_key(), "devices": PushDevice.objects.filter(user=user).order_by("pk")}


@require_POST
def device_add(request: HttpRequest) -> HttpResponse:
    form = DeviceForm(request.POST, rule=SENDING.current().in_force(clock.today()))
    if not settings.PUSH_CONTACT or not form.is_valid():
        messages.error(request, _("This device cannot be sent messages."))
        return redirect("notifications:wish_change")
    agent = request.headers.get("User-Agent", "")
    operations.add_device(signed_in(request), **form.cleaned_data, device=agent, at=clock.now())
    messages.success(request, _("Messages are shown on this device from now on."))
    return redirect("notifications:wish_change")


@require_POST
def device_remove(request: HttpRequest, pk: int) -> HttpResponse:
    user = signed_in(request)
    operations.remove_device(get_object_or_404(PushDevice, user=user, pk=pk), actor=user, at=clock.now())
    messages.success(request, _("No more messages are sent to that device."))
    return redirect("notifications:wish_change")


@require_safe
def delivery_list(request: HttpRequest) -> HttpResponse:
    today = clock.today()
    may_administer(request.user, on=today).or_refuse()
    state = request.GET.get("state", "")
    rows = queries.deliveries_visible_to(request.user, on=today)
    rows = rows.filter(state=state) if state in DeliveryState.values else rows
    counts = [(name_of(code), one, many) for code, one, many in queries.delivery_counts(request.user, on=today)]
    context = {
        "slice": Slice.of(rows, before=request.GET.get("before", ""), size=A_PAGE),
        "counts": counts,
        "given_up": sum(many for _name, one, many in counts if one == DeliveryState.GIVEN_UP),
        "channels": ready_channels(),
        "state": state,
    }
    return render(request, "notifications/delivery_list.html", context)


@require_POST
def delivery_retry(request: HttpRequest) -> HttpResponse:
    many = operations.retry(actor=signed_in(request), at=clock.now())
    messages.success(request, _("Sent again within a minute: %(count)d") % {"count": many})
    return redirect("notifications:delivery_list")
