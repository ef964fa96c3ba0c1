"""A gate without network for a shift: the device answers as the server would, keeps every scan, and sends it once."""

import datetime
import uuid
from collections.abc import Callable
from types import SimpleNamespace

import pytest
from django.contrib.auth.base_user import AbstractBaseUser
from playwright.sync_api import Dialog, Page, expect

from tests.browser.conftest import PageOf, has_sideways_scroll, serious_faults
from tests.browser.own_device import await_worker, eventually, go_offline, go_online, kept
from tests.factories.organization import make_holder, make_place
from tests.factories.risk import MONDAY, make_person, make_unit, make_user
from tests.factories.risk import clock as at
from tests.factories.screening import new_declaration
from tests.factories.visits import make_invitation, make_visit
from vungxanh.accounts.models import AccessToken, UserSession
from vungxanh.accounts.operations import revoke_token
from vungxanh.admission import pass_keys
from vungxanh.admission.enums import HostAnswer, VisitRole
from vungxanh.admission.models import GatePass
from vungxanh.admission.operations import submit_declarations
from vungxanh.admission.operations.gate import Passing, pass_gate
from vungxanh.admission.operations.visits import answer_visit, move_visit
from vungxanh.admission.queries.passes import all_good_pass, all_tokens
from vungxanh.audit.models import AuditEvent
from vungxanh.common import clock
from vungxanh.organization.enums import Role
from vungxanh.organization.models import Person, RoleAssignment, Site
from vungxanh.risk.operations import override_level
from vungxanh.screening.enums import Direction, Means
from vungxanh.screening.models import Presence, PresenceEvent
from vungxanh.screening.operations import open_day
from vungxanh.screening.queries.presence import all_conflicts

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("monday_morning"),
]
SignIn = Callable[[Page, AbstractBaseUser], None]
NAMES = ("Nguyễn Thị Ánh", "Trần Văn Bình", "Đỗ Thị Cúc", "Lê Văn Dũng")
IN, OUT = "Vào", "Ra"


@pytest.fixture
def world(transactional_db: None) -> SimpleNamespace:
    """Ánh, Bình and Dũng have declared, Cúc has not; Dũng is inside since five past seven."""
    unit = make_unit("CC", make_unit("SO"))
    place = make_place("C1", Site.objects.create(code="TS", name="Trụ sở", unit=unit), name="Cổng chính")
    people = [make_person(unit, name, user=make_user(f"nv{number}")) for number, name in enumerate(NAMES)]
    for number, person in enumerate(people, start=1):
        Person.objects.filter(pk=person.pk).update(staff_code=f"CB0000{number}")
    guard, head = make_holder("baove", Role.GUARD, unit), make_holder("truong", Role.UNIT_HEAD, unit)
    open_day(MONDAY, at=at(5))
    submit_declarations([new_declaration(people[number], at(7)) for number in (0, 1, 3)], at=at(7))
    came = Passing(uuid.uuid4(), place, people[3].pseudonym, Direction.IN, Means.TYPED)
    pass_gate(came, actor=guard, at=at(7, 5))
    anh, binh, cuc, dung = people
    return SimpleNamespace(unit=unit, place=place, guard=guard, head=head, anh=anh, binh=binh, cuc=cuc, dung=dung)


@pytest.fixture
def gate(phone: Page, world: SimpleNamespace, sign_in: SignIn) -> Page:
    return keep_gate(phone, world, sign_in)


def keep_gate(page: Page, world: SimpleNamespace, sign_in: SignIn) -> Page:
    """Signed in, and able to go on without network."""
    sign_in(page, world.guard)
    page.goto("/cong/C1/")
    page.get_by_role("button", name="Giữ cổng trên máy này").click()
    expect(page.get_by_text("Máy giữ cổng của")).to_be_visible()
    await_worker(page)
    open_with_list(page)
    return page


def open_with_list(page: Page) -> None:
    """The console, when the device has fetched the list anew."""
    with page.expect_response(lambda answer: answer.url.endswith("/shift") and answer.ok):
        page.goto("/cong/C1/")
    expect(page.get_by_text("danh sách lúc 07:1")).to_be_visible()


def token_of(person: Person) -> str:
    row = all_good_pass(person.pseudonym, MONDAY, at=at(7, 30))
    assert row
    return all_tokens([row])[row.jti]


def scan(page: Page, text: str, way: str = IN, temperature: str = "") -> None:
    form = page.locator("form[data-gate]", has=page.locator("[data-scan-into]"))
    form.locator("[name=text]").fill(text)
    form.locator("[name=temperature_c]").fill(temperature)
    form.get_by_role("button", name=way).click()


def says(page: Page, *words: str) -> None:
    answer = page.locator(".vx-gate-answer").locator("visible=true")
    for one in words:
        expect(answer).to_contain_text(one)


def left(page: Page, number: int) -> None:
    expect(page.locator("[data-gate-banner]")).to_contain_text(f"Đang ngoại tuyến – {number} lượt chưa gửi")


def inside(page: Page, number: int) -> None:
    expect(page.get_by_role("heading", name=f"Đang ở trong: {number}")).to_be_visible()


def events() -> list[tuple[str, str, str]]:
    return sorted(PresenceEvent.objects.exclude(occurred_at=at(7, 5)).values_list("direction", "decision", "reason"))


def test_whole_shift_without_network_is_sent_once_and_in_order(gate: Page, world: SimpleNamespace) -> None:
    go_offline(gate)
    scan(gate, token_of(world.anh), temperature="36,6")
    says(gate, "Được vào", "Nguyễn Thị Ánh", "Mời vào")
    left(gate, 1)
    inside(gate, 2)
    scan(gate, "CB00002", temperature="38,2")
    says(gate, "Mời chờ", "Trần Văn Bình", "Thân nhiệt cao")
    scan(gate, "do thi cuc")
    gate.get_by_role("button", name="Vào: Đỗ Thị Cúc").click()
    says(gate, "Chưa khai báo hôm nay")
    scan(gate, "CB00004", OUT)
    says(gate, "Đã ra", "Lê Văn Dũng")
    scan(gate, "CB00004", OUT)
    says(gate, "Đã ra")
    scan(gate, "https://vx.vn/q/C1/abcde23456")
    says(gate, "Không được vào", "mã của cổng")
    left(gate, 5)
    inside(gate, 1)
    assert events() == []
    go_online(gate)
    expect(gate.locator("[data-gate-banner]")).to_be_hidden()
    assert events() == [
        ("IN", "ALLOWED", ""),
        ("IN", "HOLD", "FEVER"),
        ("IN", "HOLD", "NOT_DECLARED"),
        ("OUT", "", ""),
    ]
    assert kept(gate, "queue") == 0
    refused = AuditEvent.objects.filter(action="admission.refuse_at_gate")
    assert [row.detail["reason"] for row in refused] == ["GATE_CODE"]
    stays = {row.subject: (row.entered_at is not None, row.left_at is not None) for row in Presence.objects.all()}
    assert stays == {world.anh.pseudonym: (True, False), world.dung.pseudonym: (True, True)}
    assert {row.device for row in PresenceEvent.objects.exclude(device="")} == {str(AccessToken.objects.get().pk)}


def test_console_opens_cold_without_network_and_goes_on(gate: Page, world: SimpleNamespace) -> None:
    go_offline(gate)
    gate.goto("/cong/")
    expect(gate.get_by_role("heading", name="Cổng khi mất mạng")).to_be_visible()
    expect(gate.get_by_text("Cổng chính")).to_be_visible()
    left(gate, 0)
    scan(gate, token_of(world.anh))
    says(gate, "Được vào")
    assert not has_sideways_scroll(gate)
    assert serious_faults(gate) == []
    gate.goto("/cong/C1/")
    left(gate, 1)
    inside(gate, 2)
    scan(gate, token_of(world.anh))
    says(gate, "Được vào")
    gate.get_by_role("button", name="Ra: Lê Văn Dũng").click()
    says(gate, "Đã ra")
    left(gate, 2)
    go_online(gate)
    expect(gate.get_by_text("Đã có mạng, mọi lượt đã gửi")).to_be_visible()
    assert events() == [("IN", "ALLOWED", ""), ("OUT", "", "")]
    gate.get_by_role("link", name="Mở lại trang cổng").click()
    expect(gate.get_by_role("heading", name="Cổng chính")).to_be_visible()
    inside(gate, 1)


def test_bad_codes_are_refused_in_words_and_change_nothing(gate: Page, world: SimpleNamespace) -> None:
    good = token_of(world.anh)
    claims = {
        "jti": uuid.uuid4().hex,
        "sub": "0" * 16,
        "name": "Kẻ Lạ",
        "agency": "CQ-KHAC",
        "iat": int(at(7).timestamp()),
    }
    kid = pass_keys.current_kid()
    foreign = pass_keys.sign({**claims, "exp": int(at(20).timestamp())}, kid=kid)
    expired = pass_keys.sign({**claims, "agency": "SO", "exp": int(at(6).timestamp())}, kid=kid)
    guest = {**claims, "agency": "SO", "kind": "VISITOR", "exp": int(at(20).timestamp())}
    elsewhere = pass_keys.sign({**guest, "site": "NOI-KHAC"}, kid=kid)
    early = pass_keys.sign({**guest, "site": "TS", "nbf": int(at(19).timestamp())}, kid=kid)
    override_level(world.binh.pseudonym, day=MONDAY, level="HIGH", reason="Ho", actor=world.head, at=at(7, 11))
    revoked = token_of_any(world.binh)
    open_with_list(gate)
    go_offline(gate)
    last_week = "https://vx.vn/q/C1/aaaabbbbcc"
    for text, words in (
        (good[:-6] + "AAAAAA", "không do hệ thống này cấp"),
        (good.split(".")[0] + "." + foreign.split(".")[1] + "." + good.split(".")[2], "không do hệ thống này cấp"),
        (expired, "đã hết hạn"),
        (foreign, "Không thuộc cơ quan này"),
        (elsewhere, "khách tại địa điểm khác"),
        (early, "chưa đến ngày hẹn"),
        (revoked, "không còn giá trị"),
        (last_week, "mã của cổng"),
        ("8936012345678", "Không đọc được mã này"),
        ("026185000001|1|Lý Văn Ai|05091985|Nam|Tổ 1|25042021", "Không có tên trong danh sách"),
    ):
        scan(gate, text)
        says(gate, words)
    left(gate, 10)
    inside(gate, 1)
    go_online(gate)
    expect(gate.locator("[data-gate-banner]")).to_be_hidden()
    assert events() == []
    reasons = {row.detail["reason"] for row in AuditEvent.objects.filter(action="admission.refuse_at_gate")}
    of_passes = {"FORGED", "EXPIRED", "EARLY", "FOREIGN", "OTHER_SITE", "REVOKED"}
    assert reasons == {*of_passes, "GATE_CODE", "UNREADABLE", "UNKNOWN"}
    assert kept(gate, "queue") == 0


def token_of_any(person: Person) -> str:
    row = GatePass.objects.get(subject=person.pseudonym)
    return all_tokens([row])[row.jti]


def test_pass_shown_by_two_is_held_until_the_guard_insists(gate: Page, world: SimpleNamespace) -> None:
    go_offline(gate)
    scan(gate, "CB00004")
    says(gate, "Người này đang ở trong", "Đã vào lúc 07:05")
    gate.get_by_role("button", name="Lần trước ra chưa quét").click()
    says(gate, "Được vào")
    go_online(gate)
    expect(gate.locator("[data-gate-banner]")).to_be_hidden()
    assert events() == [("IN", "ALLOWED", "")]


def test_card_is_looked_up_by_its_name_and_compared_by_the_guard(gate: Page, world: SimpleNamespace) -> None:
    go_offline(gate)
    scan(gate, "026185000001|135000001|Nguyễn Thị Ánh|05091985|Nữ|Tổ 1, Vĩnh Yên|25042021")
    expect(gate.get_by_text("hãy đối chiếu thẻ với người")).to_be_visible()
    gate.get_by_role("button", name="Vào: Nguyễn Thị Ánh").click()
    says(gate, "Được vào")


def test_visitor_is_let_in_by_the_host_s_word_and_the_visit_follows(gate: Page, world: SimpleNamespace) -> None:
    visits = [make_visit(world.place.site, at=at(7, 11), full_name=name) for name in ("Lý Thị Mai", "Tạ Văn Nam")]
    answer_visit(visits[0], HostAnswer.CONFIRMED, by=VisitRole.GUARD, actor=world.guard, at=at(7, 12))
    open_with_list(gate)
    go_offline(gate)
    scan(gate, visits[1].code)
    says(gate, "người tiếp chưa xác nhận")
    scan(gate, visits[0].code)
    says(gate, "Được vào", "Lý Thị Mai")
    go_online(gate)
    expect(gate.locator("[data-gate-banner]")).to_be_hidden()
    assert eventually(gate, lambda: kept(gate, "queue") == 0)
    for visit in visits:
        visit.refresh_from_db()
    assert [visit.state for visit in visits] == ["ADMITTED", "WAITING"]


def test_pass_of_a_visit_lets_in_once_though_it_is_younger_than_the_list(gate: Page, world: SimpleNamespace) -> None:
    gate.wait_for_timeout(1100)
    visit = make_visit(world.place.site, at=at(7, 9), full_name="Lý Thị Mai")
    answer_visit(visit, HostAnswer.CONFIRMED, by=VisitRole.GUARD, actor=world.guard, at=clock.now())
    row = GatePass.objects.get(visit_id=visit.pk)
    shown = all_tokens([row])[row.jti]
    go_offline(gate)
    for way, words in ((IN, "Được vào"), (OUT, "Đã ra"), (IN, "Khách đã ra về")):
        scan(gate, shown, way)
        says(gate, words, "Lý Thị Mai")
    go_online(gate)
    expect(gate.locator("[data-gate-banner]")).to_be_hidden()
    assert eventually(gate, lambda: kept(gate, "queue") == 0)
    visit.refresh_from_db()
    assert (visit.state, len(events())) == ("LEFT", 2)


def test_typed_code_of_a_visit_is_read_without_network_as_with_it(gate: Page, world: SimpleNamespace) -> None:
    first, again, declined = (
        make_visit(world.place.site, at=at(7, 9), full_name=name) for name in ("Lý Thị Mai", "Lý Thị Mai", "Tạ Văn Nam")
    )
    for visit in (first, again):
        answer_visit(visit, HostAnswer.CONFIRMED, by=VisitRole.GUARD, actor=world.guard, at=at(7, 9))
    move_visit(declined, "refuse", by=VisitRole.GUARD, actor=world.guard, at=at(7, 10), reason="Người tiếp bận")
    tomorrow = make_invitation(world.place.site, world.anh, at=at(7), planned_at=at(9) + datetime.timedelta(days=1))
    open_with_list(gate)
    go_offline(gate)
    scan(gate, f"{first.code[:4].lower()} {first.code[4:]}")
    says(gate, "Được vào", "Lý Thị Mai")
    scan(gate, again.code)
    says(gate, "Được vào", "Lý Thị Mai", again.code)
    scan(gate, f"{first.code[:4]}-{first.code[4:]}", OUT)
    says(gate, "Đã ra", "Lý Thị Mai")
    for code, words in (
        (first.code, "Khách đã ra về"),
        (declined.code, "không còn giá trị"),
        (tomorrow.code, "chưa đến ngày hẹn"),
        ("2222WXYZ", "Không đọc được mã này"),
    ):
        scan(gate, code)
        says(gate, words)
    left(gate, 6)
    go_online(gate)
    expect(gate.locator("[data-gate-banner]")).to_be_hidden()
    assert eventually(gate, lambda: kept(gate, "queue") == 0)
    assert events() == [("IN", "ALLOWED", ""), ("OUT", "", "")]
    first.refresh_from_db()
    assert first.state == "LEFT"
    reasons = [row.detail["reason"] for row in AuditEvent.objects.filter(action="admission.refuse_at_gate")]
    assert sorted(reasons) == ["EARLY", "HAS_LEFT", "REVOKED", "UNREADABLE"]


def test_visit_called_off_while_the_gate_was_away_is_shown_and_not_lost(gate: Page, world: SimpleNamespace) -> None:
    visit = make_visit(world.place.site, at=at(7, 9), full_name="Lý Thị Mai")
    answer_visit(visit, HostAnswer.CONFIRMED, by=VisitRole.GUARD, actor=world.guard, at=at(7, 9))
    open_with_list(gate)
    go_offline(gate)
    move_visit(visit, "refuse", by=VisitRole.GUARD, actor=world.guard, at=at(7, 10), reason="Người tiếp bận")
    scan(gate, visit.code)
    says(gate, "Được vào", "Lý Thị Mai")
    go_online(gate)
    line = gate.locator(".vx-queue-list li", has_text="Lý Thị Mai")
    expect(line).to_contain_text("lẽ ra phải giữ lại")
    assert events() == [("IN", "ALLOWED", "")]


def test_queue_of_the_gate_outlives_the_session(gate: Page, world: SimpleNamespace) -> None:
    go_offline(gate)
    scan(gate, token_of(world.anh))
    left(gate, 1)
    UserSession.objects.all().delete()
    go_online(gate)
    gate.goto("/cong/C1/")
    expect(gate.get_by_role("heading", name="Đăng nhập")).to_be_visible()
    assert eventually(gate, lambda: kept(gate, "queue") == 0)
    assert events() == [("IN", "ALLOWED", "")]


def test_gate_goes_on_when_the_session_ends_while_there_is_network(gate: Page, world: SimpleNamespace) -> None:
    UserSession.objects.all().delete()
    scan(gate, token_of(world.anh))
    says(gate, "Được vào", "Nguyễn Thị Ánh")
    expect(gate.get_by_text("Phiên đăng nhập đã hết, cổng vẫn làm việc")).to_be_visible()
    assert eventually(gate, lambda: kept(gate, "queue") == 0)
    assert events() == [("IN", "ALLOWED", "")]


def test_gate_goes_on_when_the_server_cannot_be_reached(gate: Page, world: SimpleNamespace) -> None:
    """The browser believes that there is network: a cable is in, and nobody answers."""
    gate.context.route("**/*", lambda route: route.abort())
    scan(gate, token_of(world.anh))
    says(gate, "Được vào")
    left(gate, 1)
    gate.context.unroute("**/*")
    scan(gate, "CB00002")
    says(gate, "Được vào", "Trần Văn Bình")
    assert eventually(gate, lambda: len(events()) == 2)
    assert eventually(gate, lambda: kept(gate, "queue") == 0)
    assert events() == [("IN", "ALLOWED", "")] * 2


def test_two_tabs_keep_and_send_each_scan_once(gate: Page, world: SimpleNamespace) -> None:
    other = gate.context.new_page()
    open_with_list(other)
    go_offline(gate)
    scan(gate, token_of(world.anh))
    says(gate, "Được vào")
    scan(other, token_of(world.anh))
    says(other, "Được vào")
    scan(other, "CB00002")
    says(other, "Được vào", "Trần Văn Bình")
    left(gate, 2)
    left(other, 2)
    go_online(gate)
    for page in (gate, other):
        expect(page.locator("[data-gate-banner]")).to_be_hidden()
    assert events() == [("IN", "ALLOWED", "")] * 2
    assert kept(gate, "queue") == 0


def test_revoked_device_is_wiped_and_none_of_its_scans_arrives(gate: Page, world: SimpleNamespace) -> None:
    go_offline(gate)
    scan(gate, token_of(world.anh))
    left(gate, 1)
    revoke_token(AccessToken.objects.get(), at=clock.now(), actor=world.guard)
    go_online(gate)
    assert eventually(gate, lambda: kept(gate, "device") == 0)
    assert [kept(gate, name) for name in ("queue", "held", "sent")] == [0, 0, 0]
    assert events() == []
    gate.reload()
    expect(gate.get_by_role("button", name="Giữ cổng trên máy này")).to_be_visible()


def test_answer_that_was_lost_doubles_no_scan(gate: Page, world: SimpleNamespace) -> None:
    go_offline(gate)
    for text in (token_of(world.anh), "CB00002"):
        scan(gate, text)
        says(gate, "Được vào")
    gate.evaluate(
        """() => {
             const real = window.fetch;
             window.fetch = async (...asked) => {
               const answer = await real(...asked);
               if (!answer.ok) return answer;
               window.fetch = real;
               throw new TypeError("the answer was lost");
             };
           }"""
    )
    go_online(gate)
    assert eventually(gate, lambda: len(events()) == 2)
    assert eventually(gate, lambda: kept(gate, "queue") == 0)
    assert events() == [("IN", "ALLOWED", "")] * 2


def test_online_answer_that_was_lost_is_not_kept_again(gate: Page, world: SimpleNamespace) -> None:
    gate.context.route("**/cong/C1/", lambda route: (route.fetch(), route.abort()), times=1)
    scan(gate, token_of(world.anh))
    says(gate, "Được vào")
    assert eventually(gate, lambda: kept(gate, "queue") == 0)
    assert events() == [("IN", "ALLOWED", "")]


def test_what_the_device_could_not_know_is_said_afterwards_with_the_name(gate: Page, world: SimpleNamespace) -> None:
    go_offline(gate)
    override_level(world.anh.pseudonym, day=MONDAY, level="HIGH", reason="Ho", actor=world.head, at=at(7, 5))
    scan(gate, token_of_any(world.anh))
    says(gate, "Được vào")
    go_online(gate)
    line = gate.locator(".vx-queue-list li", has_text="Nguyễn Thị Ánh")
    expect(line).to_contain_text("lẽ ra phải giữ lại")
    assert [one.kind for one in all_conflicts([world.place.site_id], first=MONDAY, last=MONDAY, at=at(8))] == [
        "AGAINST_RULE"
    ]


def test_guard_whose_post_has_ended_is_told_and_nothing_is_lost_unseen(gate: Page, world: SimpleNamespace) -> None:
    go_offline(gate)
    scan(gate, token_of(world.anh))
    left(gate, 1)
    RoleAssignment.objects.all().delete()
    go_online(gate)
    line = gate.locator(".vx-queue-list li", has_text="Nguyễn Thị Ánh")
    expect(line).to_contain_text("không được nhận")
    assert events() == []
    line.get_by_role("button", name="Bỏ đi").click()
    expect(line).to_be_hidden()


def test_clock_two_days_off_does_not_move_a_scan(open_page: PageOf, world: SimpleNamespace, sign_in: SignIn) -> None:
    page = open_page("phone")
    page.clock.set_system_time(datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=2))
    keep_gate(page, world, sign_in)
    go_offline(page)
    scan(page, token_of(world.anh))
    says(page, "Được vào")
    go_online(page)
    assert eventually(page, lambda: len(events()) == 1)
    event = PresenceEvent.objects.get(subject=world.anh.pseudonym)
    assert abs(event.occurred_at - at(7, 10)) < datetime.timedelta(minutes=5)


def test_signing_out_asks_before_scans_are_lost(pc: Page, world: SimpleNamespace, sign_in: SignIn) -> None:
    gate = keep_gate(pc, world, sign_in)
    gate.context.route("**/api/v1/gates/**", lambda route: route.abort())
    go_offline(gate)
    scan(gate, token_of(world.anh))
    left(gate, 1)
    go_online(gate)
    asked = []

    def answer(dialog: Dialog) -> None:
        asked.append(dialog.message)
        dialog.dismiss() if len(asked) == 1 else dialog.accept()

    gate.on("dialog", answer)
    gate.locator("header details summary").click()
    for time in (1, 2):
        gate.get_by_role("button", name="Đăng xuất").click()
        assert eventually(gate, lambda times=time: len(asked) == times)
    expect(gate.get_by_role("heading", name="Đăng nhập")).to_be_visible()
    assert asked == ["Còn 1 mục chưa gửi. Đăng xuất và bỏ các mục này?"] * 2
    assert [kept(gate, name) for name in ("queue", "held", "device")] == [0, 0, 0]


def test_device_that_keeps_nothing_scans_as_before(phone: Page, world: SimpleNamespace, sign_in: SignIn) -> None:
    sign_in(phone, world.guard)
    phone.goto("/cong/C1/")
    scan(phone, token_of(world.anh))
    says(phone, "Được vào", "Nguyễn Thị Ánh")
    assert events() == [("IN", "ALLOWED", "")]


def test_page_of_the_gate_without_network_says_nothing_of_anybody(open_page: PageOf, world: SimpleNamespace) -> None:
    page = open_page("phone")
    page.goto("/cong/ngoai-tuyen/")
    expect(page.get_by_text("Máy này chưa giữ cổng nào")).to_be_visible()
    assert not any(name in page.content() for name in NAMES)
