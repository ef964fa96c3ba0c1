"""A plan as an administrative paper: with a number of the unit's own, or, of a phòng, signed without one."""

import datetime

from vungxanh.common.clock import ZONE
from vungxanh.documents.content import Block, Content, Heading, Paragraph, Stamp
from vungxanh.documents.kinds import Subject
from vungxanh.documents.printing.printed import Printed, draft_marks, printed
from vungxanh.documents.queries import all_letterhead
from vungxanh.documents.rulebook import LAYOUT
from vungxanh.organization.tree import Tree, all_tree_on
from vungxanh.plans.enums import OPEN, PlanState
from vungxanh.plans.models import PlanVersion, UnitPlan
from vungxanh.plans.queries.drafting import head_of, post_of
from vungxanh.plans.queries.plans import newest_version
from vungxanh.plans.rulebook import template_starting, unverified_of


def draft(subject: Subject, at: datetime.datetime) -> Content:
    """Of the plan that the key of the subject names."""
    plan = UnitPlan.objects.get(pk=subject.key)
    return content_of(plan, newest_version(plan), at.astimezone(ZONE).date())


def printed_plan(plan: UnitPlan, version: PlanVersion, *, on: datetime.date) -> Printed:
    """As it stands; marked as a draft until it is accepted, with its date once a phòng has issued it."""
    day = plan.issued_at.astimezone(ZONE).date() if plan.issued_at else on
    stamp = Stamp(on=day) if plan.state == PlanState.ISSUED and plan.paper_id is None else Stamp()
    content = content_of(plan, version, day)
    marks = draft_marks(content) if plan.state in OPEN else ()
    return printed(content, stamp, LAYOUT.current().in_force(day), day=day, marks=marks)


def content_of(plan: UnitPlan, version: PlanVersion, on: datetime.date) -> Content:
    tree, texts = all_tree_on(on), template_starting(plan.kind, plan.template_from)
    head = all_letterhead(plan.unit_id, tree)
    is_numbered = tree[plan.unit_id].has_number_series
    name, title = head_of(plan.unit_id, on, tree)
    title = (title or (texts.unit_signature if is_numbered else texts.division_signature)).upper()
    signature, signer = _signed(plan, name, title, on, tree)
    return Content(
        superior=head.superior,
        issuer=head.issuer,
        symbol=texts.symbol.format(code=head.code) if is_numbered else "",
        place=head.place,
        type_name=texts.type_name,
        summary=plan.summary,
        body=tuple(_body(version)),
        signature=signature,
        signer=signer,
        recipients=tuple(plan.recipients),
        unverified=unverified_of(plan.kind, plan.template_from),
    )


def _signed(plan: UnitPlan, head: str, title: str, on: datetime.date, tree: Tree) -> tuple[tuple[str, ...], str]:
    """By the head; a deputy to whom the head lent the role signs for the head, anybody else as authorised."""
    signer = plan.issued_by
    if signer is None or signer.full_name == head or not head:
        return (title,), signer.full_name if signer else head
    own = post_of(signer, plan.unit_id, on, tree).upper()
    form = "KT." if own.startswith("PHÓ") else "TUQ."
    return ((f"{form} {title}", own) if own else (title,)), signer.full_name


def _body(version: PlanVersion) -> list[Block]:
    """A section whose text was taken out is left out with its heading."""
    written = [one for one in version.sections if one["text"].strip()]
    blocks: list[Block] = []
    for one in written:
        blocks += [Heading(one["heading"])] if one["heading"] else []
        blocks.append(Paragraph(one["text"]))
    return blocks
