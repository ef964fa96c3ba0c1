"""Who may do something to whose account."""

import datetime

from django.utils.translation import gettext_lazy as _

from vungxanh.accounts.models import User
from vungxanh.common.directory import directory, may_administer
from vungxanh.common.verdict import ALLOWED, Verdict, refused


def may_administer_account(actor: User, user: User, *, on: datetime.date) -> Verdict:
    """Not one's own, and not one that reaches beyond the units that the actor administers."""
    verdict = may_administer(actor, on=on)
    if not verdict:
        return verdict
    if actor.pk == user.pk:
        return refused(_("Another administrator does this to your own account."))
    if not directory().accounts_administered_by(actor, on=on).filter(pk=user.pk).exists():
        return refused(_("This account belongs to units that you do not administer."))
    return ALLOWED
