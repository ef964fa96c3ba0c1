"""How the units stand with their plans, as a spreadsheet."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from vungxanh.common.spreadsheets import Value, workbook_of
from vungxanh.plans.models import UnitPlan
from vungxanh.plans.queries.plans import PlanLine


def plan_workbook(lines: Iterable[PlanLine]) -> bytes:
    """A row for each unit: how both of its plans stand, since when they are accepted and issued, under which number."""
    of_one = [_("State"), _("Accepted on"), _("Issued on"), _("Number")]
    heads = [_("Unit")]
    for name in (_("Plan for the movement"), _("Plan to stay a Green Zone")):
        heads += [f"{name}: {one}" for one in of_one]
    rows: list[list[Value]] = [[line.unit.name, *_cells(line.of_campaign), *_cells(line.green_zone)] for line in lines]
    return workbook_of([(_("Plans of the units"), heads, rows)])


def _cells(plan: UnitPlan | None) -> list[Value]:
    if plan is None:
        return [_("not begun"), "", "", ""]
    number = plan.paper.full_number if plan.paper else ""
    return [plan.get_state_display(), plan.accepted_at or "", plan.issued_at or "", number]
