"""The one search: found with and without marks, and only what the viewer may open."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.factories.meetings import make_meeting
from tests.factories.organization import make_person, make_place, make_site
from tests.factories.parties import make_party
from tests.factories.risk import clock, make_unit, make_user
from vungxanh.accounts.models import User
from vungxanh.common import clock as clocks
from vungxanh.organization.enums import PlaceKind, Role
from vungxanh.organization.models import UnitVersion

pytestmark = pytest.mark.django_db
BACKEND = "vungxanh.accounts.backends.NameOrPhoneBackend"


class Agency:
    """Two units with a person each; the head leads the first, where a meeting is held."""

    def __init__(self) -> None:
        self.root = make_unit("SO")
        self.first, self.second = make_unit("CC1", self.root), make_unit("CC2", self.root)
        UnitVersion.objects.filter(unit=self.first).update(name="Chi cục Kiểm lâm", short_name="CC Kiểm lâm")
        self.head = make_user("truong", Role.UNIT_HEAD, self.first)
        self.office = make_user("vanphong", Role.OFFICE, self.root)
        self.worker = make_user("nhanvien")
        make_person(self.first, "Nguyễn Thị Ánh", user=self.worker)
        make_person(self.second, "Trần Quốc Ánh")
        self.site = make_site("KL-1", self.first)
        room = make_place("KL-HOP", self.site, kind=PlaceKind.ROOM, name="Phòng họp Ánh Dương")
        with clocks.at(clock(7)):
            make_meeting(self.first, room, self.head)
        make_party("DN-1", self.root, name="Công ty Ánh Sáng")


@pytest.fixture
def agency() -> Agency:
    return Agency()


def found(user: User, text: str) -> str:
    client = Client()
    client.force_login(user, BACKEND)
    with clocks.at(clock(9)):
        answer = client.get("/tim/", {"q": text})
    assert answer.status_code == 200
    return answer.content.decode().split("<main", 1)[1]


@pytest.mark.parametrize("text", ["Ánh", "anh", "ÁNH", " nguyễn  anh"])
def test_people_are_found_with_and_without_marks_as_far_as_one_lists_them(agency: Agency, text: str) -> None:
    assert "Nguyễn Thị Ánh" in found(agency.office, text)
    assert "Trần Quốc Ánh" not in found(agency.head, text)


def test_worker_finds_units_and_places_but_no_people_and_no_parties(agency: Agency) -> None:
    page = found(agency.worker, "anh")
    assert "Trần Quốc Ánh" not in page
    assert "Nguyễn Thị Ánh" not in page
    assert "Công ty Ánh Sáng" not in page
    assert "Phòng họp Ánh Dương" in page
    assert "Chi cục Kiểm lâm" in found(agency.worker, "kiem lam")


def test_office_finds_parties_and_units_by_code(agency: Agency) -> None:
    assert "Công ty Ánh Sáng" in found(agency.office, "anh sang")
    assert "Chi cục Kiểm lâm" in found(agency.office, "cc1")


def test_meetings_are_found_by_those_who_call_or_are_invited(agency: Agency) -> None:
    assert "Giao ban" in found(agency.head, "giao ban")
    assert "Giao ban" not in found(agency.worker, "giao ban")


def test_pages_of_the_navigation_are_found_by_name(agency: Agency) -> None:
    assert "/khach-cua-toi/" in found(agency.worker, "khach")
    assert "/dieu-hanh/" not in found(agency.worker, "dieu hanh")


@pytest.mark.parametrize(
    ("text", "words"), [("", "có dấu hoặc không dấu"), ("a", "hai chữ"), ("zzzz", "Không tìm thấy")]
)
def test_nothing_found_says_what_to_do(agency: Agency, text: str, words: str) -> None:
    assert words in found(agency.office, text)


def test_text_with_script_is_shown_as_text(agency: Agency) -> None:
    page = found(agency.office, "<script>alert(1)</script>")
    assert "<script>alert(1)" not in page


def test_search_over_many_people_takes_as_many_queries(agency: Agency) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as seen:
            found(agency.office, "anh")
        return len(seen)

    few = queries()
    for number in range(12):
        make_person(agency.first, f"Lê Ánh {number}")
    assert queries() == few
