"""Who loads, opens and closes campaigns, who launches, who pledges for whom, who scores, appraises and freezes."""

import datetime

from django.utils.translation import gettext_lazy as _

from vungxanh.accounts.models import User
from vungxanh.common.verdict import ALLOWED, Verdict, refused
from vungxanh.common.workflow import Move
from vungxanh.movement.models import (
    Activity,
    Adjustment,
    Campaign,
    CrossCheck,
    Launch,
    Pledge,
    PointReview,
    SelfScore,
    UnitTarget,
)
from vungxanh.movement.queries.pledges import OwnPlace, speaks_for_group, standing_is_of
from vungxanh.movement.queries.self_scores import belongs_to
from vungxanh.movement.workflow import (
    ACTIVITY,
    ADJUSTMENT,
    APPRAISERS,
    CAMPAIGN,
    HEADS,
    LAUNCH,
    LEADERS,
    POINT_REVIEW,
    SELF_SCORE,
    STANDING,
    SYSTEM,
    UNIT_STAFF,
    UNIT_TARGET,
)
from vungxanh.organization import roles
from vungxanh.organization.enums import Role
from vungxanh.organization.models import Group

ONLY_OFFICE = _("Only the Office takes in a campaign and changes it.")
ONLY_APPRAISERS = _("Only the Office and Personnel appraise what units scored themselves.")
NOT_OWN_UNIT = _("Nobody judges the own unit: somebody else of the Office or Personnel does it.")
ONLY_HEAD = _("Only the head of the unit or a deputy pledges for the unit.")
ONLY_HEAD_ASKS = _("Only the head of the unit or a deputy asks for a review of its points.")
ONLY_HEAD_PROPOSES = _("Only the head of the unit or a deputy proposes a target of its own.")


def may_load(user: User | None, unit_id: int, *, on: datetime.date) -> Verdict:
    """None as the actor is the command line."""
    if user is None or roles.holds(user, Role.OFFICE, unit_id, on=on):
        return ALLOWED
    return refused(ONLY_OFFICE)


def may_move_campaign(user: User | None, campaign: Campaign, verb: str, *, on: datetime.date) -> Verdict:
    """`verb`: one that its state allows."""
    move = CAMPAIGN.find(campaign.state, verb)
    if user is None:
        return ALLOWED if SYSTEM in move.by else refused(ONLY_OFFICE)
    if _holds(user, move.by, campaign.unit_id, on):
        return ALLOWED
    if set(move.by) <= set(LEADERS):
        return refused(_("Only the Director or a deputy withdraws a campaign that is under way."))
    return refused(_("Only the Office and the leaders open and close a campaign."))


def may_answer_issuer(user: User, campaign: Campaign, *, on: datetime.date) -> Verdict:
    if _holds(user, ("OFFICE", *LEADERS), campaign.unit_id, on):
        return ALLOWED
    return refused(_("Only the Office and the leaders write down what the issuer answered."))


def may_move_standing(user: User, campaign: Campaign, state: str, verb: str, *, on: datetime.date) -> Verdict:
    """`state`: how the scores of the period stand; `verb`: one that it allows."""
    move = STANDING.find(state, verb)
    if _holds(user, move.by, campaign.unit_id, on):
        return ALLOWED
    if verb == "reopen":
        return refused(_("Only the Director opens frozen scores again."))
    return refused(_("Only the Office and the leaders show and freeze scores."))


def may_ask_review(user: User, unit_id: int, *, on: datetime.date) -> Verdict:
    move = POINT_REVIEW.find("", "ask")
    return ALLOWED if _holds(user, move.by, unit_id, on) else refused(ONLY_HEAD_ASKS)


def may_move_review(user: User, review: PointReview, verb: str, *, on: datetime.date) -> Verdict:
    """`verb`: one that its state allows. Nobody answers what one has asked oneself."""
    move = POINT_REVIEW.find(review.state, verb)
    if set(move.by) <= set(HEADS):
        return ALLOWED if _holds(user, move.by, review.unit_id, on) else refused(ONLY_HEAD_ASKS)
    if not _holds(user, move.by, review.standing.campaign.unit_id, on):
        return refused(_("Only the Office and the leaders answer a request for review."))
    if review.asked_by_id == user.pk:
        return refused(_("Nobody answers what one has asked oneself."))
    return ALLOWED


def may_propose_target(user: User, unit_id: int, *, on: datetime.date) -> Verdict:
    move = UNIT_TARGET.find("", "propose")
    return ALLOWED if _holds(user, move.by, unit_id, on) else refused(ONLY_HEAD_PROPOSES)


def may_move_target(user: User, target: UnitTarget, verb: str, *, on: datetime.date) -> Verdict:
    """`verb`: one that its state allows. Nobody decides on what one has proposed oneself."""
    move = UNIT_TARGET.find(target.state, verb)
    if set(move.by) <= set(HEADS):
        return ALLOWED if _holds(user, move.by, target.unit_id, on) else refused(ONLY_HEAD_PROPOSES)
    if not _holds(user, move.by, target.campaign.unit_id, on):
        return refused(_("Only the Office and the leaders approve a target of a unit."))
    if target.proposed_by_id == user.pk:
        return refused(_("Nobody decides on what one has proposed oneself."))
    return ALLOWED


def may_launch(user: User, unit_id: int, *, on: datetime.date) -> Verdict:
    if _holds(user, UNIT_STAFF, unit_id, on):
        return ALLOWED
    return refused(_("Only the head, a deputy or the clerk of the unit writes down how it launched."))


def may_move_launch(user: User, launch: Launch, verb: str, *, on: datetime.date) -> Verdict:
    """`verb`: one that its state allows."""
    move: Move = LAUNCH.find(launch.state, verb)
    if _holds(user, move.by, launch.unit_id, on):
        return ALLOWED
    if set(move.by) <= set(HEADS):
        return refused(_("Only the head of the unit or a deputy takes a launch back."))
    return may_launch(user, launch.unit_id, on=on)


def may_pledge_for_unit(user: User, unit_id: int, *, on: datetime.date) -> Verdict:
    return ALLOWED if _holds(user, HEADS, unit_id, on) else refused(ONLY_HEAD)


def may_pledge_for_group(user: User, group: Group, *, on: datetime.date) -> Verdict:
    if speaks_for_group(user, group, on=on):
        return ALLOWED
    return refused(_("Only an officer of the union pledges for a group, and the Party committee for a Party cell."))


def may_record_activity(user: User, group: Group, *, on: datetime.date) -> Verdict:
    if speaks_for_group(user, group, on=on):
        return ALLOWED
    words = _("Only an officer of the union writes down what a group did, and the Party committee for a Party cell.")
    return refused(words)


def may_move_activity(user: User, activity: Activity, verb: str, *, on: datetime.date) -> Verdict:
    """`verb`: one that its state allows. Whoever speaks for the group does all of it."""
    ACTIVITY.find(activity.state, verb)
    return may_record_activity(user, activity.group, on=on)


def may_pledge_oneself(place: OwnPlace | None) -> Verdict:
    if place:
        return ALLOWED
    return refused(_("You do not work in the agency of this movement."))


def may_withdraw_pledge(user: User, pledge: Pledge, *, on: datetime.date) -> Verdict:
    """Whoever may pledge so takes it back; nobody takes back the pledge of another person."""
    if pledge.group:
        return may_pledge_for_group(user, pledge.group, on=on)
    if pledge.person:
        if standing_is_of(user, pledge):
            return ALLOWED
        return refused(_("Everybody takes back only one's own pledge."))
    return may_pledge_for_unit(user, pledge.unit_id, on=on)


def may_score(user: User, unit_id: int, *, on: datetime.date) -> Verdict:
    """Writes the draft and puts evidence to it."""
    if _holds(user, UNIT_STAFF, unit_id, on):
        return ALLOWED
    return refused(_("Only the head, a deputy or the clerk of the unit writes down how it scores itself."))


def may_send_scores(user: User, unit_id: int, *, on: datetime.date) -> Verdict:
    if _holds(user, SELF_SCORE.find("DRAFT", "send").by, unit_id, on):
        return ALLOWED
    return refused(_("Only the head of the unit or a deputy sends how it scores itself."))


def may_appraise(user: User, self_score: SelfScore, *, on: datetime.date) -> Verdict:
    """Also returns it, asks another unit to check it, and records what an inspection found."""
    return _may_judge(user, self_score.campaign, self_score.unit_id, on=on)


def may_check(user: User, check: CrossCheck, *, on: datetime.date) -> Verdict:
    """Somebody of the unit that was asked; where that is the agency itself, of the Office or Personnel."""
    campaign = check.self_score.campaign
    if check.unit_id == campaign.unit_id:
        return may_appraise(user, check.self_score, on=on)
    if not _holds(user, UNIT_STAFF, check.unit_id, on):
        return refused(_("Only those who speak for the unit that was asked answer."))
    return refused(NOT_OWN_UNIT) if belongs_to(user, check.self_score.unit_id, on=on) else ALLOWED


def may_draw_sample(user: User, campaign: Campaign, *, on: datetime.date) -> Verdict:
    return ALLOWED if _holds(user, APPRAISERS, campaign.unit_id, on) else refused(ONLY_APPRAISERS)


def may_adjust(user: User, campaign: Campaign, unit_id: int, *, on: datetime.date) -> Verdict:
    if not _holds(user, ADJUSTMENT.find("", "give").by, campaign.unit_id, on):
        return refused(_("Only the Office and Personnel give bonus and penalty points."))
    return _may_judge(user, campaign, unit_id, on=on)


def may_withdraw_adjustment(user: User, adjustment: Adjustment, *, on: datetime.date) -> Verdict:
    return may_adjust(user, adjustment.campaign, adjustment.unit_id, on=on)


def _may_judge(user: User, campaign: Campaign, unit_id: int, *, on: datetime.date) -> Verdict:
    if not _holds(user, APPRAISERS, campaign.unit_id, on):
        return refused(ONLY_APPRAISERS)
    return refused(NOT_OWN_UNIT) if belongs_to(user, unit_id, on=on) else ALLOWED


def _holds(user: User, names: tuple[str, ...], unit_id: int, on: datetime.date) -> bool:
    return roles.holds(user, [Role(name) for name in names if name in Role.values], unit_id, on=on)
