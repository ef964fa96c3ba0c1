"""Wiring of the organization."""

from importlib import import_module

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.forms import Form
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from vungxanh.common import badges, directory, navigation, search
from vungxanh.common.navigation import Entry, is_signed_in

FRONT_LINE_BADGES = {
    "COMING": badges.Badge(pgettext_lazy("front line", "Coming"), "calendar-event", "blue"),
    "SERVING": badges.Badge(pgettext_lazy("front line", "Serving"), "shield-check", "green"),
    "OVER": badges.Badge(pgettext_lazy("front line", "Over"), "history", "grey"),
    "WITHDRAWN": badges.Badge(pgettext_lazy("front line", "Withdrawn"), "x", "grey"),
    "CONFIRMED": badges.Badge(pgettext_lazy("front line", "Confirmed"), "checks", "green"),
    "UNCONFIRMED": badges.Badge(pgettext_lazy("front line", "Not confirmed yet"), "clock", "yellow"),
}


def _labels(*kinds: type[Form]) -> list[tuple[str, object]]:
    """By field of the record; a place of residence is typed as a code."""
    fields = [pair for kind in kinds for pair in kind.base_fields.items()]
    return [("residence_id" if name == "residence_code" else name, field.label) for name, field in fields]


class OrganizationConfig(AppConfig):
    name = "vungxanh.organization"
    label = "organization"

    def ready(self) -> None:
        post_migrate.connect(import_module("vungxanh.organization.receivers").mark_trees, sender=self)
        enums, forms = (import_module(f"vungxanh.organization.{name}") for name in ("enums", "forms"))
        import_module("vungxanh.audit.details").say_codes(
            role=lambda: enums.Role.choices,
            **{"as": lambda: enums.Role.choices},
            fields=lambda: _labels(forms.PersonForm, forms.PartyForm),
        )
        directory.fill(import_module("vungxanh.organization.directory").OrganizationDirectory())
        rulebook = import_module("vungxanh.organization.rulebook")
        import_module("vungxanh.common.decision_tables").register_rules(rulebook.PLACE_CODES)
        search.register(*import_module("vungxanh.organization.search").SOURCES)
        badges.register("front_line", FRONT_LINE_BADGES)
        sees = import_module("vungxanh.organization.permissions")
        group = _("Organization")
        navigation.register(
            Entry(
                _("Staff list"),
                "organization:person_list",
                "users-group",
                60,
                sees.sees_people,
                group=group,
                short_label=_("Staff"),
            ),
            Entry(_("Units"), "organization:unit_tree", "sitemap", 61, is_signed_in, group=group),
            Entry(
                _("Acting in absence"),
                "organization:delegation_list",
                "user-check",
                62,
                sees.holds_a_role,
                group=group,
                short_label=_("Acting"),
            ),
            Entry(
                _("Working days"),
                "organization:calendar_page",
                "calendar",
                63,
                sees.holds_a_role,
                group=group,
                short_label=_("Calendar"),
            ),
            Entry(_("Front line"), "organization:front_line_list", "shield-check", 63, is_signed_in, group=group),
            Entry(
                _("Outside parties"),
                "organization:party_list",
                "building-community",
                65,
                sees.sees_parties,
                group=group,
                short_label=_("Parties"),
            ),
            Entry(_("Groups"), "organization:group_list", "briefcase", 64, sees.sees_people, group=group),
            Entry(
                _("Roles"),
                "organization:role_list",
                "shield-lock",
                905,
                directory.is_administrator,
                group=_("Administration"),
            ),
        )
