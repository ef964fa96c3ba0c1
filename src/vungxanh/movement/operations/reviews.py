"""Asks for a review of points, answers it."""

import datetime
import uuid

from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from vungxanh.accounts.models import User
from vungxanh.audit.operations import record
from vungxanh.common.clock import ZONE
from vungxanh.common.formats import day as day_words
from vungxanh.common.vietnamese import canonical_text
from vungxanh.common.workflow import NoSuchMoveError
from vungxanh.movement.enums import PointReviewState, StandingState
from vungxanh.movement.models import Campaign, PeriodStanding, PointReview
from vungxanh.movement.operations.standing import locked, words_of_standing
from vungxanh.movement.permissions import may_ask_review, may_move_review
from vungxanh.movement.queries.campaigns import participants, plan_of_period
from vungxanh.movement.rulebook import Period
from vungxanh.movement.topics import REVIEW_ANSWERED, REVIEW_ASKED
from vungxanh.movement.workflow import POINT_REVIEW
from vungxanh.notifications.operations import notify, settle
from vungxanh.notifications.topics import Message
from vungxanh.organization import roles
from vungxanh.organization.enums import Role
from vungxanh.organization.tree import all_tree_on

LONGEST_REASON = 3000


class ReviewError(ValidationError):
    """Nothing was changed; the text says why."""


@transaction.atomic
def ask_review(
    key: uuid.UUID,
    campaign: Campaign,
    period_code: str,
    unit_id: int,
    measure_id: str,
    reason: str,
    *,
    actor: User,
    at: datetime.datetime,
) -> PointReview:
    """About one measure, once the scores are shown and until the day of the rule. The same `key` again is the same tap.
    Raises `ReviewError`, and `StandingError` where nothing is scored."""
    may_ask_review(actor, unit_id, on=_day(at)).or_refuse()
    campaign, period, row = locked(campaign, period_code)
    there = PointReview.objects.filter(key=key, unit_id=unit_id, measure_id=measure_id, asked_by=actor).first()
    if there:
        return there
    if PointReview.objects.filter(key=key).exists():
        raise ReviewError(_("This page was sent before; open a new one."))
    words = canonical_text(reason)[:LONGEST_REASON]
    if not words:
        raise ReviewError({"reason": _("Say what is not right.")})
    row = _open_row(row, at)
    _check_measure(campaign, period, unit_id, measure_id, at)
    if row.reviews.filter(unit_id=unit_id, measure_id=measure_id, state=PointReviewState.ASKED).exists():
        raise ReviewError({"measure": _("A request about this measure waits for an answer already.")})
    review = PointReview.objects.create(
        key=key,
        standing=row,
        unit_id=unit_id,
        measure_id=measure_id,
        reason=words,
        state=POINT_REVIEW.find("", "ask").end,
        asked_at=at,
        asked_by=actor,
    )
    _record("ask", review, actor, at, reason=words[:200])
    _tell_office(review, campaign, period, actor, at)
    return review


@transaction.atomic
def move_review(review: PointReview, verb: str, text: str = "", *, actor: User, at: datetime.datetime) -> PointReview:
    """`verb`: accept, with what was corrected; refuse, with the reason; withdraw. Raises `ReviewError`."""
    campaign, period, _row = locked(review.standing.campaign, review.standing.period_code)
    rows = PointReview.objects.select_for_update(of=("self",)).select_related("standing__campaign", "asked_by")
    review = rows.get(pk=review.pk)
    try:
        may_move_review(actor, review, verb, on=_day(at)).or_refuse()
        state = POINT_REVIEW.find(review.state, verb).end
    except NoSuchMoveError as error:
        words = _("The request stands otherwise by now: %(state)s.")
        raise ReviewError(words % {"state": PointReviewState(review.state).label}) from error
    answer = canonical_text(text)[:LONGEST_REASON]
    if verb == "accept" and not answer:
        raise ReviewError({"answer": _("Say what was corrected.")})
    if verb == "refuse" and not answer:
        raise ReviewError({"answer": _("Say why nothing is corrected.")})
    review.state, review.closed_at, review.closed_by, review.answer = state, at, actor, answer
    review.save(update_fields=["state", "closed_at", "closed_by", "answer"])
    _record(verb, review, actor, at, answer=answer[:200])
    settle([f"{REVIEW_ASKED}:{review.pk}"], at=at)
    if verb != "withdraw":
        _tell_unit(review, campaign, period, actor, at)
    return review


def _open_row(row: PeriodStanding | None, at: datetime.datetime) -> PeriodStanding:
    """Raises `ReviewError` where nobody may ask now."""
    if row is None or row.state != StandingState.SHOWN:
        raise ReviewError(words_of_standing(row))
    if _day(at) > row.review_until:
        words = _("A review could be asked for until the end of %(day)s.")
        raise ReviewError(words % {"day": day_words(row.review_until)})
    return row


def _check_measure(campaign: Campaign, period: Period, unit_id: int, measure_id: str, at: datetime.datetime) -> None:
    """Raises `ReviewError` where the unit has no such line."""
    day = campaign.last_known(_day(at))
    plan = plan_of_period(campaign, period, day)
    if measure_id not in plan.measures:
        raise ReviewError({"measure": _("Choose the measure.")})
    taking_part = participants(plan, campaign.unit_id, all_tree_on(min(day, period.last)))
    if unit_id not in {node.id for node in taking_part}:
        raise ReviewError(_("This unit does not take part in the movement by itself."))


def _tell_office(review: PointReview, campaign: Campaign, period: Period, actor: User, at: datetime.datetime) -> None:
    tree = all_tree_on(_day(at))
    unit = tree[review.unit_id].short_name if review.unit_id in tree else str(review.unit)
    title = format_lazy(_("{unit} asks for a review of measure {measure}"), unit=unit, measure=review.measure_id)
    office = roles.holders(Role.OFFICE, campaign.unit_id, on=_day(at), tree=tree)
    message = Message(
        topic=REVIEW_ASKED, key=f"{REVIEW_ASKED}:{review.pk}", title=title, address=_address(campaign, period)
    )
    notify(message, set(office) - {actor}, at=at)


def _tell_unit(review: PointReview, campaign: Campaign, period: Period, actor: User, at: datetime.datetime) -> None:
    """Whoever asked, and the heads of the unit."""
    heads = roles.holders(roles.HEADS, review.unit_id, on=_day(at))
    accepted = review.state == PointReviewState.ACCEPTED
    words = _("Review accepted: measure {measure}") if accepted else _("Review not accepted: measure {measure}")
    message = Message(
        topic=REVIEW_ANSWERED,
        key=f"{REVIEW_ANSWERED}:{review.pk}",
        title=format_lazy(words, measure=review.measure_id),
        address=_address(campaign, period),
    )
    notify(message, {review.asked_by, *heads} - {actor}, at=at)


def _address(campaign: Campaign, period: Period) -> str:
    return f"{reverse('movement:review_list', args=[campaign.code])}?ky={period.code}"


def _record(verb: str, review: PointReview, actor: User, at: datetime.datetime, **detail: object) -> None:
    detail = {"measure": review.measure_id, **detail}
    record(f"movement.{verb}_review", actor=actor, at=at, subject=review, unit_id=review.unit_id, detail=detail)


def _day(at: datetime.datetime) -> datetime.date:
    return at.astimezone(ZONE).date()
