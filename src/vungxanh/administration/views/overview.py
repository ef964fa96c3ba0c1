"""The hub: one card for each part of the settings, with how it stands."""

import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from vungxanh.accounts.views import signed_in
from vungxanh.administration.permissions import may_change_settings, may_see_settings
from vungxanh.administration.queries.jobs import all_job_states, all_last_run
from vungxanh.administration.queries.reminders import all_reminders
from vungxanh.administration.queries.role_holders import Wanted, roles_held_for
from vungxanh.administration.queries.rule_files import all_rule_states
from vungxanh.administration.queries.system import Backup, all_system_state
from vungxanh.administration.rulebook import SETTINGS, SettingsRule
from vungxanh.common import clock
from vungxanh.common.connections import all_connections
from vungxanh.federation.permissions import may_see_rollups
from vungxanh.federation.queries.received import all_board
from vungxanh.organization.tree import all_tree_on
from vungxanh.screening.queries.settings import unit_ids_with_settings_of
from vungxanh.screening.rulebook import WINDOWS
from vungxanh.webhooks.enums import SubscriptionState
from vungxanh.webhooks.permissions import may_see_subscriptions
from vungxanh.webhooks.queries import subscription_states_for


@never_cache
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    user, today = signed_in(request), clock.today()
    may_see_settings(user, on=today).or_refuse()
    tree, rule = all_tree_on(today), SETTINGS.current().in_force(today)
    found = [one for _source, one in all_connections(today)]
    held = roles_held_for(user, Wanted(), on=today, tree=tree)
    rules = all_rule_states(today)
    may_change = may_change_settings(user, on=today)
    context = {
        "may_change": may_change,
        "sets_windows": bool(unit_ids_with_settings_of(user, on=today, tree=tree)),
        "windows": WINDOWS.current().in_force(today),
        "reminders": sum(len(group.lines) for group in all_reminders(today)),
        "rules": rules,
        "unverified": sum(one.is_unverified for one in rules),
        "coming": sum(len(one.coming) for one in rules),
        "connections": len(found),
        "ready": sum(one.is_ready for one in found),
        "troubled": sum(1 for one in found if one.is_ready and one.given_up),
        "waiting": sum(one.waiting for one in found),
        "held": len(held),
        "holders": len({one.user.pk for one in held}),
        "failed_jobs": sum(one.is_failed for one in all_job_states()),
        "last_run": all_last_run(),
        "stands_still": stands_still(rule),
    }
    if may_see_subscriptions(user, on=today):
        states = subscription_states_for(user, on=today)
        context |= {
            "keeps_subscriptions": True,
            "subscribed": states[SubscriptionState.ACTIVE],
            "subscribers_off": states[SubscriptionState.DISABLED],
        }
    if may_see_rollups(user, on=today):
        board = all_board(today)
        context |= {"sees_rollups": True, "rollups_came": len(board.came), "rollup_senders": len(board.rows)}
    if may_change:
        system = all_system_state(at=clock.now())
        context |= {"system": system, "is_backup_old": is_backup_old(system.backup, rule)}
    return render(request, "administration/overview.html", context)


def stands_still(rule: SettingsRule) -> bool:
    """Whether no job ran for so long that the worker seems to be down."""
    last = all_last_run()
    return last is None or clock.real_now() - last > datetime.timedelta(minutes=rule.worker_minutes)


def is_backup_old(backup: Backup | None, rule: SettingsRule) -> bool:
    return backup is None or clock.real_now() - backup.at > datetime.timedelta(days=rule.backup_days)
