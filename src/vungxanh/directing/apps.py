"""Wiring of directing."""

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from vungxanh.common import badges, duties, indicators, navigation, schedule, search

QUESTION_BADGES = {
    "ASKED": badges.Badge(pgettext_lazy("question", "Waits for an answer"), "clock", "yellow"),
    "ANSWERED": badges.Badge(pgettext_lazy("question", "Answered"), "check", "green"),
    "WITHDRAWN": badges.Badge(pgettext_lazy("question", "Withdrawn"), "minus", "grey"),
}


SUPERVISION_BADGES = {
    "PLANNED": badges.Badge(pgettext_lazy("supervision", "Planned"), "calendar-event", "blue"),
    "BEGUN": badges.Badge(pgettext_lazy("supervision", "Under way"), "pencil", "yellow"),
    "MINUTES": badges.Badge(pgettext_lazy("supervision", "Minutes to be confirmed"), "clock", "orange"),
    "CONFIRMED": badges.Badge(pgettext_lazy("supervision", "Minutes confirmed"), "circle-check", "green"),
    "CONFIRMED_WITH_OPINION": badges.Badge(pgettext_lazy("supervision", "Closed with an opinion"), "message", "green"),
    "CANCELLED": badges.Badge(pgettext_lazy("supervision", "Called off"), "x", "grey"),
}
RESULT_BADGES = {
    "MET": badges.Badge(pgettext_lazy("result", "Met"), "check", "green"),
    "NOT_MET": badges.Badge(pgettext_lazy("result", "Not met"), "x", "red"),
    "NOT_SEEN": badges.Badge(pgettext_lazy("result", "Not looked at"), "minus", "grey"),
}
RECOMMENDATION_BADGES = {
    "OPEN": badges.Badge(pgettext_lazy("recommendation", "To be done"), "clock", "yellow"),
    "REPORTED": badges.Badge(pgettext_lazy("recommendation", "Reported as done"), "send", "blue"),
    "CLOSED": badges.Badge(pgettext_lazy("recommendation", "Settled"), "circle-check", "green"),
    "DROPPED": badges.Badge(pgettext_lazy("recommendation", "Dropped"), "minus", "grey"),
}
GUIDANCE_BADGES = {
    "DRAFT": badges.Badge(pgettext_lazy("guidance", "Draft"), "pencil", "grey"),
    "PUBLISHED": badges.Badge(pgettext_lazy("guidance", "Published"), "check", "green"),
    "REPLACED": badges.Badge(pgettext_lazy("guidance", "Replaced"), "history", "grey"),
    "WITHDRAWN": badges.Badge(pgettext_lazy("guidance", "Taken back"), "minus", "grey"),
}
BADGES = {
    "guidance": GUIDANCE_BADGES,
    "question": QUESTION_BADGES,
    "supervision": SUPERVISION_BADGES,
    "result": RESULT_BADGES,
    "recommendation": RECOMMENDATION_BADGES,
}


class DirectingConfig(AppConfig):
    name = "vungxanh.directing"
    label = "directing"

    def ready(self) -> None:
        rulebook = import_module("vungxanh.directing.rulebook")
        import_module("vungxanh.common.decision_tables").register_rules(
            rulebook.QUESTION_TIMES, rulebook.SUPERVISION_RULE, rulebook.GUIDANCE_RULE, rulebook.PAPER_TEXTS
        )
        workflow = import_module("vungxanh.directing.workflow")
        import_module("vungxanh.common.workflow").register_workflows(
            workflow.QUESTION, workflow.SUPERVISION, workflow.RECOMMENDATION, workflow.GUIDANCE
        )
        for family, shown in BADGES.items():
            badges.register(family, shown)
        duties.register(*import_module("vungxanh.directing.duties").DUTIES)
        indicators.register(*import_module("vungxanh.directing.indicators").INDICATORS)
        import_module("vungxanh.notifications.topics").register(*import_module("vungxanh.directing.topics").TOPICS)
        search.register(*import_module("vungxanh.directing.search").SOURCES)
        schedule.every("directing.remind", cron="*/15 * * * *", path="vungxanh.directing.tasks.remind")
        schedule.every("directing.erase", cron="10 2 * * *", path="vungxanh.directing.tasks.erase")
        permissions = import_module("vungxanh.directing.permissions")
        navigation.open_only_to({"directing:supervision_list": permissions.sees_supervision})
        navigation.register(
            navigation.Entry(
                _("Questions and answers"),
                "directing:question_list",
                "help",
                42,
                navigation.is_signed_in,
                short_label=_("Questions"),
                count=permissions.questions_waiting,
            ),
            navigation.Entry(
                _("Guidance of the Office"),
                "directing:guidance_list",
                "book",
                41,
                navigation.is_signed_in,
                short_label=_("Guidance"),
                count=permissions.guidance_waiting,
            ),
            navigation.Entry(
                _("Supervision"),
                "directing:supervision_list",
                "clipboard-list",
                40,
                permissions.sees_supervision,
                count=permissions.supervision_waiting,
            ),
        )
