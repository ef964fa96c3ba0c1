from django.apps import AppConfig


class CommonConfig(AppConfig):
    name = "vungxanh.common"
    label = "common"
    verbose_name = "Common ground without words of the domain"
