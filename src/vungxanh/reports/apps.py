from django.apps import AppConfig


class ReportsConfig(AppConfig):
    name = "vungxanh.reports"
    label = "reports"
