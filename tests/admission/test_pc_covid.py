"""A list of PC-Covid counts as the day's declarations; a faulty one changes nothing and names its cells."""

from types import SimpleNamespace

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.factories.organization import make_nobody, make_person, make_post
from tests.factories.risk import MONDAY, clock, make_unit, make_user
from tests.factories.staff_lists import workbook_of
from vungxanh.accounts.models import User
from vungxanh.admission.imports import columns
from vungxanh.admission.operations.pc_covid import import_pc_covid
from vungxanh.common import clock as clocks
from vungxanh.common.encryption import digest
from vungxanh.organization.enums import Role
from vungxanh.organization.operations.lists import ImportResult
from vungxanh.screening.enums import Window
from vungxanh.screening.models import Declaration
from vungxanh.screening.operations import open_day
from vungxanh.screening.rulebook import QUESTIONNAIRE

pytestmark = pytest.mark.django_db
PHONE, CARD = "+84912345678", "026185000001"
COLUMNS = columns(QUESTIONNAIRE.current().in_force(MONDAY))
AT, CLEAR = "20/09/2021 07:20", "Bình thường"


@pytest.fixture
def agency() -> SimpleNamespace:
    root = make_unit("SO")
    unit, other = make_unit("CC", root), make_unit("KH", root)
    lan = make_person(unit, "Trần Thị Lan")
    hung = make_nobody("Phạm Văn Hùng", phone=PHONE, phone_digest=digest(PHONE))
    son = make_nobody("Lê Văn Sơn", identity_number=CARD, identity_digest=digest(CARD))
    make_post(hung, unit)
    make_post(son, unit)
    khanh = make_person(other, "Đỗ Văn Khánh")
    open_day(MONDAY, at=clock(4))
    return SimpleNamespace(
        lan=lan,
        hung=hung,
        son=son,
        khanh=khanh,
        clerk=make_user("dauloi", Role.UNIT_CLERK, unit),
        guard=make_user("baove", Role.GUARD, unit),
    )


def row(**cells: str) -> dict[str, str]:
    return {"declared_at": AT, "answers": CLEAR, **cells}


def run(actor: User, *rows: dict[str, str], dry_run: bool = False) -> ImportResult:
    content = workbook_of(COLUMNS, rows)
    return import_pc_covid(content, window=Window.ARRIVAL, dry_run=dry_run, actor=actor, at=clock(9))


def test_list_names_people_by_code_telephone_or_card(agency: SimpleNamespace) -> None:
    result = run(
        agency.clerk,
        row(staff_code=agency.lan.staff_code),
        row(phone="0912345678", answers="Ho; Sốt"),
        row(identity_number=CARD),
    )
    assert (result.faults, result.created) == ([], 3)
    found = {one.subject: one for one in Declaration.objects.all()}
    assert set(found) == {agency.lan.pseudonym, agency.hung.pseudonym, agency.son.pseudonym}
    assert (found[agency.hung.pseudonym].symptom_count, found[agency.lan.pseudonym].symptom_count) == (2, 0)
    assert {(one.channel, one.declared_at, one.timeliness) for one in found.values()} == {
        ("PC_COVID", clock(7, 20), "ON_TIME")
    }


def test_list_again_changes_nothing_and_spares_who_declared(agency: SimpleNamespace) -> None:
    given = row(staff_code=agency.lan.staff_code)
    run(agency.clerk, given)
    again = run(agency.clerk, given, row(staff_code=agency.lan.staff_code, declared_at="20/09/2021 07:25"))
    assert (again.faults, again.created, again.unchanged) == ([], 0, 2)
    assert Declaration.objects.count() == 1


@pytest.mark.parametrize(
    ("cells", "cell"),
    [
        ({"staff_code": "KHONG-CO"}, "A3"),
        ({"phone": "0987654321"}, "B3"),
        ({"staff_code": "{lan}", "declared_at": "sáng nay"}, "D3"),
        ({"staff_code": "{lan}", "declared_at": "01/09/2021 07:00"}, "D3"),
        ({"staff_code": "{lan}", "answers": "mệt quá"}, "E3"),
        ({"staff_code": "{lan}", "answers": ""}, "E3"),
        ({"staff_code": "{khanh}"}, "D3"),
        ({}, "A3"),
    ],
)
def test_list_with_any_fault_records_nothing(agency: SimpleNamespace, cells: dict[str, str], cell: str) -> None:
    codes = {"lan": agency.lan.staff_code, "khanh": agency.khanh.staff_code}
    given = {key: value.format(**codes) for key, value in cells.items()}
    result = run(agency.clerk, row(phone="0912345678"), row(**given))
    assert [fault.split(":")[0] for fault in result.faults] == [cell]
    assert not Declaration.objects.exists()


def test_list_that_is_only_checked_records_nothing(agency: SimpleNamespace) -> None:
    result = run(agency.clerk, row(staff_code=agency.lan.staff_code), dry_run=True)
    assert (result.faults, result.created) == ([], 1)
    assert not Declaration.objects.exists()


@pytest.mark.parametrize(("do", "status", "kept"), [("check", 200, 0), ("record", 302, 1)])
def test_page_checks_or_records(agency: SimpleNamespace, do: str, status: int, kept: int) -> None:
    client = Client()
    client.force_login(agency.clerk, "vungxanh.accounts.backends.NameOrPhoneBackend")
    file = SimpleUploadedFile("pc.xlsx", workbook_of(COLUMNS, [row(staff_code=agency.lan.staff_code)]))
    with clocks.at(clock(9)):
        answer = client.post("/khai-bao/pc-covid/", {"file": file, "window": "ARRIVAL", "do": do})
    assert (answer.status_code, Declaration.objects.count()) == (status, kept)


def test_page_is_for_those_who_may(agency: SimpleNamespace) -> None:
    client = Client()
    client.force_login(agency.guard, "vungxanh.accounts.backends.NameOrPhoneBackend")
    with clocks.at(clock(9)):
        assert client.get("/khai-bao/pc-covid/").status_code == 404
