"""Wiring of directing."""

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from vungxanh.common import badges, navigation, schedule, search

QUESTION_BADGES = {
    "ASKED": badges.Badge(pgettext_lazy("question", "Waits for an answer"), "clock", "yellow"),
    "ANSWERED": badges.Badge(pgettext_lazy("question", "Answered"), "check", "green"),
    "WITHDRAWN": badges.Badge(pgettext_lazy("question", "Withdrawn"), "minus", "grey"),
}


class DirectingConfig(AppConfig):
    name = "vungxanh.directing"
    label = "directing"

    def ready(self) -> None:
        rulebook = import_module("vungxanh.directing.rulebook")
        import_module("vungxanh.common.decision_tables").register_rules(rulebook.QUESTION_TIMES)
        workflow = import_module("vungxanh.directing.workflow")
        import_module("vungxanh.common.workflow").register_workflows(workflow.QUESTION)
        badges.register("question", QUESTION_BADGES)
        import_module("vungxanh.notifications.topics").register(*import_module("vungxanh.directing.topics").TOPICS)
        search.register(*import_module("vungxanh.directing.search").SOURCES)
        schedule.every("directing.remind", cron="*/15 * * * *", path="vungxanh.directing.tasks.remind")
        permissions = import_module("vungxanh.directing.permissions")
        navigation.register(
            navigation.Entry(
                _("Questions and answers"),
                "directing:question_list",
                "help",
                42,
                navigation.is_signed_in,
                short_label=_("Questions"),
                count=permissions.questions_waiting,
            )
        )
