"""The pass of a visitor: signed like that of staff, good at its site on its day, and the visit follows the gate."""

import datetime
import re
import uuid
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.factories.organization import make_person, make_place, make_site
from tests.factories.presence import new_presence
from tests.factories.risk import MONDAY, clock, make_unit, make_user
from tests.factories.visits import make_invitation, make_visit, said
from vungxanh.admission.enums import HostAnswer, RevocationReason, SubjectKind, VisitRole
from vungxanh.admission.models import GatePass, Visit
from vungxanh.admission.operations.gate_batch import OfflineScan, ScanBatch, merge_scans
from vungxanh.admission.operations.visits import Guest, Plan, answer_visit, declare_visit, expire_visits, move_visit
from vungxanh.admission.pass_keys import PassFaultError, verified
from vungxanh.admission.queries.passes import all_pass_of_visit, all_revoked, all_tag_of, all_tokens
from vungxanh.admission.rulebook import VISITS
from vungxanh.common import clock as clocks
from vungxanh.common.verdict import Verdict
from vungxanh.organization.enums import Role
from vungxanh.organization.models import Place
from vungxanh.screening.enums import Direction
from vungxanh.screening.models import Presence, PresenceEvent
from vungxanh.screening.operations import record_presence

pytestmark = pytest.mark.django_db
BACKEND = "vungxanh.accounts.backends.NameOrPhoneBackend"
RULE = VISITS.current().in_force(MONDAY)
NINE, TEN = clock(9), clock(10)


@pytest.fixture
def agency() -> SimpleNamespace:
    """A site with two gates, and another site of the same agency."""
    root = make_unit("SO")
    unit = make_unit("CC", root)
    site, other = make_site("CC-1", unit), make_site("CC-2", unit)
    host = make_person(unit, "Nguyễn Thị Ánh", user=make_user("anh"))
    return SimpleNamespace(
        site=site,
        first=make_place("C1", site),
        second=make_place("C2", site),
        elsewhere=make_place("C3", other),
        host=host,
        guard=make_user("baove", Role.GUARD, unit),
        officer=make_user("yte", Role.HEALTH_OFFICER, root),
    )


def expected(agency: SimpleNamespace, **guest: str) -> Visit:
    """Declared at nine, confirmed by the host."""
    visit = make_visit(agency.site, at=NINE, host_name="Nguyễn Thị Ánh", **guest)
    return answer_visit(visit, HostAnswer.CONFIRMED, by=VisitRole.HOST, actor=agency.host.user, at=NINE)


def token_of(visit: Visit, at: datetime.datetime = TEN) -> str:
    row = all_pass_of_visit(visit, at=at)
    assert row
    return all_tokens([row])[row.jti]


def scan(agency: SimpleNamespace, text: str, way: str, at: datetime.datetime, **more: Any) -> str:
    """What the console says, without tags."""
    client, place = Client(), more.pop("place", agency.first)
    client.force_login(agency.guard, BACKEND)
    given = {"client_uuid": uuid.uuid4(), "text": text, "direction": way, **more}
    with clocks.at(at):
        page = client.post(f"/cong/{place.code}/", given).content.decode()
    found = re.search(r'<section class="vx-gate-answer".*?</section>', page, re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", found[0]).split()) if found else ""


def state(visit: Visit) -> str:
    return Visit.objects.get(pk=visit.pk).state


def good(visit: Visit) -> bool:
    return GatePass.objects.filter(visit_id=visit.pk, revoked_at__isnull=True).exists()


# --- The pass --------------------------------------------------------------------------------------------------------


def test_pass_has_the_shape_of_that_of_staff(agency: SimpleNamespace) -> None:
    visit = expected(agency)
    row = GatePass.objects.get()
    assert verified(token_of(visit), at=TEN) == {
        "jti": row.jti.hex,
        "sub": all_tag_of(visit.visitor.pseudonym, MONDAY),
        "kind": "VISITOR",
        "name": "Lý Thị Mai",
        "agency": "SO",
        "site": "CC-1",
        "state": "ALLOWED",
        "iat": int(NINE.timestamp()),
        "exp": int(NINE.timestamp()) + RULE.waiting_hours * 3600,
    }
    assert len(token_of(visit)) <= 425


def test_no_pass_before_the_host_answered_nor_for_whom_the_rules_hold(agency: SimpleNamespace) -> None:
    make_visit(agency.site, at=NINE, host_name="Nguyễn Thị Ánh")
    held = make_visit(agency.site, "fever", at=NINE, host_name="Nguyễn Thị Ánh", full_name="Lý Văn Tám")
    answer_visit(held, HostAnswer.CONFIRMED, by=VisitRole.HOST, actor=agency.host.user, at=NINE)
    assert not GatePass.objects.exists()
    move_visit(held, "release", by=VisitRole.HEALTH_OFFICER, actor=agency.officer, at=TEN)
    assert good(held)


def test_pass_of_an_invitation_is_good_from_its_day_on(agency: SimpleNamespace) -> None:
    tuesday = MONDAY + datetime.timedelta(days=1)
    invited = make_invitation(agency.site, agency.host, at=NINE, planned_at=clock(8, day=tuesday))
    assert not good(invited)
    visit = declare_visit(invited, Guest("Hoàng Văn Nam", "0987654321"), Plan("Họp", NINE), said(), at=NINE)
    token = token_of(visit)
    with pytest.raises(PassFaultError, match="EARLY"):
        verified(token, at=clock(23, 59))
    assert "chưa đến ngày hẹn" in scan(agency, token, "IN", TEN)
    assert verified(token, at=clock(0, day=tuesday))["nbf"] == int(clock(0, day=tuesday).timestamp())
    with pytest.raises(PassFaultError, match="EXPIRED"):
        verified(token, at=clock(8, day=tuesday) + datetime.timedelta(hours=RULE.waiting_hours))


@pytest.mark.parametrize(
    ("verb", "by", "reason"),
    [
        ("refuse", "guard", RevocationReason.WITHDRAWN),
        ("hold", "guard", RevocationReason.WITHDRAWN),
        ("cancel", "", RevocationReason.WITHDRAWN),
        ("leave", "guard", RevocationReason.LEFT),
    ],
)
def test_pass_is_revoked_when_it_is_over(agency: SimpleNamespace, verb: str, by: str, reason: RevocationReason) -> None:
    visit = expected(agency)
    token = token_of(visit)
    role = VisitRole.GUARD if by else VisitRole.VISITOR
    actor = agency.guard if by else None
    if verb == "leave":
        move_visit(visit, "admit", by=role, actor=actor, at=TEN, gate=agency.first)
        assert good(visit)
    move_visit(visit, verb, by=role, actor=actor, at=clock(11), reason="lý do", gate=agency.first)
    row = GatePass.objects.get()
    assert (row.revoked_at, row.revocation_reason) == (clock(11), reason)
    assert all_revoked(at=clock(11)) == [row.jti]
    assert scan(agency, token, "IN", clock(12)).startswith("Không được vào" if verb == "leave" else "Tạm giữ")
    assert state(visit) != "ADMITTED"


def test_pass_is_revoked_when_the_visitor_does_not_come(agency: SimpleNamespace) -> None:
    visit = expected(agency)
    expire_visits(at=NINE + datetime.timedelta(hours=RULE.waiting_hours, minutes=1))
    assert (state(visit), good(visit)) == ("EXPIRED", False)


def test_two_visits_of_one_day_have_a_pass_each(agency: SimpleNamespace) -> None:
    first, second = expected(agency), expected(agency)
    assert first.visitor == second.visitor
    assert (good(first), good(second)) == (True, True)


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"visit_id": None}, "gatepass_visitor_has_a_visit"),
        ({"site_id": None}, "gatepass_visitor_has_a_visit"),
        ({"kind": SubjectKind.STAFF}, "gatepass_visitor_has_a_visit"),
        ({"not_before": clock(23)}, "gatepass_opens_before_it_ends"),
    ],
)
def test_constraint_of_a_visitors_pass(agency: SimpleNamespace, change: dict[str, object], name: str) -> None:
    expected(agency)
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        GatePass.objects.update(**change)


def test_constraint_one_good_pass_a_visit(agency: SimpleNamespace) -> None:
    expected(agency)
    row = GatePass.objects.get()
    row.jti = uuid.uuid4()
    with pytest.raises(IntegrityError, match=r"gatepass_one_good_a_visit|visit_id"), transaction.atomic():
        row.save(force_insert=True)


# --- At the gate -----------------------------------------------------------------------------------------------------


def test_scan_checks_in_and_out_at_the_gates_where_it_was(agency: SimpleNamespace) -> None:
    visit = expected(agency)
    token = token_of(visit)
    assert scan(agency, token, "IN", TEN, temperature_c="36,6", place=agency.second).startswith("Được vào")
    visit.refresh_from_db()
    assert (visit.state, visit.admitted_at) == ("ADMITTED", TEN)
    assert "Đã ra" in scan(agency, token, "OUT", clock(11))
    visit.refresh_from_db()
    assert (visit.state, visit.ended_at) == ("LEFT", clock(11))
    stay = Presence.objects.get()
    assert (stay.place_id, stay.left_place_id) == (agency.second.pk, agency.first.pk)


def test_leaving_twice_is_refused_in_words_and_changes_nothing(agency: SimpleNamespace) -> None:
    visit = expected(agency)
    token = token_of(visit)
    scan(agency, token, "IN", TEN)
    scan(agency, token, "OUT", clock(11))
    assert "Khách đã ra về" in scan(agency, token, "OUT", clock(12))
    again = scan(agency, "", "OUT", clock(12, 1), subject=visit.visitor.pseudonym)
    assert ("đã ra rồi" in again, "11:00" in again) == (True, True)
    visit.refresh_from_db()
    assert (visit.ended_at, PresenceEvent.objects.count()) == (clock(11), 2)


def test_leaving_by_the_list_of_those_inside_ends_the_visit(agency: SimpleNamespace) -> None:
    visit = expected(agency)
    move_visit(visit, "admit", by=VisitRole.GUARD, actor=agency.guard, at=TEN, gate=agency.first)
    scan(agency, "", "OUT", clock(11), subject=visit.visitor.pseudonym)
    assert (state(visit), good(visit)) == ("LEFT", False)


def test_pass_of_another_site_and_second_person_with_it_are_refused(agency: SimpleNamespace) -> None:
    visit = expected(agency)
    token = token_of(visit)
    assert "địa điểm khác" in scan(agency, token, "IN", TEN, place=agency.elsewhere)
    assert state(visit) == "WAITING"
    scan(agency, token, "IN", TEN)
    assert "10:00" in scan(agency, token, "IN", clock(10, 30))
    assert PresenceEvent.objects.count() == 1


def test_visitor_who_waits_for_the_host_is_held_and_the_visit_is_a_tap_away(agency: SimpleNamespace) -> None:
    visit = make_visit(agency.site, at=NINE, host_name="Nguyễn Thị Ánh")
    answer = scan(agency, visit.code, "IN", TEN)
    assert ("người tiếp chưa xác nhận" in answer, "Mở lượt khách" in answer) == (True, True)
    assert (state(visit), Presence.objects.count()) == ("WAITING", 0)


def test_typed_code_of_the_visit_lets_in_and_out_like_its_pass(agency: SimpleNamespace) -> None:
    visit = expected(agency)
    assert scan(agency, f"{visit.code[:4].lower()} {visit.code[4:]}", "IN", TEN).startswith("Được vào")
    assert scan(agency, f"{visit.code[:4]}-{visit.code[4:]}", "OUT", clock(11)).startswith("Đã ra")
    assert "Khách đã ra về" in scan(agency, visit.code, "IN", clock(12))
    visit.refresh_from_db()
    assert (visit.state, PresenceEvent.objects.count()) == ("LEFT", 2)


def test_typed_code_that_opens_nothing_is_refused_with_its_reason(agency: SimpleNamespace) -> None:
    declined = expected(agency, full_name="Tạ Văn Nam")
    move_visit(declined, "refuse", by=VisitRole.HOST, actor=agency.host.user, at=NINE, reason="Bận họp")
    answer = scan(agency, declined.code, "IN", TEN)
    assert ("không còn giá trị" in answer, "Tạ Văn Nam" in answer) == (True, True)
    tomorrow = make_invitation(agency.site, agency.host, at=NINE, planned_at=NINE + datetime.timedelta(days=1))
    assert "chưa đến ngày hẹn" in scan(agency, tomorrow.code, "IN", TEN)
    due = expected(agency)
    answer = scan(agency, due.code, "IN", TEN, place=agency.elsewhere)
    assert ("địa điểm khác" in answer, "Lý Thị Mai" in answer) == (True, False)
    expire_visits(at=NINE + datetime.timedelta(hours=RULE.waiting_hours, minutes=1))
    assert "đã hết hạn" in scan(agency, due.code, "IN", clock(22))
    assert PresenceEvent.objects.count() == 0


def test_fever_at_the_gate_holds_a_visitor_with_a_pass(agency: SimpleNamespace) -> None:
    visit = expected(agency)
    assert "Thân nhiệt cao" in scan(agency, token_of(visit), "IN", TEN, temperature_c="38")
    assert state(visit) == "WAITING"


def merge(agency: SimpleNamespace, at: datetime.datetime, *scans: OfflineScan) -> list[str]:
    [results] = merge_scans([ScanBatch(agency.first, MONDAY, datetime.timedelta(), "may", agency.guard, scans)], at=at)
    assert not isinstance(results, Verdict)
    return [one.outcome for one in results]


def passing(token: str, way: Direction, at: datetime.datetime) -> OfflineScan:
    return OfflineScan(uuid.uuid4(), way, at, token=token)


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_scans_without_network_move_the_visit_in_any_order(agency: SimpleNamespace, order: tuple[int, int]) -> None:
    visit = expected(agency)
    token = token_of(visit)
    scans = [passing(token, Direction.IN, TEN), passing(token, Direction.OUT, clock(11))]
    for number in order:
        assert merge(agency, clock(12), scans[number]) == ["KEPT"]
    visit.refresh_from_db()
    assert (visit.state, visit.admitted_at, visit.ended_at) == ("LEFT", TEN, clock(11))
    assert merge(agency, clock(12, 5), *scans) == ["AGAIN", "AGAIN"]
    assert not PresenceEvent.objects.exclude(rule_decision="").exists()


def test_scan_without_network_of_a_pass_of_another_site_is_a_conflict(agency: SimpleNamespace) -> None:
    visit = expected(agency)
    scans = [passing(token_of(visit), Direction.IN, TEN)]
    merge_scans([ScanBatch(agency.elsewhere, MONDAY, datetime.timedelta(), "may", agency.guard, scans)], at=clock(12))
    assert (PresenceEvent.objects.get().rule_decision, state(visit)) == ("HOLD", "WAITING")


def test_batch_of_staff_asks_one_query_more_for_any_number(agency: SimpleNamespace) -> None:
    def queries(number: int) -> int:
        people = [uuid.uuid4() for _one in range(number)]
        new = [new_presence(agency.first, one, TEN, Direction.IN) for one in people]
        with CaptureQueriesContext(connection) as seen:
            record_presence(new, actor=agency.guard, at=TEN)
        return len(seen)

    assert queries(1) == queries(9)


# --- Which gate ------------------------------------------------------------------------------------------------------


def test_queue_asks_at_which_of_several_gates_one_stands(agency: SimpleNamespace) -> None:
    visit, client = expected(agency), Client()
    client.force_login(agency.guard, BACKEND)
    path = f"/khach-tai-cong/CC-1/{visit.code}/"
    with clocks.at(TEN):
        assert "Tôi trực tại" in client.get("/khach-tai-cong/CC-1/").content.decode()
        assert "nhiều cổng" in client.post(f"{path}cho-vao/", follow=True).content.decode()
        assert (state(visit), Presence.objects.count()) == ("WAITING", 0)
        client.get("/khach-tai-cong/CC-1/?cong=C2")
        client.post(f"{path}cho-vao/")
    assert (state(visit), Presence.objects.get().place_id) == ("ADMITTED", agency.second.pk)


def test_queue_knows_the_gate_whose_console_was_open(agency: SimpleNamespace) -> None:
    visit, client = expected(agency), Client()
    client.force_login(agency.guard, BACKEND)
    with clocks.at(TEN):
        client.get("/cong/C2/")
        client.post(f"/khach-tai-cong/CC-1/{visit.code}/cho-vao/")
    assert Presence.objects.get().place_id == agency.second.pk


def test_own_leaving_is_noted_where_the_visitor_came_in(agency: SimpleNamespace) -> None:
    visit = expected(agency)
    move_visit(visit, "admit", by=VisitRole.GUARD, actor=agency.guard, at=TEN, gate=agency.second)
    move_visit(visit, "leave", by=VisitRole.VISITOR, actor=None, at=clock(11))
    assert Presence.objects.get().left_place_id == agency.second.pk


def test_gate_of_another_site_is_refused(agency: SimpleNamespace) -> None:
    visit = expected(agency)
    elsewhere = Place.objects.select_related("site").get(code="C3")
    with pytest.raises(ValidationError, match="địa điểm khác"):
        move_visit(visit, "admit", by=VisitRole.GUARD, actor=agency.guard, at=TEN, gate=elsewhere)
    assert (state(visit), good(visit)) == ("WAITING", True)


def test_own_page_and_badge_show_the_pass(agency: SimpleNamespace) -> None:
    visit, guard = expected(agency), Client()
    guard.force_login(agency.guard, BACKEND)
    with clocks.at(TEN):
        own = Client().get(f"/khach/luot/{visit.key}/").content.decode()
        badge = guard.get(f"/khach-tai-cong/CC-1/{visit.code}/the/").content.decode()
    for page in (own, badge):
        assert 'aria-label="Mã QR của giấy vào cửa"' in page
    move_visit(visit, "cancel", by=VisitRole.VISITOR, actor=None, at=TEN)
    with clocks.at(TEN):
        assert "Mã QR của giấy" not in Client().get(f"/khach/luot/{visit.key}/").content.decode()
