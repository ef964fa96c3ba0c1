"""Spreadsheets of directing."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from vungxanh.common.spreadsheets import Value, workbook_of
from vungxanh.directing.enums import ItemResult
from vungxanh.directing.models import Recommendation, Supervision
from vungxanh.directing.queries.supervision import OF_THE_UNIT
from vungxanh.organization.tree import Tree


def supervision_workbook(
    supervisions: Iterable[Supervision], recommendations: Iterable[Recommendation], tree: Tree
) -> bytes:
    """A sheet of visits, one of what was looked at, one of what was recommended; findings once the unit has them."""
    visits = list(supervisions)
    heads = [_("Day"), _("Unit"), _("Purpose"), _("State"), _("Met"), _("Not met"), _("Not looked at")]
    counted = [(one, [item.result for item in one.items.all()] if one.state in OF_THE_UNIT else []) for one in visits]
    rows: list[list[Value]] = [
        [
            one.day,
            _name(one, tree),
            one.purpose,
            one.get_state_display(),
            *(results.count(kind) for kind in ItemResult.values),
            one.opinion,
        ]
        for one, results in counted
    ]
    items: list[list[Value]] = [
        [one.day, _name(one, tree), item.says, item.get_result_display(), item.remark]
        for one in visits
        if one.state in OF_THE_UNIT
        for item in one.items.all()
    ]
    followed: list[list[Value]] = [
        [
            one.supervision.day,
            _name(one.supervision, tree),
            one.text,
            one.due_date,
            one.answerable.full_name if one.answerable else "",
            one.get_state_display(),
            one.reported_at,
            one.ended_at,
        ]
        for one in recommendations
    ]
    return workbook_of(
        [
            (_("Supervision visits"), [*heads, _("Opinion of the unit")], rows),
            (_("Findings"), [_("Day"), _("Unit"), _("Contents"), _("Result"), _("Remark")], items),
            (_("Recommendations"), _heads_of_recommendations(), followed),
        ]
    )


def _heads_of_recommendations() -> list[str]:
    return [
        _("Day"),
        _("Unit"),
        _("What the unit is to do"),
        _("Until the day"),
        _("Who answers for it"),
        _("State"),
        _("Reported at"),
        _("Settled at"),
    ]


def _name(one: Supervision, tree: Tree) -> str:
    return tree[one.unit_id].name if one.unit_id in tree else one.unit.code
