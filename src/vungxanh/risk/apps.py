from django.apps import AppConfig


class RiskConfig(AppConfig):
    name = "vungxanh.risk"
    label = "risk"
