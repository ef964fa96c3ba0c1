"""Wiring of the reviews."""

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import pgettext_lazy

from vungxanh.common import badges, navigation, schedule

BADGES = {
    "ISSUED": badges.Badge(pgettext_lazy("review", "Issued in time"), "circle-check", "green"),
    "LATE": badges.Badge(pgettext_lazy("review", "Issued late"), "clock", "yellow"),
    "DRAFT": badges.Badge(pgettext_lazy("review", "Drafted"), "pencil", "yellow"),
    "PENDING": badges.Badge(pgettext_lazy("review", "Not drafted yet"), "clock", "grey"),
    "OVERDUE": badges.Badge(pgettext_lazy("review", "Not issued, overdue"), "clock-exclamation", "red"),
}


class ReviewsConfig(AppConfig):
    name = "vungxanh.reviews"
    label = "reviews"

    def ready(self) -> None:
        rulebook = import_module("vungxanh.reviews.rulebook")
        import_module("vungxanh.common.decision_tables").register_rules(rulebook.REVIEW_RULE)
        kinds = import_module("vungxanh.reviews.kinds").KINDS
        import_module("vungxanh.documents.kinds").register(*kinds.values())
        import_module("vungxanh.notifications.topics").register(*import_module("vungxanh.reviews.topics").TOPICS)
        import_module("vungxanh.reviews.receivers")
        badges.register("review", BADGES)
        schedule.every("reviews.remind", cron="*/15 * * * *", path="vungxanh.reviews.tasks.remind")
        sees = import_module("vungxanh.reviews.permissions").sees_reviews
        navigation.open_only_to({"reviews:review_start": sees})
