"""Outside parties: tax codes, names that mean the same, two that are one and two again, and who may."""

import datetime
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.factories.organization import make_site
from tests.factories.parties import make_party
from tests.factories.risk import MONDAY, clock, make_unit, make_user
from tests.factories.visits import make_visit
from vungxanh.admission.models import Visit
from vungxanh.admission.operations.visit_parties import name_visits
from vungxanh.audit.models import AuditEvent
from vungxanh.common import clock as clocks
from vungxanh.common.lists.columns import CellError
from vungxanh.organization.enums import Role
from vungxanh.organization.models import Party, PartyAlias, PartyMerge
from vungxanh.organization.operations.parties import (
    change_party,
    merge_parties,
    register_party,
    undo_merge,
)
from vungxanh.organization.queries.parties import all_meant, duplicates_of, match_key, parties_visible_to
from vungxanh.organization.tax_codes import tax_code

pytestmark = pytest.mark.django_db
BACKEND = "vungxanh.accounts.backends.NameOrPhoneBackend"
NINE = clock(9)


@pytest.fixture
def agency() -> SimpleNamespace:
    root, other = make_unit("SO"), make_unit("KHAC")
    unit = make_unit("CC", root)
    return SimpleNamespace(
        root=root,
        site=make_site("CC-1", unit),
        office=make_user("vanphong", Role.OFFICE, root),
        head=make_user("truong", Role.UNIT_HEAD, unit),
        stranger=make_user("khac", Role.OFFICE, other),
        other=other,
    )


def given(**more: str) -> dict[str, str]:
    return {"code": "DN-1", "name": "Công ty TNHH Sao Mai", "kind": "ENTERPRISE", **more}


def ask(user: Any, path: str, **posted: str) -> Any:
    client = Client()
    client.force_login(user, BACKEND)
    with clocks.at(NINE):
        return client.post(path, posted, follow=True) if posted else client.get(path)


# --- Tax codes -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("0100109106", "0100109106"),
        ("0101248141", "0101248141"),
        ("0100686174", "0100686174"),
        ("0300588569", "0300588569"),
        ("01.00.112.437", "0100112437"),
        ("0100109106-001", "0100109106-001"),
        ("0100109106 001", "0100109106-001"),
        ("026185000001", "026185000001"),
    ],
)
def test_tax_code_of_a_published_number(text: str, code: str) -> None:
    assert tax_code(text) == code


@pytest.mark.parametrize(
    "text", ["", "0100109107", "1000109106", "010010910", "01001091060", "0100109106-000", "010010910a", "٠١٠٠١٠٩١٠٦"]
)
def test_tax_code_when_mistyped_is_refused(text: str) -> None:
    with pytest.raises(CellError):
        tax_code(text)


@pytest.mark.parametrize("place", range(9))
def test_tax_code_finds_every_single_wrong_digit(place: int) -> None:
    right = "0100109106"
    for digit in "0123456789":
        wrong = right[:place] + digit + right[place + 1 :]
        if wrong != right:
            with pytest.raises(CellError):
                tax_code(wrong)


# --- Names -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "CÔNG TY TNHH SAO MAI",
        "cty sao mai",
        "Công ty Trách nhiệm hữu hạn Sao  Mai.",
        "Sao Mai",
        "CTCP Sao-Mai",
        "sao mai",
    ],
)
def test_names_that_mean_the_same(text: str) -> None:
    assert match_key(text) == "sao mai"


def test_names_that_mean_something_else() -> None:
    assert match_key("Công ty Sao Mai Vĩnh Phúc") != match_key("Sao Mai")
    assert match_key("Công ty cổ phần") == "cong ty co phan"


def test_list_is_in_vietnamese_order_and_found_without_marks(agency: SimpleNamespace) -> None:
    names = ["Đông Á", "Dung Quất", "Ấn Tượng", "An Bình", "Điện lực"]
    for number, name in enumerate(names):
        make_party(f"P{number}", agency.root, name)
    found = parties_visible_to(agency.head, on=MONDAY)
    assert [one.name for one in found] == ["An Bình", "Ấn Tượng", "Dung Quất", "Điện lực", "Đông Á"]
    assert [one.name for one in parties_visible_to(agency.head, on=MONDAY, search="dong a")] == ["Đông Á"]
    assert not parties_visible_to(agency.stranger, on=MONDAY)


@pytest.mark.parametrize(
    ("search", "is_found"),
    [("mai sao", True), ("0100109106", True), ("dn-1", True), ("cu ky", True), ("xyz", False), ("...", True)],
)
def test_search_by_name_code_tax_code_or_another_name(agency: SimpleNamespace, search: str, is_found: bool) -> None:
    party = make_party("DN-1", agency.root, tax_code="0100109106")
    PartyAlias.objects.create(party=party, text="Tên cũ kỹ", match_key="ten cu ky")
    assert parties_visible_to(agency.office, on=MONDAY, search=search).exists() is is_found


# --- Registering and changing ----------------------------------------------------------------------------------------


def test_register_and_change_are_written_down_and_the_old_name_stays(agency: SimpleNamespace) -> None:
    party = register_party(agency.root, values=given(tax_code="0100109106"), actor=agency.office, at=NINE)
    change_party(party, values=given(name="Tập đoàn Bình Minh"), actor=agency.office, at=NINE)
    party.refresh_from_db()
    assert (party.name, party.tax_code) == ("Tập đoàn Bình Minh", "")
    assert party.aliases.get().text == "Công ty TNHH Sao Mai"
    event = AuditEvent.objects.get(action="organization.change_party")
    assert event.detail == {"fields": ["name", "tax_code"]}


@pytest.mark.parametrize("more", [{"code": "dn-1"}, {"code": "DN-2", "tax_code": "0100109106"}])
def test_register_when_code_or_tax_code_is_taken_is_refused(agency: SimpleNamespace, more: dict[str, str]) -> None:
    make_party("DN-1", agency.root, tax_code="0100109106")
    with pytest.raises(ValidationError, match=r"DN-1|dn-1"):
        register_party(agency.root, values=given(**more), actor=agency.office, at=NINE)
    assert Party.objects.count() == 1


@pytest.mark.parametrize("who", ["head", "stranger"])
def test_only_the_office_of_the_agency_keeps_parties(agency: SimpleNamespace, who: str) -> None:
    with pytest.raises(PermissionDenied):
        register_party(agency.root, values=given(), actor=getattr(agency, who), at=NINE)


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"name": ""}, "party_has_a_name"),
        ({"tax_code": "0100109106"}, "party_one_of_a_tax_code|tax_code"),
    ],
)
def test_constraint_of_a_party(agency: SimpleNamespace, change: dict[str, str], name: str) -> None:
    make_party("DN-1", agency.root, tax_code="0100109106")
    second = make_party("DN-2", agency.root)
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        Party.objects.filter(pk=second.pk).update(**change)
    with pytest.raises(IntegrityError, match="party_not_merged_into_itself"), transaction.atomic():
        Party.objects.filter(pk=second.pk).update(merged_into=second.pk)


# --- Merging ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def pair(agency: SimpleNamespace) -> SimpleNamespace:
    keep = make_party("DN-1", agency.root)
    gone = make_party("DN-2", agency.root, "Cty Sao Mai", tax_code="0100109106", address="Vĩnh Yên")
    visit = make_visit(agency.site, at=NINE, party_name="Cty Sao Mai")
    name_visits("Cty Sao Mai", gone, actor=agency.office, at=NINE)
    return SimpleNamespace(keep=keep, gone=gone, visit=visit)


def test_merge_moves_what_pointed_there_and_keeps_the_old_code(agency: SimpleNamespace, pair: SimpleNamespace) -> None:
    merge_parties(pair.gone, pair.keep, actor=agency.office, at=NINE)
    pair.visit.refresh_from_db()
    assert (pair.visit.party, pair.visit.visitor.party) == (pair.keep, pair.keep)
    pair.keep.refresh_from_db()
    assert (pair.keep.tax_code, pair.keep.address) == ("0100109106", "Vĩnh Yên")
    assert "DN-2" in pair.keep.aliases.values_list("text", flat=True)
    event = AuditEvent.objects.get(action="organization.merge_parties")
    assert event.detail == {"gone": "DN-2", "taken": ["tax_code", "address"], "moved": {"visits": 1, "visitors": 1}}
    answer = ask(agency.office, "/to-chuc/doi-tac/DN-2/")
    assert answer.url == "/to-chuc/doi-tac/DN-1/"


def test_merge_taken_back_leaves_everything_as_it_was(agency: SimpleNamespace, pair: SimpleNamespace) -> None:
    before = list(Party.objects.order_by("pk").values()), list(PartyAlias.objects.values()), pair.visit.party_id
    merge = merge_parties(pair.gone, pair.keep, actor=agency.office, at=NINE)
    later = make_visit(agency.site, at=NINE, party_name="Sao Mai mới", full_name="Lý Văn Tám")
    name_visits("Sao Mai mới", Party.objects.get(code="DN-1"), actor=agency.office, at=NINE)
    PartyAlias.objects.filter(text="Sao Mai mới").delete()
    undo_merge(merge, actor=agency.office, at=clock(10))
    pair.visit.refresh_from_db()
    later.refresh_from_db()
    assert (pair.visit.party, later.party) == (pair.gone, pair.keep)
    assert (list(Party.objects.order_by("pk").values()), list(PartyAlias.objects.values())) == before[:2]
    with pytest.raises(ValidationError, match="tách"):
        undo_merge(merge, actor=agency.office, at=clock(10))


def test_merge_is_not_taken_back_when_somebody_has_the_tax_code_now(
    agency: SimpleNamespace, pair: SimpleNamespace
) -> None:
    Party.objects.filter(pk=pair.keep.pk).update(tax_code="0300588569")
    merge = merge_parties(pair.gone, pair.keep, actor=agency.office, at=NINE)
    make_party("DN-3", agency.root, "Bình Minh", tax_code="0100109106")
    with pytest.raises(ValidationError, match="DN-3"):
        undo_merge(merge, actor=agency.office, at=NINE)
    assert PartyMerge.objects.get().undone_at is None


def test_merge_of_what_was_merged_or_is_of_another_agency_is_refused(
    agency: SimpleNamespace, pair: SimpleNamespace
) -> None:
    foreign = make_party("X", agency.other)
    with pytest.raises(ValidationError):
        merge_parties(foreign, pair.keep, actor=agency.office, at=NINE)
    with pytest.raises(ValidationError):
        merge_parties(pair.keep, pair.keep, actor=agency.office, at=NINE)
    merge_parties(pair.gone, pair.keep, actor=agency.office, at=NINE)
    with pytest.raises(ValidationError):
        merge_parties(pair.gone, pair.keep, actor=agency.office, at=NINE)
    assert PartyMerge.objects.count() == 1


def test_duplicates_are_found_but_branches_are_none(agency: SimpleNamespace, pair: SimpleNamespace) -> None:
    make_party("DN-4", agency.root, "Bình Minh", tax_code="0100109106-001")
    make_party("DN-5", agency.root, "Công ty Bình Minh", tax_code="0300588569")
    make_party("DN-6", agency.other)
    found = duplicates_of([agency.root.pk])
    assert [{one.code for one in group} for group in found] == [{"DN-1", "DN-2"}]


# --- What visitors wrote ---------------------------------------------------------------------------------------------


def test_written_name_is_suggested_and_never_joined_by_itself(agency: SimpleNamespace) -> None:
    party = make_party("DN-1", agency.root)
    make_visit(agency.site, at=NINE, party_name="cty sao mai")
    assert Visit.objects.get().party is None
    assert all_meant(["cty sao mai", "Khác"], agency.root.pk) == {"cty sao mai": [party], "Khác": []}
    page = ask(agency.office, "/khach-tu-dau/").content.decode()
    assert ("cty sao mai" in page, "Công ty TNHH Sao Mai (DN-1)" in page) == (True, True)
    ask(agency.office, "/khach-tu-dau/", text="cty sao mai", party="DN-1")
    assert Visit.objects.get().party == party
    make_visit(agency.site, at=NINE, party_name="cty sao mai", full_name="Lý Văn Tám")
    assert Visit.objects.filter(party__isnull=True).count() == 1
    assert AuditEvent.objects.get(action="admission.name_party").detail == {"text": "cty sao mai", "visits": 1}


def test_written_name_with_a_code_of_nobody_changes_nothing(agency: SimpleNamespace) -> None:
    make_party("X", agency.other)
    make_visit(agency.site, at=NINE, party_name="Sao Mai")
    for code in ("KHONG", "X"):
        page = ask(agency.office, "/khach-tu-dau/", text="Sao Mai", party=code).content.decode()
        assert "Không có đối tác nào" in page
    assert Visit.objects.get().party is None


# --- Pages -----------------------------------------------------------------------------------------------------------


def test_pages_register_compare_merge_and_take_apart(agency: SimpleNamespace) -> None:
    agency_id = str(agency.root.pk)
    bad = ask(agency.office, "/to-chuc/doi-tac/them/", agency=agency_id, **given(tax_code="0100109107"))
    assert "chữ số kiểm tra" in bad.content.decode()
    for code in ("DN-1", "DN-2"):
        ask(agency.office, "/to-chuc/doi-tac/them/", agency=agency_id, **given(code=code))
    page = ask(agency.office, "/to-chuc/doi-tac/DN-1/gop/?kia=DN-2").content.decode()
    assert ("Gộp hai đối tác" in page, PartyMerge.objects.count()) == (True, 0)
    ask(agency.office, "/to-chuc/doi-tac/DN-1/gop/", kia="DN-2")
    merge = PartyMerge.objects.get()
    ask(agency.office, f"/to-chuc/doi-tac/DN-1/gop/{merge.pk}/tach/", x="1")
    assert Party.objects.get(code="DN-2").merged_into is None


def test_contact_is_for_who_keeps_parties_and_encrypted(agency: SimpleNamespace) -> None:
    make_party("DN-1", agency.root, contact_name="Chị Hoa", phone="+84912345678")
    assert "Chị Hoa" in ask(agency.office, "/to-chuc/doi-tac/DN-1/").content.decode()
    assert "Chị Hoa" not in ask(agency.head, "/to-chuc/doi-tac/DN-1/").content.decode()
    raw = Party.objects.extra(select={"raw": "phone"}).values_list("raw", flat=True)
    assert b"912345678" not in bytes(raw.get())


@pytest.mark.parametrize("path", ["/to-chuc/doi-tac/", "/khach-tu-dau/"])
def test_list_takes_no_more_queries_for_more_rows(agency: SimpleNamespace, path: str) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as seen:
            ask(agency.office, path)
        return len(seen)

    def more(number: int) -> None:
        make_party(f"P{number}", agency.root, f"Sao Mai {number}")
        make_visit(agency.site, at=NINE + datetime.timedelta(minutes=number), party_name=f"sao mai {number}")

    more(1)
    few = queries()
    for number in (2, 3, 4):
        more(number)
    assert queries() == few
