"""Targets of a unit's own: from the approval on, for one measure and period, never for one that is over."""

import datetime
import math
import uuid

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from tests.factories.accounts import make_account
from tests.factories.directing import Agency
from tests.factories.movement import NINE
from tests.factories.organization import clock, make_person
from tests.factories.standing import make_scored, make_target
from tests.races import at_once
from vungxanh.audit.models import AuditEvent
from vungxanh.movement.models import Campaign, UnitTarget
from vungxanh.movement.operations.campaigns import close_campaign
from vungxanh.movement.operations.pledges import pledge_oneself
from vungxanh.movement.operations.targets import TargetError, move_target, propose_target
from vungxanh.movement.queries.campaigns import newest_edition
from vungxanh.movement.queries.scores import Line, period_shown, scored
from vungxanh.notifications.models import Notification
from vungxanh.organization.enums import Role
from vungxanh.organization.models import RoleAssignment

TEN, OVER = clock(10), clock(9, day=datetime.date(2021, 10, 16))


def line(agency: Agency, campaign: Campaign, at: datetime.datetime) -> Line:
    period = period_shown(newest_edition(campaign).plan, "ky-1", at.date())
    card = scored(campaign, period, at=at).card_of(agency.unit.pk)
    assert card
    return card.line_of("1.1")


def test_approved_target_holds_from_the_approval_on_and_only_there(agency: Agency, campaign: Campaign) -> None:
    user = make_account("ky")
    make_person(agency.unit, "Người Ký", user=user)
    make_person(agency.other, "Người Chưa Ký")
    pledge_oneself(campaign, ["Khai báo trung thực."], actor=user, at=NINE)
    target = make_target(campaign, agency.unit, agency.head, target=50)
    told = Notification.objects.get(topic="movement.target_proposed")
    assert (told.recipient, told.title) == (agency.office, "CCKL đề nghị mức phải đạt riêng cho chỉ tiêu 1.1")
    assert (line(agency, campaign, TEN).measure.target, line(agency, campaign, TEN).points) == (100, 30)
    move_target(target, "approve", actor=agency.director, at=TEN)
    assert (line(agency, campaign, NINE).measure.target, line(agency, campaign, NINE).points) == (100, 30)
    assert (line(agency, campaign, TEN).measure.target, line(agency, campaign, TEN).points) == (50, 60)
    period = period_shown(newest_edition(campaign).plan, "ky-1", TEN.date())
    found = scored(campaign, period, at=OVER)
    own = {
        card.unit.code: [found.has_own_target(one) for one in card.lines if one.measure.id == "1.1"]
        for card in found.cards
    }
    assert own == {"CCKL": [True], "CCTL": [False]}
    answered = Notification.objects.filter(topic="movement.target_decided")
    assert {one.recipient.username for one in answered} == {"truong", "pho"}
    detail = AuditEvent.objects.get(action="movement.approve_target").detail
    assert detail == {"measure": "1.1", "now": 50.0, "was": 100.0, "answer": ""}


def test_target_that_is_approved_last_holds_and_the_earlier_one_stays_in_the_history(
    agency: Agency, campaign: Campaign
) -> None:
    move_target(make_target(campaign, agency.unit, agency.head), "approve", actor=agency.office, at=NINE)
    with pytest.raises(TargetError, match="đang áp dụng"):
        make_target(campaign, agency.unit, agency.head)
    second = make_target(campaign, agency.unit, agency.head, target=90, at=TEN)
    assert second.target_before == 80
    move_target(second, "approve", actor=agency.office, at=TEN)
    assert (line(agency, campaign, NINE).measure.target, line(agency, campaign, TEN).measure.target) == (80, 90)
    assert UnitTarget.objects.filter(state="APPROVED").count() == 2


def test_refused_and_withdrawn_targets_hold_nothing(agency: Agency, campaign: Campaign) -> None:
    target = make_target(campaign, agency.unit, agency.head)
    with pytest.raises(TargetError, match="vì sao không duyệt"):
        move_target(target, "refuse", " ", actor=agency.office, at=NINE)
    move_target(target, "refuse", "Mức chung vừa sức.", actor=agency.office, at=NINE)
    move_target(make_target(campaign, agency.unit, agency.head), "withdraw", actor=agency.deputy, at=NINE)
    assert line(agency, campaign, TEN).measure.target == 100
    with pytest.raises(TargetError, match="lúc này"):
        move_target(target, "approve", actor=agency.office, at=NINE)


def test_period_that_is_over_takes_no_target(agency: Agency, campaign: Campaign) -> None:
    waiting = make_target(campaign, agency.unit, agency.head)
    with pytest.raises(TargetError, match="Kỳ đã hết"):
        move_target(waiting, "approve", actor=agency.office, at=OVER)
    with pytest.raises(TargetError, match="Kỳ đã hết"):
        make_target(campaign, agency.other, agency.stranger, at=OVER)
    move_target(waiting, "refuse", "Kỳ đã hết.", actor=agency.office, at=OVER)
    assert line(agency, campaign, OVER).measure.target == 100


def test_period_that_is_frozen_or_shown_takes_no_target(agency: Agency) -> None:
    campaign = make_scored(agency.root, agency.office)
    for period in ("ky-0", "ky-1"):
        about = (uuid.uuid4(), campaign, period, agency.unit.pk, "1.1", 50.0, "Đặc thù.")
        with pytest.raises(TargetError, match="Kỳ đã hết"):
            propose_target(*about, actor=agency.head, at=NINE)


def test_campaign_that_has_ended_takes_no_target(agency: Agency, campaign: Campaign) -> None:
    waiting = make_target(campaign, agency.unit, agency.head)
    close_campaign(campaign, actor=agency.office, at=NINE)
    with pytest.raises(TargetError, match="đã kết thúc"):
        move_target(waiting, "approve", actor=agency.office, at=TEN)


@pytest.mark.parametrize(
    ("measure", "target", "reason", "says"),
    [
        ("1.1", 100.0, "Đặc thù.", "đang áp dụng"),
        ("1.1", 100.5, "Đặc thù.", "thang đo"),
        ("1.1", -1.0, "Đặc thù.", "thang đo"),
        ("1.1", math.inf, "Đặc thù.", "thang đo"),
        ("1.2", 50.0, "Đặc thù.", "có mức phải đạt"),
        ("9.9", 50.0, "Đặc thù.", "có mức phải đạt"),
        ("1.1", 50.0, " ", "vì sao"),
    ],
)
def test_what_does_not_fit_is_refused_in_words(
    agency: Agency, campaign: Campaign, measure: str, target: float, reason: str, says: str
) -> None:
    about = (uuid.uuid4(), campaign, "ky-1", agency.unit.pk, measure, target, reason)
    with pytest.raises(TargetError, match=says):
        propose_target(*about, actor=agency.head, at=NINE)
    assert UnitTarget.objects.count() == 0


def test_same_tap_is_one_proposal_and_a_measure_waits_once(agency: Agency, campaign: Campaign) -> None:
    key = uuid.uuid4()
    about = (campaign, "ky-1", agency.unit.pk, "1.1", 80.0, "Đặc thù.")
    first = propose_target(key, *about, actor=agency.head, at=NINE)
    assert propose_target(key, *about, actor=agency.head, at=NINE) == first
    with pytest.raises(TargetError, match="đang chờ duyệt"):
        propose_target(uuid.uuid4(), *about, actor=agency.deputy, at=NINE)
    with pytest.raises(TargetError, match="đã được gửi"):
        propose_target(key, campaign, "ky-1", agency.unit.pk, "1.1", 70.0, "Khác.", actor=agency.head, at=NINE)


@pytest.mark.parametrize("who", ["clerk", "stranger", "office", "director", "member"])
def test_only_the_head_or_a_deputy_proposes(agency: Agency, campaign: Campaign, who: str) -> None:
    with pytest.raises(PermissionDenied, match="Chỉ thủ trưởng hoặc cấp phó"):
        make_target(campaign, agency.unit, getattr(agency, who))


def test_nobody_decides_on_what_one_has_proposed(agency: Agency, campaign: Campaign) -> None:
    RoleAssignment.objects.create(user=agency.office, role=Role.UNIT_HEAD, unit=agency.unit, valid_from="2021-01-01")
    target = make_target(campaign, agency.unit, agency.office)
    with pytest.raises(PermissionDenied, match="Không ai duyệt"):
        move_target(target, "approve", actor=agency.office, at=NINE)
    for who in ("head", "stranger", "clerk"):
        with pytest.raises(PermissionDenied, match="Chỉ Văn phòng và lãnh đạo"):
            move_target(target, "approve", actor=getattr(agency, who), at=NINE)
    given = {"state": "APPROVED", "closed_at": NINE, "closed_by": agency.office}
    with pytest.raises(IntegrityError), transaction.atomic():
        UnitTarget.objects.filter(pk=target.pk).update(**given)


@pytest.mark.django_db(transaction=True)
def test_two_who_decide_at_once_decide_once(agency: Agency, campaign: Campaign) -> None:
    target = make_target(campaign, agency.unit, agency.head)

    def decide(verb: str) -> str:
        try:
            user = agency.office if verb == "approve" else agency.director
            return move_target(target, verb, "Đã xem.", actor=user, at=NINE).state
        except TargetError:
            return ""

    found = at_once(lambda: decide("approve"), lambda: decide("refuse"))
    assert sorted(bool(one) for one in found) == [False, True]
    assert UnitTarget.objects.get().state == max(found)
