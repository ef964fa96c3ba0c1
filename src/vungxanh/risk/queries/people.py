"""People's levels and why, as far as the viewer may see: the person and the health officer see the sentences, the
unit's staff level, instruction and a neutral reason, nobody else anything."""

import datetime
import uuid
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.db.models import OuterRef, Prefetch, QuerySet, Subquery, prefetch_related_objects

from vungxanh.accounts.models import User
from vungxanh.common.bulk import Select
from vungxanh.common.clock import moment
from vungxanh.common.decision_tables import Judgement, Status
from vungxanh.organization import roles
from vungxanh.organization.enums import Role
from vungxanh.organization.models import Person
from vungxanh.organization.permissions import sees_level_of
from vungxanh.organization.queries.people import unit_ids_of
from vungxanh.organization.tree import Tree, all_tree_on
from vungxanh.risk.models import LevelDecision, PersonAssessment
from vungxanh.risk.queries.facts import in_parts
from vungxanh.risk.rulebook import PERSON_RULEBOOK, PERSON_TABLE, RISK_LEVELS, is_worse
from vungxanh.screening.models import PersonDay

READ_DECISIONS: str = "known_decisions"
current_ones = Select(PersonAssessment, among=["subject"], where='"is_current"')
decided_ones = Select(LevelDecision, ["assessment_id"], among=["assessment_id"])


@dataclass(frozen=True)
class ShownReason:
    """A reason in the words that this viewer may read."""

    code: str
    words: str
    instruction: str
    remedy: str
    cites: str
    is_unverified: bool


@dataclass(frozen=True)
class PersonLevel:
    """A person's level now. `level` counts; `proposed` is what the rules said, shown beside it where it differs."""

    subject: uuid.UUID
    person: Person
    assessment: PersonAssessment | None
    decisions: tuple[LevelDecision, ...]
    reasons: tuple[ShownReason, ...]
    unknown: tuple[str, ...]
    is_full: bool = False

    @property
    def decision(self) -> LevelDecision | None:
        return self.decisions[-1] if self.decisions else None

    @property
    def proposed(self) -> str:
        return self.assessment.level if self.assessment else ""

    @property
    def level(self) -> str:
        return self.decision.level if self.decision else self.proposed

    @property
    def is_overridden(self) -> bool:
        return self.level != self.proposed

    @property
    def is_lowered(self) -> bool:
        return self.is_overridden and is_worse(self.proposed, than=self.level)

    @property
    def instruction(self) -> str:
        return self.reasons[0].instruction if self.reasons else ""

    @property
    def needs_attention(self) -> bool:
        return self.level not in ("", RISK_LEVELS[0]) or self.proposed not in ("", RISK_LEVELS[0])


def all_current(subjects: Iterable[uuid.UUID]) -> dict[uuid.UUID, PersonAssessment]:
    """The assessment in force of each subject that has one, its decisions at hand, oldest first."""
    rows = current_ones.models(list(subjects))
    decided = {key for (key,) in decided_ones([row.pk for row in rows])}
    for row in rows:
        if row.pk not in decided:
            row.known_decisions = []
    prefetch_related_objects([row for row in rows if row.pk in decided], _decisions())
    return {row.subject: row for row in rows}


def all_in_force_on(day: datetime.date, unit_ids: Collection[int]) -> dict[uuid.UUID, PersonAssessment]:
    """As the day ended, of everybody who stood in the units on it; its decisions of those days at hand. Two queries."""
    last = PersonAssessment.objects.filter(subject=OuterRef("subject"), day__lte=day).order_by("-at", "-pk")
    keys = PersonDay.objects.filter(day=day, unit_id__in=list(unit_ids)).values_list(Subquery(last.values("pk")[:1]))
    rows = _with_decisions(PersonAssessment.objects.filter(pk__in=keys), until=day)
    return {row.subject: row for row in rows}


def all_decision_of(assessment: PersonAssessment) -> LevelDecision | None:
    """The last decision on an assessment read by this module."""
    return assessment.known_decisions[-1] if assessment.known_decisions else None


def all_level_of(assessment: PersonAssessment) -> str:
    """The level that counts: the unit's decision, else what the rules said."""
    decision = all_decision_of(assessment)
    return decision.level if decision else assessment.level


def all_assessment_at(subject: uuid.UUID, at: datetime.datetime) -> PersonAssessment | None:
    """What was said of a person at a moment, for the repeated answer to a repeated declaration."""
    return PersonAssessment.objects.filter(subject=subject, at__lte=at).order_by("-at", "-pk").first()


def judgement_of(assessment: PersonAssessment) -> Judgement:
    """The sentences of the edition that judged; whoever shows them decides between `says` and `neutral`."""
    row = {
        "level": assessment.level,
        "edition": assessment.edition,
        "matched": assessment.row_codes,
        "unknown": assessment.unknown,
    }
    return PERSON_TABLE.current().judgement(row)


def shown_reasons(assessment: PersonAssessment, *, in_full: bool) -> tuple[ShownReason, ...]:
    """In full for the person and the health officer; otherwise the deciding row's neutral sentence alone."""
    reasons = judgement_of(assessment).reasons
    return tuple(
        ShownReason(
            code=reason.code if in_full else "",
            words=reason.says if in_full else reason.neutral,
            instruction=reason.instruction,
            remedy=reason.remedy if in_full else "",
            cites=reason.cites if in_full else "",
            is_unverified=reason.status is Status.UNVERIFIED,
        )
        for reason in (reasons if in_full else reasons[:1])
    )


def labels_of_unknown(assessment: PersonAssessment) -> tuple[str, ...]:
    facts = PERSON_RULEBOOK.by_name
    return tuple(facts[name].label_vi for name in assessment.unknown if name in facts)


def people_levels(
    viewer: User,
    unit_id: int,
    day: datetime.date,
    *,
    tree: Tree | None = None,
    only_in: Collection[int] | None = None,
) -> list[PersonLevel]:
    """Everybody who stands on the day in the unit or below it, or in those of them that are named, with the level of
    that day, worst first, then by name; empty for a stranger."""
    tree = tree or all_tree_on(day)
    in_full = roles.unit_ids_where(viewer, Role.HEALTH_OFFICER, on=day, tree=tree)
    visible = in_full | roles.unit_ids_where(viewer, roles.UNIT_STAFF, on=day, tree=tree)
    if unit_id not in visible:
        return []
    below = [node.id for node in tree.below(unit_id) if only_in is None or node.id in only_in]
    places = dict(PersonDay.objects.filter(day=day, unit_id__in=below).values_list("subject", "unit_id"))
    people = [person for part in in_parts(places) for person in Person.objects.filter(pseudonym__in=part)]
    current = all_in_force_on(day, below)
    shown = [_shown(one, current.get(one.pseudonym), in_full=places[one.pseudonym] in in_full) for one in people]
    return sorted(shown, key=lambda one: (-_severity(one), one.person.sort_key))


def person_level(viewer: User, subject: uuid.UUID, day: datetime.date) -> PersonLevel | None:
    """One person, for the person, the health officer and the unit's staff; None for everybody else."""
    person = Person.objects.filter(pseudonym=subject).select_related("user").first()
    if person is None or not (sight := _sight(viewer, person, day)):
        return None
    return _shown(person, all_current([subject]).get(subject), in_full=sight == "full")


def person_history(viewer: User, subject: uuid.UUID, day: datetime.date) -> list[PersonLevel]:
    """Every assessment of a person, newest first, in the words that the viewer may read."""
    person = Person.objects.filter(pseudonym=subject).select_related("user").first()
    if person is None or not (sight := _sight(viewer, person, day)):
        return []
    rows = _with_decisions(PersonAssessment.objects.filter(subject=subject)).order_by("-at", "-pk")
    return [_shown(person, row, in_full=sight == "full") for row in rows]


def _sight(viewer: User, person: Person, day: datetime.date) -> str:
    if not sees_level_of(viewer, person, on=day):
        return ""
    if person.user_id == viewer.pk:
        return "full"
    sees_all = roles.unit_ids_where(viewer, Role.HEALTH_OFFICER, on=day)
    return "full" if unit_ids_of(person, day) & sees_all else "neutral"


def _shown(person: Person, assessment: PersonAssessment | None, *, in_full: bool) -> PersonLevel:
    if assessment is None:
        return PersonLevel(person.pseudonym, person, None, (), (), ())
    return PersonLevel(
        subject=person.pseudonym,
        person=person,
        assessment=assessment,
        decisions=tuple(assessment.known_decisions),
        reasons=shown_reasons(assessment, in_full=in_full),
        unknown=labels_of_unknown(assessment) if in_full else (),
        is_full=in_full,
    )


def _severity(one: PersonLevel) -> int:
    return max(RISK_LEVELS.index(level) if level else -1 for level in (one.level, one.proposed))


def _with_decisions(
    rows: QuerySet[PersonAssessment], *, until: datetime.date | None = None
) -> QuerySet[PersonAssessment]:
    return rows.prefetch_related(_decisions(until=until))


def _decisions(*, until: datetime.date | None = None) -> "Prefetch[str]":
    decisions = LevelDecision.objects.select_related("decided_by").order_by("decided_at", "pk")
    if until:
        decisions = decisions.filter(decided_at__lt=moment(until + datetime.timedelta(days=1), datetime.time()))
    return Prefetch("decisions", queryset=decisions, to_attr=READ_DECISIONS)
