"""Who must act for a unit's daily return on a day, who stands above, and who was reminded."""

import datetime
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.db.models import Prefetch

from vungxanh.accounts.models import User
from vungxanh.common.dated import in_force
from vungxanh.organization import roles
from vungxanh.organization.enums import Role, RosterKind
from vungxanh.organization.models import Delegation, Person, RoleAssignment, RosterEntry
from vungxanh.organization.tree import Tree, UnitNode
from vungxanh.organization.workdays import all_workdays
from vungxanh.risk.models import ReturnReminder
from vungxanh.risk.queries.returns import return_status_of_unit
from vungxanh.screening.models import PersonDay

FIRST = frozenset({Role.UNIT_HEAD, Role.ACTING_HEAD, Role.DIRECTOR})
SECOND = frozenset({Role.UNIT_DEPUTY, Role.DEPUTY_DIRECTOR})
CLERKS = frozenset({Role.UNIT_CLERK})
OFFICE = frozenset({Role.OFFICE})


@dataclass(frozen=True)
class Answering:
    """Who holds which role at which node on a day, who acts for whom, and who is not there that afternoon."""

    tree: Tree
    held: dict[int, dict[Role, list[User]]]
    lent: dict[int, dict[Role, list[User]]]
    on_duty: dict[int, list[User]]
    absent: Collection[int]

    def actors(self, unit_id: int) -> list[User]:
        """The clerk and the head, whoever acts for a head who is absent, on days off the duty officer; else above."""
        if unit_id in self.on_duty:
            return self.on_duty[unit_id]
        node = self._nearest(self.tree.above(unit_id), roles.UNIT_STAFF)
        there = self._present(node, CLERKS) + self._leading(node) if node else []
        return list(dict.fromkeys(there)) or self.superiors(unit_id)

    def superiors(self, unit_id: int) -> list[User]:
        """Who leads the nearest node above, and the Office; an agency without anything above has its own."""
        above = list(self.tree.above(unit_id))
        leading = self._nearest(above[1:] or above, FIRST | SECOND)
        office = self._nearest(above, OFFICE)
        found = (self._leading(leading) if leading else []) + (self._holding(office, OFFICE) if office else [])
        return list(dict.fromkeys(found))

    def _leading(self, node: int) -> list[User]:
        """The head who is there, else the deputies; and those to whom the head delegated, whether or not anybody wrote
        down that the head is away."""
        lent = [user for role, users in self.lent[node].items() if role in FIRST for user in users]
        there = self._present(node, FIRST) or self._present(node, SECOND)
        return list(dict.fromkeys(there + [one for one in lent if self._is_there(one)]))

    def _nearest(self, chain: Iterable[UnitNode], wanted: Collection[Role]) -> int | None:
        return next((node.id for node in chain if self._holding(node.id, wanted)), None)

    def _present(self, node: int, wanted: Collection[Role]) -> list[User]:
        return [user for user in self._holding(node, wanted) if self._is_there(user)]

    def _holding(self, node: int, wanted: Collection[Role]) -> list[User]:
        return [user for role, users in self.held[node].items() if role in wanted for user in users]

    def _is_there(self, user: User) -> bool:
        return user.pk not in self.absent


def all_answering(day: datetime.date, tree: Tree) -> Answering:
    """Five queries whatever the number of units."""
    wanted = FIRST | SECOND | CLERKS | OFFICE
    rows = RoleAssignment.objects.filter(in_force(day), role__in=wanted, user__is_active=True)
    held: dict[int, dict[Role, list[User]]] = defaultdict(lambda: defaultdict(list))
    principals = set()
    for row in rows.select_related("user").order_by("pk"):
        held[row.unit_id][Role(row.role)].append(row.user)
        principals.add((row.user_id, row.role, row.unit_id))
    delegations = Delegation.objects.filter(roles.lent_on(day), delegate__is_active=True, role__in=FIRST)
    lent: dict[int, dict[Role, list[User]]] = defaultdict(lambda: defaultdict(list))
    for one in delegations.select_related("delegate").order_by("pk"):
        if (one.principal_id, one.role, one.unit_id) in principals:
            lent[one.unit_id][Role(one.role)].append(one.delegate)
    return Answering(tree, held, lent, _on_duty(day, tree), _absent(day, _users(held) | _users(lent)))


def reminders_of_return(viewer: User, unit_id: int, day: datetime.date) -> list[ReturnReminder]:
    """For those who see the return, in the order of time."""
    if not return_status_of_unit(viewer, unit_id, day):
        return []
    rows = ReturnReminder.objects.filter(unit_id=unit_id, day=day)
    return list(
        rows.prefetch_related(Prefetch("recipients", User.objects.order_by("full_name"))).order_by(
            "reminded_at", "code"
        )
    )


def _on_duty(day: datetime.date, tree: Tree) -> dict[int, list[User]]:
    """Officers on duty with an account, by unit, where the day is a day off of theirs."""
    rows = RosterEntry.objects.filter(date=day, kind=RosterKind.DUTY, person__user__is_active=True)
    found: dict[int, list[User]] = defaultdict(list)
    for row in rows.select_related("person__user").order_by("pk"):
        if row.person.user:
            found[row.unit_id].append(row.person.user)
    calendar = all_workdays(day, day, tree=tree) if found else None
    return {unit: users for unit, users in found.items() if calendar and not calendar.is_working(day, unit)}


def _users(by_node: dict[int, dict[Role, list[User]]]) -> set[int]:
    return {user.pk for by_role in by_node.values() for users in by_role.values() for user in users}


def _absent(day: datetime.date, user_ids: Collection[int]) -> set[int]:
    """Of the users those whom the day does not expect in the afternoon; an account without a person is there."""
    people = dict(Person.objects.filter(user_id__in=user_ids).values_list("pseudonym", "user_id"))
    away = PersonDay.objects.filter(day=day, subject__in=people, expects_leaving=False)
    return {people[subject] for subject in away.values_list("subject", flat=True) if people[subject] is not None}
