"""Wiring of admission."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from vungxanh.common import navigation


class AdmissionConfig(AppConfig):
    name = "vungxanh.admission"
    label = "admission"

    def ready(self) -> None:
        navigation.register(
            navigation.Entry(_("Declare"), "admission:declare", "clipboard-check", 10, navigation.is_signed_in),
            navigation.Entry(
                _("My declarations"),
                "admission:declaration_history",
                "history",
                20,
                navigation.is_signed_in,
                short_label=_("History"),
            ),
        )
