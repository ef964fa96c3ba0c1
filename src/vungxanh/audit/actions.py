"""Every action of the trail in words: one list for all modules, so that the page never shows a bare code.

A test reads the sources and fails where an action that is recorded has no words here.
"""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

ACTIONS: dict[str, Promise] = {
    "accounts.change_password": _("chose a new password"),
    "accounts.close_account": _("closed an account"),
    "accounts.create_user": _("made an account"),
    "accounts.end_sessions": _("signed out other devices"),
    "accounts.issue_token": _("got an access token"),
    "accounts.open_account": _("opened an account again"),
    "accounts.reset_password": _("gave a one-time password"),
    "accounts.revoke_token": _("revoked an access token"),
    "accounts.set_language": _("chose the language"),
    "accounts.sign_in": _("signed in"),
    "accounts.sign_out": _("signed out"),
    "admission.read_declarations": _("read health declarations"),
    "admission.submit_declaration": _("declared"),
    "areas.import_areas": _("imported administrative units"),
    "areas.import_levels": _("imported official levels of areas"),
    "organization.change_unit": _("changed a unit"),
    "organization.clear_calendar_day": _("took a day out of the work calendar"),
    "organization.clear_roster": _("took somebody off the roster"),
    "organization.delegate": _("delegated a role"),
    "organization.dissolve_unit": _("dissolved a unit"),
    "organization.end_post": _("ended a post"),
    "organization.found_unit": _("founded a unit"),
    "organization.grant_role": _("gave a role"),
    "organization.import_people": _("imported a staff list"),
    "organization.record_absence": _("recorded an absence"),
    "organization.revoke_delegation": _("took back a delegation"),
    "organization.second": _("seconded somebody"),
    "organization.set_calendar_day": _("set a day of the work calendar"),
    "organization.set_roster": _("put somebody on the roster"),
    "organization.transfer": _("moved somebody to another post"),
    "organization.withdraw_absence": _("withdrew an absence"),
    "organization.withdraw_role": _("withdrew a role"),
    "risk.confirm_level": _("confirmed a risk level"),
    "risk.open_unusual_return": _("opened an unusual return"),
    "risk.override_level": _("changed a risk level"),
    "risk.prepare_returns": _("prepared the daily returns"),
    "risk.read_level": _("read a risk level with its reasons"),
    "risk.submit_return": _("sent a return"),
    "screening.set_windows": _("set the times of declaring"),
}


def in_words(action: str) -> str:
    return str(ACTIONS.get(action, action))
