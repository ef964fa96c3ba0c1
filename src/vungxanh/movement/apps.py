"""Wiring of the movement."""

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from vungxanh.common import badges, duties, indicators, navigation, schedule, search
from vungxanh.movement.words import LAUNCH_WORDS, SCORE_WORDS, SELF_SCORE_WORDS

BADGES = {
    "campaign": {
        "DRAFT": badges.Badge(pgettext_lazy("campaign", "Not opened yet"), "pencil", "grey"),
        "RUNNING": badges.Badge(pgettext_lazy("campaign", "Under way"), "flag", "green"),
        "CLOSED": badges.Badge(pgettext_lazy("campaign", "Closed"), "circle-check", "blue"),
        "WITHDRAWN": badges.Badge(pgettext_lazy("campaign", "Withdrawn"), "minus", "grey"),
    },
    "launch": {
        "LAUNCHED": badges.Badge(LAUNCH_WORDS["LAUNCHED"], "circle-check", "green"),
        "LATE": badges.Badge(LAUNCH_WORDS["LATE"], "clock", "yellow"),
        "PENDING": badges.Badge(LAUNCH_WORDS["PENDING"], "clock", "grey"),
        "OVERDUE": badges.Badge(LAUNCH_WORDS["OVERDUE"], "clock-exclamation", "red"),
    },
    "indicator": {
        "BUILT": badges.Badge(pgettext_lazy("indicator", "Measured"), "circle-check", "green"),
        "NOT_BUILT": badges.Badge(pgettext_lazy("indicator", "Not measured yet"), "minus", "grey"),
    },
    "score": {
        "NOTHING_DUE": badges.Badge(SCORE_WORDS["NOTHING_DUE"], "minus", "grey"),
        "NOT_BUILT": badges.Badge(SCORE_WORDS["NOT_BUILT"], "minus", "grey"),
        "NOT_SCORED": badges.Badge(SCORE_WORDS["NOT_SCORED"], "clock", "grey"),
        "PROVISIONAL": badges.Badge(SCORE_WORDS["PROVISIONAL"], "clock", "yellow"),
        "APPRAISED": badges.Badge(SCORE_WORDS["APPRAISED"], "circle-check", "green"),
    },
    "self_score": {
        "DRAFT": badges.Badge(SELF_SCORE_WORDS["DRAFT"], "pencil", "grey"),
        "SENT": badges.Badge(SELF_SCORE_WORDS["SENT"], "clock", "yellow"),
        "RETURNED": badges.Badge(SELF_SCORE_WORDS["RETURNED"], "alert-circle", "red"),
        "APPRAISED": badges.Badge(SELF_SCORE_WORDS["APPRAISED"], "circle-check", "green"),
        "NONE": badges.Badge(SCORE_WORDS["NOT_SCORED"], "minus", "grey"),
    },
    "standing": {
        "OPEN": badges.Badge(pgettext_lazy("standing", "Counted, not shown yet"), "clock", "grey"),
        "SHOWN": badges.Badge(pgettext_lazy("standing", "Shown for now"), "list-check", "blue"),
        "FROZEN": badges.Badge(pgettext_lazy("standing", "Frozen"), "lock", "green"),
    },
    "point_review": {
        "ASKED": badges.Badge(pgettext_lazy("review of points", "Waits for an answer"), "clock", "yellow"),
        "ACCEPTED": badges.Badge(pgettext_lazy("review of points", "Accepted, corrected"), "circle-check", "green"),
        "REFUSED": badges.Badge(pgettext_lazy("review of points", "Not accepted"), "x", "grey"),
        "WITHDRAWN": badges.Badge(pgettext_lazy("review of points", "Withdrawn"), "minus", "grey"),
    },
    "unit_target": {
        "PROPOSED": badges.Badge(pgettext_lazy("target of a unit", "Waits for approval"), "clock", "yellow"),
        "APPROVED": badges.Badge(pgettext_lazy("target of a unit", "Approved"), "circle-check", "green"),
        "REFUSED": badges.Badge(pgettext_lazy("target of a unit", "Not approved"), "x", "grey"),
        "WITHDRAWN": badges.Badge(pgettext_lazy("target of a unit", "Withdrawn"), "minus", "grey"),
    },
    "pledge": {
        "CONFIRMED": badges.Badge(pgettext_lazy("pledge", "Pledged"), "circle-check", "green"),
        "NONE": badges.Badge(pgettext_lazy("pledge", "Not pledged yet"), "minus", "grey"),
    },
}


class MovementConfig(AppConfig):
    name = "vungxanh.movement"
    label = "movement"

    def ready(self) -> None:
        rulebook = import_module("vungxanh.movement.rulebook")
        import_module("vungxanh.common.decision_tables").register_rules(
            rulebook.CATALOGUE, rulebook.MOVEMENT_RULE, rulebook.SCORING_RULE, rulebook.SELF_SCORE_RULE
        )
        import_module("vungxanh.common.decision_tables").register_rules(rulebook.REVIEW_RULE)
        workflow = import_module("vungxanh.movement.workflow")
        import_module("vungxanh.common.workflow").register_workflows(
            workflow.CAMPAIGN,
            workflow.LAUNCH,
            workflow.PLEDGE,
            workflow.ACTIVITY,
            workflow.SELF_SCORE,
            workflow.ADJUSTMENT,
        )
        import_module("vungxanh.common.workflow").register_workflows(
            workflow.STANDING, workflow.POINT_REVIEW, workflow.UNIT_TARGET
        )
        for family, shown in BADGES.items():
            badges.register(family, shown)
        enums = import_module("vungxanh.movement.enums")
        import_module("vungxanh.audit.details").say_codes(
            kind=lambda: enums.PledgeKind.choices,
            ending=lambda: enums.PledgeEnding.choices,
            form=lambda: enums.LaunchForm.choices,
        )
        duties.register(*import_module("vungxanh.movement.duties").DUTIES)
        indicators.register(*import_module("vungxanh.movement.indicators").INDICATORS)
        import_module("vungxanh.notifications.topics").register(*import_module("vungxanh.movement.topics").TOPICS)
        search.register(*import_module("vungxanh.movement.search").SOURCES)
        schedule.every("movement.remind", cron="*/15 * * * *", path="vungxanh.movement.tasks.remind")
        schedule.every("movement.erase", cron="20 2 * * *", path="vungxanh.movement.tasks.erase")
        navigation.register(
            navigation.Entry(
                _("Emulation movement"),
                "movement:campaign_list",
                "flag",
                39,
                navigation.is_signed_in,
                short_label=_("Movement"),
            )
        )
