"""Web Push: an encrypted text (RFC 8291) through the push service of a browser, signed by the installation (RFC 8292).

The service learns where a message goes and when, never what it says.
"""

import base64
import datetime
import http.client
import json
import os
from collections.abc import Collection
from urllib.parse import SplitResult, urlsplit

import jwt
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from vungxanh.accounts.models import User
from vungxanh.common.encryption import derived_key
from vungxanh.notifications.channels import PUSH, Channel, Parcel, SendingError
from vungxanh.notifications.models import PushDevice

CURVE = ec.SECP256R1()
ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
RECORD = 4096
TIMEOUT = 10
KEPT_SECONDS = 4 * 3600
"""For so long the service keeps a message for a device without network."""
SIGNED_FOR = datetime.timedelta(hours=12)
GONE = (404, 410)


def public_key() -> str:
    """What a browser binds its subscription to."""
    return _text(_point(_signing_key().public_key()))


def encrypt(
    content: bytes,
    device_key: bytes,
    secret: bytes,
    *,
    private: ec.EllipticCurvePrivateKey | None = None,
    salt: bytes | None = None,
) -> bytes:
    """One record of aes128gcm (RFC 8188) that only the device reads; key and salt are fresh unless given."""
    private, salt = private or ec.generate_private_key(CURVE), salt or os.urandom(16)
    own = _point(private.public_key())
    shared = private.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(CURVE, device_key))
    material = _derived(shared, secret, b"WebPush: info\0" + device_key + own, 32)
    key = _derived(material, salt, b"Content-Encoding: aes128gcm\0", 16)
    nonce = _derived(material, salt, b"Content-Encoding: nonce\0", 12)
    head = salt + RECORD.to_bytes(4, "big") + bytes([len(own)]) + own
    return head + AESGCM(key).encrypt(nonce, content + b"\x02", None)


def send_push(parcel: Parcel) -> None:
    """To every device of the recipient; handed over where one has it. A device that its service does not know any more
    is forgotten."""
    answers = [_post(device, parcel) for device in PushDevice.objects.filter(user=parcel.recipient).order_by("pk")]
    gone = [device.pk for device, status in answers if status in GONE]
    PushDevice.objects.filter(pk__in=gone).delete()
    if any(status // 100 == 2 for _device, status in answers):
        return
    if len(gone) == len(answers):
        raise SendingError(_("No device takes messages any more."), is_final=True)
    worst = max(status for _device, status in answers)
    raise SendingError(_("The push service did not take it: %(status)s") % {"status": worst or _("no answer")})


def _post(device: PushDevice, parcel: Parcel) -> tuple[PushDevice, int]:
    """The status of the answer, 0 without one. Nothing is followed to another address."""
    parts = urlsplit(device.endpoint)
    content = json.dumps({"text": parcel.text, "number": parcel.number}, ensure_ascii=False).encode()
    headers = {
        "TTL": str(KEPT_SECONDS),
        "Urgency": "high",
        "Content-Type": "application/octet-stream",
        "Content-Encoding": "aes128gcm",
        "Authorization": f"vapid t={_token(parts, parcel.at)}, k={public_key()}",
    }
    connection = _connection(parts)
    try:
        connection.request("POST", parts._replace(scheme="", netloc="").geturl(), _sealed(device, content), headers)
        return device, connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return device, 0
    finally:
        connection.close()


def _connection(parts: SplitResult) -> http.client.HTTPConnection:
    """Which hosts there may be, and that they speak TLS, was decided when the device was taken."""
    made = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    return made(parts.hostname or "", parts.port, timeout=TIMEOUT)


def _sealed(device: PushDevice, content: bytes) -> bytes:
    return encrypt(content, decoded(device.public_key), decoded(device.secret))


def _token(parts: SplitResult, at: datetime.datetime) -> str:
    claims = {"aud": f"{parts.scheme}://{parts.netloc}", "exp": at + SIGNED_FOR, "sub": settings.PUSH_CONTACT}
    return jwt.encode(claims, _signing_key(), algorithm="ES256")


def _signing_key() -> ec.EllipticCurvePrivateKey:
    """Always the same: subscriptions are bound to it."""
    return ec.derive_private_key(int.from_bytes(derived_key("web push"), "big") % (ORDER - 1) + 1, CURVE)


def _derived(material: bytes, salt: bytes, purpose: bytes, length: int) -> bytes:
    return HKDF(hashes.SHA256(), length, salt, purpose).derive(material)


def _point(key: ec.EllipticCurvePublicKey) -> bytes:
    return key.public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)


def decoded(text: str) -> bytes:
    """Base64url without padding; raises ValueError."""
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)


def is_device_key(text: str) -> bool:
    """Whether it is a point of the curve."""
    try:
        ec.EllipticCurvePublicKey.from_encoded_point(CURVE, decoded(text))
    except ValueError:
        return False
    return True


def is_device_secret(text: str) -> bool:
    try:
        return len(decoded(text)) == 16
    except ValueError:
        return False


def _text(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def _reached(users: Collection[User]) -> set[int]:
    return set(PushDevice.objects.filter(user__in=users).values_list("user_id", flat=True))


CHANNEL = Channel(
    PUSH, gettext_lazy("Own device"), 5, lambda: bool(settings.PUSH_CONTACT), _reached, send_push, "PUSH_CONTACT"
)
