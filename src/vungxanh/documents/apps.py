"""Wiring of papers."""

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from vungxanh.common import badges, navigation, search

PAPER_BADGES = {
    "DRAFT": badges.Badge(pgettext_lazy("paper", "Draft"), "pencil", "yellow"),
    "ISSUED": badges.Badge(pgettext_lazy("paper", "Issued"), "check", "green"),
    "REPLACED": badges.Badge(pgettext_lazy("paper", "Replaced"), "history", "grey"),
    "WITHDRAWN": badges.Badge(pgettext_lazy("paper", "Withdrawn"), "x", "grey"),
}


class DocumentsConfig(AppConfig):
    name = "vungxanh.documents"
    label = "documents"

    def ready(self) -> None:
        rulebook = import_module("vungxanh.documents.rulebook")
        import_module("vungxanh.common.decision_tables").register_rules(rulebook.LAYOUT, rulebook.PAPER_FILES)
        kinds = import_module("vungxanh.documents.kinds")
        import_module("vungxanh.audit.details").say_codes(kind=lambda: [(one.code, one.name) for one in kinds.kinds()])
        workflow = import_module("vungxanh.documents.workflow")
        import_module("vungxanh.common.workflow").register_workflows(workflow.PAPER)
        import_module("vungxanh.notifications.topics").register(*import_module("vungxanh.documents.topics").TOPICS)
        badges.register("paper", PAPER_BADGES)
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
