"""Wiring of risk."""

from importlib import import_module

from django.apps import AppConfig


class RiskConfig(AppConfig):
    name = "vungxanh.risk"
    label = "risk"

    def ready(self) -> None:
        import_module("vungxanh.risk.receivers").fill_registries()
