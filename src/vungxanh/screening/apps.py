from django.apps import AppConfig


class ScreeningConfig(AppConfig):
    name = "vungxanh.screening"
    label = "screening"
