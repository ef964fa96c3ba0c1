"""Who may declare for whom, and in which ways; who may correct what was declared."""

import datetime
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from vungxanh.accounts.models import User
from vungxanh.admission.enums import VisitRole
from vungxanh.admission.models import SheetPhotograph, Visit
from vungxanh.admission.queries.reminders import ANSWER_FOR_OTHERS, visits_to_answer_for_others
from vungxanh.admission.queries.visits import held_visits, waiting_for_host
from vungxanh.admission.rulebook import CHANNELS, CORRECTION, PHOTOGRAPHS, ChannelRules
from vungxanh.common import clock
from vungxanh.common.clock import ZONE
from vungxanh.common.verdict import ALLOWED, Verdict, refused
from vungxanh.organization import roles
from vungxanh.organization.enums import Role
from vungxanh.organization.models import Person
from vungxanh.organization.permissions import PERSONNEL, holds_one_of
from vungxanh.organization.queries.people import unit_ids_of
from vungxanh.screening.enums import Channel
from vungxanh.screening.models import Declaration
from vungxanh.screening.permissions import GATEKEEPERS, may_keep_gate, may_read_answers

CLOSED = _("This way of declaring is not open; see the rules in force.")


@dataclass(slots=True)
class Entering:
    """Who may enter what on one day; each question is asked once, for however many declarations.

    `units`: by id of a person, where it stands; `sites`: by code, the id of the unit that a site belongs to.
    """

    on: datetime.date
    units: Mapping[int, Collection[int]] = field(default_factory=dict)
    sites: Mapping[str, int] = field(default_factory=dict)
    rules: ChannelRules = field(init=False)
    reach: dict[tuple[int, str], set[int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.rules = CHANNELS.current().in_force(self.on)

    def may_declare_for(self, user: User, person: Person, channel: Channel, *, site_code: str | None = None) -> Verdict:
        """Everybody for oneself; for another one only in the ways, and where, the rule says so."""
        rule = self.rules.channel.get(channel)
        if rule is None:
            return refused(CLOSED)
        if person.user_id == user.pk:
            return ALLOWED
        if not rule.roles:
            return refused(_("You may declare for yourself only."))
        reach = self.unit_ids_where(user, channel)
        if rule.place == "SITE":
            site = self.sites.get(site_code or "")
            return ALLOWED if site in reach else refused(_("You may not enter declarations at this site."))
        if reach & set(self.units.get(person.pk, ())):
            return ALLOWED
        return refused(_("You may enter declarations for the people of your own unit only."))

    def may_enter_sheets(self, user: User, unit_id: int) -> Verdict:
        """`unit_id`: whose paper sheet it is; whoever enters it also photographs it."""
        if unit_id in self.unit_ids_where(user, Channel.PAPER):
            return ALLOWED
        return refused(_("You may enter declarations for the people of your own unit only."))

    def takes_sheets_of(self, day: datetime.date, *, at: datetime.datetime) -> bool:
        return day in self.days_back(Channel.PAPER, at=at)

    def days_back(self, channel: Channel, *, at: datetime.datetime) -> list[datetime.date]:
        """Days of which one still enters something in this way, today first."""
        rule = self.rules.channel.get(channel)
        if rule is None:
            return []
        first = (at - datetime.timedelta(hours=rule.back_hours or 0)).astimezone(ZONE).date()
        return [self.on - datetime.timedelta(days=back) for back in range((self.on - first).days + 1)]

    def unit_ids_where(self, user: User, channel: Channel) -> set[int]:
        """Units at which the user enters for others in this way."""
        rule = self.rules.channel.get(channel)
        if rule is None or not rule.roles:
            return set()
        key = (user.pk, str(channel))
        if key not in self.reach:
            self.reach[key] = roles.unit_ids_where(user, [Role(role) for role in rule.roles], on=self.on)
        return self.reach[key]


def may_read_sheets(user: User, unit_id: int, *, on: datetime.date) -> Verdict:
    """The photographs of a unit's sheet show what everybody on it answered."""
    return may_read_answers(user, {unit_id}, on=on)


def may_withdraw_photograph(user: User, photograph: SheetPhotograph, *, at: datetime.datetime) -> Verdict:
    """Whoever sent it, for some minutes: afterwards it is proof."""
    rule = PHOTOGRAPHS.current().in_force(at.astimezone(ZONE).date())
    if photograph.added_by_id != user.pk:
        return refused(_("Only whoever sent the photograph withdraws it."))
    if at > photograph.added_at + datetime.timedelta(minutes=rule.withdraw_minutes):
        return refused(_("The time for withdrawing this photograph is over; it is kept as proof."))
    return ALLOWED


def may_correct(user: User, person: Person, declaration: Declaration, *, at: datetime.datetime) -> Verdict:
    """The person within hours of declaring, the health officer of others for longer; whoever entered it does not see
    it again."""
    on = at.astimezone(ZONE).date()
    rule = CORRECTION.current().in_force(on)
    is_own = person.user_id == user.pk
    if is_own and at <= declaration.declared_at + datetime.timedelta(hours=rule.own_hours):
        return ALLOWED
    is_officer = person.user_id != user.pk and may_read_answers(user, {declaration.unit_id}, on=on)
    if is_officer and at <= declaration.declared_at + datetime.timedelta(hours=rule.health_officer_hours):
        return ALLOWED
    if is_own or is_officer:
        return refused(_("The time for correcting this declaration is over; tell the health officer."))
    return refused(_("Only the person and the health officer correct a declaration."))


def may_read_places(user: User, person: Person, *, on: datetime.date) -> Verdict:
    """Where somebody else was: for the health officer who traces. Everybody reads their own elsewhere."""
    if unit_ids_of(person, on) & roles.unit_ids_where(user, Role.HEALTH_OFFICER, on=on):
        return ALLOWED
    return refused(_("Only the person and the health officer read where somebody was."))


MEETING_HOLDERS = roles.UNIT_STAFF | roles.LEADERS | {Role.OFFICE}


def may_hold_meeting(user: User, unit_id: int, *, on: datetime.date) -> Verdict:
    """`unit_id`: the unit that calls it; whoever may call its meetings also keeps their lists."""
    if roles.holds(user, MEETING_HOLDERS, unit_id, on=on):
        return ALLOWED
    return refused(_("Only the unit's head, deputy or clerk, the Office and the leaders call its meetings."))


SHIFT_KEEPERS = roles.UNIT_STAFF | PERSONNEL | {Role.OFFICE}
"""Those who set the roster of a unit also say who was on its shifts; see `organization.permissions.may_set_roster`."""


def may_answer_for_host(user: User, host: Person) -> Verdict:
    """Everybody for the own guests."""
    return ALLOWED if host.user_id == user.pk else refused(_("Only the host does this."))


def may_answer_visit(user: User, visit: Visit, *, on: datetime.date) -> Verdict:
    """The host; and whoever was told because the host is away or silent, or because nobody knows the host."""
    if visit.host and may_answer_for_host(user, visit.host):
        return ALLOWED
    if visits_to_answer_for_others(user, on=on).filter(pk=visit.pk).exists():
        return ALLOWED
    return refused(_("Only the host does this."))


def may_read_visit_answers(user: User, visit: Visit, *, on: datetime.date) -> Verdict:
    """The health officer of the site; never the guard, nor the host."""
    return may_read_answers(user, {visit.site.unit_id}, on=on)


def may_move_visit(user: User | None, visit: Visit, by: VisitRole, *, on: datetime.date) -> Verdict:
    """Whether the user acts in this part; a visitor is known by the key of the visit alone, the system by nobody."""
    if by in (VisitRole.VISITOR, VisitRole.SYSTEM):
        return ALLOWED if user is None else refused(_("This is not for you to do."))
    if user is None:
        return refused(_("This is not for you to do."))
    if by == VisitRole.HOST:
        return may_answer_visit(user, visit, on=on)
    if by == VisitRole.GUARD:
        return may_keep_gate(user, visit.site.unit_id, on=on)
    if roles.holds(user, Role.HEALTH_OFFICER, visit.site.unit_id, on=on):
        return ALLOWED
    return refused(_("Only the health officer does this."))


def is_somebody_who_declares(request: HttpRequest) -> bool:
    """For the navigation: a technical account has nobody to declare for."""
    return request.user.is_authenticated and hasattr(request.user, "person")


def enters_for_a_unit(request: HttpRequest) -> bool:
    """For the navigation."""
    return _enters(request, Channel.CLERK)


def enters_at_a_gate(request: HttpRequest) -> bool:
    """For the navigation."""
    return _enters(request, Channel.AT_GATE)


def opens_a_kiosk(request: HttpRequest) -> bool:
    """For the navigation."""
    return _enters(request, Channel.KIOSK)


def _enters(request: HttpRequest, channel: Channel) -> bool:
    rule = CHANNELS.current().in_force(clock.today()).channel.get(channel)
    return rule is not None and holds_one_of(request, frozenset(Role(role) for role in rule.roles))


def keeps_a_gate(request: HttpRequest) -> bool:
    """For the navigation."""
    return holds_one_of(request, GATEKEEPERS)


def confirms_shifts(request: HttpRequest) -> bool:
    """For the navigation."""
    return holds_one_of(request, SHIFT_KEEPERS)


def guests_waiting(request: HttpRequest) -> int:
    """For the navigation: guests who stand at a gate and wait for the viewer's word, as host or in the host's place."""
    user = request.user
    if not user.is_authenticated:
        return 0
    of_others = holds_one_of(request, ANSWER_FOR_OTHERS) and visits_to_answer_for_others(user, on=clock.today()).count()
    return waiting_for_host(user) + of_others


def is_health_officer(request: HttpRequest) -> bool:
    """For the navigation."""
    return holds_one_of(request, frozenset({Role.HEALTH_OFFICER}))


def visitors_held(request: HttpRequest) -> int:
    """For the navigation: visitors who are held until the viewer has spoken to them."""
    user = request.user
    if not user.is_authenticated or not is_health_officer(request):
        return 0
    return held_visits(user, on=clock.today()).count()
