"""The pages that change the organization, as those who keep it use them; each works without scripts."""

import datetime
import io
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from python_calamine import CalamineWorkbook

from tests.factories.areas import make_area
from tests.factories.organization import (
    MONDAY,
    START,
    clock,
    make_absence,
    make_group,
    make_holder,
    make_person,
    make_roster,
    make_shift,
    make_site,
    make_unit,
)
from tests.factories.staff_lists import workbook_of
from vungxanh.accounts.models import User
from vungxanh.common import clock as clocks
from vungxanh.organization import roles
from vungxanh.organization.enums import AbsenceKind, Role
from vungxanh.organization.imports.columns import ABSENCE_COLUMNS, ROSTER_COLUMNS
from vungxanh.organization.models import (
    Absence,
    Delegation,
    DuplicateCandidate,
    Group,
    Person,
    Place,
    RosterEntry,
    Shift,
    Site,
    Unit,
)
from vungxanh.organization.operations.staff_rows import note_duplicates
from vungxanh.organization.tree import all_tree_on

pytestmark = pytest.mark.django_db
LATER = datetime.date(2021, 10, 1)


@pytest.fixture
def agency() -> SimpleNamespace:
    root = make_unit("SO")
    unit, other = make_unit("CC", root), make_unit("TT", root)
    return SimpleNamespace(
        root=root,
        unit=unit,
        other=other,
        personnel=make_holder("tochuc", Role.PERSONNEL, root),
        administrator=make_holder("quantri", Role.ADMINISTRATOR, root),
        head=make_holder("truong", Role.UNIT_HEAD, unit),
        person=make_person(unit, "Lê Thị Ánh"),
    )


def ask(user: User, path: str, given: dict[str, Any] | None = None) -> Any:
    """GET without `given`, else POST; at nine on Monday."""
    client = Client()
    client.force_login(user, "vungxanh.accounts.backends.NameOrPhoneBackend")
    with clocks.at(clock(9)):
        return client.get(f"/to-chuc/{path}") if given is None else client.post(f"/to-chuc/{path}", given)


UNIT = {"name": "Chi cục Thủy lợi", "short_name": "Thủy lợi", "kind": "SUBORDINATE_UNIT", "position": "1"}


def test_unit_when_founded_by_its_form(agency: SimpleNamespace) -> None:
    make_area("26")
    given = {**UNIT, "code": "cctl", "parent": agency.root.pk, "valid_from": MONDAY, "basis": "QĐ 1", "has_seal": "on"}
    assert ask(agency.personnel, "don-vi/SO/lap/", {**given, "area_code": "99"}).status_code == 422
    assert ask(agency.personnel, "don-vi/SO/lap/", {**given, "area_code": "26"}).status_code == 302
    node = all_tree_on(MONDAY).by_code("CCTL")
    assert node is not None
    assert (node.name, node.has_seal, node.has_fund, bool(node.area_id)) == ("Chi cục Thủy lợi", True, False, True)


def test_unit_when_changed_by_its_form_keeps_what_it_was(agency: SimpleNamespace) -> None:
    page = ask(agency.personnel, "don-vi/CC/sua/").content.decode()
    assert 'value="Đơn vị CC"' in page
    given = {**UNIT, "parent": agency.other.pk, "valid_from": LATER, "basis": "QĐ 2"}
    assert ask(agency.personnel, "don-vi/CC/sua/", given).status_code == 302
    shown = ask(agency.personnel, "don-vi/CC/?ngay=2021-10-02").content.decode()
    assert "Chi cục Thủy lợi" in shown
    assert all_tree_on(MONDAY)[agency.unit.pk].name == "Đơn vị CC"


@pytest.mark.parametrize("path", ["/to-chuc/", "/to-chuc/don-vi/CC/", "/dia-ban/"])
@pytest.mark.parametrize(("asked", "status"), [("2021-13-40", 400), ("hôm qua", 400), ("", 200), ("2021-10-02", 200)])
def test_day_that_is_none_is_refused_in_words(agency: SimpleNamespace, path: str, asked: str, status: int) -> None:
    client = Client()
    client.force_login(agency.personnel)
    answer = client.get(path, {"ngay": asked})
    assert answer.status_code == status
    assert ("Không đọc được yêu cầu" in answer.content.decode()) is (status == 400)


def test_unit_when_merged_by_its_form(agency: SimpleNamespace) -> None:
    given = {"valid_from": LATER, "basis": "Sáp nhập"}
    refused = ask(agency.personnel, "don-vi/CC/ket-thuc/", given)
    assert refused.status_code == 422
    assert "Sáp nhập" in refused.content.decode()
    assert ask(agency.personnel, "don-vi/CC/ket-thuc/", {**given, "into": agency.other.pk}).status_code == 302
    assert Unit.objects.get(code="CC").successor == agency.other


def test_gates_and_rooms_by_their_forms(agency: SimpleNamespace) -> None:
    make_site("TS", agency.unit)
    assert "Chưa có cổng, phòng, xe" in ask(agency.head, "dia-diem/TS/cong-phong-xe/").content.decode()
    given = {"code": "cong1", "name": "Cổng chính", "kind": "GATE", "has_fixed_code": "on"}
    refused = ask(agency.personnel, "dia-diem/TS/cong-phong-xe/them/", given)
    assert (refused.status_code, "Mã của cổng đổi trên màn hình" in refused.content.decode()) == (422, True)
    del given["has_fixed_code"]
    assert ask(agency.personnel, "dia-diem/TS/cong-phong-xe/them/", given).status_code == 302
    ask(agency.personnel, "cong-phong-xe/CONG1/", {"name": "Cổng số 1", "capacity": "300"})
    ask(agency.personnel, "cong-phong-xe/CONG1/dong/", {"day": "2021-10-02"})
    place = Place.objects.get()
    assert (place.code, place.name, place.capacity, place.closed_on) == (
        "CONG1",
        "Cổng số 1",
        300,
        datetime.date(2021, 10, 2),
    )
    assert "02/10/2021" in ask(agency.personnel, "dia-diem/TS/cong-phong-xe/").content.decode()


def test_site_and_shift_by_their_forms(agency: SimpleNamespace) -> None:
    ask(agency.personnel, "don-vi/CC/dia-diem/", {"code": "ts1", "name": "Trụ sở"})
    ask(agency.personnel, "dia-diem/TS1/", {"name": "Trụ sở mới", "address": "Số 1"})
    assert Site.objects.get(code="TS1").name == "Trụ sở mới"
    ask(agency.personnel, "dia-diem/TS1/dong/", {"day": LATER})
    assert Site.objects.get(code="TS1").closed_on == LATER
    ask(agency.head, "don-vi/CC/ca/", {"code": "dem", "name": "Ca đêm", "starts": "22:00", "ends": "06:00"})
    assert Shift.objects.get().code == "DEM"


NEW = {
    "staff_code": "cb9",
    "full_name": "NGUYỄN VĂN BÌNH",
    "phone": "0912 345 678",
    "title": "Kế toán",
    "contract": "CIVIL_SERVANT",
    "pattern": "T2, T4",
    "valid_from": MONDAY,
}


def test_person_when_added_by_the_form(agency: SimpleNamespace) -> None:
    assert ask(agency.personnel, "nguoi/them/", {**NEW, "unit": agency.unit.pk}).status_code == 302
    person = Person.objects.get(staff_code="CB9")
    post = person.posts.get()
    assert (person.full_name, person.phone) == ("Nguyễn Văn Bình", "+84912345678")
    assert (post.pattern, post.weekdays, post.title) == ("WEEKDAYS", 0b101, "Kế toán")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("staff_code", "CB 9?"),
        ("full_name", "Bình"),
        ("phone", "12"),
        ("identity_number", "123"),
        ("pattern", "Tùy ý"),
        ("residence_code", "99999"),
        ("birth_date", "31/02/1990"),
    ],
)
def test_person_when_a_field_is_wrong_is_not_added_and_the_rest_stays_typed(
    agency: SimpleNamespace, field: str, value: str
) -> None:
    answer = ask(agency.personnel, "nguoi/them/", {**NEW, "unit": agency.unit.pk, field: value})
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    assert "Kế toán" in answer.content.decode()
    assert Person.objects.count() == 1


def test_person_when_corrected_transferred_seconded_and_ended(agency: SimpleNamespace) -> None:
    path = f"nguoi/{agency.person.staff_code}/"
    assert ask(agency.personnel, f"{path}sua/", {"full_name": "Lê Thị Ánh Tuyết", "sex": "FEMALE"}).status_code == 302
    move = {"unit": agency.other.pk, "title": "Phó", "valid_from": MONDAY, "basis": "QĐ 3"}
    assert ask(agency.personnel, f"{path}dieu-dong/", move).status_code == 302
    assert ask(agency.personnel, f"{path}biet-phai/", {**move, "unit": agency.unit.pk}).status_code == 302
    person = Person.objects.get(pk=agency.person.pk)
    secondment = person.posts.get(kind="SECONDMENT")
    assert ask(agency.personnel, f"vi-tri/{secondment.pk}/ket-thuc/", {"day": LATER}).status_code == 302
    page = ask(agency.personnel, path).content.decode()
    assert "Lê Thị Ánh Tuyết" in page
    assert page.count("01/10/2021") == 1


def test_person_page_shows_the_identity_number_to_the_keeper_and_not_to_the_head(agency: SimpleNamespace) -> None:
    Person.objects.filter(pk=agency.person.pk).update(identity_number="026185000001")
    seen = [
        "026185000001" in ask(user, f"nguoi/{agency.person.staff_code}/").content.decode()
        for user in (agency.personnel, agency.head)
    ]
    assert seen == [True, False]


def test_telephone_is_shown_as_it_is_spoken_and_kept_as_it_is_dialled(agency: SimpleNamespace) -> None:
    Person.objects.filter(pk=agency.person.pk).update(phone="+84912345678")
    path = f"nguoi/{agency.person.staff_code}/sua/"
    assert 'value="0912 345 678"' in ask(agency.personnel, path).content.decode()
    assert ask(agency.personnel, path, {"full_name": "Lê Thị Anh", "phone": "0912 345 678"}).status_code == 302
    assert Person.objects.get(pk=agency.person.pk).phone == "+84912345678"


def test_person_page_leads_to_the_level_only_whom_it_opens_for(agency: SimpleNamespace) -> None:
    level = f"/nguy-co/nguoi/{agency.person.pseudonym}/"
    for user, opens in ((agency.personnel, False), (agency.head, True)):
        assert (level in ask(user, f"nguoi/{agency.person.staff_code}/").content.decode()) is opens
        client = Client()
        client.force_login(user)
        assert (client.get(level).status_code == 200) is opens


def test_person_who_left_is_still_found_by_the_keeper(agency: SimpleNamespace) -> None:
    agency.person.posts.update(valid_to=MONDAY)
    path = f"nguoi/{agency.person.staff_code}/"
    assert [ask(user, path).status_code for user in (agency.personnel, agency.head)] == [200, 404]


@pytest.mark.parametrize(("decision", "left"), [("FIRST", 1), ("SECOND", 1), ("TWO", 2)])
def test_duplicates_when_decided(agency: SimpleNamespace, decision: str, left: int) -> None:
    twin = make_person(agency.other, "Le Thi Anh")
    Person.objects.update(birth_date=datetime.date(1985, 9, 5))
    note_duplicates(list(Person.objects.all()), at=clock(8))
    pair = DuplicateCandidate.objects.get()
    assert twin.staff_code in ask(agency.personnel, "nghi-trung/").content.decode()
    assert ask(agency.personnel, f"nghi-trung/{pair.pk}/", {}).status_code == 302
    ask(agency.personnel, f"nghi-trung/{pair.pk}/", {"decision": decision})
    assert Person.objects.filter(merged_into__isnull=True).count() == left
    assert twin.staff_code not in ask(agency.personnel, "nghi-trung/").content.decode()


def test_accounts_when_made_come_as_a_spreadsheet_that_opens_the_door(agency: SimpleNamespace) -> None:
    page = ask(agency.personnel, "nguoi/").content.decode()
    assert "1 người chưa có tài khoản" in page
    answer = ask(agency.personnel, "nguoi/cap-tai-khoan/", {})
    (row,) = CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_index(0).to_python()[1:]
    assert User.objects.get(username=row[2]).check_password(row[3])
    assert "chưa có tài khoản" not in ask(agency.personnel, "nguoi/").content.decode()


def uploaded(content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile("tep.xlsx", content)


def test_absences_from_a_file_are_checked_or_recorded(agency: SimpleNamespace) -> None:
    row = {"staff_code": agency.person.staff_code, "kind": "Nghỉ phép"}
    days = {"first_day": "20/09/2021", "last_day": "20/09/2021"}
    content = workbook_of(ABSENCE_COLUMNS, [{**row, **days}])
    assert ask(agency.head, "vang-mat/nhap/", {"file": uploaded(content), "do": "check"}).status_code == 200
    assert Absence.objects.count() == 0
    assert ask(agency.head, "vang-mat/nhap/", {"file": uploaded(content), "do": "record"}).status_code == 302
    assert Absence.objects.count() == 1
    wrong = workbook_of(ABSENCE_COLUMNS, [{**row, **days, "kind": "Đi chơi"}])
    answer = ask(agency.head, "vang-mat/nhap/", {"file": uploaded(wrong), "do": "record"})
    assert (answer.status_code, "B2: " in answer.content.decode()) == (422, True)


def test_roster_from_a_file_is_recorded(agency: SimpleNamespace) -> None:
    row = {"staff_code": agency.person.staff_code, "date": "25/09/2021", "shift_code": "TRUC"}
    content = workbook_of(ROSTER_COLUMNS, [row])
    assert ask(agency.head, "don-vi/CC/lich-truc/nhap/", {"file": uploaded(content), "do": "record"}).status_code == 302
    assert RosterEntry.objects.get().person == agency.person


@pytest.mark.parametrize("path", ["vang-mat/mau/", "lich-truc/mau/", "nhap-danh-sach/mau/"])
def test_template_is_a_spreadsheet(agency: SimpleNamespace, path: str) -> None:
    rows = CalamineWorkbook.from_filelike(io.BytesIO(ask(agency.head, path).content)).get_sheet_by_index(0).to_python()
    assert (rows[0][0], len(rows)) == ("Mã cán bộ", 2)


def test_roster_of_a_month_when_typed_into_the_grid(agency: SimpleNamespace) -> None:
    make_shift(agency.unit)
    make_roster(agency.person, MONDAY, agency.unit)
    path = "don-vi/CC/lich-truc/thang/?thang=2021-09"
    page = ask(agency.head, path).content.decode()
    cell = f"o-{agency.person.pk}-2021-09-"
    assert f'name="{cell}30"' in page
    assert page.count('value="TRUC"') == 2
    assert ask(agency.head, path, {f"{cell}20": "", f"{cell}21": "dem", f"{cell}25": "Truc"}).status_code == 302
    rows = RosterEntry.objects.order_by("date").values_list("date__day", "kind")
    assert list(rows) == [(21, "SHIFT"), (25, "DUTY")]
    refused = ask(agency.head, path, {f"{cell}22": "KHAC"})
    assert (refused.status_code, 'value="KHAC"' in refused.content.decode()) == (422, True)
    assert RosterEntry.objects.count() == 2


def test_roster_of_a_month_leaves_people_of_others_alone(agency: SimpleNamespace) -> None:
    stranger = make_person(agency.other, "Lê Văn Bình")
    make_roster(stranger, MONDAY, agency.other)
    ask(agency.head, "don-vi/CC/lich-truc/thang/?thang=2021-09", {f"o-{stranger.pk}-2021-09-20": ""})
    assert RosterEntry.objects.count() == 1


def test_group_when_founded_joined_and_left(agency: SimpleNamespace) -> None:
    given = {"code": "cd", "name": "Công đoàn Sở", "kind": "TRADE_UNION", "unit": agency.root.pk}
    assert ask(agency.personnel, "nhom/lap/", given).status_code == 302
    assert ask(agency.personnel, "nhom/CD/", {"staff_code": "KHONG", "valid_from": START}).status_code == 422
    join = {"staff_code": agency.person.staff_code, "valid_from": START}
    assert ask(agency.personnel, "nhom/CD/", join).status_code == 302
    assert "Lê Thị Ánh" in ask(agency.personnel, "nhom/CD/").content.decode()
    joined = Group.objects.get().memberships.get()
    assert ask(agency.personnel, f"thanh-vien/{joined.pk}/roi/", {}).status_code == 302
    assert "Lê Thị Ánh" not in ask(agency.personnel, "nhom/CD/").content.decode()


def test_delegation_by_personnel_for_somebody_away(agency: SimpleNamespace) -> None:
    make_person(agency.unit, "Trần Trưởng", user=agency.head)
    deputy = make_holder("pho", Role.UNIT_DEPUTY, agency.unit)
    given = {
        "what": f"UNIT_HEAD:{agency.unit.pk}",
        "delegate": "pho",
        "first_day": MONDAY,
        "last_day": LATER,
        "reason": "Đi học",
    }
    assert "Chưa có ai làm thay người này" in ask(agency.personnel, "uy-quyen/?cho=truong").content.decode()
    assert ask(agency.personnel, "uy-quyen/?cho=truong", given).status_code == 302
    assert Role.UNIT_HEAD in {one.role for one in roles.holdings(deputy, on=MONDAY)}
    assert ask(deputy, "uy-quyen/?cho=truong").status_code == 404


def test_delegation_that_is_wrong_is_refused_in_words(agency: SimpleNamespace) -> None:
    deputy, stranger = make_holder("pho", Role.UNIT_DEPUTY, agency.unit), make_holder("la", Role.GUARD, agency.other)
    right = {
        "what": f"UNIT_HEAD:{agency.unit.pk}",
        "delegate": "pho",
        "first_day": MONDAY,
        "last_day": LATER,
        "reason": "Đi học",
    }
    for wrong, words in (
        ({"last_day": MONDAY - datetime.timedelta(days=1)}, "Ngày cuối trước ngày đầu"),
        ({"first_day": MONDAY - datetime.timedelta(days=1)}, "Ngày đầu sớm nhất là hôm nay"),
        ({"delegate": "truong"}, "Hãy ủy quyền cho người khác"),
        ({"delegate": "la"}, "không công tác tại đơn vị này"),
        ({"delegate": "khongco"}, "Không có tài khoản"),
    ):
        answer = ask(agency.head, "uy-quyen/", {**right, **wrong})
        assert (answer.status_code, words in answer.content.decode()) == (422, True), wrong
    assert not Delegation.objects.exists()
    for _tap in range(2):
        assert ask(agency.head, "uy-quyen/", right).status_code == 302
    made = Delegation.objects.get()
    assert made.delegate == deputy
    assert "đã có Pho" in ask(agency.head, "uy-quyen/", {**right, "reason": "x", "last_day": MONDAY}).content.decode()
    assert ask(stranger, f"uy-quyen/{made.pk}/thu-hoi/", {}).status_code == 404


def test_delegation_that_is_over_is_not_revoked(agency: SimpleNamespace) -> None:
    days = {"first_day": START, "last_day": MONDAY - datetime.timedelta(days=1), "reason": "x", "made_at": clock(8)}
    deputy = make_holder("pho", Role.UNIT_DEPUTY, agency.unit)
    made = agency.head.delegations_given.create(delegate=deputy, role=Role.UNIT_HEAD, unit=agency.unit, **days)
    page = ask(agency.head, "uy-quyen/").content.decode()
    assert "đã hết hạn" in page
    assert f"uy-quyen/{made.pk}/thu-hoi/" not in page
    assert ask(agency.head, f"uy-quyen/{made.pk}/thu-hoi/", {}).status_code == 302
    made.refresh_from_db()
    assert made.revoked_at is None


def test_delegation_page_names_the_deputies(agency: SimpleNamespace) -> None:
    make_holder("pho", Role.UNIT_DEPUTY, agency.unit)
    make_holder("phokhac", Role.UNIT_DEPUTY, agency.other)
    page = ask(agency.head, "uy-quyen/").content.decode()
    assert "Cấp phó và tên đăng nhập" in page
    assert "pho." in page
    assert "phokhac" not in page


def test_last_administrator_is_told_why_the_role_stays(agency: SimpleNamespace) -> None:
    given = agency.administrator.role_assignments.get()
    assert ask(agency.administrator, f"vai-tro/{given.pk}/thu-hoi/", {}).status_code == 302
    given.refresh_from_db()
    assert given.valid_to is None


LISTS = [
    "",
    "don-vi/CC/",
    "nguoi/",
    "nhom/",
    "nhom/CD/",
    "nghi-trung/",
    "don-vi/CC/lich-truc/",
    "don-vi/CC/lich-truc/thang/",
    "vai-tro/",
    "uy-quyen/?cho=truong",
    "lich/",
]


@pytest.mark.parametrize("path", LISTS)
def test_list_asks_the_database_the_same_for_one_row_and_for_three(agency: SimpleNamespace, path: str) -> None:
    make_person(agency.unit, "Trần Trưởng", user=agency.head)
    group = make_group("CD", agency.root)
    counts = []
    for rows in (1, 2):
        for number in range(rows):
            grow(agency, group, f"{rows}{number}")
        with CaptureQueriesContext(connection) as queries:
            assert ask(agency.administrator, path).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]


def grow(agency: SimpleNamespace, group: Group, number: str) -> None:
    """One more row of everything that a page lists."""
    unit = make_unit(f"P{number}", agency.unit)
    people = [make_person(agency.unit, "Lê Thị Ánh") for _ in range(2)]
    site = make_site(f"TS{number}", agency.unit)
    people[0].posts.update(site=site)
    group.memberships.create(person=people[0], valid_from=START)
    make_group(f"N{number}", unit)
    make_roster(people[0], MONDAY, agency.unit, shift=make_shift(agency.unit, f"C{number}"))
    make_absence(people[0], AbsenceKind.LEAVE)
    DuplicateCandidate.objects.create(first=people[0], second=people[1], why="trùng tên", found_at=clock(8))
    user = make_holder(f"u{number}", Role.UNIT_CLERK, agency.unit)
    days = {"first_day": MONDAY, "last_day": LATER, "reason": "x", "made_at": clock(8)}
    agency.head.delegations_given.create(delegate=user, role=Role.UNIT_HEAD, unit=agency.unit, **days)
    agency.unit.calendar_days.create(
        date=MONDAY + datetime.timedelta(days=int(number)), kind="WORKING", reason="Bù ngày"
    )
