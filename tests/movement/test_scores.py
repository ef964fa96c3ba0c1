"""Scorecards: points from what is counted, what is left out, ties, who reads whose, the records behind a figure."""

import datetime
import io
from collections.abc import Iterator

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.factories.accounts import make_account
from tests.factories.directing import Agency
from tests.factories.movement import NINE, PLAN, make_adjustment, make_campaign, make_launch, make_sent
from tests.factories.organization import MONDAY, clock, make_holder, make_person, make_unit
from vungxanh.accounts.models import User
from vungxanh.common import clock as clocks
from vungxanh.common.decision_tables import RuleFileError
from vungxanh.movement.exports import score_workbook
from vungxanh.movement.models import Campaign
from vungxanh.movement.operations.adjustments import withdraw_adjustment
from vungxanh.movement.operations.appraisal import appraise_self_score
from vungxanh.movement.operations.campaigns import load_campaign
from vungxanh.movement.operations.pledges import pledge_oneself
from vungxanh.movement.queries.campaigns import newest_edition
from vungxanh.movement.queries.scores import Scored, by_criterion, period_shown, records_of, scored
from vungxanh.movement.rulebook import SCORING_RULE, read_campaign
from vungxanh.organization.enums import Role
from vungxanh.organization.models import Unit, UnitVersion

BACKEND = "vungxanh.accounts.backends.NameOrPhoneBackend"
TWO = PLAN.replace(
    """  weight = 60
""",
    """  weight = 30

  [[criterion.measure]]
  id = "1.3"
  name = "Đơn vị phát động đúng hạn"
  kind = "MEASURED"
  indicator = "movement.launched"
  target = 100
  weight = 20

  [[criterion.measure]]
  id = "1.4"
  name = "Tiêm vắc xin"
  kind = "MEASURED"
  indicator = "health.doses_given"
  target = 100
  weight = 10
""",
)
"""Pledges 30, launch 20, doses 10 that nobody counts yet, 40 that the unit scores itself."""


@pytest.fixture
def campaign(agency: Agency) -> Iterator[Campaign]:
    with clocks.at(NINE):
        yield make_campaign(agency.root, agency.office, text=TWO, opened=True)


def pledging(campaign: Campaign, unit: Unit, name: str, pledges: bool) -> None:
    person = make_person(unit, name, user=make_account(name))
    if pledges:
        pledge_oneself(campaign, ["Khai báo trung thực."], actor=person.user, at=NINE)  # type: ignore[arg-type]


def now(campaign: Campaign, at: datetime.datetime = NINE) -> Scored:
    plan = newest_edition(campaign).plan
    return scored(campaign, period_shown(plan, "", at.date()), at=at)


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user, BACKEND)
    return client


def test_points_follow_what_is_counted_and_the_rest_is_left_out(agency: Agency, campaign: Campaign) -> None:
    for number in range(3):  # With Lan four people, two of whom pledge.
        pledging(campaign, agency.unit, f"n{number}", pledges=number < 2)
    make_launch(campaign, agency.unit, agency.head)
    card = now(campaign).card_of(agency.unit.pk)
    assert card
    lines = {line.measure.id: (line.state, line.measured, line.points) for line in card.lines}
    assert lines == {
        "1.1": ("MEASURED", (2, 4), 15.0),
        "1.3": ("MEASURED", (1, 1), 20.0),
        "1.4": ("NOT_BUILT", None, 0.0),
        "1.2": ("NOT_SCORED", None, 0.0),
    }
    assert (card.points, card.most, card.total) == (35.0, 50.0, 70.0)
    assert [(line.measure.id, missing) for line, missing in card.lost] == [("1.1", 15.0)]
    [(criterion, own, points, most)] = by_criterion(newest_edition(campaign).plan, card)
    assert (criterion.id, len(own), points, most) == ("1", 4, 35.0, 50.0)


def test_unit_of_which_nothing_counts_has_no_points_and_no_rank(agency: Agency, campaign: Campaign) -> None:
    make_launch(campaign, agency.unit, agency.head)
    cards = now(campaign).cards
    assert [(card.unit.code, card.total, card.rank) for card in cards] == [("CCKL", 40.0, 1), ("CCTL", None, None)]


def test_equal_points_are_told_apart_by_the_measures_of_the_file_or_not_at_all(agency: Agency) -> None:
    with clocks.at(NINE):
        campaign = make_campaign(agency.root, agency.office, text=TWO, opened=True)
        third = make_unit("DV3", agency.root)
        pledging(campaign, agency.unit, "a", pledges=True)
        pledging(campaign, agency.unit, "b", pledges=True)
        pledging(campaign, agency.other, "c", pledges=True)
        pledging(campaign, third, "d", pledges=True)
        make_launch(campaign, agency.unit, agency.head)
    ranks = {card.unit.code: card.rank for card in now(campaign).cards}
    # Two of three and the launch: 40 of 50; the others have only pledged: 30 of 30.
    assert ranks == {"CCTL": 1, "DV3": 1, "CCKL": 3}


def test_tie_break_names_measures_that_exist() -> None:
    with pytest.raises(RuleFileError, match=r"không có chỉ tiêu 9\.9"):
        read_campaign(TWO.replace("total_points", 'tie_break = ["1.1", "9.9"]\ntotal_points'))


@pytest.mark.parametrize(
    ("percent", "target", "is_low", "reached"),
    [(50, 100, False, 0.5), (120, 100, False, 1), (0, 0, False, 1), (5, 5, True, 1), (7.5, 5, True, 0.5),
     (10, 0, True, 0.5), (30, 0, True, 0)],
)  # fmt: skip
def test_reached_share(percent: float, target: float, is_low: bool, reached: float) -> None:
    rule = SCORING_RULE.current().in_force(MONDAY)
    assert rule.reached(percent, target, is_better_low=is_low) == pytest.approx(reached)


def test_records_add_up_to_the_figure(agency: Agency, campaign: Campaign) -> None:
    for number in range(3):
        pledging(campaign, agency.unit, f"n{number}", pledges=number < 2)
    found = now(campaign)
    card = found.card_of(agency.unit.pk)
    assert card
    for line in card.lines:
        if line.counts and line.measured:
            records = records_of(found, line.measure, card.unit.id)
            assert records
            rows = records[0 : len(records)]
            assert (sum(one.part for one in rows), sum(one.whole for one in rows)) == line.measured


def test_period_that_has_not_begun_counts_nothing(agency: Agency, campaign: Campaign) -> None:
    make_launch(campaign, agency.unit, agency.head)
    before = clock(9, day=datetime.date(2021, 9, 15))
    assert [card.total for card in now(campaign, before).cards] == [None, None]


def test_period_asked_for_else_that_of_today_else_the_last(agency: Agency) -> None:
    period = PLAN[PLAN.index("[[period]]") :]
    later = period.replace("ky-1", "ky-2").replace("2021-09-16", "2021-11-01").replace("2021-10-15", "2021-11-30")
    plan = read_campaign(PLAN + later.replace("2021-10-20", "2021-12-10"))
    days = {datetime.date(2021, 9, 1): "ky-1", MONDAY: "ky-1", datetime.date(2021, 10, 20): "ky-1"}
    days |= {datetime.date(2021, 11, 2): "ky-2", datetime.date(2022, 1, 1): "ky-2"}
    assert {day: period_shown(plan, "", day).code for day in days} == days
    assert period_shown(plan, "ky-2", MONDAY).code == "ky-2"
    assert period_shown(plan, "khong-co", MONDAY).code == "ky-1"


def test_those_who_speak_for_a_unit_read_its_own_alone(agency: Agency, campaign: Campaign) -> None:
    make_launch(campaign, agency.unit, agency.head)
    root = f"/phong-trao/{campaign.code}/diem/"
    page = client_of(agency.head).get(root).content.decode()
    assert f"{root}CCKL/" in page
    assert f"{root}CCTL/" not in page
    assert "Xếp thứ" not in page
    assert client_of(agency.head).get(f"{root}CCTL/").status_code == 404
    assert client_of(agency.head).get(f"{root}CCTL/1.1/").status_code == 404
    everything = client_of(agency.office).get(root).content.decode()
    assert f"{root}CCTL/" in everything
    assert "Xếp thứ" in everything
    assert client_of(agency.member).get(root).status_code == 403


def test_page_of_a_figure_and_of_one_that_nobody_counts(agency: Agency, campaign: Campaign) -> None:
    make_launch(campaign, agency.unit, agency.head)
    root = f"/phong-trao/{campaign.code}/diem/CCKL/"
    client = client_of(agency.head)
    assert "20 trên 20 điểm" in client.get(f"{root}1.3/").content.decode()
    assert "chưa đo" in client.get(f"{root}1.4/").content.decode()
    assert client.get(f"{root}9.9/").status_code == 404
    assert client.get(f"{root}1.3/?page=999&ky=x").status_code == 200


def test_queries_do_not_grow_with_units(agency: Agency, campaign: Campaign) -> None:
    client, address = client_of(agency.office), f"/phong-trao/{campaign.code}/diem/"

    def asked() -> int:
        client.get(address)
        with CaptureQueriesContext(connection) as captured:
            assert client.get(address).status_code == 200
        return len(captured)

    few = asked()
    for number in range(5):
        unit = make_unit(f"DV{number}", agency.root)
        make_launch(campaign, unit, make_holder(f"t{number}", Role.UNIT_HEAD, unit))
        pledging(campaign, unit, f"p{number}", pledges=True)
    assert asked() == few


def test_spreadsheet_of_scores(agency: Agency, campaign: Campaign) -> None:
    answer = client_of(agency.office).get(f"/phong-trao/{campaign.code}/diem/xlsx/")
    assert "bang-diem-thu-nghiem-ky-1" in answer.headers["Content-Disposition"]


def test_spreadsheet_has_self_scores_with_why_and_bonus_and_penalty(agency: Agency, campaign: Campaign) -> None:
    score = make_sent(campaign, agency.unit, agency.head)
    appraise_self_score(score, 25, "Thiếu ảnh.", actor=agency.office, at=NINE)
    make_adjustment(campaign, agency.unit, agency.office, code="P1", points=4)
    content = score_workbook(newest_edition(campaign).plan, now(campaign).cards, with_ranks=True)
    book = openpyxl.load_workbook(io.BytesIO(content))
    [line] = [row for row in book.worksheets[1].values if row[1] == "1.2" and row[7]]
    assert line[6:] == (40, 30, 25, "Thiếu ảnh.")
    [given] = list(book.worksheets[2].values)[1:]
    assert (given[1], given[3]) == ("P1", -4)


def test_period_that_is_over_stays_by_the_edition_and_the_units_of_its_end(agency: Agency, campaign: Campaign) -> None:
    pledging(campaign, agency.unit, "a", pledges=True)
    over, after = clock(9, day=datetime.date(2021, 10, 15)), clock(9, day=datetime.date(2021, 11, 1))
    before = {card.unit.code: card.total for card in now(campaign, over).cards}
    load_campaign(TWO.replace("target = 100", "target = 10"), agency.root.pk, name="x", actor=agency.office, at=after)
    pledge_oneself(campaign, ["Muộn."], actor=_account_of(agency), at=clock(9, day=datetime.date(2021, 10, 18)))
    UnitVersion.objects.filter(unit=agency.unit).update(valid_to=datetime.date(2021, 10, 20))
    assert {card.unit.code: card.total for card in now(campaign, after).cards} == before


def _account_of(agency: Agency) -> User:
    agency.lan.user = make_account("lan")
    agency.lan.save()
    return agency.lan.user


def test_self_score_counts_once_it_is_appraised(agency: Agency, campaign: Campaign) -> None:
    make_launch(campaign, agency.unit, agency.head)
    score = make_sent(campaign, agency.unit, agency.head)
    card = now(campaign).card_of(agency.unit.pk)
    assert card
    line = card.line_of("1.2")
    assert (line.state, line.self_points, line.points, line.counts) == ("PROVISIONAL", 30, 0, False)
    assert (card.points, card.most, card.total) == (20.0, 50.0, 40.0)
    appraise_self_score(score, 25, "Một buổi không đạt.", actor=agency.office, at=clock(10))
    card = now(campaign, clock(11)).card_of(agency.unit.pk)
    assert card
    line = card.line_of("1.2")
    assert (line.state, line.self_points, line.points, line.difference) == (
        "APPRAISED", 30, 25, "Một buổi không đạt.",
    )  # fmt: skip
    assert (card.points, card.most, card.total) == (45.0, 90.0, 50.0)
    assert now(campaign, NINE).card_of(agency.unit.pk).line_of("1.2").state == "PROVISIONAL"  # type: ignore[union-attr]


def test_bonus_and_penalty_are_added_after_carrying_on_and_never_below_nothing(
    agency: Agency, campaign: Campaign
) -> None:
    make_launch(campaign, agency.unit, agency.head)
    make_adjustment(campaign, agency.unit, agency.office, points=5)
    penalty = make_adjustment(campaign, agency.unit, agency.office, code="P1", points=10)
    make_adjustment(campaign, agency.other, agency.office, code="P1", points=10)
    card = now(campaign).card_of(agency.unit.pk)
    assert card
    assert (card.points, card.most, card.adjusted, card.total) == (20.0, 50.0, -5, 35.0)
    assert [(one.code, one.points) for one in card.adjustments] == [("T1", 5), ("P1", -10)]
    assert now(campaign).card_of(agency.other.pk).total is None  # type: ignore[union-attr]
    withdraw_adjustment(penalty, "Nhầm", actor=agency.office, at=clock(10))
    totals = [now(campaign, clock(hour)).card_of(agency.unit.pk).total for hour in (9, 11)]  # type: ignore[union-attr]
    assert totals == [35.0, 45.0]
    pledging(campaign, agency.other, "a", pledges=False)
    assert now(campaign).card_of(agency.other.pk).total == 0.0  # type: ignore[union-attr]


def test_rank_and_a_total_of_nothing_in_the_spreadsheet(agency: Agency, campaign: Campaign) -> None:
    plan = newest_edition(campaign).plan
    make_person(agency.other, "Ai Đó")
    cards = now(campaign).cards
    for with_ranks in (False, True):
        book = openpyxl.load_workbook(io.BytesIO(score_workbook(plan, cards, with_ranks=with_ranks)))
        head, *rows = book.worksheets[0].values
        assert ("Xếp thứ" in head) is with_ranks
        assert [row[4] for row in rows] == [0, 0]


def test_unit_without_a_block_is_shown_all_the_same(agency: Agency) -> None:
    block = '\n[[block]]\ncode = "a"\nname = "Khối A"\nunits = ["CCKL", "CCTL"]\n'
    with clocks.at(NINE):
        campaign = make_campaign(agency.root, agency.office, text=TWO + block, opened=True)
        make_unit("MOI", agency.root)
        page = client_of(agency.office).get(f"/phong-trao/{campaign.code}/diem/").content.decode()
    assert "Chưa thuộc khối nào" in page
    assert f"/phong-trao/{campaign.code}/diem/MOI/" in page
