"""What follows in the same transaction: those whom a delegation concerns are told."""

import datetime

from django.dispatch import receiver

from vungxanh.accounts.models import User
from vungxanh.administration.operations.delegations import tell_of_delegation
from vungxanh.organization.models import Delegation
from vungxanh.organization.signals import delegation_changed


@receiver(delegation_changed)
def tell_those_concerned(
    sender: object, *, delegation: Delegation, actor: User, at: datetime.datetime, **_: object
) -> None:
    tell_of_delegation(delegation, actor=actor, at=at)
