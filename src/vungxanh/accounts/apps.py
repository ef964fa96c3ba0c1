"""Wiring of accounts."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from vungxanh.common import schedule
from vungxanh.common.directory import is_administrator
from vungxanh.common.navigation import Entry, register


class AccountsConfig(AppConfig):
    name = "vungxanh.accounts"
    label = "accounts"

    def ready(self) -> None:
        schedule.every("accounts.purge_expired", cron="40 2 * * *", path="vungxanh.accounts.tasks.purge_expired")
        register(
            Entry(
                label=_("Accounts"),
                url_name="accounts:account_list",
                icon="key",
                order=900,
                is_visible=is_administrator,
                group=_("Administration"),
            )
        )
