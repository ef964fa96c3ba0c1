"""What the agency works on: questions, supervision, guidance, the front line, production."""

import datetime
from functools import cache

import msgspec

from vungxanh.cli.demo.material.reading import read
from vungxanh.common.clock import moment


class AskedQuestion(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`published`: the question as everybody reads it; times are Vietnamese."""

    unit: str
    title: str
    text: str
    asked: datetime.datetime
    is_about_return: bool = False
    answered: datetime.datetime | None = None
    answer: str = ""
    published: str = ""

    @property
    def at(self) -> datetime.datetime:
        return moment(self.asked.date(), self.asked.time())

    @property
    def answer_at(self) -> datetime.datetime:
        assert self.answered
        return moment(self.answered.date(), self.answered.time())


class SupervisedUnit(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A visit by accounts of the team; a step without a time does not happen. `not_met`: remarks by code of content."""

    unit: str
    purpose: str
    day: datetime.date
    team: list[str]
    planned: datetime.datetime
    is_announced: bool = True
    begun: datetime.datetime | None = None
    recorded: datetime.datetime | None = None
    present: str = ""
    conclusions: str = ""
    not_met: dict[str, str] = {}
    recommendation: list[str] = []
    days: int = 7
    is_sent: bool = True
    answered: datetime.datetime | None = None
    opinion: str = ""
    reported: datetime.datetime | None = None
    report: str = ""
    settled: datetime.datetime | None = None


class PublishedGuidance(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`read`: the share of its readers who acknowledge it within two days."""

    title: str
    text: str
    number: str
    published: datetime.datetime
    targets: list[str]
    read: float


class SentPerson(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Somebody who serves on the front line, sent by `sender`; times are Vietnamese. `receiver`: name, post, where."""

    sender: str
    unit: str
    place: int
    order_number: str
    order_date: datetime.date
    kind: str
    where: str
    work: str
    first_day: datetime.date
    entered: datetime.datetime
    last_day: datetime.date | None = None
    area: str = ""
    declares_remotely: bool = False
    confirmed: datetime.datetime | None = None
    receiver: tuple[str, str, str] = ("", "", "")
    note: str = ""


class FrontLine(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    assignment: list[SentPerson]


class ProducedTarget(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A target of the year with the figures of its months from January on; figures as people write them. `later`: of
    the months after September."""

    unit: str
    indicator: str
    value: str
    months: list[str] = []
    first_month: int = 1
    september: str = ""
    entered: datetime.datetime | None = None
    returned: str = ""
    corrected: str = ""
    corrected_at: datetime.datetime | None = None
    later: list[str] = []


class Production(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    basis: str
    later_entered: list[datetime.datetime]
    target: list[ProducedTarget]


class ArrivedPaper(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A paper of the register; `to`: the unit that gets it, `handed`: when, soon after `registered` where it is not
    said. One that is not `closed` waits. Times are Vietnamese."""

    issuer: str
    symbol: str
    issued_on: datetime.date
    summary: str
    registered: datetime.datetime
    to: str
    urgency: str = "NORMAL"
    due_on: datetime.date | None = None
    handed: datetime.datetime | None = None
    closed: datetime.datetime | None = None
    outcome: str = ""


class Incoming(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    paper: list[ArrivedPaper]


class Directing(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    question: list[AskedQuestion]
    supervision: list[SupervisedUnit]
    guidance: list[PublishedGuidance]


@cache
def directing() -> Directing:
    return read("directing.toml", Directing)


@cache
def front_line() -> FrontLine:
    return read("front_line.toml", FrontLine)


@cache
def production() -> Production:
    return read("production.toml", Production)


@cache
def incoming() -> Incoming:
    return read("incoming.toml", Incoming)
