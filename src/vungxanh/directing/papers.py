"""Minutes of a supervision and guidance as administrative papers, in the words of the rule in force on their day."""

import datetime

from vungxanh.common.formats import clock_time, day, moment
from vungxanh.directing.enums import ItemResult
from vungxanh.directing.models import Guidance, Recommendation, Supervision
from vungxanh.directing.queries.supervision import all_members
from vungxanh.directing.rulebook import PAPER_TEXTS, MinutesTexts
from vungxanh.documents.content import Block, Column, Content, Paragraph, Stamp, Table
from vungxanh.documents.printing.printed import Printed, printed
from vungxanh.documents.queries import all_letterhead
from vungxanh.documents.rulebook import LAYOUT
from vungxanh.organization import roles
from vungxanh.organization.enums import Role
from vungxanh.organization.tree import Tree, all_tree_on

COLUMNS = (Column("Nội dung", 80), Column("Kết quả", 25, "center"), Column("Nhận xét", 60))


def printed_minutes(supervision: Supervision) -> Printed:
    """As they stand; a draft as long as the unit does not have them."""
    tree, texts = all_tree_on(supervision.day), PAPER_TEXTS.current().in_force(supervision.day).minutes
    root = tree.root_of(supervision.unit_id)
    assert root
    head, unit = all_letterhead(root.id, tree), tree[supervision.unit_id].name
    members = [person.full_name for person in all_members(supervision)]
    content = Content(
        superior=head.superior,
        issuer=head.issuer,
        symbol=texts.symbol.format(code=root.code),
        place=head.place,
        type_name=texts.type_name,
        summary=supervision.purpose,
        body=tuple(_body(supervision, unit, members, texts)),
        signature=texts.signature,
        signer=members[0],
        recipients=tuple(line.format(unit=unit) for line in texts.recipients),
    )
    return printed(content, Stamp(), LAYOUT.current().in_force(supervision.day), day=supervision.day)


def _body(supervision: Supervision, unit: str, members: list[str], texts: MinutesTexts) -> list[Block]:
    begun = texts.begun.format(time=clock_time(supervision.begun_at)) if supervision.begun_at else ""
    words = {"date": day(supervision.day), "time": begun, "unit": unit}
    items = supervision.items.order_by("position")
    rows = tuple((f"{one.position}. {one.says}", _result(one.result, texts), one.remark or "–") for one in items)
    given = supervision.recommendations.order_by("number").select_related("answerable")
    recommended = [_recommended(one, texts) for one in given]
    return [
        Paragraph(texts.opening.format(**words)),
        Paragraph(texts.team),
        Paragraph("\n".join([texts.leads.format(name=members[0]), *members[1:]])),
        Paragraph(texts.present),
        Paragraph(supervision.present or texts.open),
        Paragraph(texts.results),
        Table(COLUMNS, rows),
        Paragraph(texts.conclusions),
        Paragraph(supervision.conclusions or texts.open),
        Paragraph(texts.recommendations),
        Paragraph("\n".join(recommended) or texts.none),
        Paragraph(texts.opinion),
        Paragraph(_opinion(supervision, texts)),
        Paragraph(texts.closing),
    ]


def _result(result: str, texts: MinutesTexts) -> str:
    said = {ItemResult.MET: texts.met, ItemResult.NOT_MET: texts.not_met, ItemResult.NOT_SEEN: texts.not_seen}
    return said[ItemResult(result)] if result else texts.open


def _recommended(one: Recommendation, texts: MinutesTexts) -> str:
    who = one.answerable.full_name if one.answerable else texts.head
    return f"{one.number}. {one.text}\n{texts.due.format(date=day(one.due_date), who=who)}"


def _opinion(supervision: Supervision, texts: MinutesTexts) -> str:
    if supervision.opinion:
        return supervision.opinion
    if supervision.answered_by:
        name, at = supervision.answered_by.full_name, moment(supervision.answered_at)
        return texts.agreed.format(name=name, at=at)
    return texts.open


def printed_guidance(guidance: Guidance, *, on: datetime.date) -> Printed:
    """`on`: the day of printing of a draft."""
    shown = guidance.effective_on if guidance.published_at else on
    tree, texts = all_tree_on(shown), PAPER_TEXTS.current().in_force(shown).guidance
    head = all_letterhead(guidance.unit_id, tree)
    targets = [tree[unit].name for unit in guidance.targets.values_list("pk", flat=True) if unit in tree]
    number, _slash, symbol = guidance.number.partition("/")
    stamp = Stamp(number.strip(), symbol.strip(), shown) if symbol and guidance.published_at else Stamp()
    content = Content(
        superior=head.superior,
        issuer=head.issuer,
        symbol=texts.symbol.format(code=tree[guidance.unit_id].code),
        place=head.place,
        type_name=texts.type_name,
        summary=guidance.title,
        body=tuple(Paragraph(part) for part in guidance.text.split("\n\n")),
        signature=texts.signature,
        signer=_signer(guidance.unit_id, shown, tree),
        recipients=(*targets, *texts.recipients),
    )
    return printed(content, stamp, LAYOUT.current().in_force(shown), day=shown)


def _signer(unit_id: int, on: datetime.date, tree: Tree) -> str:
    """Whoever holds the role of the Office at the nearest unit, where it is one; who acts for them signs otherwise."""
    own = roles.holders(Role.OFFICE, unit_id, on=on, tree=tree, is_own=True)
    return own[0].full_name if len(own) == 1 else ""
