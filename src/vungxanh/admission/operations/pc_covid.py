"""What was declared in PC-Covid counts as the declaration of the window: nobody is made to declare a third time."""

import datetime
import uuid
from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _

from vungxanh.accounts.models import User
from vungxanh.admission.imports import WHO, columns
from vungxanh.admission.operations.declaring import submit_declarations
from vungxanh.admission.submission import CONFLICT, NewDeclaration, Refused, nothing_to_report
from vungxanh.common.encryption import digest
from vungxanh.common.lists.rows import CellFault, Row, read_rows
from vungxanh.common.lists.sheets import read_sheet
from vungxanh.organization.models import Person
from vungxanh.organization.operations.lists import ImportResult, whole_or_nothing
from vungxanh.screening.enums import Channel, Window
from vungxanh.screening.rulebook import QUESTIONNAIRE

NAMESPACE = uuid.UUID("2f0a6c1e-7c52-4a4e-8f7e-200720212021")


def import_pc_covid(
    content: bytes, *, window: Window, dry_run: bool, actor: User, at: datetime.datetime
) -> ImportResult:
    """The whole list or nothing. Whoever has declared already stays as they are; the same list again is no change."""

    def run(result: ImportResult) -> None:
        form = QUESTIONNAIRE.current().in_force(at.date())
        found = read_rows(read_sheet(content), columns(form))
        people = _people(found.rows)
        found.faults += [fault for row in found.rows if (fault := _who_fault(row, people.get(row.line)))]
        result.refuse(found.sorted_faults)
        if result.is_refused:
            return
        result.rows = len(found.rows)
        rows = [(row, people[row.line]) for row in found.rows]
        batch = [_new(row, person, window, actor, nothing_to_report(form, window)) for row, person in rows]
        _note(result, found.rows, batch, at)

    return whole_or_nothing(run, lambda _result: None, dry_run=dry_run)


def _note(result: ImportResult, rows: Sequence[Row], batch: Sequence[NewDeclaration], at: datetime.datetime) -> None:
    faults = []
    for row, outcome in zip(rows, submit_declarations(batch, at=at), strict=True):
        if not isinstance(outcome, Refused):
            result.created += not outcome.is_replay
            result.unchanged += outcome.is_replay
        elif outcome.status == CONFLICT:
            result.unchanged += 1
        else:
            faults.append(row.fault("declared_at", " ".join(str(fault.message) for fault in outcome.errors)))
    result.refuse(faults)


def _people(rows: Sequence[Row]) -> dict[int, Person]:
    """By line, whom the first filled column of the three names; one query for each kind."""
    found: dict[int, Person] = {}
    for key, field in zip(WHO, ("staff_code", "phone_digest", "identity_digest"), strict=True):
        named = {row.line: row[key] for row in rows if row[key] and row.line not in found}
        values = {line: value if key == "staff_code" else digest(value) for line, value in named.items()}
        people = Person.objects.filter(**{f"{field}__in": set(values.values())}, merged_into__isnull=True)
        by_value: dict[str, Person | None] = {}
        for person in people:
            value = getattr(person, field)
            # Two people with one number: neither is meant for certain.
            by_value[value] = None if value in by_value else person
        found |= {line: known for line, value in values.items() if (known := by_value.get(value))}
    return found


def _who_fault(row: Row, person: Person | None) -> CellFault | None:
    if person:
        return None
    filled = next((key for key in WHO if row[key]), next(iter(row.cells)))
    return row.fault(filled, _("nobody on the staff list is named by this line, or more than one person"))


def _new(row: Row, person: Person, window: Window, actor: User, clear: Mapping[str, object]) -> NewDeclaration:
    return NewDeclaration(
        client_uuid=uuid.uuid5(NAMESPACE, f"{person.pseudonym}:{window}:{row['declared_at'].isoformat()}"),
        person=person,
        window=window,
        site_code=None,
        declared_at=row["declared_at"],
        temperature_c=None,
        answers={**clear, **dict.fromkeys(row["answers"], True)},
        attested=True,
        channel=Channel.PC_COVID,
        actor=actor,
    )
