"""*Công văn đôn đốc*: to a unit that was reminded in vain, with the days and hours."""

import datetime
from collections.abc import Sequence

from vungxanh.common.clock import ZONE
from vungxanh.common.formats import clock_time, day, short_day
from vungxanh.documents.content import Column, Content, Paragraph, Table
from vungxanh.documents.kinds import Subject
from vungxanh.documents.queries import all_letterhead, all_signer
from vungxanh.documents.rulebook import unverified_in
from vungxanh.organization.tree import all_tree_on
from vungxanh.reports.papers.words import hour
from vungxanh.reports.queries.late_days import LateDay, day_after
from vungxanh.reports.queries.papers import all_days_of_letter
from vungxanh.reports.rulebook import URGING_LETTER, UrgingLetterRule
from vungxanh.risk.queries.returns import all_due_at

COLUMNS = (
    Column("Ngày", 25, "center"),
    Column("Nhắc, đôn đốc", 55),
    Column("Báo cáo ngày", 35),
    Column("Lý do đơn vị nêu", 50),
)


def draft(subject: Subject, at: datetime.datetime) -> Content:
    tree = all_tree_on(subject.day)
    rule = URGING_LETTER.current().in_force(subject.day)
    assert subject.addressee_id is not None
    unit, head = tree[subject.addressee_id], all_letterhead(subject.unit_id, tree)
    late = all_days_of_letter(subject, rule, at=at)
    words = {"unit": unit.name, "due": hour(all_due_at(subject.day))}
    never = [one for one in late if one.sent is None]
    missing = rule.missing.format(days=_days(never)) if never else ""
    opening = rule.opening.format(first=day(late[0].day), last=day(late[-1].day), times=f"{len(late):02}", **words)
    answer_by = day_after(at.astimezone(ZONE).date(), rule.answer_working_days)
    return Content(
        superior=head.superior,
        issuer=head.issuer,
        symbol=rule.symbol.format(code=head.code),
        place=head.place,
        type_name="",
        summary=rule.summary,
        addressees=(unit.name,),
        body=(
            Paragraph(opening, "Mở đầu"),
            Table(COLUMNS, tuple(_row(one, rule) for one in late)),
            Paragraph(rule.demand.format(missing=missing, **words), "Yêu cầu"),
            Paragraph(rule.answer.format(answer_by=day(answer_by)), "Hạn trả lời"),
        ),
        signature=rule.signature,
        signer=all_signer(rule.signer_title, subject.unit_id, subject.day, tree),
        recipients=rule.recipients,
        unverified=unverified_in(URGING_LETTER.title, rule),
    )


def _row(one: LateDay, rule: UrgingLetterRule) -> tuple[str, ...]:
    given = [
        words.format(times=", ".join(clock_time(at) for at in moments))
        for words, moments in ((rule.reminded, one.reminded_at), (rule.urged, one.urged_at))
        if moments
    ]
    return day(one.day), "; ".join(given), _outcome(one, rule), one.reason or "–"


def _outcome(one: LateDay, rule: UrgingLetterRule) -> str:
    if one.sent is None or one.sent.submitted_at is None:
        return rule.not_sent
    sent = one.sent.submitted_at.astimezone(ZONE)
    words = rule.sent_late if sent.date() == one.day else rule.sent_later
    return words.format(time=clock_time(sent), day=day(sent.date()))


def _days(late: Sequence[LateDay]) -> str:
    return "ngày " + ", ".join(short_day(one.day) for one in late)
