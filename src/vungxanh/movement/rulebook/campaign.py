"""What stands in a campaign file: a plan in the order in which it reads, and what is counted, when, for whom."""

import datetime
from typing import Literal

import msgspec

ClauseKind = Literal["TEXT", "AIM", "REQUIREMENT", "CONTENT", "SOLUTION", "CRITERIA", "AWARD", "ORGANISATION"]
Recipient = Literal["COLLECTIVE", "INDIVIDUAL", "ENTERPRISE", "HOUSEHOLD"]
AwardFormName = Literal["GIAY_KHEN", "BANG_KHEN_CAP_TINH", "BANG_KHEN_THU_TUONG", "HUAN_CHUONG_LAO_DONG"]
MeasureKind = Literal["MEASURED", "SELF_SCORED"]
RoleName = Literal["UNIT_HEAD", "OFFICE", "PERSONNEL", "FINANCE", "UNION_OFFICER", "PARTY_COMMITTEE", "DIRECTOR"]
UnitKindName = Literal["DIVISION", "SUBORDINATE_UNIT", "SECTION", "STATION"]


class Strict(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A table of the file; a key that is not in it is a fault."""


class Basis(Strict, frozen=True, kw_only=True):
    """A paper on which the plan rests, or the plan of a superior that it answers."""

    number: str
    issued_on: datetime.date | None = None
    issuer: str
    title: str


class Clause(Strict, frozen=True, kw_only=True):
    """A clause as it stands. `carried_out_by`: codes of places where it is carried out. `recipients`: whom it wants
    honoured. `names_movement`: how it writes the name of the movement, where it does."""

    id: str
    kind: ClauseKind
    heading: str = ""
    text: str = ""
    carried_out_by: tuple[str, ...] = ()
    leads: tuple[RoleName, ...] = ()
    assists: tuple[RoleName, ...] = ()
    recipients: tuple[Recipient, ...] = ()
    names_movement: str = ""


class Part(Strict, frozen=True, kw_only=True):
    id: str
    title: str
    opening: str = ""
    clause: tuple[Clause, ...]


class Measure(Strict, frozen=True, kw_only=True):
    """A criterion in the small, with the points that it may bring. MEASURED: counted by `indicator` towards `target`
    in the indicator's own unit; SELF_SCORED: by the unit, with evidence, `full_when` says for what all points stand."""

    id: str
    name: str
    kind: MeasureKind
    weight: float
    indicator: str = ""
    target: float | None = None
    full_when: str = ""


class Criterion(Strict, frozen=True, kw_only=True):
    """`weight`: the points of all its measures; `clause`: where the plan says it."""

    id: str
    name: str
    clause: str
    weight: float
    measure: tuple[Measure, ...]


class Adjustment(Strict, frozen=True, kw_only=True):
    """Points given or taken beside the criteria, each time with its cause."""

    id: str
    name: str
    kind: Literal["BONUS", "PENALTY"]
    most_points: float
    clause: str = ""


class Period(Strict, frozen=True, kw_only=True):
    """What is scored together; `review`: the review that closes it, due by `review_by`."""

    code: str
    name: str
    first: datetime.date
    last: datetime.date
    review: Literal["INTERIM", "FINAL", ""] = ""
    review_by: datetime.date | None = None


class Block(Strict, frozen=True, kw_only=True):
    """Units that compete with each other: of these kinds, or those with these codes."""

    code: str
    name: str
    kinds: tuple[UnitKindName, ...] = ()
    units: tuple[str, ...] = ()


class Award(Strict, frozen=True, kw_only=True):
    form: AwardFormName
    clause: str
    decided_by: str
    recipients: tuple[Recipient, ...]


class ReportDue(Strict, frozen=True, kw_only=True):
    """A report that the calendar of the movement asks for."""

    code: str
    name: str
    kind: Literal["INTERIM", "FINAL", "ANNUAL"]
    due_on: datetime.date
    to: str


class BudgetLine(Strict, frozen=True, kw_only=True):
    """`names_movement`: the movement that the clause pays for, in its own words."""

    text: str
    source: str
    clause: str
    names_movement: str = ""


class IssuerQuestion(Strict, frozen=True, kw_only=True):
    """Something in the plan that only its issuer can settle, found by people."""

    clause: str
    text: str


class Pledges(Strict, frozen=True, kw_only=True):
    """What is pledged by whom; a line each."""

    unit: tuple[str, ...] = ()
    group: tuple[str, ...] = ()
    person: tuple[str, ...] = ()


class CampaignFile(Strict, frozen=True, kw_only=True):
    """`takes_part`: kinds of units; `left_out`: codes of units of these kinds that do not take part by themselves.
    `tie_break`: measures by which units with the same points are told apart, the first first."""

    code: str
    title: str
    short_title: str
    slogan: str = ""
    type_name: str = "KẾ HOẠCH"
    number: str = ""
    symbol: str
    issued_on: datetime.date | None = None
    starts_on: datetime.date
    ends_on: datetime.date | None = None
    launch_by: datetime.date
    total_points: float
    tie_break: tuple[str, ...] = ()
    takes_part: tuple[UnitKindName, ...]
    left_out: tuple[str, ...] = ()
    leads: tuple[RoleName, ...]
    assists: tuple[RoleName, ...] = ()
    parent: tuple[Basis, ...] = ()
    basis: tuple[Basis, ...] = ()
    part: tuple[Part, ...]
    criterion: tuple[Criterion, ...]
    adjustment: tuple[Adjustment, ...] = ()
    period: tuple[Period, ...]
    block: tuple[Block, ...] = ()
    award: tuple[Award, ...] = ()
    report: tuple[ReportDue, ...] = ()
    budget: tuple[BudgetLine, ...] = ()
    pledge: Pledges = Pledges()
    question: tuple[IssuerQuestion, ...] = ()

    @property
    def clauses(self) -> dict[str, Clause]:
        return {clause.id: clause for part in self.part for clause in part.clause}

    @property
    def measures(self) -> dict[str, Measure]:
        return {measure.id: measure for criterion in self.criterion for measure in criterion.measure}

    @property
    def self_scored(self) -> list[Measure]:
        """The measures that units score themselves, in the order of the plan."""
        return [one for one in self.measures.values() if one.kind == "SELF_SCORED"]

    def period_named(self, code: str) -> Period | None:
        return next((one for one in self.period if one.code == code), None)

    def period_of(self, day: datetime.date) -> Period | None:
        return next((one for one in self.period if one.first <= day <= one.last), None)
