"""A period of a campaign as somebody looks at it: which units one reads, and what its pages share."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest

from vungxanh.accounts.views import signed_in
from vungxanh.common import clock
from vungxanh.movement.queries import campaigns as campaigns_read
from vungxanh.movement.queries import scores as scores_read
from vungxanh.movement.queries import standing as queries
from vungxanh.movement.views.campaigns import visible_campaign
from vungxanh.organization.tree import UnitNode, all_tree_on


class ShownPeriod:
    """`ky` of the address names the period, without counting anything. Raises `PermissionDenied` for whoever reads no
    scorecard of it."""

    def __init__(self, request: HttpRequest, code: str) -> None:
        self.user, self.now = signed_in(request), clock.now()
        self.today = self.now.date()
        self.campaign = visible_campaign(request, code)
        day, self.tree = self.campaign.last_known(self.today), all_tree_on(self.today)
        newest = campaigns_read.newest_edition(self.campaign).plan
        self.period = scores_read.period_shown(newest, request.GET.get("ky", ""), day)
        self.plan = campaigns_read.plan_of_period(self.campaign, self.period, day)
        then = all_tree_on(min(day, self.period.last))
        taking_part = campaigns_read.participants(self.plan, self.campaign.unit_id, then)
        seen = scores_read.card_units_visible_to(self.user, self.campaign, taking_part, self.tree, on=self.today)
        if not seen:
            raise PermissionDenied(str(scores_read.SCORES_FOR))
        self.sees_all = scores_read.sees_all_scores(self.user, self.campaign, self.tree, on=self.today)
        self.units = {node.id: node for node in taking_part if node.id in seen}
        self.row = queries.standing_row(self.campaign, self.period)
        self.context: dict[str, Any] = {
            "campaign": self.campaign,
            "plan": newest,
            "period": self.period,
            "row": self.row,
            "sees_all": self.sees_all,
        }

    def unit_with(self, code: str) -> UnitNode:
        """Raises `Http404` where the viewer does not read it."""
        node = next((one for one in self.units.values() if one.code == code), None)
        if node is None:
            raise Http404
        return node

    def only_for_all(self) -> None:
        """Raises `PermissionDenied` for whoever does not read every unit's."""
        if not self.sees_all:
            raise PermissionDenied(str(scores_read.ALL_SCORES_FOR))
