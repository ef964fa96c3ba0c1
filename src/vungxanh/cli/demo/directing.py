"""What the Office of the demonstration agency directs: questions and their answers, visits that supervise
units, guidance."""

import datetime
import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from vungxanh.accounts.models import User
from vungxanh.cli.demo import material
from vungxanh.cli.demo.happening import Happening
from vungxanh.cli.demo.material import AskedQuestion, PublishedGuidance, SupervisedUnit
from vungxanh.cli.demo.people import draw
from vungxanh.common.clock import moment
from vungxanh.directing.enums import GuidanceState, QuestionState, QuestionVerb, RecommendationState, RecommendationVerb
from vungxanh.directing.models import Guidance, Question, Recommendation, Supervision
from vungxanh.directing.operations import guidance, questions, recommendations, recording, supervision
from vungxanh.directing.queries.guidance import all_readings
from vungxanh.directing.rulebook import SUPERVISION_RULE
from vungxanh.organization import roles
from vungxanh.organization.models import Person, Unit
from vungxanh.organization.tree import all_tree_on

NAMESPACE = uuid.UUID("6f0d4c7e-5b0a-4b0e-9d5e-240240240244")
OFFICE = "vanphong"


def of_day(day: datetime.date, units: Mapping[str, Unit], *, left_alone: frozenset[str]) -> Iterator[Happening]:
    """Each step does nothing where it was done before, or where somebody did otherwise."""
    for number, one in enumerate(material.directing().question):
        key, unit = uuid.uuid5(NAMESPACE, f"question:{number}"), units[one.unit]
        asker = next((user for user in roles.holders(roles.UNIT_STAFF, unit.pk, on=day)), None)
        if one.asked.date() == day and asker and asker.username not in left_alone:
            yield one.at, _asking(key, unit, one, asker)
        if one.answered and one.answered.date() == day and OFFICE not in left_alone:
            yield one.answer_at, _answering(key, one)
    for number, visit in enumerate(material.directing().supervision):
        yield from _Visit(uuid.uuid5(NAMESPACE, f"supervision:{number}"), visit, units).of_day(day, left_alone)
    if OFFICE not in left_alone:
        yield from _guidances(day, units, left_alone)


def _guidances(day: datetime.date, units: Mapping[str, Unit], left_alone: frozenset[str]) -> Iterator[Happening]:
    for number, one in enumerate(material.directing().guidance):
        key, published = uuid.uuid5(NAMESPACE, f"guidance:{number}"), one.published.date()
        if published == day:
            yield moment(day, one.published.time()), _guidance(key, one, units)
        elif published < day <= published + datetime.timedelta(days=2):
            at = moment(day, datetime.time(17, 20))
            yield at, lambda key=key, one=one, at=at: _reading(key, one, at, left_alone)  # type: ignore[misc]


def _guidance(key: uuid.UUID, one: PublishedGuidance, units: Mapping[str, Unit]) -> Callable[[], None]:
    at = moment(one.published.date(), one.published.time())

    def happen() -> None:
        office, root = User.objects.get(username=OFFICE), units[material.agency().code]
        targets = [units[code].pk for code in one.targets]
        written = guidance.Written(one.title, one.text, one.published.date(), targets, one.number)
        made = guidance.draft_guidance(key, root.pk, written, actor=office, at=at)
        if made.state == GuidanceState.DRAFT:
            guidance.publish_guidance(made, actor=office, at=at)

    return happen


def _reading(key: uuid.UUID, one: PublishedGuidance, at: datetime.datetime, left_alone: frozenset[str]) -> None:
    """In the evening: of those who have not read it, as many as on other days."""
    made = Guidance.objects.filter(key=key, state=GuidanceState.PUBLISHED).first()
    if made is None:
        return
    for unit in all_readings(made, on=at.date(), tree=all_tree_on(at.date())):
        for reader in unit.missing:
            chance = draw("guidance", key, reader.user.username)
            if reader.user.username not in left_alone and chance.random() < one.read:
                guidance.acknowledge_guidance(made, actor=reader.user, at=at)


def _asking(key: uuid.UUID, unit: Unit, one: AskedQuestion, asker: User) -> Callable[[], None]:
    asked = questions.Asked(one.title, one.text, one.asked.date() if one.is_about_return else None, one.is_about_return)
    return lambda: void(questions.ask_question(key, unit.pk, asked, actor=asker, at=one.at))


def _answering(key: uuid.UUID, one: AskedQuestion) -> Callable[[], None]:
    def happen() -> None:
        question = Question.objects.filter(key=key, state=QuestionState.ASKED).first()
        if question is None:
            return
        office, at = User.objects.get(username=OFFICE), one.answer_at
        questions.move_question(question, QuestionVerb.ANSWER, text=one.answer, actor=office, at=at)
        if one.published:
            said = {"said_question": one.published, "said_answer": one.answer}
            questions.publish_answer(question, **said, actor=office, at=at)

    return happen


def void(_made: object) -> None:
    """What was made is found again by its key."""


@dataclass(frozen=True, slots=True)
class _Visit:
    """One visit with what follows it, each step on its day."""

    key: uuid.UUID
    visit: SupervisedUnit
    units: Mapping[str, Unit]

    def of_day(self, day: datetime.date, left_alone: frozenset[str]) -> Iterator[Happening]:
        unit = self.units[self.visit.unit]
        head = next((user for user in roles.holders(roles.HEADS, unit.pk, on=day)), None)
        if OFFICE in left_alone or head is None:
            return
        steps = [
            (self.visit.planned, lambda at: self.plan(unit, at)),
            (self.visit.begun, self.begin),
            (self.visit.recorded, self.record),
            (self.visit.answered, lambda at: self.answer(head, at)),
            (self.visit.reported, lambda at: self.report(head, at)),
            (self.visit.settled, self.settle),
        ]
        for number, (when, step) in enumerate(steps):
            is_heads = number in (3, 4) and head.username in left_alone
            if when and when.date() == day and not is_heads:
                at = moment(when.date(), when.time())
                yield at, lambda step=step, at=at: step(at)  # type: ignore[misc]

    def plan(self, unit: Unit, at: datetime.datetime) -> None:
        office = User.objects.get(username=OFFICE)
        team = [Person.objects.get(user__username=name) for name in self.visit.team]
        codes = [one.code for one in SUPERVISION_RULE.current().in_force(at.date()).content]
        plan = supervision.Plan(unit.pk, self.visit.day, self.visit.purpose, self.visit.is_announced, team, codes)
        supervision.plan_supervision(self.key, plan, actor=office, at=at)

    def begin(self, at: datetime.datetime) -> None:
        self._move("PLANNED", "begin", User.objects.get(username=OFFICE), at)

    def record(self, at: datetime.datetime) -> None:
        made, office = (
            Supervision.objects.filter(key=self.key, state="BEGUN").first(),
            User.objects.get(username=OFFICE),
        )
        if made is None:
            return
        items = {item.code: item.pk for item in made.items.all()}
        remarks = {items[code]: text for code, text in self.visit.not_met.items()}
        results = {pk: "NOT_MET" if pk in remarks else "MET" for pk in items.values()}
        due = at.date() + datetime.timedelta(days=self.visit.days)
        proposals = [recording.Proposal(None, text, due) for text in self.visit.recommendation]
        if made.recommendations.exists():
            proposals = []
        recorded = recording.Recorded(self.visit.present, self.visit.conclusions, results, remarks, proposals)
        recording.record_supervision(made, recorded, actor=office, at=at)
        if self.visit.is_sent:
            self._move("BEGUN", "send_minutes", office, at)

    def answer(self, head: User, at: datetime.datetime) -> None:
        self._move("MINUTES", "object" if self.visit.opinion else "confirm", head, at)

    def report(self, head: User, at: datetime.datetime) -> None:
        for one in self._recommendations(RecommendationState.OPEN):
            recommendations.move_recommendation(
                one, RecommendationVerb.REPORT, actor=head, at=at, text=self.visit.report
            )

    def settle(self, at: datetime.datetime) -> None:
        office = User.objects.get(username=OFFICE)
        for one in self._recommendations(RecommendationState.REPORTED):
            recommendations.move_recommendation(one, RecommendationVerb.ACCEPT, actor=office, at=at)

    def _recommendations(self, state: str) -> list[Recommendation]:
        return list(Recommendation.objects.filter(supervision=self.key, state=state).order_by("number"))

    def _move(self, state: str, verb: str, actor: User, at: datetime.datetime) -> None:
        if made := Supervision.objects.filter(key=self.key, state=state).first():
            supervision.move_supervision(made, verb, actor=actor, at=at, text=self.visit.opinion)
