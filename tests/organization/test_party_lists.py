"""A list of outside parties: what is new, changed or as it was, and every fault by its cell; the whole file or none."""

from types import SimpleNamespace
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.factories.parties import make_party
from tests.factories.risk import clock, make_unit, make_user
from tests.factories.staff_lists import workbook_of
from vungxanh.audit.models import AuditEvent
from vungxanh.common import clock as clocks
from vungxanh.organization.enums import PartyKind, Role
from vungxanh.organization.imports.columns import PARTY_COLUMNS, tax_code_cell
from vungxanh.organization.models import Party, PartyAlias
from vungxanh.organization.operations.lists import ImportResult
from vungxanh.organization.operations.parties import change_party, merge_parties
from vungxanh.organization.operations.party_lists import import_parties

pytestmark = pytest.mark.django_db
BACKEND = "vungxanh.accounts.backends.NameOrPhoneBackend"
NINE = clock(9)
PAGE = "/to-chuc/doi-tac/nhap/"


@pytest.fixture
def agency() -> SimpleNamespace:
    root, other = make_unit("SO"), make_unit("KHAC")
    return SimpleNamespace(
        root=root,
        other=other,
        office=make_user("vanphong", Role.OFFICE, root),
        head=make_user("truong", Role.UNIT_HEAD, make_unit("CC", root)),
    )


def line(name: str = "Công ty TNHH Sao Mai", **more: str) -> dict[str, str]:
    return {"name": name, "kind": "Doanh nghiệp", **more}


def run(known: SimpleNamespace, *lines: dict[str, str], **more: Any) -> ImportResult:
    given = {"agency": known.root, "file_name": "doi-tac.xlsx", "dry_run": False, "actor": known.office, "at": NINE}
    return import_parties(workbook_of(PARTY_COLUMNS, lines), **{**given, **more})


def figures(result: ImportResult) -> tuple[int, int, int, list[str]]:
    return result.created, result.updated, result.unchanged, result.faults


def stored() -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    return list(Party.objects.order_by("pk").values()), list(PartyAlias.objects.order_by("pk").values())


FULL = {
    "code": "dn-saomai",
    "tax_code": "0100109106",
    "aliases": "SM Co.; Sao Mai; Ngôi sao buổi sớm",
    "address": "Vĩnh Yên",
    "contact_name": "Trần Thị Hoa",
    "phone": "0912345678",
    "email": "Hoa@Saomai.vn",
}


# --- What is taken in ------------------------------------------------------------------------------------------------


def test_first_list_registers_every_line_with_all_that_it_says(agency: SimpleNamespace) -> None:
    lines = [line(**FULL), line("Hộ bà Tư", kind="ho kinh doanh"), line("Công ty cổ phần Đông Á", kind="Người ủng hộ")]
    assert figures(run(agency, *lines)) == (3, 0, 0, [])
    party = Party.objects.get(code="DN-SAOMAI")
    assert (party.name, party.tax_code, party.address) == ("Công ty TNHH Sao Mai", "0100109106", "Vĩnh Yên")
    assert (party.contact_name, party.phone, party.email) == ("Trần Thị Hoa", "+84912345678", "hoa@saomai.vn")
    assert set(party.aliases.values_list("text", flat=True)) == {"SM Co.", "Ngôi sao buổi sớm"}
    others = Party.objects.exclude(pk=party.pk).order_by("pk").values_list("code", "kind", "search_name")
    assert list(others) == [
        ("DT-HOBATU", PartyKind.HOUSEHOLD, "ho ba tu"),
        ("DT-DONGA", PartyKind.SUPPORTER, "cong ty co phan dong a"),
    ]
    event = AuditEvent.objects.get(action="organization.import_parties")
    assert (event.detail, event.unit_id) == ({"created": 3, "updated": 0, "unchanged": 0}, agency.root.pk)


def test_same_list_again_changes_nothing(agency: SimpleNamespace) -> None:
    lines = [line(**FULL), line("Hộ bà Tư"), line("Bình Minh", tax_code="0300588569"), line("Bình Minh", code="BM-2")]
    run(agency, *lines)
    before = stored()
    assert figures(run(agency, *lines)) == (0, 0, 4, [])
    assert stored() == before


def test_dry_run_says_what_is_new_and_changed_and_writes_nothing(agency: SimpleNamespace) -> None:
    run(agency, line(**FULL), line("Hộ bà Tư"))
    before = stored()
    lines = [
        line("Tập đoàn Sao Mai", code="DN-SAOMAI", kind="Đơn vị phối hợp", aliases="Sao Mai Group"),
        line("hộ BÀ TƯ", address="Phúc Yên"),
        line("Công ty Sao Mai Mới"),
        line("Đông Á"),
    ]
    dry = run(agency, *lines, dry_run=True)
    assert (figures(dry), stored()) == ((2, 2, 0, []), before)
    assert dry.changes == [
        "Dòng 2, Tập đoàn Sao Mai (DN-SAOMAI): Tên đối tác: Công ty TNHH Sao Mai → Tập đoàn Sao Mai; "
        "Loại: doanh nghiệp → đơn vị phối hợp; Tên gọi khác: + Sao Mai Group",
        "Dòng 3, Hộ bà Tư (DT-HOBATU): Địa chỉ: – → Phúc Yên",
        "Dòng 4, Công ty Sao Mai Mới: mới, mã DT-SAOMAIMOI",
        "Dòng 5, Đông Á: mới, mã DT-DONGA",
    ]
    assert figures(run(agency, *lines)) == figures(dry)
    party = Party.objects.get(code="DN-SAOMAI")
    assert (party.name, party.address, party.kind) == ("Tập đoàn Sao Mai", "Vĩnh Yên", PartyKind.PARTNER)
    assert party.aliases.filter(text="Công ty TNHH Sao Mai").exists()


def test_an_empty_cell_leaves_what_is_there(agency: SimpleNamespace) -> None:
    run(agency, line(**FULL))
    before = stored()
    assert figures(run(agency, line(tax_code="0100109106"))) == (0, 0, 1, [])
    assert stored() == before


def test_old_list_after_a_merge_or_a_new_name_changes_nothing(agency: SimpleNamespace) -> None:
    lines = [
        line(**FULL),
        line("Ngôi sao", code="NS", tax_code="0300588569", address="Phúc Yên"),
        line("Hộ bà Tư", address="Tam Đảo"),
    ]
    run(agency, *lines)
    keep, gone = Party.objects.get(code="DN-SAOMAI"), Party.objects.get(code="NS")
    merge_parties(gone, keep, actor=agency.office, at=NINE)
    household = Party.objects.get(code="DT-HOBATU")
    change_party(household, values={"name": "Quán bà Tư", "kind": "HOUSEHOLD"}, actor=agency.office, at=NINE)
    before = stored()
    assert figures(run(agency, *lines)) == (0, 0, 3, [])
    by_tax_code = line("Ngôi sao", tax_code="0300588569", address="Nơi khác")
    assert figures(run(agency, by_tax_code)) == (0, 0, 1, [])
    assert stored() == before


def test_line_without_a_code_is_known_by_its_tax_code_or_by_any_name(agency: SimpleNamespace) -> None:
    run(agency, line(**FULL))
    for known in (line("CÔNG TY SAO MAI", tax_code="0100109106"), line("cty Sao Mai"), line("ngoi sao buoi som")):
        assert figures(run(agency, known)) == (0, 0, 1, [])
    branch = line("Sao Mai", tax_code="0100109106-001")
    assert figures(run(agency, branch)) == (1, 0, 0, [])
    assert Party.objects.get(tax_code="0100109106-001").code == "DT-SAOMAI"
    assert figures(run(agency, line("Sao Mai", tax_code="0300588569"))) == (1, 0, 0, [])
    assert Party.objects.get(tax_code="0300588569").code == "DT-SAOMAI-2"


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("100109106", "0100109106"),
        ("26185000001", "026185000001"),
        ("100109106001", "0100109106-001"),
        ("2500150335", "2500150335"),
    ],
)
def test_tax_code_that_a_spreadsheet_took_for_a_figure_gets_its_zero_back(cell: str, code: str) -> None:
    assert tax_code_cell(cell) == code


# --- What is refused -------------------------------------------------------------------------------------------------


PLANTED = {
    "A3": {"code": "DN 1?"},
    "A4": {"code": "X-KHAC"},
    "A5": {"code": "DN-SAOMAI"},
    "B6": {"name": ""},
    "B7": {"name": "..."},
    "B8": {"name": "Hai Bà"},
    "B9": {"name": "Đông Á"},
    "C10": {"kind": "Công ty ma"},
    "C11": {"kind": ""},
    "D12": {"tax_code": "0100109107"},
    "D13": {"tax_code": "0100686174"},
    "D14": {"tax_code": "0100109106"},
    "E15": {"aliases": "Tên hay; ?"},
    "H16": {"phone": "12"},
    "I17": {"email": "khong-phai-thu"},
}


def test_planted_faults_are_named_by_their_cells_and_nothing_is_written(agency: SimpleNamespace) -> None:
    make_party("X-KHAC", agency.other)
    make_party("HB-1", agency.root, "Hai Bà", tax_code="0101248141")
    make_party("HB-2", agency.root, "Công ty Hai Bà", tax_code="0300588569")
    make_party("FPT", agency.root, "Một tên khác", tax_code="0100686174")
    before = stored()
    planted = [line(f"Đối tác {number}") | wrong for number, wrong in enumerate(PLANTED.values())]
    planted[6] = line("Đông Á")
    result = run(agency, line(**FULL), *planted, line("Công ty Đông Á", code="DA"), line("Người tốt", code="TOT"))
    assert [fault.split(":")[0] for fault in result.faults] == [cell for cell in PLANTED if cell != "B9"] + ["B18"]
    by_cell = dict(fault.split(": ", 1) for fault in result.faults)
    assert by_cell["A5"] == "“DN-SAOMAI” đã có ở dòng 2"
    assert by_cell["B8"] == "“Hai Bà” có thể là HB-1, HB-2: hãy ghi mã đối tác hoặc mã số thuế"
    assert "chữ số kiểm tra" in by_cell["D12"]
    assert by_cell["D13"] == "“0100686174” trong danh bạ là của Một tên khác (FPT)"
    assert by_cell["D14"] == "“0100109106” đã có ở dòng 2"
    assert by_cell["B18"] == "“Công ty Đông Á” đã có ở dòng 9"
    assert stored() == before
    assert not AuditEvent.objects.filter(action="organization.import_parties").exists()


def test_two_lines_that_mean_one_party_of_the_register_are_refused(agency: SimpleNamespace) -> None:
    run(agency, line(**FULL))
    result = run(agency, line(code="DN-SAOMAI", address="Vĩnh Yên"), line("Sao Mai", tax_code="0100109106"))
    assert result.faults == ["B3: “Sao Mai” đã có ở dòng 2"]


def test_tax_code_of_another_party_under_its_own_code_is_refused(agency: SimpleNamespace) -> None:
    run(agency, line(**FULL), line("Đông Á", code="DA"))
    result = run(agency, line("Đông Á", code="DA", tax_code="0100109106"))
    assert result.faults == ["D2: “0100109106” trong danh bạ là của Công ty TNHH Sao Mai (DN-SAOMAI)"]


def test_list_of_another_agency_is_refused(agency: SimpleNamespace) -> None:
    for more in ({"actor": agency.head}, {"agency": agency.other}):
        with pytest.raises(PermissionDenied):
            run(agency, line(), **more)
    assert not Party.objects.exists()


def test_long_list_takes_no_more_queries_than_a_short_one(agency: SimpleNamespace) -> None:
    def queries(first: int, count: int) -> int:
        lines = [line(f"Đối tác số {number}", aliases=f"ĐT{number}") for number in range(first, first + count)]
        with CaptureQueriesContext(connection) as seen:
            assert run(agency, *lines).created == count
        return len(seen)

    assert queries(100, 2) == queries(200, 60)


# --- The page --------------------------------------------------------------------------------------------------------


def ask(user: Any, path: str, **posted: Any) -> Any:
    client = Client()
    client.force_login(user, BACKEND)
    with clocks.at(NINE):
        return client.post(path, posted, follow=True) if posted else client.get(path)


def test_page_checks_then_records_and_says_so(agency: SimpleNamespace) -> None:
    def send(do: str, *lines: dict[str, str]) -> Any:
        file = SimpleUploadedFile("doi-tac.xlsx", workbook_of(PARTY_COLUMNS, lines))
        return ask(agency.office, PAGE, file=file, agency=str(agency.root.pk), do=do)

    assert PAGE in ask(agency.office, "/to-chuc/doi-tac/").content.decode()
    checked = send("check", line(**FULL)).content.decode()
    assert ("Dòng 2, Công ty TNHH Sao Mai: mới, mã DN-SAOMAI" in checked, Party.objects.count()) == (True, 0)
    wrong = send("record", line(tax_code="0100109107"))
    assert (wrong.status_code, "D2: " in wrong.content.decode(), Party.objects.count()) == (422, True, 0)
    assert "Đã ghi 1 dòng mới" in send("record", line(**FULL)).content.decode()
    assert "sửa 1 dòng" in send("record", line(code="DN-SAOMAI", address="Tam Đảo")).content.decode()
    assert Party.objects.get().address == "Tam Đảo"


def test_page_takes_no_agency_of_somebody_else(agency: SimpleNamespace) -> None:
    file = SimpleUploadedFile("doi-tac.xlsx", workbook_of(PARTY_COLUMNS, [line()]))
    answer = ask(agency.office, PAGE, file=file, agency=str(agency.other.pk), do="record")
    assert (answer.status_code, Party.objects.count()) == (422, 0)


def test_template_is_what_the_import_reads(agency: SimpleNamespace) -> None:
    content = ask(agency.office, "/to-chuc/doi-tac/mau/").content
    given = {"agency": agency.root, "file_name": "mau.xlsx", "dry_run": False, "actor": agency.office, "at": NINE}
    assert figures(import_parties(content, **given)) == (1, 0, 0, [])
