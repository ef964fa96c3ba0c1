"""Wiring of areas."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from vungxanh.common import badges, navigation


class AreasConfig(AppConfig):
    name = "vungxanh.areas"
    label = "areas"

    def ready(self) -> None:
        navigation.register(
            navigation.Entry(_("Areas"), "areas:area_list", "map", 66, navigation.is_signed_in, group=_("Organization"))
        )
        badges.register(
            "area_level",
            {
                "GREEN": badges.Badge(pgettext_lazy("area", "New normal (level 1)"), "leaf", "green"),
                "YELLOW": badges.Badge(pgettext_lazy("area", "At risk (level 2)"), "alert-circle", "yellow"),
                "ORANGE": badges.Badge(pgettext_lazy("area", "High risk (level 3)"), "alert-triangle", "orange"),
                "RED": badges.Badge(pgettext_lazy("area", "Very high risk (level 4)"), "alert-octagon", "red"),
            },
        )
