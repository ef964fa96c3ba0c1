from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "vungxanh.accounts"
    label = "accounts"
