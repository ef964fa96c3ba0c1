"""Jobs of accounts: load, read the clock, call one operation."""

from vungxanh.accounts import operations
from vungxanh.common import clock


def purge_expired() -> None:
    operations.purge_expired(real=clock.real_now())
