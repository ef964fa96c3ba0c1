"""Wiring of the boards."""

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from vungxanh.common import badges, navigation, schedule

DUTY_BADGES = {
    "OVERDUE": badges.Badge(pgettext_lazy("duty", "Overdue"), "alert-octagon", "red"),
    "BEHIND": badges.Badge(pgettext_lazy("duty", "Waiting for you"), "alert-triangle", "orange"),
    "PENDING": badges.Badge(pgettext_lazy("duty", "Not yet due"), "circle-dashed", "grey"),
    "DONE": badges.Badge(pgettext_lazy("duty", "Done"), "check", "green"),
    "NOTHING": badges.Badge(pgettext_lazy("duty", "Nothing owed"), "minus", "grey"),
}
LEDGER_BADGES = {
    "ON_TIME": badges.Badge(pgettext_lazy("timeliness", "On time"), "check", "green"),
    "LATE": badges.Badge(pgettext_lazy("ledger", "Sent late"), "clock-exclamation", "yellow"),
    "MISSING": badges.Badge(pgettext_lazy("ledger", "Not sent"), "x", "red"),
    "PENDING": badges.Badge(pgettext_lazy("ledger", "Not due yet"), "circle-dashed", "grey"),
}


class ReportsConfig(AppConfig):
    name = "vungxanh.reports"
    label = "reports"

    def ready(self) -> None:
        badges.register("duty", DUTY_BADGES)
        badges.register("ledger", LEDGER_BADGES)
        import_module("vungxanh.notifications.topics").register(*import_module("vungxanh.reports.topics").TOPICS)
        rulebook = import_module("vungxanh.reports.rulebook")
        import_module("vungxanh.common.decision_tables").register_rules(
            rulebook.QUICK_REPORT, rulebook.URGING_LETTER, rulebook.FORMALISM
        )
        formalism = import_module("vungxanh.reports.queries.formalism")
        import_module("vungxanh.audit.details").say_codes(kind=lambda: formalism.KINDS.items())
        import_module("vungxanh.documents.kinds").register(*import_module("vungxanh.reports.kinds").KINDS)
        schedule.every("reports.draft_papers", cron="*/5 13-18 * * *", path="vungxanh.reports.tasks.draft_papers")
        sees = import_module("vungxanh.reports.permissions")
        navigation.open_only_to(
            {
                "reports:control_room": sees.sees_control_room,
                "reports:ledger": sees.sees_unit_day,
                "reports:month": sees.sees_unit_day,
            }
        )
        navigation.register(
            navigation.Entry(
                _("Leader's page"),
                "reports:leader_page",
                "eye",
                0,
                sees.leads,
                short_label=_("Overview"),
            ),
            navigation.Entry(
                _("Control room"),
                "reports:control_room",
                "layout-dashboard",
                1,
                sees.sees_control_room,
                short_label=_("Control"),
            ),
            navigation.Entry(
                _("Today in the unit"),
                "reports:unit_today",
                "users",
                2,
                sees.sees_unit_day,
                short_label=_("Today"),
            ),
        )
