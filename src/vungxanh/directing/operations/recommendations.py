"""Follows what was recommended until it is settled: reported with evidence, accepted or sent back, reminded of."""

import datetime
from collections.abc import Sequence

from django.db import transaction
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from vungxanh.accounts.models import User
from vungxanh.audit.operations import record
from vungxanh.common.clock import ZONE
from vungxanh.common.formats import day as day_words
from vungxanh.common.vietnamese import canonical_text
from vungxanh.common.workflow import NoSuchMoveError
from vungxanh.directing.enums import RecommendationVerb
from vungxanh.directing.models import Recommendation, RecommendationEntry
from vungxanh.directing.operations.recording import keep_photograph
from vungxanh.directing.operations.supervision import SupervisionError, check_not_too_far
from vungxanh.directing.permissions import may_move_recommendation
from vungxanh.directing.queries.supervision import all_open_recommendations
from vungxanh.directing.rulebook import SUPERVISION_RULE
from vungxanh.directing.topics import RECOMMENDATION_DECIDED, RECOMMENDATION_DUE, RECOMMENDATION_REPORTED
from vungxanh.directing.workflow import RECOMMENDATION
from vungxanh.notifications.operations import notify, notify_all
from vungxanh.notifications.topics import Message
from vungxanh.organization import roles
from vungxanh.organization.enums import Role
from vungxanh.organization.tree import Tree, all_tree_on

NEEDS_WORDS = frozenset(
    {RecommendationVerb.REPORT, RecommendationVerb.SEND_BACK, RecommendationVerb.POSTPONE, RecommendationVerb.DROP}
)


@transaction.atomic
def move_recommendation(
    recommendation: Recommendation,
    verb: RecommendationVerb,
    *,
    actor: User,
    at: datetime.datetime,
    text: str = "",
    due_date: datetime.date | None = None,
    pictures: Sequence[bytes] = (),
) -> Recommendation:
    """`due_date` when it is given more time; `pictures` of what was done. All of it or nothing: raises
    `SupervisionError`."""
    recommendation = Recommendation.objects.select_for_update().select_related("supervision").get(pk=recommendation.pk)
    today, text = at.astimezone(ZONE).date(), canonical_text(text)
    try:
        may_move_recommendation(actor, recommendation, verb, on=today).or_refuse()
    except NoSuchMoveError as error:
        words = _("The recommendation stands otherwise by now: %(state)s.")
        raise SupervisionError(words % {"state": recommendation.get_state_display()}) from error
    if verb in NEEDS_WORDS and not text:
        raise SupervisionError(_("Write something first."))
    if verb == RecommendationVerb.POSTPONE:
        if due_date is None or due_date <= max(recommendation.due_date, today - datetime.timedelta(days=1)):
            raise SupervisionError(_("Choose a day after the present last day."))
        check_not_too_far(due_date, at)
        recommendation.due_date = due_date
    recommendation.state = RECOMMENDATION.find(recommendation.state, verb).end
    recommendation.ended_at = at if verb in (RecommendationVerb.ACCEPT, RecommendationVerb.DROP) else None
    if verb == RecommendationVerb.REPORT:
        recommendation.reported_at = at
    elif verb == RecommendationVerb.SEND_BACK:
        recommendation.reported_at = None
    recommendation.save(update_fields=["state", "due_date", "reported_at", "ended_at"])
    entry = RecommendationEntry.objects.create(recommendation=recommendation, verb=verb, text=text, at=at, by=actor)
    for picture in pictures:
        keep_photograph(recommendation.supervision, picture, item=None, entry=entry, actor=actor, at=at)
    _record(verb, recommendation, actor, at)
    _tell(recommendation, verb, actor, at)
    return recommendation


def remind_of_recommendations(*, at: datetime.datetime) -> int:
    """By the rule: each open one once for each day that the rule names; returns how many messages were new."""
    local = at.astimezone(ZONE)
    today, rule = local.date(), SUPERVISION_RULE.current().in_force(local.date())
    if local.time() < rule.remind_at:
        return 0
    tree = all_tree_on(today)
    waiting = [(one, rule.reminder_of((today - one.due_date).days)) for one in all_open_recommendations()]
    due = [(one, row) for one, row in waiting if row]
    units = {one.supervision.unit_id for one, _row in due}
    staff = roles.all_holders(roles.UNIT_STAFF, units, on=today, tree=tree)
    office = roles.all_holders(Role.OFFICE, units, on=today, tree=tree)
    tellings = []
    for one, row in due:
        unit_id, words = one.supervision.unit_id, _("{unit}: recommendation due on {day}")
        told = {*staff[unit_id], *([one.answerable.user] if one.answerable and one.answerable.user else [])}
        if row.to == "OFFICE":
            told |= set(office[unit_id])
            words = _("{unit}: recommendation overdue since {day}")
        key = f"{RECOMMENDATION_DUE}:{one.pk}:{one.due_date}:{row.days}"
        tellings.append((_message(RECOMMENDATION_DUE, key, one, words, tree), told))
    return notify_all(tellings, at=at)


def _record(verb: RecommendationVerb, recommendation: Recommendation, actor: User, at: datetime.datetime) -> None:
    record(
        f"directing.{verb}_recommendation",
        actor=actor,
        at=at,
        subject=recommendation,
        unit_id=recommendation.supervision.unit_id,
        detail={"due": str(recommendation.due_date)},
    )


def _tell(recommendation: Recommendation, verb: RecommendationVerb, actor: User, at: datetime.datetime) -> None:
    today, unit_id = at.astimezone(ZONE).date(), recommendation.supervision.unit_id
    tree = all_tree_on(today)
    if verb == RecommendationVerb.REPORT:
        topic, words = RECOMMENDATION_REPORTED, _("{unit} reports a recommendation as done")
        told = set(roles.holders(Role.OFFICE, unit_id, on=today, tree=tree)) | {recommendation.supervision.planned_by}
    else:
        topic, words = RECOMMENDATION_DECIDED, _DECIDED[verb]
        told = set(roles.holders(roles.UNIT_STAFF, unit_id, on=today, tree=tree))
    key = f"{topic}:{recommendation.pk}:{at.isoformat()}"
    notify(_message(topic, key, recommendation, words, tree), told - {actor}, at=at)


_DECIDED = {
    RecommendationVerb.ACCEPT: _("{unit}: a recommendation is settled"),
    RecommendationVerb.SEND_BACK: _("{unit}: a recommendation is sent back, due on {day}"),
    RecommendationVerb.POSTPONE: _("{unit}: a recommendation has more time, until {day}"),
    RecommendationVerb.DROP: _("{unit}: a recommendation is dropped"),
}


def _message(topic: str, key: str, recommendation: Recommendation, words: Promise, tree: Tree) -> Message:
    unit_id = recommendation.supervision.unit_id
    unit = tree[unit_id].short_name if unit_id in tree else recommendation.supervision.unit.code
    return Message(
        topic=topic,
        key=key,
        title=format_lazy(words, unit=unit, day=day_words(recommendation.due_date)),
        body=recommendation.text[:200],
        address=reverse("directing:recommendation_page", args=[recommendation.pk]),
    )
