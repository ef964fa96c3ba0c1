"""What cannot wait for the daily return: which events open an unusual one, once, who answers, who hears if late."""

import datetime
import re
import uuid
from pathlib import Path

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from tests.factories.areas import make_area, make_level
from tests.factories.risk import MONDAY, clock, declare, make_unit, make_user
from tests.risk.conftest import Agency
from vungxanh.areas.enums import EpidemicLevel
from vungxanh.common import clock as clocks
from vungxanh.common.decision_tables import RuleFileError
from vungxanh.notifications.models import Notification
from vungxanh.organization.enums import Role
from vungxanh.organization.models import UnitVersion
from vungxanh.risk import operations
from vungxanh.risk.enums import Cause, ReturnKind
from vungxanh.risk.models import DailyReturn, UnusualEvent
from vungxanh.risk.rulebook import UNUSUAL_EVENTS

pytestmark = pytest.mark.django_db
RULE = UNUSUAL_EVENTS.current().in_force(MONDAY)
DAY = datetime.timedelta(days=1)


def events() -> list[tuple[str, str]]:
    return list(UnusualEvent.objects.order_by("pk").values_list("code", "says"))


def assess_zones(agency: Agency, at: datetime.datetime) -> None:
    operations.assess_zones([agency.root.pk, agency.unit.pk], day=at.date(), at=at)


def submit(agency: Agency, at: datetime.datetime, note: str = "Đã cho về, báo y tế") -> DailyReturn:
    return operations.submit_return(
        agency.unit.pk, day=at.date(), kind=ReturnKind.UNUSUAL, actor=agency.head, at=at, note=note
    )


@pytest.mark.parametrize(
    ("kind", "level", "is_after", "code"),
    [
        ("PERSON_LEVEL", "LOW", True, ""),
        ("PERSON_LEVEL", "MEDIUM", False, ""),
        ("PERSON_LEVEL", "HIGH", False, ""),
        ("PERSON_LEVEL", "VERY_HIGH", False, "RC"),
        ("PERSON_LEVEL", "VERY_HIGH", True, "RC"),
        ("PERSON_LEVEL", "MEDIUM", True, "NC"),
        ("VISITOR_LEVEL", "LOW", True, ""),
        ("VISITOR_LEVEL", "HIGH", False, "KG"),
        ("VISITOR_LEVEL", "VERY_HIGH", True, "KG"),
        ("AREA_LEVEL", "YELLOW", True, ""),
        ("AREA_LEVEL", "ORANGE", False, "DB"),
        ("AREA_LEVEL", "RED", False, "DB"),
    ],
)
def test_story_of_a_level(kind: str, level: str, is_after: bool, code: str) -> None:
    row = RULE.of_level(kind, level, is_after_return=is_after)
    assert (row.code if row else "") == code


@pytest.mark.parametrize(("reason", "code"), [("FEVER", "CG"), ("LEVEL", "CG"), ("NOT_DECLARED", ""), ("INSIDE", "")])
def test_story_of_a_gate(reason: str, code: str) -> None:
    row = RULE.of_gate(reason, is_after_return=False)
    assert (row.code if row else "") == code


def test_every_row_of_the_rule_has_a_story() -> None:
    assert {row.code for row in RULE.event} == {"RC", "NC", "KG", "DB", "CG"}


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ('code = "NC"', 'code = "RC"', "mỗi mã chỉ được dùng một lần"),
        ('from_level = "ORANGE"', 'from_level = "HIGH"', "from_level"),
        ('reasons = ["FEVER", "LEVEL"]', "reasons = []", "việc ở cổng nêu reasons"),
        ("vùng {level}", "vùng {ten}", "trong câu chỉ được có {level}"),
        ("within_minutes = 60", "within_minutes = 0", "ít nhất 1 phút"),
    ],
)
def test_file_with_a_fault_is_refused_in_words(tmp_path: Path, old: str, new: str, fault: str) -> None:
    text, changed = UNUSUAL_EVENTS.path.read_text(encoding="utf-8"), tmp_path / UNUSUAL_EVENTS.name
    assert old in text
    changed.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(RuleFileError, match=re.escape(fault)):
        UNUSUAL_EVENTS.check(changed)


def test_person_whose_level_rises_is_one_event_and_the_next_is_added(agency: Agency) -> None:
    for minute, person in ((0, agency.lan), (5, agency.minh)):
        at = clock(16, minute)
        declare(person, agency.unit, at, symptom_count=1)
        operations.assess_people([person.pseudonym], day=MONDAY, at=at, cause=Cause.DECLARATION)
    assert events() == [("NC", "Mức nguy cơ của một người tăng lên trung bình.")] * 2
    assert DailyReturn.objects.filter(kind=ReturnKind.UNUSUAL).count() == 1


def test_area_that_is_published_as_red_opens_a_return_at_once_and_once(agency: Agency) -> None:
    area = make_area("243")
    make_level(area, EpidemicLevel.GREEN, MONDAY - 9 * DAY, valid_to=MONDAY)
    UnitVersion.objects.filter(unit=agency.unit).update(area=area)
    assess_zones(agency, clock(9, day=MONDAY - DAY))
    make_level(area, EpidemicLevel.RED, MONDAY)
    for minute in (0, 15):
        assess_zones(agency, clock(8, minute))
    assert events() == [("DB", "Địa bàn của đơn vị được công bố là vùng đỏ (cấp 4).")]
    [opened] = DailyReturn.objects.all()
    assert (opened.kind, opened.opened_at, opened.due_at) == ("UNUSUAL", clock(8), clock(9))
    submit(agency, clock(8, 30))
    assess_zones(agency, clock(10))
    assert UnusualEvent.objects.count() == 1


def test_area_that_is_published_as_better_or_was_red_from_the_first_judgement_opens_nothing(agency: Agency) -> None:
    area = make_area("243")
    make_level(area, EpidemicLevel.RED, MONDAY - 9 * DAY, valid_to=MONDAY)
    UnitVersion.objects.filter(unit=agency.unit).update(area=area)
    assess_zones(agency, clock(9, day=MONDAY - DAY))
    make_level(area, EpidemicLevel.ORANGE, MONDAY)
    assess_zones(agency, clock(8))
    assert events() == []


def test_somebody_held_at_the_gate_is_told_once_a_day_to_the_unit_where_they_are_counted(agency: Agency) -> None:
    site_unit = make_unit("TRU-SO", agency.root)
    for hour, reason in ((7, "NOT_DECLARED"), (8, "FEVER"), (9, "LEVEL")):
        operations.note_all_held([(agency.lan.pseudonym, reason, site_unit.pk)], at=clock(hour))
    operations.note_all_held([(uuid.uuid4(), "FEVER", site_unit.pk)], at=clock(10))
    found = UnusualEvent.objects.order_by("pk").values_list("code", "unit__code", "at")
    assert list(found) == [("CG", "CCKL", clock(8)), ("CG", "TRU-SO", clock(10))]


def test_held_visitor_is_told_once_for_each_visit(agency: Agency) -> None:
    for visit, hour in ((1, 8), (1, 9), (2, 10)):
        operations.note_held_visitor(visit, "HIGH", agency.unit.pk, at=clock(hour))
    operations.note_held_visitor(3, "HIGH", agency.root.pk, at=clock(11))
    assert events() == [("KG", "Một khách của đơn vị bị tạm giữ vì tờ khai, mời người phụ trách y tế.")] * 2
    assert DailyReturn.objects.filter(kind=ReturnKind.UNUSUAL).count() == 1


def test_event_where_nobody_answers_for_the_unit_opens_nothing(agency: Agency) -> None:
    operations.note_all_held([(uuid.uuid4(), "FEVER", agency.root.pk)], at=clock(10))
    assert events() == []


def test_return_that_is_late_is_told_above_once_and_settled_when_it_comes(agency: Agency) -> None:
    make_user("giamdoc", Role.DIRECTOR, agency.root)
    make_user("vanphong", Role.OFFICE, agency.root)
    operations.note_all_held([(agency.lan.pseudonym, "FEVER", agency.unit.pk)], at=clock(8))
    assert [operations.remind_of_unusual(at=clock(*at)) for at in ((8, 59), (9, 0), (9, 1), (9, 30))] == [0, 2, 0, 0]
    told = Notification.objects.filter(topic="risk.return_missing")
    assert set(told.values_list("recipient__username", "title")) == {
        (name, "CCKL: quá hạn 09:00 mà chưa nộp báo cáo bất thường") for name in ("giamdoc", "vanphong")
    }
    submit(agency, clock(9, 40))
    assert not Notification.objects.filter(settled_at__isnull=True).exists()


def test_nothing_is_told_a_day_later(agency: Agency) -> None:
    make_user("vanphong", Role.OFFICE, agency.root)
    operations.note_all_held([(agency.lan.pseudonym, "FEVER", agency.unit.pk)], at=clock(8))
    assert operations.remind_of_unusual(at=clock(9, 1, day=MONDAY + DAY)) == 0


def test_page_says_who_answers_and_afterwards_how_long_it_took(agency: Agency, client: Client) -> None:
    operations.note_all_held([(agency.lan.pseudonym, "FEVER", agency.unit.pk)], at=clock(8))
    client.force_login(agency.head)
    address = reverse("risk:return_page", args=[agency.unit.code, MONDAY])
    with clocks.at(clock(8, 10)):
        page = " ".join(client.get(address).content.decode().split())
    assert "Cổng giữ lại một người, mời người phụ trách y tế." in page
    assert "Người phải trả lời: Truong." in page
    submit(agency, clock(8, 42))
    with clocks.at(clock(9)):
        page = " ".join(client.get(address).content.decode().split())
    assert "Nộp sau khi có việc 42 phút." in page
    assert "08:00 Cổng giữ lại một người" in page


def test_event_without_words_or_twice_is_refused_by_the_database(agency: Agency) -> None:
    operations.note_all_held([(agency.lan.pseudonym, "FEVER", agency.unit.pk)], at=clock(8))
    event = UnusualEvent.objects.get()
    for values in ({"says": ""}, {"key": ""}):
        with pytest.raises(IntegrityError), transaction.atomic():
            UnusualEvent.objects.filter(pk=event.pk).update(**values)
    with pytest.raises(IntegrityError), transaction.atomic():
        UnusualEvent.objects.create(
            unit=event.unit, opened=event.opened, code="CG", key=event.key, says="Nữa", at=clock(9)
        )
