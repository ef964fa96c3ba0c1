"""Wiring of the manual."""

from django.apps import AppConfig


class HelpConfig(AppConfig):
    name = "vungxanh.help"
    label = "help"
