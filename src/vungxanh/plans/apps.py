"""Wiring of plans."""

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from vungxanh.common import badges, duties, indicators, navigation, schedule, search

PLAN_BADGES = {
    "NONE": badges.Badge(pgettext_lazy("plan", "Not begun"), "minus", "grey"),
    "DRAFT": badges.Badge(pgettext_lazy("plan", "Being written"), "pencil", "grey"),
    "SENT": badges.Badge(pgettext_lazy("plan", "Waits for the Office"), "clock", "yellow"),
    "AT_DIRECTOR": badges.Badge(pgettext_lazy("plan", "Waits for the Director"), "gavel", "yellow"),
    "RETURNED": badges.Badge(pgettext_lazy("plan", "Returned"), "restore", "orange"),
    "ACCEPTED": badges.Badge(pgettext_lazy("plan", "Accepted"), "check", "blue"),
    "ISSUED": badges.Badge(pgettext_lazy("plan", "Issued"), "circle-check", "green"),
    "WITHDRAWN": badges.Badge(pgettext_lazy("plan", "Withdrawn"), "x", "grey"),
}


class PlansConfig(AppConfig):
    name = "vungxanh.plans"
    label = "plans"

    def ready(self) -> None:
        rulebook = import_module("vungxanh.plans.rulebook")
        import_module("vungxanh.common.decision_tables").register_rules(
            rulebook.PLAN_RULE, rulebook.UNIT_PLAN_TEMPLATE, rulebook.GREEN_ZONE_TEMPLATE
        )
        workflow = import_module("vungxanh.plans.workflow")
        import_module("vungxanh.common.workflow").register_workflows(workflow.UNIT_PLAN)
        badges.register("plan", PLAN_BADGES)
        enums = import_module("vungxanh.plans.enums")
        import_module("vungxanh.audit.details").say_codes(kind=lambda: enums.PlanKind.choices)
        duties.register(*import_module("vungxanh.plans.duties").DUTIES)
        indicators.register(*import_module("vungxanh.plans.indicators").INDICATORS)
        import_module("vungxanh.documents.kinds").register(import_module("vungxanh.plans.kinds").PLAN_KIND)
        import_module("vungxanh.notifications.topics").register(*import_module("vungxanh.plans.topics").TOPICS)
        import_module("vungxanh.plans.receivers")
        search.register(*import_module("vungxanh.plans.search").SOURCES)
        schedule.every("plans.remind", cron="*/15 * * * *", path="vungxanh.plans.tasks.remind")
        navigation.register(
            navigation.Entry(
                _("Plans of the units"),
                "plans:plan_list",
                "notes",
                38,
                navigation.is_signed_in,
                short_label=_("Plans"),
            )
        )
