"""Declarations that somebody enters for those without a phone: who may, how far back, what is shown afterwards."""

import datetime
import re
from types import SimpleNamespace

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.factories.organization import make_person, make_site
from tests.factories.risk import MONDAY, clock, make_unit, make_user
from tests.factories.screening import new_declaration
from vungxanh.accounts.models import User
from vungxanh.admission.operations import submit_declarations
from vungxanh.admission.rulebook import CHANNELS
from vungxanh.admission.submission import Accepted, NewDeclaration, Refused
from vungxanh.audit.models import AuditEvent
from vungxanh.common import clock as clocks
from vungxanh.organization.enums import Role
from vungxanh.organization.models import Person
from vungxanh.risk.models import PersonAssessment
from vungxanh.screening.enums import Channel, Window
from vungxanh.screening.models import Declaration, PersonDay
from vungxanh.screening.operations import open_day

pytestmark = pytest.mark.django_db
BACKEND = "vungxanh.accounts.backends.NameOrPhoneBackend"
SHEET = "/khai-bao/nhap-ho/CC/"
TUESDAY = MONDAY + datetime.timedelta(days=1)
SEVEN = clock(7)


@pytest.fixture
def agency() -> SimpleNamespace:
    """A unit with a clerk and two people without an account, its station, another unit, a guard of the unit's site."""
    root = make_unit("SO")
    unit, other = make_unit("CC", root), make_unit("KH", root)
    station = make_unit("TRAM", unit, is_reporting_point=False)
    users = {
        "dauloi": make_user("dauloi", Role.UNIT_CLERK, unit),
        "truong": make_user("truong", Role.UNIT_HEAD, unit),
        "truongtram": make_user("truongtram", Role.UNIT_HEAD, station),
        "yte": make_user("yte", Role.HEALTH_OFFICER, root),
        "vanphong": make_user("vanphong", Role.OFFICE, root),
        "baove": make_user("baove", Role.GUARD, unit),
        "la": make_user("la", Role.UNIT_CLERK, other),
    }
    people = {
        "lan": make_person(unit, "Trần Thị Lan"),
        "hung": make_person(unit, "Phạm Văn Hùng"),
        "son": make_person(station, "Lê Văn Sơn"),
        "khanh": make_person(other, "Đỗ Văn Khánh"),
    }
    make_site("CC-1", unit)
    make_site("KH-1", other)
    open_day(MONDAY, at=clock(4))
    return SimpleNamespace(unit=unit, users=users, **people)


def entered(
    person: Person,
    actor: User,
    channel: Channel = Channel.CLERK,
    declared_at: datetime.datetime | None = None,
    site_code: str | None = None,
) -> NewDeclaration:
    return new_declaration(person, declared_at, actor=actor, channel=channel, site_code=site_code)


def outcome_of(new: NewDeclaration, at: datetime.datetime | None = None) -> Accepted | Refused:
    [outcome] = submit_declarations([new], at=at or clock(7))
    return outcome


@pytest.mark.parametrize(
    ("who", "channel", "site", "is_accepted"),
    [
        ("dauloi", Channel.CLERK, None, True),
        ("truong", Channel.CLERK, None, True),
        ("truong", Channel.LIST_BY_PHONE, None, True),
        ("truong", Channel.PAPER, None, True),
        ("truong", Channel.PC_COVID, None, True),
        ("yte", Channel.PC_COVID, None, True),
        ("baove", Channel.AT_GATE, "CC-1", True),
        ("baove", Channel.KIOSK, "CC-1", True),
        ("baove", Channel.AT_GATE, "KH-1", False),
        ("baove", Channel.AT_GATE, None, False),
        ("baove", Channel.CLERK, None, False),
        ("dauloi", Channel.AT_GATE, "CC-1", False),
        ("dauloi", Channel.PAGE, None, False),
        ("dauloi", Channel.API, None, False),
        ("yte", Channel.CLERK, None, False),
        ("vanphong", Channel.CLERK, None, False),
        ("la", Channel.CLERK, None, False),
        ("truongtram", Channel.CLERK, None, False),
    ],
)
def test_entering_for_another_goes_by_role_way_and_place(
    agency: SimpleNamespace, who: str, channel: Channel, site: str | None, is_accepted: bool
) -> None:
    outcome = outcome_of(entered(agency.lan, agency.users[who], channel, site_code=site))
    assert isinstance(outcome, Accepted) == is_accepted
    kept = list(Declaration.objects.values_list("channel", "entered_by_id"))
    assert kept == ([(channel, agency.users[who].pk)] if is_accepted else [])
    if isinstance(outcome, Refused):
        assert (outcome.status, outcome.errors[0].pointer) == (422, "/person")


def test_entering_is_written_down_with_name_and_way(agency: SimpleNamespace) -> None:
    outcome_of(entered(agency.lan, agency.users["dauloi"]))
    event = AuditEvent.objects.get(action="admission.submit_declaration")
    assert (event.actor_name, event.subject_name, event.detail["channel"]) == ("Dauloi", "Trần Thị Lan", "CLERK")


def test_entering_when_declared_already_is_refused_in_words_of_the_other(agency: SimpleNamespace) -> None:
    outcome_of(entered(agency.lan, agency.users["dauloi"]))
    second = outcome_of(entered(agency.lan, agency.users["truong"]))
    assert isinstance(second, Refused)
    assert second.status == 409
    assert "đã có tờ khai" in str(second.errors[0].message)


@pytest.mark.parametrize(
    ("channel", "days", "is_accepted"),
    [(Channel.PAPER, 3, True), (Channel.PAPER, 5, False), (Channel.LIST_BY_PHONE, 1, False), (Channel.CLERK, 1, False)],
)
def test_entering_afterwards_goes_as_far_back_as_the_rule_says(
    agency: SimpleNamespace, channel: Channel, days: int, is_accepted: bool
) -> None:
    now = clock(9, day=MONDAY + datetime.timedelta(days=days))
    outcome = outcome_of(entered(agency.lan, agency.users["truong"], channel, declared_at=clock(7, 30)), now)
    assert isinstance(outcome, Accepted) == is_accepted
    if isinstance(outcome, Accepted):
        assert (outcome.day, outcome.timeliness, outcome.received_at) == (MONDAY, "ON_TIME", now)


def test_paper_of_yesterday_does_not_hide_what_was_declared_since(agency: SimpleNamespace) -> None:
    open_day(TUESDAY, at=clock(4, day=TUESDAY))
    clerk = agency.users["dauloi"]
    now = clock(8, day=TUESDAY)
    outcome_of(entered(agency.lan, clerk, declared_at=None), clock(7, day=TUESDAY))
    paper = new_declaration(agency.lan, clock(7), Window.ARRIVAL, "fever", "cough", actor=clerk, channel=Channel.PAPER)
    assert isinstance(outcome_of(paper, now), Accepted)
    rows = PersonAssessment.objects.filter(subject=agency.lan.pseudonym).order_by("pk")
    assert [(row.day, row.is_current) for row in rows][-1] == (TUESDAY, True)
    assert rows.filter(is_current=True).get().level == "LOW"
    assert rows.filter(day=MONDAY).get().level != "LOW"


def test_rules_name_every_way_and_only_roles_that_exist() -> None:
    rules = CHANNELS.current().in_force(MONDAY).channel
    assert set(rules) == set(Channel.values)
    assert {role for rule in rules.values() for role in rule.roles} <= set(Role.values)
    assert {code for code, rule in rules.items() if not rule.roles} == {"PAGE", "API"}


# --- The sheet -------------------------------------------------------------------------------------------------------


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user, BACKEND)
    return client


def page_of(client: Client, path: str = SHEET, at: datetime.datetime | None = None) -> str:
    with clocks.at(at or clock(7)):
        return client.get(path).content.decode()


def filled(page: str, *people: Person, **more: str) -> dict[str, str]:
    uuids = dict(re.findall(r'name="(\d+-uuid)" value="([^"]+)"', page))
    return {**uuids, **{f"{one.pk}-fine": "on" for one in people}, "attested": "yes", **more}


def send(
    client: Client, given: dict[str, str], path: str = SHEET, at: datetime.datetime | None = None
) -> tuple[int, str]:
    with clocks.at(at or clock(7)):
        answer = client.post(path, given)
    return answer.status_code, answer.content.decode()


def test_sheet_lists_those_who_are_missing_and_takes_many_at_once(agency: SimpleNamespace) -> None:
    client = signed_in(agency.users["dauloi"])
    page = page_of(client)
    assert all(name in page for name in ("Trần Thị Lan", "Phạm Văn Hùng", "Lê Văn Sơn"))
    assert "Đỗ Văn Khánh" not in page
    assert "checked" not in page
    given = filled(page, agency.lan, agency.son, **{f"{agency.lan.pk}-temperature": "36,6"})
    status, shown = send(client, given)
    assert status == 200
    assert "Đã nhận 2 tờ khai" in shown
    rows = {row.subject: row for row in Declaration.objects.all()}
    assert set(rows) == {agency.lan.pseudonym, agency.son.pseudonym}
    assert {row.channel for row in rows.values()} == {"CLERK"}
    again = page_of(client)
    assert "Phạm Văn Hùng" in again
    assert "Trần Thị Lan" not in again


def test_sheet_when_sent_twice_keeps_one_each(agency: SimpleNamespace) -> None:
    client = signed_in(agency.users["dauloi"])
    given = filled(page_of(client), agency.lan, agency.hung)
    assert [send(client, given)[0] for _time in range(2)] == [200, 200]
    assert Declaration.objects.count() == 2


def test_sheet_when_one_declared_meanwhile_says_so_and_takes_the_others(agency: SimpleNamespace) -> None:
    client = signed_in(agency.users["dauloi"])
    given = filled(page_of(client), agency.lan, agency.hung)
    outcome_of(entered(agency.lan, agency.users["truong"]))
    status, shown = send(client, given)
    assert status == 200
    assert "Đã nhận 1 tờ khai" in shown
    assert re.search(r"<li>Trần Thị Lan: [^<]*đã có tờ khai", shown)
    assert PersonDay.objects.get(subject=agency.hung.pseudonym).arrival_id


def test_sheet_when_forged_takes_nobody_of_another_unit(agency: SimpleNamespace) -> None:
    client = signed_in(agency.users["dauloi"])
    given = filled(page_of(client)) | {f"{agency.khanh.pk}-fine": "on", f"{agency.khanh.pk}-uuid": ""}
    status, _page = send(client, given)
    assert status == 422
    assert not Declaration.objects.exists()


@pytest.mark.parametrize(
    ("change", "marked"),
    [
        ({"attested": ""}, "theo lời của ai"),
        ({"fine": ""}, "Chọn ít nhất một người"),
        ({"temperature": "50"}, "nằm trong khoảng"),
        ({"temperature": "36,5", "fine": ""}, "mở tờ khai đầy đủ"),
    ],
)
def test_sheet_when_something_is_missing_keeps_what_was_ticked(
    agency: SimpleNamespace, change: dict[str, str], marked: str
) -> None:
    client = signed_in(agency.users["dauloi"])
    given = filled(page_of(client), agency.lan)
    for key, value in change.items():
        given[key if key == "attested" else f"{agency.lan.pk}-{key}"] = value
    if not change.get("fine", "on"):
        del given[f"{agency.lan.pk}-fine"]
    status, page = send(client, {key: value for key, value in given.items() if value})
    assert status == 422
    assert marked in page
    assert not Declaration.objects.exists()


def test_sheet_told_by_telephone_is_judged_by_the_time_of_the_call(agency: SimpleNamespace) -> None:
    client = signed_in(agency.users["truong"])
    path = f"{SHEET}?cach=LIST_BY_PHONE&khung=ARRIVAL"
    page = page_of(client, path, clock(9))
    assert send(client, filled(page, agency.lan), path, clock(9))[0] == 422
    status, _page = send(client, filled(page, agency.lan, told_at="07:20"), path, clock(9))
    assert status == 200
    row = Declaration.objects.get()
    assert (row.channel, row.declared_at, row.timeliness, row.received_at) == (
        "LIST_BY_PHONE",
        clock(7, 20),
        "ON_TIME",
        clock(9),
    )


def test_sheet_of_paper_has_the_days_before_and_a_time_for_each(agency: SimpleNamespace) -> None:
    client = signed_in(agency.users["dauloi"])
    path = f"{SHEET}?cach=PAPER&khung=ARRIVAL&ngay={MONDAY}"
    now = clock(9, day=TUESDAY)
    page = page_of(client, path, now)
    given = filled(page, agency.lan, agency.hung, told_at="07:30", **{f"{agency.hung.pk}-time": "08:05"})
    assert send(client, given, path, now)[0] == 200
    rows = {row.subject: (row.day, row.timeliness, row.declared_at) for row in Declaration.objects.all()}
    assert rows == {
        agency.lan.pseudonym: (MONDAY, "ON_TIME", clock(7, 30)),
        agency.hung.pseudonym: (MONDAY, "LATE", clock(8, 5)),
    }


def test_sheet_of_a_way_that_is_not_ones_own_falls_back(agency: SimpleNamespace) -> None:
    page = page_of(signed_in(agency.users["dauloi"]), f"{SHEET}?cach=AT_GATE&khung=NONE&ngay=2001-01-01")
    assert "cach=CLERK" in page


@pytest.mark.parametrize(("who", "status"), [("la", 404), ("yte", 404), ("vanphong", 404), ("baove", 404)])
def test_sheet_of_somebody_else_is_not_there(agency: SimpleNamespace, who: str, status: int) -> None:
    client = signed_in(agency.users[who])
    with clocks.at(clock(7)):
        assert client.get(SHEET).status_code == status
        assert client.post(SHEET, {f"{agency.lan.pk}-fine": "on", "attested": "yes"}).status_code == status


def test_sheet_when_more_people_takes_no_more_queries(agency: SimpleNamespace) -> None:
    client = signed_in(agency.users["dauloi"])

    def queries() -> int:
        with clocks.at(clock(7)), CaptureQueriesContext(connection) as seen:
            assert client.get(SHEET).status_code == 200
        return len(seen)

    few = queries()
    for number in range(3):
        make_person(agency.unit, f"Vũ Thị Hoa {number}")
    open_day(MONDAY, at=clock(6))
    assert queries() == few


def test_sending_when_more_people_takes_no_more_queries(agency: SimpleNamespace) -> None:
    people = [make_person(agency.unit, f"Vũ Thị Hoa {number}") for number in range(4)]
    open_day(MONDAY, at=clock(6))

    def queries(*batch: Person) -> int:
        with CaptureQueriesContext(connection) as seen:
            submit_declarations([entered(one, agency.users["dauloi"]) for one in batch], at=clock(7))
        return len(seen)

    queries(people[0])
    assert queries(people[1]) == queries(*people[2:])


# --- One person's whole form -----------------------------------------------------------------------------------------


def answers_of(page: str, **more: str) -> dict[str, str]:
    found = re.search(r'name="client_uuid" value="([^"]+)"', page)
    assert found
    given = {"client_uuid": found[1], "window": "ARRIVAL", "signs": "NONE", "exposures": "NONE", "attested": "yes"}
    return {**given, **more}


def test_whole_form_when_somebody_has_signs(agency: SimpleNamespace) -> None:
    client = signed_in(agency.users["dauloi"])
    path = f"{SHEET}{agency.lan.staff_code}/"
    page = page_of(client, path)
    status, _page = send(client, answers_of(page, signs="SOME", signs_items="fever"), path)
    assert status == 302
    row = Declaration.objects.get()
    assert (row.subject, row.has_fever, row.channel) == (agency.lan.pseudonym, True, "CLERK")
    assert f"{agency.lan.full_name}: đã nhận tờ khai" in page_of(client)


def test_whole_form_when_declared_meanwhile_is_refused_in_words(agency: SimpleNamespace) -> None:
    client = signed_in(agency.users["dauloi"])
    path = f"{SHEET}{agency.lan.staff_code}/"
    given = answers_of(page_of(client, path))
    outcome_of(entered(agency.lan, agency.users["truong"]))
    status, page = send(client, given, path)
    assert status == 422
    assert "đã có tờ khai" in page


@pytest.mark.parametrize("who", ["khanh", "nobody"])
def test_whole_form_of_nobody_of_ones_own_is_not_there(agency: SimpleNamespace, who: str) -> None:
    code = agency.khanh.staff_code if who == "khanh" else "KHONG-CO"
    with clocks.at(clock(7)):
        assert signed_in(agency.users["dauloi"]).get(f"{SHEET}{code}/").status_code == 404


def test_who_entered_cannot_read_the_answers_and_the_person_sees_who_it_was(agency: SimpleNamespace) -> None:
    agency.lan.user = make_user("lan")
    agency.lan.save()
    clerk = agency.users["dauloi"]
    outcome = outcome_of(entered(agency.lan, clerk))
    assert isinstance(outcome, Accepted)
    with clocks.at(clock(8)):
        assert signed_in(clerk).get(f"/khai-bao/nguoi/{agency.lan.pseudonym}/").status_code == 404
        assert signed_in(clerk).get(f"/khai-bao/ket-qua/{outcome.declaration_id}/").status_code == 404
        own = signed_in(agency.lan.user)
        history = own.get("/khai-bao/lich-su/").content.decode()
        assert "do Dauloi nhập" in history
        assert "Đơn vị nhập" in own.get(f"/khai-bao/ket-qua/{outcome.declaration_id}/").content.decode()


def test_board_of_the_unit_shows_how_it_came_in(agency: SimpleNamespace) -> None:
    outcome_of(entered(agency.lan, agency.users["dauloi"], Channel.LIST_BY_PHONE, declared_at=clock(7)), clock(7, 5))
    page = page_of(signed_in(agency.users["truong"]), f"/hom-nay/CC/{MONDAY}/", clock(8))
    assert page.count("Báo qua điện thoại") == 1


# --- At the gate -----------------------------------------------------------------------------------------------------

GATE = "/khai-bao/tai-cong/CC-1/"


@pytest.mark.parametrize("search", ["{code}", "tran lan", "Trần Thị Lan"])
def test_gate_finds_who_stands_there(agency: SimpleNamespace, search: str) -> None:
    client = signed_in(agency.users["baove"])
    path = f"{GATE}?khung=ARRIVAL&q={search.format(code=agency.lan.staff_code)}"
    page = page_of(client, path)
    assert "Phạm Văn Hùng" not in page
    status, _page = send(client, filled(page, agency.lan), path)
    assert status == 200
    row = Declaration.objects.get()
    assert (row.channel, row.entered_by_id, row.subject) == (
        "AT_GATE",
        agency.users["baove"].pk,
        agency.lan.pseudonym,
    )


@pytest.mark.parametrize("search", ["", "Lan", "a", "Trần Văn Không"])
def test_gate_lists_nobody_without_a_real_search(agency: SimpleNamespace, search: str) -> None:
    page = page_of(signed_in(agency.users["baove"]), f"{GATE}?q={search}")
    assert "-fine" not in page


def test_gate_takes_somebody_of_another_unit_of_the_agency_who_stands_there(agency: SimpleNamespace) -> None:
    client = signed_in(agency.users["baove"])
    path = f"{GATE}{agency.khanh.staff_code}/"
    status, _page = send(client, answers_of(page_of(client, path)), path)
    assert status == 302
    assert Declaration.objects.get().subject == agency.khanh.pseudonym


@pytest.mark.parametrize("who", ["dauloi", "yte", "la"])
def test_gate_is_for_its_guard_alone(agency: SimpleNamespace, who: str) -> None:
    with clocks.at(clock(7)):
        assert signed_in(agency.users[who]).get(GATE).status_code == 404


# --- Paper -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("day", [MONDAY, TUESDAY])
def test_paper_sheet_has_everybody_expected_with_number_and_code(agency: SimpleNamespace, day: datetime.date) -> None:
    outcome_of(entered(agency.lan, agency.users["dauloi"]))
    page = page_of(signed_in(agency.users["dauloi"]), f"/khai-bao/phieu-giay/CC/?khung=LEAVING&ngay={day}")
    assert f"CC/{day:%Y%m%d}/VE" in page
    assert all(name in page for name in ("Trần Thị Lan", "Phạm Văn Hùng", "Lê Văn Sơn"))
    assert "Đỗ Văn Khánh" not in page
    assert "vx-qr" in page


@pytest.mark.parametrize("who", ["la", "yte", "baove"])
def test_paper_sheet_of_somebody_else_is_not_there(agency: SimpleNamespace, who: str) -> None:
    with clocks.at(clock(7)):
        assert signed_in(agency.users[who]).get("/khai-bao/phieu-giay/CC/").status_code == 404
