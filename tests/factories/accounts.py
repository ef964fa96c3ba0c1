"""Accounts, as small as they can be."""

import datetime
from typing import Any

from vungxanh.accounts.models import User
from vungxanh.accounts.operations import create_user
from vungxanh.common.clock import moment

MADE_AT = moment(datetime.date(2021, 1, 1), datetime.time(8))
PASSWORD = "mat-khau-cua-toi"


def make_account(username: str, **more: Any) -> User:
    """Has an own password already, unless told otherwise."""
    given = {"full_name": username.title(), "password": PASSWORD, "at": MADE_AT, "must_change_password": False}
    return create_user(username, **{**given, **more})
