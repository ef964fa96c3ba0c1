"""Moves a plan: sent, returned, accepted, approved, issued as the unit's kind allows, withdrawn."""

import datetime

from django.db import transaction
from django.urls import reverse
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from vungxanh.accounts.models import User
from vungxanh.common.vietnamese import canonical_text
from vungxanh.documents.enums import PaperState
from vungxanh.documents.kinds import Subject
from vungxanh.documents.models import Paper
from vungxanh.documents.operations import draft_once
from vungxanh.notifications.operations import notify, settle_all
from vungxanh.notifications.topics import Message
from vungxanh.organization import roles
from vungxanh.organization.enums import Role
from vungxanh.organization.tree import all_tree_on
from vungxanh.plans.enums import PlanState, PlanVerb
from vungxanh.plans.kinds import PLAN_KIND
from vungxanh.plans.models import PlanStep, UnitPlan
from vungxanh.plans.operations.reminding import due_prefix
from vungxanh.plans.operations.steps import PlanError, check_move, day_of, locked, note, step
from vungxanh.plans.permissions import has_series
from vungxanh.plans.queries.plans import newest_version
from vungxanh.plans.rulebook import BLANK, label_of, rule_on, unverified_of
from vungxanh.plans.topics import ANSWERED, PLAN_DUE, SENT, SUBMITTED

LONGEST_TEXT, LONGEST_REASON = 3000, 300
ANSWERS = (PlanVerb.RETURN, PlanVerb.ACCEPT, PlanVerb.APPROVE)


@transaction.atomic
def move_plan(plan: UnitPlan, verb: PlanVerb, *, text: str = "", actor: User, at: datetime.datetime) -> UnitPlan:
    """`text`: why it is returned or withdrawn. Of a unit with a number series accepting drafts its paper, and the plan
    is issued when that paper has its number. Raises `PlanError`."""
    plan, words = locked(plan), canonical_text(text)[:LONGEST_TEXT]
    check_move(plan, verb, actor, at)
    _check(plan, verb, words, at)
    values: dict[str, object] = {}
    if verb in (PlanVerb.ACCEPT, PlanVerb.APPROVE):
        values = {"accepted_at": at}
    elif verb == PlanVerb.ISSUE:
        values = {"issued_at": at, "issued_by": actor}
    elif verb == PlanVerb.WITHDRAW:
        values = {"withdrawn_at": at, "reason": words[:LONGEST_REASON]}
    made = step(plan, verb, actor=actor, at=at, text=words, **values)
    if "accepted_at" in values and has_series(plan, on=day_of(at)):
        plan.paper = draft_once(PLAN_KIND, _subject(plan, at), at=at)
        plan.save(update_fields=["paper"])
    note(f"{verb}_plan", plan, actor, at, version=newest_version(plan).number, reason=words[:200] or None)
    _tell(plan, made, actor, at)
    return plan


@transaction.atomic
def issue_by_paper(paper: Paper, *, actor: User, at: datetime.datetime) -> None:
    """The paper of a plan has its number: the plan is issued. Raises `PlanError` where it was withdrawn meanwhile."""
    plan = _plan_of(paper)
    if plan is None:
        return
    if plan.state == PlanState.WITHDRAWN:
        raise PlanError(_("The unit has withdrawn this plan."))
    if plan.state == PlanState.ISSUED:
        plan.paper = paper
        plan.save(update_fields=["paper"])
        return
    made = step(plan, PlanVerb.ISSUE, actor=None, at=at, text=paper.full_number, paper=paper, issued_at=at)
    note("issue_plan", plan, actor, at, number=paper.full_number)
    _tell(plan, made, actor, at)


@transaction.atomic
def withdraw_by_paper(paper: Paper, *, actor: User, at: datetime.datetime) -> None:
    """The issued paper of a plan is withdrawn, and the plan with it. A draft that is withdrawn leaves the plan."""
    plan = _plan_of(paper)
    if plan is None or plan.state != PlanState.ISSUED or plan.paper_id != paper.pk:
        return
    reason = paper.withdrawn_because
    made = step(plan, PlanVerb.WITHDRAW, actor=None, at=at, text=reason, withdrawn_at=at, reason=reason)
    note("withdraw_plan", plan, actor, at, reason=reason)
    _tell(plan, made, actor, at)


def _plan_of(paper: Paper) -> UnitPlan | None:
    if paper.kind != PLAN_KIND.code:
        return None
    found = UnitPlan.objects.filter(pk=paper.subject_key).first()
    return locked(found) if found else None


def _check(plan: UnitPlan, verb: PlanVerb, words: str, at: datetime.datetime) -> None:
    goes_to_director = plan.kind in rule_on(day_of(at)).director_approves
    if verb == PlanVerb.SEND:
        _check_whole(plan)
    elif verb == PlanVerb.ACCEPT and goes_to_director:
        raise PlanError(_("Plans of this kind are approved by the Director: submit it."))
    elif verb == PlanVerb.SUBMIT and not goes_to_director:
        raise PlanError(_("Plans of this kind are accepted by the Office; the Director need not approve them."))
    elif verb == PlanVerb.RETURN and not words and not newest_version(plan).comments.exists():
        raise PlanError({"text": _("Say what is to be changed, here or beside a section.")})
    elif verb == PlanVerb.ISSUE and (rules := unverified_of(plan.kind, plan.template_from)):
        raise PlanError(_("Not compared with the source yet: %(rules)s.") % {"rules": "; ".join(rules)})
    elif verb == PlanVerb.WITHDRAW:
        if not words:
            raise PlanError({"text": _("Say why it is withdrawn.")})
        papers = Paper.objects.filter(kind=PLAN_KIND.code, subject_key=str(plan.pk))
        if papers.filter(state__in=[PaperState.DRAFT, PaperState.ISSUED]).exists():
            raise PlanError(_("Its paper stands: the Office withdraws that one first, among the papers."))


def _check_whole(plan: UnitPlan) -> None:
    """A place that the template left open is filled before anybody reads the plan."""
    texts = [(label_of(one), one["text"]) for one in newest_version(plan).sections]
    if open_parts := [label for label, text in texts if BLANK in text or BLANK in label]:
        raise PlanError(_("Still to be filled in: %(parts)s.") % {"parts": "; ".join(open_parts)})


def _subject(plan: UnitPlan, at: datetime.datetime) -> Subject:
    agency = all_tree_on(day_of(at)).root_of(plan.unit_id)
    addressee = agency.id if agency and agency.id != plan.unit_id else None
    return Subject(plan.unit_id, str(plan.pk), day_of(at), addressee)


def _tell(plan: UnitPlan, made: PlanStep, actor: User, at: datetime.datetime) -> None:
    """Whoever it waits for, or the unit of an answer; what asked for this step is settled."""
    today, verb = day_of(at), PlanVerb(made.verb)
    for topic in (SENT, SUBMITTED):
        settle_all(topic, f"{topic}:{plan.pk}:", at=at)
    if verb == PlanVerb.SEND:
        settle_all(PLAN_DUE, due_prefix(plan.unit_id, plan.kind, plan.campaign_id), at=at)
    topic, told = ANSWERED, roles.holders(roles.UNIT_STAFF, plan.unit_id, on=today)
    if verb in (PlanVerb.SEND, PlanVerb.ISSUE):
        topic, told = SENT, roles.holders(Role.OFFICE, plan.unit_id, on=today)
    elif verb == PlanVerb.SUBMIT:
        topic, told = SUBMITTED, roles.holders(roles.LEADERS, plan.unit_id, on=today)
    elif verb not in ANSWERS and not (verb == PlanVerb.WITHDRAW and made.by is None):
        return
    message = Message(
        topic=topic,
        key=f"{topic}:{plan.pk}:{made.pk}",
        title=format_lazy("{what}: {title}", what=verb.label, title=plan.summary[:150]),
        address=reverse("plans:plan_page", args=[plan.pk]),
    )
    notify(message, set(told) - {actor}, at=at)
