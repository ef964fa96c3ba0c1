"""Activities of groups: written down by those who speak for them, counted by group and month, and as an indicator."""

import datetime
import uuid
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from tests.factories.accounts import make_account
from tests.factories.directing import Agency
from tests.factories.movement import MASKS, NINE, make_activity, make_campaign, told_activity
from tests.factories.organization import MONDAY, clock, make_group, make_holder, make_person, make_unit
from tests.factories.photographs import picture
from tests.races import at_once
from vungxanh.accounts.models import User
from vungxanh.audit.models import AuditEvent
from vungxanh.common.indicators import Asked, Measured, find
from vungxanh.movement.models import Activity, ActivityPhotograph, Campaign
from vungxanh.movement.operations.activities import (
    ActivityError,
    add_photograph,
    change_activity,
    erase_photographs,
    record_activity,
    withdraw_activity,
    withdraw_photograph,
)
from vungxanh.movement.operations.campaigns import close_campaign
from vungxanh.movement.queries.activities import (
    Result,
    activity_open_to,
    all_activity_figures,
    all_activity_lines,
    all_participants,
    groups_seen_by,
    own_activities,
    sees_names,
)
from vungxanh.organization.enums import ContractKind, GroupKind, Role, UnitKind
from vungxanh.organization.models import Group, GroupMembership, Person
from vungxanh.organization.tree import all_tree_on

OCTOBER = datetime.date(2021, 10, 4)


@pytest.fixture
def group(agency: Agency) -> Group:
    return make_group("CD-CCKL", agency.unit)


@pytest.fixture
def officer(agency: Agency) -> User:
    return make_holder("congdoan", Role.UNION_OFFICER, agency.unit)


def record(campaign: Campaign, group: Group, actor: User, at: datetime.datetime = NINE, **more: Any) -> Activity:
    return record_activity(uuid.uuid4(), campaign, group, told_activity(**more), actor=actor, at=at)


def test_activity_is_written_down_once_with_people_and_results(
    agency: Agency, campaign: Campaign, group: Group, officer: User
) -> None:
    key, told = uuid.uuid4(), told_activity(people=["Trần Thị Lan", agency.goes.staff_code.lower()])
    first = record_activity(key, campaign, group, told, actor=officer, at=NINE)
    again = record_activity(key, campaign, group, told, actor=officer, at=clock(10))
    assert (again.pk, again.made_at, Activity.objects.count()) == (first.pk, NINE, 1)
    assert {one.pk for one in all_participants(first)} == {agency.lan.pk, agency.goes.pk}
    assert [Result(one.what, one.amount, one.measured_in) for one in first.figures.all()] == [MASKS]
    event = AuditEvent.objects.get(action="movement.record_activity")
    assert event.detail == {"day": "2021-09-20", "present": 30, "people": 2, "figures": 1}
    assert event.unit_id == agency.unit.pk
    with pytest.raises(ActivityError, match="đã được gửi"):
        record_activity(key, campaign, group, told_activity(took_part=31), actor=officer, at=NINE)


@pytest.mark.parametrize(
    ("more", "field", "says"),
    [
        ({"title": " "}, "title", "Hãy ghi mục này"),
        ({"place": ""}, "place", "Hãy ghi mục này"),
        ({"text": "\n"}, "text", "Hãy ghi mục này"),
        ({"held_on": MONDAY + datetime.timedelta(days=1)}, "held_on", "chưa đến"),
        ({"held_on": datetime.date(2021, 9, 15)}, "held_on", "trước ngày phong trào bắt đầu"),
        ({"until": MONDAY - datetime.timedelta(days=1)}, "until", "trước ngày đầu"),
        ({"until": MONDAY + datetime.timedelta(days=1)}, "until", "chưa đến"),
        ({"took_part": 0}, "took_part", "số người"),
        ({"took_part": 200_000}, "took_part", "số người"),
        ({"took_part": 1, "people": ["Trần Thị Lan", "Đoàn Viên"]}, "took_part", "gồm cả những người có tên"),
        ({"people": ["Người Không Có"]}, "people", "Người Không Có"),
        ({"people": [f"Người {number}" for number in range(501)]}, "people", "nhiều nhất 500 người"),
        ({"figures": [Result("Quà", Decimal(1), "suất")] * 7}, "__all__", "Nhiều nhất 6 kết quả"),
        ({"figures": [Result("Quà", Decimal(-1), "suất")]}, "__all__", "đơn vị tính"),
        ({"figures": [Result("Quà", Decimal(1), " ")]}, "__all__", "đơn vị tính"),
    ],
)
def test_what_does_not_fit_is_refused_beside_its_field(
    campaign: Campaign, group: Group, officer: User, more: dict[str, Any], field: str, says: str
) -> None:
    with pytest.raises(ActivityError, match=says) as caught:
        record(campaign, group, officer, **more)
    assert list(getattr(caught.value, "error_dict", {"__all__": None})) == [field]
    assert Activity.objects.count() == 0


def test_only_those_who_work_in_the_agency_are_named_and_a_name_of_two_is_unclear(
    agency: Agency, campaign: Campaign, group: Group, officer: User
) -> None:
    twin = make_person(agency.other, "Trần Thị Lan")
    make_person(agency.unit, "Bảo Vệ", contract=ContractKind.SUPPLIER)
    make_person(make_unit("KHAC"), "Người Ngoài")
    for name in ("Trần Thị Lan", "Bảo Vệ", "Người Ngoài"):
        with pytest.raises(ActivityError, match=name):
            record(campaign, group, officer, people=[name])
    assert all_participants(record(campaign, group, officer, people=[twin.staff_code])) == [twin]


def test_only_those_who_speak_for_the_group_write_for_it(
    agency: Agency, campaign: Campaign, group: Group, officer: User
) -> None:
    activity = record(campaign, group, officer)
    strangers = [*agency.people.values(), make_holder("khac", Role.UNION_OFFICER, agency.other)]
    strangers.append(make_holder("capuy", Role.PARTY_COMMITTEE, agency.root))
    seen = activity.written_at
    for user in strangers:
        with pytest.raises(PermissionDenied):
            record(campaign, group, user)
        with pytest.raises(PermissionDenied):
            change_activity(activity, told_activity(), seen_at=seen, actor=user, at=NINE)
        with pytest.raises(PermissionDenied):
            withdraw_activity(activity, "Nhầm", actor=user, at=NINE)
        with pytest.raises(PermissionDenied):
            add_photograph(activity, picture(1), actor=user, at=NINE)
    cell = make_group("CB-1", agency.unit, kind=GroupKind.PARTY_CELL)
    with pytest.raises(PermissionDenied):
        record(campaign, cell, officer)
    assert record(campaign, cell, strangers[-1]).group_id == cell.pk
    elsewhere = make_unit("KHAC")
    with pytest.raises(ActivityError, match="không thuộc cơ quan"):
        record(campaign, make_group("CD-K", elsewhere), make_holder("la2", Role.UNION_OFFICER, elsewhere))


def test_change_keeps_what_differed_and_is_refused_where_somebody_else_was_first(
    agency: Agency, campaign: Campaign, group: Group, officer: User
) -> None:
    activity = record(campaign, group, officer, people=["Trần Thị Lan"])
    seen = activity.written_at
    same = told_activity(people=["Trần Thị Lan"])
    assert change_activity(activity, same, seen_at=seen, actor=officer, at=clock(10)).changed_at is None
    other = told_activity(took_part=45, text="Khử khuẩn cả trụ sở.", figures=[], until=MONDAY)
    changed = change_activity(activity, other, seen_at=seen, actor=officer, at=clock(10))
    assert (changed.took_part, changed.until, changed.figures.count(), changed.participants.count()) == (45, None, 0, 0)
    assert AuditEvent.objects.get(action="movement.change_activity").detail == {
        "day": "2021-09-20",
        "present": 45,
        "before": {"present": 30, "people": 1, "figures": 1},
        "after": {"present": 45, "people": 0, "figures": 0},
        "text_changed": True,
    }
    with pytest.raises(ActivityError, match="người khác sửa"):
        change_activity(activity, same, seen_at=seen, actor=officer, at=clock(11))


def test_activity_taken_back_counts_no_more_and_its_pictures_go(
    campaign: Campaign, group: Group, officer: User
) -> None:
    activity = make_activity(campaign, group, officer)
    with pytest.raises(ActivityError):
        withdraw_activity(activity, " ", actor=officer, at=NINE)
    withdraw_activity(activity, "Ghi nhầm", actor=officer, at=NINE)
    assert activity.photographs.get().content is None
    assert all_activity_figures(campaign, MONDAY, MONDAY) == []
    with pytest.raises(ActivityError, match="vừa được rút"):
        withdraw_activity(activity, "Lần nữa", actor=officer, at=NINE)
    assert AuditEvent.objects.get(action="movement.withdraw_activity").detail["reason"] == "Ghi nhầm"


def test_pictures_are_counted_taken_off_and_erased_in_time(campaign: Campaign, group: Group, officer: User) -> None:
    activity = make_activity(campaign, group, officer)
    [first] = activity.photographs.all()
    assert add_photograph(activity, picture(5), actor=officer, at=NINE).pk == first.pk
    for number in range(5):
        add_photograph(activity, picture(3, size=(50 + number, 40)), actor=officer, at=NINE)
    with pytest.raises(ActivityError, match="nhiều nhất 6"):
        add_photograph(activity, picture(4), actor=officer, at=NINE)
    for _time in range(2):
        withdraw_photograph(first, actor=officer, at=NINE)
    assert AuditEvent.objects.filter(action="movement.withdraw_activity_photograph").count() == 1
    assert erase_photographs(at=NINE + datetime.timedelta(days=730)) == 0
    assert erase_photographs(at=NINE + datetime.timedelta(days=731)) == 5
    assert ActivityPhotograph.objects.filter(content__isnull=False).count() == 0


def test_nothing_is_written_once_the_movement_is_closed(
    agency: Agency, campaign: Campaign, group: Group, officer: User
) -> None:
    activity = make_activity(campaign, group, officer)
    close_campaign(campaign, actor=agency.office, at=clock(10))
    for act in (
        lambda: record(campaign, group, officer),
        lambda: change_activity(activity, told_activity(), seen_at=activity.written_at, actor=officer, at=NINE),
        lambda: withdraw_activity(activity, "Nhầm", actor=officer, at=NINE),
        lambda: add_photograph(activity, picture(1), actor=officer, at=NINE),
        lambda: withdraw_photograph(activity.photographs.get(), actor=officer, at=NINE),
    ):
        with pytest.raises(ActivityError, match="đã kết thúc"):
            act()


@pytest.mark.parametrize(
    "wrong",
    [
        {"took_part": 0},
        {"title": ""},
        {"until": MONDAY},
        {"reason": "x"},
        {"state": "WITHDRAWN"},
    ],
)
def test_database_refuses_what_makes_no_sense(
    campaign: Campaign, group: Group, officer: User, wrong: dict[str, Any]
) -> None:
    activity = record(campaign, group, officer)
    with pytest.raises(IntegrityError), transaction.atomic():
        Activity.objects.filter(pk=activity.pk).update(**wrong)


def test_figures_are_added_up_by_group_and_month(
    agency: Agency, campaign: Campaign, group: Group, officer: User
) -> None:
    youth = make_group("DTN-CCKL", agency.unit, kind=GroupKind.YOUTH_UNION)
    later = clock(9, day=OCTOBER)
    make_activity(campaign, group, officer, people=["Trần Thị Lan"])
    spoken = Result("khẩu trang phát cho ĐOÀN VIÊN", Decimal("250.5"), "Chiếc")
    gifts = Result("Quà", Decimal(3), "suất")
    record(campaign, group, officer, at=clock(8), took_part=20, figures=[spoken, gifts])
    record(campaign, group, officer, at=later, held_on=OCTOBER, until=None, took_part=5, figures=[])
    record(campaign, youth, officer, at=later, held_on=datetime.date(2021, 9, 30), until=OCTOBER, took_part=7)
    found = all_activity_figures(campaign, datetime.date(2021, 9, 1), OCTOBER)
    assert [(one.group.code, one.month, one.activities, one.took_part) for one in found if one.group] == [
        ("CD-CCKL", datetime.date(2021, 9, 1), 2, 50),
        ("CD-CCKL", datetime.date(2021, 10, 1), 1, 5),
        ("DTN-CCKL", datetime.date(2021, 9, 1), 1, 7),
    ]
    assert (found[0].named, found[0].pictures) == (1, 1)
    assert sorted(found[0].results) == [
        Result("Khẩu trang phát cho đoàn viên", Decimal("750.50"), "chiếc"),
        gifts,
    ]
    assert [one.activities for one in all_activity_figures(campaign, OCTOBER, OCTOBER)] == [1]
    assert all_activity_figures(campaign, MONDAY, OCTOBER, group_ids=[]) == []


def test_queries_of_the_lines_stay_flat(agency: Agency, campaign: Campaign, group: Group, officer: User) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as captured:
            all_activity_lines(campaign)
        return len(captured)

    make_activity(campaign, group, officer)
    few = asked()
    for number in range(3):
        make_activity(campaign, make_group(f"CD{number}", agency.unit), officer, people=["Trần Thị Lan"])
    assert (few, asked()) == (4, 4)


def test_one_sees_the_own_group_and_what_one_took_part_in(
    agency: Agency, campaign: Campaign, group: Group, officer: User
) -> None:
    lan = make_account("lan")
    Person.objects.filter(pk=agency.lan.pk).update(user=lan)
    activity = record(campaign, group, officer, people=["Trần Thị Lan"])
    tree = all_tree_on(MONDAY)

    def seen(user: User) -> list[str]:
        return [one.code for one in groups_seen_by(user, campaign, tree, on=MONDAY)]

    assert (seen(agency.office), seen(officer), seen(lan)) == (["CD-CCKL"], ["CD-CCKL"], [])
    assert own_activities(lan) == [activity]
    assert activity_open_to(lan, activity.pk, on=MONDAY) == activity
    assert activity_open_to(agency.member, activity.pk, on=MONDAY) is None
    assert activity_open_to(agency.office, uuid.uuid4(), on=MONDAY) is None
    GroupMembership.objects.create(group=group, person=agency.goes, valid_from=MONDAY)
    assert (seen(agency.member), own_activities(agency.member)) == (["CD-CCKL"], [])
    names = {
        name: sees_names(user, activity, on=MONDAY) for name, user in {**agency.people, "officer": officer}.items()
    }
    assert {name for name, sees in names.items() if sees} == {"office", "director", "officer"}
    withdraw_activity(activity, "Nhầm", actor=officer, at=NINE)
    assert own_activities(lan) == []


def test_somebody_named_under_an_earlier_record_reads_it_on_the_own_page(
    agency: Agency, campaign: Campaign, group: Group, officer: User
) -> None:
    twin, lan = make_person(agency.unit, "Trần T. Lan"), make_account("lan")
    activity = record(campaign, group, officer, people=[twin.staff_code])
    Person.objects.filter(pk=twin.pk).update(merged_into=agency.lan)
    Person.objects.filter(pk=agency.lan.pk).update(user=lan)
    assert own_activities(lan) == [activity]
    assert all_participants(activity) == [agency.lan]


BY_HAND = """
SELECT count(DISTINCT CASE WHEN activity.key IS NOT NULL THEN grp.id END), count(DISTINCT grp.id)
FROM organization_group grp LEFT JOIN movement_activity activity
  ON activity.group_id = grp.id AND activity.state = 'HELD' AND activity.campaign_id = %s
 AND activity.held_on <= %s AND (activity.held_on >= %s OR activity.until >= %s)
WHERE grp.unit_id IN (%s, %s)
"""


def by_hand(campaign: Campaign, units: tuple[int, int], first: datetime.date, last: datetime.date) -> Measured:
    with connection.cursor() as cursor:
        cursor.execute(BY_HAND, [campaign.pk, last, first, first, *units])
        return Measured(*cursor.fetchone())


def test_groups_with_an_activity_equal_sql_by_hand(
    agency: Agency, campaign: Campaign, group: Group, officer: User
) -> None:
    indicator, section = find("movement.group_activities"), make_unit("TO-1", agency.unit, kind=UnitKind.SECTION)
    assert indicator
    youth, idle = make_group("DTN-TO", section), make_group("CCB-CCKL", agency.unit)
    late = clock(20, day=OCTOBER)
    members = {agency.unit.pk: [agency.unit.pk, section.pk], agency.other.pk: [agency.other.pk]}

    def asked(first: datetime.date, at: datetime.datetime = late) -> Asked:
        return Asked(first, OCTOBER, at, members, about=campaign.code)

    record(campaign, group, officer)
    record(campaign, group, officer)
    record(campaign, youth, officer, at=late, held_on=datetime.date(2021, 9, 28), until=datetime.date(2021, 10, 2))
    wrong = record(campaign, idle, officer)
    withdraw_activity(wrong, "Nhầm", actor=officer, at=clock(12))
    for first, expected in ((MONDAY, Measured(2, 3)), (datetime.date(2021, 10, 1), Measured(1, 3))):
        hand = by_hand(campaign, (agency.unit.pk, section.pk), first, OCTOBER)
        assert (indicator.measure(asked(first)), hand) == ({agency.unit.pk: expected}, expected)
        records = indicator.records(asked(first), agency.unit.pk)[0:10]
        assert (sum(one.part for one in records), len(records)) == expected
    assert indicator.measure(asked(MONDAY, clock(10)))[agency.unit.pk] == Measured(2, 3)  # It stood until noon.
    before = Asked(datetime.date(2021, 9, 16), datetime.date(2021, 9, 19), late, members, about=campaign.code)
    assert indicator.measure(before)[agency.unit.pk] == Measured(0, 3)
    assert indicator.measure(Asked(MONDAY, OCTOBER, late, members, about="khong-co")) == {}


def test_groups_of_the_agency_itself_count_for_the_whole_agency_alone(
    agency: Agency, campaign: Campaign, group: Group, officer: User
) -> None:
    indicator = find("movement.group_activities")
    assert indicator
    top = make_group("CD-SNN", agency.root)
    record(campaign, top, make_holder("cds", Role.UNION_OFFICER, agency.root))
    members = {agency.root.pk: [agency.unit.pk, agency.other.pk], agency.unit.pk: [agency.unit.pk]}
    found = indicator.measure(Asked(MONDAY, MONDAY, clock(20), members, about=campaign.code))
    assert found == {agency.root.pk: Measured(1, 2), agency.unit.pk: Measured(0, 1)}


@pytest.mark.django_db(transaction=True)
def test_two_taps_at_once_make_one_activity() -> None:
    agency = Agency()
    campaign = make_campaign(agency.root, agency.office, opened=True)
    group, key = make_group("CD-CCKL", agency.unit), uuid.uuid4()
    officer = make_holder("congdoan", Role.UNION_OFFICER, agency.unit)
    works = [lambda: record_activity(key, campaign, group, told_activity(), actor=officer, at=NINE).pk] * 2
    assert at_once(*works) == [key, key]
    assert Activity.objects.count() == 1
