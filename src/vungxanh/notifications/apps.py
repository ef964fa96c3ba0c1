"""Wiring of notifications."""

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from vungxanh.common import badges, connections, directory, navigation, schedule

DELIVERY_BADGES = {
    "PENDING": badges.Badge(pgettext_lazy("delivery", "Waits"), "clock", "grey"),
    "SENDING": badges.Badge(pgettext_lazy("delivery", "Being sent"), "send", "blue"),
    "SENT": badges.Badge(pgettext_lazy("delivery", "Handed over"), "check", "green"),
    "GIVEN_UP": badges.Badge(pgettext_lazy("delivery", "Given up"), "alert-octagon", "red"),
    "NOT_NEEDED": badges.Badge(pgettext_lazy("delivery", "Not needed any more"), "minus", "grey"),
}


class NotificationsConfig(AppConfig):
    name = "vungxanh.notifications"
    label = "notifications"

    def ready(self) -> None:
        import_module("vungxanh.notifications.receivers")
        rulebook = import_module("vungxanh.notifications.rulebook")
        import_module("vungxanh.common.decision_tables").register_rules(rulebook.SENDING)
        channels = import_module("vungxanh.notifications.channels")
        channels.register(*channels.OWN, import_module("vungxanh.notifications.push").CHANNEL)
        connections.register(import_module("vungxanh.notifications.connections").SOURCE)
        badges.register("delivery", DELIVERY_BADGES)
        schedule.every("notifications.send", cron="* * * * *", path="vungxanh.notifications.tasks.send")
        schedule.every("notifications.erase", cron="30 2 * * *", path="vungxanh.notifications.tasks.erase")
        navigation.register(
            navigation.Entry(
                _("Messages sent out"),
                "notifications:delivery_list",
                "send",
                907,
                directory.is_administrator,
                group=_("Administration"),
                short_label=_("Sent out"),
            )
        )
