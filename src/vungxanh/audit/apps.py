"""Wiring of audit."""

from importlib import import_module

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _

from vungxanh.common.directory import is_administrator
from vungxanh.common.navigation import Entry, register


class AuditConfig(AppConfig):
    name = "vungxanh.audit"
    label = "audit"

    def ready(self) -> None:
        post_migrate.connect(import_module("vungxanh.audit.receivers").guard_events, sender=self)
        register(
            Entry(
                label=_("Audit trail"),
                url_name="audit:event_list",
                icon="history",
                order=910,
                is_visible=is_administrator,
                group=_("Administration"),
            )
        )
