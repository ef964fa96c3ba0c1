"""Shows the scores of a period to the units, freezes them, opens them again."""

import datetime
import hashlib
from collections.abc import Collection

from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from vungxanh.accounts.models import User
from vungxanh.audit.operations import record
from vungxanh.common.clock import ZONE
from vungxanh.common.formats import day as day_words
from vungxanh.common.vietnamese import canonical
from vungxanh.common.workflow import NoSuchMoveError
from vungxanh.movement.enums import CampaignState, StandingState
from vungxanh.movement.models import Campaign, PeriodStanding, ScoreSnapshot
from vungxanh.movement.operations.campaigns import words_of_state
from vungxanh.movement.permissions import may_move_standing
from vungxanh.movement.queries.campaigns import is_over, participants, plan_of_period
from vungxanh.movement.queries.reviews import all_waiting
from vungxanh.movement.queries.standing import ENGINE, frozen, period_with, standing_snapshot, written
from vungxanh.movement.rulebook import Period, review_rule_on
from vungxanh.movement.topics import SCORES_FROZEN, SCORES_SHOWN
from vungxanh.movement.workflow import STANDING
from vungxanh.notifications.operations import notify_all, settle_all
from vungxanh.notifications.topics import Message
from vungxanh.organization import roles
from vungxanh.organization.tree import UnitNode, all_tree_on
from vungxanh.organization.workdays import all_workdays

FURTHEST = datetime.timedelta(days=120)
"""So many working days as a rule may give lie within it."""
SCORED = (CampaignState.RUNNING, CampaignState.CLOSED)


class StandingError(ValidationError):
    """Nothing was changed; the text says why."""


@transaction.atomic
def show_scores(campaign: Campaign, period_code: str, *, actor: User, at: datetime.datetime) -> PeriodStanding:
    """Of a period that is over, to those who speak for each unit its own; from now on they may ask for a review until
    the day of the rule. Raises `StandingError`."""
    campaign, period, row = locked(campaign, period_code)
    state = _next(campaign, row, "show", actor, at)
    if not is_over(campaign, period, _day(at)):
        words = _("The period is not over before %(day)s.")
        raise StandingError(words % {"day": day_words(period.last + datetime.timedelta(days=1))})
    until = _review_until(campaign, _day(at))
    row = row or PeriodStanding(campaign=campaign, period_code=period.code)
    row.state, row.shown_at, row.shown_by, row.review_until = state, at, actor, until
    row.save()
    record(
        "movement.show_scores",
        actor=actor,
        at=at,
        subject=row,
        subject_name=_name(campaign, period),
        unit_id=campaign.unit_id,
        detail={"period": period.code, "due": until.isoformat()},
    )
    title = format_lazy(_("Points of {period}: look at them by {day}"), period=period.name, day=day_words(until))
    _tell_units(SCORES_SHOWN, title, row, period, actor, at)
    return row


@transaction.atomic
def freeze_scores(campaign: Campaign, period_code: str, *, actor: User, at: datetime.datetime) -> ScoreSnapshot:
    """Keeps every scorecard as it stands; nothing that comes later changes them. Raises `StandingError`, also while
    units may still ask for a review or one is not answered."""
    campaign, period, row = locked(campaign, period_code)
    state = _next(campaign, row, "freeze", actor, at)
    assert row
    if _day(at) <= row.review_until:
        words = _("Units may ask for a review until the end of %(day)s; freeze after that.")
        raise StandingError(words % {"day": day_words(row.review_until)})
    if waiting := all_waiting(row):
        words = _("Requests for review that are not answered yet: %(count)d. Answer them first.")
        raise StandingError(words % {"count": waiting})
    content = written(frozen(campaign, period, at=at))
    snapshot = ScoreSnapshot.objects.create(
        standing=row,
        number=row.snapshots.count() + 1,
        content=content,
        sha256=hashlib.sha256(content).hexdigest(),
        engine=ENGINE,
        frozen_at=at,
        frozen_by=actor,
    )
    row.state = state
    row.save(update_fields=["state"])
    record(
        "movement.freeze_scores",
        actor=actor,
        at=at,
        subject=snapshot,
        subject_name=_name(campaign, period),
        unit_id=campaign.unit_id,
        detail={"period": period.code, "number": snapshot.number, "sha256": snapshot.sha256},
    )
    settle_all(SCORES_SHOWN, f"{SCORES_SHOWN}:{row.pk}:", at=at)
    title = format_lazy(_("Frozen: points of {period}"), period=period.name)
    _tell_units(SCORES_FROZEN, title, row, period, actor, at)
    return snapshot


@transaction.atomic
def reopen_scores(
    campaign: Campaign, period_code: str, reason: str, *, actor: User, at: datetime.datetime
) -> PeriodStanding:
    """They are counted again, and shown and frozen anew; what was frozen before stays beside it. Raises
    `StandingError`."""
    campaign, period, row = locked(campaign, period_code)
    state = _next(campaign, row, "reopen", actor, at)
    assert row
    if not canonical(reason):
        raise StandingError({"reason": _("Say why they are opened again.")})
    snapshot = standing_snapshot(row)
    assert snapshot
    snapshot.reopened_at, snapshot.reopened_by, snapshot.reason = at, actor, canonical(reason)[:300]
    snapshot.save(update_fields=["reopened_at", "reopened_by", "reason"])
    row.state = state
    row.save(update_fields=["state"])
    record(
        "movement.reopen_scores",
        actor=actor,
        at=at,
        subject=snapshot,
        subject_name=_name(campaign, period),
        unit_id=campaign.unit_id,
        detail={"period": period.code, "number": snapshot.number, "reason": snapshot.reason},
    )
    title = format_lazy(_("Opened again: points of {period}"), period=period.name)
    _tell_units(SCORES_FROZEN, title, row, period, actor, at)
    return row


def locked(campaign: Campaign, period_code: str) -> tuple[Campaign, Period, PeriodStanding | None]:
    """As the database has them now; two who change what belongs to one campaign wait for each other. Raises
    `StandingError` where nothing is scored, or there is no such period."""
    campaign = Campaign.objects.select_for_update(no_key=True).get(pk=campaign.pk)
    if campaign.state not in SCORED:
        raise StandingError(words_of_state(campaign))
    period = period_with(campaign, period_code)
    if period is None:
        raise StandingError(_("The plan has no such period any more."))
    return campaign, period, campaign.standings.select_for_update().filter(period_code=period.code).first()


def words_of_standing(row: PeriodStanding | None) -> str:
    """Why something is not done that the scores do not allow as they stand."""
    state = StandingState(row.state if row else STANDING.find("", "begin").end)
    return _("The scores of the period stand otherwise by now: %(state)s.") % {"state": state.label}


def _next(campaign: Campaign, row: PeriodStanding | None, verb: str, actor: User, at: datetime.datetime) -> str:
    """The state to which it leads. Raises `StandingError`."""
    state = row.state if row else STANDING.find("", "begin").end
    try:
        may_move_standing(actor, campaign, state, verb, on=_day(at)).or_refuse()
        return STANDING.find(state, verb).end
    except NoSuchMoveError as error:
        raise StandingError(words_of_standing(row)) from error


def _review_until(campaign: Campaign, today: datetime.date) -> datetime.date:
    workdays = all_workdays(today, today + FURTHEST)
    furthest = today + FURTHEST
    return review_rule_on(today).last_day(
        today, lambda day: day >= furthest or workdays.is_working(day, campaign.unit_id)
    )


def _tell_units(
    topic: str, title: str | Promise, row: PeriodStanding, period: Period, actor: User, at: datetime.datetime
) -> None:
    """Those who speak for each unit, of its own page alone."""
    tree, campaign = all_tree_on(_day(at)), row.campaign
    units = _units(campaign, period, _day(at))
    staff = roles.all_holders(roles.UNIT_STAFF, [node.id for node in units], on=_day(at), tree=tree)
    tellings = []
    for node in units:
        address = f"{reverse('movement:score_page', args=[campaign.code, node.code])}?ky={period.code}"
        message = Message(topic=topic, key=f"{topic}:{row.pk}:{at.isoformat()}:{node.id}", title=title, address=address)
        tellings.append((message, set(staff[node.id]) - {actor}))
    notify_all(tellings, at=at)


def _units(campaign: Campaign, period: Period, today: datetime.date) -> Collection[UnitNode]:
    """Those that were scored and are still there."""
    day = campaign.last_known(today)
    then, now = all_tree_on(min(day, period.last)), all_tree_on(today)
    plan = plan_of_period(campaign, period, day)
    return [node for node in participants(plan, campaign.unit_id, then) if node.id in now]


def _name(campaign: Campaign, period: Period) -> str:
    return f"{campaign.code}, {period.name}"


def _day(at: datetime.datetime) -> datetime.date:
    return at.astimezone(ZONE).date()
