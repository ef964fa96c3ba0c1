"""Pages of the reviews: what the plan asks for, drafting one, and the figures from which it was drafted."""

import datetime
from collections.abc import Sequence

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from vungxanh.accounts.views import signed_in
from vungxanh.common import clock
from vungxanh.movement.models import Campaign
from vungxanh.movement.queries.campaigns import campaigns_visible_to, newest_edition
from vungxanh.reviews import operations
from vungxanh.reviews.figures import as_text
from vungxanh.reviews.papers.draft import content_of
from vungxanh.reviews.papers.kept import Difference, differences, written_texts
from vungxanh.reviews.permissions import may_draft_review, may_see_reviews
from vungxanh.reviews.queries.due import DueReport, due_of
from vungxanh.reviews.queries.figures import all_figures
from vungxanh.reviews.queries.reviews import all_newest, review_lines, review_of, rule_on, seen_of

GET_OR_POST = require_http_methods(["GET", "HEAD", "POST"])
NEW = "NEW"


@never_cache
@require_safe
def review_start(request: HttpRequest) -> HttpResponse:
    """The reports of the movement under way, else of the newest one."""
    campaign = campaigns_visible_to(signed_in(request), on=clock.today()).first()
    return redirect("reviews:review_list", campaign.code) if campaign else redirect("movement:campaign_list")


@never_cache
@require_safe
def review_list(request: HttpRequest, code: str) -> HttpResponse:
    campaign, user, today = _visible(request, code), signed_in(request), clock.today()
    may_see_reviews(user, campaign, on=today).or_refuse()
    context = {
        "campaign": campaign,
        "plan": newest_edition(campaign).plan,
        "lines": review_lines(user, campaign, on=today),
        "may_draft": may_draft_review(user, campaign, on=today),
        "today": today,
    }
    return render(request, "reviews/review_list.html", context)


@never_cache
@GET_OR_POST
def review_draft(request: HttpRequest, code: str, report: str) -> HttpResponse:
    """What it looks at; where people changed the version before, text beside text, and which of them is to stay."""
    campaign, user, now = _visible(request, code), signed_in(request), clock.now()
    may_see_reviews(user, campaign, on=now.date()).or_refuse()
    may_draft_review(user, campaign, on=now.date()).or_refuse()
    due = due_of(campaign, newest_edition(campaign).plan, rule_on(now.date()), report)
    if due is None:
        raise Http404
    said: list[str] = []
    if request.method == "POST":
        labels = request.POST.getlist("label")
        take_new = {label for at, label in enumerate(labels) if request.POST.get(f"part_{at}") == NEW}
        try:
            seen = request.POST.get("seen", "")
            made = operations.draft_review(due, seen=seen, take_new=take_new, actor=user, at=now)
        except ValidationError as error:
            said = error.messages
        else:
            messages.success(request, _("The report is drafted; its texts can be changed before it is issued."))
            return redirect("documents:paper_page", made.paper_id)
    return _draft_page(request, due, now, said)


def _draft_page(request: HttpRequest, due: DueReport, now: datetime.datetime, said: Sequence[str]) -> HttpResponse:
    before = all_newest(due)
    context = {
        "campaign": due.campaign,
        "due": due,
        "before": before,
        "seen": seen_of(before),
        "differences": _differences(due, now) if written_texts(before) else [],
        "has_begun": due.first <= now.date(),
        "is_over": due.last < now.date(),
        "now": now,
        "said": said,
    }
    return render(request, "reviews/review_draft.html", context, status=422 if said else 200)


def _differences(due: DueReport, now: datetime.datetime) -> list[Difference]:
    proposed = content_of(due, all_figures(due, at=now), rule_on(now.date()))
    return differences(all_newest(due), proposed)


@never_cache
@require_safe
def review_figures(request: HttpRequest, code: str, paper: int) -> HttpResponse:
    """The frozen figures, letter by letter the text whose SHA-256 is kept."""
    campaign, user, today = _visible(request, code), signed_in(request), clock.today()
    may_see_reviews(user, campaign, on=today).or_refuse()
    review = review_of(user, paper, on=today)
    if review is None or review.campaign_id != campaign.pk:
        raise Http404
    response = HttpResponse(as_text(review.figures), content_type="application/json; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="so-lieu-{code}-{review.report_code}-{paper}.json"'
    return response


def _visible(request: HttpRequest, code: str) -> Campaign:
    """Raises `Http404` where the viewer does not see it."""
    return get_object_or_404(campaigns_visible_to(signed_in(request), on=clock.today()), code=code)
