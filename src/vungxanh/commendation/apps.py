"""Wiring of commendation."""

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from vungxanh.common import badges, navigation

BADGES = {
    "PUT_FORWARD": badges.Badge(pgettext_lazy("discovery", "Put forward"), "medal", "green"),
    "PASSED_OVER": badges.Badge(pgettext_lazy("discovery", "Passed over"), "minus", "grey"),
}


class CommendationConfig(AppConfig):
    name = "vungxanh.commendation"
    label = "commendation"

    def ready(self) -> None:
        rulebook = import_module("vungxanh.commendation.rulebook")
        import_module("vungxanh.common.decision_tables").register_rules(rulebook.DISCOVERY_RULE)
        workflow = import_module("vungxanh.commendation.workflow")
        import_module("vungxanh.common.workflow").register_workflows(workflow.DISCOVERY)
        import_module("vungxanh.audit.details").say_codes(
            patterns=lambda: [
                (one.code, one.name) for edition in rulebook.DISCOVERY_RULE.current() for one in edition.pattern
            ]
        )
        badges.register("discovery", BADGES)
        import_module("vungxanh.notifications.topics").register(*import_module("vungxanh.commendation.topics").TOPICS)
        sees = import_module("vungxanh.commendation.permissions").sees_candidates
        navigation.open_only_to({"commendation:candidate_list": sees})
        navigation.register(
            navigation.Entry(
                _("Found by the data"),
                "commendation:candidate_list",
                "medal",
                40,
                sees,
                short_label=_("Commendation"),
            )
        )
