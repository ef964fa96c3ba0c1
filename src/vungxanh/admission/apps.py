"""Wiring of admission."""

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from vungxanh.common import badges, navigation, offline

GATE_BADGES = {
    "ALLOWED": badges.Badge(pgettext_lazy("gate", "May enter"), "circle-check", "green"),
    "HOLD": badges.Badge(pgettext_lazy("gate", "Please wait"), "clock-pause", "orange"),
}
CHANNEL_BADGES = {
    "PAGE": badges.Badge(pgettext_lazy("channel", "Own phone"), "device-mobile", "grey"),
    "API": badges.Badge(pgettext_lazy("channel", "Application"), "device-mobile", "grey"),
    "CLERK": badges.Badge(pgettext_lazy("channel", "Entered by the unit"), "user-check", "blue"),
    "LIST_BY_PHONE": badges.Badge(pgettext_lazy("channel", "Told by telephone"), "phone", "blue"),
    "PAPER": badges.Badge(pgettext_lazy("channel", "Paper"), "file-text", "blue"),
    "KIOSK": badges.Badge(pgettext_lazy("channel", "Shared device"), "home-2", "blue"),
    "AT_GATE": badges.Badge(pgettext_lazy("channel", "At the gate"), "door-enter", "blue"),
    "PC_COVID": badges.Badge(pgettext_lazy("channel", "PC-Covid"), "shield-check", "blue"),
}


class AdmissionConfig(AppConfig):
    name = "vungxanh.admission"
    label = "admission"

    def ready(self) -> None:
        rulebook = import_module("vungxanh.admission.rulebook")
        import_module("vungxanh.common.decision_tables").register_rules(
            rulebook.PASS, rulebook.CORRECTION, rulebook.CHANNELS
        )
        badges.register("gate", GATE_BADGES)
        badges.register("channel", CHANNEL_BADGES)
        permissions = import_module("vungxanh.admission.permissions")
        declares = permissions.is_somebody_who_declares
        for prefix in ("/", "/khai-bao/"):
            offline.register_shell(prefix, url_name="admission:declare_offline")
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
            navigation.Entry(
                _("Declare for others"),
                "admission:unit_sheet_home",
                "user-check",
                24,
                permissions.enters_for_a_unit,
                short_label=_("For others"),
            ),
            navigation.Entry(
                _("Declare at the gate"),
                "admission:gate_sheet_home",
                "door-enter",
                26,
                permissions.enters_at_a_gate,
                short_label=_("At the gate"),
            ),
        )
