"""Every action of the trail in words: one list for all modules, so that the page never shows a bare code.

A test reads the sources and fails where an action that is recorded has no words here.
"""

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

ACTIONS: dict[str, Promise] = {
    "accounts.change_password": pgettext_lazy("audit", "chose a new password"),
    "accounts.close_account": pgettext_lazy("audit", "closed an account"),
    "accounts.create_user": pgettext_lazy("audit", "made an account"),
    "accounts.end_sessions": pgettext_lazy("audit", "signed out other devices"),
    "accounts.issue_token": pgettext_lazy("audit", "got an access token"),
    "accounts.make_slip": pgettext_lazy("audit", "printed an activation slip"),
    "accounts.open_account": pgettext_lazy("audit", "opened an account again"),
    "accounts.refuse_slip": pgettext_lazy("audit", "an activation slip was refused"),
    "accounts.register_device": pgettext_lazy("audit", "made a device their own"),
    "accounts.reset_password": pgettext_lazy("audit", "gave a one-time password"),
    "accounts.revoke_token": pgettext_lazy("audit", "revoked an access token"),
    "accounts.set_language": pgettext_lazy("audit", "chose the language"),
    "accounts.sign_in": pgettext_lazy("audit", "signed in"),
    "accounts.sign_out": pgettext_lazy("audit", "signed out"),
    "accounts.sign_out_everywhere": pgettext_lazy("audit", "signed somebody out everywhere"),
    "accounts.use_slip": pgettext_lazy("audit", "signed in with an activation slip"),
    "admission.read_declarations": pgettext_lazy("audit", "read health declarations"),
    "admission.submit_declaration": pgettext_lazy("audit", "declared"),
    "areas.import_areas": pgettext_lazy("audit", "imported administrative units"),
    "areas.import_levels": pgettext_lazy("audit", "imported official levels of areas"),
    "organization.add_person": pgettext_lazy("audit", "added somebody to the staff list"),
    "organization.change_place": pgettext_lazy("audit", "changed a gate, room or vehicle"),
    "organization.change_site": pgettext_lazy("audit", "changed a site"),
    "organization.change_unit": pgettext_lazy("audit", "changed a unit"),
    "organization.clear_calendar_day": pgettext_lazy("audit", "took a day out of the work calendar"),
    "organization.clear_roster": pgettext_lazy("audit", "took somebody off the roster"),
    "organization.close_place": pgettext_lazy("audit", "closed a gate, room or vehicle"),
    "organization.close_site": pgettext_lazy("audit", "closed a site"),
    "organization.correct_person": pgettext_lazy("audit", "corrected somebody's details"),
    "organization.define_shift": pgettext_lazy("audit", "defined a shift"),
    "organization.delegate": pgettext_lazy("audit", "delegated a role"),
    "organization.dissolve_unit": pgettext_lazy("audit", "dissolved a unit"),
    "organization.end_post": pgettext_lazy("audit", "ended a post"),
    "organization.found_group": pgettext_lazy("audit", "founded a group"),
    "organization.found_unit": pgettext_lazy("audit", "founded a unit"),
    "organization.grant_role": pgettext_lazy("audit", "gave a role"),
    "organization.import_absences": pgettext_lazy("audit", "imported absences"),
    "organization.import_people": pgettext_lazy("audit", "imported a staff list"),
    "organization.join_group": pgettext_lazy("audit", "put somebody into a group"),
    "organization.leave_group": pgettext_lazy("audit", "took somebody out of a group"),
    "organization.merge_people": pgettext_lazy("audit", "merged two people into one"),
    "organization.open_place": pgettext_lazy("audit", "opened a gate, room or vehicle"),
    "organization.open_site": pgettext_lazy("audit", "opened a site"),
    "organization.record_absence": pgettext_lazy("audit", "recorded an absence"),
    "organization.revoke_delegation": pgettext_lazy("audit", "took back a delegation"),
    "organization.save_roster": pgettext_lazy("audit", "changed the roster"),
    "organization.second": pgettext_lazy("audit", "seconded somebody"),
    "organization.set_calendar_day": pgettext_lazy("audit", "set a day of the work calendar"),
    "organization.set_roster": pgettext_lazy("audit", "put somebody on the roster"),
    "organization.tell_apart": pgettext_lazy("audit", "decided that two people are two"),
    "organization.transfer": pgettext_lazy("audit", "moved somebody to another post"),
    "organization.withdraw_absence": pgettext_lazy("audit", "withdrew an absence"),
    "organization.withdraw_role": pgettext_lazy("audit", "withdrew a role"),
    "risk.confirm_level": pgettext_lazy("audit", "confirmed a risk level"),
    "risk.open_unusual_return": pgettext_lazy("audit", "opened an unusual return"),
    "risk.override_level": pgettext_lazy("audit", "changed a risk level"),
    "risk.prepare_returns": pgettext_lazy("audit", "prepared the daily returns"),
    "risk.read_level": pgettext_lazy("audit", "read a risk level with its reasons"),
    "risk.submit_return": pgettext_lazy("audit", "sent a return"),
    "screening.set_windows": pgettext_lazy("audit", "set the times of declaring"),
}


def in_words(action: str) -> str:
    return str(ACTIONS.get(action, action))
