"""The declarations of a day looked through for what does not fit, and the word of whoever clarified it."""

import datetime
import uuid
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl
from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from vungxanh.accounts.models import User
from vungxanh.audit import operations as audit
from vungxanh.common import facts, formats
from vungxanh.common.clock import ZONE
from vungxanh.common.decision_tables import TableEdition
from vungxanh.notifications.operations import notify_all
from vungxanh.notifications.topics import Message
from vungxanh.organization import roles
from vungxanh.organization.models import Person
from vungxanh.organization.tree import UnitNode, all_tree_on
from vungxanh.risk import permissions
from vungxanh.risk.consistency import ANSWERS, Answer, Lived, Record, Said, all_answers, records_of
from vungxanh.risk.enums import FindingState, Reader
from vungxanh.risk.models import ConsistencyFinding, ConsistencyRun
from vungxanh.risk.queries.findings import READERS_OF
from vungxanh.risk.queries.lived import all_lived
from vungxanh.risk.rulebook import CONSISTENCY_TABLE, READERS
from vungxanh.risk.topics import TO_CLARIFY
from vungxanh.risk.workflow import FINDING

CHANGED = ["state", "evidence", "edition", "reader", "unit_id"]


class OutcomeMissingError(ValidationError):
    """A finding is closed only with a word."""


@dataclass(frozen=True, slots=True)
class _Found:
    """A rule that holds for a person."""

    unit_id: int
    reader: str
    evidence: list[dict[str, object]]


Key = tuple[uuid.UUID, str]


def check_consistency(day: datetime.date, *, at: datetime.datetime, actor: User | None = None) -> ConsistencyRun:
    """Looks through the whole day, again as often as one likes: what holds is found once, what was reviewed stays so,
    what does not hold any more is withdrawn. Set-wise; people whom the rules do not name cost no row."""
    edition = CONSISTENCY_TABLE.current().editions.in_force(day)
    with transaction.atomic():
        run, _made = ConsistencyRun.objects.get_or_create(
            day=day, defaults={"at": at, "edition": edition.in_force_from, "people": 0}
        )
        ConsistencyRun.objects.select_for_update().get(pk=run.pk)
        lived = all_lived(day)
        found = _found(lived, edition, day)
        _tell_readers(_keep(found, edition, day, at), day, at)
        run.at, run.edition, run.people, run.unknown = at, edition.in_force_from, len(lived), _unknown(edition)
        run.save()
        audit.record(
            "risk.check_consistency",
            actor=actor,
            at=at,
            subject=("risk.consistencyrun", day.isoformat()),
            detail={"people": len(lived), "found": len(found)},
        )
    return run


def review_finding(finding_id: int, *, outcome: str, actor: User, at: datetime.datetime) -> ConsistencyFinding:
    """Closed with a word, by the one for whom it is; nobody closes one of the own."""
    with transaction.atomic():
        finding = ConsistencyFinding.objects.select_for_update(of=("self",)).get(pk=finding_id)
        permissions.may_review(actor, finding, on=at.astimezone(ZONE).date()).or_refuse()
        if not outcome.strip():
            raise OutcomeMissingError(_("Say what came out."))
        if not FINDING.allows(finding.state, "review"):
            raise ValidationError(_("Somebody has clarified this already, or it does not hold any more."))
        finding.outcome, finding.reviewed_by, finding.reviewed_at = outcome.strip(), actor, at
        _move(finding, "review")
        finding.save()
        audit.record(
            "risk.review_finding",
            actor=actor,
            at=at,
            subject=finding,
            unit_id=finding.unit_id,
            detail={"code": finding.code},
        )
    return finding


def _found(
    lived: Mapping[uuid.UUID, tuple[int, Lived]], edition: TableEdition, day: datetime.date
) -> dict[Key, _Found]:
    """Every row that matches counts, not only the first."""
    answers = {subject: all_answers(one) for subject, (_unit, one) in lived.items()}
    found: dict[Key, _Found] = {}
    for row in _judged(answers, edition, day):
        subject = uuid.UUID(row["id"])
        for code in row["matched"]:
            rule = edition.rows_by_code[code]
            if rule.then == READERS[0]:
                continue
            records = records_of(answers[subject], (fact.name for fact in rule.when.facts()))
            found[subject, code] = _Found(lived[subject][0], rule.then, [_evidence(one) for one in records])
    return found


def _judged(
    answers: Mapping[uuid.UUID, Mapping[str, Answer]], edition: TableEdition, day: datetime.date
) -> Iterator[dict[str, Any]]:
    own = [fact for fact in edition.facts if fact.name in ANSWERS]
    columns = {"id": pl.String(), **{fact.name: fact.type.column_type for fact in own}}
    rows = [(str(subject), *(one[fact.name].value for fact in own)) for subject, one in answers.items()]
    frame = pl.DataFrame(rows, schema=columns, orient="row")
    others = [fact for fact in edition.facts if fact.name not in ANSWERS]
    frame = facts.gather(frame["id"], others, on=day).join(frame, on="id", how="left", maintain_order="left")
    return CONSISTENCY_TABLE.current().judge(frame, on=day).iter_rows(named=True)


def _evidence(record: Record) -> dict[str, object]:
    if isinstance(record, Said):
        at, kind = record.at, record.window
        return {"kind": kind, "at": at.astimezone(ZONE).isoformat(), "site": record.site_id, "declaration": record.id}
    left = record.left_at.astimezone(ZONE).isoformat() if record.left_at else None
    at = record.entered_at
    return {"kind": "STAY", "at": at.astimezone(ZONE).isoformat(), "left": left, "site": record.site_id}


def _keep(
    found: Mapping[Key, _Found], edition: TableEdition, day: datetime.date, at: datetime.datetime
) -> list[ConsistencyFinding]:
    """Returns those that are new."""
    there = {(row.subject, row.code): row for row in ConsistencyFinding.objects.filter(day=day).defer("outcome")}
    new = [_finding(key, one, edition, day, at) for key, one in found.items() if key not in there]
    changed = [row for key, row in there.items() if _is_brought_up(row, found.get(key), edition)]
    ConsistencyFinding.objects.bulk_create(new, batch_size=500)
    ConsistencyFinding.objects.bulk_update(changed, CHANGED, batch_size=500)
    return new


def _tell_readers(new: Collection[ConsistencyFinding], day: datetime.date, at: datetime.datetime) -> None:
    """One message for each unit and reader, however many findings; a later look at the same day may bring another.
    Whoever is alone concerned by them is left out: nobody clarifies what concerns oneself."""
    if not new:
        return
    tree, today = all_tree_on(day), at.astimezone(ZONE).date()
    subjects = {one.subject for one in new}
    owners = dict(Person.objects.filter(pseudonym__in=subjects).values_list("pseudonym", "user_id"))
    concerned: dict[tuple[Reader, int], set[int | None]] = defaultdict(set)
    for one in new:
        concerned[Reader(one.reader), one.unit_id].add(owners.get(one.subject))
    people = {
        reader: roles.all_holders(held, {unit for wanted, unit in concerned if wanted == reader}, on=today)
        for reader, held in READERS_OF.items()
    }
    tellings = [
        (_to_clarify(tree[unit], reader, day, today), [one for one in people[reader][unit] if about - {one.pk}])
        for (reader, unit), about in concerned.items()
        if unit in tree
    ]
    notify_all(tellings, at=at)


def _to_clarify(unit: UnitNode, reader: Reader, day: datetime.date, today: datetime.date) -> Message:
    words = _("{unit}: something in the declarations of {day} is to be clarified")
    return Message(
        topic=TO_CLARIFY,
        key=f"risk.to_clarify:{unit.id}:{day}:{reader}:{today}",
        title=format_lazy(words, unit=unit.short_name, day=formats.day(day)),
        address=reverse("risk:finding_list", args=[unit.code, day]),
    )


def _finding(
    key: Key, one: _Found, edition: TableEdition, day: datetime.date, at: datetime.datetime
) -> ConsistencyFinding:
    made = ConsistencyFinding(
        subject=key[0],
        code=key[1],
        day=day,
        unit_id=one.unit_id,
        edition=edition.in_force_from,
        reader=one.reader,
        evidence=one.evidence,
        found_at=at,
        state="",
    )
    _move(made, "find")
    return made


def _is_brought_up(row: ConsistencyFinding, one: _Found | None, edition: TableEdition) -> bool:
    """Brings the row up to what holds now, and tells whether that changed it; a reviewed one is left alone."""
    before = (row.state, row.evidence, row.edition, row.reader, row.unit_id)
    if row.state == FindingState.REVIEWED:
        return False
    if one is None:
        if row.state == FindingState.OPEN:
            _move(row, "withdraw")
    else:
        if row.state == FindingState.WITHDRAWN:
            _move(row, "find_again")
        row.evidence, row.edition = one.evidence, edition.in_force_from
        row.reader, row.unit_id = one.reader, one.unit_id
    return before != (row.state, row.evidence, row.edition, row.reader, row.unit_id)


def _move(finding: ConsistencyFinding, verb: str) -> None:
    finding.state = FINDING.find(finding.state, verb).end


def _unknown(edition: TableEdition) -> list[str]:
    """Facts that nobody can tell yet: their rules were not looked at."""
    return [fact.name for fact in edition.facts if not facts.registry.is_provided(fact)]
