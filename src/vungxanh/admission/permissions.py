"""Who may declare for whom, and who may correct what was declared."""

import datetime

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from vungxanh.accounts.models import User
from vungxanh.admission.rulebook import CORRECTION
from vungxanh.common.clock import ZONE
from vungxanh.common.verdict import ALLOWED, Verdict, refused
from vungxanh.organization.models import Person
from vungxanh.screening.models import Declaration
from vungxanh.screening.permissions import may_read_answers


def may_declare_for(user: User, person: Person) -> Verdict:
    """Everybody for oneself; entering for others comes with the gate."""
    return ALLOWED if person.user_id == user.pk else refused(_("You may declare for yourself only."))


def may_correct(user: User, person: Person, declaration: Declaration, *, at: datetime.datetime) -> Verdict:
    """Whoever may declare for the person, within hours of declaring; the health officer of others for longer."""
    on = at.astimezone(ZONE).date()
    rule = CORRECTION.current().in_force(on)
    declares = may_declare_for(user, person)
    if declares and at <= declaration.declared_at + datetime.timedelta(hours=rule.own_hours):
        return ALLOWED
    is_officer = person.user_id != user.pk and may_read_answers(user, {declaration.unit_id}, on=on)
    if is_officer and at <= declaration.declared_at + datetime.timedelta(hours=rule.health_officer_hours):
        return ALLOWED
    if declares or is_officer:
        return refused(_("The time for correcting this declaration is over; tell the health officer."))
    return refused(_("Only the person, whoever declares for the person, and the health officer correct a declaration."))


def is_somebody_who_declares(request: HttpRequest) -> bool:
    """For the navigation: a technical account has nobody to declare for."""
    return request.user.is_authenticated and hasattr(request.user, "person")
