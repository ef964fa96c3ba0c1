"""A visit seen at a gate: the sighting that belongs to letting in and to leaving, at the gate where it was."""

import datetime
import uuid

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from vungxanh.accounts.models import User
from vungxanh.admission.enums import VisitRole
from vungxanh.admission.models import Visit
from vungxanh.admission.queries.gate import all_open_gates
from vungxanh.admission.queries.visits import all_stay_of_visit
from vungxanh.common.clock import ZONE
from vungxanh.organization.models import Place
from vungxanh.screening.enums import Direction, GateState, Means
from vungxanh.screening.operations.presence import NewPresence, record_presence


class VisitError(ValidationError):
    """The visit is not where this can be done; nothing was changed."""


def note_presence(
    visit: Visit, verb: str, by: VisitRole, actor: User | None, at: datetime.datetime, gate: Place | None
) -> None:
    """A site without a gate keeps the visit alone."""
    place = _gate(visit, by, at, gate)
    if place is None:
        return
    seen = NewPresence(
        client_uuid=uuid.uuid5(visit.key, verb),
        place=place,
        subject=visit.visitor.pseudonym,
        direction=Direction.IN if verb == "admit" else Direction.OUT,
        means=Means.TYPED if by == VisitRole.GUARD else Means.FIXED_CODE,
        decision=GateState.ALLOWED if verb == "admit" else None,
    )
    # The rights were looked at above; a visitor who leaves by the own link has no account.
    record_presence([seen], actor=actor if by == VisitRole.GUARD else None, at=at)


def _gate(visit: Visit, by: VisitRole, at: datetime.datetime, given: Place | None) -> Place | None:
    """Where they pass. Of a visitor who leaves by the own page only the gate of the entry is known."""
    gates = all_open_gates([visit.site.unit_id], on=at.astimezone(ZONE).date())
    gates = [one for one in gates if one.site_id == visit.site_id]
    if given:
        if given not in gates:
            raise VisitError(_("This gate belongs to another site."))
        return given
    if len(gates) > 1 and by == VisitRole.VISITOR:
        stay = all_stay_of_visit(visit)
        return next((one for one in gates if stay and one.pk == stay.place_id), gates[0])
    if len(gates) > 1:
        raise VisitError(_("This site has several gates: choose first at which one you stand."))
    return gates[0] if gates else None
