"""The tree of units, its people, their roles and their working days."""

from vungxanh.organization.models.calendar import Absence, CalendarDay, RosterEntry, Shift
from vungxanh.organization.models.front_line import FrontLineAssignment, FrontLineConfirmation, FrontLineEntry
from vungxanh.organization.models.parties import Party, PartyAlias, PartyMerge
from vungxanh.organization.models.people import DuplicateCandidate, GroupMembership, Person, Post, StaffImport
from vungxanh.organization.models.places import Place
from vungxanh.organization.models.roles import Delegation, RoleAssignment
from vungxanh.organization.models.units import Group, Site, TreeMark, Unit, UnitVersion

__all__ = [
    "Absence",
    "CalendarDay",
    "Delegation",
    "DuplicateCandidate",
    "FrontLineAssignment",
    "FrontLineConfirmation",
    "FrontLineEntry",
    "Group",
    "GroupMembership",
    "Party",
    "PartyAlias",
    "PartyMerge",
    "Person",
    "Place",
    "Post",
    "RoleAssignment",
    "RosterEntry",
    "Shift",
    "Site",
    "StaffImport",
    "TreeMark",
    "Unit",
    "UnitVersion",
]
