"""The sample for inspection: drawn once, in each block, the same by the same seed; what was found is kept."""

import datetime

import pytest
from django.core.exceptions import PermissionDenied

from tests.factories.directing import Agency
from tests.factories.movement import PLAN, make_campaign, make_sent
from tests.factories.organization import clock, make_holder, make_unit
from tests.races import at_once
from vungxanh.movement.models import Campaign, SampleItem, ScoreSample
from vungxanh.movement.operations.appraisal import return_self_score
from vungxanh.movement.operations.samples import Found, draw_sample, record_inspection
from vungxanh.movement.operations.self_scores import SelfScoreError
from vungxanh.movement.rulebook import SELF_SCORE_RULE
from vungxanh.movement.rulebook.sampling import drawn
from vungxanh.organization.enums import Role, UnitKind

DRAW_DAY = datetime.date(2021, 10, 18)
DRAW = clock(9, day=DRAW_DAY)
BLOCKS = """
[[block]]
code = "phong"
name = "Khối phòng"
kinds = ["DIVISION"]

[[block]]
code = "don-vi"
name = "Khối đơn vị"
kinds = ["SUBORDINATE_UNIT"]
"""


def found(**more: object) -> Found:
    return Found(**{"result": "AS_SCORED", "inspected_on": DRAW_DAY, **more})  # type: ignore[arg-type]


def test_same_seed_draws_the_same_whatever_the_order() -> None:
    rule = SELF_SCORE_RULE.current().in_force(DRAW_DAY)
    many = [(f"DV{number}", "1.2") for number in range(11)]
    first = drawn("a", {"x": many, "y": [("P1", "1.2")]}, rule)
    assert first == drawn("a", {"y": [("P1", "1.2")], "x": many[::-1]}, rule)
    assert [block for block, _one in first] == ["x", "x", "x", "y"]
    assert drawn("b", {"x": many}, rule) != first[:3]


@pytest.mark.parametrize(("count", "expected"), [(1, 1), (4, 1), (5, 1), (6, 2), (100, 20)])
def test_share_is_rounded_up_and_never_nothing(count: int, expected: int) -> None:
    assert SELF_SCORE_RULE.current().in_force(DRAW_DAY).drawn_of(count) == expected


def test_drawn_once_with_its_seed_after_all_have_sent(agency: Agency) -> None:
    campaign = make_campaign(agency.root, agency.office, text=PLAN + BLOCKS, opened=True)
    division = make_unit("PTC", agency.root, kind=UnitKind.DIVISION)
    for unit, head in ((agency.unit, agency.head), (agency.other, agency.stranger)):
        make_sent(campaign, unit, head)
    make_sent(campaign, division, make_holder("truongphong", Role.UNIT_HEAD, division))
    with pytest.raises(SelfScoreError, match="sau ngày 17/10/2021"):
        draw_sample(campaign, "ky-1", actor=agency.office, at=clock(9, day=datetime.date(2021, 10, 17)))
    sample = draw_sample(campaign, "ky-1", actor=agency.office, at=DRAW)
    again = draw_sample(campaign, "ky-1", actor=agency.office, at=clock(10, day=DRAW_DAY), seed="other")
    assert (again.pk, len(sample.seed), sample.percent, sample.drawn_from) == (sample.pk, 32, 20, 3)
    items = list(sample.items.order_by("position").values_list("position", "block"))
    assert items == [(1, "don-vi"), (2, "phong")]
    assert ScoreSample.objects.count() == 1


def test_nothing_is_drawn_of_nothing_nor_by_others(agency: Agency, campaign: Campaign) -> None:
    with pytest.raises(SelfScoreError, match="Chưa đơn vị nào gửi"):
        draw_sample(campaign, "ky-1", actor=agency.office, at=DRAW)
    for user in (agency.head, agency.director, agency.member):
        with pytest.raises(PermissionDenied):
            draw_sample(campaign, "ky-1", actor=user, at=DRAW)


@pytest.fixture
def item(agency: Agency, campaign: Campaign) -> SampleItem:
    make_sent(campaign, agency.unit, agency.head)
    return draw_sample(campaign, "ky-1", actor=agency.office, at=DRAW, seed="x").items.get()


def test_result_is_kept_and_may_be_corrected_in_time(agency: Agency, item: SampleItem) -> None:
    kept = record_inspection(item, found(), actor=agency.office, at=DRAW)
    assert (kept.result, kept.points, kept.recorded_by) == ("AS_SCORED", 30, agency.office)
    other = found(result="DIFFERENT", points=12.5, remark="Chỉ một buổi.")
    kept = record_inspection(item, other, actor=agency.office, at=clock(9, day=datetime.date(2021, 10, 20)))
    assert (kept.result, kept.points, kept.remark) == ("DIFFERENT", 12.5, "Chỉ một buổi.")
    assert kept.self_score.state == "SENT"
    with pytest.raises(SelfScoreError, match="không sửa được nữa"):
        record_inspection(item, found(), actor=agency.office, at=clock(9, day=datetime.date(2021, 10, 21)))
    with pytest.raises(PermissionDenied):
        record_inspection(item, found(), actor=agency.head, at=DRAW)


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"result": "MAYBE"}, "chọn kết quả"),
        ({"result": "DIFFERENT"}, "ghi điểm qua kiểm tra"),
        ({"result": "DIFFERENT", "points": 10}, "khác ở chỗ nào"),
        ({"result": "DIFFERENT", "points": 41, "remark": "Nhiều"}, "Từ 0 đến 40"),
        ({"inspected_on": datetime.date(2021, 10, 19)}, "Ngày phải từ"),
        ({"inspected_on": datetime.date(2021, 9, 1)}, "Ngày phải từ"),
    ],
)
def test_result_that_does_not_fit_is_refused(
    agency: Agency, item: SampleItem, more: dict[str, object], says: str
) -> None:
    with pytest.raises(SelfScoreError, match=says):
        record_inspection(item, found(**more), actor=agency.office, at=DRAW)
    item.refresh_from_db()
    assert item.result == ""


def test_what_was_returned_is_not_inspected(agency: Agency, item: SampleItem) -> None:
    at = clock(9, day=DRAW_DAY)
    return_self_score(item.self_score, "Thiếu danh sách", actor=agency.office, at=at)
    with pytest.raises(SelfScoreError):
        record_inspection(item, Found("AS_SCORED", DRAW_DAY), actor=agency.office, at=at)
    item.refresh_from_db()
    assert item.result == ""


@pytest.mark.django_db(transaction=True)
def test_two_who_draw_at_once_draw_one() -> None:
    agency = Agency()
    campaign = make_campaign(agency.root, agency.office, opened=True)
    make_sent(campaign, agency.unit, agency.head)

    def draw() -> object:
        return draw_sample(campaign, "ky-1", actor=agency.office, at=DRAW).pk

    first, second = at_once(draw, draw)
    assert first == second
    assert SampleItem.objects.count() == 1
