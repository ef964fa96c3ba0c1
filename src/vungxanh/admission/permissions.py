"""Who may declare for whom."""

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from vungxanh.accounts.models import User
from vungxanh.common.verdict import ALLOWED, Verdict, refused
from vungxanh.organization.models import Person


def may_declare_for(user: User, person: Person) -> Verdict:
    """Everybody for oneself; entering for others comes with the gate."""
    return ALLOWED if person.user_id == user.pk else refused(_("You may declare for yourself only."))


def is_somebody_who_declares(request: HttpRequest) -> bool:
    """For the navigation: a technical account has nobody to declare for."""
    return request.user.is_authenticated and hasattr(request.user, "person")
