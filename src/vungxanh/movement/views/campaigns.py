"""Campaigns: which there are, one as its plan reads, taking a file in, what the issuer is asked, indicators."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from vungxanh.accounts.models import User
from vungxanh.accounts.views import signed_in
from vungxanh.common import clock
from vungxanh.common.decision_tables import Fault, RuleFileError
from vungxanh.common.formats import number
from vungxanh.common.indicators import find
from vungxanh.common.navigation import is_open_to
from vungxanh.documents.queries import SEE_PAPERS
from vungxanh.movement import permissions
from vungxanh.movement.enums import AwardForm
from vungxanh.movement.forms.campaigns import OWN_FILE, AnswerForm, LoadForm, WithdrawForm
from vungxanh.movement.models import Campaign
from vungxanh.movement.operations import campaigns as operations
from vungxanh.movement.permissions import ONLY_OFFICE
from vungxanh.movement.queries import campaigns as queries
from vungxanh.movement.queries import launches as launches_read
from vungxanh.movement.queries import scores as scores_read
from vungxanh.movement.queries.progress import progress_of
from vungxanh.movement.rulebook import CATALOGUE, Measure, WhereDone, decoded, shipped, term_of
from vungxanh.movement.workflow import CAMPAIGN
from vungxanh.organization import roles
from vungxanh.organization.enums import Role
from vungxanh.organization.tree import Tree, all_tree_on

GET_OR_POST = require_http_methods(["GET", "HEAD", "POST"])
ONLY_THEY = gettext_lazy("The file and what the issuer is asked are seen by the Office, Personnel and the leaders.")
VERBS = {"mo": "open", "ket-thuc": "close", "rut": "withdraw"}
TAKEN = {
    operations.Taken.SAME: gettext_lazy("The same file is there already."),
    operations.Taken.NEW: gettext_lazy("The campaign file is taken in."),
    operations.Taken.REVIVED: gettext_lazy(
        "The campaign had been withdrawn before it was opened; with this file it is a draft again."
    ),
}


@never_cache
@require_safe
def campaign_list(request: HttpRequest) -> HttpResponse:
    user, today = signed_in(request), clock.today()
    tree = all_tree_on(today)
    rows = list(queries.campaigns_visible_to(user, on=today, tree=tree))
    context = {
        "rows": [(one, tree.nodes.get(one.unit_id)) for one in rows],
        "may_load": roles.holds_somewhere(user, queries.RUN, on=today),
    }
    return render(request, "movement/campaign_list.html", context)


@never_cache
@GET_OR_POST
def campaign_load(request: HttpRequest) -> HttpResponse:
    """First what the file says, with every fault; then, with `keep`, the same text taken in."""
    user, now = signed_in(request), clock.now()
    tree = all_tree_on(now.date())
    nodes = [one.unit_id for one in roles.holdings(user, on=now.date()) if one.role in queries.RUN]
    nodes = [unit for unit in dict.fromkeys(nodes) if unit in tree]
    if not nodes:
        raise PermissionDenied(str(ONLY_OFFICE))
    form = _load_form(request, nodes, tree)
    faults: list[Fault] = []
    if request.method == "POST" and form.is_valid():
        try:
            text, name = _sent(form)
            unit = tree.by_code(form.cleaned_data["unit"])
            campaign, taken = operations.load_campaign(text, unit.id if unit else 0, name=name, actor=user, at=now)
        except RuleFileError as error:
            faults = list(error.faults)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, str(TAKEN[taken]))
            return redirect("movement:campaign_page", campaign.code)
    context = {"form": form, "faults": faults}
    return render(request, "movement/campaign_load.html", context, status=422 if form.errors or faults else 200)


def _load_form(request: HttpRequest, nodes: list[int], tree: Tree) -> LoadForm:
    units = [(tree[unit].code, tree[unit].name) for unit in nodes]
    files = [(name, _first_line(text) or name) for name, text in shipped().items()]
    initial = {"unit": units[0][0], "source": files[0][0] if files else OWN_FILE}
    given = (request.POST, request.FILES) if request.method == "POST" else ()
    return LoadForm(*given, units=units, files=files, initial=initial)


def _first_line(text: str) -> str:
    """What a file says of itself in its first comment, up to the colon."""
    return text.splitlines()[0].lstrip("# ").partition(":")[0]


def _sent(form: LoadForm) -> tuple[str, str]:
    """The text and the name of the file. Raises `RuleFileError`."""
    clean = form.cleaned_data
    if clean["source"] != OWN_FILE:
        return shipped()[clean["source"]], clean["source"]
    if attached := clean["attached"]:
        return decoded(attached.read(), name=attached.name), attached.name
    return clean["text"], "campaign.toml"


@never_cache
@require_safe
def campaign_page(request: HttpRequest, code: str) -> HttpResponse:
    return _page(request, visible_campaign(request, code))


def _page(
    request: HttpRequest,
    campaign: Campaign,
    bound: WithdrawForm | None = None,
    *,
    said: Sequence[str] = (),
    status: int = 200,
) -> HttpResponse:
    """As the plan reads, each clause with where it is carried out and how far it is; what one may do. `said`: why what
    was asked is not done."""
    user, now = signed_in(request), clock.now()
    today, tree = now.date(), all_tree_on(now.date())
    campaign.refresh_from_db()
    editions = queries.all_editions(campaign)
    plan = editions[0].plan
    sees_launches = launches_read.sees_launches(user, campaign, tree, on=today)
    taking_part = queries.participants(plan, campaign.unit_id, tree)
    is_kept = roles.holds(user, queries.SEE_DRAFTS, campaign.unit_id, on=today)
    context: dict[str, Any] = {
        "campaign": campaign,
        "agency": tree.nodes.get(campaign.unit_id),
        "plan": plan,
        "period": plan.period_of(today),
        "progress": progress_of(
            campaign, plan, tree, at=now, with_figures=sees_launches, address_of=partial(_address, request, campaign)
        ),
        "editions": editions,
        "is_kept": is_kept,
        "open_questions": sum(one.is_open for one in queries.asked_of_issuer(campaign, plan)) if is_kept else 0,
        "sees_launches": sees_launches,
        "sees_reports": roles.holds(user, SEE_PAPERS, campaign.unit_id, on=today),
        "sees_scores": bool(scores_read.card_units_visible_to(user, campaign, taking_part, tree, on=today)),
        "taking_part": len(taking_part),
        "leads": [Role(one).label for one in plan.leads],
        "assists": [Role(one).label for one in plan.assists],
        "awards": [(AwardForm(one.form).label, one.decided_by) for one in plan.award],
        "criteria": [(one, [_read(below) for below in one.measure]) for one in plan.criterion],
        "offered": _offered(user, campaign),
        "withdraw_form": bound or WithdrawForm(),
        "said": [*said, *(bound.errors.get("reason", []) if bound else [])],
        "is_reason_refused": bool(bound and bound.errors),
    }
    return render(request, "movement/campaign_page.html", context, status=status)


def _address(request: HttpRequest, campaign: Campaign, place: WhereDone) -> str:
    """Of the page where a clause is carried out; "" where there is none, or this reader does not open it."""
    if not place.url_name or not is_open_to(request, place.url_name):
        return ""
    return reverse(place.url_name, args=[campaign.code] if place.of_campaign else [])


def _read(measure: Measure) -> tuple[Measure, bool, str]:
    """With whether it is measured by now, and its target in words."""
    return measure, find(measure.indicator) is not None, target_words(measure)


def target_words(measure: Measure | None, target: float | None = None) -> str:
    """Of the measure, or another of it; with the sign of per cent where that is what the indicator counts in."""
    target = measure.target if measure and target is None else target
    if target is None:
        return "–"
    term = term_of(measure.indicator) if measure else None
    return f"{number(target)} %" if term and term.unit == "PERCENT" else number(target)


def _offered(user: User, campaign: Campaign) -> dict[str, str]:
    """The moves that its state and the viewer allow, with their words in addresses."""
    today = clock.today()
    return {
        verb: slug
        for slug, verb in VERBS.items()
        if CAMPAIGN.allows(campaign.state, verb) and permissions.may_move_campaign(user, campaign, verb, on=today)
    }


@never_cache
@require_safe
def campaign_file(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """The file as it was taken in, with what is asked of the issuer, to be read and changed elsewhere."""
    campaign = visible_campaign(request, code)
    if not roles.holds(signed_in(request), queries.SEE_DRAFTS, campaign.unit_id, on=clock.today()):
        raise PermissionDenied(str(ONLY_THEY))
    edition = get_object_or_404(campaign.editions, number=number)
    response = HttpResponse(edition.text, content_type="text/plain; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{code}-{number}.toml"'
    return response


@require_POST
def campaign_move(request: HttpRequest, code: str, verb: str) -> HttpResponse:
    if verb not in VERBS:
        raise Http404
    campaign, name = visible_campaign(request, code), VERBS[verb]
    user, now = signed_in(request), clock.now()
    form = WithdrawForm(request.POST) if name == "withdraw" else None
    if form is None or form.is_valid():
        try:
            if name == "open":
                operations.open_campaign(campaign, actor=user, at=now)
                messages.success(request, _("The movement is opened; the units are told until when they launch it."))
            elif name == "close":
                operations.close_campaign(campaign, actor=user, at=now)
                messages.success(request, _("The movement is closed."))
            elif form:
                operations.withdraw_campaign(campaign, form.cleaned_data["reason"], actor=user, at=now)
                messages.success(request, _("The campaign is withdrawn."))
        except ValidationError as error:
            return _page(request, campaign, form, said=error.messages, status=422)
        return redirect("movement:campaign_page", code)
    return _page(request, campaign, form, status=422)


@never_cache
@GET_OR_POST
def issuer_questions(request: HttpRequest, code: str) -> HttpResponse:
    """What does not fit in the plan, and what its issuer answered."""
    campaign, user, now = visible_campaign(request, code), signed_in(request), clock.now()
    if not roles.holds(user, queries.SEE_DRAFTS, campaign.unit_id, on=now.date()):
        raise PermissionDenied(str(ONLY_THEY))
    plan = queries.newest_edition(campaign).plan
    may = permissions.may_answer_issuer(user, campaign, on=now.date())
    form = AnswerForm(request.POST or None)
    if request.method == "POST":
        may.or_refuse()
        if form.is_valid():
            try:
                given = form.cleaned_data
                operations.answer_for_issuer(campaign, given["question"], given["answer"], actor=user, at=now)
            except ValidationError as error:
                form.add_error(None, error)
            else:
                messages.success(request, _("The answer is kept."))
                return redirect("movement:issuer_questions", code)
    refused = form if form.is_bound else None
    asked = [
        (one, refused if refused and request.POST.get("question") == one.question.key else _fresh(one))
        for one in queries.asked_of_issuer(campaign, plan)
    ]
    context = {"campaign": campaign, "plan": plan, "asked": asked, "may": may, "refused": refused}
    return render(request, "movement/issuer_questions.html", context, status=422 if form.errors else 200)


def _fresh(asked: queries.AskedOfIssuer) -> AnswerForm:
    return AnswerForm(initial={"question": asked.question.key})


@never_cache
@require_safe
def indicator_list(request: HttpRequest) -> HttpResponse:
    """The catalogue: what is counted, and what is not counted yet."""
    edition = CATALOGUE.current().in_force(clock.today())
    context = {"edition": edition, "terms": [(term, find(term.code) is not None) for term in edition.indicator]}
    return render(request, "movement/indicator_list.html", context)


def visible_campaign(request: HttpRequest, code: str) -> Campaign:
    """Raises `Http404` where the viewer does not see it."""
    return get_object_or_404(queries.campaigns_visible_to(signed_in(request), on=clock.today()), code=code)
