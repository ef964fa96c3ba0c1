"""A subscription that signs by a pair of keys: its receiver holds the public half, and the other leaves nowhere."""

import base64
import uuid
from typing import Any

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.test import Client
from django.urls import reverse

from tests.factories.receivers import Received, Receiver
from tests.factories.risk import clock
from tests.factories.webhooks import TYPE, make_subscription, tell
from tests.webhooks.conftest import House
from vungxanh.audit.models import AuditEvent
from vungxanh.common import clock as product_clock
from vungxanh.webhooks.models import Subscription
from vungxanh.webhooks.operations import send_due
from vungxanh.webhooks.operations.subscriptions import rotate_secret
from vungxanh.webhooks.signing import (
    KeyFaultError,
    Signed,
    checked_public_key,
    is_signed_by,
    new_private_key,
    public_half,
    signature,
)

pytestmark = pytest.mark.django_db


def is_good(received: Received, public_key: str) -> bool:
    """As whoever receives it would write it, from the specification alone."""
    known = Ed25519PublicKey.from_public_bytes(base64.b64decode(public_key.removeprefix("whpk_")))
    headers = received.headers
    content = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + received.body
    for one in headers["webhook-signature"].split():
        try:
            known.verify(base64.b64decode(one.removeprefix("v1a,")), content)
        except InvalidSignature:
            continue
        return True
    return False


def test_what_is_sent_is_signed_by_the_private_half_alone(house: House, there: Receiver) -> None:
    subscription = make_subscription(house.root, house.admin, there.url, secret=new_private_key())
    tell(house.a)
    assert send_due(at=clock(12, 1), timestamp=1_632_124_200) == 1
    [received] = there.requests
    assert is_good(received, subscription.public_key)
    assert not is_good(received, public_half(new_private_key()))


def test_the_form_makes_a_pair_and_shows_its_public_half(client: Client, house: House, there: Receiver) -> None:
    client.force_login(house.admin)
    given: dict[str, Any] = {"key": str(uuid.uuid4()), "name": "Bộ", "url": there.url, "unit": "SNN"}
    given |= {"events": [TYPE.code], "has_key_pair": "on"}
    with product_clock.at(clock(12)):
        made = client.post(reverse("webhooks:subscription_create"), given).content.decode()
        subscription = Subscription.objects.get()
        pages = [made]
        for name in ("subscription_page", "subscription_change"):
            pages.append(client.get(reverse(f"webhooks:{name}", args=[subscription.pk])).content.decode())
        # What is chosen once cannot be chosen again.
        client.post(reverse("webhooks:subscription_change", args=[subscription.pk]), given | {"has_key_pair": ""})
    subscription.refresh_from_db()
    assert subscription.has_key_pair
    assert [
        subscription.public_key.replace("+", "&#x2B;") in one or subscription.public_key in one for one in pages
    ] == [
        True,
        True,
        False,
    ]
    assert not any(subscription.secret in one or "whsk_" in one for one in pages)
    details = [str(one.detail) for one in AuditEvent.objects.all()]
    assert (any("whsk_" in one for one in details), any(subscription.public_key in one for one in details)) == (
        False,
        True,
    )


def test_a_pair_is_changed_for_a_pair_and_both_sign_meanwhile(house: House, there: Receiver) -> None:
    subscription = make_subscription(house.root, house.admin, there.url, secret=new_private_key())
    rotate_secret(subscription, 1, actor=house.admin, at=clock(11))
    tell(house.a)
    send_due(at=clock(12, 1), timestamp=1)
    old, new = subscription.public_key, Subscription.objects.get().public_key
    assert (old != new, is_good(there.requests[0], old), is_good(there.requests[0], new)) == (True, True, True)


@pytest.mark.parametrize("changed", ["key", "timestamp", "body"])
def test_a_signature_is_of_key_time_and_body(changed: str) -> None:
    private_key = new_private_key()
    made = signature(private_key, "k", 5, b"{}")
    given: dict[str, Any] = {"key": "k", "timestamp": 5, "signatures": f"v1,AAAA v1a,%% {made}", "body": b"{}"}
    assert is_signed_by(public_half(private_key), Signed(**given))
    other = {"key": "l", "timestamp": 6, "body": b"{} "}[changed]
    assert not is_signed_by(public_half(private_key), Signed(**{**given, changed: other}))


@pytest.mark.parametrize("text", ["", "whpk_", "whpk_AAAA", "whpk_%%%", "whsk_" + "A" * 43 + "="])
def test_what_is_no_public_key_is_refused(text: str) -> None:
    with pytest.raises(KeyFaultError):
        checked_public_key(text)
