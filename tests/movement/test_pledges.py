"""Pledges of units, groups and people; who counts as having pledged, and what the indicators say of it."""

import datetime

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.utils import translation

from tests.factories.accounts import make_account
from tests.factories.directing import Agency
from tests.factories.movement import NINE, PLAN, make_campaign, make_launch, make_pledge
from tests.factories.organization import MONDAY, clock, make_group, make_holder, make_person, make_unit
from tests.races import at_once
from vungxanh.audit.models import AuditEvent
from vungxanh.common.indicators import Asked, Measured, find
from vungxanh.movement.enums import PledgeKind
from vungxanh.movement.models import Campaign, Pledge
from vungxanh.movement.operations.campaigns import close_campaign
from vungxanh.movement.operations.pledges import (
    PledgeError,
    lines_of,
    pledge_for_group,
    pledge_for_unit,
    pledge_oneself,
    withdraw_pledge,
)
from vungxanh.movement.queries.campaigns import participants
from vungxanh.movement.queries.launches import all_pledged_people
from vungxanh.movement.queries.pledges import all_earlier, standing_of_person
from vungxanh.movement.rulebook import read_campaign
from vungxanh.organization.enums import ContractKind, GroupKind, Role, UnitKind
from vungxanh.organization.models import Person
from vungxanh.organization.tree import all_tree_on

LINES = ["Khai báo trung thực.", "Thực hiện 5K."]


def counted(campaign: Campaign, day: datetime.date = MONDAY) -> dict[str, tuple[int, int]]:
    tree = all_tree_on(day)
    taking_part = participants(read_campaign(PLAN), campaign.unit_id, tree)
    found = all_pledged_people(campaign, taking_part, tree, on=day)
    return {tree[unit].code: figures for unit, figures in found.items()}


def test_same_pledge_again_is_the_same_and_another_replaces_it(agency: Agency, campaign: Campaign) -> None:
    first = pledge_for_unit(campaign, agency.unit.pk, LINES, actor=agency.head, at=NINE)
    again = pledge_for_unit(campaign, agency.unit.pk, [*LINES, " "], actor=agency.deputy, at=clock(10))
    assert (again.pk, again.confirmed_by) == (first.pk, agency.head)
    other = pledge_for_unit(campaign, agency.unit.pk, LINES[:1], actor=agency.head, at=clock(11))
    first.refresh_from_db()
    assert (first.state, other.state, other.lines) == ("WITHDRAWN", "CONFIRMED", LINES[:1])
    assert (first.ending, first.reason) == ("REPLACED", "")
    for language, words in (("vi", "Đã thay bằng bản ký mới."), ("en", "replaced by a new pledge")):
        with translation.override(language):
            assert first.why_ended == words
    assert AuditEvent.objects.get(action="movement.withdraw_pledge").detail == {"kind": "UNIT", "ending": "REPLACED"}
    withdraw_pledge(other, "Ký nhầm", actor=agency.head, at=clock(12))
    earlier = all_earlier(campaign, PledgeKind.UNIT, unit_id=agency.unit.pk)
    assert [(one.pk, one.ending, one.why_ended) for one in earlier] == [
        (other.pk, "TAKEN_BACK", "Ký nhầm"),
        (first.pk, "REPLACED", "Đã thay bằng bản ký mới."),
    ]
    assert AuditEvent.objects.filter(action="movement.confirm_pledge").count() == 2


@pytest.mark.parametrize(("ending", "reason"), [("", "x"), ("REPLACED", "x"), ("TAKEN_BACK", "")])
def test_database_refuses_an_end_without_its_cause(
    agency: Agency, campaign: Campaign, ending: str, reason: str
) -> None:
    pledge = make_pledge(campaign, agency.unit, agency.head)
    ended = {"state": "WITHDRAWN", "withdrawn_at": NINE, "ending": ending, "reason": reason}
    with pytest.raises(IntegrityError), transaction.atomic():
        Pledge.objects.filter(pk=pledge.pk).update(**ended)


@pytest.mark.django_db(transaction=True)
def test_reason_stored_in_the_language_of_the_actor_is_read_back_as_a_code() -> None:
    def migrate(*targets: tuple[str, str]) -> None:
        MigrationExecutor(connection).migrate(list(targets))

    before, latest = ("movement", "0002_group_activities"), MigrationExecutor(connection).loader.graph.leaf_nodes()
    agency = Agency()
    migrate(before)
    try:
        earlier = MigrationExecutor(connection).loader.project_state(before).apps
        campaign = earlier.get_model("movement", "Campaign").objects.create(
            code="cu", unit_id=agency.root.pk, title="Cũ", state="RUNNING", made_at=NINE, opened_at=NINE
        )
        pledges = earlier.get_model("movement", "Pledge").objects
        gone = {"state": "WITHDRAWN", "withdrawn_at": NINE, "confirmed_at": NINE, "confirmed_by_id": agency.head.pk}
        for reason in ("Đã thay bằng bản ký mới.", "Replaced by a new pledge.", "Ký nhầm"):
            pledges.create(campaign=campaign, kind="UNIT", unit_id=agency.unit.pk, lines=LINES, reason=reason, **gone)
        migrate(("movement", "0005_pledge_ending_whole"))
        found = sorted(Pledge.objects.values_list("ending", "reason"))
        assert found == [("REPLACED", ""), ("REPLACED", ""), ("TAKEN_BACK", "Ký nhầm")]
        migrate(before)
        again = ["Ký nhầm", "Đã thay bằng bản ký mới.", "Đã thay bằng bản ký mới."]
        assert sorted(pledges.values_list("reason", flat=True)) == again
    finally:
        migrate(*latest)


@pytest.mark.parametrize("lines", [[], ["  "], ["x" * 301], [f"Dòng {number}" for number in range(13)]])
def test_pledge_without_words_or_with_too_many_is_refused(agency: Agency, campaign: Campaign, lines: list[str]) -> None:
    with pytest.raises(PledgeError):
        pledge_for_unit(campaign, agency.unit.pk, lines, actor=agency.head, at=NINE)
    assert Pledge.objects.count() == 0


@pytest.mark.parametrize("name", ["clerk", "stranger", "office", "director", "member"])
def test_only_head_and_deputy_pledge_for_a_unit(agency: Agency, campaign: Campaign, name: str) -> None:
    with pytest.raises(PermissionDenied):
        pledge_for_unit(campaign, agency.unit.pk, LINES, actor=agency.people[name], at=NINE)


def test_group_pledges_by_an_officer_of_the_union(agency: Agency, campaign: Campaign) -> None:
    group = make_group("CD-CCKL", agency.unit)
    officer = make_holder("congdoan", Role.UNION_OFFICER, agency.unit)
    pledge = pledge_for_group(campaign, group, LINES, actor=officer, at=NINE)
    assert (pledge.kind, pledge.group_id, pledge.unit_id) == ("GROUP", group.pk, agency.unit.pk)
    cell = make_group("CB-1", agency.unit, kind=GroupKind.PARTY_CELL)
    with pytest.raises(PermissionDenied):
        pledge_for_group(campaign, cell, LINES, actor=officer, at=NINE)
    committee = make_holder("capuy", Role.PARTY_COMMITTEE, agency.root)
    assert pledge_for_group(campaign, cell, LINES, actor=committee, at=NINE).group_id == cell.pk
    for user in (agency.head, agency.office, make_holder("khac", Role.UNION_OFFICER, agency.other)):
        with pytest.raises(PermissionDenied):
            pledge_for_group(campaign, group, LINES, actor=user, at=NINE)
    elsewhere = make_unit("KHAC")
    stranger = make_holder("la2", Role.UNION_OFFICER, elsewhere)
    with pytest.raises(PledgeError, match="không thuộc cơ quan"):
        pledge_for_group(campaign, make_group("CD-K", elsewhere), LINES, actor=stranger, at=NINE)


def test_people_pledge_for_themselves_alone(agency: Agency, campaign: Campaign) -> None:
    user = make_account("lan")
    Person.objects.filter(pk=agency.lan.pk).update(user=user)
    pledge = pledge_oneself(campaign, LINES, actor=user, at=NINE)
    assert (pledge.person_id, pledge.unit_id) == (agency.lan.pk, agency.unit.pk)
    leader = pledge_oneself(campaign, LINES, actor=agency.member, at=NINE)  # Works at the agency itself.
    assert leader.unit_id == agency.root.pk
    assert counted(campaign)["CCKL"] == (1, 1)
    elsewhere = make_person(make_unit("KHAC"), "Người Khác", user=make_account("khac"))
    with pytest.raises(PermissionDenied):
        pledge_oneself(campaign, LINES, actor=elsewhere.user, at=NINE)  # type: ignore[arg-type]
    with pytest.raises(PermissionDenied):
        withdraw_pledge(pledge, "Thay", actor=agency.head, at=NINE)
    with pytest.raises(PledgeError):
        withdraw_pledge(pledge, "", actor=user, at=NINE)
    assert withdraw_pledge(pledge, "Chuyển công tác", actor=user, at=NINE).state == "WITHDRAWN"
    with pytest.raises(PledgeError):
        withdraw_pledge(pledge, "Lần nữa", actor=user, at=NINE)


def test_nothing_is_pledged_once_the_movement_is_closed(agency: Agency, campaign: Campaign) -> None:
    close_campaign(campaign, actor=agency.office, at=NINE)
    with pytest.raises(PledgeError, match="đã kết thúc"):
        pledge_for_unit(campaign, agency.unit.pk, LINES, actor=agency.head, at=NINE)


def test_who_counts_are_those_who_work_there_now(agency: Agency, campaign: Campaign) -> None:
    section = make_unit("TO-1", agency.unit, kind=UnitKind.SECTION)
    worker = make_person(section, "Nguyễn An", user=make_account("an"))
    guard = make_person(agency.unit, "Bảo Vệ", user=make_account("bv"), contract=ContractKind.SUPPLIER)
    pledge_oneself(campaign, LINES, actor=worker.user, at=NINE)  # type: ignore[arg-type]
    pledge_oneself(campaign, LINES, actor=guard.user, at=NINE)  # type: ignore[arg-type]
    assert counted(campaign) == {"CCKL": (1, 2), "CCTL": (0, 0)}
    worker.posts.update(valid_to=MONDAY)
    assert counted(campaign)["CCKL"] == (0, 1)


def test_somebody_told_twice_counts_once(agency: Agency, campaign: Campaign) -> None:
    twin = make_person(agency.unit, "Trần T. Lan", user=make_account("lan2"))
    pledge_oneself(campaign, LINES, actor=twin.user, at=NINE)  # type: ignore[arg-type]
    third = make_person(agency.unit, "Trần Lan", user=make_account("lan3"))
    user = twin.user
    Person.objects.filter(pk=twin.pk).update(merged_into=third, user=None)
    Person.objects.filter(pk=third.pk).update(merged_into=agency.lan, user=None)
    Person.objects.filter(pk=agency.lan.pk).update(user=user)
    assert counted(campaign)["CCKL"] == (1, 1)
    standing = standing_of_person(campaign, agency.lan.pk)
    assert standing
    assert pledge_oneself(campaign, LINES, actor=user, at=NINE).pk == standing.pk  # type: ignore[arg-type]
    withdraw_pledge(standing, "Ký lại", actor=user, at=NINE)  # type: ignore[arg-type]
    assert counted(campaign)["CCKL"] == (0, 1)


def test_lines_are_told_apart_by_line() -> None:
    assert lines_of(" a \n\n b\r\nc ") == ["a", "b", "c"]


def asked(campaign: Campaign, agency: Agency, day: datetime.date = MONDAY) -> Asked:
    units = [agency.unit.pk, agency.other.pk]
    return Asked(datetime.date(2021, 9, 16), day, clock(20, day=day), {agency.root.pk: units}, about=campaign.code)


def by_hand(sql: str, *params: object) -> Measured:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        part, whole = cursor.fetchone()
    return Measured(part, whole)


PLEDGED = """
SELECT count(DISTINCT pledged.person_id), count(DISTINCT post.person_id)
FROM organization_post post LEFT JOIN movement_pledge pledged
  ON pledged.person_id = post.person_id AND pledged.state = 'CONFIRMED' AND pledged.campaign_id = %s
WHERE post.kind = 'HOME' AND post.contract <> 'SUPPLIER' AND post.unit_id IN (%s, %s)
  AND post.valid_from <= %s AND (post.valid_to IS NULL OR post.valid_to > %s)
"""
LAUNCHED = """
SELECT count(*) FROM movement_launch
WHERE campaign_id = %s AND state = 'RECORDED' AND launched_on <= '2021-09-30'
"""


def test_people_who_pledged_equal_sql_by_hand(agency: Agency, campaign: Campaign) -> None:
    indicator = find("movement.people_pledged")
    assert indicator
    for number in range(4):
        person = make_person(
            agency.unit if number else agency.other, f"Người {number}", user=make_account(f"n{number}")
        )
        if number != 2:
            pledge_oneself(campaign, LINES, actor=person.user, at=NINE)  # type: ignore[arg-type]
    hand = by_hand(PLEDGED, campaign.pk, agency.unit.pk, agency.other.pk, MONDAY, MONDAY)
    question = asked(campaign, agency)
    assert indicator.measure(question) == {agency.root.pk: hand}
    assert hand == Measured(3, 5)
    records = indicator.records(question, agency.root.pk)[0:10]
    assert sum(one.part for one in records) == 3
    earlier = Asked(question.first, MONDAY, clock(8), question.members, about=campaign.code)
    assert indicator.measure(earlier)[agency.root.pk].part == 0


def test_units_that_launched_in_time_equal_sql_by_hand(agency: Agency, campaign: Campaign) -> None:
    indicator, late = find("movement.launched"), datetime.date(2021, 10, 1)
    assert indicator
    assert indicator.measure(asked(campaign, agency)) == {}
    make_launch(campaign, agency.unit, agency.head)
    assert indicator.measure(asked(campaign, agency))[agency.root.pk] == Measured(1, 1)
    make_launch(campaign, agency.other, agency.stranger, at=clock(9, day=late), launched_on=late)
    [(in_time,)] = [_rows(LAUNCHED, campaign.pk)]
    assert indicator.measure(asked(campaign, agency, late))[agency.root.pk] == Measured(in_time, 2)
    assert len(indicator.records(asked(campaign, agency, late), agency.root.pk)) == 2


def _rows(sql: str, *params: object) -> tuple[int, ...]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        found: tuple[int, ...] = cursor.fetchone()
    return found


@pytest.mark.django_db(transaction=True)
def test_two_taps_at_once_make_one_pledge() -> None:
    agency = Agency()
    campaign = make_campaign(agency.root, agency.office, opened=True)
    works = [lambda: make_pledge(campaign, agency.unit, agency.head).pk] * 2
    assert len(set(at_once(*works))) == 1
    assert Pledge.objects.count() == 1
