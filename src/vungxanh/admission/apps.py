from django.apps import AppConfig


class AdmissionConfig(AppConfig):
    name = "vungxanh.admission"
    label = "admission"
