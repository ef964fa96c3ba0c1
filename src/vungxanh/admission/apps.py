"""Wiring of admission."""

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from vungxanh.common import badges, navigation

GATE_BADGES = {
    "ALLOWED": badges.Badge(pgettext_lazy("gate", "May enter"), "circle-check", "green"),
    "HOLD": badges.Badge(pgettext_lazy("gate", "Please wait"), "clock-pause", "orange"),
}


class AdmissionConfig(AppConfig):
    name = "vungxanh.admission"
    label = "admission"

    def ready(self) -> None:
        rulebook = import_module("vungxanh.admission.rulebook")
        import_module("vungxanh.common.decision_tables").register_rules(rulebook.PASS, rulebook.CORRECTION)
        badges.register("gate", GATE_BADGES)
        declares = import_module("vungxanh.admission.permissions").is_somebody_who_declares
        navigation.register(
            navigation.Entry(_("Declare"), "admission:declare", "clipboard-check", 10, declares),
            navigation.Entry(
                _("My declarations"),
                "admission:declaration_history",
                "history",
                20,
                declares,
                short_label=_("History"),
            ),
        )
