"""Wiring of production."""

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from vungxanh.common import badges, duties, indicators, navigation, schedule
from vungxanh.production.words import STANDING_WORDS

BADGES = {
    "production": {
        "REACHED": badges.Badge(STANDING_WORDS["REACHED"], "circle-check", "green"),
        "BEHIND": badges.Badge(STANDING_WORDS["BEHIND"], "alert-triangle", "orange"),
        "RUNNING": badges.Badge(STANDING_WORDS["RUNNING"], "clock", "grey"),
    },
    "production_target": {
        "PROPOSED": badges.Badge(pgettext_lazy("production target", "Waits for approval"), "clock", "yellow"),
        "APPROVED": badges.Badge(pgettext_lazy("production target", "Approved"), "circle-check", "green"),
        "REFUSED": badges.Badge(pgettext_lazy("production target", "Refused"), "x", "red"),
        "REPLACED": badges.Badge(pgettext_lazy("production target", "Replaced"), "history", "grey"),
        "WITHDRAWN": badges.Badge(pgettext_lazy("production target", "Taken back"), "minus", "grey"),
    },
    "production_figure": {
        "ENTERED": badges.Badge(pgettext_lazy("production figure", "Waits for verification"), "clock", "yellow"),
        "VERIFIED": badges.Badge(pgettext_lazy("production figure", "Verified"), "circle-check", "green"),
        "RETURNED": badges.Badge(pgettext_lazy("production figure", "Sent back"), "restore", "orange"),
        "REPLACED": badges.Badge(pgettext_lazy("production figure", "Replaced"), "history", "grey"),
    },
}


class ProductionConfig(AppConfig):
    name = "vungxanh.production"
    label = "production"

    def ready(self) -> None:
        rulebook = import_module("vungxanh.production.rulebook")
        import_module("vungxanh.common.decision_tables").register_rules(rulebook.PRODUCTION)
        workflow = import_module("vungxanh.production.workflow")
        import_module("vungxanh.common.workflow").register_workflows(workflow.TARGET, workflow.FIGURE)
        for family, shown in BADGES.items():
            badges.register(family, shown)
        duties.register(*import_module("vungxanh.production.duties").DUTIES)
        indicators.register(*import_module("vungxanh.production.indicators").INDICATORS)
        import_module("vungxanh.notifications.topics").register(*import_module("vungxanh.production.topics").TOPICS)
        schedule.every("production.remind", cron="*/15 * * * *", path="vungxanh.production.tasks.remind")
        permissions = import_module("vungxanh.production.permissions")
        navigation.open_only_to({"production:production_list": permissions.sees_production})
        navigation.register(
            navigation.Entry(
                _("Production and profession"),
                "production:production_list",
                "trending-up",
                43,
                permissions.sees_production,
                short_label=_("Production"),
                count=permissions.waiting,
            )
        )
