"""Wiring of screening."""

from importlib import import_module

from django.apps import AppConfig


class ScreeningConfig(AppConfig):
    name = "vungxanh.screening"
    label = "screening"

    def ready(self) -> None:
        import_module("vungxanh.screening.receivers")
        rulebook = import_module("vungxanh.screening.rulebook")
        import_module("vungxanh.common.decision_tables").register_rules(rulebook.QUESTIONNAIRE, rulebook.WINDOWS)
