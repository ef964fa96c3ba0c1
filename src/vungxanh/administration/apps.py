"""Wiring of the settings."""

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from vungxanh.common import badges, navigation

JOB_BADGES = {
    "DONE": badges.Badge(pgettext_lazy("job", "Ran well"), "check", "green"),
    "FAILED": badges.Badge(pgettext_lazy("job", "Failed"), "alert-octagon", "red"),
    "NEVER": badges.Badge(pgettext_lazy("job", "Has not run yet"), "circle-dashed", "grey"),
}
CONNECTION_BADGES = {
    "READY": badges.Badge(pgettext_lazy("connection", "Set up"), "check", "green"),
    "TROUBLED": badges.Badge(pgettext_lazy("connection", "Something was given up"), "alert-triangle", "orange"),
    "OFF": badges.Badge(pgettext_lazy("connection", "Not set up"), "minus", "grey"),
}
EDITION_BADGES = {
    "IN_FORCE": badges.Badge(pgettext_lazy("edition", "In force"), "check", "green"),
    "COMING": badges.Badge(pgettext_lazy("edition", "Coming"), "clock", "blue"),
    "PAST": badges.Badge(pgettext_lazy("edition", "Past"), "history", "grey"),
}

CHANGE_BADGES = {
    "ADDED": badges.Badge(pgettext_lazy("change", "Added"), "plus", "green"),
    "CHANGED": badges.Badge(pgettext_lazy("change", "Changed"), "pencil", "blue"),
    "REMOVED": badges.Badge(pgettext_lazy("change", "Removed"), "trash", "orange"),
}


class AdministrationConfig(AppConfig):
    name = "vungxanh.administration"
    label = "administration"

    def ready(self) -> None:
        import_module("vungxanh.administration.receivers")
        import_module("vungxanh.notifications.topics").register(*import_module("vungxanh.administration.topics").TOPICS)
        rulebook = import_module("vungxanh.administration.rulebook")
        import_module("vungxanh.common.decision_tables").register_rules(rulebook.SETTINGS)
        badges.register("job", JOB_BADGES)
        badges.register("connection", CONNECTION_BADGES)
        badges.register("edition", EDITION_BADGES)
        badges.register("change", CHANGE_BADGES)
        sees = import_module("vungxanh.administration.permissions").sees_settings
        navigation.register(
            navigation.Entry(_("Settings"), "administration:overview", "settings", 900, sees, group=_("Administration"))
        )
