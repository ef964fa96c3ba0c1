"""Wiring of screening."""

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from vungxanh.common import duties, navigation, schedule


class ScreeningConfig(AppConfig):
    name = "vungxanh.screening"
    label = "screening"

    def ready(self) -> None:
        import_module("vungxanh.screening.receivers")
        enums = import_module("vungxanh.screening.enums")
        import_module("vungxanh.audit.details").say_codes(
            window=lambda: enums.Window.choices,
            timeliness=lambda: enums.Timeliness.choices,
            channel=lambda: enums.Channel.choices,
        )
        rulebook = import_module("vungxanh.screening.rulebook")
        import_module("vungxanh.common.decision_tables").register_rules(
            rulebook.QUESTIONNAIRE,
            rulebook.VISITOR_QUESTIONNAIRE,
            rulebook.WINDOWS,
            rulebook.PRESENCE,
            rulebook.PLACE_HISTORY,
            rulebook.DECLARATION_KEEPING,
        )
        duties.register(*import_module("vungxanh.screening.duties").DUTIES)
        schedule.every("screening.open_day", cron="5 0 * * *", path="vungxanh.screening.tasks.open_today")
        schedule.every("screening.erase_presence", cron="50 1 * * *", path="vungxanh.screening.tasks.erase")
        schedule.every("screening.keep_months", cron="20 1 * * *", path="vungxanh.screening.tasks.keep_months")
        may_set = import_module("vungxanh.screening.permissions").sets_windows_somewhere
        navigation.register(
            navigation.Entry(
                _("Times of declaration"), "screening:window_setting_list", "clock", 90, may_set, group=_("Settings")
            )
        )
