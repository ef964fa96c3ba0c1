"""The way of a plan: by whom each step, what it asks, how it ends for a phòng and for a unit with numbers."""

import dataclasses
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from tests.factories.accounts import make_account
from tests.factories.directing import Agency
from tests.factories.organization import MONDAY, clock, make_person
from tests.factories.plans import make_accepted, make_plan, make_sent
from vungxanh.audit.models import AuditEvent
from vungxanh.documents.models import Paper
from vungxanh.documents.operations import draft_again, issue_paper, withdraw_paper
from vungxanh.notifications.models import Notification
from vungxanh.organization.enums import Role, UnitKind
from vungxanh.organization.models import Delegation, UnitVersion
from vungxanh.plans import rulebook
from vungxanh.plans.enums import PlanState, PlanVerb
from vungxanh.plans.kinds import PLAN_KIND
from vungxanh.plans.models import UnitPlan
from vungxanh.plans.operations.moving import move_plan
from vungxanh.plans.operations.steps import PlanError, locked, step
from vungxanh.plans.operations.writing import comment_on, write_plan
from vungxanh.plans.papers import printed_plan
from vungxanh.plans.queries.plans import newest_version
from vungxanh.plans.workflow import UNIT_PLAN

NINE, TEN, ELEVEN = clock(9), clock(10), clock(11)
ROLES = {
    "head": {"UNIT_HEAD"},
    "deputy": {"UNIT_DEPUTY"},
    "clerk": {"UNIT_CLERK"},
    "office": {"OFFICE"},
    "director": {"DIRECTOR"},
    "stranger": set(),
    "member": set(),
}


@pytest.fixture
def approved_by_director(monkeypatch: pytest.MonkeyPatch) -> None:
    """An edition of the rule in which the Director approves Green Zone plans."""
    editions = rulebook.PLAN_RULE.current()
    fields = {name: getattr(editions.editions[0], name) for name in editions.editions[0].__struct_fields__}
    edition = rulebook.PlanRule(**fields | {"director_approves": ("GREEN_ZONE_PLAN",)})
    changed = dataclasses.replace(editions, editions=(edition,))
    monkeypatch.setattr(rulebook.PLAN_RULE, "reader", lambda _shipped, _over: changed)
    monkeypatch.setattr(rulebook.PLAN_RULE, "_read", None)


def told(topic: str) -> set[str]:
    rows = Notification.objects.filter(topic=topic).select_related("recipient")
    return {one.recipient.username for one in rows}


def with_numbers(agency: Agency) -> None:
    UnitVersion.objects.filter(unit=agency.unit).update(has_number_series=True)


def paper_issued(agency: Agency, plan: UnitPlan, number: str = "7") -> Paper:
    paper = Paper.objects.get(subject_key=str(plan.pk), state="DRAFT")
    return issue_paper(paper, number=number, symbol="KH-CCKL", on=MONDAY, actor=agency.office, at=ELEVEN)


def in_state(agency: Agency, state: str) -> UnitPlan:
    """Straight to a state, past what each step asks."""
    UnitPlan.objects.all().update(state="WITHDRAWN", withdrawn_at=TEN, reason="x")
    plan = make_plan(agency.unit, agency.head)
    values: dict[str, Any] = {"state": state}
    if state in ("ACCEPTED", "ISSUED"):
        values["accepted_at"] = TEN
    if state == "ISSUED":
        values |= {"issued_at": TEN, "issued_by": agency.head}
    if state == "WITHDRAWN":
        values |= {"withdrawn_at": TEN, "reason": "x"}
    UnitPlan.objects.filter(pk=plan.pk).update(**values)
    return UnitPlan.objects.get(pk=plan.pk)


def cells() -> Iterator[tuple[str, PlanVerb]]:
    for state in PlanState.values:
        for verb in PlanVerb:
            if verb not in (PlanVerb.DRAFT, PlanVerb.EDIT):
                yield state, verb


@pytest.mark.parametrize(("state", "verb"), list(cells()))
def test_every_cell_of_state_verb_and_role(agency: Agency, state: str, verb: PlanVerb) -> None:
    for name, user in agency.people.items():
        plan = in_state(agency, state)
        if not UNIT_PLAN.allows(state, verb):
            with pytest.raises((PlanError, PermissionDenied)):
                move_plan(plan, verb, text="Lý do", actor=user, at=ELEVEN)
        elif not ROLES[name] & set(UNIT_PLAN.find(state, verb).by):
            with pytest.raises(PermissionDenied):
                move_plan(plan, verb, text="Lý do", actor=user, at=ELEVEN)
        elif verb in (PlanVerb.SEND, PlanVerb.SUBMIT):
            with pytest.raises(PlanError):  # Open places; not for the Director by the rule.
                move_plan(plan, verb, text="Lý do", actor=user, at=ELEVEN)
        else:
            assert move_plan(plan, verb, text="Lý do", actor=user, at=ELEVEN).state == UNIT_PLAN.find(state, verb).end
        plan.refresh_from_db()


def test_plan_with_open_places_is_not_sent_and_they_are_named(agency: Agency) -> None:
    plan = make_plan(agency.unit, agency.head)
    with pytest.raises(PlanError, match=r"Còn chỗ chưa điền: .*VI. KHI CÓ TÌNH HUỐNG"):
        move_plan(plan, PlanVerb.SEND, actor=agency.head, at=TEN)


def test_whole_way_of_a_unit_without_numbers(agency: Agency) -> None:
    plan = make_sent(agency.unit, agency.head)
    assert told("plans.sent") == {"vanphong"}
    with pytest.raises(PlanError, match="phải sửa"):
        move_plan(plan, PlanVerb.RETURN, actor=agency.office, at=TEN)
    comment_on(newest_version(plan), "khach", "Ghi rõ ai đón khách.", actor=agency.office, at=TEN)
    plan = move_plan(plan, PlanVerb.RETURN, actor=agency.office, at=TEN)
    assert told("plans.answered") == {"truong", "pho", "dauloi"}
    assert Notification.objects.get(topic="plans.sent").settled_at == TEN
    with pytest.raises(PlanError):
        move_plan(plan, PlanVerb.SEND, actor=agency.head, at=TEN)
    write_plan(plan, {"khach": "Văn thư đón khách."}, seen=2, actor=agency.clerk, at=TEN)
    plan = move_plan(plan, PlanVerb.SEND, actor=agency.deputy, at=TEN)
    plan = move_plan(plan, PlanVerb.ACCEPT, actor=agency.office, at=ELEVEN)
    assert (plan.state, plan.accepted_at, plan.paper) == ("ACCEPTED", ELEVEN, None)
    with pytest.raises(PermissionDenied):
        move_plan(plan, PlanVerb.ISSUE, actor=agency.deputy, at=ELEVEN)
    plan = move_plan(plan, PlanVerb.ISSUE, actor=agency.head, at=ELEVEN)
    assert (plan.state, plan.issued_by, plan.issued_at) == ("ISSUED", agency.head, ELEVEN)
    states = [one.state for one in plan.steps.order_by("pk")]
    assert states == ["DRAFT", "SENT", "RETURNED", "DRAFT", "SENT", "ACCEPTED", "ISSUED"]
    done = AuditEvent.objects.filter(action__startswith="plans.").order_by("pk").values_list("action", flat=True)
    assert list(done)[-3:] == ["plans.send_plan", "plans.accept_plan", "plans.issue_plan"]
    printed = printed_plan(plan, newest_version(plan), on=MONDAY)
    assert (printed.number, "20 tháng 9 năm 2021" in printed.place_and_date) == ("", True)
    assert printed.content.signature == ("TRƯỞNG PHÒNG",)


def test_unit_with_numbers_issues_a_paper_and_its_withdrawal_withdraws_the_plan(agency: Agency) -> None:
    with_numbers(agency)
    plan = make_accepted(agency.unit, agency.head, agency.office, at=TEN)
    paper = Paper.objects.get(subject_key=str(plan.pk))
    assert (plan.paper, paper.unit_id, paper.addressee_id) == (paper, agency.unit.pk, agency.root.pk)
    assert paper.parts.signature == ("THỦ TRƯỞNG ĐƠN VỊ",)
    assert paper.parts.body[0].text == newest_version(plan).texts["mo-dau"]  # type: ignore[union-attr]
    with pytest.raises(PermissionDenied, match="có số"):
        move_plan(plan, PlanVerb.ISSUE, actor=agency.head, at=TEN)
    with pytest.raises(PlanError, match="Văn phòng rút"):
        move_plan(plan, PlanVerb.WITHDRAW, text="Nhầm", actor=agency.head, at=TEN)
    second = draft_again(PLAN_KIND, paper.subject, actor=agency.office, at=TEN)
    with pytest.raises(PlanError, match="Văn phòng rút"):
        move_plan(plan, PlanVerb.WITHDRAW, text="Nhầm", actor=agency.head, at=TEN)
    issued = paper_issued(agency, plan)
    plan.refresh_from_db()
    assert (plan.state, plan.issued_at, plan.issued_by, plan.paper) == ("ISSUED", ELEVEN, None, second)
    withdraw_paper(issued, "Sai căn cứ", actor=agency.office, at=ELEVEN)
    plan.refresh_from_db()
    assert (plan.state, plan.reason) == ("WITHDRAWN", "Sai căn cứ")
    assert make_plan(agency.unit, agency.head).pk != plan.pk


def test_draft_of_a_paper_that_is_withdrawn_leaves_the_plan_and_a_withdrawn_plan_gets_no_number(
    agency: Agency,
) -> None:
    with_numbers(agency)
    plan = make_accepted(agency.unit, agency.head, agency.office, at=TEN)
    paper = Paper.objects.get(subject_key=str(plan.pk))
    step(locked(plan), "withdraw", actor=agency.head, at=TEN, withdrawn_at=TEN, reason="Nhầm")
    with pytest.raises(PlanError, match="đã rút"):
        paper_issued(agency, plan)
    withdraw_paper(paper, "Theo đơn vị", actor=agency.office, at=ELEVEN)
    assert plan.steps.filter(verb="withdraw").count() == 1


def test_director_approves_where_the_rule_says_so(agency: Agency, approved_by_director: None) -> None:
    plan = make_sent(agency.unit, agency.head)
    with pytest.raises(PlanError, match="trình Giám đốc"):
        move_plan(plan, PlanVerb.ACCEPT, actor=agency.office, at=TEN)
    plan = move_plan(plan, PlanVerb.SUBMIT, actor=agency.office, at=TEN)
    assert told("plans.submitted") == {"giamdoc"}
    comment_on(newest_version(plan), "", "Tốt.", actor=agency.director, at=TEN)
    with pytest.raises(PermissionDenied):
        move_plan(plan, PlanVerb.APPROVE, actor=agency.office, at=TEN)
    plan = move_plan(plan, PlanVerb.APPROVE, actor=agency.director, at=TEN)
    assert (plan.state, plan.accepted_at) == ("ACCEPTED", TEN)


def test_plan_is_withdrawn_with_a_reason_and_another_may_be_begun(agency: Agency) -> None:
    plan = make_plan(agency.unit, agency.head)
    with pytest.raises(PlanError):
        move_plan(plan, PlanVerb.WITHDRAW, text=" ", actor=agency.head, at=TEN)
    plan = move_plan(plan, PlanVerb.WITHDRAW, text="Lập nhầm", actor=agency.head, at=TEN)
    assert (plan.state, plan.reason) == ("WITHDRAWN", "Lập nhầm")
    assert make_plan(agency.unit, agency.head).pk != plan.pk


def test_phong_signs_by_the_post_of_its_head_and_whoever_has_the_role_lent_signs_for_the_head(agency: Agency) -> None:
    UnitVersion.objects.filter(unit=agency.unit).update(kind=UnitKind.DIVISION)
    deputy = make_account("phongpho", full_name="Lê Thị Pho")
    make_person(agency.unit, "Lê Thị Pho", user=deputy, title="Phó Trưởng phòng")
    make_person(agency.unit, "Truong", user=agency.head, title="Trưởng phòng")
    plan = make_accepted(agency.unit, agency.head, agency.office)
    with pytest.raises(PermissionDenied):
        move_plan(plan, PlanVerb.ISSUE, actor=deputy, at=TEN)
    content = printed_plan(plan, newest_version(plan), on=MONDAY).content
    assert (content.signature, content.signer) == (("TRƯỞNG PHÒNG",), "Truong")
    Delegation.objects.create(
        principal=agency.head,
        delegate=deputy,
        role=Role.UNIT_HEAD,
        unit=agency.unit,
        first_day=MONDAY,
        last_day=MONDAY,
        reason="Đi họp",
        made_at=NINE,
    )
    plan = move_plan(plan, PlanVerb.ISSUE, actor=deputy, at=TEN)
    content = printed_plan(plan, newest_version(plan), on=MONDAY).content
    assert (content.signature, content.signer) == (("KT. TRƯỞNG PHÒNG", "PHÓ TRƯỞNG PHÒNG"), "Lê Thị Pho")
