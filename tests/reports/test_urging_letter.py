"""Công văn đôn đốc: after so many days on which a unit was reminded in vain, one letter a cause, to that unit."""

import datetime
import uuid

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.factories.risk import MONDAY, clock, make_person, make_person_day, make_unit, make_user
from vungxanh.common import clock as clocks
from vungxanh.documents.content import Table
from vungxanh.documents.models import Paper
from vungxanh.documents.operations import draft_again, issue_paper, withdraw_paper
from vungxanh.notifications.models import Notification
from vungxanh.organization.enums import Role
from vungxanh.organization.models import Unit
from vungxanh.reports.kinds import URGING_LETTER_KIND
from vungxanh.reports.operations import draft_due_papers, urge_units
from vungxanh.reports.queries.late_days import day_after, first_of_window
from vungxanh.reports.queries.papers import URGING
from vungxanh.reports.rulebook import URGING_LETTER
from vungxanh.risk.enums import ReturnKind
from vungxanh.risk.operations import explain_return, remind_of_returns, submit_return

pytestmark = pytest.mark.django_db
RULE = URGING_LETTER.current().in_force(MONDAY)
ONE = datetime.timedelta(days=1)
DAYS = [MONDAY + ONE * n for n in range(8)]
"""From Monday to the Monday after; the sixth and seventh are a weekend."""


class Agency:
    """A unit that is late, and one that is not, below an Office; both have somebody who is to declare."""

    def __init__(self) -> None:
        self.root = make_unit("SNN", is_reporting_point=False)
        self.late, self.good = make_unit("KL", self.root), make_unit("TY", self.root)
        self.office = make_user("vanphong", Role.OFFICE, self.root)
        self.heads = {unit.pk: make_user(f"truong{unit.pk}", Role.UNIT_HEAD, unit) for unit in self.units}
        self.people = {unit.pk: make_person(unit, f"An {unit.code}") for unit in self.units}

    @property
    def units(self) -> list[Unit]:
        return [self.late, self.good]

    def live(self, day: datetime.date, *, late: datetime.time | None = datetime.time(15, 30)) -> list[Paper]:
        """A day with its reminders; the late unit sends at `late`, or not at all. Returns the letters of the day."""
        for unit in self.units:
            make_person_day(self.people[unit.pk], unit, day)
        self.send(self.good, clock(13, day=day))
        for minute in (0, 30, 50):
            remind_of_returns(at=clock(14, minute, day=day))
        if late:
            self.send(self.late, clocks.moment(day, late))
        return self.letters(clock(16, 30, day=day))

    def send(self, unit: Unit, at: datetime.datetime) -> None:
        submit_return(unit.pk, day=at.date(), kind=ReturnKind.DAILY, actor=self.heads[unit.pk], at=at)

    def letters(self, at: datetime.datetime) -> list[Paper]:
        return [paper for paper in draft_due_papers(at=at) if paper.kind == URGING]


@pytest.fixture
def agency() -> Agency:
    return Agency()


@pytest.fixture
def letter(agency: Agency) -> Paper:
    for day in DAYS[:2]:
        agency.live(day)
    [letter] = agency.live(DAYS[2], late=None)
    return letter


def text_of(letter: Paper) -> str:
    return "\n".join(part.text for _at, part in letter.parts.free_parts)


def rows_of(letter: Paper) -> tuple[tuple[str, ...], ...]:
    [table] = [one for one in letter.parts.body if isinstance(one, Table)]
    return table.rows


def test_rule_is_three_of_five_working_days() -> None:
    assert (RULE.times, RULE.within_working_days) == (3, 5)


def test_third_late_day_drafts_a_letter_to_the_unit(agency: Agency) -> None:
    assert agency.live(DAYS[0]) == []
    assert agency.live(DAYS[1]) == []
    [letter] = agency.live(DAYS[2])
    assert (letter.unit, letter.addressee, letter.day) == (agency.root, agency.late, DAYS[2])
    assert letter.parts.addressees == ("Đơn vị KL",)
    assert Notification.objects.filter(topic="documents.drafted", key=f"documents.drafted:{letter.pk}").count() == 1


def test_letter_lists_days_hours_and_what_is_missing(agency: Agency, letter: Paper) -> None:
    reminded = "Nhắc 14:00, 14:30, 14:50"
    assert rows_of(letter) == (
        ("20/09/2021", reminded, "Nộp lúc 15:30", "–"),
        ("21/09/2021", reminded, "Nộp lúc 15:30", "–"),
        ("22/09/2021", reminded, "Chưa nộp", "–"),
    )
    text = text_of(letter)
    assert "Từ ngày 20/09/2021 đến ngày 22/09/2021, Đơn vị KL đã được nhắc, đôn đốc nhưng 03 ngày không nộp" in text
    assert "trước 15 giờ" in text
    assert "nộp ngay báo cáo còn thiếu của ngày 22/09;" in text
    assert "trước ngày 24/09/2021" in text


def test_urging_and_reasons_stand_on_the_letter(agency: Agency) -> None:
    for day in DAYS[:2]:
        agency.live(day)
    urge_units(uuid.uuid4(), [agency.late.pk], note="", actor=agency.office, at=clock(14, 55, day=DAYS[2]))
    head = agency.heads[agency.late.pk]
    explain_return(agency.late.pk, DAYS[1], "Mất mạng", actor=head, at=clock(16, day=DAYS[1]))
    [letter] = agency.live(DAYS[2])
    assert rows_of(letter)[1][3] == "Mất mạng"
    assert rows_of(letter)[2][1].endswith("; Văn phòng đôn đốc 14:55")


def test_same_cause_is_never_written_twice(agency: Agency, letter: Paper) -> None:
    assert agency.letters(clock(16, 35, day=DAYS[2])) == []
    assert agency.live(DAYS[3]) == []
    assert agency.live(DAYS[4]) == []
    assert Paper.objects.filter(kind=URGING).count() == 1


def test_withdrawn_letter_is_not_written_again_but_new_days_count(agency: Agency, letter: Paper) -> None:
    withdraw_paper(letter, "Đã trao đổi trực tiếp", actor=agency.office, at=clock(17, day=DAYS[2]))
    assert [agency.live(day) for day in DAYS[3:5]] == [[], []]
    [second] = agency.live(DAYS[7])
    assert [row[0] for row in rows_of(second)] == ["23/09/2021", "24/09/2021", "27/09/2021"]


def test_days_before_the_window_do_not_count(agency: Agency) -> None:
    agency.live(DAYS[0])
    agency.live(DAYS[1])
    for day in DAYS[2:5]:
        agency.live(day, late=datetime.time(14, 55))
    assert agency.live(DAYS[7]) == []


def test_day_sent_in_time_after_a_reminder_does_not_count(agency: Agency) -> None:
    for day in DAYS[:5]:
        assert agency.live(day, late=datetime.time(14, 59)) == []


def test_nothing_is_written_before_its_time_of_the_day(agency: Agency) -> None:
    for day in DAYS[:2]:
        agency.live(day)
    make_person_day(agency.people[agency.late.pk], agency.late, DAYS[2])
    remind_of_returns(at=clock(14, day=DAYS[2]))
    assert agency.letters(clock(16, 25, day=DAYS[2])) == []
    assert len(agency.letters(clock(16, 30, day=DAYS[2]))) == 1


def test_unit_without_an_office_above_gets_none(agency: Agency) -> None:
    make_user("vp2", Role.OFFICE, agency.late)
    lone = make_unit("SO2")
    make_user("vp3", Role.OFFICE, lone)
    person = make_person(lone, "Bình")
    for day in DAYS[:3]:
        agency.live(day)
        make_person_day(person, lone, day)
        remind_of_returns(at=clock(14, 51, day=day))
    letters = agency.letters(clock(17, day=DAYS[2])) + list(Paper.objects.filter(kind=URGING))
    assert {(one.unit.code, one.addressee.code if one.addressee else "") for one in letters} == {("SNN", "KL")}


def test_drafted_again_it_tells_what_came_since(agency: Agency, letter: Paper) -> None:
    agency.send(agency.late, clock(18, day=DAYS[2]))
    again = draft_again(URGING_LETTER_KIND, letter.subject, actor=agency.office, at=clock(18, 5, day=DAYS[2]))
    assert rows_of(again)[2][2] == "Nộp lúc 18:00"
    assert "còn thiếu" not in text_of(again)


def test_issued_letter_is_seen_on_the_page_of_the_unit(agency: Agency, letter: Paper) -> None:
    client = Client()
    client.force_login(agency.heads[agency.late.pk], "vungxanh.accounts.backends.NameOrPhoneBackend")
    at, link = clock(17, day=DAYS[2]), reverse("documents:paper_page", args=[letter.pk])
    with clocks.at(at):
        assert link not in client.get(reverse("reports:unit_today")).content.decode()
        issue_paper(letter, number="9", symbol="SNN-VP", on=DAYS[2], actor=agency.office, at=at)
        assert link in client.get(reverse("reports:unit_today")).content.decode()
        assert client.get(link).status_code == 200
        assert client.get(reverse("documents:paper_pdf", args=[letter.pk])).status_code == 200
    with clocks.at(at + ONE * (RULE.shown_days + 1)):
        assert link not in client.get(reverse("reports:unit_today")).content.decode()


def test_looking_for_letters_takes_as_many_queries_for_many_units(agency: Agency) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert agency.letters(clock(16, 30, day=DAYS[1])) == []
        return len(seen)

    agency.live(DAYS[0])
    agency.live(DAYS[1])
    few = queries()
    for number in range(5):
        unit = make_unit(f"X{number}", agency.root)
        for day in DAYS[:2]:
            make_person_day(make_person(unit, f"Cúc {number} {day}"), unit, day)
    remind_of_returns(at=clock(14, 52, day=DAYS[1]))
    assert queries() == few


def test_windows_are_counted_in_working_days() -> None:
    assert first_of_window(DAYS[7], 5) == DAYS[1]
    assert first_of_window(DAYS[6], 5) == DAYS[0]
    assert day_after(DAYS[4], 2) == DAYS[7] + ONE
