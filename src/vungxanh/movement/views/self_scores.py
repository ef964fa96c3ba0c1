"""How units score themselves: the period at a glance, one unit's page, files of evidence."""

import datetime
import uuid
from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from vungxanh.accounts.views import signed_in
from vungxanh.common import clock
from vungxanh.movement import permissions
from vungxanh.movement.enums import SelfScoreState
from vungxanh.movement.forms.self_scores import SelfScoreForm
from vungxanh.movement.models import EvidenceFile, SelfScore
from vungxanh.movement.operations import evidence as evidence_operations
from vungxanh.movement.operations import self_scores as operations
from vungxanh.movement.queries import self_scores as queries
from vungxanh.movement.queries.campaigns import newest_edition
from vungxanh.movement.queries.scores import period_shown
from vungxanh.movement.queries.standing import standing_row
from vungxanh.movement.rulebook import CampaignFile, Measure, Period, self_score_rule
from vungxanh.movement.views.campaigns import visible_campaign
from vungxanh.movement.workflow import SELF_SCORE
from vungxanh.organization import roles
from vungxanh.organization.models import Unit
from vungxanh.organization.tree import UnitNode, all_tree_on

GET_OR_POST = require_http_methods(["GET", "HEAD", "POST"])
SCORES_FOR = gettext_lazy(
    "Self-scores are seen by those who speak for a unit, the Office, Personnel, the council and the leaders."
)


class Seen:
    """A period of a campaign as the viewer of a request scores, reads or appraises in it; `ky`: the period."""

    def __init__(self, request: HttpRequest, code: str) -> None:
        self.user, self.now = signed_in(request), clock.now()
        self.today = self.now.date()
        self.campaign, self.tree = visible_campaign(request, code), all_tree_on(self.today)
        newest = newest_edition(self.campaign).plan
        self.period = _period(newest, request.GET.get("ky", ""), self.campaign.last_known(self.today))
        self.season = queries.season_of(self.campaign, self.period, self.today)
        self.reads_all = queries.reads_all(self.user, self.campaign, on=self.today, tree=self.tree)
        self.appraises = queries.appraises(self.user, self.campaign, on=self.today)
        spoken_for = roles.unit_ids_where(self.user, roles.UNIT_STAFF, on=self.today, tree=self.tree)
        self.own = {node.id for node in self.season.units if node.id in spoken_for}
        standing = standing_row(self.campaign, self.period)
        self.is_open = self.campaign.state == "RUNNING" and self.season.takes_changes(standing)
        self.context: dict[str, Any] = {
            "campaign": self.campaign,
            "plan": newest,
            "period": self.period,
            "season": self.season,
            "send_by": self.season.rule.send_by(self.period),
            "appraise_by": self.season.rule.appraise_by(self.period),
            "is_open": self.is_open,
            "now": self.now,
            "reads_all": self.reads_all,
            "appraises": self.appraises,
        }

    def may_write(self, score: SelfScore | None) -> bool:
        """By the state and the time; not by whom."""
        if not self.is_open:
            return False
        if score is None or score.state == SelfScoreState.DRAFT:
            return self.season.takes_sending
        return SELF_SCORE.allows(score.state, "write")

    def name_of(self, unit: Unit) -> str:
        """Today; the code of one that is no more."""
        return self.tree[unit.pk].name if unit.pk in self.tree else unit.code

    def title_of(self, score: SelfScore) -> str:
        """Of which unit, and of which measure."""
        return f"{self.name_of(score.unit)}: {score.measure}. {self.measure_names.get(score.measure, '')}"

    @cached_property
    def measure_names(self) -> dict[str, str]:
        return {one.id: one.name for one in self.season.measures}

    def back_to(self, name: str, *args: str) -> HttpResponseRedirect:
        return HttpResponseRedirect(f"{reverse(name, args=[self.campaign.code, *args])}?ky={self.period.code}")


def _period(plan: CampaignFile, code: str, today: datetime.date) -> Period:
    """Unless one is named, the one that is over and still to be scored or appraised comes before that of today."""
    over = (one for one in plan.period if one.last < today <= self_score_rule(one).appraise_by(one))
    return plan.period_named(code) or next(over, None) or period_shown(plan, code, today)


@dataclass(slots=True)
class Row:
    """A measure on the page of a unit; `form` where the viewer writes."""

    measure: Measure
    score: SelfScore | None
    evidence: list[EvidenceFile]
    form: SelfScoreForm | None = None


@never_cache
@require_safe
def self_score_list(request: HttpRequest, code: str) -> HttpResponse:
    """Units with how far they are; what waits to be appraised, and what one was asked to check."""
    seen = Seen(request, code)
    shown = [node for node in seen.season.units if seen.reads_all or node.id in seen.own]
    checks = queries.checks_asked_of(seen.user, seen.campaign, seen.period.code, on=seen.today)
    if not shown and not checks:
        raise PermissionDenied(str(SCORES_FOR))
    scores = queries.all_of_season(seen.season)
    counted = Counter((unit, one.state) for (unit, _measure), one in scores.items())
    waiting = sorted(
        (one for one in scores.values() if one.state == SelfScoreState.SENT and one.sent_at),
        key=lambda one: (one.sent_at, one.unit.code, one.measure),
    )
    context = {
        **seen.context,
        "rows": [(node, *_counts(counted, node.id)) for node in shown],
        "total": len(seen.season.measures),
        "waiting": [(one, seen.title_of(one)) for one in waiting] if seen.appraises else [],
        "checks": [(one, seen.title_of(one.self_score)) for one in checks],
    }
    return render(request, "movement/self_score_list.html", context)


def _counts(counted: Counter[tuple[int, str]], unit_id: int) -> tuple[int, int, int]:
    """Waiting, returned, appraised."""
    return (
        counted[unit_id, SelfScoreState.SENT],
        counted[unit_id, SelfScoreState.RETURNED],
        counted[unit_id, SelfScoreState.APPRAISED],
    )


@never_cache
@GET_OR_POST
def self_score_unit(request: HttpRequest, code: str, unit: str) -> HttpResponse:
    """Every measure that the unit scores itself, on one page: kept as a draft, or kept and sent."""
    seen = Seen(request, code)
    node = seen.season.unit_with(unit)
    if node is None or not (seen.reads_all or node.id in seen.own):
        raise Http404
    if request.method != "POST":
        return _unit_page(request, seen, node)
    permissions.may_score(seen.user, node.id, on=seen.today).or_refuse()
    rows = _rows(seen, node, request)
    kept = [_keep(request, seen, node, row) for row in rows if row.form]
    if not all(kept):
        return _unit_page(request, seen, node, refused=rows)
    if request.POST.get("act") != "send":
        messages.success(request, _("The draft is kept; nothing is sent yet."))
        return seen.back_to("movement:self_score_unit", unit)
    try:
        operations.send_self_scores(seen.campaign, seen.period.code, node.id, actor=seen.user, at=clock.now())
    except ValidationError as error:
        return _unit_page(request, seen, node, said=error.messages)
    messages.success(request, _("Sent; the Office is told."))
    return seen.back_to("movement:self_score_unit", unit)


def _unit_page(
    request: HttpRequest, seen: Seen, node: UnitNode, *, refused: list[Row] | None = None, said: list[str] | None = None
) -> HttpResponse:
    """What was kept stands as it is kept, what was refused as it was typed."""
    rows = _rows(seen, node)
    bound = {row.measure.id: row.form for row in refused or () if row.form and row.form.errors}
    for row in rows:
        row.form = bound.get(row.measure.id) or row.form
    context = {
        **seen.context,
        "unit": node,
        "rows": rows,
        "writes": any(row.form for row in rows),
        "may_send": permissions.may_send_scores(seen.user, node.id, on=seen.today),
        "said": said or [],
        "is_refused": refused is not None,
    }
    status = 422 if refused is not None or said else 200
    return render(request, "movement/self_score_unit.html", context, status=status)


def _rows(seen: Seen, node: UnitNode, request: HttpRequest | None = None) -> list[Row]:
    """With bound forms where the request has something to say."""
    scores = queries.all_of_season(seen.season)
    mine = {measure.id: scores.get((node.id, measure.id)) for measure in seen.season.measures}
    is_own = node.id in seen.own
    evidence = queries.all_evidence([one.pk for one in mine.values() if one])
    rows = []
    for measure in seen.season.measures:
        score = mine[measure.id]
        if score and not is_own and score.sent_at is None:
            score = None
        row = Row(measure, score, evidence.get(score.pk, []) if score else [])
        if is_own and seen.may_write(score):
            row.form = _form(row, request)
        rows.append(row)
    return rows


def _form(row: Row, request: HttpRequest | None) -> SelfScoreForm:
    score, initial = row.score, dict[str, object]()
    if score:
        initial = {"seen": score.written_at.isoformat(), "points": score.points, "explanation": score.explanation}
    given = (request.POST, request.FILES) if request else ()
    files = [(str(one.key), one.name) for one in row.evidence]
    return SelfScoreForm(*given, most=row.measure.weight, kept=files, prefix=row.measure.id, initial=initial)


def _keep(request: HttpRequest, seen: Seen, node: UnitNode, row: Row) -> bool:
    """Writes what came for one measure with its files; whether all of it was kept."""
    form = row.form
    assert form
    if not form.is_valid():
        return False
    if row.score is None and form.says_nothing:
        return True
    try:
        score = operations.write_self_score(
            seen.campaign,
            seen.period.code,
            row.measure.id,
            node.id,
            form.told,
            seen_at=form.cleaned_data["seen"],
            actor=seen.user,
            at=clock.now(),
        )
    except ValidationError as error:
        form.add_error(None, error)
        return False
    for one in row.evidence:
        if str(one.key) in form.cleaned_data["off"]:
            evidence_operations.withdraw_evidence(one, actor=seen.user, at=clock.now())
    files: list[UploadedFile] = form.cleaned_data["evidence"]
    kept = [_keep_file(request, seen, score, one) for one in files]
    return all(kept)


def _keep_file(request: HttpRequest, seen: Seen, score: SelfScore, file: UploadedFile) -> bool:
    """What is not kept is said by its name; the rest stands."""
    largest = seen.season.rule.largest_mb
    if (file.size or 0) > largest * 1024 * 1024:
        words = _("The file is larger than %(size)d MB.") % {"size": largest}
        messages.error(request, f"{file.name}: {words}")
        return False
    try:
        evidence_operations.add_evidence(score, file.name or "", file.read(), actor=seen.user, at=clock.now())
    except ValidationError as error:
        messages.error(request, f"{file.name}: {' '.join(error.messages)}")
        return False
    return True


@never_cache
@require_safe
def evidence_file(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """To be saved, never shown by the browser as a page of ours."""
    found = _evidence(request, key)
    response = HttpResponse(found.file, content_type=found.media_type)
    response["Content-Disposition"] = content_disposition_header(True, found.name) or "attachment"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _evidence(request: HttpRequest, key: uuid.UUID) -> EvidenceFile:
    """Raises `Http404` where it is gone or the viewer does not read what it belongs to."""
    rows = EvidenceFile.objects.select_related("self_score__campaign", "adjustment__campaign").defer("content")
    owner = get_object_or_404(rows, key=key)
    belongs = owner.self_score or owner.adjustment
    assert belongs
    campaign = visible_campaign(request, belongs.campaign.code)
    return get_object_or_404(queries.evidence_visible_to(signed_in(request), campaign, on=clock.today()), key=key)
