"""Wiring of the organization."""

from importlib import import_module

from django.apps import AppConfig

from vungxanh.common import directory


class OrganizationConfig(AppConfig):
    name = "vungxanh.organization"
    label = "organization"

    def ready(self) -> None:
        directory.fill(import_module("vungxanh.organization.directory").OrganizationDirectory())
