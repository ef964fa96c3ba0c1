"""Wiring of response plans."""

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from vungxanh.common import badges, navigation, schedule

BADGES = {
    "response_plan": {
        "DRAFT": badges.Badge(pgettext_lazy("response plan", "Draft"), "pencil", "grey"),
        "IN_FORCE": badges.Badge(pgettext_lazy("response plan", "In force"), "circle-check", "green"),
        "NONE": badges.Badge(pgettext_lazy("response plan", "No plan yet"), "alert-triangle", "orange"),
        "DRILL_DUE": badges.Badge(pgettext_lazy("response plan", "Drill overdue"), "clock-exclamation", "yellow"),
    },
    "response": {
        "RUNNING": badges.Badge(pgettext_lazy("response", "Under way"), "alert-octagon", "red"),
        "DRILL": badges.Badge(pgettext_lazy("response", "Drill"), "clipboard-check", "blue"),
        "ENDED": badges.Badge(pgettext_lazy("response", "Ended"), "circle-check", "grey"),
    },
}


class ResponseConfig(AppConfig):
    name = "vungxanh.response"
    label = "response"

    def ready(self) -> None:
        rulebook = import_module("vungxanh.response.rulebook")
        import_module("vungxanh.common.decision_tables").register_rules(rulebook.RESPONSE_RULE)
        workflow = import_module("vungxanh.response.workflow")
        import_module("vungxanh.common.workflow").register_workflows(workflow.RESPONSE_PLAN, workflow.RESPONSE)
        for family, shown in BADGES.items():
            badges.register(family, shown)
        import_module("vungxanh.audit.details").say_codes(
            scenario=lambda: [
                (one.code, one.name) for edition in rulebook.RESPONSE_RULE.current() for one in edition.scenario
            ]
        )
        import_module("vungxanh.notifications.topics").register(*import_module("vungxanh.response.topics").TOPICS)
        schedule.every("response.remind", cron="*/5 * * * *", path="vungxanh.response.tasks.remind")
        navigation.register(
            navigation.Entry(
                _("Response plans"),
                "response:unit_list",
                "alert-octagon",
                44,
                import_module("vungxanh.response.permissions").sees_plans,
                short_label=_("Response"),
            )
        )
