"""Scorecards: all units by block, one unit's, and the very records behind one figure."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from vungxanh.accounts.views import signed_in
from vungxanh.common import clock
from vungxanh.common.spreadsheets import download
from vungxanh.movement import exports, permissions
from vungxanh.movement.queries import campaigns as campaigns_read
from vungxanh.movement.queries import scores as queries
from vungxanh.movement.queries import standing as standing_read
from vungxanh.movement.queries.campaigns import is_over
from vungxanh.movement.queries.first_place import way_to_first
from vungxanh.movement.rulebook import scoring_on
from vungxanh.movement.views.campaigns import target_words, visible_campaign
from vungxanh.organization.tree import all_tree_on

A_PAGE = 50


@never_cache
@require_safe
def score_list(request: HttpRequest, code: str) -> HttpResponse:
    """By block, best first; those who speak for a unit see its own alone, and once the scores are frozen the ranking of
    its block. `ky`: the period."""
    seen = _Seen(request, code)
    blocks = {one.code: one.name for one in seen.plan.block}
    names = blocks | {"": _("In no block yet") if blocks else _("All units")}
    groups = [
        (name, [(card, card.unit.id in seen.seen) for card in seen.listed if card.block == key])
        for key, name in names.items()
    ]
    context = {**seen.context, "blocks": groups, "is_empty": not seen.cards}
    return render(request, "movement/score_list.html", context)


@never_cache
@require_safe
def score_xlsx(request: HttpRequest, code: str) -> HttpResponse:
    seen = _Seen(request, code)
    content = exports.score_workbook(seen.plan, seen.cards, with_ranks=seen.sees_ranks, standing=seen.standing)
    return download(f"bang-diem-{code}-{seen.scored.period.code}", content)


@never_cache
@require_safe
def score_page(request: HttpRequest, code: str, unit: str) -> HttpResponse:
    """One unit's scorecard, criterion by criterion."""
    seen = _Seen(request, code)
    card = seen.card_of(unit)
    row = seen.standing.row
    is_open = row is not None and row.takes_reviews(seen.now.date())
    context = {
        **seen.context,
        "card": card,
        "criteria": [
            (criterion, [(line, target_words(line.measure), _own(seen, line)) for line in lines], points, most)
            for criterion, lines, points, most in queries.by_criterion(seen.plan, card)
        ],
        "way": None if seen.standing.is_frozen else way_to_first(seen.scored, card),
        "may_ask": is_open and permissions.may_ask_review(seen.user, card.unit.id, on=seen.now.date()),
        "may_propose": seen.takes_targets
        and permissions.may_propose_target(seen.user, card.unit.id, on=seen.now.date()),
        "competing": sum(one.block == card.block and one.total is not None for one in seen.scored.cards),
    }
    return render(request, "movement/score_page.html", context)


@never_cache
@require_safe
def score_records(request: HttpRequest, code: str, unit: str, measure: str) -> HttpResponse:
    """What made the figure, worst first; the page behind each record looks at one's rights itself."""
    seen = _Seen(request, code)
    card = seen.card_of(unit)
    if measure not in seen.plan.measures:
        raise Http404
    line = card.line_of(measure)
    if line.self_points is not None:
        return redirect(seen.address_of("movement:self_score_page", unit, measure))
    records = queries.records_of(seen.scored, line.measure, card.unit.id) if line.counts else None
    # Counted and cut into pages, which is all that a paginator asks for; the stubs ask for more.
    pages: Paginator[Any] | None = Paginator(records, A_PAGE) if records is not None else None  # type: ignore[arg-type]
    page = pages.get_page(request.GET.get("page")) if pages else None
    context: dict[str, Any] = {
        **seen.context,
        "card": card,
        "line": line,
        "page": page,
        "rows": [(one, seen.tree.nodes.get(one.unit_id)) for one in page] if page else [],
    }
    return render(request, "movement/score_records.html", context)


def _own(seen: "_Seen", line: queries.Line) -> str:
    """The target of the plan in words, where the unit has another."""
    return target_words(seen.plan.measures[line.measure.id]) if seen.scored.has_own_target(line) else ""


class _Seen:
    """A period of a campaign as far as the viewer of a request reads it. Raises `PermissionDenied` where that is no
    scorecard at all."""

    def __init__(self, request: HttpRequest, code: str) -> None:
        user, now = signed_in(request), clock.now()
        self.user, self.now = user, now
        campaign = visible_campaign(request, code)
        day, self.tree = campaign.last_known(now.date()), all_tree_on(now.date())
        newest = campaigns_read.newest_edition(campaign).plan
        period = queries.period_shown(newest, request.GET.get("ky", ""), day)
        self.standing = standing_read.standing(campaign, period, at=now)
        self.scored = self.standing.scored
        self.plan = self.scored.plan
        units = [card.unit for card in self.scored.cards]
        seen = queries.card_units_visible_to(user, campaign, units, self.tree, on=now.date())
        if not seen:
            raise PermissionDenied(str(queries.SCORES_FOR))
        self.seen = seen
        self.cards = [card for card in self.scored.cards if card.unit.id in seen]
        self.sees_all = queries.sees_all_scores(user, campaign, self.tree, on=now.date())
        self.sees_ranks = self.sees_all or self.standing.is_frozen
        blocks = {card.block for card in self.cards} if self.sees_ranks else set()
        self.listed = [one for one in self.scored.cards if one.unit.id in seen or one.block in blocks]
        self.takes_targets = campaign.state == "RUNNING" and not is_over(campaign, period, now.date())
        self.context: dict[str, Any] = {
            "campaign": campaign,
            "plan": newest,
            "total_points": self.plan.total_points,
            "period": period,
            "is_over": period.last < day,
            "rule": scoring_on(min(day, period.last)),
            "counted_at": self.standing.snapshot.frozen_at if self.standing.snapshot else now,
            "sees_all": self.sees_all,
            "sees_ranks": self.sees_ranks,
            "standing": self.standing,
        }

    def address_of(self, name: str, *args: str) -> str:
        """Of a page about the same period."""
        return f"{reverse(name, args=[self.context['campaign'].code, *args])}?ky={self.scored.period.code}"

    def card_of(self, code: str) -> queries.Scorecard:
        """Raises `Http404` where the viewer does not read it."""
        card = next((one for one in self.cards if one.unit.code == code), None)
        if card is None:
            raise Http404
        return card
