"""Targets: proposed, approved by somebody else, replaced, refused, taken back."""

from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from tests.factories.organization import clock
from tests.factories.production import FIRES, NINE, PIGS, PLANTED, Agency, make_target, month
from vungxanh.audit.models import AuditEvent
from vungxanh.notifications.models import Notification
from vungxanh.production.enums import TargetState
from vungxanh.production.models import ProductionTarget
from vungxanh.production.operations.figures import ProductionError
from vungxanh.production.operations.targets import Proposed, move_target, propose_target
from vungxanh.production.permissions import may_move_target
from vungxanh.production.workflow import TARGET

MAY = {
    ("PROPOSED", "approve"): {"finance"},
    ("PROPOSED", "refuse"): {"finance"},
    ("PROPOSED", "withdraw"): {"head", "deputy", "clerk", "office", "finance"},
    ("APPROVED", "withdraw"): {"office", "finance"},
}
"""Of a target that the Office proposed."""


def proposed(agency: Agency, **more: object) -> Proposed:
    given = {
        "unit_id": agency.unit.pk,
        "indicator": PLANTED,
        "first_month": month(1),
        "last_month": month(12),
        "value": Decimal(120),
        "basis": "Kế hoạch năm",
    }
    return Proposed(**{**given, **more})  # type: ignore[arg-type]


def states() -> list[tuple[str, str]]:
    return [(f"{one.value:.0f}", one.state) for one in ProductionTarget.objects.order_by("proposed_at", "value")]


def test_target_is_proposed_by_the_unit_and_approved_by_somebody_else(agency: Agency) -> None:
    made = propose_target(proposed(agency), actor=agency.clerk, at=NINE)
    assert (made.state, f"{made.first_day} {made.last_day}") == ("PROPOSED", "2021-01-01 2021-12-31")
    told = Notification.objects.filter(topic="production.target_proposed").order_by("recipient__username")
    assert [one.recipient.username for one in told] == ["ketoan", "vanphong"]
    assert propose_target(proposed(agency), actor=agency.head, at=clock(10)) == made
    move_target(made, "approve", actor=agency.office, at=clock(11))
    made.refresh_from_db()
    assert (made.state, made.decided_by_id, made.decided_at) == ("APPROVED", agency.office.pk, clock(11))
    assert not told.filter(settled_at=None).exists()
    decided = Notification.objects.filter(topic="production.target_decided").order_by("recipient__username")
    assert [one.recipient.username for one in decided] == ["dauloi", "pho", "truong"]
    assert decided[0].title == "Chỉ tiêu được duyệt: Diện tích rừng trồng mới, 01/2021 – 12/2021"
    actions = AuditEvent.objects.filter(action__startswith="production.").order_by("at")
    assert [one.action for one in actions] == ["production.propose_target", "production.approve_target"]


def test_same_months_again_replace_the_target_which_stays(agency: Agency) -> None:
    make_target(agency)
    new = propose_target(proposed(agency, value=Decimal(100)), actor=agency.head, at=NINE)
    assert states() == [("120", "APPROVED"), ("100", "PROPOSED")]
    move_target(new, "approve", actor=agency.office, at=clock(10))
    assert states() == [("120", "REPLACED"), ("100", "APPROVED")]
    assert ProductionTarget.objects.get(state="REPLACED").ended_at == clock(10)
    assert AuditEvent.objects.filter(action="production.replace_target").count() == 1


def test_months_are_in_one_target_only(agency: Agency) -> None:
    make_target(agency)
    with pytest.raises(ProductionError, match="01/2021 – 12/2021"):
        propose_target(proposed(agency, first_month=month(12), last_month=month(2, 2022)), actor=agency.head, at=NINE)
    propose_target(proposed(agency, first_month=month(1, 2022), last_month=month(2, 2022)), actor=agency.head, at=NINE)
    again = proposed(agency, first_month=month(1, 2022), last_month=month(2, 2022), value=Decimal(5))
    with pytest.raises(ProductionError, match="chờ duyệt"):
        propose_target(again, actor=agency.head, at=NINE)


@pytest.mark.parametrize(
    ("change", "part"),
    [
        ({"indicator": "KHONG-CO"}, "indicator"),
        ({"first_month": month(1).replace(day=2)}, "first_month"),
        ({"last_month": month(12, 2020)}, "last_month"),
        ({"last_month": month(12, 2030)}, "last_month"),
        ({"value": Decimal(0)}, "value"),
        ({"value": Decimal(-1)}, "value"),
        ({"value": Decimal("1.25")}, "value"),
        ({"value": Decimal(10) ** 12}, "value"),
        ({"basis": "  "}, "basis"),
        ({"indicator": PIGS, "value": Decimal("10.5")}, "value"),
    ],
)
def test_wrong_target_is_refused_by_part(agency: Agency, change: dict[str, object], part: str) -> None:
    with pytest.raises(ProductionError) as caught:
        propose_target(proposed(agency, **change), actor=agency.head, at=NINE)
    assert list(caught.value.error_dict) == [part]
    assert not ProductionTarget.objects.exists()


def test_limit_of_nothing_is_a_target(agency: Agency) -> None:
    made = propose_target(proposed(agency, indicator=FIRES, value=Decimal(0)), actor=agency.head, at=NINE)
    assert made.value == 0


@pytest.mark.parametrize("name", ["stranger", "director", "member"])
def test_others_propose_nothing(agency: Agency, name: str) -> None:
    with pytest.raises(PermissionDenied):
        propose_target(proposed(agency), actor=agency.people[name], at=NINE)


@pytest.mark.parametrize("state", TargetState.values)
def test_every_cell_of_state_verb_and_role(agency: Agency, state: str) -> None:
    made = make_target(agency, approved=False)
    for verb in ("approve", "refuse", "withdraw"):
        for name, user in agency.people.items():
            ProductionTarget.objects.filter(pk=made.pk).update(**_fields(state))
            made.refresh_from_db()
            if not TARGET.allows(state, verb):
                with pytest.raises(ProductionError):
                    move_target(made, verb, actor=user, at=NINE, reason="Vì thế")
                continue
            may = name in MAY[state, verb]
            assert bool(may_move_target(user, made, verb, on=NINE.date())) == may
            if may:
                moved = move_target(made, verb, actor=user, at=NINE, reason="Vì thế")
                assert moved.state == TARGET.find(state, verb).end
            else:
                with pytest.raises(PermissionDenied):
                    move_target(made, verb, actor=user, at=NINE, reason="Vì thế")


def _fields(state: str) -> dict[str, object]:
    return {
        "state": state,
        "decided_at": None if state in ("PROPOSED", "WITHDRAWN") else NINE,
        "ended_at": NINE if state in ("REPLACED", "WITHDRAWN") else None,
        "reason": "Vì thế" if state in ("REFUSED", "WITHDRAWN") else "",
    }


def test_refusal_and_taking_back_need_a_reason(agency: Agency) -> None:
    made = make_target(agency, approved=False)
    for verb in ("refuse", "withdraw"):
        with pytest.raises(ProductionError):
            move_target(made, verb, actor=agency.finance, at=NINE)
    move_target(made, "refuse", actor=agency.finance, at=NINE, reason="Quá thấp")
    made.refresh_from_db()
    assert (made.state, made.reason) == ("REFUSED", "Quá thấp")
    assert AuditEvent.objects.get(action="production.refuse_target").detail == {"reason": "Quá thấp"}


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"value": Decimal(-1)}, "target_not_negative"),
        ({"last_day": month(1)}, "target_has_days"),
        ({"basis": ""}, "target_says_on_what"),
        ({"state": "APPROVED"}, "target_whole"),
        ({"state": "WITHDRAWN", "ended_at": NINE}, "target_whole"),
        ({"state": "REFUSED", "decided_at": NINE}, "target_whole"),
    ],
)
def test_database_refuses_what_is_half(agency: Agency, change: dict[str, object], name: str) -> None:
    made = make_target(agency, approved=False)
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        ProductionTarget.objects.filter(pk=made.pk).update(**change)
