"""Pages of accounts: one's own, and those that an administrator looks after."""

from vungxanh.accounts.views.own import is_on_own_device, locked_out, signed_in

__all__ = ["is_on_own_device", "locked_out", "signed_in"]
