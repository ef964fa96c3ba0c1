"""What is done to accounts."""

from vungxanh.accounts.operations.accounts import (
    change_password,
    create_user,
    end_sessions,
    issue_token,
    note_sign_in,
    note_sign_out,
    purge_expired,
    reset_password,
    revoke_token,
    set_active,
    set_language,
    sign_out_everywhere,
)
from vungxanh.accounts.operations.slips import PrintedSlip, SlipError, make_slips, owner_of, use_slip

__all__ = [
    "PrintedSlip",
    "SlipError",
    "change_password",
    "create_user",
    "end_sessions",
    "issue_token",
    "make_slips",
    "note_sign_in",
    "note_sign_out",
    "owner_of",
    "purge_expired",
    "reset_password",
    "revoke_token",
    "set_active",
    "set_language",
    "sign_out_everywhere",
    "use_slip",
]
