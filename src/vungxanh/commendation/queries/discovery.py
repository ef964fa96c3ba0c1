"""Whom the data proposes to be honoured, with the evidence: the front line before the desk. People decide.

A person is looked for where the home post is on the last known day of the period, in the name of the unit that takes
part. What a person is found by: service on the front line, returns sent in the stead of somebody away and duty on days
off, declarations of which none was missing or late. A unit: by its scorecard.
"""

import datetime
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import msgspec
from django.db.models import Case, Count, IntegerField, Q, Sum, When
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from vungxanh.accounts.models import User
from vungxanh.commendation.models import Discovery
from vungxanh.commendation.rulebook import DISCOVERY_RULE, Pattern
from vungxanh.common.clock import ZONE, moment
from vungxanh.common.formats import number
from vungxanh.movement.models import Campaign
from vungxanh.movement.queries.campaigns import participant_by_unit, participants, plan_of_period
from vungxanh.movement.queries.launches import staff_posts
from vungxanh.movement.queries.scores import Line, Scorecard, Scored, scored
from vungxanh.movement.queries.standing import standing
from vungxanh.movement.rulebook import Period
from vungxanh.organization import roles
from vungxanh.organization.enums import Role, RosterKind
from vungxanh.organization.models import Person, RosterEntry
from vungxanh.organization.queries.front_line import all_front_line_days
from vungxanh.organization.tree import UnitNode, all_tree_on
from vungxanh.risk.models import DailyReturn
from vungxanh.screening.enums import Timeliness
from vungxanh.screening.models import PersonDay

SEE_ALL = roles.LEADERS | {Role.PERSONNEL, Role.OFFICE, Role.COUNCIL_MEMBER}
SEE_CANDIDATES = SEE_ALL | roles.HEADS
CANDIDATES_FOR = _(
    "Those found are seen by Personnel, the Office, the council, the leaders and the heads of their units."
)
ONE_DAY = datetime.timedelta(days=1)
WINDOWS = ("arrival", "leaving")


@dataclass(frozen=True, slots=True)
class Evidence:
    """`figure` in days, times, points or measures; `address`: where one reads it again."""

    pattern: Pattern
    figure: float
    words: str | Promise
    address: str

    @property
    def frozen(self) -> dict[str, object]:
        """As it is kept with a decision."""
        pattern = msgspec.to_builtins(self.pattern)
        return {"pattern": pattern, "figure": self.figure, "words": str(self.words), "address": self.address}


@dataclass(frozen=True, slots=True)
class Candidate:
    """A unit, or a person in the name of the unit. `decided` is None until somebody decides; `is_found` is false where
    the data does not say it any more, and the evidence is that of the decision."""

    unit: UnitNode
    person: Person | None
    evidence: tuple[Evidence, ...]
    decided: Discovery | None = None
    is_found: bool = True

    @property
    def subject(self) -> str:
        return subject_of(self.person.pk if self.person else None, self.unit.id)


@dataclass(frozen=True, slots=True)
class Span:
    """A period of a campaign as far as it is known. `units` take part and are looked at; `staff`: by id of a person who
    works there, the unit that takes part. `everybody`: all units that take part and those below them, so that what a
    person did elsewhere before is known whoever looks."""

    campaign: Campaign
    period: Period
    first: datetime.date
    last: datetime.date
    at: datetime.datetime
    units: Mapping[int, UnitNode]
    everybody: Collection[int]
    staff: Mapping[int, int]


def subject_of(person_id: int | None, unit_id: int) -> str:
    """As the address names a person, or a unit."""
    return f"nguoi-{person_id}" if person_id else f"don-vi-{unit_id}"


Told = tuple[int, float, str | Promise, str]
"""Id of a person or unit, figure, words, address."""


def candidates(viewer: User, campaign: Campaign, period: Period, *, at: datetime.datetime) -> list[Candidate]:
    """As far as the viewer sees them: those of whom nobody has decided first, then by the order of the patterns, those
    found by several before others. A flat number of queries."""
    span = _span(viewer, campaign, period, at)
    if not span.units or span.last < span.first:
        return []
    patterns = DISCOVERY_RULE.current().in_force(span.last).pattern
    people, units = _found(patterns, span)
    decided = {subject_of(one.person_id, one.unit_id): one for one in _decided(span)}
    persons = Person.objects.in_bulk(people)
    found = [Candidate(span.units[span.staff[one]], persons[one], tuple(told)) for one, told in people.items()]
    found += [Candidate(span.units[one], None, tuple(told)) for one, told in units.items()]
    found = [replace(one, decided=decided.pop(one.subject, None)) for one in found]
    found += [_not_found_any_more(one, span) for one in decided.values()]
    order: dict[str, int] = {pattern.code: place for place, pattern in enumerate(patterns)}
    return sorted(found, key=lambda one: _place(one, order))


def sees_candidates_of(viewer: User, campaign: Campaign, *, on: datetime.date) -> bool:
    tree = all_tree_on(on)
    mine = roles.unit_ids_where(viewer, SEE_CANDIDATES, on=on, tree=tree)
    return campaign.unit_id in tree and any(node.id in mine for node in tree.below(campaign.unit_id))


def _span(viewer: User, campaign: Campaign, period: Period, at: datetime.datetime) -> Span:
    """Until yesterday: a day that is not over has spoiled nothing yet."""
    today = at.astimezone(ZONE).date()
    day = campaign.last_known(today)
    last = min(period.last, day if day < today else today - ONE_DAY)
    tree = all_tree_on(min(day, period.last))
    plan = plan_of_period(campaign, period, day)
    taking_part = participants(plan, campaign.unit_id, tree)
    sees_all = campaign.unit_id in roles.unit_ids_where(viewer, SEE_ALL, on=today, tree=all_tree_on(today))
    own = roles.unit_ids_where(viewer, roles.HEADS, on=today, tree=tree)
    units = {node.id: node for node in taking_part if sees_all or node.id in own}
    whose = participant_by_unit(units.values(), tree)
    posts = staff_posts(whose, on=min(day, period.last)).values_list("person_id", "unit_id")
    staff = {person: whose[unit] for person, unit in posts}
    everybody = frozenset(participant_by_unit(taking_part, tree))
    return Span(campaign, period, period.first, last, at, units, everybody, staff)


def _found(
    patterns: Sequence[Pattern], span: Span
) -> tuple[Mapping[int, list[Evidence]], Mapping[int, list[Evidence]]]:
    """By id of a person, and of a unit, in the order of the patterns."""
    people: dict[int, list[Evidence]] = defaultdict(list)
    units: dict[int, list[Evidence]] = defaultdict(list)
    scores = _scores(span) if any(one.code in UNITS for one in patterns) else None
    for pattern in patterns:
        if pattern.code in PEOPLE:
            for person, figure, words, address in PEOPLE[pattern.code](pattern, span):
                people[person].append(Evidence(pattern, figure, words, address))
        elif scores:
            for unit, figure, words, address in UNITS[pattern.code](pattern, span, scores):
                units[unit].append(Evidence(pattern, figure, words, address))
    return people, units


def _front_line(pattern: Pattern, span: Span) -> Iterator[Told]:
    address = reverse("organization:front_line_list")
    for person, days in all_front_line_days(span.first, span.last).items():
        if person in span.staff and days.served >= pattern.least:
            words = _("%(served)s days on the front line, %(confirmed)s of them confirmed by the receiver") % {
                "served": number(days.served),
                "confirmed": number(days.confirmed),
            }
            yield person, days.served, words, address


def _rescue(pattern: Pattern, span: Span) -> Iterator[Told]:
    began, ended = moment(span.first, datetime.time()), moment(span.last + ONE_DAY, datetime.time())
    sent = DailyReturn.objects.filter(submitted_for__isnull=False, submitted_at__gte=began, submitted_at__lt=ended)
    # A return that was changed is one, however many versions it has.
    returns = sent.values_list("submitted_by__person", "unit_id", "day", "kind", "number").distinct()
    stood_in = Counter(person for person, *_return in returns)
    duty = RosterEntry.objects.filter(kind=RosterKind.DUTY, date__range=(span.first, span.last))
    on_duty = Counter(duty.values_list("person_id", flat=True))
    for person in span.staff.keys() & (stood_in.keys() | on_duty.keys()):
        if (figure := stood_in[person] + on_duty[person]) >= pattern.least:
            words = _("%(sent)s returns sent in the stead of somebody away, on duty on %(days)s days off") % {
                "sent": number(stood_in[person]),
                "days": number(on_duty[person]),
            }
            yield person, figure, words, f"{reverse('reports:ledger')}?thang={span.last:%Y-%m}"


def _spotless_people(pattern: Pattern, span: Span) -> Iterator[Told]:
    """Every declaration that was expected came, none late; a day counts once, however many are due on it."""
    rows = PersonDay.objects.filter(
        Q(expects_arrival=True) | Q(expects_leaving=True),
        day__range=(span.first, span.last),
        home_unit_id__in=span.everybody,
        is_counted=True,
    )
    in_time = [Timeliness.ON_TIME, Timeliness.EARLY]
    faults = [
        Case(
            When(Q(**{f"expects_{window}": True}) & ~Q(**{f"{window}_timeliness__in": in_time}), then=1),
            default=0,
            output_field=IntegerField(),
        )
        for window in WINDOWS
    ]
    by_person = rows.values("subject").order_by().annotate(days=Count("pk"), faults=Sum(faults[0] + faults[1]))
    spotless = dict(by_person.filter(faults=0, days__gte=pattern.least).values_list("subject", "days"))
    pseudonyms = Person.objects.filter(pk__in=span.staff).values_list("pk", "pseudonym") if spotless else ()
    for person, pseudonym in pseudonyms:
        if days := spotless.get(pseudonym):
            words = _("declared in time on all %(days)s days") % {"days": number(days)}
            yield person, days, words, f"{reverse('reports:month')}?thang={span.last:%Y-%m}"


@dataclass(frozen=True, slots=True)
class Scores:
    """Of the period, and of its two halves as far as it is known: all by the edition and the units of its end."""

    whole: Scored
    earlier: Scored
    later: Scored


def _scores(span: Span) -> Scores:
    middle = span.first + (span.last - span.first) // 2
    days = ((span.first, middle), (middle + ONE_DAY, span.last))
    halves = (scored(span.campaign, span.period, at=span.at, days=one) for one in days)
    return Scores(standing(span.campaign, span.period, at=span.at).scored, *halves)


def _counted(card: Scorecard | None) -> list[Line]:
    """What the system counts: what units score themselves belongs to the whole period and to no half of it."""
    return [line for line in card.lines if line.counts and line.measure.kind == "MEASURED"] if card else []


def _per_cent(lines: Sequence[Line]) -> float | None:
    most = sum(line.measure.weight for line in lines)
    return round(sum(line.points for line in lines) / most * 100, 2) if most else None


def _improved(pattern: Pattern, span: Span, scores: Scores) -> Iterator[Told]:
    """In points of a hundred, of what the system counts."""
    for unit in span.units:
        earlier, later = (_per_cent(_counted(one.card_of(unit))) for one in (scores.earlier, scores.later))
        if earlier is not None and later is not None and later - earlier >= pattern.least:
            words = _("%(later)s points of 100 in the second half of the period, %(earlier)s in the first") % {
                "later": number(later),
                "earlier": number(earlier),
            }
            yield unit, round(later - earlier, 2), words, _score_address(span, unit)


def _spotless(pattern: Pattern, span: Span, scores: Scores) -> Iterator[Told]:
    """Without penalty points."""
    for unit in span.units:
        card = scores.whole.card_of(unit)
        counted = _counted(card)
        is_whole = all(one.points == one.measure.weight for one in counted)
        is_punished = card is not None and any(one.points < 0 for one in card.adjustments)
        if len(counted) >= pattern.least and is_whole and not is_punished:
            words = _("all points in all %(count)s measures that count") % {"count": number(len(counted))}
            yield unit, len(counted), words, _score_address(span, unit)


def _score_address(span: Span, unit: int) -> str:
    address = reverse("movement:score_page", args=[span.campaign.code, span.units[unit].code])
    return f"{address}?ky={span.period.code}"


def _decided(span: Span) -> list[Discovery]:
    """Of the units that are looked at, and of the people who are in them by now."""
    rows = Discovery.objects.filter(campaign=span.campaign, period=span.period.code)
    found = rows.filter(Q(unit_id__in=span.units) | Q(person_id__in=span.staff)).select_related("decided_by", "person")
    return [one for one in found if _unit_of(one, span) in span.units]


def _unit_of(decided: Discovery, span: Span) -> int:
    """Where somebody is now, or where it was decided."""
    return span.staff.get(decided.person_id, decided.unit_id) if decided.person_id else decided.unit_id


def _not_found_any_more(decided: Discovery, span: Span) -> Candidate:
    evidence = tuple(
        Evidence(msgspec.convert(kept["pattern"], Pattern), kept["figure"], kept["words"], kept["address"])
        for kept in decided.evidence
    )
    return Candidate(span.units[_unit_of(decided, span)], decided.person, evidence, decided, is_found=False)


def _place(one: Candidate, order: Mapping[str, int]) -> tuple[bool, int, int, float, str, int]:
    """A pattern that the rule has no more stands behind the others."""
    best, name = one.evidence[0], one.person.sort_key if one.person else ""
    place = order.get(best.pattern.code, len(order))
    return one.decided is not None, place, -len(one.evidence), -best.figure, name, one.unit.position


PEOPLE: Mapping[str, Callable[[Pattern, Span], Iterator[Told]]] = {
    "FRONT_LINE": _front_line,
    "RESCUE": _rescue,
    "SPOTLESS_PERSON": _spotless_people,
}
UNITS: Mapping[str, Callable[[Pattern, Span, Scores], Iterator[Told]]] = {
    "MOST_IMPROVED": _improved,
    "SPOTLESS_UNIT": _spotless,
}
