import datetime
import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.factories.organization import make_absence
from tests.factories.risk import MONDAY, clock, make_person, make_unit, make_user
from tests.factories.screening import FORM, new_declaration
from vungxanh.accounts.models import User
from vungxanh.admission.operations import submit_declarations
from vungxanh.areas.enums import AreaTier
from vungxanh.areas.models import AdministrativeUnit
from vungxanh.audit.models import AuditEvent
from vungxanh.common import clock as clocks
from vungxanh.organization.enums import AbsenceKind, Role
from vungxanh.organization.models import Person
from vungxanh.screening.models import Declaration

pytestmark = pytest.mark.django_db
BACKEND = "vungxanh.accounts.backends.NameOrPhoneBackend"


@pytest.fixture
def person() -> Person:
    unit = make_unit("CC", make_unit("SO"))
    make_user("truong", Role.UNIT_HEAD, unit)
    make_user("yte", Role.HEALTH_OFFICER, unit)
    return make_person(unit, "Nguyễn Thị Ánh", user=make_user("anh"))


def all_clear(page: str, **more: str) -> dict[str, str]:
    uuid = re.search(r'name="client_uuid" value="([^"]+)"', page)
    assert uuid
    groups = {group.link_id: "NONE" for group in FORM.group}
    return {"client_uuid": uuid[1], "window": "ARRIVAL", **groups, "attested": "yes", **more}


def test_declare_when_all_clear_shows_level_at_once(person: Person, client: Client) -> None:
    client.force_login(person.user, BACKEND)
    with clocks.at(clock(7, 10)):
        page = client.get("/khai-bao/").content.decode()
        assert "checked" not in page
        result = client.post("/khai-bao/", all_clear(page), follow=True)
        again = client.get("/khai-bao/").content.decode()
    shown = result.content.decode()
    assert "Thấp" in shown
    assert "07:10" in shown
    assert "15:00" in again
    assert Declaration.objects.count() == 1


def test_declare_when_sent_twice_keeps_one(person: Person, client: Client) -> None:
    client.force_login(person.user, BACKEND)
    with clocks.at(clock(7)):
        filled = all_clear(client.get("/khai-bao/").content.decode())
        first, second = client.post("/khai-bao/", filled), client.post("/khai-bao/", filled)
    assert first.status_code == second.status_code == 302
    assert first["Location"] == second["Location"]
    assert Declaration.objects.count() == 1


def test_declare_when_unanswered_keeps_the_rest(person: Person, client: Client) -> None:
    client.force_login(person.user, BACKEND)
    with clocks.at(clock(7)):
        filled = all_clear(client.get("/khai-bao/").content.decode(), temperature_c="36,7")
        del filled["exposures"]
        refused = client.post("/khai-bao/", filled)
    page = refused.content.decode()
    assert refused.status_code == 422
    assert filled["client_uuid"] in page
    assert 'value="36,7"' in page
    assert not Declaration.objects.exists()


def test_result_when_of_somebody_else_is_not_found(person: Person, client: Client) -> None:
    client.force_login(person.user, BACKEND)
    with clocks.at(clock(7)):
        filled = all_clear(client.get("/khai-bao/").content.decode())
        place = client.post("/khai-bao/", filled)["Location"]
        stranger = Client()
        stranger.force_login(make_user("la"), BACKEND)
        assert stranger.get(place).status_code == 404


@pytest.mark.parametrize(("name", "status"), [("yte", 200), ("truong", 404), ("anh", 404)])
def test_answers_of_somebody_when_read(person: Person, client: Client, name: str, status: int) -> None:
    client.force_login(User.objects.get(username=name), BACKEND)
    with clocks.at(clock(7)):
        assert client.get(f"/khai-bao/nguoi/{person.pseudonym}/").status_code == status
    looks = AuditEvent.objects.filter(action="admission.read_declarations", is_read=True).count()
    assert looks == (1 if status == 200 else 0)


@pytest.mark.parametrize(("name", "is_linked"), [("yte", True), ("truong", False), ("anh", False)])
def test_answers_of_somebody_are_reached_from_the_page_of_the_person(
    person: Person, client: Client, name: str, is_linked: bool
) -> None:
    submit_declarations([new_declaration(person, clock(7))], at=clock(7))
    client.force_login(User.objects.get(username=name), BACKEND)
    with clocks.at(clock(7)):
        page = client.get(f"/nguy-co/nguoi/{person.pseudonym}/").content.decode()
    assert (f'href="/khai-bao/nguoi/{person.pseudonym}/"' in page) == is_linked


@pytest.fixture
def own(person: Person, client: Client) -> Client:
    client.force_login(person.user, BACKEND)
    return client


def page_at(client: Client, at: datetime.datetime) -> str:
    with clocks.at(at):
        return client.get("/khai-bao/").content.decode()


def send(client: Client, at: datetime.datetime, **more: str | list[str]) -> tuple[int, str]:
    """Fills a fresh page and sends it."""
    filled = all_clear(page_at(client, at), **more)  # type: ignore[arg-type]
    with clocks.at(at):
        answer = client.post("/khai-bao/", filled, follow=True)
    return answer.status_code, answer.content.decode()


def test_declare_when_sent_again_later_shows_the_same(own: Client) -> None:
    filled = all_clear(page_at(own, clock(7)))
    with clocks.at(clock(7)):
        first = own.post("/khai-bao/", filled)
    with clocks.at(clock(7, 20)):
        second = own.post("/khai-bao/", filled)
    assert (second.status_code, second["Location"]) == (302, first["Location"])


def test_declare_when_changed_and_sent_again_is_refused_in_words(own: Client) -> None:
    filled = all_clear(page_at(own, clock(7)))
    with clocks.at(clock(7)):
        own.post("/khai-bao/", filled)
        refused = own.post("/khai-bao/", {**filled, "signs": "SOME", "signs_items": "fever"})
    assert refused.status_code == 409
    assert "07:00" in refused.content.decode()
    assert Declaration.objects.get().symptom_count == 0


def test_declare_when_window_closed_meanwhile_keeps_answers_for_the_next(own: Client) -> None:
    filled = all_clear(page_at(own, clock(14, 55)), signs="SOME", signs_items="cough", temperature_c="36,7")
    with clocks.at(clock(15, 1)):
        moved = own.post("/khai-bao/", filled)
        page = moved.content.decode()
        assert moved.status_code == 422
        assert 'name="window" value="LEAVING"' in page
        assert len(re.findall(r'value="(?:SOME|cough)"[^>]* checked', page)) == 2
        assert 'value="36,7"' in page
        again = own.post("/khai-bao/", {**filled, "window": "LEAVING"})
    assert again.status_code == 302
    assert Declaration.objects.get().window == "LEAVING"


def test_declare_when_flagged_says_why_and_whom_to_call(own: Client) -> None:
    officer = User.objects.get(username="yte")
    officer.phone = "0912345678"
    officer.save()
    status, page = send(own, clock(7), signs="SOME", signs_items=["fever", "cough"], temperature_c="38,4")
    assert status == 200
    assert 'href="tel:0912345678"' in page
    assert "Chưa vào nơi làm việc" in page
    row = Declaration.objects.get()
    assert (row.has_fever, row.symptom_count) == (True, 2)


def test_declare_when_nobody_has_a_telephone_names_the_head(own: Client) -> None:
    User.objects.filter(username="yte").update(is_active=False)
    _status, page = send(own, clock(7), signs="SOME", signs_items="fever")
    assert "Truong" in page
    assert "tel:" not in page


@pytest.mark.parametrize("written", ["37.9", "37,9"])
def test_temperature_when_written_with_point_or_comma(own: Client, written: str) -> None:
    status, _page = send(own, clock(7), temperature_c=written)
    assert status == 200
    assert Declaration.objects.get().has_fever
    assert "37,9" in own_history(own)


def own_history(client: Client) -> str:
    with clocks.at(clock(8)):
        return client.get("/khai-bao/lich-su/").content.decode()


@pytest.mark.parametrize(
    ("more", "marked"),
    [
        ({"temperature_c": "50"}, "temperature_c"),
        ({"temperature_c": "ấm"}, "temperature_c"),
        ({"signs": "SOME"}, "signs_items"),
        ({"signs": "", "exposures": "NONE"}, "signs"),
        ({"signs_items": "fever"}, "signs"),
        ({"exposures": "SOME", "exposures_items": "visited_epidemic_area", "place_1": "Atlantis"}, "place_1"),
        ({"signs_items": "headache", "signs": "SOME"}, "signs_items"),
    ],
)
def test_declare_when_something_is_wrong_marks_the_place(own: Client, more: dict[str, str], marked: str) -> None:
    status, page = send(own, clock(7), **more)
    assert status == 422
    assert set(re.findall(r'id="id_(\w+)_error"', page)) | set(re.findall(r"vx-row-wrong", page)) >= {"vx-row-wrong"}
    assert re.search(rf'id="id_{marked}_error"', page)
    assert not Declaration.objects.exists()


def test_declare_when_not_attested_is_refused(own: Client) -> None:
    filled = all_clear(page_at(own, clock(7)))
    del filled["attested"]
    with clocks.at(clock(7)):
        assert own.post("/khai-bao/", filled).status_code == 422
    assert not Declaration.objects.exists()


@pytest.mark.parametrize("written", ["Thành phố Hà Nội", "hà nội", "Ha Noi", "HA  NOI"])
def test_place_when_written_with_or_without_marks(own: Client, written: str) -> None:
    hanoi = AdministrativeUnit.objects.create(
        code="01", name="Thành phố Hà Nội", tier=AreaTier.PROVINCE, valid_from=MONDAY
    )
    AdministrativeUnit.objects.create(
        code="006", name="Quận Đống Đa", tier=AreaTier.DISTRICT, parent=hanoi, valid_from=MONDAY
    )
    given = {"exposures": "SOME", "exposures_items": "visited_epidemic_area"}
    status, _page = send(own, clock(7), **given, place_1=written, place_2="Quận Đống Đa (Thành phố Hà Nội)")
    assert status == 200
    assert "Thành phố Hà Nội, Quận Đống Đa" in own_history(own)


@pytest.mark.parametrize(
    ("at", "shown"),
    [
        (clock(4, 30), "05:00"),
        (clock(0, 10), "05:00"),
        (clock(23, 59), "Chưa có khai báo khi đến"),
    ],
)
def test_page_when_no_window_is_open_says_when(own: Client, at: datetime.datetime, shown: str) -> None:
    page = page_at(own, at)
    assert '<form method="post" class="vx-declare"' not in page
    assert shown in page


def test_page_when_all_is_done_says_so(own: Client) -> None:
    send(own, clock(7))
    send(own, clock(17), window="LEAVING")
    page = page_at(own, clock(17, 30))
    assert Declaration.objects.count() == 2
    assert page.count("/khai-bao/ket-qua/") == 2


def test_page_when_on_leave_offers_the_form_and_says_that_it_is_not_owed(own: Client, person: Person) -> None:
    make_absence(person, AbsenceKind.LEAVE)
    page = page_at(own, clock(7))
    assert "Nghỉ phép" in page
    assert 'class="vx-declare"' in page


def test_page_when_account_is_nobodys_explains(client: Client) -> None:
    client.force_login(make_user("maymoc"), BACKEND)
    page = page_at(client, clock(7))
    assert "chưa gắn với ai trong danh sách nhân sự" in page
    assert 'href="/khai-bao/lich-su/"' not in page


def test_page_when_english_asks_in_english(own: Client, person: Person) -> None:
    User.objects.filter(pk=person.user_id).update(language="en")
    page = page_at(own, clock(7))
    assert "Loss of taste or smell" in page
    assert "Mất vị giác" not in page


OCTOBER = datetime.date(2021, 10, 4)


def declare_on(person: Person, *days: datetime.date) -> None:
    for day in days:
        at = clock(7, day=day)
        submit_declarations([new_declaration(person, at)], at=at)


def test_history_when_more_declarations_takes_no_more_queries(own: Client, person: Person) -> None:
    def queries(*days: int) -> int:
        declare_on(person, *(datetime.date(2021, 10, day) for day in days))
        with clocks.at(clock(9, day=OCTOBER)), CaptureQueriesContext(connection) as seen:
            assert own.get("/khai-bao/lich-su/").content.count(b"/khai-bao/ket-qua/") == max(days)
        return len(seen)

    assert queries(1) == queries(2, 3)


@pytest.mark.parametrize(
    ("month", "rows"), [("2021-09", 1), ("2021-10", 2), ("2021-11", 2), ("x", 2), ("0001-01", 2), ("2021-13", 2)]
)
def test_history_when_month_is_asked(own: Client, person: Person, month: str, rows: int) -> None:
    declare_on(person, datetime.date(2021, 9, 30), datetime.date(2021, 10, 1), OCTOBER)
    with clocks.at(clock(9, day=OCTOBER)):
        page = own.get("/khai-bao/lich-su/", {"thang": month}).content.decode()
    assert page.count("/khai-bao/ket-qua/") == rows
    assert ('href="?thang=2021-10"' in page) == (month == "2021-09")
