"""What could not be sent to DHIS2, before it is tried."""

import datetime

from django.conf import settings
from django.utils.translation import gettext as _

from vungxanh.organization.tree import all_tree_on
from vungxanh.risk.dhis2 import UnmappedError, value_of
from vungxanh.risk.models import Delivery
from vungxanh.risk.rulebook import DHIS2

NAMED = 20


def all_dhis2_faults(on: datetime.date) -> list[str]:
    """In words: reporting points and figures that the mapping in force lacks; nothing where there is no address."""
    if not settings.DHIS2_URL:
        return []
    mapping = DHIS2.current().in_force(on)
    known = {one.code for one in mapping.unit}
    missing = [point.code for point in all_tree_on(on).reporting_points() if point.code not in known]
    faults = []
    if missing:
        more = ", …" if len(missing) > NAMED else ""
        faults.append(
            _("No organisation unit in dhis2.toml for: %(units)s.") % {"units": ", ".join(missing[:NAMED]) + more}
        )
    if not mapping.value:
        faults.append(_("No figure has a data element in dhis2.toml."))
    last = Delivery.objects.order_by("-pk").values_list("payload", flat=True).first()
    if last is None:
        return faults
    for one in mapping.value:
        try:
            value_of(one, last)
        except UnmappedError as error:
            faults.append(str(error))
    return faults
