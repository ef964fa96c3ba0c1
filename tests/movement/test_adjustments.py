"""Bonus and penalty points: with their cause, never more than the plan gives, taken back with a reason."""

import datetime
import uuid

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from tests.factories.directing import Agency
from tests.factories.movement import NINE, make_adjustment, make_campaign
from tests.factories.organization import MONDAY, clock, make_holder, make_person
from tests.races import at_once
from vungxanh.audit.models import AuditEvent
from vungxanh.movement.models import Adjustment, Campaign
from vungxanh.movement.operations.adjustments import Given, give_adjustment, withdraw_adjustment
from vungxanh.movement.operations.self_scores import SelfScoreError
from vungxanh.movement.queries.self_scores import adjustments_visible_to
from vungxanh.notifications.models import Notification
from vungxanh.organization.enums import Role


def given(**more: object) -> Given:
    told = {"code": "T1", "points": 2, "cause": "Sáng kiến của trạm.", "day": MONDAY, **more}
    return Given(**told)  # type: ignore[arg-type]


def give(campaign: Campaign, agency: Agency, told: Given, **more: object) -> Adjustment:
    kept = {"actor": agency.office, "at": NINE, **more}
    return give_adjustment(uuid.uuid4(), campaign, "ky-1", agency.unit.pk, told, **kept)  # type: ignore[arg-type]


def test_given_with_its_cause_and_the_unit_is_told(agency: Agency, campaign: Campaign) -> None:
    key = uuid.uuid4()
    first = give_adjustment(key, campaign, "ky-1", agency.unit.pk, given(), actor=agency.office, at=NINE)
    again = give_adjustment(key, campaign, "ky-1", agency.unit.pk, given(), actor=agency.office, at=clock(10))
    assert (first.pk, first.kind, first.signed) == (again.pk, "BONUS", 2)
    with pytest.raises(SelfScoreError, match="đã được gửi"):
        give_adjustment(key, campaign, "ky-1", agency.unit.pk, given(points=3), actor=agency.office, at=NINE)
    told = Notification.objects.filter(topic="movement.adjusted")
    assert sorted(one.recipient.username for one in told) == ["dauloi", "pho", "truong"]
    assert told[0].title == "+2 điểm: Sáng kiến được nhân rộng"
    assert AuditEvent.objects.filter(action="movement.give_adjustment").count() == 1


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"code": "T9"}, "ghi trong kế hoạch"),
        ({"points": 0}, "còn 5 điểm"),
        ({"points": -1}, "còn 5 điểm"),
        ({"points": 5.5}, "còn 5 điểm"),
        ({"points": float("nan")}, "còn 5 điểm"),
        ({"cause": "  "}, "ghi lý do"),
        ({"day": MONDAY + datetime.timedelta(days=1)}, "Ngày phải từ"),
        ({"day": datetime.date(2021, 9, 15)}, "Ngày phải từ"),
    ],
)
def test_what_does_not_fit_is_refused_in_words(
    agency: Agency, campaign: Campaign, more: dict[str, object], says: str
) -> None:
    with pytest.raises(SelfScoreError, match=says):
        give(campaign, agency, given(**more))
    assert Adjustment.objects.count() == 0


def test_several_together_never_exceed_what_the_plan_gives(agency: Agency, campaign: Campaign) -> None:
    first = give(campaign, agency, given(points=3))
    with pytest.raises(SelfScoreError, match="nhiều nhất 5 điểm; đơn vị này còn 2 điểm"):
        give(campaign, agency, given(points=2.5))
    give(campaign, agency, given(points=2, cause="Khác"))
    make_adjustment(campaign, agency.other, agency.office, points=5)
    withdraw_adjustment(first, "Nhầm đơn vị", actor=agency.office, at=clock(10))
    give(campaign, agency, given(points=3, cause="Lại"))


def test_only_the_office_and_personnel_and_never_for_the_own_unit(agency: Agency, campaign: Campaign) -> None:
    personnel = make_holder("tochuc", Role.PERSONNEL, agency.root)
    for user in (agency.head, agency.clerk, agency.director, agency.member):
        with pytest.raises(PermissionDenied, match="Chỉ Văn phòng và Tổ chức cán bộ ghi"):
            give(campaign, agency, given(), actor=user)
    make_person(agency.unit, "Người Văn Phòng", user=agency.office)
    with pytest.raises(PermissionDenied, match="đơn vị mình"):
        give(campaign, agency, given())
    made = give(campaign, agency, given(), actor=personnel)
    with pytest.raises(PermissionDenied, match="đơn vị mình"):
        withdraw_adjustment(made, "Nhầm", actor=agency.office, at=NINE)


def test_taken_back_once_with_a_reason_and_in_time(agency: Agency, campaign: Campaign) -> None:
    made = make_adjustment(campaign, agency.unit, agency.office)
    with pytest.raises(SelfScoreError, match="vì sao rút"):
        withdraw_adjustment(made, " ", actor=agency.office, at=NINE)
    with pytest.raises(SelfScoreError, match="không sửa được nữa"):
        withdraw_adjustment(made, "Nhầm", actor=agency.office, at=clock(9, day=datetime.date(2021, 10, 21)))
    done = withdraw_adjustment(made, "Nhầm", actor=agency.office, at=clock(10))
    assert (done.state, done.reason, done.withdrawn_by) == ("WITHDRAWN", "Nhầm", agency.office)
    with pytest.raises(SelfScoreError, match="vừa được rút"):
        withdraw_adjustment(made, "Nhầm", actor=agency.office, at=clock(11))


def test_unit_sees_its_own_alone(agency: Agency, campaign: Campaign) -> None:
    make_adjustment(campaign, agency.unit, agency.office)
    seen = {name: adjustments_visible_to(user, campaign, on=MONDAY).count() for name, user in agency.people.items()}
    assert seen == {
        "head": 1, "deputy": 1, "clerk": 1, "stranger": 0, "office": 1, "director": 1, "member": 0,
    }  # fmt: skip


@pytest.mark.parametrize("wrong", [{"points": 0}, {"cause": ""}, {"state": "WITHDRAWN"}, {"reason": "x"}])
def test_database_refuses_what_is_not_whole(agency: Agency, campaign: Campaign, wrong: dict[str, object]) -> None:
    make_adjustment(campaign, agency.unit, agency.office)
    with pytest.raises(IntegrityError), transaction.atomic():
        Adjustment.objects.update(**wrong)


@pytest.mark.django_db(transaction=True)
def test_two_who_give_at_once_stay_within_the_plan() -> None:
    agency = Agency()
    campaign = make_campaign(agency.root, agency.office, opened=True)

    def act(cause: str) -> bool:
        try:
            give(campaign, agency, given(points=3, cause=cause))
        except SelfScoreError:
            return False
        return True

    assert sorted(at_once(lambda: act("Một"), lambda: act("Hai"))) == [False, True]
