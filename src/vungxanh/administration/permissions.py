"""Who sees the settings, and who changes them."""

import datetime

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from vungxanh.accounts.models import User
from vungxanh.administration.queries import SEE
from vungxanh.common.directory import directory
from vungxanh.common.verdict import ALLOWED, Verdict, refused
from vungxanh.organization import roles
from vungxanh.organization.permissions import holds_one_of


def may_see_settings(user: User, *, on: datetime.date) -> Verdict:
    held = roles.holds_somewhere(user, SEE, on=on)
    return ALLOWED if held else refused(_("The settings are seen by the administrator, the Office and the leaders."))


def may_change_settings(user: User, *, on: datetime.date) -> Verdict:
    """Settings hold for the whole installation: only for whoever administers all of it."""
    whole = directory().unit_ids_administered_by(user, on=on) is None
    return ALLOWED if whole else refused(_("Only an administrator of the whole installation does this."))


def sees_settings(request: HttpRequest) -> bool:
    """For the navigation."""
    return holds_one_of(request, SEE)
