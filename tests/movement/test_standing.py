"""Scores of a period: shown, frozen as bytes that read back the same, counted again, opened by the Director alone."""

import datetime
import hashlib
import uuid
from collections.abc import Callable

import msgspec
import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from tests.factories.accounts import make_account
from tests.factories.directing import Agency
from tests.factories.movement import NINE, make_campaign
from tests.factories.organization import MONDAY, clock, make_holder, make_person
from tests.factories.standing import BEGUN, TWO_PERIODS, make_review
from tests.races import at_once
from vungxanh.accounts.models import User
from vungxanh.audit.models import AuditEvent
from vungxanh.movement.models import Campaign, Pledge, PointReview, ScoreSnapshot
from vungxanh.movement.operations.campaigns import withdraw_campaign
from vungxanh.movement.operations.pledges import pledge_oneself
from vungxanh.movement.operations.reviews import ReviewError, ask_review, move_review
from vungxanh.movement.operations.standing import StandingError, freeze_scores, reopen_scores, show_scores
from vungxanh.movement.queries.scores import Scored, scored
from vungxanh.movement.queries.standing import (
    frozen,
    period_with,
    read_back,
    recomputed,
    standing,
    standing_snapshot,
    written,
)
from vungxanh.movement.rulebook import REVIEW_RULE, Period, ReviewRule
from vungxanh.notifications.models import Notification
from vungxanh.organization.enums import Role
from vungxanh.organization.models import UnitVersion

AFTER = clock(9, day=datetime.date(2021, 9, 24))
"""The first day on which the second period can be frozen."""


@pytest.fixture
def campaign(agency: Agency) -> Campaign:
    """Its second period is over; one of two people has pledged in it."""
    campaign = make_campaign(agency.root, agency.office, text=TWO_PERIODS, opened=True, at=BEGUN)
    user = make_account("ky")
    make_person(agency.unit, "Người Ký", user=user)
    pledge_oneself(campaign, ["Khai báo trung thực."], actor=user, at=clock(9, day=datetime.date(2021, 9, 15)))
    make_person(agency.other, "Người Chưa Ký")
    return campaign


def period_of(campaign: Campaign, code: str = "ky-1") -> Period:
    found = period_with(campaign, code)
    assert found
    return found


def totals(found: Scored) -> dict[str, tuple[float | None, int | None]]:
    return {card.unit.code: (card.total, card.rank) for card in found.cards}


def freeze(agency: Agency, campaign: Campaign) -> ScoreSnapshot:
    show_scores(campaign, "ky-1", actor=agency.office, at=NINE)
    return freeze_scores(campaign, "ky-1", actor=agency.director, at=AFTER)


def test_shown_to_those_who_speak_for_each_unit_until_the_day_of_the_rule(agency: Agency, campaign: Campaign) -> None:
    row = show_scores(campaign, "ky-1", actor=agency.office, at=NINE)
    assert (row.state, row.review_until) == ("SHOWN", datetime.date(2021, 9, 23))
    told = Notification.objects.filter(topic="movement.scores_shown")
    addresses = {one.recipient.username: one.address for one in told}
    root = "/phong-trao/da-cham/diem"
    assert addresses == dict.fromkeys(("truong", "pho", "dauloi"), f"{root}/CCKL/?ky=ky-1") | {
        "la": f"{root}/CCTL/?ky=ky-1"
    }
    assert AuditEvent.objects.get(action="movement.show_scores").detail == {"period": "ky-1", "due": "2021-09-23"}


@pytest.mark.parametrize(
    ("code", "at", "says"),
    [
        ("ky-1", clock(23, day=datetime.date(2021, 9, 19)), "chưa hết trước ngày 20/09/2021"),
        ("ky-9", NINE, "không còn kỳ này"),
    ],
)
def test_period_that_is_not_over_or_not_there_is_not_shown(
    agency: Agency, campaign: Campaign, code: str, at: datetime.datetime, says: str
) -> None:
    with pytest.raises(StandingError, match=says):
        show_scores(campaign, code, actor=agency.office, at=at)
    assert campaign.standings.count() == 0


def test_snapshot_reads_back_as_it_was_and_stays_whatever_is_corrected(agency: Agency, campaign: Campaign) -> None:
    before = scored(campaign, period_of(campaign), at=AFTER)
    snapshot = freeze(agency, campaign)
    assert snapshot.sha256 == hashlib.sha256(bytes(snapshot.content)).hexdigest()
    assert snapshot.is_whole
    Pledge.objects.update(confirmed_at=clock(9, day=datetime.date(2021, 9, 30)))
    UnitVersion.objects.filter(unit=agency.other).update(valid_to=datetime.date(2021, 9, 15))
    found = standing(campaign, period_of(campaign), at=clock(9, day=datetime.date(2021, 10, 9)))
    assert (found.state, found.is_frozen) == ("FROZEN", True)
    assert msgspec.json.encode(found.scored.cards) == msgspec.json.encode(before.cards)
    assert totals(found.scored) == {"CCKL": (50.0, 1), "CCTL": (0.0, 2)}
    assert (found.scored.asked.at, found.scored.asked.members) == (before.asked.at, before.asked.members)
    assert totals(scored(campaign, period_of(campaign), at=AFTER)) == {"CCKL": (0.0, 1)}


def test_document_of_a_snapshot_says_by_what_it_was_counted(agency: Agency, campaign: Campaign) -> None:
    content = written(frozen(campaign, period_of(campaign), at=AFTER))
    again = read_back(content)
    assert written(again) == content
    assert (again.campaign, again.edition, again.edition_sha256) == ("da-cham", 1, campaign.editions.get().sha256)
    assert (again.rule_from, again.last, again.total_points) == (
        datetime.date(2021, 1, 1),
        datetime.date(2021, 9, 19),
        100,
    )
    assert again.engine.startswith("vungxanh ")


def test_counted_again_it_comes_out_the_same_until_the_past_is_corrected(agency: Agency, campaign: Campaign) -> None:
    snapshot = freeze(agency, campaign)
    assert recomputed(campaign, snapshot) == []
    assert recomputed(campaign, snapshot, at=clock(9, day=datetime.date(2021, 10, 9))) == []
    Pledge.objects.update(confirmed_at=clock(9, day=datetime.date(2021, 9, 30)))
    found = recomputed(campaign, snapshot)
    assert [(one.unit.code, one.measure.id if one.measure else None) for one in found] == [
        ("CCKL", "1.1"),
        ("CCKL", None),
        ("CCTL", None),
    ]
    line = found[0]
    assert line.was != line.now
    UnitVersion.objects.filter(unit=agency.other).update(valid_to=datetime.date(2021, 9, 15))
    gone = recomputed(campaign, snapshot)[-1]
    assert (gone.unit.code, gone.measure, gone.now) == ("CCTL", None, None)


def test_bytes_that_were_touched_are_found(agency: Agency, campaign: Campaign) -> None:
    snapshot = freeze(agency, campaign)
    snapshot.content = bytes(snapshot.content).replace(b"50.0", b"99.0")
    assert not snapshot.is_whole


def test_not_frozen_while_units_may_ask_or_wait_for_an_answer(agency: Agency, campaign: Campaign) -> None:
    with pytest.raises(StandingError, match="chưa công bố"):
        freeze_scores(campaign, "ky-1", actor=agency.office, at=AFTER)
    show_scores(campaign, "ky-1", actor=agency.office, at=NINE)
    review = make_review(campaign, agency.unit, agency.head)
    with pytest.raises(StandingError, match="hết ngày 23/09/2021"):
        freeze_scores(campaign, "ky-1", actor=agency.office, at=clock(23, day=datetime.date(2021, 9, 23)))
    with pytest.raises(StandingError, match="chưa trả lời: 1"):
        freeze_scores(campaign, "ky-1", actor=agency.office, at=AFTER)
    move_review(review, "refuse", "Đã tính đủ.", actor=agency.office, at=AFTER)
    freeze_scores(campaign, "ky-1", actor=agency.office, at=AFTER)
    told = Notification.objects.filter(topic="movement.scores_frozen", recipient=agency.stranger)
    assert [one.title for one in told] == ["Đã chốt điểm Kỳ sau"]
    shown = Notification.objects.filter(topic="movement.scores_shown", settled_at__isnull=True)
    assert shown.count() == 0
    with pytest.raises(StandingError, match="đã chốt"):
        show_scores(campaign, "ky-1", actor=agency.office, at=AFTER)


def test_director_alone_opens_again_and_the_earlier_snapshot_stays(agency: Agency, campaign: Campaign) -> None:
    first = freeze(agency, campaign)
    deputy = make_holder("phogd", Role.DEPUTY_DIRECTOR, agency.root)
    for user in (agency.office, deputy):
        with pytest.raises(PermissionDenied, match="Chỉ Giám đốc"):
            reopen_scores(campaign, "ky-1", "Tính sót", actor=user, at=AFTER)
    with pytest.raises(StandingError, match="vì sao mở lại"):
        reopen_scores(campaign, "ky-1", " ", actor=agency.director, at=AFTER)
    reopen_scores(campaign, "ky-1", "Tính sót một đơn vị", actor=agency.director, at=AFTER)
    assert standing(campaign, period_of(campaign), at=AFTER).state == "OPEN"
    show_scores(campaign, "ky-1", actor=agency.office, at=AFTER)
    later = clock(9, day=datetime.date(2021, 9, 30))
    second = freeze_scores(campaign, "ky-1", actor=agency.office, at=later)
    assert second.number == 2
    assert standing_snapshot(second.standing) == second
    first.refresh_from_db()
    assert (first.reopened_by, first.reason, first.is_whole) == (agency.director, "Tính sót một đơn vị", True)
    assert AuditEvent.objects.filter(action="movement.reopen_scores").count() == 1


@pytest.mark.parametrize("who", ["head", "clerk", "stranger", "member"])
def test_others_neither_show_nor_freeze(agency: Agency, campaign: Campaign, who: str) -> None:
    user: User = getattr(agency, who)
    with pytest.raises(PermissionDenied, match="Chỉ Văn phòng và lãnh đạo"):
        show_scores(campaign, "ky-1", actor=user, at=NINE)
    show_scores(campaign, "ky-1", actor=agency.director, at=NINE)
    with pytest.raises(PermissionDenied, match="Chỉ Văn phòng và lãnh đạo"):
        freeze_scores(campaign, "ky-1", actor=user, at=AFTER)


def test_withdrawn_campaign_scores_nothing(agency: Agency, campaign: Campaign) -> None:
    withdraw_campaign(campaign, "Nhầm", actor=agency.director, at=NINE)
    with pytest.raises(StandingError, match="đã rút"):
        show_scores(campaign, "ky-1", actor=agency.office, at=NINE)


def tried(work: Callable[[], object]) -> Callable[[], str]:
    """The name of what it raised, or of what it made."""

    def done() -> str:
        try:
            return type(work()).__name__
        except (StandingError, ReviewError) as error:
            return type(error).__name__

    return done


@pytest.mark.django_db(transaction=True)
def test_two_freezes_at_once_leave_one_snapshot(agency: Agency, campaign: Campaign) -> None:
    show_scores(campaign, "ky-1", actor=agency.office, at=NINE)
    works = [
        tried(lambda user=user: freeze_scores(campaign, "ky-1", actor=user, at=AFTER))  # type: ignore[misc]
        for user in (agency.office, agency.director)
    ]
    assert sorted(at_once(*works)) == ["ScoreSnapshot", "StandingError"]
    assert ScoreSnapshot.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_freeze_while_a_request_is_sent_leaves_one_of_them(agency: Agency, campaign: Campaign) -> None:
    row = show_scores(campaign, "ky-1", actor=agency.office, at=NINE)
    last = clock(23, day=row.review_until)
    about = (uuid.uuid4(), campaign, "ky-1", agency.unit.pk, "1.1", "Còn thiếu.")
    asked, made = at_once(
        tried(lambda: ask_review(*about, actor=agency.head, at=last)),
        tried(lambda: freeze_scores(campaign, "ky-1", actor=agency.office, at=AFTER)),
    )
    assert (asked, made) in {("PointReview", "StandingError"), ("ReviewError", "ScoreSnapshot")}
    assert PointReview.objects.count() + ScoreSnapshot.objects.count() == 1


def test_database_keeps_one_snapshot_that_stands(agency: Agency, campaign: Campaign) -> None:
    made = freeze(agency, campaign)
    given = {"standing": made.standing, "content": b"{}", "sha256": "0" * 64, "engine": "x", "frozen_at": AFTER}
    for number in (1, 2):
        with pytest.raises(IntegrityError), transaction.atomic():
            ScoreSnapshot.objects.create(number=number, frozen_by=agency.office, **given)
    with pytest.raises(IntegrityError), transaction.atomic():
        ScoreSnapshot.objects.filter(pk=made.pk).update(reopened_at=AFTER)


def test_days_of_the_rule_are_working_days() -> None:
    rule = REVIEW_RULE.current().in_force(MONDAY)
    is_working = {MONDAY + datetime.timedelta(days=days): days not in (1, 2) for days in range(10)}
    assert rule.last_day(MONDAY, lambda day: is_working[day]) == MONDAY + datetime.timedelta(days=5)


@pytest.mark.parametrize(("days", "faulty"), [(0, True), (1, False), (30, False), (31, True)])
def test_rule_gives_a_day_at_least_and_a_month_at_most(days: int, faulty: bool) -> None:
    given = {"in_force_from": MONDAY, "source": "x", "status": "internal", "cites": "x"}
    rule = ReviewRule(review_working_days=days, **given)  # type: ignore[arg-type]
    assert bool(list(rule.faults("edition[1]"))) is faulty
