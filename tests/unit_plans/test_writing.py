"""Plans are begun once with the unit's own data, kept as versions, and no typing is lost when two write."""

import uuid

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from tests.factories.directing import Agency
from tests.factories.movement import NINE, make_campaign, make_launch
from tests.factories.organization import MONDAY, clock, make_holder, make_site, make_unit
from tests.factories.plans import fill, make_plan, make_sent
from tests.races import at_once
from vungxanh.audit.models import AuditEvent
from vungxanh.movement.models import Campaign
from vungxanh.movement.operations.campaigns import close_campaign
from vungxanh.organization.enums import Role, UnitKind
from vungxanh.plans.enums import PlanKind, PlanVerb
from vungxanh.plans.models import PlanVersion, UnitPlan
from vungxanh.plans.operations.moving import move_plan
from vungxanh.plans.operations.steps import PlanError
from vungxanh.plans.operations.writing import (
    ChangedMeanwhileError,
    comment_on,
    give_opinion,
    start_plan,
    write_plan,
)
from vungxanh.plans.queries.plans import newest_version

TEN, ELEVEN = clock(10), clock(11)


def test_template_is_filled_with_the_data_of_the_unit(agency: Agency, campaign: Campaign) -> None:
    make_site("HAT", agency.unit, name="Hạt Kiểm lâm Tam Đảo")
    make_launch(campaign, agency.unit, agency.head)
    plan = make_plan(agency.unit, agency.clerk, campaign, at=TEN)
    texts = newest_version(plan).texts
    assert plan.summary == "Thực hiện phong trào thi đua “Giữ vững vùng xanh” tại Đơn vị CCKL"
    assert texts["mo-dau"].startswith("Thực hiện kế hoạch số 12/KH-SNN ngày 16/09/2021 của Đơn vị SNN")
    assert "Đơn vị có 1 người, làm việc tại: Hạt Kiểm lâm Tam Đảo." in texts["tinh-hinh"]
    assert "- Không ai đi làm muộn." in texts["tieu-chi"]
    assert "Đơn vị phát động ngày 20/09/2021" in texts["thoi-gian"]
    assert "đến khi phong trào kết thúc" in texts["thoi-gian"]
    assert texts["to-chuc"].startswith("1. Truong chịu trách nhiệm chung")
    assert [one.state for one in plan.steps.all()] == ["DRAFT"]
    assert AuditEvent.objects.filter(action="plans.start_plan").count() == 1


def test_plan_is_begun_once_for_each_kind_and_the_same_tap_is_the_same_plan(agency: Agency, campaign: Campaign) -> None:
    key = uuid.uuid4()
    first = start_plan(key, agency.unit.pk, campaign, actor=agency.head, at=NINE)
    assert start_plan(key, agency.unit.pk, campaign, actor=agency.head, at=NINE).pk == first.pk
    with pytest.raises(PlanError, match="đã có kế hoạch này"):
        start_plan(uuid.uuid4(), agency.unit.pk, campaign, actor=agency.deputy, at=NINE)
    green = start_plan(uuid.uuid4(), agency.unit.pk, None, actor=agency.head, at=NINE)
    assert (first.kind, green.kind) == (PlanKind.UNIT_PLAN, PlanKind.GREEN_ZONE_PLAN)
    with pytest.raises(PlanError, match="đã được gửi"):
        start_plan(green.pk, agency.other.pk, None, actor=agency.stranger, at=NINE)


def test_only_who_writes_for_a_unit_that_owes_a_plan_begins_one(agency: Agency, campaign: Campaign) -> None:
    for name, user in agency.people.items():
        if name not in ("head", "deputy", "clerk"):
            with pytest.raises(PermissionDenied):
                make_plan(agency.unit, user, campaign)
    section = make_unit("TO-1", agency.unit, kind=UnitKind.SECTION)
    leader = make_holder("totruong", Role.UNIT_HEAD, section)
    with pytest.raises(PlanError, match="không tham gia"):
        make_plan(section, leader, campaign)
    with pytest.raises(PlanError, match="không lập kế hoạch"):
        make_plan(section, leader)
    close_campaign(campaign, actor=agency.office, at=NINE)
    with pytest.raises(PlanError, match="không ở giai đoạn"):
        make_plan(agency.unit, agency.head, campaign)
    assert not UnitPlan.objects.exists()


def test_each_keeping_is_a_version_and_the_same_text_is_none(agency: Agency) -> None:
    plan = make_plan(agency.unit, agency.head)
    second = write_plan(plan, {"khach": "Không tiếp  khách."}, seen=1, remark="Khách", actor=agency.clerk, at=TEN)
    assert (second.number, second.texts["khach"], second.note) == (2, "Không tiếp khách.", "Khách")
    again = write_plan(plan, {"khach": "Không tiếp khách."}, seen=1, actor=agency.clerk, at=TEN)
    assert again.pk == second.pk
    assert second.sha256 != PlanVersion.objects.get(number=1).sha256
    for name in ("office", "director", "stranger", "member"):
        with pytest.raises(PermissionDenied):
            write_plan(plan, {"khach": "x"}, seen=2, actor=agency.people[name], at=TEN)


def test_faster_one_wins_and_the_other_is_told_with_the_newest(agency: Agency) -> None:
    plan = make_plan(agency.unit, agency.head)
    second = write_plan(plan, {"khach": "A"}, seen=1, actor=agency.head, at=TEN)
    with pytest.raises(ChangedMeanwhileError) as refused:
        write_plan(plan, {"khach": "B"}, seen=1, actor=agency.clerk, at=TEN)
    assert refused.value.newest == second
    assert write_plan(plan, {"khach": "B"}, seen=2, actor=agency.clerk, at=TEN).number == 3


def test_text_that_does_not_fit_is_refused(agency: Agency) -> None:
    plan = make_plan(agency.unit, agency.head)
    with pytest.raises(PlanError, match="nhiều nhất 8000 ký tự"):
        write_plan(plan, {"khach": "x" * 8001}, seen=1, actor=agency.head, at=TEN)
    with pytest.raises(PlanError, match="không có chữ nào"):
        write_plan(plan, dict.fromkeys(newest_version(plan).texts, " "), seen=1, actor=agency.head, at=TEN)
    write_plan(plan, {"la": "Mục không có."}, seen=1, actor=agency.head, at=TEN)
    assert plan.versions.count() == 1


def test_plan_that_was_sent_is_not_written(agency: Agency) -> None:
    plan = make_sent(agency.unit, agency.head)
    with pytest.raises(PlanError, match="chờ Văn phòng"):
        write_plan(plan, {"khach": "x"}, seen=2, actor=agency.head, at=TEN)


def test_office_comments_on_a_section_of_the_newest_version_while_it_waits(agency: Agency) -> None:
    plan = make_sent(agency.unit, agency.head)
    newest = newest_version(plan)
    made = comment_on(newest, "khach", "Ghi rõ ai đón khách.", actor=agency.office, at=TEN)
    assert comment_on(newest, "khach", "Ghi rõ ai đón khách.", actor=agency.office, at=ELEVEN) == made
    with pytest.raises(PlanError, match="không có mục"):
        comment_on(newest, "la", "x", actor=agency.office, at=TEN)
    with pytest.raises(PlanError, match="mới hơn"):
        comment_on(plan.versions.get(number=1), "khach", "x", actor=agency.office, at=TEN)
    with pytest.raises(PlanError):
        comment_on(newest, "", " ", actor=agency.office, at=TEN)
    for name in ("head", "director", "stranger", "member"):
        with pytest.raises(PermissionDenied):
            comment_on(newest, "", "x", actor=agency.people[name], at=TEN)
    move_plan(plan, PlanVerb.RETURN, actor=agency.office, at=TEN)
    with pytest.raises(PermissionDenied):
        comment_on(newest, "", "x", actor=agency.office, at=TEN)


def test_party_committee_gives_its_opinion(agency: Agency) -> None:
    party = make_holder("capuy", Role.PARTY_COMMITTEE, agency.root)
    plan = make_plan(agency.unit, agency.head)
    made = give_opinion(plan, "Nhất trí.", MONDAY, actor=party, at=TEN)
    assert give_opinion(plan, "Nhất trí.", MONDAY, actor=party, at=ELEVEN) == made
    with pytest.raises(PlanError, match="chưa đến"):
        give_opinion(plan, "Nhất trí.", MONDAY.replace(day=21), actor=party, at=TEN)
    for user in agency.people.values():
        with pytest.raises(PermissionDenied):
            give_opinion(plan, "Nhất trí.", MONDAY, actor=user, at=TEN)
    move_plan(plan, PlanVerb.WITHDRAW, text="Nhầm", actor=agency.head, at=TEN)
    with pytest.raises(PermissionDenied):
        give_opinion(plan, "Thêm.", MONDAY, actor=party, at=TEN)


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": PlanKind.UNIT_PLAN},
        {"state": "ACCEPTED"},
        {"state": "WITHDRAWN"},
        {"state": "ISSUED", "accepted_at": NINE},
        {"reason": "Nhầm"},
        {"accepted_at": NINE},
    ],
)
def test_database_keeps_plans_whole(agency: Agency, wrong: dict[str, object]) -> None:
    plan = make_plan(agency.unit, agency.head)
    with pytest.raises(IntegrityError), transaction.atomic():
        UnitPlan.objects.filter(pk=plan.pk).update(**wrong)


@pytest.mark.django_db(transaction=True)
def test_two_who_begin_and_two_who_write_at_once() -> None:
    agency = Agency()
    make_campaign(agency.root, agency.office, opened=True)

    def begin() -> bool:
        try:
            make_plan(agency.unit, agency.head)
        except PlanError:
            return False
        return True

    assert sorted(at_once(begin, begin)) == [False, True]
    plan = UnitPlan.objects.get()

    def write(text: str) -> bool:
        try:
            write_plan(plan, {"khach": text}, seen=1, actor=agency.head, at=TEN)
        except ChangedMeanwhileError:
            return False
        return True

    assert sorted(at_once(lambda: write("A"), lambda: write("B"))) == [False, True]
    assert fill(plan, agency.head).versions.count() == 3
