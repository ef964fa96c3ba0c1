"""The scores of a period of the demonstration agency once it is over: shown to the units, asked about, frozen."""

import datetime
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from vungxanh.accounts.models import User
from vungxanh.cli.demo.happening import Happening
from vungxanh.cli.demo.movement import CODE, OFFICE, running_campaign
from vungxanh.cli.demo.people import draw
from vungxanh.common.clock import moment
from vungxanh.movement.enums import StandingState
from vungxanh.movement.models import Campaign, PeriodStanding, PointReview
from vungxanh.movement.operations.reviews import ask_review, move_review
from vungxanh.movement.operations.standing import freeze_scores, show_scores
from vungxanh.movement.queries.campaigns import newest_edition
from vungxanh.movement.queries.scores import Scorecard, scored
from vungxanh.movement.rulebook import Period, self_score_rule
from vungxanh.organization import roles
from vungxanh.organization.workdays import all_workdays

NAMESPACE = uuid.UUID("6f0d4c7e-5b0a-4b0e-9d5e-202110180053")
FROZEN_AT, ASKED_AT, ANSWERED_AT, SHOWN_AT = (
    datetime.time(8, 40),
    datetime.time(9, 50),
    datetime.time(14, 45),
    datetime.time(16, 40),
)
ONE_DAY = datetime.timedelta(days=1)
ASKING = 2
"""So many units ask for a review of each measure below."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a unit that lost points asks about, and what the Office answers."""

    measure: str
    reason: str
    answer: str


REVIEWS = (
    Asked(
        "2.2",
        "Đề nghị xem lại số ngày cập nhật đúng hạn: có ngày đơn vị nộp sau 15 giờ vì trụ sở mất mạng và đã giải trình"
        " trên hệ thống ngay trong ngày.",
        "Đã đối chiếu thời điểm nộp trên hệ thống. Giải trình được ghi nhận nhưng báo cáo nộp sau 15 giờ, theo cách"
        " tính của chỉ tiêu không phải là đúng hạn. Giữ nguyên điểm.",
    ),
    Asked(
        "5.1",
        "Đề nghị xem lại tỉ lệ ký cam kết: một số người của đơn vị làm việc tại thực địa, đã ký bản giấy của đơn vị.",
        "Đã đối chiếu danh sách. Bản cam kết giấy của đơn vị không thay cho cam kết của từng người; những người này ký"
        " được trên điện thoại. Giữ nguyên điểm.",
    ),
)


def of_day(day: datetime.date, *, left_alone: frozenset[str]) -> Iterator[Happening]:
    """Each step does nothing where it was done before, or where somebody plays the part now."""
    frozen, asked, answered, shown = (moment(day, time) for time in (FROZEN_AT, ASKED_AT, ANSWERED_AT, SHOWN_AT))
    yield asked, lambda: _ask(asked, left_alone)
    if OFFICE not in left_alone:
        yield frozen, lambda: _freeze(frozen)
        yield answered, lambda: _answer(answered)
        yield shown, lambda: _show(shown)


def _show(at: datetime.datetime) -> None:
    """On the first working day after the units had to send their own scores."""
    for campaign, period in _periods():
        first = _working_day_after(self_score_rule(period).send_by(period), campaign.unit_id)
        if first == at.date() and not campaign.standings.filter(period_code=period.code).exists():
            show_scores(campaign, period.code, actor=User.objects.get(username=OFFICE), at=at)


def _ask(at: datetime.datetime, left_alone: frozenset[str]) -> None:
    """On the day after, units that lost points."""
    for row in _shown():
        assert row.shown_at
        if _working_day_after(row.shown_at.date(), row.campaign.unit_id) != at.date():
            continue
        period = next(
            one for campaign, one in _periods() if (campaign.pk, one.code) == (row.campaign_id, row.period_code)
        )
        cards = scored(row.campaign, period, at=at).cards
        for asked in REVIEWS:
            for card in _with_loss(cards, asked.measure)[:ASKING]:
                _ask_one(row, card, asked, at, left_alone)


def _ask_one(
    row: PeriodStanding, card: Scorecard, asked: Asked, at: datetime.datetime, left_alone: frozenset[str]
) -> None:
    key = uuid.uuid5(NAMESPACE, f"{row.campaign.code}:{row.period_code}:{card.unit.code}:{asked.measure}")
    head = next(iter(roles.holders(roles.HEADS, card.unit.id, on=at.date())), None)
    if head is None or head.username in left_alone or PointReview.objects.filter(key=key).exists():
        return
    ask_review(key, row.campaign, row.period_code, card.unit.id, asked.measure, asked.reason, actor=head, at=at)


def _answer(at: datetime.datetime) -> None:
    """What was asked before this day."""
    office, answers = User.objects.get(username=OFFICE), {one.measure: one.answer for one in REVIEWS}
    waiting = PointReview.objects.filter(state="ASKED", asked_at__lt=moment(at.date(), datetime.time()))
    rows = waiting.filter(measure_id__in=answers, standing__campaign__code=CODE).exclude(asked_by=office)
    for review in rows.select_related("standing__campaign").order_by("asked_at", "key"):
        move_review(review, "refuse", answers[review.measure_id], actor=office, at=at)


def _freeze(at: datetime.datetime) -> None:
    """On the first working day after the last one on which a review could be asked for."""
    for row in _shown():
        is_time = at.date() >= _working_day_after(row.review_until, row.campaign.unit_id)
        if is_time and not row.reviews.filter(state="ASKED").exists():
            freeze_scores(row.campaign, row.period_code, actor=User.objects.get(username=OFFICE), at=at)


def _periods() -> list[tuple[Campaign, Period]]:
    campaign = running_campaign()
    return [(campaign, period) for period in newest_edition(campaign).plan.period] if campaign else []


def _shown() -> list[PeriodStanding]:
    rows = PeriodStanding.objects.filter(campaign__code=CODE, campaign__state="RUNNING", state=StandingState.SHOWN)
    return list(rows.select_related("campaign").order_by("period_code"))


def _with_loss(cards: Sequence[Scorecard], measure_id: str) -> list[Scorecard]:
    """Those without all points of a measure, in an order of chance."""
    lost = [
        card
        for card in cards
        if any(one.measure.id == measure_id and one.counts and one.points < one.measure.weight for one in card.lines)
    ]
    return sorted(lost, key=lambda card: draw("review", measure_id, card.unit.code).random())


def _working_day_after(day: datetime.date, unit_id: int) -> datetime.date:
    workdays, next_day = all_workdays(day, day + 31 * ONE_DAY), day + ONE_DAY
    while not workdays.is_working(next_day, unit_id):
        next_day += ONE_DAY
    return next_day
