"""What people are told of: modules register topics in `apps.ready()`, and tell by a message of one of them."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _

Words = str | Promise
SCREEN = "SCREEN"
NEUTRAL = _("There is something to look at.")


class UnknownTopicError(LookupError):
    """A message of a topic that nobody registered."""


class ForeignAddressError(ValueError):
    """A message leads to a page that is not ours."""


@dataclass(frozen=True, slots=True)
class Topic:
    """`channels`: beside the screen, unless the recipient chose otherwise. An urgent one breaks quiet hours.

    `outside` is all that leaves the house in an e-mail or a text message: no names, nothing of anybody's health.
    """

    code: str
    name: Words
    icon: str
    order: int
    is_urgent: bool = False
    channels: frozenset[str] = frozenset()
    outside: Words = NEUTRAL


@dataclass(frozen=True, slots=True)
class Message:
    """`key` stands for the cause: a recipient is told of it once. `address` is a page of ours.

    Lazy words are written down in the language of each recipient. The screen is seen by others, too: no health answers
    and no names of those whom they concern.
    """

    topic: str
    key: str
    title: Words
    address: str
    body: Words = ""

    def __post_init__(self) -> None:
        is_ours = self.address.startswith("/") and url_has_allowed_host_and_scheme(self.address, allowed_hosts=None)
        if not is_ours:
            raise ForeignAddressError(self.address)


_topics: dict[str, Topic] = {}


def register(*topics: Topic) -> None:
    """Registering a code again replaces the topic, so that `ready()` may run twice."""
    _topics.update({topic.code: topic for topic in topics})


def topics() -> list[Topic]:
    return sorted(_topics.values(), key=lambda topic: topic.order)


def topic_of(code: str) -> Topic:
    try:
        return _topics[code]
    except KeyError as error:
        raise UnknownTopicError(code) from error


def name_of(code: str) -> Words:
    """Of what is stored: a topic that is gone is shown by its code."""
    return _topics[code].name if code in _topics else code


def icon_of(code: str) -> str:
    return _topics[code].icon if code in _topics else "bell"
