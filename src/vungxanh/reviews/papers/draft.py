"""A review as a paper, in the words of the rule in force and from figures that were counted before."""

from collections.abc import Mapping, Sequence
from itertools import takewhile

from django.utils import translation

from vungxanh.documents.content import Block, Content, Heading, Paragraph, roman
from vungxanh.documents.queries import all_letterhead, all_signer
from vungxanh.documents.rulebook import unverified_in
from vungxanh.organization.tree import all_tree_on
from vungxanh.reviews.figures import Figures
from vungxanh.reviews.papers.body import APPENDICES, CHARTS, TABLES
from vungxanh.reviews.papers.words import Frame, fields_of, filled
from vungxanh.reviews.queries.due import DueReport
from vungxanh.reviews.rulebook import REVIEW_RULE, Part, ReviewRule, fields_in


def content_of(due: DueReport, figures: Figures, rule: ReviewRule) -> Content:
    day = figures.last
    tree, unit_id = all_tree_on(day), due.campaign.unit_id
    head, text = all_letterhead(unit_id, tree), rule.text_of(due.kind)
    frame = Frame(due.plan, head, tree[unit_id].name, due.name, text.what, due.to, rule.most_names)
    with translation.override("vi"):
        fields = fields_of(figures, frame)
        body = _body(rule.parts_of(due.kind), fields, figures, rule.dense_from)
        appendices = [APPENDICES[one](figures, rule.dense_from) for one in text.appendices]
    recipients = (filled([line], fields, fields_in) for line in text.recipients)
    return Content(
        superior=head.superior,
        issuer=head.issuer,
        symbol=text.symbol.format(**fields),
        place=head.place,
        type_name=text.type_name,
        summary=filled([text.summary], fields, fields_in) or due.name,
        body=tuple(body),
        signature=text.signature,
        signer=all_signer(text.signer_title, unit_id, day, tree),
        recipients=tuple(line for line in recipients if line),
        appendices=tuple(one for one in appendices if one.body),
        unverified=unverified_in(REVIEW_RULE.title, rule),
    )


def _body(parts: Sequence[Part], fields: Mapping[str, str | None], figures: Figures, dense_from: int) -> list[Block]:
    """Headings are numbered as they come: I., II., below them 1., 2. What has nothing to say, and nobody has to write,
    leaves nothing behind, nor does a heading without anything below it."""
    filled_parts = [(part, _blocks(part, fields, figures, dense_from)) for part in parts]
    found: list[Block] = []
    chapter = section = 0
    for at, (part, blocks) in enumerate(filled_parts):
        if part.level == 1 and (blocks or _has_below(filled_parts[at + 1 :])):
            chapter, section = chapter + 1, 0
            found.append(Heading(f"{roman(chapter)}. {part.heading}"))
        elif part.level == 2 and blocks:
            section += 1
            found.append(Heading(f"{section}. {part.heading}"))
        found += blocks
    return found


def _has_below(following: Sequence[tuple[Part, list[Block]]]) -> bool:
    below = takewhile(lambda one: one[0].level == 2, following)
    return any(blocks for _part, blocks in below)


def _blocks(part: Part, fields: Mapping[str, str | None], figures: Figures, dense_from: int) -> list[Block]:
    text = filled(part.sentences, fields, fields_in)
    shown: list[Block] = [Paragraph(text, part.label)] if text or part.by_office else []
    for table in part.tables:
        shown += TABLES[table](figures, dense_from)
    for chart in part.charts:
        shown += CHARTS[chart](figures)
    return shown
