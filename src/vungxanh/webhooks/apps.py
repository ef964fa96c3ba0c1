"""Wiring of webhooks."""

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import pgettext_lazy

from vungxanh.common import badges, connections, schedule

SUBSCRIPTION_BADGES = {
    "ACTIVE": badges.Badge(pgettext_lazy("subscription", "Sent to"), "check", "green"),
    "PAUSED": badges.Badge(pgettext_lazy("subscription", "Paused"), "clock", "yellow"),
    "DISABLED": badges.Badge(pgettext_lazy("subscription", "Switched off"), "alert-octagon", "red"),
    "ENDED": badges.Badge(pgettext_lazy("subscription", "Ended"), "minus", "grey"),
}
DELIVERY_BADGES = {
    "WAITING": badges.Badge(pgettext_lazy("webhook", "Waits"), "clock", "grey"),
    "FAILED": badges.Badge(pgettext_lazy("webhook", "Not through yet"), "refresh", "orange"),
    "DELIVERED": badges.Badge(pgettext_lazy("webhook", "Received"), "check", "green"),
    "GIVEN_UP": badges.Badge(pgettext_lazy("webhook", "Given up"), "alert-octagon", "red"),
}


class WebhooksConfig(AppConfig):
    name = "vungxanh.webhooks"
    label = "webhooks"

    def ready(self) -> None:
        rulebook, workflow = (import_module(f"vungxanh.webhooks.{name}") for name in ("rulebook", "workflow"))
        import_module("vungxanh.common.decision_tables").register_rules(rulebook.WEBHOOKS)
        import_module("vungxanh.common.workflow").register_workflows(workflow.SUBSCRIPTION, workflow.DELIVERY)
        import_module("vungxanh.notifications.topics").register(*import_module("vungxanh.webhooks.topics").TOPICS)
        badges.register("subscription", SUBSCRIPTION_BADGES)
        badges.register("webhook", DELIVERY_BADGES)
        connections.register(import_module("vungxanh.webhooks.connections").SOURCE)
        enums = import_module("vungxanh.webhooks.enums")
        import_module("vungxanh.audit.details").say_codes(reason=lambda: enums.Reason.choices)
        schedule.every("webhooks.send", cron="* * * * *", path="vungxanh.webhooks.tasks.send")
        schedule.every("webhooks.erase", cron="35 2 * * *", path="vungxanh.webhooks.tasks.erase")
