"""The records that the checks of consistency look at, read for a whole day at once."""

import datetime
import uuid
from collections import defaultdict
from collections.abc import Collection

from vungxanh.organization.enums import PlaceKind
from vungxanh.organization.models import Place
from vungxanh.risk.consistency import Lived, Said, Stay
from vungxanh.risk.queries.facts import in_parts
from vungxanh.screening.enums import Excuse
from vungxanh.screening.models import Declaration, PersonDay, Presence

LOOK_BACK = datetime.timedelta(days=30)
AWAY = frozenset({Excuse.LEAVE, Excuse.SICK_LEAVE, Excuse.MATERNITY_LEAVE, Excuse.STUDY})
"""Whoever travels on duty or works at home may well come in."""


def all_lived(day: datetime.date) -> dict[uuid.UUID, tuple[int, Lived]]:
    """Of everybody who stands on the day: the unit, and what is known; a flat number of queries."""
    rows = list(PersonDay.objects.filter(day=day).order_by("pk"))
    subjects = [row.subject for row in rows]
    said, stays = _said(subjects, day), _stays(subjects, day)
    return {
        row.subject: (
            row.unit_id,
            Lived(
                day=day,
                is_absent=_is_absent(row),
                expects_arrival=row.expects_arrival,
                said=said.get(row.subject, []),
                stays=stays.get(row.subject, []),
            ),
        )
        for row in rows
    }


def _is_absent(row: PersonDay) -> bool:
    """The whole day, and not asked to declare from afar."""
    return row.excuse in AWAY and not (row.expects_arrival or row.expects_leaving or row.is_remote)


def _said(subjects: Collection[uuid.UUID], day: datetime.date) -> dict[uuid.UUID, list[Said]]:
    """Newest versions only, in the order of time."""
    found: defaultdict[uuid.UUID, dict[tuple[datetime.date, str], Said]] = defaultdict(dict)
    for part in in_parts(subjects):
        rows = Declaration.objects.filter(subject__in=part, day__range=(day - LOOK_BACK, day))
        for row in rows.defer("answers", "correction_note").order_by("version"):
            found[row.subject][row.day, row.window] = Said(
                id=row.pk,
                day=row.day,
                window=row.window,
                at=row.declared_at,
                site_id=row.site_id if row.names_site else None,
                digest=row.answers_digest,
                had_contact=row.had_contact_with_case,
                has_signs=row.symptom_count > 0 or bool(row.has_fever),
            )
    return {subject: sorted(rows.values(), key=lambda one: (one.at, one.id)) for subject, rows in found.items()}


def _stays(subjects: Collection[uuid.UUID], day: datetime.date) -> dict[uuid.UUID, list[Stay]]:
    """Those that something vouches for, with a known beginning, in the order of time."""
    gates = set(Place.objects.filter(kind=PlaceKind.GATE).values_list("pk", flat=True))
    found: defaultdict[uuid.UUID, list[Stay]] = defaultdict(list)
    for part in in_parts(subjects):
        rows = Presence.objects.filter(subject__in=part, day=day, is_weak=False, entered_at__isnull=False)
        for row in rows.order_by("entered_at", "pk"):
            assert row.entered_at
            found[row.subject].append(Stay(row.entered_at, row.left_at, row.site_id, row.place_id in gates))
    return found
