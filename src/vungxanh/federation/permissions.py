"""Who sees what came from below, and who says from whom it is received."""

import datetime

from django.utils.translation import gettext_lazy as _

from vungxanh.accounts.models import User
from vungxanh.common.directory import directory
from vungxanh.common.verdict import ALLOWED, Verdict, refused
from vungxanh.organization import roles
from vungxanh.organization.enums import Role
from vungxanh.organization.tree import all_tree_on

SEE = roles.LEADERS | {Role.OFFICE, Role.HEALTH_OFFICER, Role.ADMINISTRATOR}


def may_see_rollups(user: User, *, on: datetime.date) -> Verdict:
    """Counts of other agencies: for those at the top of the tree, and whoever administers the installation."""
    tree = all_tree_on(on)
    seen = roles.unit_ids_where(user, SEE, on=on, tree=tree)
    if any(root.id in seen for root in tree.roots):
        return ALLOWED
    return refused(_("What agencies below send is for the leaders, the Office, health officers and administrators."))


def may_keep_senders(user: User, *, on: datetime.date) -> Verdict:
    if user.is_active and directory().unit_ids_administered_by(user, on=on) is None:
        return ALLOWED
    return refused(_("Only an administrator of the whole installation does this."))
