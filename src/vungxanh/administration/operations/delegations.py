"""Telling those whom a delegation concerns."""

import datetime

from django.urls import reverse
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from vungxanh.accounts.models import User
from vungxanh.administration.topics import DELEGATION
from vungxanh.common.clock import ZONE
from vungxanh.common.formats import day
from vungxanh.notifications.operations import notify, settle
from vungxanh.notifications.topics import Message
from vungxanh.organization.enums import Role
from vungxanh.organization.models import Delegation
from vungxanh.organization.tree import all_tree_on


def tell_of_delegation(made: Delegation, *, actor: User, at: datetime.datetime) -> None:
    """The delegate and the principal, but whoever did it; what is pending stands on the page only."""
    given, revoked = (f"administration.delegation:{made.pk}:{verb}" for verb in ("given", "revoked"))
    words = (
        _("{delegate} no longer acts for {principal}: {role}, {unit}")
        if made.revoked_at
        else _("{delegate} acts for {principal} from {first} to {last}: {role}, {unit}")
    )
    if made.revoked_at:
        settle([given], at=at)
    tree = all_tree_on(at.astimezone(ZONE).date())
    message = Message(
        topic=DELEGATION,
        key=revoked if made.revoked_at else given,
        title=format_lazy(
            words,
            delegate=made.delegate.full_name,
            principal=made.principal.full_name,
            role=Role(made.role).label,
            unit=tree[made.unit_id].short_name if made.unit_id in tree else made.unit.code,
            first=day(made.first_day),
            last=day(made.last_day),
        ),
        address=reverse("organization:delegation_list"),
    )
    notify(message, [user for user in (made.delegate, made.principal) if user != actor], at=at)
