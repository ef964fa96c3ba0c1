"""What the Office found out about a sign of formalism."""

import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from vungxanh.accounts.models import User
from vungxanh.audit.operations import record
from vungxanh.common.clock import ZONE
from vungxanh.common.vietnamese import canonical
from vungxanh.reports.models import FormalismNote
from vungxanh.reports.permissions import may_see_formalism
from vungxanh.reports.queries.formalism import Sign

LONGEST_NOTE = 300


class NoteError(ValidationError):
    """Nothing was kept; the text says why."""


@transaction.atomic
def note_sign(sign: Sign, text: str, *, actor: User, at: datetime.datetime) -> FormalismNote:
    """Whoever reads a sign may say what came of it; the newest note said again by the same person is the same tap."""
    may_see_formalism(actor, on=at.astimezone(ZONE).date()).or_refuse()
    text = canonical(text)
    if not text:
        raise NoteError(_("Say what you found out."))
    if len(text) > LONGEST_NOTE:
        raise NoteError(_("The note has at most %(most)d characters.") % {"most": LONGEST_NOTE})
    newest = sign.notes[0] if sign.notes else None
    if newest and (newest.text, newest.noted_by_id) == (text, actor.pk):
        return newest
    note = FormalismNote.objects.create(sign=sign.key, text=text, noted_at=at, noted_by=actor)
    record(
        "reports.note_sign",
        actor=actor,
        at=at,
        subject=note,
        unit_id=sign.unit.id,
        detail={"kind": sign.kind, "note": text},
    )
    return note
