"""What a review says: figures counted once, sentences from them, what is left out, tables, charts, appendices."""

import datetime

import msgspec
import pytest
from django.utils import translation

from tests.factories.accounts import make_account
from tests.factories.directing import Agency
from tests.factories.front_line import make_assignment
from tests.factories.movement import NINE, make_campaign, make_launch, make_pledge
from tests.factories.organization import clock, make_person
from tests.factories.reviews import make_due
from tests.reviews.conftest import TWO_PERIODS
from vungxanh.common import clock as clocks
from vungxanh.documents.content import Chart, Content, Heading, Paragraph, Table
from vungxanh.documents.queries import Letterhead
from vungxanh.movement.models import Campaign
from vungxanh.movement.operations.pledges import pledge_oneself
from vungxanh.movement.queries.campaigns import newest_edition
from vungxanh.organization.models import Unit
from vungxanh.reviews.figures import (
    Card,
    Figures,
    Reached,
    Serving,
    Share,
    UnitShares,
    as_text,
    read,
    sha256_of,
    stored,
)
from vungxanh.reviews.papers import body
from vungxanh.reviews.papers.draft import content_of
from vungxanh.reviews.papers.words import Frame, fields_of, filled
from vungxanh.reviews.queries.figures import all_figures
from vungxanh.reviews.queries.reviews import rule_on
from vungxanh.reviews.rulebook import fields_in, known_fields

SATURDAY = datetime.date(2021, 9, 25)
AFTER = clock(9, day=SATURDAY)


def pledging(campaign: Campaign, unit: Unit, name: str, *, at: datetime.datetime = NINE, pledges: bool = True) -> None:
    person = make_person(unit, name, user=make_account(name))
    if pledges:
        pledge_oneself(campaign, ["Khai báo trung thực."], actor=person.user, at=at)  # type: ignore[arg-type]


@pytest.fixture
def lived(agency: Agency, campaign: Campaign) -> Campaign:
    """CCKL launched and of its four people two have pledged; CCTL did not launch and its one has pledged."""
    for number in range(3):
        pledging(campaign, agency.unit, f"n{number}", pledges=number < 2)
    pledging(campaign, agency.other, "m")
    make_launch(campaign, agency.unit, agency.head)
    make_pledge(campaign, agency.unit, agency.head)
    make_assignment(agency.lan, agency.unit, first_day=datetime.date(2021, 9, 20))
    return campaign


def drafted(campaign: Campaign, code: str, at: datetime.datetime) -> tuple[Figures, Content]:
    due = make_due(campaign, code)
    figures = all_figures(due, at=at)
    return figures, content_of(due, figures, rule_on(at.date()))


def text_of(content: Content, label: str) -> str:
    return next(part.text for _at, part in content.free_parts if part.label == label)


def test_figures_are_those_of_the_plan(lived: Campaign) -> None:
    figures, _content = drafted(lived, "so-ket", AFTER)
    assert figures.before == {}
    assert (figures.first, figures.last, figures.period_before) == (
        datetime.date(2021, 9, 16), datetime.date(2021, 9, 24), "",
    )  # fmt: skip
    assert figures.agency["movement.people_pledged"] == Share(part=3, whole=5)
    assert [(one.unit, one.state, one.present, one.pledged, one.people) for one in figures.launches] == [
        ("CCKL", "LAUNCHED", 40, 2, 4),
        ("CCTL", "PENDING", 0, 1, 1),
    ]
    assert [(card.unit, card.total, card.rank) for card in figures.cards] == [("CCTL", 100.0, 1), ("CCKL", 50.0, 2)]
    assert [(one.name, one.ratio, one.before) for one in figures.reached] == [("Người ký cam kết", 0.75, None)]
    assert figures.not_scored == ("Tuyên truyền",)
    assert figures.not_measured == ()
    assert (figures.front_line.people, figures.front_line.days, figures.front_line.confirmed) == (1, 5, 0)


def test_sentences_say_what_was_counted(lived: Campaign) -> None:
    _figures, content = drafted(lived, "so-ket", AFTER)
    assert text_of(content, "Mở đầu") == (
        "Đơn vị SNN báo cáo sơ kết phong trào thi đua “Giữ vững vùng xanh” từ ngày 16/09/2021 đến ngày 24/09/2021. "
        "Phong trào được phát động theo Kế hoạch số 12/KH-SNN ngày 16/09/2021. "
        "Số liệu do hệ thống đếm, lấy lúc 09:00 ngày 25/09/2021."
    )
    assert text_of(content, "Phát động, đăng ký thi đua") == (
        "Có 1/2 đơn vị đã phát động phong trào, đạt 50%; đúng hạn, chậm nhất ngày 30/09/2021, có 1 đơn vị, đạt 50%. "
        "Chưa phát động: CCTL. Có 40 lượt người dự các buổi phát động. Các đơn vị tự đặt thêm 1 tiêu chí riêng.\n"
        "Có 1 đơn vị ký giao ước thi đua. Có 3/5 người ký cam kết thi đua, đạt 60%."
    )
    assert text_of(content, "Phục vụ tuyến đầu") == ("Có 1 người của các đơn vị phục vụ tại tuyến đầu, tổng số 5 ngày.")
    assert text_of(content, "Kết quả chấm điểm thi đua") == (
        "Điểm bình quân của các đơn vị là 75,00. Xếp thứ nhất: CCTL (100 điểm).\n"
        "Chỉ tiêu đạt cao nhất: người ký cam kết (75% số điểm)."
    )
    assert text_of(content, "Chỉ tiêu chưa đo, chưa chấm") == ("Chỉ tiêu chưa chấm, chưa tính vào điểm: Tuyên truyền.")
    assert content.unwritten == ["Nguyên nhân"]
    assert (content.type_name, content.summary) == ("BÁO CÁO", "Sơ kết phong trào thi đua “Giữ vững vùng xanh”")
    assert content.recipients[0] == "Ban Thi đua tỉnh"


def test_headings_are_numbered_as_they_come_and_what_says_nothing_is_left_out(lived: Campaign) -> None:
    _figures, content = drafted(lived, "so-ket", AFTER)
    assert [one.text for one in content.body if isinstance(one, Heading)] == [
        "I. PHÁT ĐỘNG, ĐĂNG KÝ THI ĐUA",
        "II. KẾT QUẢ THỰC HIỆN",
        "1. Phục vụ tuyến đầu",
        "III. KẾT QUẢ CHẤM ĐIỂM THI ĐUA",
        "IV. ĐÁNH GIÁ CHUNG",
        "1. Ưu điểm",
        "2. Tồn tại, hạn chế",
        "3. Nguyên nhân",
        "V. PHƯƠNG HƯỚNG, NHIỆM VỤ THỜI GIAN TỚI",
    ]


def test_final_review_compares_with_the_period_before(agency: Agency, lived: Campaign) -> None:
    late = clock(9, day=datetime.date(2021, 9, 27))
    pledging(lived, agency.unit, "p", at=late)
    figures, content = drafted(lived, "tong-ket", clock(10, day=datetime.date(2021, 9, 27)))
    # Three of five in the second period, two of five in the first.
    assert [(card.unit, card.total, card.before) for card in figures.cards] == [
        ("CCTL", 100.0, 100.0),
        ("CCKL", 60.0, 40.0),
    ]
    said = text_of(content, "Kết quả chấm điểm thi đua")
    assert "So với kỳ trước (70,00 điểm) tăng 10 điểm." in said
    assert "Đơn vị tăng điểm: CCKL (+20)." in said
    assert "giảm" not in said
    table = next(one for one in content.body if isinstance(one, Table))
    assert table.rows == (("1", "CCTL", "100,00", "100,00", "0,00"), ("2", "CCKL", "60,00", "40,00", "+20,00"))
    [chart] = [one for one in content.body if isinstance(one, Chart)]
    assert [(one.name, one.values) for one in chart.series] == [("Kỳ 2", (100.0, 60.0)), ("Kỳ 1", (100.0, 40.0))]


def test_review_of_one_later_period_compares_what_was_done_too(agency: Agency) -> None:
    text = TWO_PERIODS.replace('"FINAL"', '"INTERIM"')
    with clocks.at(NINE):
        campaign = make_campaign(agency.root, agency.office, text=text, opened=True)
    pledging(campaign, agency.unit, "a")
    later = clock(9, day=datetime.date(2021, 9, 27))
    pledging(campaign, agency.unit, "b", at=later)
    figures, content = drafted(campaign, "tong-ket", clock(10, day=datetime.date(2021, 9, 27)))
    assert (figures.first, figures.period_before) == (SATURDAY, "Kỳ 1")
    assert figures.agency["movement.people_pledged"] == Share(part=2, whole=3)
    assert figures.before["movement.people_pledged"] == Share(part=1, whole=3)
    assert content.summary == "Sơ kết phong trào thi đua “Giữ vững vùng xanh”"


def test_tables_hold_the_same_figures(lived: Campaign) -> None:
    _figures, content = drafted(lived, "so-ket", AFTER)
    scores, reached = [one for one in content.body if isinstance(one, Table)]
    # Without a period before there is nothing to compare with.
    assert [one.head for one in scores.columns] == ["Xếp thứ", "Đơn vị", "Điểm"]
    assert scores.rows == (("1", "CCTL", "100,00"), ("2", "CCKL", "50,00"))
    assert reached.rows == (("1.1", "Người ký cam kết", "60", "75%"),)
    assert [sum(one.width for one in table.columns) for table in (scores, reached)] == [165, 165]
    cards, launches = content.appendices
    assert (cards.title, cards.is_landscape, launches.is_landscape) == ("Bảng chấm điểm thi đua", True, False)
    tables = [one for one in cards.body if isinstance(one, Table)]
    assert tables[1].rows == (
        ("1.1", "Người ký cam kết", "60", "50% (2/4)", "30,00", "–", "–", ""),
        ("1.2", "Tuyên truyền", "40", "–", "–", "–", "–", "chưa chấm"),
    )
    assert tables[1].foot == ("", "Cộng", "100", "", "30,00", "–", "–", "")
    [table] = [one for one in launches.body if isinstance(one, Table)]
    assert table.rows == (
        ("1", "CCKL", "20/09/2021", "Hội nghị", "Đúng hạn", "40", "2/4"),
        ("2", "CCTL", "–", "–", "Chưa phát động", "–", "1/1"),
    )


def test_columns_fit_on_their_pages() -> None:
    upright = (body.UNIT_COLUMNS, body.SCORE_COLUMNS, body.MEASURE_COLUMNS, body.LAUNCH_COLUMNS)
    assert [sum(one.width for one in columns) <= 165 for columns in upright] == [True] * 4
    assert sum(one.width for one in body.CARD_COLUMNS) <= 252


def test_report_on_the_launch_has_no_points(lived: Campaign) -> None:
    _figures, content = drafted(lived, "ket-qua-phat-dong", AFTER)
    assert "Kết quả chấm điểm thi đua" not in [part.label for _at, part in content.free_parts]
    assert [one.title for one in content.appendices] == ["Kết quả phát động tại đơn vị"]
    [chart] = [one for one in content.body if isinstance(one, Chart)]
    assert (chart.labels, chart.series[0].values) == (("CCKL", "CCTL"), (50.0, 100.0))


EMPTY = Figures(
    campaign="x", report="y", kind="INTERIM", period="Kỳ 1", period_before="Kỳ 0", first=SATURDAY, last=SATURDAY,
    at=AFTER, units=(), agency={}, before={}, launches=(), groups_pledged=0, total_points=100, blocks=(), cards=(),
    reached=(), front_line=Serving(people=0, days=0, confirmed=0), not_measured=(), not_scored=(),
)  # fmt: skip


def fields(campaign: Campaign, **more: object) -> dict[str, str | None]:
    frame = Frame(newest_edition(campaign).plan, Letterhead("", "", "SNN", ""), "Sở", "Báo cáo", "sơ kết", "", 2)
    with translation.override("vi"):
        return fields_of(read(stored(msgspec.structs.replace(EMPTY, **more))), frame)


def test_every_field_that_a_sentence_may_name_is_there_and_no_other(campaign: Campaign) -> None:
    assert set(fields(campaign)) == known_fields()


def test_indicators_are_shown_beside_the_period_before(campaign: Campaign) -> None:
    found = fields(
        campaign,
        agency={"risk.green_days": Share(part=945, whole=1000), "risk.returns_on_time": Share(part=1, whole=2)},
        before={"risk.green_days": Share(part=9, whole=10), "screening.arrival_declared": Share(part=1, whole=3)},
    )
    assert found["risk_green_days"] == "94,5% (945/1.000)"
    assert (found["before_risk_green_days"], found["change_risk_green_days"]) == ("90%", "tăng 4,5 điểm phần trăm")
    assert (found["before_risk_returns_on_time"], found["change_risk_returns_on_time"]) == (None, None)
    assert (found["screening_arrival_declared"], found["change_screening_arrival_declared"]) == (None, None)


def test_units_with_days_that_were_not_green_are_told_worst_first_and_not_all(campaign: Campaign) -> None:
    units = tuple(
        UnitShares(name=name, shares={"risk.green_days": Share(part=part, whole=10)})
        for name, part in (("A", 9), ("B", 10), ("C", 5), ("D", 8))
    )
    found = fields(campaign, units=units)
    assert found["all_green_units"] == "1"
    assert found["lowest_green"] == "C 50% (5/10), D 80% (8/10) và 1 đơn vị khác"


def test_strong_and_weak_measures_are_never_the_same(campaign: Campaign) -> None:
    reached = tuple(
        Reached(id=str(at), name=f"Chỉ tiêu {at}", weight=10, ratio=ratio, before=None)
        for at, ratio in enumerate((1.0, 0.2, 0.9, 0.95, 0.4, 1.0))
    )
    found = fields(campaign, reached=reached)
    assert found["strongest"] == "chỉ tiêu 0 (100% số điểm); chỉ tiêu 5 (100% số điểm); chỉ tiêu 3 (95% số điểm)"
    assert found["weakest"] == "chỉ tiêu 1 (20% số điểm); chỉ tiêu 4 (40% số điểm); chỉ tiêu 2 (90% số điểm)"


def test_first_places_are_told_by_block(campaign: Campaign) -> None:
    def card(unit: str, block: str, rank: int, total: float, before: float | None) -> Card:
        return Card(unit=unit, block=block, total=total, before=before, rank=rank, lines=())

    cards = (card("A", "Khối 1", 1, 90, 95), card("B", "Khối 1", 2, 80, None), card("C", "Khối 2", 1, 70.5, 60))
    found = fields(campaign, cards=cards)
    assert found["leaders"] == "Khối 1: A (90 điểm); Khối 2: C (70,5 điểm)"
    assert (found["risen"], found["fallen"]) == ("C (+10,5)", "A (−5)")


def test_sentence_of_which_something_is_not_known_is_left_out() -> None:
    known = {"a": "1", "b": None}
    assert filled(["Có {a}.", "Còn {b}, {a}.", "\nHết {a}."], known, fields_in) == "Có 1.\nHết 1."
    assert filled(["{b}"], known, fields_in) == ""


def test_figures_are_the_same_after_being_stored_and_have_one_hash(lived: Campaign) -> None:
    figures, content = drafted(lived, "so-ket", AFTER)
    again = read(stored(figures))
    assert again == figures
    assert sha256_of(stored(again)) == sha256_of(stored(figures))
    shuffled = dict(reversed(list(stored(figures).items())))
    assert as_text(shuffled) == as_text(stored(figures))
    assert content_of(make_due(lived, "so-ket"), again, rule_on(SATURDAY)) == content


def test_empty_figures_make_a_paper_without_tables(campaign: Campaign) -> None:
    content = content_of(make_due(campaign, "so-ket"), EMPTY, rule_on(SATURDAY))
    assert [one for one in content.body if isinstance(one, Table | Chart)] == []
    opening = next(one.text for one in content.body if isinstance(one, Paragraph))
    assert opening.startswith("Đơn vị SNN báo cáo sơ kết")
