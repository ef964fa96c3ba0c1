"""What an administrator does with a subscription: made, changed, paused, its secret changed, tried, ended."""

import datetime
import uuid
from dataclasses import dataclass
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from vungxanh.accounts.models import User
from vungxanh.audit.operations import record
from vungxanh.common import limits
from vungxanh.common.clock import ZONE
from vungxanh.common.connections import Moment
from vungxanh.common.posting import Outcome, UnreachableError
from vungxanh.common.vietnamese import canonical
from vungxanh.webhooks.calling import Said, call, envelope
from vungxanh.webhooks.events import PING, types
from vungxanh.webhooks.models import Subscription
from vungxanh.webhooks.operations.moving import move, move_delivery, settle_disabled
from vungxanh.webhooks.operations.sending import signing_keys
from vungxanh.webhooks.permissions import may_keep_subscription
from vungxanh.webhooks.queries import OPEN, SENT_TO
from vungxanh.webhooks.reaching import checked, reach
from vungxanh.webhooks.rulebook import WEBHOOKS, WebhookRule
from vungxanh.webhooks.signing import new_private_key, new_secret
from vungxanh.webhooks.workflow import SUBSCRIPTION

TRIALS, TRIAL_SECONDS, LIMIT = 6, 600, "webhook-trial"
MOVES = ("pause", "resume", "end")


class SubscriptionError(ValidationError):
    """Nothing was changed; the text says why."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is sent where, of which part of the tree. How it is signed is chosen once."""

    name: str
    url: str
    events: tuple[str, ...]
    unit_id: int
    has_key_pair: bool = False


class Made(NamedTuple):
    """`secret` is shown this once; empty where the subscription was there already."""

    subscription: Subscription
    secret: str


def create_subscription(key: uuid.UUID, wanted: Wanted, *, actor: User, at: datetime.datetime) -> Made:
    """The same `key` again is the same tap. Raises `SubscriptionError`."""
    rule = _rule(at)
    may_keep_subscription(actor, wanted.unit_id, on=at.astimezone(ZONE).date()).or_refuse()
    if there := Subscription.objects.filter(key=key).first():
        return Made(_of_the_actor(there, actor), "")
    # Looked up before the transaction: a name server that is slow keeps nobody waiting.
    host = _checked(wanted, rule)
    with transaction.atomic():
        if Subscription.objects.filter(state__in=SENT_TO).count() >= rule.most_subscriptions:
            words = _("There are %(count)d subscriptions already, which is the most; end one first.")
            raise SubscriptionError(words % {"count": rule.most_subscriptions})
        secret = new_private_key() if wanted.has_key_pair else new_secret()
        made = Subscription(key=key, state="", secret=secret, created_at=at, created_by=actor, **_values(wanted, host))
        move(made, "create")
        _record("webhooks.create_subscription", made, actor, at, **_told(made))
    return Made(made, secret)


def change_subscription(
    subscription: Subscription, wanted: Wanted, *, actor: User, at: datetime.datetime
) -> Subscription:
    """What waits already goes to the new address. Raises `SubscriptionError`."""
    rule = _rule(at)
    may_keep_subscription(actor, wanted.unit_id, on=at.astimezone(ZONE).date()).or_refuse()
    host = _checked(wanted, rule)
    with transaction.atomic():
        locked = _locked(subscription, "change", actor, at)
        before, old_url = _told(locked), locked.url
        move(locked, "change", **_values(wanted, host))
        detail = {"before": before, "after": _told(locked), "address_changed": old_url != locked.url}
        _record("webhooks.change_subscription", locked, actor, at, **detail)
    return locked


@transaction.atomic
def move_subscription(subscription: Subscription, verb: str, *, actor: User, at: datetime.datetime) -> Subscription:
    """Pauses, resumes or ends it; what it is already stays so. Raises `SubscriptionError`."""
    locked = _locked(subscription, verb, actor, at)
    settle_disabled(locked, at=at)
    values: dict[str, object] = {"disabled_at": None, "disabled_for": ""}
    if verb == "resume":
        # What waits goes at once, each within its own time.
        values |= {"failing_since": None, "silences": 0, "rests_until": None}
        locked.deliveries.filter(state__in=OPEN, next_at__gt=at).update(next_at=at)
    if verb == "end":
        values |= {"ended_at": at, "secret": "", "old_secret": "", "old_secret_until": None}
        for one in locked.deliveries.filter(state__in=OPEN).select_for_update(no_key=True):
            move_delivery(one, "give_up", last_error=_("The subscription was ended."))
    move(locked, verb, **values)
    _record(f"webhooks.{verb}_subscription", locked, actor, at)
    return locked


@transaction.atomic
def rotate_secret(subscription: Subscription, version: int, *, actor: User, at: datetime.datetime) -> str:
    """The new secret, shown this once; the one before it signs beside it for some hours. `version` is that of the
    secret that the actor meant to replace. Raises `SubscriptionError`."""
    locked = _locked(subscription, "rotate", actor, at)
    if locked.secret_version != version:
        raise SubscriptionError(
            _("The secret was changed meanwhile; look at the page again before you change it once more.")
        )
    until = at + datetime.timedelta(hours=_rule(at).overlap_hours)
    secret, old = (new_private_key() if locked.has_key_pair else new_secret()), locked.secret
    move(locked, "rotate", secret=secret, old_secret=old, old_secret_until=until, secret_version=version + 1)
    key = {"key": locked.public_key} if locked.has_key_pair else {}
    _record("webhooks.rotate_secret", locked, actor, at, version=locked.secret_version, **key)
    return secret


@transaction.atomic
def resend(subscription: Subscription, *, actor: User, at: datetime.datetime, only: uuid.UUID | None = None) -> int:
    """What was given up goes again with the same key, all of it or one; returns how many."""
    locked = _locked(subscription, "change", actor, at)
    rows = locked.deliveries.filter(state="GIVEN_UP").order_by("pk").select_for_update(no_key=True)
    found = list(rows.filter(key=only) if only else rows)
    for one in found:
        move_delivery(one, "resend", next_at=at, give_up_at=at + _rule(at).give_up_after, tries=0)
    if found:
        _record("webhooks.resend", locked, actor, at, deliveries=len(found))
    return len(found)


def ping(subscription: Subscription, *, actor: User, moment: Moment) -> Said:
    """An event of no meaning goes out now, and the answer comes back. Raises `SubscriptionError`."""
    at = moment.at
    if not SUBSCRIPTION.allows(subscription.state, "change"):
        raise SubscriptionError(_("The subscription was ended."))
    may_keep_subscription(actor, subscription.unit_id, on=at.astimezone(ZONE).date()).or_refuse()
    if limits.tried(LIMIT, str(actor.pk)) >= TRIALS:
        raise SubscriptionError(
            _("Too many trials: wait up to %(minutes)d minutes.") % {"minutes": TRIAL_SECONDS // 60}
        )
    limits.count(LIMIT, str(actor.pk), seconds=TRIAL_SECONDS)
    said = call(
        subscription.url,
        uuid.uuid4(),
        envelope(PING, at, 0, {}),
        keys=signing_keys(subscription, at=at),
        timestamp=int(moment.real.timestamp()),
        seconds=_rule(at).seconds,
    )
    detail = {"through": said.outcome == Outcome.SENT, "status": said.status, "words": said.words[:300]}
    _record("webhooks.ping", subscription, actor, at, **detail)
    return said


def _rule(at: datetime.datetime) -> WebhookRule:
    return WEBHOOKS.current().in_force(at.astimezone(ZONE).date())


def _checked(wanted: Wanted, rule: WebhookRule) -> str:
    """The host of the address, once everything was found well."""
    if not canonical(wanted.name):
        raise SubscriptionError(_("Give it a name that tells who receives the events."))
    if not wanted.events or {*wanted.events} - {one.code for one in types()}:
        raise SubscriptionError(_("Choose at least one event."))
    try:
        _parts, host, port = checked(wanted.url)
        reach(host, port, seconds=rule.seconds)
    except UnreachableError as error:
        raise SubscriptionError({"url": _("Not accepted: %(why)s.") % {"why": error}}) from error
    return f"{host}:{port}"[:260]


def _values(wanted: Wanted, host: str) -> dict[str, object]:
    events = [one.code for one in types() if one.code in wanted.events]
    name = canonical(wanted.name)[:80]
    return {"name": name, "url": wanted.url, "host": host, "events": events, "unit_id": wanted.unit_id}


def _locked(subscription: Subscription, verb: str, actor: User, at: datetime.datetime) -> Subscription:
    locked = Subscription.objects.select_for_update(no_key=True).get(pk=subscription.pk)
    may_keep_subscription(actor, locked.unit_id, on=at.astimezone(ZONE).date()).or_refuse()
    if not SUBSCRIPTION.allows(locked.state, verb):
        words = _("This is not possible any more: the subscription is “%(state)s”.")
        raise SubscriptionError(words % {"state": locked.get_state_display()})
    return locked


def _of_the_actor(there: Subscription, actor: User) -> Subscription:
    if there.created_by_id != actor.pk:
        raise SubscriptionError(_("This page was sent before; open a new one."))
    return there


def _told(subscription: Subscription) -> dict[str, object]:
    """For the trail; an address may hold a token of the receiver, so that only its host is told."""
    what = {"name": subscription.name, "host": subscription.host, "events": list(subscription.events)}
    key = {"key": subscription.public_key} if subscription.has_key_pair else {}
    return {**what, **key, "unit": subscription.unit_id}


def _record(action: str, subscription: Subscription, actor: User, at: datetime.datetime, **detail: object) -> None:
    record(action, actor=actor, at=at, subject=subscription, unit_id=subscription.unit_id, detail=detail)
