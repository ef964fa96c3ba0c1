"""Campaigns: taken in whole or not at all, another edition, opened, closed, withdrawn; the issuer's answers."""

import datetime
from pathlib import Path

import pytest
from click.testing import CliRunner
from django.core.exceptions import PermissionDenied

from tests.factories.directing import Agency
from tests.factories.movement import NINE, PLAN, make_campaign
from tests.factories.organization import MONDAY, clock, make_unit
from tests.races import at_once
from vungxanh.audit.models import AuditEvent
from vungxanh.cli.imports import load_campaign as load_command
from vungxanh.common import clock as clocks
from vungxanh.common.decision_tables import RuleFileError
from vungxanh.movement.models import Campaign, CampaignEdition
from vungxanh.movement.operations.campaigns import (
    CampaignError,
    Taken,
    answer_for_issuer,
    close_campaign,
    load_campaign,
    open_campaign,
    withdraw_campaign,
)
from vungxanh.movement.operations.launches import remind_of_launches
from vungxanh.movement.queries.campaigns import asked_of_issuer, block_of, campaigns_visible_to, participants
from vungxanh.movement.rulebook import read_campaign, shipped
from vungxanh.notifications.models import Notification
from vungxanh.organization.enums import UnitKind
from vungxanh.organization.tree import all_tree_on

OTHER = PLAN.replace('title = "Thi đua', 'title = "Cùng thi đua')


def test_file_becomes_a_campaign_with_its_very_text(agency: Agency) -> None:
    campaign = make_campaign(agency.root, agency.office)
    assert (campaign.code, campaign.state, campaign.title) == ("thu-nghiem", "DRAFT", "Thi đua giữ vững vùng xanh")
    assert campaign.editions.get().text == PLAN
    event = AuditEvent.objects.get(action="movement.load_campaign")
    assert (event.detail["code"], event.detail["version"]) == ("thu-nghiem", 1)
    assert Notification.objects.count() == 0


def test_same_file_again_changes_nothing_and_another_is_the_next_edition(agency: Agency) -> None:
    first = make_campaign(agency.root, agency.office)
    again, is_new = load_campaign(PLAN, agency.root.pk, name="x", actor=agency.office, at=NINE)
    assert (again.pk, is_new) == (first.pk, False)
    later, is_new = load_campaign(OTHER, agency.root.pk, name="x", actor=agency.office, at=NINE)
    assert (later.pk, is_new, later.title) == (first.pk, True, "Cùng thi đua giữ vững vùng xanh")
    assert list(first.editions.order_by("number").values_list("number", flat=True)) == [1, 2]


def test_faulty_file_leaves_nothing(agency: Agency) -> None:
    with pytest.raises(RuleFileError):
        load_campaign(PLAN.replace("weight = 60", "weight = 61"), agency.root.pk, name="x", actor=None, at=NINE)
    assert Campaign.objects.count() == 0


def test_codes_of_units_are_looked_up_where_it_is_loaded(agency: Agency) -> None:
    block = '\n[[block]]\ncode = "a"\nname = "A"\nunits = ["CCKL", "KHONG-CO"]\n'
    with pytest.raises(RuleFileError) as caught:
        load_campaign(PLAN + block, agency.root.pk, name="x", actor=agency.office, at=NINE)
    assert [str(one) for one in caught.value.faults] == [
        "block[1].units[2]: không có đơn vị mã KHONG-CO tham gia phong trào",
        "block: đơn vị chưa thuộc khối nào: CCTL",
    ]


def test_period_that_is_over_stays_as_it_was(agency: Agency) -> None:
    make_campaign(agency.root, agency.office)
    longer = PLAN.replace("last = 2021-10-15", "last = 2021-10-18")
    after = clock(9, day=datetime.date(2021, 10, 16))
    with pytest.raises(RuleFileError, match="đã kết thúc"):
        load_campaign(longer, agency.root.pk, name="x", actor=agency.office, at=after)
    later = PLAN.replace("launch_by = 2021-09-30", "launch_by = 2021-10-10")
    with pytest.raises(RuleFileError, match="hạn phát động 30/09/2021 đã qua"):
        load_campaign(later, agency.root.pk, name="x", actor=agency.office, at=after)
    assert load_campaign(longer, agency.root.pk, name="x", actor=agency.office, at=NINE)[1]


def test_code_of_another_agency_is_refused(agency: Agency) -> None:
    make_campaign(agency.root, agency.office)
    other = make_unit("KHAC")
    with pytest.raises(CampaignError, match="cơ quan khác"):
        load_campaign(OTHER, other.pk, name="x", actor=None, at=NINE)


@pytest.mark.parametrize("name", ["head", "deputy", "clerk", "stranger", "director", "member"])
def test_only_the_office_takes_a_file_in(agency: Agency, name: str) -> None:
    with pytest.raises(PermissionDenied):
        load_campaign(PLAN, agency.root.pk, name="x", actor=agency.people[name], at=NINE)


def test_opened_campaign_tells_those_who_speak_for_the_units(agency: Agency) -> None:
    campaign = make_campaign(agency.root, agency.office, opened=True)
    told = Notification.objects.filter(topic="movement.campaign_opened").order_by("recipient__username")
    assert [one.recipient.username for one in told] == ["dauloi", "la", "pho", "truong"]
    assert told[0].title == "Giữ vững vùng xanh: phát động chậm nhất hết ngày 30/09/2021"
    with pytest.raises(CampaignError, match="đang diễn ra"):
        open_campaign(campaign, actor=agency.office, at=NINE)


MAY = {
    ("DRAFT", "open"): {"office", "director"},
    ("DRAFT", "withdraw"): {"office", "director"},
    ("RUNNING", "close"): {"office", "director"},
    ("RUNNING", "withdraw"): {"director"},
}


@pytest.mark.parametrize("state", ["DRAFT", "RUNNING", "CLOSED", "WITHDRAWN"])
def test_every_cell_of_state_verb_and_role(agency: Agency, state: str) -> None:
    moves = {
        "open": lambda campaign, user: open_campaign(campaign, actor=user, at=NINE),
        "close": lambda campaign, user: close_campaign(campaign, actor=user, at=NINE),
        "withdraw": lambda campaign, user: withdraw_campaign(campaign, "Nhầm", actor=user, at=NINE),
    }
    campaign = make_campaign(agency.root, agency.office)
    ended = {"ended_at": NINE, "reason": "x"} if state in ("CLOSED", "WITHDRAWN") else {"ended_at": None, "reason": ""}
    for verb, move in moves.items():
        for name, user in agency.people.items():
            Campaign.objects.filter(pk=campaign.pk).update(state=state, opened_at=NINE, **ended)
            if name in MAY.get((state, verb), set()):
                assert move(campaign, user).state != state, (state, verb, name)
                continue
            with pytest.raises((PermissionDenied, CampaignError)):
                move(campaign, user)
            assert Campaign.objects.get(pk=campaign.pk).state == state, (state, verb, name)


def test_withdrawal_needs_a_reason_and_ended_campaign_takes_no_file(agency: Agency) -> None:
    campaign = make_campaign(agency.root, agency.office)
    with pytest.raises(CampaignError, match="Hãy"):
        withdraw_campaign(campaign, "  ", actor=agency.office, at=NINE)
    open_campaign(campaign, actor=agency.office, at=NINE)
    withdraw_campaign(campaign, "Nạp nhầm", actor=agency.director, at=NINE)
    with pytest.raises(CampaignError, match="đã rút"):
        load_campaign(OTHER, agency.root.pk, name="x", actor=agency.office, at=NINE)


@pytest.mark.parametrize("text", [PLAN, OTHER])
def test_draft_that_was_withdrawn_is_taken_in_again_under_its_code(agency: Agency, text: str) -> None:
    campaign = make_campaign(agency.root, agency.office)
    withdraw_campaign(campaign, "Nạp nhầm", actor=agency.office, at=NINE)
    with pytest.raises(CampaignError, match="cơ quan khác"):
        load_campaign(text, make_unit("KHAC").pk, name="x", actor=None, at=clock(10))
    again, taken = load_campaign(text, agency.root.pk, name="x", actor=agency.office, at=clock(10))
    assert (again.pk, taken, again.state, again.reason) == (campaign.pk, Taken.REVIVED, "DRAFT", "")
    assert again.ended_at is None
    assert list(again.editions.order_by("number").values_list("number", "text")) == [(1, PLAN), (2, text)]
    kept = AuditEvent.objects.filter(subject_type="movement.campaign").order_by("pk")
    assert [one.action.partition(".")[2] for one in kept] == [
        "load_campaign",
        "withdraw_campaign",
        "revive_campaign",
        "load_campaign",
    ]
    assert kept[2].detail == {"code": "thu-nghiem", "was": "Nạp nhầm"}
    assert load_campaign(text, agency.root.pk, name="x", actor=agency.office, at=clock(11))[1] == Taken.SAME
    assert open_campaign(again, actor=agency.office, at=clock(11)).state == "RUNNING"


def test_only_the_office_takes_a_withdrawn_draft_in_again(agency: Agency) -> None:
    campaign = make_campaign(agency.root, agency.office)
    withdraw_campaign(campaign, "Nạp nhầm", actor=agency.office, at=NINE)
    with pytest.raises(PermissionDenied):
        load_campaign(PLAN, agency.root.pk, name="x", actor=agency.director, at=NINE)
    campaign.refresh_from_db()
    assert campaign.state == "WITHDRAWN"


def test_whoever_was_told_of_the_opening_is_told_of_the_withdrawal_and_reads_why(agency: Agency) -> None:
    campaign = make_campaign(agency.root, agency.office, opened=True)
    withdraw_campaign(campaign, "Tỉnh thay kế hoạch", actor=agency.director, at=clock(10))
    told = Notification.objects.filter(topic="movement.campaign_withdrawn").order_by("recipient__username")
    assert [one.recipient.username for one in told] == ["dauloi", "la", "pho", "truong"]
    assert (told[0].title, told[0].body) == ("Đã rút phong trào: Giữ vững vùng xanh", "Tỉnh thay kế hoạch")
    assert [one.state for one in campaigns_visible_to(agency.head, on=MONDAY)] == ["WITHDRAWN"]
    draft = make_campaign(agency.root, agency.office, text=PLAN.replace("thu-nghiem", "khac"))
    withdraw_campaign(draft, "Nạp nhầm", actor=agency.office, at=clock(10))
    assert told.count() == 4
    assert [one.code for one in campaigns_visible_to(agency.head, on=MONDAY)] == ["thu-nghiem"]


def test_campaign_is_seen_by_everybody_once_it_is_opened(agency: Agency) -> None:
    campaign = make_campaign(agency.root, agency.office)
    seen = {name for name, user in agency.people.items() if campaigns_visible_to(user, on=MONDAY)}
    assert seen == {"office", "director"}
    open_campaign(campaign, actor=agency.office, at=NINE)
    seen = {name for name, user in agency.people.items() if campaigns_visible_to(user, on=MONDAY)}
    assert seen == set(agency.people)


def test_units_take_part_by_their_kind_and_none_inside_another(agency: Agency) -> None:
    make_unit("PHONG", agency.root, kind=UnitKind.DIVISION)
    make_unit("HAT", agency.unit, kind=UnitKind.SUBORDINATE_UNIT)
    make_unit("TO", agency.root, kind=UnitKind.SECTION)
    plan, tree = read_campaign(shipped()["giu_vung_vung_xanh_2021.toml"]), all_tree_on(MONDAY)
    taking_part = participants(plan, agency.root.pk, tree)
    assert {node.code: block_of(plan, node) for node in taking_part} == {
        "CCKL": "don-vi",
        "CCTL": "don-vi",
        "PHONG": "phong",
    }


def test_units_that_are_left_out_take_no_part_and_must_exist(agency: Agency) -> None:
    text = PLAN.replace("\nleads = ", '\nleft_out = ["CCTL"]\nleads = ')
    campaign = make_campaign(agency.root, agency.office, text=text)
    taking_part = participants(campaign.editions.get().plan, agency.root.pk, all_tree_on(MONDAY))
    assert [node.code for node in taking_part] == ["CCKL"]
    with pytest.raises(RuleFileError, match="không có đơn vị mã XX"):
        load_campaign(text.replace("CCTL", "XX"), agency.root.pk, name="x", actor=agency.office, at=NINE)


def test_answers_of_the_issuer_stand_beside_the_question(agency: Agency) -> None:
    text = PLAN.replace('number = "12"\n', "")
    campaign = make_campaign(agency.root, agency.office, text=text)
    plan = campaign.editions.get().plan
    assert [one.question.key for one in asked_of_issuer(campaign, plan)] == ["number"]
    for answer in ("Số 12.", "Số 12.", "Số 13, ngày 20/9."):
        answer_for_issuer(campaign, "number", answer, actor=agency.office, at=NINE)
    [asked] = asked_of_issuer(campaign, plan)
    assert [one.answer for one in asked.answers] == ["Số 13, ngày 20/9.", "Số 12."]
    assert not asked.is_open
    with pytest.raises(CampaignError):
        answer_for_issuer(campaign, "budget:VI", "x", actor=agency.office, at=NINE)
    with pytest.raises(CampaignError):
        answer_for_issuer(campaign, "number", "  ", actor=agency.office, at=NINE)
    with pytest.raises(PermissionDenied):
        answer_for_issuer(campaign, "number", "x", actor=agency.head, at=NINE)


@pytest.mark.django_db(transaction=True)
def test_two_who_load_the_same_file_at_once_make_one_edition() -> None:
    agency = Agency()
    works = [lambda: load_campaign(PLAN, agency.root.pk, name="x", actor=agency.office, at=NINE)[1]] * 2
    assert sorted(at_once(*works)) == [False, True]
    assert CampaignEdition.objects.count() == 1


def test_command_takes_a_file_in_and_says_every_fault(agency: Agency, tmp_path: Path) -> None:
    file = tmp_path / "phong-trao.toml"
    file.write_text(shipped()["giu_vung_vung_xanh_2021.toml"], encoding="utf-8")
    with clocks.at(NINE):
        done = CliRunner().invoke(load_command, [str(file)])
        again = CliRunner().invoke(load_command, [str(file)])
        file.write_text(PLAN.replace("weight = 60", "weight = 61"), encoding="utf-8")
        faulty = CliRunner().invoke(load_command, [str(file), "--unit", "SNN"])
        strange = CliRunner().invoke(load_command, [str(file), "--unit", "KHONG-CO"])
    assert done.exit_code == 0, done.output
    assert "Đã nạp phong trào giu-vung-vung-xanh-2021, bản 1, tại SNN." in done.output
    assert "Hỏi nơi ban hành: Kế hoạch chưa có số." in done.output
    assert "không đổi" in again.output
    assert faulty.exit_code == 1
    assert "criterion[1].weight" in faulty.output
    assert strange.exit_code == 2
    assert Campaign.objects.count() == 1


def test_what_is_under_way_stands_before_what_has_ended(agency: Agency) -> None:
    old = make_campaign(agency.root, agency.office, text=PLAN.replace("thu-nghiem", "cu"), opened=True)
    close_campaign(old, actor=agency.office, at=clock(10))
    make_campaign(agency.root, agency.office, opened=True, at=clock(8))
    assert [one.code for one in campaigns_visible_to(agency.head, on=MONDAY)] == ["thu-nghiem", "cu"]


def test_nobody_is_asked_any_more_once_it_is_closed(agency: Agency) -> None:
    campaign = make_campaign(agency.root, agency.office, opened=True)
    remind_of_launches(at=clock(9, day=datetime.date(2021, 9, 30)))
    asked = Notification.objects.filter(topic__in=["movement.campaign_opened", "movement.launch_due"], settled_at=None)
    before = asked.count()
    close_campaign(campaign, actor=agency.office, at=clock(10, day=datetime.date(2021, 9, 30)))
    assert (before > 0, asked.count()) == (True, 0)
