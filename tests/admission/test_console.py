"""The console of a gate and the page of a scanned code, as guard, worker and visitor use them without scripts."""

import datetime
import re
import uuid
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.factories.organization import (
    MONDAY,
    clock,
    make_account,
    make_holder,
    make_person,
    make_place,
    make_site,
    make_unit,
)
from tests.factories.presence import new_presence
from tests.factories.screening import new_declaration
from vungxanh.accounts.models import User
from vungxanh.admission.operations import submit_declarations
from vungxanh.admission.queries.passes import all_good_pass, all_tokens
from vungxanh.audit.models import AuditEvent
from vungxanh.common import clock as clocks
from vungxanh.organization.enums import PlaceKind, Role
from vungxanh.organization.place_codes import changing_code, fixed_code
from vungxanh.risk.operations import override_level
from vungxanh.screening.enums import Direction, Means, Window
from vungxanh.screening.models import Presence, PresenceEvent
from vungxanh.screening.operations import open_day, record_presence

pytestmark = pytest.mark.django_db
BACKEND = "vungxanh.accounts.backends.NameOrPhoneBackend"
HALF_PAST = clock(7, 30)


@pytest.fixture
def gate() -> SimpleNamespace:
    unit = make_unit("CC", make_unit("SO"))
    site = make_site("TS", unit)
    person = make_person(unit, "Nguyễn Thị Ánh", user=make_account("anh"))
    world = SimpleNamespace(
        unit=unit,
        first=make_place("C1", site),
        second=make_place("C2", site),
        room=make_place("P1", site, kind=PlaceKind.ROOM, name="Phòng họp"),
        post=make_place("T1", site, kind=PlaceKind.FIELD_POST, has_fixed_code=True),
        guard=make_holder("baove", Role.GUARD, unit),
        person=person,
    )
    open_day(MONDAY, at=clock(5))
    submit_declarations([new_declaration(person, clock(7), Window.ARRIVAL)], at=clock(7))
    return world


def token_of(gate: SimpleNamespace, at: datetime.datetime = HALF_PAST) -> str:
    row = all_good_pass(gate.person.pseudonym, MONDAY, at=at)
    assert row
    return all_tokens([row])[row.jti]


def ask(user: User | None, path: str, at: datetime.datetime = HALF_PAST, **given: Any) -> Any:
    """GET without anything given, else POST."""
    client = Client()
    if user:
        client.force_login(user, BACKEND)
    with clocks.at(at):
        return client.post(path, given) if given else client.get(path)


def scan(
    gate: SimpleNamespace, text: str, direction: str = "IN", at: datetime.datetime = HALF_PAST, **more: Any
) -> str:
    """What the console says, without tags."""
    place = more.pop("place", gate.first)
    given = {"client_uuid": uuid.uuid4(), "text": text, "direction": direction, **more}
    return shown(ask(gate.guard, f"/cong/{place.code}/", at, **given))


def shown(answer: Any) -> str:
    page = answer.content.decode()
    found = re.search(r'<section class="vx-gate-answer".*?</section>', page, re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", found[0]).split()) if found else ""


def events() -> list[tuple[str, str, str]]:
    rows = PresenceEvent.objects.order_by("occurred_at", "received_at")
    return list(rows.values_list("direction", "decision", "reason"))


def test_pass_lets_in_and_out_again(gate: SimpleNamespace) -> None:
    answer = scan(gate, token_of(gate), temperature_c="36,6")
    assert answer.startswith("Được vào")
    assert "Nguyễn Thị Ánh" in answer
    assert "Đã ra" in scan(gate, token_of(gate), "OUT", clock(17), place=gate.second)
    stay = Presence.objects.get()
    assert (stay.entered_at, stay.left_at, stay.left_place_id) == (HALF_PAST, clock(17), gate.second.pk)
    assert PresenceEvent.objects.get(direction="IN").temperature_c == "36.6"


def test_fever_holds_without_a_word_of_answers_or_level(gate: SimpleNamespace) -> None:
    answer = scan(gate, token_of(gate), temperature_c="37.5")
    assert "Thân nhiệt cao" in answer
    assert events() == [("IN", "HOLD", "FEVER")]
    assert Presence.objects.count() == 0
    assert not any(word in answer for word in ("Cao,", "nguy cơ", "HIGH"))


def test_pass_shown_by_two_is_held_with_the_time_of_the_first(gate: SimpleNamespace) -> None:
    scan(gate, token_of(gate))
    answer = scan(gate, token_of(gate), at=clock(7, 45), place=gate.second)
    assert "07:30" in answer
    assert len(events()) == 1
    scan(gate, "", at=clock(7, 46), subject=gate.person.pseudonym, insists="1")
    assert len(events()) == 2


def test_double_tap_of_the_guard_is_one(gate: SimpleNamespace) -> None:
    token, again = token_of(gate), HALF_PAST + datetime.timedelta(seconds=8)
    assert scan(gate, token).startswith("Được vào")
    assert scan(gate, token, at=again).startswith("Được vào")
    assert len(events()) == 1


def test_page_sent_twice_keeps_one(gate: SimpleNamespace) -> None:
    key = uuid.uuid4()
    for _time in range(2):
        assert scan(gate, token_of(gate), at=clock(8), client_uuid=key).startswith("Được vào")
    assert len(events()) == 1


def test_refusal_sent_twice_is_written_down_once(gate: SimpleNamespace) -> None:
    for key, text in [(uuid.uuid4(), text) for text in ("8936012345678", token_of(gate)[:-6] + "AAAAAA")]:
        for _time in range(2):
            assert scan(gate, text, client_uuid=key).startswith("Không được vào")
    assert AuditEvent.objects.filter(action="admission.refuse_at_gate").count() == 2


def test_going_out_twice_is_refused_in_words(gate: SimpleNamespace) -> None:
    scan(gate, token_of(gate))
    scan(gate, token_of(gate), "OUT", clock(11))
    answer = scan(gate, token_of(gate), "OUT", clock(12))
    assert "11:00" in answer
    assert len(events()) == 2


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("eyJh.eyJh.x", "không do hệ thống này cấp"),
        ("https://vx.vn/q/C1/abcde23456", "mã của cổng"),
        ("8934588012112", "Không đọc được mã này"),
        ("026185000009||Lê Văn Lạ|05091985|Nam|Vĩnh Yên|25042021", "thủ tục của khách"),
    ],
)
def test_something_else_is_refused_in_words_logged_and_changes_nothing(
    gate: SimpleNamespace, text: str, words: str
) -> None:
    assert words in scan(gate, text)
    assert events() == []
    assert AuditEvent.objects.filter(action="admission.refuse_at_gate", actor_id=gate.guard.pk).count() == 1


def test_nothing_scanned_is_asked_for_and_no_refusal(gate: SimpleNamespace) -> None:
    given = {"client_uuid": uuid.uuid4(), "text": "", "direction": "IN"}
    answer = ask(gate.guard, f"/cong/{gate.first.code}/", HALF_PAST, **given)
    assert (answer.status_code, "Hãy quét hoặc gõ trước" in answer.content.decode(), events()) == (422, True, [])
    assert not AuditEvent.objects.filter(action="admission.refuse_at_gate").exists()


def test_revoked_and_expired_passes_are_refused(gate: SimpleNamespace) -> None:
    token = token_of(gate)
    assert "hết hạn" in scan(gate, token, at=clock(7) + datetime.timedelta(hours=18))
    head = make_holder("truong", Role.UNIT_HEAD, gate.unit)
    override_level(gate.person.pseudonym, day=MONDAY, level="HIGH", reason="Ho", actor=head, at=clock(9))
    assert "không còn giá trị" in scan(gate, token, at=clock(9, 5))
    assert events() == []


def test_somebody_without_a_phone_is_found_by_name(gate: SimpleNamespace) -> None:
    given = {"client_uuid": uuid.uuid4(), "text": "anh nguyen", "direction": "IN"}
    page = ask(gate.guard, "/cong/C1/", HALF_PAST, **given).content.decode()
    assert "Nguyễn Thị Ánh" in page
    assert events() == []
    assert scan(gate, "", subject=gate.person.pseudonym).startswith("Được vào")
    assert PresenceEvent.objects.get().means == Means.TYPED


def test_unknown_subject_and_wrong_form_change_nothing(gate: SimpleNamespace) -> None:
    assert "Không có tên" in scan(gate, "", subject=uuid.uuid4())
    answer = ask(gate.guard, "/cong/C1/", HALF_PAST, text="x", direction="UP", client_uuid="y")
    assert (answer.status_code, events()) == (422, [])


def test_inside_list_and_conflicts(gate: SimpleNamespace) -> None:
    scan(gate, token_of(gate))
    page = ask(gate.guard, "/cong/C1/", clock(8)).content.decode()
    assert "Đang ở trong: 1" in page
    record_presence([new_presence(gate.first, uuid.uuid4(), clock(8), Direction.OUT)], actor=gate.guard, at=clock(8))
    conflicts = ask(gate.guard, "/cong/C1/chua-khop/", clock(9)).content.decode()
    assert "Ra mà không thấy vào" in conflicts


def test_console_has_flat_queries(gate: SimpleNamespace) -> None:
    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            ask(gate.guard, "/cong/C1/", clock(9))
        return len(queries)

    people = [make_person(gate.unit, f"Người {number}") for number in range(4)]

    def come_in(some: list[Any]) -> None:
        new = [new_presence(gate.first, one.pseudonym, clock(8), Direction.IN) for one in some]
        record_presence(new, actor=gate.guard, at=clock(8))

    come_in(people[:1])
    first = count()
    come_in(people[1:])
    assert count() == first


def test_gate_of_somebody_else_is_refused(gate: SimpleNamespace) -> None:
    stranger = make_holder("khac", Role.GUARD, make_unit("KHAC"))
    assert ask(stranger, "/cong/C1/").status_code == 403
    assert ask(stranger, "/cong/C1/man-hinh/").status_code == 403
    assert ask(gate.guard, "/cong/KHONG/").status_code == 404


def test_screen_shows_the_code_of_the_moment_and_its_part_alone(gate: SimpleNamespace) -> None:
    page = ask(gate.guard, "/cong/C1/man-hinh/").content.decode()
    code = changing_code(gate.first, HALF_PAST).upper()
    assert (f"{code[:5]}-{code[5:]}" in page, 'http-equiv="refresh"' in page) == (True, True)
    client = Client(headers={"HX-Request": "true"})
    client.force_login(gate.guard, BACKEND)
    with clocks.at(HALF_PAST):
        part = client.get("/cong/C1/man-hinh/").content.decode()
    assert (f"{code[:5]}-{code[5:]}" in part, "<html" in part) == (True, False)


def address(gate: SimpleNamespace, at: datetime.datetime = HALF_PAST) -> str:
    return f"/q/C1/{changing_code(gate.first, at)}"


def test_own_phone_comes_in_by_the_code_of_the_gate(gate: SimpleNamespace) -> None:
    user = gate.person.user
    assert "Tôi vào" in ask(user, address(gate)).content.decode()
    answer = shown(ask(user, address(gate), HALF_PAST, client_uuid=uuid.uuid4(), direction="IN"))
    assert answer.startswith("Được vào")
    event = PresenceEvent.objects.get()
    assert (event.means, event.subject, Presence.objects.get().is_weak) == ("GATE_CODE", gate.person.pseudonym, False)


def test_own_phone_without_declaration_is_sent_to_declare(gate: SimpleNamespace) -> None:
    late = make_person(gate.unit, "Lê Văn Bình", user=make_account("binh"))
    open_day(MONDAY, at=clock(5), people=[late.pk])
    answer = ask(late.user, address(gate), HALF_PAST, client_uuid=uuid.uuid4(), direction="IN")
    assert "Khai báo ngay" in answer.content.decode()
    assert events() == [("IN", "HOLD", "NOT_DECLARED")]


def test_photograph_of_last_week_is_refused_with_its_time_and_logged(gate: SimpleNamespace) -> None:
    week = datetime.timedelta(days=7)
    answer = ask(gate.person.user, address(gate), HALF_PAST + week, client_uuid=uuid.uuid4(), direction="IN")
    page = answer.content.decode()
    assert (answer.status_code, "07:30" in page, "20/09/2021" in page) == (422, True, True)
    assert events() == []
    assert AuditEvent.objects.get(action="admission.refuse_at_gate").detail == {"reason": "CODE_OLD"}


def test_code_that_was_good_when_scanned_waits_for_the_tap(gate: SimpleNamespace) -> None:
    client = Client()
    client.force_login(gate.person.user, BACKEND)
    path = address(gate)
    with clocks.at(HALF_PAST):
        assert client.get(path).status_code == 200
    given = {"client_uuid": uuid.uuid4(), "direction": "IN"}
    with clocks.at(HALF_PAST + datetime.timedelta(minutes=16)):
        assert client.post(path, given).status_code == 422
    with clocks.at(HALF_PAST + datetime.timedelta(minutes=14)):
        assert client.post(path, given).status_code == 200
    assert len(events()) == 1


def test_room_notes_that_one_was_there_and_printed_code_is_weaker(gate: SimpleNamespace) -> None:
    user = gate.person.user
    room = f"/q/P1/{changing_code(gate.room, HALF_PAST)}"
    ask(user, room, HALF_PAST, client_uuid=uuid.uuid4(), direction="SEEN")
    post = f"/q/T1/{fixed_code(gate.post)}"
    assert "yếu hơn" in ask(user, post).content.decode()
    ask(user, post, HALF_PAST, client_uuid=uuid.uuid4(), direction="IN")
    stays = Presence.objects.order_by("place_id").values_list("place_id", "is_weak", "left_at")
    assert list(stays) == [(gate.room.pk, False, HALF_PAST), (gate.post.pk, True, None)]


def test_stranger_is_shown_both_ways_and_writes_nothing(gate: SimpleNamespace) -> None:
    page = ask(None, address(gate)).content.decode()
    assert ("Tôi là khách" in page, "Tôi làm việc ở đây" in page) == (True, True)
    ask(None, address(gate), HALF_PAST, client_uuid=uuid.uuid4(), direction="IN")
    assert events() == []


def test_many_wrong_codes_are_stopped(gate: SimpleNamespace) -> None:
    client = Client(REMOTE_ADDR="192.0.2.7")
    with clocks.at(HALF_PAST):
        answers = [client.get("/q/C1/abcde23456").status_code for _time in range(61)]
    assert (answers[0], answers[-2], answers[-1]) == (422, 422, 429)
    assert AuditEvent.objects.filter(action="admission.refuse_at_gate").count() == 60


def test_only_pages_that_scan_may_use_the_camera(gate: SimpleNamespace) -> None:
    def has_camera(path: str) -> tuple[bool, bool]:
        headers = ask(gate.guard, path).headers
        return "camera=(self)" in headers["Permissions-Policy"], "wasm" in headers["Content-Security-Policy"]

    scanning = ["/cong/C1/", "/cong/ngoai-tuyen/", "/q/C1/aaaabbbbcc"]
    others = ["/cong/C1/man-hinh/", "/cong/C1/chua-khop/", "/khach/C1/"]
    assert [has_camera(path) for path in scanning] == [(True, True)] * 3
    assert [has_camera(path) for path in others] == [(False, False)] * 3
