"""A topic of each kind, people to tell, and a channel whose far end the tests hold in their hands."""

from dataclasses import dataclass, field

import pytest

from tests.factories.accounts import make_account
from vungxanh.accounts.models import User
from vungxanh.notifications import channels, topics
from vungxanh.notifications.channels import Channel, Parcel, SendingError
from vungxanh.notifications.topics import Topic

MENU = Topic("canteen.menu", "Thực đơn", "news", 900, channels=frozenset({"PIGEON"}))
FIRE = Topic("canteen.fire", "Cháy", "bell-ringing", 901, True, frozenset({"PIGEON"}), "Có việc gấp.")


@dataclass
class Loft:
    """What pigeons brought; while `fault` stands they come back with it."""

    brought: list[tuple[str, str]] = field(default_factory=list)
    fault: SendingError | None = None

    def send(self, parcel: Parcel) -> None:
        if self.fault:
            raise self.fault
        self.brought.append((parcel.recipient.username, parcel.text))


@pytest.fixture
def loft(monkeypatch: pytest.MonkeyPatch) -> Loft:
    loft = Loft()
    monkeypatch.setattr(topics, "_topics", {})
    monkeypatch.setattr(channels, "_channels", dict(channels._channels))
    topics.register(MENU, FIRE)
    everybody = Channel("PIGEON", "Bồ câu", 5, lambda: True, lambda users: {user.pk for user in users}, loft.send)
    channels.register(everybody)
    return loft


@pytest.fixture
def lan(db: None) -> User:
    return make_account("lan", email="lan@example.vn")


@pytest.fixture
def minh(db: None) -> User:
    minh = make_account("minh")
    minh.language = "en"
    minh.save()
    return minh
