"""Begins a plan from its template, keeps each version, what is said of it, and the opinion of the Party committee."""

import datetime
import hashlib
import json
import uuid
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from vungxanh.accounts.models import User
from vungxanh.common.vietnamese import canonical, canonical_text
from vungxanh.movement.enums import CampaignState
from vungxanh.movement.models import Campaign
from vungxanh.movement.queries.campaigns import newest_edition, takes_part
from vungxanh.organization.models import Unit
from vungxanh.organization.tree import all_tree_on
from vungxanh.plans.enums import STANDING, PlanKind, PlanState, PlanVerb
from vungxanh.plans.models import PartyOpinion, PlanComment, PlanVersion, UnitPlan
from vungxanh.plans.operations.steps import PlanError, check_move, day_of, locked, note, step
from vungxanh.plans.permissions import may_comment, may_give_opinion, may_start
from vungxanh.plans.queries.drafting import all_values
from vungxanh.plans.queries.plans import newest_version
from vungxanh.plans.rulebook import begun_sections, filled, label_of, rule_on, template_in_force

LONGEST_COMMENT, LONGEST_NOTE = 3000, 300


class ChangedMeanwhileError(PlanError):
    """Somebody else kept a newer version than the one on the page: `newest`. Nothing was changed."""

    def __init__(self, newest: PlanVersion) -> None:
        self.newest = newest
        super().__init__(_("Somebody else kept a newer version meanwhile. Both texts stand below; nothing is lost."))


@transaction.atomic
def start_plan(
    key: uuid.UUID, unit_id: int, campaign: Campaign | None, *, actor: User, at: datetime.datetime
) -> UnitPlan:
    """For the campaign, or without one to stay a Green Zone; its first version is the template with the unit's data.
    The same `key` again is the same tap. Raises `PlanError`, also where such a plan stands already."""
    may_start(actor, unit_id, on=day_of(at)).or_refuse()
    Unit.objects.select_for_update(no_key=True).get(pk=unit_id)
    kind = PlanKind.UNIT_PLAN if campaign else PlanKind.GREEN_ZONE_PLAN
    there = UnitPlan.objects.filter(unit_id=unit_id, kind=kind, campaign=campaign, state__in=STANDING).first()
    if there and there.pk == key:
        return there
    if there:
        raise PlanError(_("The unit has such a plan already."))
    if UnitPlan.objects.filter(pk=key).exists():
        raise PlanError(_("This page was sent before; open a new one."))
    _check_unit(unit_id, campaign, at)
    today = day_of(at)
    template, values = template_in_force(kind, today), all_values(unit_id, campaign, at)
    plan = UnitPlan(key=key, unit_id=unit_id, kind=kind, campaign=campaign, state="", made_at=at, made_by=actor)
    step(
        plan,
        PlanVerb.DRAFT,
        actor=actor,
        at=at,
        template_from=template.in_force_from,
        summary=filled(template.summary, values)[:400],
        recipients=[filled(line, values) for line in template.recipients],
    )
    sections = [{**one, "text": canonical_text(one["text"])} for one in begun_sections(template, values)]
    version = _keep(plan, 1, sections, "", actor, at)
    note("start_plan", plan, actor, at, sha256=version.sha256)
    return plan


@transaction.atomic
def write_plan(
    plan: UnitPlan,
    texts: Mapping[str, str],
    *,
    seen: int,
    remark: str = "",
    actor: User,
    at: datetime.datetime,
) -> PlanVersion:
    """A new version; `seen`: the number of the one that was on the page. The same text as it stands is no new one.
    Raises `ChangedMeanwhileError` where somebody else was faster, and `PlanError`."""
    plan = locked(plan)
    check_move(plan, PlanVerb.EDIT, actor, at)
    newest, longest = newest_version(plan), rule_on(day_of(at)).longest_section
    sections = newest.with_texts({code: canonical_text(text) for code, text in texts.items()})
    if sections == newest.sections:
        return newest
    if seen != newest.number:
        raise ChangedMeanwhileError(newest)
    for one in sections:
        if len(one["text"]) > longest:
            words = _("“%(heading)s” has at most %(count)d characters.")
            raise PlanError(words % {"heading": label_of(one), "count": longest})
    if not any(one["text"] for one in sections):
        raise PlanError(_("A plan without any text is not kept."))
    if plan.state == PlanState.RETURNED:
        step(plan, PlanVerb.EDIT, actor=actor, at=at)
    version = _keep(plan, newest.number + 1, sections, canonical(remark)[:LONGEST_NOTE], actor, at)
    note("write_plan", plan, actor, at, version=version.number, sha256=version.sha256)
    return version


@transaction.atomic
def comment_on(version: PlanVersion, section: str, text: str, *, actor: User, at: datetime.datetime) -> PlanComment:
    """Of one section, or with "" of the whole. The same words of the same again are the same tap. Raises `PlanError`,
    also where the unit has a newer version by now."""
    plan = locked(version.plan)
    may_comment(actor, plan, on=day_of(at)).or_refuse()
    if newest_version(plan).pk != version.pk:
        raise PlanError(_("There is a newer version by now; look at it first."))
    if section and section not in version.texts:
        raise PlanError(_("The plan has no such section."))
    words = canonical_text(text)[:LONGEST_COMMENT]
    if not words:
        raise PlanError({"text": _("Write what you have to say.")})
    if there := version.comments.filter(section=section, text=words, made_by=actor).first():
        return there
    made = PlanComment.objects.create(version=version, section=section, text=words, made_at=at, made_by=actor)
    note("comment_plan", plan, actor, at, version=version.number)
    return made


@transaction.atomic
def give_opinion(plan: UnitPlan, text: str, on: datetime.date, *, actor: User, at: datetime.datetime) -> PartyOpinion:
    """The same words of the same day again are the same tap. Raises `PlanError`."""
    plan = locked(plan)
    may_give_opinion(actor, plan, on=day_of(at)).or_refuse()
    words = canonical_text(text)[:LONGEST_COMMENT]
    if not words:
        raise PlanError({"text": _("Write what you have to say.")})
    if on > day_of(at):
        raise PlanError({"given_on": _("This day has not come yet.")})
    if there := plan.opinions.filter(text=words, given_on=on).first():
        return there
    made = PartyOpinion.objects.create(plan=plan, text=words, given_on=on, made_at=at, made_by=actor)
    note("give_opinion", plan, actor, at, day=on.isoformat())
    return made


def _check_unit(unit_id: int, campaign: Campaign | None, at: datetime.datetime) -> None:
    tree = all_tree_on(day_of(at))
    if campaign is None:
        kinds = rule_on(day_of(at)).green_zone_kinds
        if unit_id not in tree or tree[unit_id].kind not in kinds:
            raise PlanError(_("A unit of this kind has no Green Zone plan of its own."))
        return
    if Campaign.objects.get(pk=campaign.pk).state != CampaignState.RUNNING:
        raise PlanError(_("The movement is not under way."))
    if not takes_part(newest_edition(campaign).plan, campaign, unit_id, tree):
        raise PlanError(_("This unit does not take part in the movement by itself."))


def _keep(
    plan: UnitPlan, number: int, sections: list[dict[str, Any]], remark: str, actor: User, at: datetime.datetime
) -> PlanVersion:
    text = json.dumps(sections, ensure_ascii=False, sort_keys=True)
    return PlanVersion.objects.create(
        plan=plan,
        number=number,
        sections=sections,
        sha256=hashlib.sha256(text.encode()).hexdigest(),
        note=remark,
        made_at=at,
        made_by=actor,
    )
