"""Tables, charts and appendices of a review, from its frozen figures."""

from collections.abc import Callable, Mapping, Sequence
from itertools import groupby

import msgspec

from vungxanh.common.charts import nice_top
from vungxanh.common.formats import day, number, percent
from vungxanh.documents.content import Appendix, Block, Chart, Column, Heading, Paragraph, Series, Table
from vungxanh.movement.enums import LaunchForm
from vungxanh.reviews.figures import Card, CardLine, Figures, Share, UnitShares
from vungxanh.reviews.papers.words import GREEN_DAYS, share_words, state_words

ARRIVAL, LEAVING, RETURNS = "screening.arrival_declared", "screening.leaving_declared", "risk.returns_on_time"
FORMS = {
    LaunchForm.CEREMONY: "Lễ phát động",
    LaunchForm.MEETING: "Hội nghị",
    LaunchForm.ONLINE_MEETING: "Trực tuyến",
    LaunchForm.WRITTEN: "Văn bản",
}
WHY_NO_POINTS = {
    "NOTHING_DUE": "không có gì đến hạn",
    "NOT_BUILT": "chưa đo",
    "NOT_SCORED": "chưa chấm",
    "PROVISIONAL": "chưa thẩm định",
}
UNIT_COLUMNS = (
    Column("TT", 9, "center"),
    Column("Đơn vị", 40),
    Column("Ngày là vùng xanh", 27, "center"),
    Column("Khai báo khi đến", 31, "center"),
    Column("Khai báo khi về", 31, "center"),
    Column("Báo cáo ngày đúng hạn", 27, "center"),
)
SCORE_COLUMNS = (
    Column("Xếp thứ", 18, "center"),
    Column("Đơn vị", 75),
    Column("Điểm", 24, "right"),
    Column("Kỳ trước", 24, "right"),
    Column("Tăng, giảm", 24, "right"),
)
MEASURE_COLUMNS = (
    Column("Số", 13, "center"),
    Column("Chỉ tiêu", 86),
    Column("Điểm tối đa", 20, "right"),
    Column("Mức đạt chung", 23, "right"),
    Column("Kỳ trước", 23, "right"),
)
LAUNCH_COLUMNS = (
    Column("TT", 9, "center"),
    Column("Đơn vị", 44),
    Column("Ngày phát động", 25, "center"),
    Column("Hình thức", 25),
    Column("Kết quả", 26, "center"),
    Column("Số người dự", 16, "right"),
    Column("Người ký cam kết", 20, "right"),
)
CARD_COLUMNS = (
    Column("Số", 13, "center"),
    Column("Chỉ tiêu", 88),
    Column("Điểm tối đa", 20, "right"),
    Column("Hệ thống đếm", 42, "center"),
    Column("Điểm hệ thống đếm", 24, "right"),
    Column("Tự chấm", 18, "right"),
    Column("Thẩm định", 18, "right"),
    Column("Lý do chênh lệch, ghi chú", 29),
)
"""As wide as the text of a landscape page."""


def launches(figures: Figures, dense_from: int, *, title: str = "Kết quả phát động tại đơn vị") -> list[Block]:
    rows = tuple(
        (
            str(place),
            one.unit,
            day(one.on),
            FORMS.get(LaunchForm(one.form), "–") if one.form else "–",
            state_words(one),
            number(one.present) if one.on else "–",
            f"{number(one.pledged)}/{number(one.people)}",
        )
        for place, one in enumerate(figures.launches, start=1)
    )
    pledged, people = sum(one.pledged for one in figures.launches), sum(one.people for one in figures.launches)
    present = number(sum(one.present for one in figures.launches))
    foot = ("", "Cộng", "", "", "", present, f"{number(pledged)}/{number(people)}")
    return [Table(LAUNCH_COLUMNS, rows, foot, len(rows) >= dense_from, title)] if rows else []


def unit_days(figures: Figures, dense_from: int) -> list[Block]:
    """Of units for which any of these was due."""
    codes = (GREEN_DAYS, ARRIVAL, LEAVING, RETURNS)
    shown = [one for one in figures.units if any(code in one.shares for code in codes)]
    rows = tuple((str(at), one.name, *(_share(one.shares, code) for code in codes)) for at, one in enumerate(shown, 1))
    foot = ("", "Cả cơ quan", *(_share(figures.agency, code) for code in codes))
    title = "Ngày là vùng xanh, khai báo y tế, báo cáo ngày của từng đơn vị"
    return [Table(UNIT_COLUMNS, rows, foot, len(rows) >= dense_from, title)] if rows else []


def _share(shares: Mapping[str, Share], code: str) -> str:
    return share_words(shares[code]) if code in shares else "–"


def scores(figures: Figures, dense_from: int) -> list[Block]:
    """A table for each block, best first."""
    found: list[Block] = []
    for block, group in groupby(figures.cards, key=lambda one: one.block):
        cards = list(group)
        rows = [
            (_or_nothing(one.rank), one.unit, _points(one.total), _points(one.before), _moved(one)) for one in cards
        ]
        title = f"Điểm thi đua, {block}" if block else "Điểm thi đua"
        found.append(_compared(SCORE_COLUMNS, rows, 2, figures, dense_from, title))
    return found


def measures(figures: Figures, dense_from: int) -> list[Block]:
    rows = [(one.id, one.name, number(one.weight), percent(one.ratio), percent(one.before)) for one in figures.reached]
    return [_compared(MEASURE_COLUMNS, rows, 1, figures, dense_from, "Mức đạt từng chỉ tiêu")] if rows else []


def _compared(
    columns: Sequence[Column],
    rows: Sequence[tuple[str, ...]],
    last: int,
    figures: Figures,
    dense_from: int,
    title: str,
) -> Table:
    """The last columns compare with the period before; without one they are not there, and the second is wider."""
    if not figures.period_before:
        left = list(columns[:-last])
        room = sum(one.width for one in columns[-last:])
        left[1] = msgspec.structs.replace(left[1], width=left[1].width + room)
        columns, rows = left, [row[:-last] for row in rows]
    return Table(tuple(columns), tuple(rows), (), len(rows) >= dense_from, title)


def _moved(card: Card) -> str:
    if card.total is None or card.before is None:
        return "–"
    by = round(card.total - card.before, 2)
    return f"+{number(by, 2)}" if by > 0 else number(by, 2)


def _points(value: float | None) -> str:
    return number(value, 2) if value is not None else "–"


def _or_nothing(value: int | None) -> str:
    return number(value) if value is not None else "–"


def green_days(figures: Figures) -> list[Block]:
    shown = [one for one in figures.units if GREEN_DAYS in one.shares]
    return _percent_chart("Tỷ lệ ngày là vùng xanh của từng đơn vị", shown, GREEN_DAYS)


def launch_pledges(figures: Figures) -> list[Block]:
    shown = [one for one in figures.launches if one.people]
    values = tuple(round(one.pledged / one.people * 100, 1) for one in shown)
    labels = tuple(one.unit for one in shown)
    title = "Tỷ lệ người ký cam kết thi đua của từng đơn vị"
    return [Chart(title, labels, (Series("Ký cam kết", values),), 100, "%")] if shown else []


def _percent_chart(title: str, shown: Sequence[UnitShares], code: str) -> list[Block]:
    values = tuple(_floored(one.shares[code]) for one in shown)
    return [Chart(title, tuple(one.name for one in shown), (Series(title, values),), 100, "%")] if shown else []


def _floored(share: Share) -> float:
    """As the figure stands in the tables: what is not whole is not 100."""
    return int(share.ratio * 1000 + 1e-6) / 10


def score_chart(figures: Figures) -> list[Block]:
    """Beside the period before, where there was one."""
    shown = [one for one in figures.cards if one.total is not None]
    series = [Series(figures.period, tuple(one.total for one in shown))]
    if any(one.before is not None for one in shown):
        series.append(Series(figures.period_before, tuple(one.before for one in shown)))
    top = max([figures.total_points, *(one.total or 0 for one in shown), *(one.before or 0 for one in shown)])
    highest = figures.total_points if top <= figures.total_points else nice_top(top)
    labels = tuple(one.unit for one in shown)
    return [Chart("Điểm thi đua của từng đơn vị", labels, tuple(series), highest, decimals=2)] if shown else []


def scorecards(figures: Figures, _dense_from: int) -> Appendix:
    """Unit by unit: what the system counted, what the unit gave itself, what was appraised."""
    body: list[Block] = [
        Paragraph(f"{figures.period}. Chỉ tiêu “chưa đo”, “chưa chấm”, “không có gì đến hạn” không tính vào điểm.")
    ]
    for card in figures.cards:
        rank = f", xếp thứ {number(card.rank)}" if card.rank else ""
        block = f" ({card.block})" if card.block else ""
        total = f"{number(card.total, 2)} điểm{rank}" if card.total is not None else "chưa có điểm"
        body.append(Heading(f"{card.unit}{block}: {total}"))
        body.append(Table(CARD_COLUMNS, tuple(map(_card_row, card.lines)), _card_foot(card), is_dense=True))
    return Appendix(title="Bảng chấm điểm thi đua", body=tuple(body), is_landscape=True)


def _card_row(line: CardLine) -> tuple[str, ...]:
    counted = _points(line.points) if line.is_measured else "–"
    appraised = "–" if line.is_measured else _points(line.points)
    note = line.reason or WHY_NO_POINTS.get(line.state, "")
    share = share_words(line.share) if line.share else "–"
    return (line.id, line.name, number(line.most), share, counted, _points(line.self_points), appraised, note)


def _card_foot(card: Card) -> tuple[str, ...]:
    """The sums of what stands above."""
    counted = [one.points for one in card.lines if one.is_measured and one.points is not None]
    own = [one.self_points for one in card.lines if one.self_points is not None]
    appraised = [one.points for one in card.lines if not one.is_measured and one.points is not None]
    sums = [number(sum(found), 2) if found else "–" for found in (counted, own, appraised)]
    return ("", "Cộng", number(sum(one.most for one in card.lines)), "", *sums, "")


def launch_list(figures: Figures, dense_from: int) -> Appendix:
    return Appendix(title="Kết quả phát động tại đơn vị", body=tuple(launches(figures, dense_from, title="")))


TABLES: Mapping[str, Callable[[Figures, int], list[Block]]] = {
    "LAUNCHES": launches,
    "UNIT_DAYS": unit_days,
    "SCORES": scores,
    "MEASURES": measures,
}
CHARTS: Mapping[str, Callable[[Figures], list[Block]]] = {
    "GREEN_DAYS": green_days,
    "SCORES": score_chart,
    "LAUNCH_PLEDGES": launch_pledges,
}
APPENDICES: Mapping[str, Callable[[Figures, int], Appendix]] = {"SCORECARDS": scorecards, "LAUNCHES": launch_list}
