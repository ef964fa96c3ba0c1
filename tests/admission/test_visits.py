"""Guests: registered without an account, judged, answered by the host, let in, gone and forgotten."""

import datetime
import itertools
import re
import uuid
from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from django.core.cache import cache
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.factories.organization import make_person, make_place, make_site
from tests.factories.risk import MONDAY, clock, make_unit, make_user
from tests.factories.visits import FORM, PHONE, make_invitation, make_visit, said
from vungxanh.accounts.models import User
from vungxanh.admission import workflow
from vungxanh.admission.enums import HostAnswer, VisitRole, VisitState
from vungxanh.admission.form_guard import FormGuard
from vungxanh.admission.models import Visit, Visitor
from vungxanh.admission.operations.visits import (
    Guest,
    Plan,
    answer_visit,
    declare_visit,
    erase_visits,
    expire_visits,
    move_visit,
    register_visit,
)
from vungxanh.admission.rulebook import VISITS
from vungxanh.audit.models import AuditEvent
from vungxanh.common import clock as clocks
from vungxanh.organization.enums import Role
from vungxanh.screening.models import Presence, PresenceEvent
from vungxanh.screening.rulebook import VISITOR_QUESTIONNAIRE

pytestmark = pytest.mark.django_db
BACKEND = "vungxanh.accounts.backends.NameOrPhoneBackend"
RULE = VISITS.current().in_force(MONDAY)
NINE = clock(9)
QUEUE = "/khach-tai-cong/CC-1/"


@pytest.fixture(autouse=True)
def empty_cache() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def agency() -> SimpleNamespace:
    """A site with a gate, a host who works there, its guard, a health officer, strangers."""
    root = make_unit("SO")
    unit, other = make_unit("CC", root), make_unit("KH", root)
    host = make_person(unit, "Nguyễn Thị Ánh", user=make_user("anh"))
    site = make_site("CC-1", unit)
    make_site("KH-1", other)
    gate = make_place("CC-1-C", site)
    users = {
        "anh": host.user,
        "baove": make_user("baove", Role.GUARD, unit),
        "yte": make_user("yte", Role.HEALTH_OFFICER, root),
        "vanphong": make_user("vanphong", Role.OFFICE, root),
        "baovekhac": make_user("baovekhac", Role.GUARD, other),
        "la": make_user("la"),
    }
    make_person(other, "Phạm Văn Lạ", user=users["la"])
    return SimpleNamespace(site=site, gate=gate, host=host, users=users)


def visit_of(agency: SimpleNamespace, *yes: str, **guest: str) -> Visit:
    return make_visit(agency.site, *yes, at=NINE, host_name="nguyen thi anh", **guest)


def confirmed(agency: SimpleNamespace, **guest: str) -> Visit:
    visit = visit_of(agency, **guest)
    return answer_visit(visit, HostAnswer.CONFIRMED, by=VisitRole.HOST, actor=agency.users["anh"], at=NINE)


def by_guard(agency: SimpleNamespace, visit: Visit, verb: str, reason: str = "") -> Visit:
    return move_visit(visit, verb, by=VisitRole.GUARD, actor=agency.users["baove"], at=clock(10), reason=reason)


# --- Operations ------------------------------------------------------------------------------------------------------


def test_register_keeps_answers_unreadable_and_finds_the_host(agency: SimpleNamespace) -> None:
    visit = visit_of(agency)
    assert (visit.state, visit.gate_state, visit.level, visit.host) == ("WAITING", "ALLOWED", "LOW", agency.host)
    assert b"cough" not in bytes(visit.answers)
    raw = Visitor.objects.filter(pk=visit.visitor_id).extra(select={"raw": "phone"}).values_list("raw", flat=True)
    assert b"912345678" not in bytes(raw.get())
    event = AuditEvent.objects.get(action="admission.register_visit")
    assert (event.actor_id, event.subject_name) == (None, visit.code)
    assert not set(visit.code) & set("O0I1")


@pytest.mark.parametrize("named", ["Ai đó khác", "", "Phạm Văn"])
def test_register_when_nobody_has_that_name_leaves_the_host_to_the_guard(agency: SimpleNamespace, named: str) -> None:
    assert make_visit(agency.site, at=NINE, host_name=named).host is None


def test_register_when_two_have_that_name_leaves_the_host_to_the_guard(agency: SimpleNamespace) -> None:
    make_person(make_unit("BA", agency.site.unit), "Nguyễn Thị Ánh")
    assert visit_of(agency).host is None


@pytest.mark.parametrize(
    ("yes", "state"), [(["fever", "cough"], "HELD"), (["contact_with_case"], "HELD"), ([], "WAITING")]
)
def test_register_is_judged_by_the_table_of_people(agency: SimpleNamespace, yes: list[str], state: str) -> None:
    assert visit_of(agency, *yes).state == state


def test_register_again_with_the_same_key_is_the_same_visit(agency: SimpleNamespace) -> None:
    key, guest, plan = uuid.uuid4(), Guest("Lý Thị Mai", PHONE), Plan("Nộp hồ sơ", NINE)
    first = register_visit(key, agency.site, guest, plan, said(), at=NINE)
    again = register_visit(key, agency.site, guest, plan, said("fever"), at=clock(9, 5))
    assert (again.pk, again.state) == (first.pk, "WAITING")
    assert Visit.objects.count() == Visitor.objects.count() == 1


def test_visitor_is_the_same_by_number_and_name_together(agency: SimpleNamespace) -> None:
    first, again = visit_of(agency), visit_of(agency, phone="+84 912 345 678", full_name="ly thi mai")
    other = visit_of(agency, full_name="Lý Văn Tám")
    assert first.visitor == again.visitor
    assert first.visitor != other.visitor


def test_invited_visitor_declares_on_the_link(agency: SimpleNamespace) -> None:
    invited = make_invitation(agency.site, agency.host, at=NINE)
    assert (invited.state, invited.host_answer, invited.gate_state) == ("INVITED", "CONFIRMED", "")
    guest, plan = Guest("Hoàng Văn Nam", "0987654321"), Plan("Họp", NINE, group_size=3, group_list="Một Hai\nBa Bốn")
    declared = declare_visit(invited, guest, plan, said(), at=clock(9, 30))
    assert (declared.state, declared.group_size, declared.host) == ("WAITING", 3, agency.host)
    again = declare_visit(invited, guest, plan, said("fever"), at=clock(9, 40))
    assert (again.state, again.declared_at) == ("WAITING", clock(9, 30))


def test_admit_needs_the_word_of_the_host(agency: SimpleNamespace) -> None:
    visit = visit_of(agency)
    with pytest.raises(ValidationError, match="Người tiếp chưa xác nhận"):
        by_guard(agency, visit, "admit")
    answer_visit(visit, HostAnswer.CONFIRMED, by=VisitRole.GUARD, actor=agency.users["baove"], at=NINE)
    assert by_guard(agency, visit, "admit").state == "ADMITTED"


def test_presence_follows_the_gate(agency: SimpleNamespace) -> None:
    visit = confirmed(agency)
    by_guard(agency, visit, "admit")
    move_visit(visit, "leave", by=VisitRole.VISITOR, actor=None, at=clock(11))
    stay = Presence.objects.get(subject=visit.visitor.pseudonym)
    assert (stay.entered_at, stay.left_at, stay.place_id) == (clock(10), clock(11), agency.gate.pk)
    assert list(PresenceEvent.objects.order_by("occurred_at").values_list("recorded_by_id", flat=True)) == [
        agency.users["baove"].pk,
        None,
    ]


def test_visitor_who_checks_out_twice_is_refused_in_words(agency: SimpleNamespace) -> None:
    visit = confirmed(agency)
    by_guard(agency, visit, "admit")
    move_visit(visit, "leave", by=VisitRole.VISITOR, actor=None, at=clock(11))
    with pytest.raises(ValidationError, match="đã ra"):
        move_visit(visit, "leave", by=VisitRole.VISITOR, actor=None, at=clock(11, 1))
    assert PresenceEvent.objects.count() == 2


def test_site_without_gate_keeps_the_visit_alone(agency: SimpleNamespace) -> None:
    agency.gate.delete()
    assert by_guard(agency, confirmed(agency), "admit").state == "ADMITTED"
    assert not PresenceEvent.objects.exists()


@pytest.mark.parametrize("reason", ["", "   "])
def test_refusal_needs_a_reason(agency: SimpleNamespace, reason: str) -> None:
    with pytest.raises(ValidationError, match="lý do"):
        by_guard(agency, visit_of(agency), "refuse", reason)
    with pytest.raises(ValidationError, match="lý do"):
        answer_visit(
            visit_of(agency), HostAnswer.DECLINED, by=VisitRole.HOST, actor=agency.users["anh"], at=NINE, reason=reason
        )
    assert set(Visit.objects.values_list("state", "host_answer")) == {("WAITING", "PENDING")}


def test_host_declines_with_a_reason(agency: SimpleNamespace) -> None:
    visit = answer_visit(
        visit_of(agency), HostAnswer.DECLINED, by=VisitRole.HOST, actor=agency.users["anh"], at=NINE, reason="Hẹn lại"
    )
    assert (visit.state, visit.reason, visit.ended_at) == ("REFUSED", "Hẹn lại", NINE)


def test_held_visitor_waits_for_the_health_officer(agency: SimpleNamespace) -> None:
    visit = visit_of(agency, "fever")
    answer_visit(visit, HostAnswer.CONFIRMED, by=VisitRole.HOST, actor=agency.users["anh"], at=NINE)
    with pytest.raises(ValidationError):
        by_guard(agency, visit, "admit")
    move_visit(visit, "release", by=VisitRole.HEALTH_OFFICER, actor=agency.users["yte"], at=NINE)
    assert by_guard(agency, visit, "admit").state == "ADMITTED"


ACTORS = {VisitRole.HOST: "anh", VisitRole.GUARD: "baove", VisitRole.HEALTH_OFFICER: "yte"}
VERBS = sorted({move.verb for move in workflow.VISIT.moves if move.start})
CELLS = list(itertools.product(VisitState.values, VERBS, VisitRole.values))


@pytest.mark.parametrize(("state", "verb", "by"), CELLS)
def test_every_cell_of_the_workflow(agency: SimpleNamespace, state: str, verb: str, by: str) -> None:
    visit = confirmed(agency)
    inside = NINE if state in ("ADMITTED", "LEFT") else None
    Visit.objects.filter(pk=visit.pk).update(state=state, reason="x", admitted_at=inside)
    name = ACTORS.get(VisitRole(by))
    move = next((one for one in workflow.VISIT.moves if (one.start, one.verb) == (state, verb)), None)

    def go() -> str:
        actor = agency.users[name] if name else None
        return move_visit(visit, verb, by=VisitRole(by), actor=actor, at=clock(10), reason="lý do").state

    if move and by in move.by:
        assert go() == move.end
    else:
        with pytest.raises(ValidationError):
            go()
        assert Visit.objects.get().state == state


@pytest.mark.parametrize(
    ("by", "who"),
    [
        ("GUARD", "anh"),
        ("GUARD", "baovekhac"),
        ("GUARD", "yte"),
        ("GUARD", None),
        ("HOST", "la"),
        ("HOST", "baove"),
        ("HOST", None),
        ("HEALTH_OFFICER", "baove"),
        ("VISITOR", "baove"),
        ("SYSTEM", "vanphong"),
    ],
)
def test_part_of_somebody_else_is_refused(agency: SimpleNamespace, by: str, who: str | None) -> None:
    visit = confirmed(agency)
    with pytest.raises(PermissionDenied):
        move_visit(visit, "refuse", by=VisitRole(by), actor=agency.users[who] if who else None, at=NINE, reason="x")
    assert Visit.objects.get().state == "WAITING"


def test_visits_end_by_themselves(agency: SimpleNamespace) -> None:
    waiting, inside = visit_of(agency), confirmed(agency)
    by_guard(agency, inside, "admit")
    invited = make_invitation(agency.site, agency.host, at=NINE)
    assert expire_visits(at=clock(20)) == 0
    assert expire_visits(at=clock(12, day=MONDAY + datetime.timedelta(days=1))) == 3
    states = dict(Visit.objects.values_list("pk", "state"))
    assert states == {waiting.pk: "EXPIRED", inside.pk: "LEFT", invited.pk: "EXPIRED"}


def test_erasing_takes_answers_names_and_numbers_but_counts_stay(agency: SimpleNamespace) -> None:
    visit = confirmed(agency, party_name="Công ty Mẫu")
    by_guard(agency, visit, "admit")
    by_guard(agency, visit, "leave")
    last = MONDAY + datetime.timedelta(days=RULE.keep_days)
    assert erase_visits(on=last, at=clock(1, day=last)) == 0
    after = last + datetime.timedelta(days=1)
    assert erase_visits(on=after, at=clock(1, day=after)) == 1
    assert erase_visits(on=after, at=clock(1, day=after)) == 0
    visit.refresh_from_db()
    visitor = Visitor.objects.get()
    assert (visitor.full_name, visitor.phone, visitor.phone_digest, visitor.party_name) == ("", "", "", "")
    assert (bytes(visit.answers), visit.group_list, visit.host_name, visit.state) == (b"", "", "", "LEFT")
    assert AuditEvent.objects.get(action="admission.erase_visits").detail == {"visits": 1, "visitors": 1}


def test_erasing_spares_whoever_came_again_and_whoever_is_inside(agency: SimpleNamespace) -> None:
    first = confirmed(agency)
    by_guard(agency, first, "admit")
    by_guard(agency, first, "leave")
    after = MONDAY + datetime.timedelta(days=RULE.keep_days + 1)
    inside = make_visit(agency.site, at=clock(9, day=after), host_name="Nguyễn Thị Ánh")
    assert erase_visits(on=after, at=clock(10, day=after)) == 1
    assert Visitor.objects.get().full_name == "Lý Thị Mai"
    inside.refresh_from_db()
    assert (inside.erased_at, bool(inside.answers)) == (None, True)


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"gate_state": ""}, "visit_judged_when_declared"),
        ({"group_size": 0}, "visit_has_somebody"),
        ({"host_answer": "CONFIRMED"}, "visit_host_answered_at"),
        ({"state": "ADMITTED"}, "visit_inside_came_in"),
        ({"state": "REFUSED"}, "visit_refused_with_reason"),
    ],
)
def test_constraint_of_a_visit(agency: SimpleNamespace, change: dict[str, object], name: str) -> None:
    visit = visit_of(agency)
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        Visit.objects.filter(pk=visit.pk).update(**change)


@pytest.mark.parametrize("change", [{"full_name": ""}, {"erased_at": NINE}])
def test_constraint_of_a_visitor(agency: SimpleNamespace, change: dict[str, object]) -> None:
    visit = visit_of(agency)
    with pytest.raises(IntegrityError, match="visitor_named_until_erased"), transaction.atomic():
        Visitor.objects.filter(pk=visit.visitor_id).update(**change)


# --- The open form ---------------------------------------------------------------------------------------------------


def filled(page: str, **more: str) -> dict[str, str]:
    found = dict(re.findall(r'name="(client_uuid|token)" value="([^"]+)"', page))
    return {
        **found,
        "window": "ARRIVAL",
        "full_name": "Lý Thị Mai",
        "phone": "0912 345 678",
        "host_name": "Nguyễn Thị Ánh",
        "purpose": "Nộp hồ sơ",
        "group_size": "1",
        **{group.link_id: "NONE" for group in FORM.group},
        "attested": "yes",
        **more,
    }


def opened(path: str = "/khach/CC-1/") -> str:
    """The page as it was a minute ago, so that nobody is too quick."""
    with clocks.at(NINE - datetime.timedelta(minutes=1)):
        return Client().get(path).content.decode()


@pytest.fixture(autouse=True)
def real_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tokens live by the real clock; here it goes along with the agency's."""
    real = clocks.real_now
    monkeypatch.setattr(clocks, "real_now", lambda: clocks._given.get() or real())


def sent(given: dict[str, str], path: str = "/khach/CC-1/", at: datetime.datetime = NINE) -> tuple[int, str]:
    with clocks.at(at):
        answer = Client().post(path, given, follow=True)
    return answer.status_code, answer.content.decode()


@pytest.mark.parametrize("path", ["/khach/CC-1/", "/khach/CC-1-C/"])
def test_form_without_account_leads_to_the_own_visit(agency: SimpleNamespace, path: str) -> None:
    status, page = sent(filled(opened(path)), path)
    visit = Visit.objects.get()
    assert status == 200
    assert visit.code in page
    assert "20/10/2021" in page
    assert (visit.host, visit.state) == (agency.host, "WAITING")


def test_form_of_no_place_is_not_there(agency: SimpleNamespace) -> None:
    assert Client().get("/khach/KHONG-CO/").status_code == 404


def test_form_says_nothing_of_staff_or_earlier_visits(agency: SimpleNamespace) -> None:
    visit_of(agency)
    page = opened("/khach/CC-1/?phone=0912345678&sdt=0912345678")
    assert "Lý Thị Mai" not in page
    assert "Nguyễn Thị Ánh" not in page


def test_form_sent_twice_keeps_one(agency: SimpleNamespace) -> None:
    given = filled(opened())
    assert [sent(given)[0] for _time in range(2)] == [200, 200]
    assert Visit.objects.count() == 1


@pytest.mark.parametrize(
    ("change", "marked"),
    [
        ({"phone": "12"}, "phone"),
        ({"full_name": "Mai"}, "full_name"),
        ({"purpose": ""}, "purpose"),
        ({"host_name": ""}, "host_name"),
        ({"identity_number": "12"}, "identity_number"),
        ({"group_size": "0"}, "group_size"),
        ({"group_size": "1000"}, "group_size"),
        ({"group_size": "3", "group_list": "Một Người"}, "group_list"),
        ({"signs": ""}, "signs"),
        ({"temperature_c": "50"}, "temperature_c"),
    ],
)
def test_form_when_something_is_wrong_marks_the_place(
    agency: SimpleNamespace, change: dict[str, str], marked: str
) -> None:
    status, page = sent(filled(opened(), **change))
    assert status == 422
    assert f'id="id_{marked}_error"' in page
    assert not Visit.objects.exists()


@pytest.mark.parametrize(
    ("seconds", "words"), [(0, "Gửi nhanh quá"), (1, "Gửi nhanh quá"), (RULE.form_hours * 3600 + 61, "để quá lâu")]
)
def test_form_too_quick_or_too_old_is_sent_back_with_all_its_answers(
    agency: SimpleNamespace, seconds: int, words: str
) -> None:
    given = filled(opened())
    opened_at = NINE - datetime.timedelta(minutes=1)
    status, page = sent(given, at=opened_at + datetime.timedelta(seconds=seconds))
    assert (status, words in page) == (422, True)
    assert 'value="Lý Thị Mai"' in page
    assert not Visit.objects.exists()
    later = opened_at + datetime.timedelta(seconds=seconds + 60)
    assert sent(filled(page), at=later)[0] == 200


@pytest.mark.parametrize("token", ["", "gia-mao", "{of_another_site}"])
def test_form_with_a_token_that_is_not_ours_is_sent_back(agency: SimpleNamespace, token: str) -> None:
    with clocks.at(NINE - datetime.timedelta(minutes=1)):
        foreign = FormGuard(RULE, "KH-1", "127.0.0.1", clocks.real_now().timestamp()).token()
    status, _page = sent(filled(opened(), token=token.format(of_another_site=foreign)))
    assert status == 422
    assert not Visit.objects.exists()


def test_form_filled_in_by_a_machine_is_refused(agency: SimpleNamespace) -> None:
    status, page = sent(filled(opened(), website="https://example.com"))
    assert (status, "Không lưu gì cả" in page) == (429, True)
    assert not Visit.objects.exists()


def guard_at(address: str = "127.0.0.1", **more: str) -> FormGuard:
    with clocks.at(NINE):
        return FormGuard(RULE, "CC-1", address, clocks.real_now().timestamp(), **more)


def test_bus_of_thirty_behind_one_address_is_let_through(agency: SimpleNamespace) -> None:
    page = opened()
    for number in range(30):
        at = NINE + datetime.timedelta(seconds=30 * number)
        guest = {"phone": f"09123456{number:02}", "client_uuid": str(uuid.uuid4())}
        assert sent(filled(page, **guest, purpose=""), at=at)[0] == 422
        assert sent(filled(page, **guest), at=at)[0] == 200
    assert Visit.objects.count() == 30


def test_flood_is_refused_in_words_and_what_was_typed_stays(agency: SimpleNamespace) -> None:
    waits = [guard_at().minutes_to_wait() for _time in range(500)]
    assert waits == [0] * RULE.address_hour + [60] * (500 - RULE.address_hour)
    status, page = sent(filled(opened(), purpose="Nộp hồ sơ đất đai"))
    assert (status, "xin gửi lại sau 60 phút" in page) == (429, True)
    assert all(f'value="{typed}"' in page for typed in ("Lý Thị Mai", "0912 345 678", "Nộp hồ sơ đất đai"))
    assert not Visit.objects.exists()


def test_flood_from_one_address_shuts_out_nobody_else(agency: SimpleNamespace) -> None:
    for _time in range(500):
        guard_at("10.0.0.1").minutes_to_wait()
    assert RULE.address_hour < RULE.site_hour
    assert guard_at("10.0.0.2").minutes_to_wait() == 0


def test_flood_of_one_number_is_refused_whatever_the_address(agency: SimpleNamespace) -> None:
    for number in range(RULE.phone_hour):
        assert guard_at(f"10.0.0.{number}").minutes_to_wait_with("+84912345678") == 0
    status, page = sent(filled(opened()))
    assert (status, "gửi lại sau 60 phút" in page, Visit.objects.count()) == (429, True, 0)
    assert sent(filled(opened(), phone="0912345679"))[0] == 200


def test_invitation_is_let_through_whatever_comes_from_its_address(agency: SimpleNamespace) -> None:
    invited = make_invitation(agency.site, agency.host, at=NINE)
    for number in range(500):
        guard_at(f"10.0.{number % 5}.1").minutes_to_wait()
        guard_at().minutes_to_wait()
    path = f"/khach/moi/{invited.key}/"
    page = opened(path)
    assert "bằng mấy" not in page
    assert sent(filled(page), path)[0] == 200
    assert Visit.objects.get().state == "WAITING"


def test_invitation_that_is_sent_again_and_again_is_refused_for_itself_alone(agency: SimpleNamespace) -> None:
    first, other = (make_invitation(agency.site, agency.host, at=NINE) for _time in range(2))
    for _time in range(RULE.invitation_hour):
        assert guard_at(invitation=str(first.key)).minutes_to_wait() == 0
    paths = [f"/khach/moi/{one.key}/" for one in (first, other)]
    assert [sent(filled(opened(path)), path)[0] for path in paths] == [429, 200]


def test_form_of_a_flooded_place_asks_a_question(agency: SimpleNamespace) -> None:
    assert "bằng mấy" not in opened()
    for number in range(RULE.question_from):
        FormGuard(RULE, "CC-1", f"10.0.0.{number}", 0.0).minutes_to_wait()
    page = opened()
    one, other = map(int, re.findall(r"(\d+)\s+cộng\s+(\d+)", page)[0])
    status, again = sent(filled(page, question="1"))
    assert (status, "Trả lời thêm câu hỏi" in again) == (422, True)
    assert sent(filled(page, question=str(one + other)))[0] == 200
    assert Visit.objects.count() == 1


def test_invitation_is_filled_in_and_asks_for_health_alone(agency: SimpleNamespace) -> None:
    invited = make_invitation(agency.site, agency.host, at=NINE)
    path = f"/khach/moi/{invited.key}/"
    page = opened(path)
    assert 'value="Hoàng Văn Nam"' in page
    assert "checked" not in page
    assert 'name="host_name"' not in page
    status, _own = sent(filled(page), path)
    visit = Visit.objects.get()
    assert (status, visit.state, visit.host) == (200, "WAITING", agency.host)


@pytest.mark.parametrize(("verb", "state"), [("huy", "CANCELLED"), ("ra-ve", "LEFT")])
def test_own_page_cancels_and_checks_out_once(agency: SimpleNamespace, verb: str, state: str) -> None:
    visit = confirmed(agency)
    if state == "LEFT":
        by_guard(agency, visit, "admit")
    path = f"/khach/luot/{visit.key}/{verb}/"
    assert sent({}, path, clock(11))[0] == 200
    assert Visit.objects.get().state == state
    _status, again = sent({}, path, clock(11, 1))
    assert "không làm được" in again
    assert Visit.objects.get().ended_at == clock(11)


def test_own_page_is_gone_when_erased(agency: SimpleNamespace) -> None:
    visit = visit_of(agency)
    Visit.objects.filter(pk=visit.pk).update(erased_at=NINE)
    assert Client().get(f"/khach/luot/{visit.key}/").status_code == 404
    assert Client().get(f"/khach/luot/{uuid.uuid4()}/").status_code == 404


# --- Host and guard --------------------------------------------------------------------------------------------------


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user, BACKEND)
    return client


def page_of(client: Client, path: str, at: datetime.datetime = NINE) -> str:
    with clocks.at(at):
        return client.get(path).content.decode()


def post(client: Client, path: str, at: datetime.datetime = NINE, **given: str) -> str:
    with clocks.at(at):
        return client.post(path, given, follow=True).content.decode()


def test_host_sees_who_waits_and_answers(agency: SimpleNamespace) -> None:
    visit = visit_of(agency)
    client = signed_in(agency.users["anh"])
    page = page_of(client, "/khach-cua-toi/")
    assert "Lý Thị Mai đang ở cổng" in page
    assert re.search(r'vx-count">1<', page)
    assert "912345678" not in page
    post(client, f"/khach-cua-toi/{visit.code}/tiep/")
    assert Visit.objects.get().host_answer == "CONFIRMED"
    assert 'vx-count"' not in page_of(client, "/khach-cua-toi/")


def test_host_declines_on_the_page_and_the_visitor_reads_why(agency: SimpleNamespace) -> None:
    visit = visit_of(agency)
    post(signed_in(agency.users["anh"]), f"/khach-cua-toi/{visit.code}/khong-tiep/", reason="Xin hẹn tuần sau")
    assert "Xin hẹn tuần sau" in page_of(Client(), f"/khach/luot/{visit.key}/")


def invitation(**more: str) -> dict[str, str]:
    given = {
        "full_name": "Hoàng Văn Nam",
        "phone": "0987654321",
        "purpose": "Họp",
        "site": "CC-1",
        "planned_at": "2021-09-21T08:30",
        "group_size": "1",
    }
    return {**given, **more}


def test_host_invites_and_gets_a_link(agency: SimpleNamespace) -> None:
    page = post(signed_in(agency.users["anh"]), "/khach-cua-toi/moi/", **invitation())
    visit = Visit.objects.get()
    assert f"/khach/moi/{visit.key}/" in page
    assert (visit.state, visit.planned_at) == ("INVITED", clock(8, 30, day=datetime.date(2021, 9, 21)))


@pytest.mark.parametrize("planned", ["2021-09-19T08:00", "2022-09-19T08:00", "x"])
def test_host_invites_for_days_ahead_only(agency: SimpleNamespace, planned: str) -> None:
    page = post(signed_in(agency.users["anh"]), "/khach-cua-toi/moi/", **invitation(planned_at=planned))
    assert 'id="id_planned_at_error"' in page
    assert not Visit.objects.exists()


def test_regular_guest_is_filled_in_for_the_host(agency: SimpleNamespace) -> None:
    visit_of(agency, party_name="Công ty Mẫu")
    page = page_of(signed_in(agency.users["anh"]), "/khach-cua-toi/moi/?sdt=0912345678")
    assert 'value="Lý Thị Mai"' in page
    assert 'value="Công ty Mẫu"' in page


def test_queue_shows_who_waits_and_lets_in(agency: SimpleNamespace) -> None:
    visit = visit_of(agency)
    client = signed_in(agency.users["baove"])
    early, late = page_of(client, QUEUE), page_of(client, QUEUE, clock(9, RULE.reminder_minutes + 1))
    assert "Lý Thị Mai" in early
    assert "gọi người tiếp" not in early
    assert "gọi người tiếp" in late
    assert "912345678" not in early
    post(client, f"{QUEUE}{visit.code}/goi-dong-y/")
    post(client, f"{QUEUE}{visit.code}/cho-vao/", clock(9, 20))
    assert Visit.objects.get().state == "ADMITTED"
    post(client, f"{QUEUE}{visit.code}/da-ra/", clock(10))
    assert "không làm được" in post(client, f"{QUEUE}{visit.code}/da-ra/", clock(10, 1))
    assert Visit.objects.get().ended_at == clock(10)


def test_queue_shows_no_answers_of_a_held_visitor(agency: SimpleNamespace) -> None:
    visit = visit_of(agency, "fever", "cough")
    client = signed_in(agency.users["baove"])
    for page in (page_of(client, QUEUE), page_of(client, f"{QUEUE}{visit.code}/")):
        assert "Tạm giữ" in page
        assert not re.search(r"[Ss]ốt|\bHo\b|Cao\b|nguy cơ cao", page)


def test_queue_opens_a_visit_by_its_code_and_writes_the_look_down(agency: SimpleNamespace) -> None:
    visit = visit_of(agency)
    client = signed_in(agency.users["baove"])
    with clocks.at(NINE):
        page = client.get(QUEUE, {"ma": visit.code.lower()}, follow=True).content.decode()
        assert client.get(QUEUE, {"ma": "ZZZZZZZZ"}).status_code == 404
    assert "912345678" in page
    event = AuditEvent.objects.get(action="admission.read_visit")
    assert (event.is_read, event.actor_id) == (True, agency.users["baove"].pk)


@pytest.mark.parametrize("who", ["anh", "vanphong", "baovekhac", "la"])
def test_queue_of_somebody_elses_gate_is_not_there(agency: SimpleNamespace, who: str) -> None:
    visit = visit_of(agency)
    client = signed_in(agency.users[who])
    with clocks.at(NINE):
        assert client.get(QUEUE).status_code == 404
        assert client.get(f"{QUEUE}{visit.code}/").status_code == 404
        assert client.post(f"{QUEUE}{visit.code}/cho-vao/").status_code == 404


@pytest.mark.parametrize("path", [QUEUE, "/khach-cua-toi/"])
def test_list_when_more_visits_takes_no_more_queries(agency: SimpleNamespace, path: str) -> None:
    client = signed_in(agency.users["baove" if path == QUEUE else "anh"])

    def queries() -> int:
        with clocks.at(NINE), CaptureQueriesContext(connection) as seen:
            assert client.get(path).status_code == 200
        return len(seen)

    visit_of(agency)
    few = queries()
    for number in range(2):
        visit_of(agency, phone=f"09123456{number}0", full_name=f"Lý Văn {'AB'[number]}n")
    assert queries() == few


def test_questionnaire_of_visitors_feeds_the_same_facts_as_that_of_staff() -> None:
    assert VISITOR_QUESTIONNAIRE.current().in_force(MONDAY).code == "visitor_covid19"
    assert {feed for item in FORM.items() for feed in item.feeds} == {
        "sign",
        "fever",
        "respiratory",
        "taste_or_smell",
        "contact_with_case",
        "contact_with_symptomatic",
        "from_epidemic_area",
    }
