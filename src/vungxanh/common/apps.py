"""Wiring of common."""

from pathlib import Path

from django.apps import AppConfig
from django.conf import settings
from django.urls import register_converter
from django.utils.translation import gettext_lazy as _

from vungxanh.common import connections, malware, navigation, search
from vungxanh.common.converters import DayConverter
from vungxanh.common.decision_tables.registry import keep_overlays_in
from vungxanh.config import checks  # noqa: F401


class CommonConfig(AppConfig):
    name = "vungxanh.common"
    label = "common"
    verbose_name = "Common ground without words of the domain"

    def ready(self) -> None:
        register_converter(DayConverter, "day")
        keep_overlays_in(Path(settings.HOME) / "rules")
        connections.register(malware.SOURCE)
        search.register(search.Source("pages", _("Pages"), "layout-dashboard", 90, search.pages))
        navigation.register(
            navigation.Entry(
                _("Rules in force"), "common:rules", "list-check", 900, navigation.is_signed_in, short_label=_("Rules")
            )
        )
