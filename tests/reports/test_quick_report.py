"""Báo cáo nhanh: the figures of the control room on one page, drafted once by the clock, again by the Office."""

import datetime
import io

import pypdf
import pytest
from croniter import croniter
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.factories.organization import make_roster
from tests.factories.risk import (
    MONDAY,
    START,
    clock,
    declare,
    make_person,
    make_person_day,
    make_unit,
    make_user,
)
from vungxanh.accounts.models import User
from vungxanh.areas.enums import AreaTier
from vungxanh.areas.models import AdministrativeUnit
from vungxanh.common import clock as clocks
from vungxanh.common import schedule
from vungxanh.documents.content import Content, Paragraph, Table, read
from vungxanh.documents.models import Paper
from vungxanh.documents.operations import withdraw_paper
from vungxanh.documents.printing import pdf
from vungxanh.documents.printing.printed import printed
from vungxanh.documents.rulebook import LAYOUT
from vungxanh.notifications.models import Notification
from vungxanh.organization.enums import Role, UnitKind
from vungxanh.organization.models import Unit, UnitVersion
from vungxanh.reports.operations import draft_due_papers, draft_quick_report
from vungxanh.reports.queries.control_room import control_room
from vungxanh.reports.rulebook import EARLIEST, LATEST, QUICK_REPORT
from vungxanh.risk.enums import Cause, ReturnKind, ReturnState
from vungxanh.risk.models import DailyReturn
from vungxanh.risk.operations import assess_people, assess_zones, open_unusual_return, submit_return

pytestmark = pytest.mark.django_db
BACKEND = "vungxanh.accounts.backends.NameOrPhoneBackend"
FIVE_PAST = clock(15, 5)
SUNDAY = MONDAY - datetime.timedelta(days=1)
RULE = QUICK_REPORT.current().in_force(MONDAY)


class Department:
    """Four units: one sent in time, one late, one nothing; the fourth has an unusual return and somebody at risk."""

    def __init__(self) -> None:
        province = AdministrativeUnit.objects.create(
            code="26", name="Tỉnh Vĩnh Phúc", tier=AreaTier.PROVINCE, valid_from=START
        )
        self.root = make_unit("SNN", is_reporting_point=False, area=province)
        self.units = [make_unit(f"CC{n}", self.root) for n in range(4)]
        self.heads = [make_user(f"truong{n}", Role.UNIT_HEAD, unit) for n, unit in enumerate(self.units)]
        self.office = make_user("vanphong", Role.OFFICE, self.root)
        make_person(self.units[0], "Nguyễn Thị Hồng Vân", title="Chánh Văn phòng")
        for unit in self.units:
            for name in ("An", "Bình"):
                make_person_day(make_person(unit, f"{name} {unit.code}"), unit)
        ill, well = make_person(self.units[3], "Cúc"), make_person(self.units[1], "Dũng")
        make_person_day(ill, self.units[3])
        make_person_day(well, self.units[1])
        declare(ill, self.units[3], clock(7), has_fever=True, had_contact_with_case=True)
        declare(well, self.units[1], clock(7))
        assess_people([ill.pseudonym, well.pseudonym], day=MONDAY, at=clock(7), cause=Cause.DECLARATION)
        assess_zones([unit.pk for unit in self.units], day=MONDAY, at=clock(9))
        self.send(0, clock(14, 21))
        self.send(1, clock(15, 2))
        open_unusual_return(self.units[3].pk, day=MONDAY, at=clock(9, 40), cause="Có người tiếp xúc")
        self.send(3, clock(14, 50))

    def send(self, number: int, at: datetime.datetime) -> None:
        submit_return(self.units[number].pk, day=MONDAY, kind=ReturnKind.DAILY, actor=self.heads[number], at=at)


@pytest.fixture
def department() -> Department:
    return Department()


def table_of(content: Content) -> Table:
    [table] = [one for one in content.body if isinstance(one, Table)]
    return table


def remarks_of(content: Content) -> list[str]:
    return [one.text for _at, one in content.free_parts]


def pages_of(paper: Paper) -> list[str]:
    ready = printed(read(paper.content), paper.stamp, LAYOUT.current().in_force(paper.day), day=paper.day)
    return [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf.pdf(ready))).pages]


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user, BACKEND)
    return client


def test_clock_drafts_one_report_and_tells_the_office(department: Department) -> None:
    assert draft_due_papers(at=clock(15, 4)) == []
    [paper] = draft_due_papers(at=FIVE_PAST)
    assert draft_due_papers(at=clock(15, 10)) == []
    assert (paper.unit, paper.day, paper.state) == (department.root, MONDAY, "DRAFT")
    [told] = Notification.objects.filter(topic="documents.drafted")
    assert (told.recipient, told.address) == (department.office, f"/van-ban/{paper.pk}/")


def test_figures_are_those_of_the_control_room(department: Department) -> None:
    [paper] = draft_due_papers(at=FIVE_PAST)
    table, room = table_of(paper.parts), control_room(department.office, MONDAY, at=FIVE_PAST)
    zones = {"GREEN": "Xanh", "YELLOW": "Vàng", "ORANGE": "Cam", "RED": "Đỏ", "": "–"}
    by_name = {row.unit.short_name: row for row in room.all_rows}
    assert [cells[1] for cells in table.rows] == ["CC0", "CC1", "CC2", "CC3"]
    for cells in table.rows:
        row = by_name[cells[1]]
        by_code = {cell.duty.code: cell.status for cell in row.cells}
        assert cells[2] == str(row.counts.expected)
        for place, code in ((3, "arrival"), (4, "leaving")):
            assert cells[place] == f"{by_code[code].done}/{by_code[code].expected}"
        assert cells[5:7] == (str(row.counts.excused), str(row.counts.arrival_missing + row.counts.leaving_missing))
        assert cells[7] == zones[row.zone]
        assert cells[8].split(" ")[0] == (row.daily_return.says or "Chưa nộp").split(" ")[0]
    sent, owed = room.returns
    assert table.foot[2:4] == (
        str(room.totals.expected),
        f"{room.totals.arrival_declared}/{room.totals.arrival_expected}",
    )
    assert table.foot[8] == f"{sent}/{owed}"


def test_state_of_each_return_is_written_out(department: Department) -> None:
    [paper] = draft_due_papers(at=FIVE_PAST)
    assert [cells[8] for cells in table_of(paper.parts).rows] == ["14:21", "15:02 (muộn)", "Chưa nộp", "14:50"]


def test_remarks_are_computed_sentences(department: Department) -> None:
    [paper] = draft_due_papers(at=FIVE_PAST)
    returns, levels, unusual = remarks_of(paper.parts)
    assert returns == (
        "1. Nộp báo cáo ngày: 3/4 đơn vị đã nộp, đúng hạn 2 đơn vị, đạt 50%. Nộp muộn: CC1 (15:02). Chưa nộp: CC2. "
        "Khai khi đến 2/10 người, đạt 20%. Quá giờ chưa khai 8 lượt: CC0 (2), CC1 (2), CC2 (2), CC3 (2)."
    )
    assert levels == "2. Nguy cơ rất cao 1 người: CC3 (1); nguy cơ cao 0 người."
    assert unusual == "3. Trong ngày có 1 báo cáo bất thường: CC3 mở 07:00, chưa báo cáo."


def test_quiet_day_says_so() -> None:
    root = make_unit("SNN")
    make_user("vanphong", Role.OFFICE, root)
    [paper] = draft_due_papers(at=FIVE_PAST)
    assert remarks_of(paper.parts)[1:] == [RULE.levels_none, RULE.unusual_none]
    assert "0/1 đơn vị đã nộp, đúng hạn 0 đơn vị, đạt 0%" in remarks_of(paper.parts)[0]


def test_paper_has_its_head_and_its_signer(department: Department) -> None:
    [paper] = draft_due_papers(at=FIVE_PAST)
    [page] = pages_of(paper)
    for words in (
        "UBND TỈNH VĨNH PHÚC",
        "ĐƠN VỊ SNN",
        "BÁO CÁO NHANH",
        "ngày 20 tháng 9 năm 2021",
        "số liệu đến 15 giờ 05",
        "TL. GIÁM ĐỐC",
        "CHÁNH VĂN PHÒNG",
        "Nguyễn Thị Hồng Vân",
        "- Lưu: VT, VP.",
    ):
        assert words in page


def test_day_off_without_anybody_on_duty_has_no_report(department: Department) -> None:
    at = clock(15, 5, SUNDAY)
    assert draft_due_papers(at=at) == []
    make_roster(make_person(department.units[0], "Trực"), SUNDAY, department.units[0])
    [paper] = draft_due_papers(at=at)
    assert [cells[8] for cells in table_of(paper.parts).rows] == ["Chưa nộp", "–", "–", "–"]


def test_thirty_units_with_long_remarks_fit_on_one_page() -> None:
    root = make_unit("SNN", is_reporting_point=False)
    sender, flagged = make_user("vanphong", Role.OFFICE, root), []

    def make_return(unit: Unit, kind: ReturnKind, opened: datetime.datetime, sent: datetime.datetime) -> None:
        moments = {"opened_at": opened, "prepared_at": opened, "due_at": clock(15), "submitted_at": sent}
        of = {"unit": unit, "day": MONDAY, "kind": kind, "state": ReturnState.SUBMITTED, "number": 5}
        DailyReturn.objects.create(**of, **moments, submitted_by=sender, is_on_time=False)

    for number in range(30):
        unit = make_unit(f"CC{number:02}", root)
        UnitVersion.objects.filter(unit=unit).update(short_name=f"Chi cục Chăn nuôi, Thú y {number:02}")
        person = make_person(unit, f"An {number}")
        make_person_day(person, unit)
        if number < 12:
            declare(person, unit, clock(7), has_fever=True, had_contact_with_case=number % 2 == 0)
            flagged.append(person.pseudonym)
            make_return(unit, ReturnKind.UNUSUAL, clock(9, number), clock(9, 30))
            make_return(unit, ReturnKind.DAILY, clock(14), clock(15, 1))
    assess_people(flagged, day=MONDAY, at=clock(7), cause=Cause.DECLARATION)
    [paper] = draft_due_papers(at=FIVE_PAST)
    assert len(table_of(paper.parts).rows) == 30
    assert "khác" in remarks_of(paper.parts)[0]
    assert len(pages_of(paper)) == 1


def test_report_takes_as_many_queries_for_many_units(department: Department) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as seen:
            draft_due_papers(at=FIVE_PAST)
        Paper.objects.all().delete()
        return len(seen)

    draft_due_papers(at=FIVE_PAST)
    Paper.objects.all().delete()
    few = queries()
    for number in range(4, 9):
        make_unit(f"CC{number}", department.root)
    assert queries() == few


def test_nested_office_gets_a_report_of_its_own(department: Department) -> None:
    station = make_unit("TRAM", department.units[0], kind=UnitKind.STATION)
    make_user("vanphong0", Role.OFFICE, department.units[0])
    found = {paper.unit.code: len(table_of(paper.parts).rows) for paper in draft_due_papers(at=FIVE_PAST)}
    assert found == {"SNN": 5, "CC0": 2}
    assert station.pk not in {paper.unit_id for paper in Paper.objects.all()}


def test_drafted_again_it_has_the_figures_of_now(department: Department) -> None:
    [paper] = draft_due_papers(at=FIVE_PAST)
    department.send(2, clock(15, 30))
    client = client_of(department.office)
    with clocks.at(clock(15, 40)):
        client.post(reverse("documents:paper_redraft", args=[paper.pk]))
    newest = Paper.objects.get(version=2)
    assert table_of(newest.parts).rows[2][8] == "15:30 (muộn)"
    assert table_of(Paper.objects.get(version=1).parts).rows[2][8] == "Chưa nộp"
    assert "15 giờ 40" in newest.parts.body[0].text  # type: ignore[union-attr]


def test_control_room_leads_to_the_report_or_drafts_it(department: Department) -> None:
    client = client_of(department.office)
    day, draft = (
        reverse("reports:control_room_day", args=[MONDAY]),
        reverse("reports:quick_report_draft", args=[MONDAY]),
    )
    with clocks.at(clock(14)):
        assert draft in client.get(day).content.decode()
        made = client.post(draft)
        paper = Paper.objects.get()
        assert made["Location"] == f"/van-ban/{paper.pk}/"
        assert client.post(draft)["Location"] == f"/van-ban/{paper.pk}/"
        page = client.get(day).content.decode()
        assert f"/van-ban/{paper.pk}/" in page
        assert draft not in page
    assert (paper.drafted_by, Paper.objects.count()) == (department.office, 1)


@pytest.mark.parametrize("who", [Role.DIRECTOR, Role.HEALTH_OFFICER, Role.UNIT_HEAD])
def test_only_the_office_drafts_it(department: Department, who: Role) -> None:
    user = make_user("khac", who, department.root)
    with clocks.at(clock(14)):
        assert client_of(user).post(reverse("reports:quick_report_draft", args=[MONDAY])).status_code == 403
    assert not Paper.objects.exists()


def test_report_of_a_day_to_come_is_not_there(department: Department) -> None:
    tomorrow = MONDAY + datetime.timedelta(days=1)
    with clocks.at(clock(14)):
        answer = client_of(department.office).post(reverse("reports:quick_report_draft", args=[tomorrow]))
    assert answer.status_code == 404


def test_report_of_a_past_day_says_when_it_was_drafted(department: Department) -> None:
    at = clock(8, 10, MONDAY + datetime.timedelta(days=1))
    paper = draft_quick_report(department.root.pk, MONDAY, actor=department.office, at=at)
    opening = paper.parts.body[0]
    assert isinstance(opening, Paragraph)
    assert "8 giờ 10 ngày 21/09/2021, của ngày 20 tháng 9 năm 2021" in opening.text


def test_withdrawn_report_is_shown_and_drafted_again_on_its_page(department: Department) -> None:
    [paper] = draft_due_papers(at=FIVE_PAST)
    withdraw_paper(paper, "Sai số liệu", actor=department.office, at=clock(15, 6))
    assert draft_due_papers(at=clock(15, 10)) == []
    assert draft_quick_report(department.root.pk, MONDAY, actor=department.office, at=clock(16)) == paper


def test_two_people_with_the_signing_post_leave_the_name_open(department: Department) -> None:
    make_person(department.units[1], "Người thứ hai", title="Chánh Văn phòng")
    [paper] = draft_due_papers(at=FIVE_PAST)
    assert paper.parts.signer == ""


def test_job_looks_within_the_hours_that_the_rules_allow() -> None:
    [job] = [one for one in schedule.jobs() if one.name == "reports.draft_papers"]
    day = croniter(job.cron, clock(0))
    runs = [day.get_next(datetime.datetime).time() for _ in range(72)]
    assert (runs[0], runs[-1]) == (EARLIEST, LATEST)


def test_wrong_words_in_the_rule_are_named() -> None:
    edition = QUICK_REPORT.current().in_force(MONDAY)
    at = datetime.time(20)
    changed = {name: getattr(edition, name) for name in edition.__struct_fields__}
    wrong = type(edition)(
        **{**changed, "levels": "{ho_ten}", "opening": "{", "signature": ("TL. GIÁM ĐỐC",), "drafted_at": at}
    )
    assert {fault.where.removeprefix("x.") for fault in wrong.faults("x")} == {
        "levels",
        "opening",
        "signature",
        "drafted_at",
    }
