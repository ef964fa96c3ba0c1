"""Scorecards: all units by block, one unit's, and the very records behind one figure."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from vungxanh.accounts.views import signed_in
from vungxanh.common import clock
from vungxanh.common.spreadsheets import download
from vungxanh.movement import exports
from vungxanh.movement.models import Campaign
from vungxanh.movement.queries import campaigns as campaigns_read
from vungxanh.movement.queries import scores as queries
from vungxanh.movement.rulebook import SCORING_RULE, CampaignFile
from vungxanh.movement.views.campaigns import visible_campaign
from vungxanh.organization.tree import Tree, all_tree_on

A_PAGE = 50


@never_cache
@require_safe
def score_list(request: HttpRequest, code: str) -> HttpResponse:
    """By block, best first; those who speak for a unit see its own alone. `ky`: the period."""
    campaign, plan, tree = _asked(request, code)
    scored, seen = _scored(request, campaign, plan, tree)
    cards = [card for card in scored.cards if card.unit.id in seen]
    blocks = {one.code: one.name for one in plan.block}
    context = {
        **_context(campaign, plan, scored),
        "blocks": [
            (name, [card for card in cards if card.block == key])
            for key, name in (blocks or {"": _("All units")}).items()
        ],
        "is_empty": not cards,
        "sees_all": queries.sees_all_scores(signed_in(request), campaign, tree, on=clock.today()),
    }
    return render(request, "movement/score_list.html", context)


@never_cache
@require_safe
def score_xlsx(request: HttpRequest, code: str) -> HttpResponse:
    campaign, plan, tree = _asked(request, code)
    scored, seen = _scored(request, campaign, plan, tree)
    cards = [card for card in scored.cards if card.unit.id in seen]
    return download(f"bang-diem-{code}-{scored.period.code}", exports.score_workbook(plan, cards))


@never_cache
@require_safe
def score_page(request: HttpRequest, code: str, unit: str) -> HttpResponse:
    """One unit's scorecard, criterion by criterion."""
    campaign, plan, tree = _asked(request, code)
    scored, seen = _scored(request, campaign, plan, tree)
    node = tree.by_code(unit)
    card = scored.card_of(node.id) if node and node.id in seen else None
    if card is None:
        raise Http404
    sees_all = queries.sees_all_scores(signed_in(request), campaign, tree, on=clock.today())
    context = {
        **_context(campaign, plan, scored),
        "card": card,
        "criteria": queries.by_criterion(plan, card),
        "sees_all": sees_all,
        "competing": sum(one.block == card.block and one.total is not None for one in scored.cards),
    }
    return render(request, "movement/score_page.html", context)


@never_cache
@require_safe
def score_records(request: HttpRequest, code: str, unit: str, measure: str) -> HttpResponse:
    """What made the figure, worst first; the page behind each record looks at one's rights itself."""
    campaign, plan, tree = _asked(request, code)
    scored, seen = _scored(request, campaign, plan, tree)
    node = tree.by_code(unit)
    card = scored.card_of(node.id) if node and node.id in seen else None
    if card is None or measure not in plan.measures:
        raise Http404
    line = card.line_of(measure)
    records = queries.records_of(scored, line.measure, card.unit.id) if line.counts else None
    # Counted and cut into pages, which is all that a paginator asks for; the stubs ask for more.
    pages: Paginator[Any] | None = Paginator(records, A_PAGE) if records is not None else None  # type: ignore[arg-type]
    page = pages.get_page(request.GET.get("page")) if pages else None
    context: dict[str, Any] = {
        **_context(campaign, plan, scored),
        "card": card,
        "line": line,
        "page": page,
        "rows": [(one, tree.nodes.get(one.unit_id)) for one in page] if page else [],
    }
    return render(request, "movement/score_records.html", context)


def _asked(request: HttpRequest, code: str) -> tuple[Campaign, CampaignFile, Tree]:
    campaign = visible_campaign(request, code)
    return campaign, campaigns_read.newest_edition(campaign).plan, all_tree_on(clock.today())


def _scored(
    request: HttpRequest, campaign: Campaign, plan: CampaignFile, tree: Tree
) -> tuple[queries.Scored, set[int]]:
    """With the units whose scorecard the viewer reads. Raises `PermissionDenied` where there are none."""
    user, now = signed_in(request), clock.now()
    period = queries.period_shown(plan, request.GET.get("ky", ""), now.date())
    taking_part = campaigns_read.participants(plan, campaign.unit_id, tree)
    seen = queries.card_units_visible_to(user, campaign, taking_part, tree, on=now.date())
    if not seen:
        raise PermissionDenied(str(queries.SCORES_FOR))
    return queries.scored(campaign, plan, period, tree, at=now), seen


def _context(campaign: Campaign, plan: CampaignFile, scored: queries.Scored) -> dict[str, Any]:
    rule = SCORING_RULE.current().in_force(min(clock.today(), scored.period.last))
    return {"campaign": campaign, "plan": plan, "period": scored.period, "rule": rule, "now": clock.now()}
