"""Who may change units, people, roles and working days. None as the actor is the system setting itself up."""

import datetime
from collections.abc import Sequence

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from vungxanh.accounts.models import User
from vungxanh.common import clock
from vungxanh.common.dated import in_force
from vungxanh.common.directory import directory, may_administer
from vungxanh.common.verdict import ALLOWED, Verdict, refused
from vungxanh.organization import roles
from vungxanh.organization.enums import Role
from vungxanh.organization.models import Delegation, Person, Post, RoleAssignment
from vungxanh.organization.queries.front_line import KEEP_FRONT_LINE, SEE_FRONT_LINE
from vungxanh.organization.queries.parties import KEEP_PARTIES, SEE_PARTIES
from vungxanh.organization.queries.people import SEE_PEOPLE, unit_ids_of

ADMINISTRATION = frozenset({Role.ADMINISTRATOR})
PERSONNEL = frozenset({Role.PERSONNEL, Role.ADMINISTRATOR})


def may_change_units(user: User | None, unit_id: int | None, *, on: datetime.date) -> Verdict:
    """`unit_id`: the unit, or the one above a new one; None for a new agency, which only the system makes."""
    return _holds(user, PERSONNEL, unit_id, on, _("Only Personnel or the administrator changes the tree of units."))


def may_change_people(user: User | None, unit_id: int | None, *, on: datetime.date) -> Verdict:
    return _holds(user, PERSONNEL, unit_id, on, _("Only Personnel or the administrator changes the staff list."))


def may_change_person(user: User | None, person: Person, *, on: datetime.date) -> Verdict:
    """Personnel of a unit where the person stands, or stood last."""
    words = _("Only Personnel or the administrator changes the staff list.")
    if user is None:
        return ALLOWED
    posts = list(Post.objects.filter(person=person).order_by("valid_from").values_list("unit_id", "valid_to"))
    standing = {unit for unit, ends in posts if ends is None or ends > on} or {unit for unit, _ends in posts[-1:]}
    return ALLOWED if standing & roles.unit_ids_where(user, PERSONNEL, on=on) else refused(words)


def may_make_slips(user: User, people: Sequence[Person], *, on: datetime.date) -> dict[int, Verdict]:
    """By person. A slip signs in as its owner: for somebody with a role, also one that is lent, that takes who
    administers the account.

    Personnel makes the others' slips, as it makes their accounts. A flat number of queries, with the accounts at hand.
    """
    kept = roles.unit_ids_where(user, PERSONNEL, on=on)
    standing = Post.objects.filter(in_force(on), person__in=people, unit_id__in=kept)
    mine = set(standing.values_list("person_id", flat=True))
    users = [person.user_id for person in people if person.user_id]
    held = set(RoleAssignment.objects.filter(in_force(on), user_id__in=users).values_list("user_id", flat=True))
    lent = Delegation.objects.filter(roles.lent_from(on), delegate_id__in=users)
    held |= set(lent.values_list("delegate_id", flat=True))
    administered = set(
        directory().accounts_administered_by(user, on=on).filter(pk__in=held).values_list("pk", flat=True)
        if may_administer(user, on=on)
        else []
    )
    verdicts: dict[int, Verdict] = {}
    for person in people:
        if person.pk not in mine:
            verdicts[person.pk] = refused(_("Only Personnel or the administrator changes the staff list."))
        elif person.user and not person.user.is_active:
            verdicts[person.pk] = refused(_("The account is closed."))
        elif person.user_id in held and person.user_id not in administered:
            verdicts[person.pk] = refused(_("This person holds a role: the administrator gives the slip."))
        else:
            verdicts[person.pk] = ALLOWED
    return verdicts


def may_import(user: User | None, *, on: datetime.date) -> Verdict:
    """Whether the user keeps the staff list of any unit; each row is looked at for itself."""
    if user is None or roles.holds_somewhere(user, PERSONNEL, on=on):
        return ALLOWED
    return refused(_("Only Personnel or the administrator changes the staff list."))


def may_grant_roles(user: User | None, unit_id: int | None, *, on: datetime.date) -> Verdict:
    return _holds(user, ADMINISTRATION, unit_id, on, _("Only the administrator grants roles."))


def may_set_calendar(user: User | None, unit_id: int | None, *, on: datetime.date) -> Verdict:
    allowed = PERSONNEL | {Role.OFFICE}
    return _holds(user, allowed, unit_id, on, _("Only the Office or Personnel changes the calendar."))


def may_set_roster(user: User | None, unit_id: int | None, *, on: datetime.date) -> Verdict:
    allowed = roles.UNIT_STAFF | PERSONNEL | {Role.OFFICE}
    return _holds(user, allowed, unit_id, on, _("Only the unit's head, deputy or clerk sets its roster."))


def may_record_absence(user: User | None, person: Person, *, on: datetime.date) -> Verdict:
    """The head, a deputy or the clerk where the person stands, or Personnel."""
    if user is None:
        return ALLOWED
    if unit_ids_of(person, on) & roles.unit_ids_where(user, roles.UNIT_STAFF | PERSONNEL, on=on):
        return ALLOWED
    return refused(_("Only the unit's head, deputy or clerk, or Personnel, records absences."))


def may_record_absences(user: User | None, *, on: datetime.date) -> Verdict:
    """Whether the user records absences of anybody; each row of a list is looked at for itself."""
    if user is None or roles.holds_somewhere(user, roles.UNIT_STAFF | PERSONNEL, on=on):
        return ALLOWED
    return refused(_("Only the unit's head, deputy or clerk, or Personnel, records absences."))


def may_keep_front_line(user: User | None, unit_id: int | None, *, on: datetime.date) -> Verdict:
    """Of those whom the unit sends: its head, deputy or clerk, or the Office."""
    words = _("Only the unit's head, deputy or clerk, or the Office, keeps assignments to the front line.")
    return _holds(user, KEEP_FRONT_LINE, unit_id, on, words)


def may_import_front_line(user: User | None, *, on: datetime.date) -> Verdict:
    """Whether the user sends anybody to the front line; each row of a list is looked at for itself."""
    if user is None or roles.holds_somewhere(user, KEEP_FRONT_LINE, on=on):
        return ALLOWED
    return refused(_("Only the unit's head, deputy or clerk, or the Office, keeps assignments to the front line."))


def sees_front_line(user: User, unit_id: int, *, on: datetime.date) -> bool:
    """Whether the user may list who of the unit is sent to the front line."""
    return roles.holds(user, SEE_FRONT_LINE, unit_id, on=on)


def sees_level_of(user: User, person: Person, *, on: datetime.date) -> bool:
    """Whether the user may open the person's risk level: the person, and who looks after the unit or its health."""
    carers = roles.UNIT_STAFF | {Role.HEALTH_OFFICER}
    is_own = person.user_id is not None and person.user_id == user.pk
    return is_own or bool(unit_ids_of(person, on) & roles.unit_ids_where(user, carers, on=on))


def may_delegate(user: User, principal: User, role: Role, unit_id: int, *, on: datetime.date) -> Verdict:
    """Oneself what one holds oneself; Personnel and the administrator for somebody who is away, Personnel not the
    administrator's role, with which roles are granted."""
    held = {(one.role, one.unit_id) for one in roles.holdings(principal, on=on) if one.principal_id is None}
    if (role, unit_id) not in held:
        return refused(_("Only a role that the person holds at this unit can be delegated."))
    may_for_others = ADMINISTRATION if role == Role.ADMINISTRATOR else PERSONNEL
    if user.pk == principal.pk or roles.holds(user, may_for_others, unit_id, on=on):
        return ALLOWED
    return refused(_("Only the holder, Personnel or the administrator delegates a role."))


def may_revoke_delegation(user: User, made: Delegation, *, on: datetime.date) -> Verdict:
    """The principal, whatever became of the role since, or Personnel."""
    if user.pk == made.principal_id or roles.holds(user, PERSONNEL, made.unit_id, on=on):
        return ALLOWED
    return refused(_("Only the holder, Personnel or the administrator delegates a role."))


def _holds(
    user: User | None, allowed: frozenset[Role], unit_id: int | None, on: datetime.date, words: object
) -> Verdict:
    if user is None:
        return ALLOWED
    if unit_id is not None and roles.holds(user, allowed, unit_id, on=on):
        return ALLOWED
    return refused(words)  # type: ignore[arg-type]


def may_keep_parties(user: User | None, agency_id: int, *, on: datetime.date) -> Verdict:
    """The Office or the administrator of the agency."""
    return _holds(user, KEEP_PARTIES, agency_id, on, _("Only the Office or the administrator keeps outside parties."))


def sees_parties(request: HttpRequest) -> bool:
    """For the navigation."""
    return holds_one_of(request, SEE_PARTIES)


def sees_people(request: HttpRequest) -> bool:
    """For the navigation."""
    return holds_one_of(request, SEE_PEOPLE)


def holds_a_role(request: HttpRequest) -> bool:
    """For the navigation."""
    return holds_one_of(request, frozenset(Role))


def holds_one_of(request: HttpRequest, wanted: frozenset[Role]) -> bool:
    """For the navigation, which asks many times: the roles of today are read once a request."""
    held: frozenset[Role] | None = getattr(request, "held_roles", None)
    if held is None:
        user = request.user
        held = (
            frozenset(one.role for one in roles.holdings(user, on=clock.today()))
            if user.is_authenticated
            else frozenset()
        )
        request.held_roles = held  # type: ignore[attr-defined]
    return bool(held & wanted)
