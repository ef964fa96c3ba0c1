"""The sums of a day are written down for those who get them, whenever they have changed."""

import datetime
from typing import Any

from django.db import transaction

from vungxanh.audit.operations import record
from vungxanh.common.clock import ZONE, moment
from vungxanh.federation.models import OwnRollup
from vungxanh.federation.queries.own import all_own_sums
from vungxanh.federation.rulebook import FEDERATION, FederationRule
from vungxanh.federation.subscribers import ROLLUP
from vungxanh.organization.models import Unit
from vungxanh.organization.tree import Tree, UnitNode, all_tree_on
from vungxanh.webhooks.events import Event
from vungxanh.webhooks.operations import publish
from vungxanh.webhooks.queries import all_sent_to


def make_rollups(*, at: datetime.datetime) -> int:
    """How many versions were made. Of today and of some days before it, of every agency at the top that somebody gets
    the sums of; without anybody it is one query."""
    wanted = {one.unit_id for one in all_sent_to() if ROLLUP in one.events}
    if not wanted:
        return 0
    today = at.astimezone(ZONE).date()
    rule = FEDERATION.current().in_force(today)
    made = 0
    for back in range(rule.again_days + 1):
        day = today - datetime.timedelta(days=back)
        tree = all_tree_on(day)
        made += sum(_make(root, day, tree, rule, at) for root in tree.roots if root.id in wanted)
    return made


@transaction.atomic
def _make(root: UnitNode, day: datetime.date, tree: Tree, rule: FederationRule, at: datetime.datetime) -> bool:
    """Whether the sums are others than before. Where they are not, whoever began to get them since is told."""
    # One at a time: two workers would else both find the same last version.
    Unit.objects.select_for_update(no_key=True).get(pk=root.id)
    last = OwnRollup.objects.filter(unit_id=root.id, day=day).order_by("-version").first()
    sums = all_own_sums(root, day, tree=tree, rule=rule)
    if sums is None:
        return False
    sums["health"] = _health_to_tell(sums["health"], last, day, rule, at)
    is_new = last is None or last.content != sums
    if is_new:
        version = _version(day, at, last)
        last = OwnRollup.objects.create(unit_id=root.id, day=day, version=version, content=sums, counted_at=at)
        detail = {"day": day.isoformat(), "version": version}
        record("federation.make_rollup", actor=None, at=at, subject=last, unit_id=root.id, detail=detail)
    assert last
    event = _event(last)
    publish(lambda _tree: [event], day=day, at=at)
    return is_new


def _health_to_tell(
    health: dict[str, Any] | None,
    last: OwnRollup | None,
    day: datetime.date,
    rule: FederationRule,
    at: datetime.datetime,
) -> dict[str, Any] | None:
    """Of a day nothing before `health_from`, then the same for the rest of the day; once again on each later day.

    Were it told each quarter of an hour, what has changed would speak of the few who declared in between.
    """

    def is_told(moment: datetime.datetime) -> bool:
        local = moment.astimezone(ZONE)
        return local.date() > day or local.time() >= rule.health_from

    if not is_told(at):
        return None
    is_same_day = last is not None and last.counted_at.astimezone(ZONE).date() == at.astimezone(ZONE).date()
    if last and is_same_day and is_told(last.counted_at):
        told: dict[str, Any] | None = last.content["health"]
        return told
    return health


def _version(day: datetime.date, at: datetime.datetime, last: OwnRollup | None) -> int:
    """Seconds since the day began, and more than the last one: an installation that was set back to a backup does not
    give a version again that it gave to other sums."""
    seconds = int((at - moment(day, datetime.time())).total_seconds())
    return max(seconds, last.version + 1 if last else 1)


def _event(one: OwnRollup) -> Event:
    counted_at = one.counted_at.astimezone(ZONE).isoformat(timespec="seconds")
    data = {**one.content, "version": one.version, "counted_at": counted_at}
    return Event(ROLLUP, f"{one.unit_id}/{one.day}/{one.version}", one.unit_id, data)
