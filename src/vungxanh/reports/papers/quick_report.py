"""*Báo cáo nhanh*: the day of an agency on one page, with three remarks."""

import datetime
from collections.abc import Callable, Iterable, Sequence

from django.utils import translation

from vungxanh.common.clock import ZONE
from vungxanh.common.duties import DutyState
from vungxanh.common.formats import clock_time, number, percent
from vungxanh.documents.content import Check, Column, Content, Paragraph, Stamp, Table, day_in_words
from vungxanh.documents.kinds import Subject
from vungxanh.documents.printing.pdf import page_count
from vungxanh.documents.printing.printed import printed
from vungxanh.documents.queries import Letterhead, all_letterhead, all_signer
from vungxanh.documents.rulebook import LAYOUT, unverified_in
from vungxanh.organization.tree import all_tree_on
from vungxanh.reports.papers.words import hour, some
from vungxanh.reports.queries.control_room import Row
from vungxanh.reports.queries.quick_report import ReportDay, all_report_day
from vungxanh.reports.rulebook import QUICK_REPORT, QuickReportRule
from vungxanh.screening.queries.days import UnitCounts

COLUMNS = (
    Column("TT", 8, "center"),
    Column("Đơn vị", 45),
    Column("Phải khai", 14, "center"),
    Column("Khai khi đến", 19, "center"),
    Column("Khai khi về", 19, "center"),
    Column("Vắng có lý do", 14, "center"),
    Column("Chưa khai", 13, "center"),
    Column("Vùng", 12, "center"),
    Column("Báo cáo ngày", 21, "center"),
)
ZONES = {"GREEN": "Xanh", "YELLOW": "Vàng", "ORANGE": "Cam", "RED": "Đỏ"}
REMARKS = ("Nhận xét 1", "Nhận xét 2", "Nhận xét 3")


def draft(subject: Subject, at: datetime.datetime) -> Content:
    """On one page: where the remarks are too long for it, they name fewer units."""
    day, tree = subject.day, all_tree_on(subject.day)
    rule, layout = QUICK_REPORT.current().in_force(day), LAYOUT.current().in_force(day)
    signer = all_signer(rule.signer_title, subject.unit_id, day, tree)
    head = all_letterhead(subject.unit_id, tree)
    with translation.override("vi"):
        found = all_report_day(subject.unit_id, day, at=at, tree=tree)
        for most in range(rule.most_names, 0, -1):
            content = _content(found, rule, head, at, signer=signer, most=most)
            if page_count(printed(content, Stamp(), layout, day=day, check=Check())) == 1:
                break
    return content


def _content(
    found: ReportDay,
    rule: QuickReportRule,
    head: Letterhead,
    at: datetime.datetime,
    *,
    signer: str,
    most: int,
) -> Content:
    day = found.room.day
    opening = rule.opening.format(time=_moment(at, day), day=day_in_words(day), units=number(len(found.rows)))
    remarks = (_returns(found, rule, most), _levels(found, rule, most), _unusual(found, rule, most))
    return Content(
        superior=head.superior,
        issuer=head.issuer,
        symbol=rule.symbol.format(code=head.code),
        place=head.place,
        type_name=rule.type_name,
        summary=rule.summary.format(day=day_in_words(day)),
        body=(
            Paragraph(opening),
            Table(COLUMNS, _rows(found), _totals(found), is_dense=len(found.rows) >= rule.dense_from),
            *(Paragraph(text, label) for text, label in zip(remarks, REMARKS, strict=True)),
        ),
        signature=rule.signature,
        signer=signer,
        recipients=rule.recipients,
        unverified=unverified_in(QUICK_REPORT.title, rule),
    )


def _moment(at: datetime.datetime, day: datetime.date) -> str:
    """The hour, with its date where the report is drafted on a later day."""
    local = at.astimezone(ZONE)
    return hour(at) if local.date() == day else f"{hour(at)} ngày {local:%d/%m/%Y}, của"


def _rows(found: ReportDay) -> tuple[tuple[str, ...], ...]:
    return tuple(
        (str(place), row.unit.short_name, *_figures(row.counts), ZONES.get(row.zone, "–"), _return(found, row))
        for place, row in enumerate(found.rows, 1)
    )


def _totals(found: ReportDay) -> tuple[str, ...]:
    sent, owed = found.room.returns
    return ("", "Cộng", *_figures(found.room.totals), "", f"{number(sent)}/{number(owed)}")


def _figures(counts: UnitCounts) -> tuple[str, ...]:
    return (
        number(counts.expected),
        f"{number(counts.arrival_declared)}/{number(counts.arrival_expected)}",
        f"{number(counts.leaving_declared)}/{number(counts.leaving_expected)}",
        number(counts.excused),
        number(counts.arrival_missing + counts.leaving_missing),
    )


def _return(found: ReportDay, row: Row) -> str:
    status = found.statuses[row.unit.id]
    if row.daily_return.state == DutyState.NOTHING:
        return "–"
    if status.is_submitted:
        return clock_time(status.submitted_at) + ("" if status.on_time else " (muộn)")
    return "Chưa nộp" if row.daily_return.state == DutyState.OVERDUE else "Chưa đến hạn"


def _returns(found: ReportDay, rule: QuickReportRule, most: int) -> str:
    counts = found.room.totals
    silent = [row for row in found.rows if _silent(row)]
    people = sum(map(_silent, silent))
    words = {
        "declared": number(counts.arrival_declared),
        "expected": number(counts.arrival_expected),
        "declared_share": _share(counts.arrival_declared, counts.arrival_expected),
        "not_declared": rule.not_declared.format(people=number(people), units=_named(silent, _silent, most))
        if silent
        else "",
    }
    if not found.owing:
        return rule.returns_none.format(**words)
    late = [f"{row.unit.short_name} ({clock_time(found.statuses[row.unit.id].submitted_at)})" for row in found.late]
    missing = [row.unit.short_name for row in found.missing]
    sent, owed = found.room.returns
    return rule.returns.format(
        sent=number(sent),
        owed=number(owed),
        on_time=number(len(found.on_time)),
        share=_share(len(found.on_time), owed),
        late=rule.late.format(units=some(late, most)) if late else "",
        missing=rule.missing.format(units=some(missing, most)) if missing else "",
        **words,
    )


def _silent(row: Row) -> int:
    return row.counts.arrival_missing + row.counts.leaving_missing


def _levels(found: ReportDay, rule: QuickReportRule, most: int) -> str:
    words: dict[str, str] = {}
    for level in ("VERY_HIGH", "HIGH"):
        rows = [row for row in found.rows if found.levels[row.unit.id].get(level)]

        def people(row: Row, level: str = level) -> int:
            return found.levels[row.unit.id].get(level, 0)

        words[level.lower()] = number(sum(map(people, rows)))
        words[f"{level.lower()}_units"] = f": {_named(rows, people, most)}" if rows else ""
    if words["very_high"] == words["high"] == "0":
        return rule.levels_none
    return rule.levels.format(**words)


def _unusual(found: ReportDay, rule: QuickReportRule, most: int) -> str:
    names = {row.unit.id: row.unit.short_name for row in found.rows}
    said = [
        (rule.unusual_sent if one.submitted_at else rule.unusual_open).format(
            unit=names[one.unit_id], opened=clock_time(one.opened_at), sent=clock_time(one.submitted_at)
        )
        for one in found.unusual
    ]
    if not said:
        return rule.unusual_none
    return rule.unusual.format(count=number(len(said)), units=some(said, most, "; ", "trường hợp"))


def _named(rows: Iterable[Row], people: Callable[[Row], int], most: int) -> str:
    """Most people first."""
    ordered: Sequence[Row] = sorted(rows, key=people, reverse=True)
    return some([f"{row.unit.short_name} ({number(people(row))})" for row in ordered], most)


def _share(part: int, whole: int) -> str:
    return percent(part / whole) if whole else "–"
