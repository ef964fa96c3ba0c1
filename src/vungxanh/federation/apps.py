"""Wiring of federation."""

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import pgettext_lazy

from vungxanh.common import badges, schedule

ROLLUP_BADGES = {
    "RECEIVED": badges.Badge(pgettext_lazy("rollup", "Received"), "check", "green"),
    "MISSING": badges.Badge(pgettext_lazy("rollup", "Nothing received"), "clock", "orange"),
    "ENDED": badges.Badge(pgettext_lazy("rollup", "Ended"), "minus", "grey"),
}


class FederationConfig(AppConfig):
    name = "vungxanh.federation"
    label = "federation"

    def ready(self) -> None:
        rulebook = import_module("vungxanh.federation.rulebook")
        import_module("vungxanh.common.decision_tables").register_rules(rulebook.FEDERATION)
        import_module("vungxanh.webhooks.events").register(
            import_module("vungxanh.federation.subscribers").ROLLUP_EVENT
        )
        badges.register("rollup", ROLLUP_BADGES)
        schedule.every("federation.make", cron="*/15 * * * *", path="vungxanh.federation.tasks.make")
        schedule.every("federation.thin_out", cron="50 2 * * *", path="vungxanh.federation.tasks.thin_out")
