"""Reminds units of figures that are due."""

import datetime

from django.urls import reverse
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from vungxanh.common.clock import ZONE
from vungxanh.common.formats import day as day_words
from vungxanh.notifications.operations import notify_all
from vungxanh.notifications.topics import Message
from vungxanh.organization import roles
from vungxanh.organization.tree import all_tree_on
from vungxanh.production.operations.figures import due_keys_of
from vungxanh.production.queries.owed import all_owed
from vungxanh.production.rulebook import month_before, rule_on
from vungxanh.production.topics import FIGURES_DUE


def remind_of_figures(*, at: datetime.datetime) -> int:
    """On the days of the rule, those who speak for units whose figures of the month before are not all entered;
    returns how many were told anew."""
    local = at.astimezone(ZONE)
    today, rule = local.date(), rule_on(local.date())
    month = month_before(today)
    if local.time() < rule.remind_at or not rule.is_reminder_day(today, month):
        return 0
    tree = all_tree_on(today)
    missing = {unit: owed.missing for unit, owed in all_owed(month, at).items() if owed.missing and unit in tree}
    staff = roles.all_holders(roles.UNIT_STAFF, list(missing), on=today, tree=tree)
    is_over = today > rule.due_day(month)
    words = _("Overdue since {day}: figures of {month}") if is_over else _("Due by {day}: figures of {month}")
    title = format_lazy(words, day=day_words(rule.due_day(month)), month=f"{month:%m/%Y}")
    tellings = [
        (
            Message(
                topic=FIGURES_DUE,
                key=f"{due_keys_of(unit, month)}{today}",
                title=title,
                body=format_lazy(_("{count} indicators are without a figure."), count=count),
                address=f"{reverse('production:figure_enter', args=[tree[unit].code])}?thang={month:%Y-%m}",
            ),
            staff[unit],
        )
        for unit, count in missing.items()
    ]
    return notify_all(tellings, at=at)
