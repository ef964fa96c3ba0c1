"""Ways out of the house: each is a name, whom it reaches, and how it hands over one text. The screen needs none."""

import datetime
import json
import os
import smtplib
import tempfile
from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.core.mail import send_mail
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from vungxanh.accounts.models import User

Words = str | Promise
EMAIL, TEXT, PUSH = "EMAIL", "TEXT", "PUSH"


class SendingError(Exception):
    """The text was not taken; `is_final` where trying again is of no use."""

    def __init__(self, words: str, *, is_final: bool = False) -> None:
        super().__init__(words)
        self.is_final = is_final


@dataclass(frozen=True, slots=True)
class Parcel:
    """One text for one recipient; `number` is the same when the same thing is sent again. `at` is the real moment."""

    number: int
    recipient: User
    text: str
    at: datetime.datetime


@dataclass(frozen=True, slots=True)
class Channel:
    """`send` raises `SendingError`, and nothing else for what outsiders do wrong. `setting`: its variable."""

    code: str
    name: Words
    order: int
    is_ready: Callable[[], bool]
    reaches: Callable[[Collection[User]], set[int]]
    send: Callable[[Parcel], None]
    setting: str = ""


_channels: dict[str, Channel] = {}


def register(*channels: Channel) -> None:
    """Registering a code again replaces the channel, so that `ready()` may run twice."""
    _channels.update({channel.code: channel for channel in channels})


def ready_channels() -> list[Channel]:
    """Those that the installation has set up, in order."""
    return sorted((one for one in _channels.values() if one.is_ready()), key=lambda one: one.order)


def all_channels() -> list[Channel]:
    """Set up or not, in order."""
    return sorted(_channels.values(), key=lambda one: one.order)


def name_of(code: str) -> Words:
    return _channels[code].name if code in _channels else code


# --- E-mail ----------------------------------------------------------------------------------------------------------
def send_email(parcel: Parcel) -> None:
    """By the server of EMAIL_URL; an address that it refuses for good is not tried again."""
    try:
        send_mail("Vùng Xanh", parcel.text, None, [parcel.recipient.email])
    except smtplib.SMTPRecipientsRefused as error:
        codes = [code for code, _answer in error.recipients.values()]
        raise SendingError(_("The mail server refused the address."), is_final=min(codes, default=0) >= 500) from error
    except smtplib.SMTPAuthenticationError as error:
        raise SendingError(_("The mail server refused the user name or password of EMAIL_URL.")) from error
    except (smtplib.SMTPException, OSError) as error:
        words = _("The mail server did not take it: %(why)s") % {"why": error.__class__.__name__}
        raise SendingError(words) from error


# --- Text messages, by files that a gateway of the agency takes away -------------------------------------------------
def text_folder() -> Path:
    return Path(settings.HOME) / "outgoing" / "text"


def write_text(parcel: Parcel) -> None:
    """One file a message, whole whenever it is there; a gateway for SMS or Zalo sends it and removes the file."""
    message = {"id": parcel.number, "to": parcel.recipient.phone, "text": parcel.text}
    folder = text_folder()
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor, made = tempfile.mkstemp(dir=folder, prefix=".")
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump(message, file, ensure_ascii=False)
            file.flush()
            os.fsync(file.fileno())
        os.replace(made, folder / f"{parcel.number:012}.json")
    except OSError as error:
        words = _("The file could not be written: %(why)s") % {"why": error.strerror}
        raise SendingError(words) from error


def erase_texts(*, before: float) -> int:
    """Files that no gateway took and that were written before the time stamp: they hold telephone numbers."""
    old = [file for file in text_folder().glob("*.json") if file.stat().st_mtime < before]
    for file in old:
        file.unlink(missing_ok=True)
    return len(old)


OWN = (
    Channel(
        EMAIL,
        gettext_lazy("E-mail"),
        10,
        lambda: bool(settings.EMAIL_HOST),
        lambda users: {user.pk for user in users if user.email},
        send_email,
        "EMAIL_URL",
    ),
    Channel(
        TEXT,
        gettext_lazy("Text message"),
        20,
        lambda: settings.TEXT_GATEWAY == "file",
        lambda users: {user.pk for user in users if user.phone},
        write_text,
        "TEXT_GATEWAY",
    ),
)
