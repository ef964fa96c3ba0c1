from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "vungxanh.audit"
    label = "audit"
