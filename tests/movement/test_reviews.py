"""Requests for review: by the head, once shown, one at a time for a measure, answered by somebody else."""

import datetime
import uuid

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from tests.factories.directing import Agency
from tests.factories.movement import NINE
from tests.factories.organization import clock, make_holder, make_unit
from tests.factories.standing import make_review, make_scored
from vungxanh.audit.models import AuditEvent
from vungxanh.movement.models import Campaign, PointReview
from vungxanh.movement.operations.reviews import ReviewError, ask_review, move_review
from vungxanh.notifications.models import Notification
from vungxanh.organization.enums import Role, UnitKind
from vungxanh.organization.models import RoleAssignment

LAST, LATE = clock(23, day=datetime.date(2021, 9, 23)), clock(0, 1, day=datetime.date(2021, 9, 24))


@pytest.fixture
def campaign(agency: Agency) -> Campaign:
    """`ky-0` is frozen, `ky-1` shown."""
    return make_scored(agency.root, agency.office)


def test_head_asks_and_the_office_is_told_and_answers(agency: Agency, campaign: Campaign) -> None:
    review = make_review(campaign, agency.unit, agency.deputy, at=LAST)
    asked = Notification.objects.get(topic="movement.review_asked")
    assert (asked.recipient, asked.title) == (agency.office, "CCKL đề nghị xem xét lại điểm chỉ tiêu 1.1")
    assert asked.address == "/phong-trao/da-cham/xem-xet-lai/?ky=ky-1"
    done = move_review(review, "accept", "Đã ghi bổ sung hai cam kết.", actor=agency.office, at=LATE)
    assert (done.state, done.closed_by, done.answer) == ("ACCEPTED", agency.office, "Đã ghi bổ sung hai cam kết.")
    asked.refresh_from_db()
    assert asked.settled_at == LATE
    told = Notification.objects.filter(topic="movement.review_answered")
    assert {one.recipient.username for one in told} == {"truong", "pho"}
    assert {one.title for one in told} == {"Chấp nhận xem xét lại điểm chỉ tiêu 1.1"}
    actions = set(AuditEvent.objects.filter(action__endswith="_review").values_list("action", flat=True))
    assert actions == {"movement.ask_review", "movement.accept_review"}


def test_same_tap_is_one_request_and_a_measure_waits_once(agency: Agency, campaign: Campaign) -> None:
    key = uuid.uuid4()
    about = (campaign, "ky-1", agency.unit.pk, "1.1", "Thiếu hai người.")
    first = ask_review(key, *about, actor=agency.head, at=NINE)
    assert ask_review(key, *about, actor=agency.head, at=NINE) == first
    with pytest.raises(ReviewError, match="đang chờ trả lời"):
        ask_review(uuid.uuid4(), *about, actor=agency.deputy, at=NINE)
    with pytest.raises(ReviewError, match="đã được gửi"):
        ask_review(key, campaign, "ky-1", agency.unit.pk, "1.2", "Khác.", actor=agency.head, at=NINE)
    move_review(first, "withdraw", actor=agency.head, at=NINE)
    ask_review(uuid.uuid4(), *about, actor=agency.deputy, at=NINE)
    assert list(PointReview.objects.order_by("state").values_list("state", flat=True)) == ["ASKED", "WITHDRAWN"]


@pytest.mark.parametrize(
    ("period", "measure", "reason", "at", "says"),
    [
        ("ky-0", "1.1", "Thiếu.", NINE, "đã chốt"),
        ("ky-1", "9.9", "Thiếu.", NINE, "Hãy chọn chỉ tiêu"),
        ("ky-1", "1.1", "  ", NINE, "chỗ nào chưa đúng"),
        ("ky-1", "1.1", "Thiếu.", LATE, "đến hết ngày 23/09/2021"),
    ],
)
def test_what_cannot_be_asked_is_said_in_words(
    agency: Agency, campaign: Campaign, period: str, measure: str, reason: str, at: datetime.datetime, says: str
) -> None:
    with pytest.raises(ReviewError, match=says):
        ask_review(uuid.uuid4(), campaign, period, agency.unit.pk, measure, reason, actor=agency.head, at=at)
    assert PointReview.objects.count() == 0


def test_part_of_a_unit_has_no_points_of_its_own(agency: Agency, campaign: Campaign) -> None:
    section = make_unit("TO-1", agency.unit, kind=UnitKind.SECTION)
    leader = make_holder("totruong", Role.UNIT_HEAD, section)
    with pytest.raises(ReviewError, match="không tham gia"):
        make_review(campaign, section, leader)


@pytest.mark.parametrize("who", ["clerk", "stranger", "office", "director", "member"])
def test_only_the_head_or_a_deputy_asks(agency: Agency, campaign: Campaign, who: str) -> None:
    with pytest.raises(PermissionDenied, match="Chỉ thủ trưởng hoặc cấp phó"):
        make_review(campaign, agency.unit, getattr(agency, who))


@pytest.mark.parametrize(
    ("who", "verb"),
    [("head", "accept"), ("head", "refuse"), ("stranger", "withdraw"), ("office", "withdraw"), ("clerk", "withdraw")],
)
def test_others_do_not_answer_or_withdraw(agency: Agency, campaign: Campaign, who: str, verb: str) -> None:
    review = make_review(campaign, agency.unit, agency.head)
    with pytest.raises(PermissionDenied):
        move_review(review, verb, "Đã xem.", actor=getattr(agency, who), at=NINE)


def test_nobody_answers_what_one_has_asked(agency: Agency, campaign: Campaign) -> None:
    RoleAssignment.objects.create(user=agency.office, role=Role.UNIT_HEAD, unit=agency.unit, valid_from="2021-01-01")
    review = make_review(campaign, agency.unit, agency.office)
    with pytest.raises(PermissionDenied, match="Không ai trả lời"):
        move_review(review, "accept", "Đã sửa.", actor=agency.office, at=NINE)
    given = {"state": "ACCEPTED", "answer": "x", "closed_at": NINE, "closed_by": agency.office}
    with pytest.raises(IntegrityError), transaction.atomic():
        PointReview.objects.filter(pk=review.pk).update(**given)
    assert move_review(review, "refuse", "Đã tính đủ.", actor=agency.director, at=NINE).state == "REFUSED"


@pytest.mark.parametrize(("verb", "says"), [("accept", "đã sửa gì"), ("refuse", "vì sao không sửa")])
def test_answer_needs_words_and_comes_once(agency: Agency, campaign: Campaign, verb: str, says: str) -> None:
    review = make_review(campaign, agency.unit, agency.head)
    with pytest.raises(ReviewError, match=says):
        move_review(review, verb, " ", actor=agency.office, at=NINE)
    move_review(review, verb, "Đã xem.", actor=agency.office, at=NINE)
    with pytest.raises(ReviewError, match="lúc này"):
        move_review(review, "refuse", "Lần nữa.", actor=agency.director, at=NINE)
