"""Visitors: announced and not, a group, a fever, one whom nobody expects, one who never comes or never goes."""

import datetime
from typing import Any

from vungxanh.cli.simulate.played.agency import word_of
from vungxanh.cli.simulate.played.rules import LONGEST_STAY, minutes
from vungxanh.cli.simulate.played.world import Act, Known, Person, Stay, World

GATE_SITE, GATE, HOST_UNIT = "S-PA", "PA-1", "PA"


def receive(world: World) -> None:
    """At the head office, each with a host of it."""
    guests = Guests(world)
    for number, story in enumerate(STORIES * max(1, len(world.people) // 250)):
        getattr(guests, story)(number)


class Guests:
    def __init__(self, world: World) -> None:
        self.world = world
        self.guard = world.holder("GUARD", "PA").code
        self.officer = next(one.code for one in world.people if one.role == "HEALTH_OFFICER")
        self.hosts = [one for one in world.people if one.unit == HOST_UNIT and one.has_phone and one.is_counted]

    def begin(self, number: int, text: str) -> tuple[str, str, Person, datetime.datetime]:
        """The key and the name of the guest, who receives, and the moment of the first thing that happens."""
        key = f"khach-{number}"
        name = f"Khách Thử {word_of(number + 1)}"
        host = self.hosts[number % len(self.hosts)]
        return key, name, host, self.world.at(text) + minutes(number % 17)

    def state(self, name: str, state: str, since: datetime.datetime) -> None:
        self.world.visits.append(Known(name, state, GATE_SITE, since))

    def comes(
        self, key: str, name: str, host: Person, at: datetime.datetime, state: str = "WAITING", **more: Any
    ) -> None:
        """Opens the form of the gate and sends it some minutes later."""
        self.act(at, key, "open_form", "200", site=GATE_SITE)
        said = {"name": name, "host": host.name, "phone": f"09905{abs(hash_of(key)) % 100000:05}", **more}
        self.act(at + minutes(4), key, "send_form", state, **said)
        self.state(name, state, at + minutes(4))

    def act(self, at: datetime.datetime, who: str, do: str, expect: str, **body: Any) -> None:
        self.world.acts.append(Act(at, who, do, expect, body))

    def confirmed(self, key: str, host: Person, at: datetime.datetime) -> None:
        self.act(at, host.code, "answer_guest", "302", guest=key, answer="tiep")

    def moved(self, key: str, name: str, verb: str, at: datetime.datetime, state: str, **more: Any) -> None:
        self.act(at, self.guard, "move_visit", state, guest=key, site=GATE_SITE, verb=verb, **more)
        self.state(name, state, at)

    def enters(self, key: str, name: str, at: datetime.datetime) -> Stay:
        self.moved(key, name, "cho-vao", at, "ADMITTED")
        self.world.stays.append(Stay(name, GATE_SITE, at, at))
        return self.world.stays[-1]

    def goes(self, key: str, name: str, stay: Stay, at: datetime.datetime, *, by_self: bool = False) -> None:
        if by_self:
            self.act(at, key, "leave_visit", "LEFT")
            self.state(name, "LEFT", at)
        else:
            self.moved(key, name, "da-ra", at, "LEFT")
        stay.left = stay.told_out = at

    # --- Each a story -----------------------------------------------------------------------------------------------
    def unannounced(self, number: int) -> None:
        key, name, host, at = self.begin(number, "08:10")
        self.comes(key, name, host, at)
        self.moved(key, name, "cho-vao", at + minutes(5), "WAITING")  # not before the host has confirmed
        self.confirmed(key, host, at + minutes(7))
        stay = self.enters(key, name, at + minutes(9))
        self.goes(key, name, stay, at + minutes(70))

    def announced(self, number: int) -> None:
        key, name, host, at = self.begin(number, "08:20")
        self.invited(key, name, host, at)
        self.act(at + minutes(40), key, "open_invitation", "200")
        self.act(at + minutes(45), key, "send_form", "WAITING", name=name, phone="0990599999")
        self.state(name, "WAITING", at + minutes(45))
        stay = self.enters(key, name, at + minutes(48))
        self.goes(key, name, stay, at + minutes(120), by_self=True)
        self.act(at + minutes(121), key, "leave_visit", "LEFT")

    def invited(self, key: str, name: str, host: Person, at: datetime.datetime) -> None:
        when = (at + minutes(45)).strftime("%Y-%m-%dT%H:%M")
        self.act(at, host.code, "invite", "INVITED", guest=key, name=name, site=GATE_SITE, planned_at=when)
        self.state(name, "INVITED", at)

    def no_show(self, number: int) -> None:
        key, name, host, at = self.begin(number, "08:30")
        self.invited(key, name, host, at)
        # Twelve hours after the agreed time, found by the job of the next half hour.
        self.expires(name, at + minutes(45))

    def expires(self, name: str, planned: datetime.datetime) -> None:
        over = planned + minutes(12 * 60)
        self.state(name, "EXPIRED", over.replace(minute=over.minute // 30 * 30) + minutes(30))

    def declined(self, number: int) -> None:
        key, name, host, at = self.begin(number, "09:05")
        self.comes(key, name, host, at)
        self.act(at + minutes(9), host.code, "answer_guest", "302", guest=key, answer="khong-tiep", reason="Đang họp")
        self.state(name, "REFUSED", at + minutes(9))

    def turned_away(self, number: int) -> None:
        key, name, host, at = self.begin(number, "09:15")
        self.comes(key, name, host, at)
        self.moved(key, name, "khong-cho-vao", at + minutes(8), "REFUSED", reason="Không có việc tại cơ quan")

    def feverish(self, number: int) -> None:
        key, name, host, at = self.begin(number, "09:25")
        self.comes(key, name, host, at, "HELD", temperature=38.1)
        self.confirmed(key, host, at + minutes(6))
        self.moved(key, name, "cho-vao", at + minutes(8), "HELD")
        self.expires(name, at + minutes(4))

    def released(self, number: int) -> None:
        key, name, host, at = self.begin(number, "09:35")
        self.comes(key, name, host, at, "HELD", yes=["contact_with_case"])
        self.confirmed(key, host, at + minutes(6))
        self.act(at + minutes(15), self.officer, "decide_visit", "WAITING", guest=key, site=GATE_SITE, verb="het-giu")
        self.state(name, "WAITING", at + minutes(15))
        stay = self.enters(key, name, at + minutes(17))
        self.goes(key, name, stay, at + minutes(50))

    def group(self, number: int) -> None:
        key, name, host, at = self.begin(number, "13:40")
        others = "\n".join(f"Người đi cùng {letter}" for letter in "ABC")
        self.comes(key, name, host, at, group_size=4, group_list=others)
        self.confirmed(key, host, at + minutes(6))
        stay = self.enters(key, name, at + minutes(8))
        self.goes(key, name, stay, at + minutes(95))

    def never_leaves(self, number: int) -> None:
        key, name, host, at = self.begin(number, "09:45")
        self.comes(key, name, host, at)
        self.confirmed(key, host, at + minutes(6))
        stay = self.enters(key, name, at + minutes(8))
        assert stay.entered
        # Closed by itself after a day; that says nothing of when the guest went.
        closed = stay.entered + minutes(24 * 60)
        self.state(name, "LEFT", closed.replace(minute=closed.minute // 30 * 30, second=0) + minutes(30))
        self.world.conflicts.append(Known(name, "NOT_LEFT", GATE_SITE, stay.entered + LONGEST_STAY))

    def sent_twice(self, number: int) -> None:
        key, name, host, at = self.begin(number, "14:05")
        self.comes(key, name, host, at)
        self.act(at + minutes(5), key, "send_form_again", "WAITING")
        self.act(at + minutes(9), key, "cancel_visit", "CANCELLED")
        self.state(name, "CANCELLED", at + minutes(9))


STORIES = (
    "unannounced", "announced", "no_show", "declined", "turned_away", "feverish", "released", "group", "never_leaves",
    "sent_twice",
)  # fmt: skip


def hash_of(text: str) -> int:
    """The same in every run."""
    return sum((place + 1) * ord(letter) * 131 for place, letter in enumerate(text))
