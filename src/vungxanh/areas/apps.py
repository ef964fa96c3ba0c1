from django.apps import AppConfig


class AreasConfig(AppConfig):
    name = "vungxanh.areas"
    label = "areas"
