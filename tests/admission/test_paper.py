"""Photographs that prove a paper sheet: who sends and who opens them, what is bound, what is erased."""

import datetime
from types import SimpleNamespace

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.factories.organization import make_person
from tests.factories.photographs import photograph_with_place, picture
from tests.factories.risk import MONDAY, clock, make_unit, make_user
from tests.factories.screening import new_declaration
from vungxanh.accounts.models import User
from vungxanh.admission.models import PaperEntry, PaperSheet, SheetPhotograph
from vungxanh.admission.operations.paper import (
    SheetError,
    SheetOf,
    add_photograph,
    enter_sheet,
    erase_photographs,
    read_photograph,
    withdraw_photograph,
)
from vungxanh.admission.queries.paper import all_photographs, all_proofs, sheets
from vungxanh.admission.submission import Refused
from vungxanh.audit.models import AuditEvent
from vungxanh.cli.integrity import all_record_faults
from vungxanh.common import clock as clocks
from vungxanh.organization.enums import Role
from vungxanh.organization.models import Person
from vungxanh.screening.enums import Channel, Window
from vungxanh.screening.models import Declaration
from vungxanh.screening.operations import open_day

pytestmark = pytest.mark.django_db
BACKEND = "vungxanh.accounts.backends.NameOrPhoneBackend"
ADD = "/khai-bao/phieu-giay/CC/anh/"
DAY = datetime.timedelta(days=1)


@pytest.fixture
def agency() -> SimpleNamespace:
    """A unit with a clerk, a head and two people; another unit; health officers of the agency and of the other unit."""
    root = make_unit("SO")
    unit, other = make_unit("CC", root), make_unit("KH", root)
    users = {
        "dauloi": make_user("dauloi", Role.UNIT_CLERK, unit),
        "truong": make_user("truong", Role.UNIT_HEAD, unit),
        "la": make_user("la", Role.UNIT_CLERK, other),
        "yte": make_user("yte", Role.HEALTH_OFFICER, root),
        "ytekhac": make_user("ytekhac", Role.HEALTH_OFFICER, other),
        "giamdoc": make_user("giamdoc", Role.DIRECTOR, root),
    }
    people = {"lan": make_person(unit, "Trần Thị Lan"), "hung": make_person(unit, "Phạm Văn Hùng")}
    open_day(MONDAY, at=clock(4))
    of = SheetOf(unit.pk, MONDAY, Window.ARRIVAL)
    return SimpleNamespace(unit=unit, other=other, users=users, of=of, **people)


def on_paper(person: Person, actor: User, *fields: str) -> object:
    return new_declaration(person, clock(7), Window.ARRIVAL, *fields, actor=actor, channel=Channel.PAPER)


def added(
    agency: SimpleNamespace, number: int = 0, who: str = "dauloi", at: datetime.datetime | None = None
) -> SheetPhotograph:
    return add_photograph(agency.of, picture(number), actor=agency.users[who], at=at or clock(9))


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user, backend=BACKEND)
    return client


def send(client: Client, content: bytes, at: datetime.datetime | None = None, **more: str) -> HttpResponse:
    given = {"khung": "ARRIVAL", "ngay": MONDAY.isoformat(), **more}
    file = SimpleUploadedFile("IMG_0001.jpg", content, content_type="image/jpeg")
    with clocks.at(at or clock(9)):
        return client.post(ADD, {**given, "photograph": file}, headers={"HX-Request": "true"})


# --- Entries of a sheet -----------------------------------------------------------------------------------------------


def test_what_is_entered_from_a_sheet_is_bound_to_it_and_what_is_refused_is_not(agency: SimpleNamespace) -> None:
    clerk = agency.users["dauloi"]
    batch = [on_paper(agency.lan, clerk), on_paper(agency.hung, agency.users["la"])]
    first, second = enter_sheet(agency.of, batch, at=clock(9))
    assert not isinstance(first, Refused)
    assert isinstance(second, Refused)
    assert [entry.subject for entry in PaperEntry.objects.all()] == [agency.lan.pseudonym]
    enter_sheet(agency.of, batch[:1], at=clock(9, 5))
    assert PaperEntry.objects.count() == 1
    assert all_record_faults() == []


def test_sheet_from_which_nothing_is_accepted_leaves_nothing(agency: SimpleNamespace) -> None:
    enter_sheet(agency.of, [on_paper(agency.lan, agency.users["la"])], at=clock(9))
    assert PaperSheet.objects.count() == 0


def test_declaration_that_was_corrected_still_finds_its_sheet(agency: SimpleNamespace) -> None:
    [accepted] = enter_sheet(agency.of, [on_paper(agency.lan, agency.users["dauloi"])], at=clock(9))
    row = Declaration.objects.get(pk=accepted.declaration_id)
    row.pk, row.version, row.correction_reason = None, 2, "MISTYPED"
    added(agency)
    [proof] = all_proofs([row]).values()
    assert (proof.sheet.day, proof.photographs) == (MONDAY, 1)


def test_proofs_of_many_declarations_take_one_query(agency: SimpleNamespace) -> None:
    clerk = agency.users["dauloi"]
    enter_sheet(agency.of, [on_paper(agency.lan, clerk), on_paper(agency.hung, clerk)], at=clock(9))
    with CaptureQueriesContext(connection) as seen:
        assert len(all_proofs(Declaration.objects.all())) == 2
    assert len(seen) == 2


# --- Sending ----------------------------------------------------------------------------------------------------------


def test_photograph_is_kept_encrypted_without_what_the_camera_wrote(agency: SimpleNamespace) -> None:
    kept = add_photograph(agency.of, photograph_with_place(), actor=agency.users["dauloi"], at=clock(9))
    stored = bytes(SheetPhotograph.objects.get().content)
    assert b"JFIF" not in stored
    seen = read_photograph(kept, actor=agency.users["yte"], at=clock(10))
    assert seen.startswith(b"\xff\xd8\xff")
    assert b"Hang-dien-thoai" not in seen
    assert (kept.width, kept.height, kept.size_bytes) == (40, 60, len(seen))
    assert str(kept.sheet) == "CC/20210920/DEN"


def test_same_file_again_is_the_same_photograph(agency: SimpleNamespace) -> None:
    assert added(agency).pk == added(agency, who="truong", at=clock(9, 5)).pk
    assert AuditEvent.objects.filter(action="admission.add_photograph").count() == 1


def test_photograph_of_yesterdays_sheet_proves_nothing_today(agency: SimpleNamespace) -> None:
    added(agency)
    tomorrow = SheetOf(agency.unit.pk, MONDAY + DAY, Window.ARRIVAL)
    with pytest.raises(SheetError, match="CC/20210920/DEN"):
        add_photograph(tomorrow, picture(), actor=agency.users["dauloi"], at=clock(9) + DAY)
    assert SheetPhotograph.objects.count() == 1
    assert PaperSheet.objects.count() == 1


def test_file_proves_one_sheet_by_the_word_of_the_database(agency: SimpleNamespace) -> None:
    kept = added(agency)
    kept.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        kept.save(force_insert=True)


def test_sheet_has_so_many_photographs_and_no_more(agency: SimpleNamespace) -> None:
    files = [picture(size=(10 + number, 10)) for number in range(11)]
    for content in files[:10]:
        add_photograph(agency.of, content, actor=agency.users["dauloi"], at=clock(9))
    with pytest.raises(SheetError, match="10"):
        add_photograph(agency.of, files[10], actor=agency.users["dauloi"], at=clock(9))
    assert SheetPhotograph.objects.count() == 10


@pytest.mark.parametrize(
    ("back", "ahead"), [(5, 0), (0, 1)], ids=["longer ago than paper may be entered", "a day to come"]
)
def test_photograph_of_a_day_that_is_not_entered_is_refused(agency: SimpleNamespace, back: int, ahead: int) -> None:
    of = SheetOf(agency.unit.pk, MONDAY + ahead * DAY, Window.ARRIVAL)
    with pytest.raises(SheetError):
        add_photograph(of, picture(), actor=agency.users["dauloi"], at=clock(9) + back * DAY)
    assert SheetPhotograph.objects.count() == 0


@pytest.mark.parametrize("who", ["la", "yte", "giamdoc"])
def test_photograph_from_somebody_who_does_not_enter_the_sheet_is_refused(agency: SimpleNamespace, who: str) -> None:
    with pytest.raises(PermissionDenied):
        added(agency, who=who)
    assert send(signed_in(agency.users[who]), picture()).status_code == 404
    assert PaperSheet.objects.count() == 0


# --- Withdrawing ------------------------------------------------------------------------------------------------------


def test_photograph_sent_by_mistake_is_withdrawn_with_its_picture_and_may_come_again(agency: SimpleNamespace) -> None:
    kept = added(agency)
    withdraw_photograph(kept, actor=agency.users["dauloi"], at=clock(9, 15))
    withdraw_photograph(kept, actor=agency.users["dauloi"], at=clock(9, 15))
    kept.refresh_from_db()
    assert (kept.content, kept.withdrawn_at) == (None, clock(9, 15))
    assert all_photographs(PaperSheet.objects.all()) == []
    assert AuditEvent.objects.filter(action="admission.withdraw_photograph").count() == 1
    assert added(agency, at=clock(9, 20)).pk != kept.pk


@pytest.mark.parametrize(("who", "minute"), [("dauloi", 16), ("truong", 1), ("yte", 1)])
def test_photograph_is_not_withdrawn_too_late_or_by_another(agency: SimpleNamespace, who: str, minute: int) -> None:
    kept = added(agency)
    with pytest.raises(PermissionDenied):
        withdraw_photograph(kept, actor=agency.users[who], at=clock(9, minute))
    kept.refresh_from_db()
    assert kept.content


# --- Looking ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("who", "status"), [("yte", 200), ("dauloi", 404), ("truong", 404), ("la", 404), ("ytekhac", 404), ("giamdoc", 404)]
)
def test_picture_opens_for_the_health_officer_alone_and_each_look_is_written_down(
    agency: SimpleNamespace, who: str, status: int
) -> None:
    kept = added(agency)
    answer = signed_in(agency.users[who]).get(f"/khai-bao/anh-phieu/{kept.key}/")
    assert answer.status_code == status
    looks = AuditEvent.objects.filter(action="admission.read_photograph", is_read=True)
    assert list(looks.values_list("actor_name", "subject_name")) == (
        [(agency.users["yte"].get_full_name(), "CC/20210920/DEN")] if status == 200 else []
    )
    if status == 200:
        assert answer["Content-Type"] == "image/jpeg"
        assert "no-store" in answer["Cache-Control"]


def test_picture_that_is_gone_is_not_there(agency: SimpleNamespace) -> None:
    kept = added(agency)
    withdraw_photograph(kept, actor=agency.users["dauloi"], at=clock(9, 5))
    assert signed_in(agency.users["yte"]).get(f"/khai-bao/anh-phieu/{kept.key}/").status_code == 404
    kept.refresh_from_db()
    with pytest.raises(SheetError):
        read_photograph(kept, actor=agency.users["yte"], at=clock(9, 10))


# --- Erasing and checking ---------------------------------------------------------------------------------------------


def test_pictures_are_erased_when_their_time_is_over_and_it_is_kept_that_they_were(agency: SimpleNamespace) -> None:
    kept = added(agency)
    assert erase_photographs(at=clock(2) + 60 * DAY) == 0
    assert erase_photographs(at=clock(2) + 61 * DAY) == 1
    assert erase_photographs(at=clock(2) + 61 * DAY) == 0
    kept.refresh_from_db()
    assert (kept.content, kept.sheet.day) == (None, MONDAY)
    assert sheets({agency.unit.pk}).get().proofs == 1
    assert all_record_faults() == []
    assert AuditEvent.objects.get(action="admission.erase_photographs").detail == {"photographs": 1}


@pytest.mark.parametrize("content", [b"nonsense", "of another"], ids=["unreadable", "exchanged"])
def test_picture_that_was_tampered_with_is_found(agency: SimpleNamespace, content: bytes | str) -> None:
    kept, other = added(agency), added(agency, 1)
    spoilt = content if isinstance(content, bytes) else bytes(other.content)
    SheetPhotograph.objects.filter(pk=kept.pk).update(content=spoilt)
    assert all_record_faults() == [f"ảnh phiếu giấy không đọc được hoặc đã bị thay: 1 (số {kept.pk})"]


def test_listing_photographs_reads_no_picture(agency: SimpleNamespace) -> None:
    added(agency)
    with CaptureQueriesContext(connection) as seen:
        [row] = all_photographs(PaperSheet.objects.all())
    assert row.added_by == agency.users["dauloi"].get_full_name()
    assert '"content"' not in seen[0]["sql"]


# --- Pages ------------------------------------------------------------------------------------------------------------


def test_card_of_a_sheet_takes_a_photograph_and_says_so(agency: SimpleNamespace) -> None:
    client = signed_in(agency.users["dauloi"])
    answer = send(client, picture())
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "<html" not in page
    assert "Đã lưu ảnh cùng phiếu" in page
    assert "Bỏ ảnh" in page
    [kept] = SheetPhotograph.objects.all()
    with clocks.at(clock(9, 5)):
        answer = client.post(f"/khai-bao/anh-phieu/{kept.key}/bo/", headers={"HX-Request": "true"})
    assert "Đã bỏ ảnh" in answer.content.decode()


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"", "Không đọc được ảnh"), (b"%PDF-1.7", "Không đọc được ảnh"), (b"0" * (10 * 1024 * 1024 + 1), "10")],
    ids=["nothing", "pdf", "too large"],
)
def test_card_refuses_what_is_no_photograph_in_words(agency: SimpleNamespace, content: bytes, words: str) -> None:
    answer = send(signed_in(agency.users["dauloi"]), content)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert PaperSheet.objects.count() == 0


def test_card_without_a_file_asks_for_one(agency: SimpleNamespace) -> None:
    with clocks.at(clock(9)):
        given = {"khung": "ARRIVAL", "ngay": str(MONDAY)}
        answer = signed_in(agency.users["dauloi"]).post(ADD, given, headers={"HX-Request": "true"})
    assert answer.status_code == 422
    assert "Hãy chụp hoặc chọn ảnh" in answer.content.decode()


@pytest.mark.parametrize("more", [{"ngay": "hom-qua"}, {"khung": "NONE"}])
def test_card_of_no_sheet_is_not_there(agency: SimpleNamespace, more: dict[str, str]) -> None:
    assert send(signed_in(agency.users["dauloi"]), picture(), **more).status_code == 404


def test_without_script_the_page_comes_again_with_the_message(agency: SimpleNamespace) -> None:
    client = signed_in(agency.users["dauloi"])
    with clocks.at(clock(9)):
        file = SimpleUploadedFile("a.jpg", picture())
        answer = client.post(ADD, {"khung": "ARRIVAL", "ngay": str(MONDAY), "photograph": file}, follow=True)
    assert answer.redirect_chain[0][0].endswith(f"?cach=PAPER&khung=ARRIVAL&ngay={MONDAY}")
    assert "Đã lưu ảnh cùng phiếu" in answer.content.decode()


def test_sheets_are_listed_for_clerk_and_officer_with_their_proof(agency: SimpleNamespace) -> None:
    clerk = agency.users["dauloi"]
    enter_sheet(agency.of, [on_paper(agency.lan, clerk), on_paper(agency.hung, clerk)], at=clock(9))
    with clocks.at(clock(10)):
        assert "Bằng chứng yếu hơn" in signed_in(clerk).get("/khai-bao/phieu-da-nhap/").content.decode()
        added(agency)
        for who in ("dauloi", "yte"):
            page = signed_in(agency.users[who]).get("/khai-bao/phieu-da-nhap/").content.decode()
            assert "1 ảnh" in page
            assert "CC/20210920/DEN" in page
        assert "CC/20210920" not in signed_in(agency.users["la"]).get("/khai-bao/phieu-da-nhap/").content.decode()
        assert signed_in(agency.users["giamdoc"]).get("/khai-bao/phieu-da-nhap/").status_code == 403


def test_page_of_a_sheet_shows_pictures_to_the_officer_alone(agency: SimpleNamespace) -> None:
    enter_sheet(agency.of, [on_paper(agency.lan, agency.users["dauloi"])], at=clock(9))
    kept = added(agency)
    path = f"/khai-bao/phieu-da-nhap/{kept.sheet_id}/"
    with clocks.at(clock(10)):
        officers, clerks = (signed_in(agency.users[who]).get(path).content.decode() for who in ("yte", "dauloi"))
        assert signed_in(agency.users["la"]).get(path).status_code == 404
    assert f"/khai-bao/anh-phieu/{kept.key}/" in officers
    assert str(kept.key) not in clerks
    assert "Trần Thị Lan" in clerks


def test_officer_sees_beside_a_declaration_whether_the_paper_proves_it(agency: SimpleNamespace) -> None:
    enter_sheet(agency.of, [on_paper(agency.lan, agency.users["dauloi"])], at=clock(9))
    path = f"/khai-bao/nguoi/{agency.lan.pseudonym}/"
    client = signed_in(agency.users["yte"])
    with clocks.at(clock(10)):
        assert "Bằng chứng yếu hơn" in client.get(path).content.decode()
        added(agency)
        page = client.get(path).content.decode()
    assert "Bằng chứng yếu hơn" not in page
    assert "Có ảnh phiếu" in page
    assert f"/khai-bao/phieu-da-nhap/{PaperSheet.objects.get().pk}/" in page
