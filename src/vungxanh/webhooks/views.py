"""Pages of subscriptions: the list, a new one, one of them with what was sent, and what is done with it."""

import json
import uuid
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from vungxanh.accounts.views import signed_in
from vungxanh.common import clock
from vungxanh.common.connections import Moment
from vungxanh.common.posting import Outcome
from vungxanh.common.slices import Slice
from vungxanh.organization.tree import all_tree_on
from vungxanh.webhooks import queries
from vungxanh.webhooks.calling import envelope
from vungxanh.webhooks.enums import DeliveryState
from vungxanh.webhooks.events import name_of, types
from vungxanh.webhooks.forms import SubscriptionForm, initial_of
from vungxanh.webhooks.models import Subscription
from vungxanh.webhooks.operations import subscriptions as operations
from vungxanh.webhooks.permissions import may_see_subscriptions
from vungxanh.webhooks.rulebook import WEBHOOKS
from vungxanh.webhooks.workflow import SUBSCRIPTION

A_PAGE = 50
VERBS = {"tam-dung": "pause", "gui-tiep": "resume", "ket-thuc": "end"}


@never_cache
@require_safe
def subscription_list(request: HttpRequest) -> HttpResponse:
    user, today = signed_in(request), clock.today()
    may_see_subscriptions(user, on=today).or_refuse()
    tree, rows = all_tree_on(today), list(queries.subscriptions_visible_to(user, on=today))
    faults = queries.last_faults([one.pk for one in rows])
    context = {
        "rows": [
            (one, _unit_name(one, tree), [name_of(code) for code in one.events], faults.get(one.pk)) for one in rows
        ]
    }
    return render(request, "webhooks/subscription_list.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def subscription_create(request: HttpRequest) -> HttpResponse:
    """The answer to the form holds the secret, this once."""
    return _form(request, None)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def subscription_change(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    return _form(request, _subscription(request, key))


@never_cache
@require_safe
def subscription_page(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """`?state=`: deliveries of one state only."""
    subscription, today = _subscription(request, key), clock.today()
    state = request.GET.get("state", "")
    found = queries.deliveries_of(subscription)
    found = found.filter(state=state) if state in DeliveryState.values else found
    shown = Slice.of(found, by="written_at", before=request.GET.get("before", ""), size=A_PAGE)
    context = {
        "subscription": subscription,
        "unit_name": _unit_name(subscription, all_tree_on(today)),
        "events": [name_of(code) for code in subscription.events],
        "slice": shown,
        "rows": [(one, name_of(one.event)) for one in shown.rows],
        "state": state,
        "fault": queries.last_faults([subscription.pk]).get(subscription.pk),
        "old_signs": bool(subscription.old_secret_until and clock.now() < subscription.old_secret_until),
        "rule": WEBHOOKS.current().in_force(today),
        "may": {verb: SUBSCRIPTION.allows(subscription.state, verb) for verb in ("change", *VERBS.values())},
    }
    return render(request, "webhooks/subscription_page.html", context)


@never_cache
@require_safe
def delivery_page(request: HttpRequest, key: uuid.UUID, event: uuid.UUID) -> HttpResponse:
    """What was sent, to the letter but for its spaces."""
    subscription = _subscription(request, key)
    one = get_object_or_404(queries.deliveries_of(subscription), key=event)
    context = {
        "subscription": subscription,
        "one": one,
        "name": name_of(one.event),
        "body": _printed(envelope(one.event, one.written_at, one.sequence or 0, one.payload)),
        "may_change": SUBSCRIPTION.allows(subscription.state, "change"),
    }
    return render(request, "webhooks/delivery_page.html", context)


@never_cache
@require_POST
def subscription_move(request: HttpRequest, key: uuid.UUID, verb: str) -> HttpResponse:
    if verb not in VERBS:
        raise Http404
    subscription = _subscription(request, key)
    try:
        operations.move_subscription(subscription, VERBS[verb], actor=signed_in(request), at=clock.now())
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("Kept."))
    return redirect("webhooks:subscription_page", key)


@never_cache
@require_POST
def secret_rotate(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """The answer holds the new secret, this once."""
    subscription = _subscription(request, key)
    version = request.POST.get("version", "")
    try:
        secret = operations.rotate_secret(
            subscription, int(version) if version.isdecimal() else 0, actor=signed_in(request), at=clock.now()
        )
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("webhooks:subscription_page", key)
    return _shown_once(request, _subscription(request, key), secret)


@never_cache
@require_POST
def subscription_ping(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    subscription = _subscription(request, key)
    try:
        said = operations.ping(subscription, actor=signed_in(request), moment=Moment(clock.now(), clock.real_now()))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        if said.outcome == Outcome.SENT:
            words = _("The receiver took the trial: it answered %(status)d.") % {"status": said.status}
            messages.success(request, words)
        else:
            messages.error(request, said.words)
    return redirect("webhooks:subscription_page", key)


@never_cache
@require_POST
def delivery_resend(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """One that was given up, or all of them."""
    subscription, only = _subscription(request, key), request.POST.get("delivery", "")
    try:
        many = operations.resend(
            subscription, actor=signed_in(request), at=clock.now(), only=uuid.UUID(only) if only else None
        )
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    except ValueError:
        raise Http404 from None
    else:
        words = ngettext("%(count)d event goes again.", "%(count)d events go again.", many)
        messages.success(request, words % {"count": many})
    return redirect("webhooks:subscription_page", key)


def _form(request: HttpRequest, subscription: Subscription | None) -> HttpResponse:
    """A form that is refused keeps what was typed."""
    user, now = signed_in(request), clock.now()
    may_see_subscriptions(user, on=now.date()).or_refuse()
    tree = all_tree_on(now.date())
    units = queries.units_offered_to(user, tree, on=now.date())
    initial = initial_of(subscription, tree) if subscription else None
    form = SubscriptionForm(request.POST or None, units=units, tree=tree, is_new=subscription is None, initial=initial)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        unit = next(node for node in units if node.code == given["unit"])
        wanted = operations.Wanted(
            given["name"], given["url"].strip(), tuple(given["events"]), unit.id, given.get("has_key_pair", False)
        )
        try:
            if subscription:
                operations.change_subscription(subscription, wanted, actor=user, at=now)
                messages.success(request, _("Kept."))
                return redirect("webhooks:subscription_page", subscription.pk)
            made, secret = operations.create_subscription(given["key"], wanted, actor=user, at=now)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            if secret:
                return _shown_once(request, made, secret)
            if not made.has_key_pair:
                messages.info(request, _("This was sent before; its secret was shown then. If it is lost, change it."))
            return redirect("webhooks:subscription_page", made.pk)
    context = {
        "form": form,
        "subscription": subscription,
        "types": [(one, _example(one.code, one.example, now)) for one in types()],
    }
    return render(request, "webhooks/subscription_form.html", context, status=422 if form.errors else 200)


def _shown_once(request: HttpRequest, subscription: Subscription, secret: str) -> HttpResponse:
    """A private key leaves this machine never; the public one stands on the page of the subscription as well."""
    secret = "" if subscription.has_key_pair else secret
    context = {"subscription": subscription, "secret": secret}
    return render(request, "webhooks/secret_shown.html", context)


def _subscription(request: HttpRequest, key: uuid.UUID) -> Any:
    """With its counts; raises `Http404` where the viewer does not keep it."""
    user, today = signed_in(request), clock.today()
    may_see_subscriptions(user, on=today).or_refuse()
    return get_object_or_404(queries.subscriptions_visible_to(user, on=today), key=key)


def _unit_name(subscription: Subscription, tree: Any) -> str:
    return str(tree[subscription.unit_id].name if subscription.unit_id in tree else subscription.unit.code)


def _example(code: str, data: Any, now: Any) -> str:
    return _printed(envelope(code, now, 1, data))


def _printed(content: object) -> str:
    return json.dumps(content, ensure_ascii=False, indent=2)
