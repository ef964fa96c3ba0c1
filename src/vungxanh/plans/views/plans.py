"""Plans to be read and written: who has one, one of them as it reads, its versions, its editor, its files."""

import datetime
import uuid
from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from vungxanh.accounts.models import User
from vungxanh.accounts.views import signed_in
from vungxanh.common import clock
from vungxanh.common.attached_files import DOCX, PDF
from vungxanh.common.spreadsheets import download
from vungxanh.documents.enums import FileKind
from vungxanh.documents.operations import ready
from vungxanh.documents.printing import pdf, word
from vungxanh.documents.printing.printed import Printed
from vungxanh.documents.queries import all_file
from vungxanh.movement.models import Campaign
from vungxanh.movement.queries.campaigns import newest_edition
from vungxanh.organization import roles
from vungxanh.organization.tree import all_tree_on
from vungxanh.plans import exports, permissions
from vungxanh.plans.enums import SETTLED, PlanState, PlanVerb
from vungxanh.plans.forms import PREFIX, CommentForm, MoveForm, OpinionForm, PlanForm, ReturnForm, WithdrawForm, data_of
from vungxanh.plans.models import PlanComment, PlanVersion, UnitPlan
from vungxanh.plans.operations import writing
from vungxanh.plans.operations.writing import ChangedMeanwhileError
from vungxanh.plans.papers import printed_plan
from vungxanh.plans.queries import plans as queries
from vungxanh.plans.queries.differences import SectionDifference, sections_between, taken_over
from vungxanh.plans.rulebook import label_of, rule_on
from vungxanh.plans.workflow import UNIT_PLAN

GET_OR_POST = require_http_methods(["GET", "HEAD", "POST"])
VERBS = {
    "gui": PlanVerb.SEND,
    "chap-thuan": PlanVerb.ACCEPT,
    "trinh": PlanVerb.SUBMIT,
    "duyet": PlanVerb.APPROVE,
    "tra-lai": PlanVerb.RETURN,
    "ky": PlanVerb.ISSUE,
    "rut": PlanVerb.WITHDRAW,
}
FORMS: Mapping[PlanVerb, type[forms.Form]] = {PlanVerb.RETURN: ReturnForm, PlanVerb.WITHDRAW: WithdrawForm}
Clash = tuple[SectionDifference, str]
"""What differs in a section that two changed, and the text that was kept meanwhile."""
ONLY_KEEPERS = gettext_lazy("How the units stand with their plans is seen by those with a role in the agency.")
SHOWN = {"chua-co": ("",), "cho": (PlanState.SENT, PlanState.AT_DIRECTOR), "xong": SETTLED}


@never_cache
@require_safe
def plan_list(request: HttpRequest) -> HttpResponse:
    """By unit; `phong-trao`: of which movement, the newest under way else; `xem` narrows it. Whoever keeps no plans
    sees those of one's own unit that were issued."""
    user, today = signed_in(request), clock.today()
    campaign, campaigns, lines = _lines(request)
    shown = request.GET.get("xem", "")
    rows = [line for line in lines if shown not in SHOWN or _states(line, campaign is not None) & {*SHOWN[shown]}]
    context = {
        "campaign": campaign,
        "campaigns": campaigns,
        "short_title": newest_edition(campaign).plan.short_title if campaign else "",
        "due_on": _due_on(campaign, today),
        "rows": [
            (line, permissions.may_start(user, line.unit.id, on=today), uuid.uuid4(), uuid.uuid4()) for line in rows
        ],
        "shown": shown if shown in SHOWN else "",
        "total": len(lines),
        "done_green": sum(bool(line.green_zone and line.green_zone.state in SETTLED) for line in lines),
        "done_campaign": sum(bool(line.of_campaign and line.of_campaign.state in SETTLED) for line in lines),
        "keeps": roles.holds_somewhere(user, queries.KEEP_PLANS, on=today),
        "own": _own(user, today),
    }
    return render(request, "plans/plan_list.html", context)


@never_cache
@require_safe
def plan_xlsx(request: HttpRequest) -> HttpResponse:
    """What the list shows, all of it."""
    if not roles.holds_somewhere(signed_in(request), queries.KEEP_PLANS, on=clock.today()):
        raise PermissionDenied(str(ONLY_KEEPERS))
    _campaign, _campaigns, lines = _lines(request)
    return download(f"ke-hoach-{clock.today():%Y%m%d}", exports.plan_workbook(lines))


def _lines(request: HttpRequest) -> tuple[Campaign | None, list[Campaign], list[queries.PlanLine]]:
    """The movement that was chosen, those under way, and the units with their plans."""
    user, today = signed_in(request), clock.today()
    tree = all_tree_on(today)
    campaigns = queries.campaigns_planned_for(user, on=today, tree=tree)
    chosen = next((one for one in campaigns if one.code == request.GET.get("phong-trao")), None)
    campaign = chosen or next(iter(campaigns), None)
    return campaign, campaigns, queries.lines_for(user, campaign, tree, on=today)


def _states(line: queries.PlanLine, is_of_campaign: bool) -> set[str]:
    found = {line.green_zone.state if line.green_zone else ""}
    return found | {line.of_campaign.state if line.of_campaign else ""} if is_of_campaign else found


def _due_on(campaign: Campaign | None, today: datetime.date) -> datetime.date | None:
    if campaign is None:
        return None
    return rule_on(today).due_on(newest_edition(campaign).plan.launch_by)


def _own(user: User, today: datetime.date) -> list[UnitPlan]:
    """Issued, for those who hold no role here."""
    if roles.holds_somewhere(user, queries.KEEP_PLANS, on=today):
        return []
    return list(queries.plans_visible_to(user, on=today).filter(state=PlanState.ISSUED).order_by("-issued_at"))


@never_cache
@require_safe
def unit_plans(request: HttpRequest, unit: str, day: datetime.date) -> HttpResponse:
    """From the control room: the list where it names the unit."""
    if all_tree_on(clock.today()).by_code(unit) is None:
        raise Http404
    return redirect(f"{reverse('plans:plan_list')}#{unit}")


@never_cache
@require_safe
def plan_page(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    return page_of(request, visible_plan(request, key))


def page_of(
    request: HttpRequest,
    plan: UnitPlan,
    bound: Mapping[str, forms.Form] | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    """With what its state and the viewer's role allow; `bound`: forms that were refused, by verb, by "opinion", or by
    the code of the section that was commented on."""
    user, today, given = signed_in(request), clock.today(), bound or {}
    plan = queries.plans_visible_to(user, on=today).get(pk=plan.pk)
    versions, comments = queries.all_versions(plan), queries.all_comments(plan)
    newest, may_comment = versions[0], permissions.may_comment(user, plan, on=today)
    tree = all_tree_on(today)
    is_kept = roles.holds(user, queries.KEEP_PLANS, plan.unit_id, on=today)
    context = {
        "plan": plan,
        "unit_name": tree[plan.unit_id].name if plan.unit_id in tree else plan.unit.code,
        "newest": newest,
        "sections": _sections(newest, comments, given, may_comment=bool(may_comment)),
        "whole": _section(newest, "", "", "", comments, given, may_comment=bool(may_comment)),
        "versions": versions,
        "steps": queries.all_steps(plan),
        "opinions": list(plan.opinions.select_related("made_by").order_by("made_at", "pk")),
        "is_kept": is_kept,
        "may_edit": UNIT_PLAN.allows(plan.state, PlanVerb.EDIT)
        and permissions.may_move_plan(user, plan, PlanVerb.EDIT, on=today),
        "offered": _offered(user, plan, given, today),
        "waits_for_paper": plan.state == PlanState.ACCEPTED and permissions.has_series(plan, on=today),
        "opinion_form": _opinion_form(user, plan, given, today),
        "refused": [words for form in given.values() for words in form.non_field_errors()],
    }
    return render(request, "plans/plan_page.html", context, status=status)


def _offered(user: User, plan: UnitPlan, given: Mapping[str, forms.Form], today: datetime.date) -> dict[str, Any]:
    goes_to_director = plan.kind in rule_on(today).director_approves
    left_out = PlanVerb.ACCEPT if goes_to_director else PlanVerb.SUBMIT
    found: dict[str, Any] = {}
    for slug, verb in VERBS.items():
        if verb == left_out or not UNIT_PLAN.allows(plan.state, verb):
            continue
        if permissions.may_move_plan(user, plan, verb, on=today):
            form = given.get(verb) or FORMS.get(verb, MoveForm)(auto_id=f"{verb}_%s")
            found[str(verb)] = {"slug": slug, "form": form, "is_open": verb in given}
    return found


def _opinion_form(
    user: User, plan: UnitPlan, given: Mapping[str, forms.Form], today: datetime.date
) -> forms.Form | None:
    if not permissions.may_give_opinion(user, plan, on=today):
        return None
    return given.get("opinion") or OpinionForm(auto_id="opinion_%s", initial={"given_on": today})


def _sections(
    newest: PlanVersion, comments: list[PlanComment], given: Mapping[str, forms.Form], *, may_comment: bool
) -> list[dict[str, Any]]:
    return [
        _section(newest, one["code"], one["heading"], one["text"], comments, given, may_comment=may_comment)
        for one in newest.sections
    ]


def _section(
    newest: PlanVersion,
    code: str,
    heading: str,
    text: str,
    comments: list[PlanComment],
    given: Mapping[str, forms.Form],
    *,
    may_comment: bool,
) -> dict[str, Any]:
    """A section with what was said of it, and the form where one may say more."""
    name = f"comment-{code}"
    initial = {"version": newest.number, "section": code}
    form = given.get(name) or CommentForm(auto_id=f"{name}_%s", initial=initial) if may_comment else None
    said = [one for one in comments if one.section == code]
    return {"code": code, "heading": heading, "text": text, "said": said, "form": form, "is_open": name in given}


@never_cache
@GET_OR_POST
def plan_edit(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """A section after the other; where somebody else was faster both texts stand there and nothing is lost."""
    plan, user, now = visible_plan(request, key), signed_in(request), clock.now()
    if not UNIT_PLAN.allows(plan.state, PlanVerb.EDIT):
        messages.error(
            request, _("Not possible any more: the plan is %(state)s.") % {"state": plan.get_state_display()}
        )
        return redirect("plans:plan_page", key)
    permissions.may_move_plan(user, plan, PlanVerb.EDIT, on=now.date()).or_refuse()
    newest = queries.newest_version(plan)
    form, clashes = _form(request.POST or None, newest, now.date()), list[Clash]()
    if request.method == "POST" and form.is_valid():
        seen, remark = form.cleaned_data["seen"], form.cleaned_data["remark"]
        try:
            version = writing.write_plan(plan, form.texts, seen=seen, remark=remark, actor=user, at=now)
        except ChangedMeanwhileError as error:
            newest = error.newest
            form, clashes = _taken_over(plan, form, newest, now.date())
            form.add_error(None, error)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("Kept as version %(number)d.") % {"number": version.number})
            return redirect("plans:plan_page", key)
    said: dict[str, list[PlanComment]] = {}
    for one in queries.all_comments(plan):
        said.setdefault(one.section, []).append(one)
    context = {
        "plan": plan,
        "newest": newest,
        "form": form,
        "rows": [(form[PREFIX + code], said.get(code, [])) for code in form.codes],
        "whole": said.get("", []),
        "clashes": clashes,
    }
    return render(request, "plans/plan_form.html", context, status=422 if form.errors else 200)


def _form(data: Mapping[str, Any] | None, newest: PlanVersion, on: datetime.date) -> PlanForm:
    longest = rule_on(on).longest_section
    return PlanForm(data, sections=newest.sections, number=newest.number, longest=longest)


def _taken_over(
    plan: UnitPlan, typed: PlanForm, newest: PlanVersion, on: datetime.date
) -> tuple[PlanForm, list[Clash]]:
    """The form with what was typed, on top of the newest version, and the sections that both changed."""
    base = plan.versions.filter(number=typed.cleaned_data["seen"]).first()
    before = base.texts if base else {}
    texts = taken_over(before, newest.texts, typed.texts)
    form = _form(data_of(texts, seen=newest.number, remark=typed.cleaned_data["remark"]), newest, on)
    form.is_valid()
    after = [
        one
        for one in newest.with_texts(texts)
        if newest.texts[one["code"]] not in (one["text"], before.get(one["code"]))
    ]
    return form, [(one, newest.texts[one.code]) for one in sections_between(newest.texts, after)]


@never_cache
@require_safe
def version_page(request: HttpRequest, key: uuid.UUID, number: int) -> HttpResponse:
    """A version with what differs from the one before, or from the one that `so` names."""
    plan = visible_plan(request, key)
    user, today = signed_in(request), clock.today()
    if not roles.holds(user, queries.KEEP_PLANS, plan.unit_id, on=today):
        raise Http404
    versions = {one.number: one for one in queries.all_versions(plan)}
    version = versions.get(number)
    asked = request.GET.get("so", "")
    other = versions.get(int(asked) if asked.isdecimal() and len(asked) < 6 else number - 1)
    if version is None:
        raise Http404
    context = {
        "plan": plan,
        "version": version,
        "other": other,
        "others": [one for one in versions.values() if one.number != number],
        "sections": [(label_of(one), one["text"]) for one in version.sections],
        "differences": sections_between(other.texts, version.sections) if other else [],
    }
    return render(request, "plans/version_page.html", context)


@never_cache
@require_safe
def plan_pdf(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """As it was issued, or as it stands."""
    plan = visible_plan(request, key)
    kept = _kept(plan, FileKind.PDF)
    return _file(plan, kept if kept is not None else pdf.pdf(_printed(plan)), PDF, "pdf")


@never_cache
@require_safe
def plan_docx(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    plan = visible_plan(request, key)
    kept = _kept(plan, FileKind.DOCX)
    return _file(plan, kept if kept is not None else word.word(_printed(plan)), DOCX, "docx")


def _printed(plan: UnitPlan) -> Printed:
    if plan.paper and plan.state in SETTLED and plan.paper.state == "DRAFT":
        return ready(plan.paper)
    return printed_plan(plan, queries.newest_version(plan), on=clock.today())


def _kept(plan: UnitPlan, kind: FileKind) -> bytes | None:
    found = all_file(plan.paper, kind) if plan.paper and plan.state == PlanState.ISSUED else None
    return found.bytes_kept if found else None


def _file(plan: UnitPlan, content: bytes, media_type: str, ending: str) -> HttpResponse:
    response = HttpResponse(content, content_type=media_type)
    response["Content-Disposition"] = f'attachment; filename="ke-hoach-{plan.unit.code}-{plan.made_at:%Y%m%d}.{ending}"'
    return response


def visible_plan(request: HttpRequest, key: uuid.UUID) -> UnitPlan:
    """A plan that one does not see is not there."""
    return get_object_or_404(queries.plans_visible_to(signed_in(request), on=clock.today()), pk=key)
