"""Pages of accounts: one's own, and those that an administrator looks after."""

from vungxanh.accounts.views.own import locked_out, signed_in

__all__ = ["locked_out", "signed_in"]
