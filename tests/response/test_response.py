"""Response plans: drafted from the template, named, put in force; started by one button, ticked, reminded, ended."""

import datetime
import uuid
from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.factories.accounts import make_account
from tests.factories.directing import Agency
from tests.factories.organization import clock, make_holder, make_person, make_unit
from tests.factories.response import NINE, everybody, make_plan, make_response, written
from vungxanh.audit.models import AuditEvent
from vungxanh.common import clock as clocks
from vungxanh.common.decision_tables import RuleFileError
from vungxanh.notifications.models import Notification
from vungxanh.organization.enums import Role, UnitKind
from vungxanh.organization.models import Person, UnitVersion
from vungxanh.organization.tree import all_tree_on
from vungxanh.response.enums import PlanState
from vungxanh.response.models import Response, ResponsePlan, ResponseStep
from vungxanh.response.operations.plans import Named, PlanError, WrittenStep, change_plan, draft_plan, put_in_force
from vungxanh.response.operations.responses import (
    ResponseError,
    end_response,
    remind_of_late_steps,
    start_response,
    tick_step,
)
from vungxanh.response.queries.plans import by_scenario, plan_of, response_visible_to, steps_of, unit_lines
from vungxanh.response.rulebook import RESPONSE_RULE

pytestmark = pytest.mark.django_db
BACKEND = "vungxanh.accounts.backends.NameOrPhoneBackend"
MINUTE = datetime.timedelta(minutes=1)


@pytest.fixture
def agency(db: None) -> Agency:
    return Agency()


@pytest.fixture
def named(agency: Agency) -> Person:
    return make_person(agency.unit, "Người Làm", user=make_account("nguoilam"))


def draft(agency: Agency) -> ResponsePlan:
    return draft_plan(agency.unit.pk, actor=agency.head, at=NINE)


def change(plan: ResponsePlan, agency: Agency, named: list[Named], steps: list[WrittenStep]) -> ResponsePlan:
    return change_plan(plan, named, steps, seen_at=plan.changed_at, actor=agency.head, at=clock(9, 5))


# --- The plan ------------------------------------------------------------------------------------------------------
def test_draft_has_everything_of_the_template_and_is_made_once(agency: Agency) -> None:
    plan, rule = draft(agency), RESPONSE_RULE.current().in_force(NINE.date())
    assert [(code, len(steps)) for code, _name, steps in by_scenario(plan)] == [
        (one.code, len(one.step)) for one in rule.scenario
    ]
    assert [one.name for one in plan.duties.all()] == [one.name for one in rule.duty]
    assert draft_plan(agency.unit.pk, actor=agency.clerk, at=clock(10)).pk == plan.pk


def test_plan_is_not_in_force_before_every_duty_has_somebody(agency: Agency, named: Person) -> None:
    plan = draft(agency)
    first, *rest = everybody(plan, named)
    change(plan, agency, [Named(first.duty, None, None), *rest], written(plan))
    with pytest.raises(PlanError, match="Chỉ huy chung"):
        put_in_force(draft(agency), seen_at=draft(agency).changed_at, actor=agency.head, at=clock(10))
    with pytest.raises(PlanError, match="Vừa có người khác sửa"):
        put_in_force(draft(agency), seen_at=NINE - MINUTE, actor=agency.head, at=clock(10))
    assert plan_of(agency.unit.pk, PlanState.IN_FORCE) is None


def test_new_version_replaces_the_one_in_force_and_begins_with_it(agency: Agency, named: Person) -> None:
    first = make_plan(agency.unit, agency.head, named)
    second = draft(agency)
    steps = [WrittenStep("F0", "Gọi 115", 5, "Y_TE"), *written(second)[1:]]
    change(second, agency, everybody(second, named), steps)
    put_in_force(draft(agency), seen_at=draft(agency).changed_at, actor=agency.deputy, at=clock(10))
    first.refresh_from_db()
    in_force = plan_of(agency.unit.pk, PlanState.IN_FORCE)
    assert in_force
    assert (first.state, in_force.number, in_force.in_force_by) == ("REPLACED", 2, agency.deputy)
    assert next(iter(in_force.steps.all())).text == "Gọi 115"
    assert first.steps.count() == in_force.steps.count()
    assert [event.action for event in AuditEvent.objects.filter(action__startswith="response.").order_by("pk")] == [
        *("response.draft_plan", "response.change_plan", "response.put_in_force_plan") * 2
    ]


def test_steps_stand_in_the_order_of_their_minutes_and_those_without_words_are_left_out(
    agency: Agency, named: Person
) -> None:
    plan = draft(agency)
    others = [one for one in written(plan) if one.scenario != "F0"]
    steps = [
        WrittenStep("F0", "Sau", 50, "Y_TE"),
        WrittenStep("F0", "  ", 1, "Y_TE"),
        WrittenStep("F0", " Trước  tiên ", 5, "TRU_SO"),
    ]
    change(plan, agency, everybody(plan, named), [*steps, *others])
    [(_code, _name, found), *_rest] = by_scenario(draft(agency))
    assert [(one.text, one.within, one.duty.code) for one in found] == [
        ("Trước tiên", 5, "TRU_SO"),
        ("Sau", 50, "Y_TE"),
    ]


def test_bad_steps_and_people_are_refused_and_nothing_is_changed(agency: Agency, named: Person) -> None:
    plan = draft(agency)
    steps, people = written(plan), everybody(plan, named)
    stranger = make_person(agency.other, "Người Ngoài")
    bad_steps = [
        [one for one in steps if one.scenario != "F0"],
        [WrittenStep("F0", "x" * 301, 5, "Y_TE"), *steps],
        [WrittenStep("F0", "Việc", 0, "Y_TE"), *steps],
        [WrittenStep("F0", "Việc", 5, "KHONG_CO"), *steps],
        [WrittenStep("KHAC", "Việc", 5, "Y_TE"), *steps],
        [*steps, *(WrittenStep("F0", f"Việc {number}", 5, "Y_TE") for number in range(40))],
    ]
    for wrong in bad_steps:
        with pytest.raises(PlanError):
            change(plan, agency, people, wrong)
    for given in ((named.pk, named.pk), (None, named.pk), (stranger.pk, None)):
        with pytest.raises(PlanError):
            change(plan, agency, [Named(people[0].duty, *given)], steps)
    assert written(draft(agency)) == steps
    assert {one.person for one in draft(agency).duties.all()} == {None}


def test_somebody_elses_change_is_not_written_over(agency: Agency, named: Person) -> None:
    plan = draft(agency)
    steps = written(plan)
    change(plan, agency, everybody(plan, named), steps)
    with pytest.raises(PlanError, match="Vừa có người khác sửa"):
        change(plan, agency, everybody(plan, None), steps)


def test_who_may_write_and_who_puts_in_force(agency: Agency, named: Person) -> None:
    for stranger in (agency.stranger, agency.office, agency.member):
        with pytest.raises(PermissionDenied):
            draft_plan(agency.unit.pk, actor=stranger, at=NINE)
    plan = draft_plan(agency.unit.pk, actor=agency.clerk, at=NINE)
    plan = change(plan, agency, everybody(plan, named), written(plan))
    with pytest.raises(PermissionDenied):
        put_in_force(draft(agency), seen_at=draft(agency).changed_at, actor=agency.clerk, at=clock(10))


def test_a_section_inside_a_unit_has_no_plan_of_its_own(agency: Agency) -> None:
    section = make_unit("TO1", agency.unit)
    UnitVersion.objects.filter(unit=section).update(kind=UnitKind.SECTION)
    with pytest.raises(PlanError):
        draft_plan(section.pk, actor=agency.head, at=NINE)


# --- A response ----------------------------------------------------------------------------------------------------
def test_start_lays_out_steps_with_their_moments_and_tells_everybody_named(agency: Agency, named: Person) -> None:
    stand_in = make_person(agency.unit, "Người Thay", user=make_account("nguoithay"))
    make_plan(agency.unit, agency.head, named, stand_in=stand_in)
    health = make_holder("yte", Role.HEALTH_OFFICER, agency.root)
    response = make_response(agency.unit, agency.clerk)
    steps = steps_of(response)
    assert [(one.position, one.due_at - NINE) for one in steps][:3] == [
        (1, 10 * MINUTE),
        (2, 15 * MINUTE),
        (3, 15 * MINUTE),
    ]
    assert {(one.person, one.stand_in) for one in steps} == {(named, stand_in)}
    told = set(Notification.objects.filter(topic="response.started").values_list("recipient__username", flat=True))
    assert told == {"nguoilam", "nguoithay", "truong", "pho", "vanphong", "giamdoc", health.username}


def test_a_drill_is_told_to_the_unit_alone(agency: Agency, named: Person) -> None:
    make_plan(agency.unit, agency.head, named)
    make_response(agency.unit, agency.head, is_drill=True)
    told = set(Notification.objects.filter(topic="response.started").values_list("recipient__username", flat=True))
    assert told == {"nguoilam", "pho", "dauloi"}


def test_one_tap_is_one_response_and_one_scenario_runs_once(agency: Agency, named: Person) -> None:
    make_plan(agency.unit, agency.head, named)
    key = uuid.uuid4()
    both = [
        start_response(key, agency.unit.pk, "F0", is_drill=False, actor=agency.head, at=NINE).pk for _tap in range(2)
    ]
    assert both == [key, key]
    with pytest.raises(ResponseError):
        make_response(agency.unit, agency.office)
    with pytest.raises(ResponseError):
        start_response(key, agency.unit.pk, "PHONG_TOA", is_drill=True, actor=agency.head, at=NINE)
    make_response(agency.unit, agency.office, scenario="PHONG_TOA")
    assert Response.objects.count() == 2


def test_no_start_without_a_plan_in_force_or_by_somebody_else(agency: Agency, named: Person) -> None:
    with pytest.raises(ResponseError):
        make_response(agency.unit, agency.head)
    make_plan(agency.unit, agency.head, named)
    with pytest.raises(ResponseError):
        make_response(agency.unit, agency.head, scenario="KHAC")
    for stranger in (agency.stranger, named.user):
        with pytest.raises(PermissionDenied):
            make_response(agency.unit, stranger)  # type: ignore[arg-type]


def test_ticks_keep_the_first_moment_and_may_be_taken_back(agency: Agency, named: Person) -> None:
    make_plan(agency.unit, agency.head, named)
    [first, *_rest] = steps_of(make_response(agency.unit, agency.head))
    assert named.user
    tick_step(first, done=True, note=" Đã đưa  vào phòng 2 ", actor=named.user, at=clock(9, 8))
    done = tick_step(first, done=True, note="Đã đưa vào phòng 2", actor=agency.head, at=clock(9, 30))
    assert (done.done_at, done.done_by, done.note) == (clock(9, 8), named.user, "Đã đưa vào phòng 2")
    back = tick_step(first, done=False, note="", actor=agency.head, at=clock(9, 40))
    assert (back.done_at, back.done_by) == (None, None)
    with pytest.raises(PermissionDenied):
        tick_step(first, done=True, actor=agency.stranger, at=clock(9, 41))
    with pytest.raises(ResponseError):
        tick_step(first, done=True, note="x" * 301, actor=agency.head, at=clock(9, 41))


def test_tick_of_a_page_that_is_old_takes_no_words_away(agency: Agency, named: Person) -> None:
    make_plan(agency.unit, agency.head, named)
    [first, *_rest] = steps_of(make_response(agency.unit, agency.head))
    assert named.user
    tick_step(first, done=True, note="Đã gọi 9 giờ 10", actor=named.user, at=clock(9, 8))
    for note in ("", "Tôi gọi"):
        tick_step(first, done=True, note=note, actor=agency.head, at=clock(9, 9))
    first.refresh_from_db()
    assert (first.note, first.done_by) == ("Đã gọi 9 giờ 10", named.user)


def test_somebody_who_left_is_not_put_in_force_again(agency: Agency, named: Person) -> None:
    make_plan(agency.unit, agency.head, named)
    plan = draft(agency)
    named.posts.update(valid_to=NINE.date())
    with pytest.raises(PlanError, match="đang công tác"):
        put_in_force(plan, seen_at=plan.changed_at, actor=agency.head, at=clock(10))


def test_late_steps_are_reminded_of_once_and_settled_when_done(agency: Agency, named: Person) -> None:
    make_plan(agency.unit, agency.head, named)
    [first, *_rest] = steps_of(make_response(agency.unit, agency.head))
    assert named.user
    assert remind_of_late_steps(at=clock(9, 10)) == 0
    assert remind_of_late_steps(at=clock(9, 11)) == 1
    assert remind_of_late_steps(at=clock(9, 12)) == 0
    late = Notification.objects.filter(topic="response.step_late")
    assert set(late.values_list("recipient__username", flat=True)) == {"nguoilam", "truong", "pho"}
    assert late[0].title.startswith("Phải xong trước 09:10: Đưa người mắc")
    tick_step(first, done=True, actor=named.user, at=clock(9, 13))
    assert not late.filter(settled_at__isnull=True).exists()


def test_end_needs_words_keeps_open_steps_and_stops_everything(agency: Agency, named: Person) -> None:
    make_plan(agency.unit, agency.head, named)
    response = make_response(agency.unit, agency.head)
    for text in ("", "  ", "x" * 3001):
        with pytest.raises(ResponseError):
            end_response(response, text, actor=agency.head, at=clock(10))
    with pytest.raises(PermissionDenied):
        end_response(response, "Xong", actor=agency.stranger, at=clock(10))
    ended = end_response(response, "Chậm gọi y tế 5 phút.", actor=agency.office, at=clock(11))
    assert end_response(response, "Khác", actor=agency.head, at=clock(12)).ended_at == clock(11)
    assert (ended.state, ended.ended_by, ended.conclusion) == ("ENDED", agency.office, "Chậm gọi y tế 5 phút.")
    [first, *_rest] = steps_of(response)
    with pytest.raises(ResponseError):
        tick_step(first, done=True, actor=agency.head, at=clock(12))
    assert remind_of_late_steps(at=clock(23)) == 0
    assert ResponseStep.objects.filter(done_at__isnull=True).count() == len(steps_of(response))


def test_a_changed_plan_does_not_change_what_runs(agency: Agency, named: Person) -> None:
    make_plan(agency.unit, agency.head, named)
    response = make_response(agency.unit, agency.head)
    before = [one.text for one in steps_of(response)]
    second = draft(agency)
    change(second, agency, everybody(second, agency.lan), [*written(second), WrittenStep("F0", "Thêm", 1, "Y_TE")])
    put_in_force(draft(agency), seen_at=draft(agency).changed_at, actor=agency.head, at=clock(10))
    assert [one.text for one in steps_of(response)] == before
    assert {one.person for one in steps_of(response)} == {named}


# --- Who sees ------------------------------------------------------------------------------------------------------
def test_units_are_listed_with_plan_drill_and_what_is_overdue(agency: Agency, named: Person) -> None:
    make_plan(agency.unit, agency.head, named)
    response = make_response(agency.unit, agency.head, is_drill=True)
    end_response(response, "Tốt", actor=agency.head, at=clock(11))
    tree = all_tree_on(NINE.date())
    lines = {line.unit.code: line for line in unit_lines(agency.office, tree, on=NINE.date())}
    every = datetime.timedelta(days=RESPONSE_RULE.current().in_force(NINE.date()).drill_every_days)
    assert set(lines) == {"CCKL", "CCTL"}
    assert (lines["CCTL"].plan, lines["CCTL"].drill_by) == (None, None)
    assert (lines["CCKL"].last_drill, lines["CCKL"].drill_by) == (NINE.date(), NINE.date() + every)
    assert not lines["CCKL"].is_drill_overdue(NINE.date() + every)
    assert lines["CCKL"].is_drill_overdue(NINE.date() + every + datetime.timedelta(days=1))


def test_everybody_sees_the_own_unit_and_what_one_is_named_in(agency: Agency, named: Person) -> None:
    make_plan(agency.unit, agency.head, named)
    response = make_response(agency.unit, agency.head)
    tree, day = all_tree_on(NINE.date()), NINE.date()
    assert named.user
    assert [line.unit.code for line in unit_lines(named.user, tree, on=day)] == ["CCKL"]
    assert [line.unit.code for line in unit_lines(agency.stranger, tree, on=day)] == ["CCTL"]
    named.posts.update(unit=agency.other)
    assert response_visible_to(named.user, response.pk, tree, on=day)
    assert response_visible_to(agency.stranger, response.pk, tree, on=day) is None


def test_list_costs_the_same_queries_for_any_number_of_units(agency: Agency, named: Person) -> None:
    def count() -> int:
        tree = all_tree_on(NINE.date())
        with CaptureQueriesContext(connection) as queries:
            unit_lines(agency.office, tree, on=NINE.date())
        return len(queries)

    make_plan(agency.unit, agency.head, named)
    one = count()
    for number in range(3):
        unit = make_unit(f"DV{number}", agency.root)
        head = make_holder(f"truong{number}", Role.UNIT_HEAD, unit)
        make_plan(unit, head, make_person(unit, f"Người {number}"))
        make_response(unit, head)
    assert count() == one


# --- Pages ---------------------------------------------------------------------------------------------------------
def test_the_story_on_the_pages(agency: Agency, named: Person, client: Client) -> None:
    client.force_login(agency.head, backend=BACKEND)
    with clocks.at(NINE):
        assert "Chưa áp dụng phương án nào" in client.get("/ung-pho/CCKL/").content.decode()
        assert client.post("/ung-pho/CCKL/soan/").headers["Location"] == "/ung-pho/CCKL/sua/"
        form = client.get("/ung-pho/CCKL/sua/").context["form"]
        fields = {name: form[name].value() or "" for name in form.fields}
        fields |= {name: str(named.pk) for name in fields if name.endswith("-person")}
    with clocks.at(clock(9, 5)):
        kept = client.post("/ung-pho/CCKL/sua/", fields)
        assert kept.headers["Location"] == "/ung-pho/CCKL/sua/"
        late = client.post("/ung-pho/CCKL/sua/", {**fields, "step-F0-0-text": "Chữ vừa gõ"})
        assert late.status_code == 422
        assert "Chữ vừa gõ" in late.content.decode()
        again = late.context["form"]
        fields = {name: again[name].value() or "" for name in again.fields}
        assert client.post("/ung-pho/CCKL/sua/", fields).headers["Location"] == "/ung-pho/CCKL/sua/"
    with clocks.at(clock(10)):
        seen = {"seen": draft(agency).changed_at.isoformat()}
        assert client.post("/ung-pho/CCKL/ap-dung/").headers["Location"] == "/ung-pho/CCKL/sua/"
        assert client.post("/ung-pho/CCKL/ap-dung/", seen).headers["Location"] == "/ung-pho/CCKL/"
        refused = client.post("/ung-pho/CCKL/bat-dau/", {"key": uuid.uuid4(), "scenario": "F0", "place": "Phòng 2"})
        assert refused.status_code == 422
        assert "Hãy chọn việc thật hay diễn tập." in refused.content.decode()
        assert "Phòng 2" in refused.content.decode()
        given = {"key": uuid.uuid4(), "scenario": "F0", "is_drill": "yes", "place": "Phòng 2"}
        page = client.post("/ung-pho/CCKL/bat-dau/", given).headers["Location"]
        assert "Còn 7 trên 7 việc chưa xong." in client.get(page).content.decode()
        ticked = client.post(f"{page}1/", {"done": "yes", "note": "Xong"})
        assert ticked.headers["Location"] == f"{page}#viec-1"
        assert "Còn 6 trên 7 việc chưa xong." in client.get(page).content.decode()
        assert client.post(f"{page}1/", {"done": "yes", "note": "y" * 301}).status_code == 422
        assert client.post(f"{page}99/", {"done": "yes"}).status_code == 404
        assert client.post(f"{page}ket-thuc/", {"conclusion": ""}).status_code == 422
        assert client.post(f"{page}ket-thuc/", {"conclusion": "Tốt"}).headers["Location"] == page
        assert "Diễn tập gần nhất" in client.get("/ung-pho/").content.decode()


# --- The rule ------------------------------------------------------------------------------------------------------
RULE = """
title = "Phương án"

[[edition]]
in_force_from = 2021-09-01
source = "Quy định nội bộ"
status = "internal"
drill_every_days = 90

  [[edition.duty]]
  code = "A"
  name = "Chỉ huy"

  [[edition.scenario]]
  code = "F0"
  name = "Có ca bệnh"

    [[edition.scenario.step]]
    text = "Gọi y tế"
    within = 15
    duty = "A"
"""


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("drill_every_days = 90", "drill_every_days = 0"),
        ('duty = "A"', 'duty = "B"'),
        ("within = 15", "within = 0"),
        ("within = 15", 'within = 15\n    who = "x"'),
        (
            '  code = "A"\n  name = "Chỉ huy"',
            '  code = "A"\n  name = "x"\n\n  [[edition.duty]]\n  code = "A"\n  name = "y"',
        ),
    ],
)
def test_a_rule_file_with_a_fault_is_refused(tmp_path: Path, before: str, after: str) -> None:
    file = tmp_path / "response.toml"
    file.write_text(RULE, encoding="utf-8")
    assert RESPONSE_RULE.check(file)
    assert before in RULE
    file.write_text(RULE.replace(before, after), encoding="utf-8")
    with pytest.raises(RuleFileError):
        RESPONSE_RULE.check(file)
