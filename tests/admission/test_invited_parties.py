"""Where an invited guest comes from: known outside parties while the host types, bound when chosen, free text else."""

import itertools
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.factories.organization import make_person, make_site
from tests.factories.parties import make_party
from tests.factories.risk import MONDAY, clock, make_unit, make_user
from tests.factories.visits import PHONE, make_visit, said
from vungxanh.admission.models import Visit, Visitor
from vungxanh.admission.operations.visit_parties import name_visits
from vungxanh.admission.operations.visits import Guest, Plan, declare_visit, invite_visitor
from vungxanh.admission.queries.parties import all_written_names
from vungxanh.audit.models import AuditEvent
from vungxanh.common import clock as clocks
from vungxanh.organization.enums import Role
from vungxanh.organization.models import PartyAlias
from vungxanh.organization.operations.parties import merge_parties
from vungxanh.organization.queries.parties import parties_to_choose
from vungxanh.organization.tree import all_tree_on

pytestmark = pytest.mark.django_db
BACKEND = "vungxanh.accounts.backends.NameOrPhoneBackend"
NINE = clock(9)
PAGE = "/khach-cua-toi/moi/"


@pytest.fixture(autouse=True)
def empty_cache() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def agency() -> SimpleNamespace:
    """A host without any role, the Office of the agency, and parties of this and of another one."""
    root, other = make_unit("SO"), make_unit("KHAC")
    unit = make_unit("CC", root)
    host = make_person(unit, "Nguyễn Thị Ánh", user=make_user("anh"))
    party = make_party("DN-1", root, tax_code="0100109106", contact_name="Chị Hoa", phone="+84912000111")
    PartyAlias.objects.create(party=party, text="Ngôi sao buổi sớm", match_key="ngoi sao buoi som")
    make_party("DN-2", root, "Công ty cổ phần Đông Á")
    make_party("X-1", other, "Sao Mai tỉnh bạn")
    return SimpleNamespace(
        root=root,
        other=other,
        site=make_site("CC-1", unit),
        host=host,
        party=party,
        office=make_user("vanphong", Role.OFFICE, root),
    )


def signed_in(agency: SimpleNamespace) -> Client:
    client = Client()
    client.force_login(agency.host.user, BACKEND)
    return client


def suggested(agency: SimpleNamespace, text: str) -> list[str]:
    """The codes that the page offers while somebody types."""
    with clocks.at(NINE):
        answer = signed_in(agency).get(PAGE, {"party_name": text}, headers={"HX-Request": "true"})
    return [option.data["value"] for option in answer.context["form"]["party"].subwidgets if option.data["value"]]


def invite(agency: SimpleNamespace, **more: str) -> Any:
    given = {
        "full_name": "Hoàng Văn Nam",
        "phone": "0987654321",
        "purpose": "Họp",
        "site": "CC-1",
        "planned_at": "2021-09-21T08:30",
        "group_size": "1",
    }
    with clocks.at(NINE):
        return signed_in(agency).post(PAGE, {**given, **more})


@pytest.mark.parametrize(
    ("typed", "codes"),
    [
        ("sao mai", ["DN-1"]),
        ("SÁO mại", ["DN-1"]),
        ("ngôi sao", ["DN-1"]),
        ("01001091", ["DN-1"]),
        ("dn-2", ["DN-2"]),
        ("dong a", ["DN-2"]),
        ("công ty", ["DN-2", "DN-1"]),
        ("s", []),
        ("", []),
        ("không có", []),
    ],
)
def test_known_parties_are_suggested_by_any_name_code_or_tax_code(
    agency: SimpleNamespace, typed: str, codes: list[str]
) -> None:
    assert suggested(agency, typed) == codes


def test_merged_party_leads_to_the_one_that_was_kept(agency: SimpleNamespace) -> None:
    gone = make_party("DN-3", agency.root, "Bình Minh", tax_code="0300588569")
    merge_parties(gone, agency.party, actor=agency.office, at=NINE)
    assert [suggested(agency, text) for text in ("binh minh", "DN-3", "0300588569")] == [["DN-1"]] * 3
    invite(agency, party_name="Bình Minh", party="DN-3")
    assert Visit.objects.get().party == agency.party


def test_suggestion_is_a_part_of_the_page_without_contacts(agency: SimpleNamespace) -> None:
    with clocks.at(NINE):
        part = signed_in(agency).get(PAGE, {"party_name": "sao"}, headers={"HX-Request": "true"}).content.decode()
    assert ("<h1" in part, "Công ty TNHH Sao Mai (DN-1)" in part) == (False, True)
    assert not any(secret in part for secret in ("Chị Hoa", "912000111", "0912 000 111"))


def test_at_most_eight_are_suggested_with_as_many_queries_as_one(agency: SimpleNamespace) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as seen:
            suggested(agency, "sao")
        return len(seen)

    one = queries()
    for number in range(12):
        make_party(f"SM-{number}", agency.root, f"Sao Mai {number}")
    assert (len(suggested(agency, "sao")), queries()) == (8, one)


def test_chosen_party_is_bound_to_the_visit_and_the_guest(agency: SimpleNamespace) -> None:
    assert invite(agency, party_name="sao m", party="DN-1").status_code == 302
    visit = Visit.objects.get()
    assert (visit.party, visit.party_name) == (agency.party, "Công ty TNHH Sao Mai")
    assert (visit.visitor.party, visit.visitor.party_name) == (agency.party, "Công ty TNHH Sao Mai")
    assert AuditEvent.objects.get(action="admission.invite_visitor").detail["party"] == "DN-1"
    assert all_written_names(agency.root.pk, tree=all_tree_on(MONDAY), most=9) == []


def test_free_text_stays_free(agency: SimpleNamespace) -> None:
    invite(agency, party_name="Công ty TNHH Sao Mai")
    visit = Visit.objects.get()
    assert (visit.party, visit.visitor.party, visit.party_name) == (None, None, "Công ty TNHH Sao Mai")


@pytest.mark.parametrize("code", ["KHONG", "X-1"])
def test_code_of_nobody_or_of_another_agency_is_refused_and_all_stays_typed(agency: SimpleNamespace, code: str) -> None:
    answer = invite(agency, party_name="sao", party=code)
    page = answer.content.decode()
    assert (answer.status_code, "Không có đối tác nào" in page, "Hoàng Văn Nam" in page) == (422, True, True)
    assert "Sao Mai tỉnh bạn" not in page
    assert not Visit.objects.exists()


def test_party_of_another_agency_than_the_site_is_refused(agency: SimpleNamespace) -> None:
    guest = Guest("Hoàng Văn Nam", "0987654321", party=make_party("Y", agency.other))
    with pytest.raises(ValidationError, match="cơ quan khác"):
        invite_visitor(agency.site, guest, Plan("Họp", NINE), host=agency.host, actor=agency.host.user, at=NINE)
    assert not Visitor.objects.exists()


def test_faulty_form_keeps_the_choice(agency: SimpleNamespace) -> None:
    answer = invite(agency, party_name="sao", party="DN-1", phone="12")
    [chosen] = [one for one in answer.context["form"]["party"].subwidgets if one.data["selected"]]
    assert (answer.status_code, chosen.data["value"]) == (422, "DN-1")


def test_regular_guest_comes_with_the_party(agency: SimpleNamespace) -> None:
    make_visit(agency.site, at=NINE, party_name="Sao Mai")
    name_visits("Sao Mai", agency.party, actor=agency.office, at=NINE)
    with clocks.at(NINE):
        form = signed_in(agency).get(PAGE, {"sdt": PHONE}).context["form"]
    assert (form["party_name"].value(), form["party"].value()) == ("Sao Mai", "DN-1")
    make_visit(agency.site, at=NINE, party_name="Đông Á")
    assert Visitor.objects.get().party is None


@pytest.mark.parametrize(("written", "stays"), [("Cty Sao Mai", True), ("Đông Á", False)])
def test_guest_who_writes_another_name_is_no_longer_bound(agency: SimpleNamespace, written: str, stays: bool) -> None:
    invite(agency, party_name="sao", party="DN-1")
    guest = Guest("Hoàng Văn Nam", "0987654321", party_name=written)
    visit = declare_visit(Visit.objects.get(), guest, Plan("Họp", NINE), said(), at=NINE)
    assert (visit.party == agency.party, visit.visitor.party == agency.party) == (stays, stays)
    assert visit.party_name == written


def test_open_pages_of_visitors_suggest_nothing(agency: SimpleNamespace) -> None:
    invite(agency, party_name="tự viết")
    pages = ["/khach/CC-1/", f"/khach/moi/{Visit.objects.get().key}/"]
    for path, headers in itertools.product(pages, ({}, {"HX-Request": "true"})):
        with clocks.at(NINE):
            page = Client().get(path, {"party_name": "sao mai"}, headers=headers).content.decode()
        assert 'name="party_name"' in page
        assert [word for word in ("Sao Mai", "DN-1", "DN-2", "party-choices") if word in page] == []


def test_nobody_who_works_nowhere_is_told_any_party(agency: SimpleNamespace) -> None:
    assert parties_to_choose(make_user("la"), "sao mai", on=MONDAY, most=8) == []
    answer = Client().get(PAGE, {"party_name": "sao mai"}, headers={"HX-Request": "true"})
    assert (answer.status_code, "/dang-nhap/" in answer.url) == (302, True)
