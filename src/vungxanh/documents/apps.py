"""Wiring of papers."""

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from vungxanh.common import badges, navigation, schedule, search

PAPER_BADGES = {
    "DRAFT": badges.Badge(pgettext_lazy("paper", "Draft"), "pencil", "yellow"),
    "ISSUED": badges.Badge(pgettext_lazy("paper", "Issued"), "check", "green"),
    "REPLACED": badges.Badge(pgettext_lazy("paper", "Replaced"), "history", "grey"),
    "WITHDRAWN": badges.Badge(pgettext_lazy("paper", "Withdrawn"), "x", "grey"),
}
BATCH_BADGES = {
    "RUNNING": badges.Badge(pgettext_lazy("paper batch", "Being made"), "clock", "blue"),
    "DONE": badges.Badge(pgettext_lazy("paper batch", "Made"), "check", "green"),
    "CANCELLED": badges.Badge(pgettext_lazy("paper batch", "Cancelled"), "x", "grey"),
}
INCOMING_BADGES = {
    "ARRIVED": badges.Badge(pgettext_lazy("incoming paper", "Registered"), "clock", "yellow"),
    "HANDED": badges.Badge(pgettext_lazy("incoming paper", "Handed over"), "send", "blue"),
    "DEALT": badges.Badge(pgettext_lazy("incoming paper", "Dealt with"), "check", "green"),
    "STRUCK": badges.Badge(pgettext_lazy("incoming paper", "Struck off"), "x", "grey"),
}


class DocumentsConfig(AppConfig):
    name = "vungxanh.documents"
    label = "documents"

    def ready(self) -> None:
        rulebook = import_module("vungxanh.documents.rulebook")
        import_module("vungxanh.common.decision_tables").register_rules(
            rulebook.LAYOUT, rulebook.PAPER_FILES, rulebook.PAPER_BATCHES, rulebook.WORD_RETURNS, rulebook.INCOMING
        )
        kinds = import_module("vungxanh.documents.kinds")
        kinds.register(import_module("vungxanh.documents.letters").LETTER)
        import_module("vungxanh.audit.details").say_codes(kind=lambda: [(one.code, one.name) for one in kinds.kinds()])
        workflow = import_module("vungxanh.documents.workflow")
        import_module("vungxanh.common.workflow").register_workflows(
            workflow.PAPER, workflow.BATCH, workflow.WORD_RETURN, workflow.INCOMING
        )
        import_module("vungxanh.notifications.topics").register(*import_module("vungxanh.documents.topics").TOPICS)
        badges.register("paper", PAPER_BADGES)
        badges.register("paper_batch", BATCH_BADGES)
        badges.register("incoming_paper", INCOMING_BADGES)
        schedule.every("documents.make_papers", cron="* * * * *", path="vungxanh.documents.tasks.make_papers")
        schedule.every("documents.erase", cron="25 2 * * *", path="vungxanh.documents.tasks.erase")
        search.register(*import_module("vungxanh.documents.search").SOURCES)
        navigation.register(
            navigation.Entry(
                _("Papers"),
                "documents:paper_list",
                "file-text",
                36,
                import_module("vungxanh.documents.permissions").sees_papers,
            )
        )
