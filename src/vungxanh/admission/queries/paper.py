"""Paper sheets: which were entered, what proves them. The pictures themselves are read one by one, audited."""

import uuid
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from vungxanh.accounts.models import User
from vungxanh.admission.models import PaperEntry, PaperSheet, SheetPhotograph
from vungxanh.screening.models import Declaration

STANDS = Q(withdrawn_at__isnull=True)


@dataclass(frozen=True, slots=True)
class Shown:
    """A photograph as it is listed: without its picture."""

    photograph: SheetPhotograph
    added_by: str


def sheets(unit_ids: Collection[int]) -> QuerySet[PaperSheet]:
    """The newest first; `entered` and `proofs` count people and photographs."""
    counted = PaperSheet.objects.filter(unit_id__in=unit_ids).annotate(
        entered=Count("entries", distinct=True),
        proofs=Count("photographs", filter=Q(photographs__withdrawn_at__isnull=True), distinct=True),
    )
    return counted.select_related("unit").order_by("-day", "unit__code", "window")


def all_photographs(sheets: QuerySet[PaperSheet]) -> list[Shown]:
    """Of one or more sheets, in the order of coming; two queries, neither of which reads a picture."""
    rows = list(SheetPhotograph.objects.filter(STANDS, sheet__in=sheets).defer("content").order_by("added_at", "pk"))
    names = User.objects.in_bulk({row.added_by_id for row in rows})
    return [Shown(row, str(names.get(row.added_by_id, ""))) for row in rows]


def all_subjects(sheet: PaperSheet) -> list[uuid.UUID]:
    return list(sheet.entries.values_list("subject", flat=True))


@dataclass(frozen=True, slots=True)
class Proof:
    """The sheet that a declaration was entered from, and how many photographs it has."""

    sheet: PaperSheet
    photographs: int


def all_proofs(declarations: Iterable[Declaration]) -> dict[int, Proof]:
    """By id of a declaration, of those that they or what they correct were entered from paper; one query."""
    rows = list(declarations)
    entries = PaperEntry.objects.filter(
        subject__in={row.subject for row in rows}, sheet__day__in={row.day for row in rows}
    )
    counted = entries.select_related("sheet__unit").annotate(
        proofs=Count("sheet__photographs", filter=Q(sheet__photographs__withdrawn_at__isnull=True))
    )
    found = {(one.subject, one.sheet.day, one.sheet.window): Proof(one.sheet, one.proofs) for one in counted}
    return {row.pk: proof for row in rows if (proof := found.get((row.subject, row.day, row.window)))}
