"""An agency as small as it can be: units, people with posts, roles, shifts, absences."""

import datetime
from typing import Any

from tests.factories.accounts import make_account
from vungxanh.accounts.models import User
from vungxanh.common.clock import moment
from vungxanh.common.vietnamese import folded, name_sort_key
from vungxanh.organization.enums import (
    AbsenceKind,
    CalendarDayKind,
    ContractKind,
    PlaceKind,
    PostKind,
    Role,
    RosterKind,
    UnitKind,
)
from vungxanh.organization.models import (
    Absence,
    CalendarDay,
    Group,
    Person,
    Place,
    Post,
    RoleAssignment,
    RosterEntry,
    Shift,
    Site,
    Unit,
    UnitVersion,
)

START = datetime.date(2021, 1, 1)
MONDAY = datetime.date(2021, 9, 20)
SATURDAY = datetime.date(2021, 9, 25)


def clock(hour: int, minute: int = 0, day: datetime.date = MONDAY) -> datetime.datetime:
    return moment(day, datetime.time(hour, minute))


def make_unit(code: str, parent: Unit | None = None, **more: Any) -> Unit:
    unit = Unit.objects.create(code=code)
    kind = UnitKind.SUBORDINATE_UNIT if parent else UnitKind.AGENCY
    given = {"name": f"Đơn vị {code}", "short_name": code, "kind": kind, "valid_from": START}
    UnitVersion.objects.create(unit=unit, parent=parent, **{**given, **more})
    return unit


def make_site(code: str, unit: Unit, **more: Any) -> Site:
    return Site.objects.create(code=code, unit=unit, **{"name": f"Địa điểm {code}", **more})


def make_place(code: str, site: Site, **more: Any) -> Place:
    """A gate, unless told otherwise."""
    return Place.objects.create(code=code, site=site, **{"name": f"Cổng {code}", "kind": PlaceKind.GATE, **more})


def make_nobody(name: str, *, user: User | None = None, **more: Any) -> Person:
    """A person without any post."""
    given = {
        "staff_code": f"CB{Person.objects.count() + 1:05}",
        "sort_key": name_sort_key(name),
        "search_name": folded(name),
    }
    return Person.objects.create(full_name=name, user=user, **{**given, **more})


def make_post(person: Person, unit: Unit, **more: Any) -> Post:
    given = {"contract": ContractKind.CIVIL_SERVANT, "title": "Chuyên viên", "valid_from": START}
    return Post.objects.create(person=person, unit=unit, **{**given, **more})


def make_person(unit: Unit, name: str, *, user: User | None = None, **post: Any) -> Person:
    """A person with a home post since the start; `post` are fields of the post."""
    person = make_nobody(name, user=user)
    make_post(person, unit, **post)
    return person


def make_secondment(person: Person, host: Unit, **more: Any) -> Post:
    return make_post(person, host, **{"kind": PostKind.SECONDMENT, "title": "Biệt phái", **more})


def make_role(user: User, role: Role, unit: Unit, **more: Any) -> RoleAssignment:
    return RoleAssignment.objects.create(user=user, role=role, unit=unit, **{"valid_from": START, **more})


def make_holder(username: str, role: Role, unit: Unit) -> User:
    """An account with one role."""
    user = make_account(username)
    make_role(user, role, unit)
    return user


def make_shift(unit: Unit, code: str = "DEM", **more: Any) -> Shift:
    """A night shift, unless told otherwise."""
    hours = {"name": "Ca đêm", "starts": datetime.time(22), "ends": datetime.time(6)}
    return Shift.objects.create(unit=unit, code=code, **{**hours, **more})


def make_roster(person: Person, date: datetime.date, unit: Unit, **more: Any) -> RosterEntry:
    """On duty, unless a shift is given."""
    kind = RosterKind.SHIFT if more.get("shift") else RosterKind.DUTY
    return RosterEntry.objects.create(person=person, date=date, unit=unit, **{"kind": kind, **more})


def make_absence(person: Person, kind: AbsenceKind, first_day: datetime.date = MONDAY, **more: Any) -> Absence:
    given = {"last_day": first_day, "recorded_at": clock(7, day=START)}
    return Absence.objects.create(person=person, kind=kind, first_day=first_day, **{**given, **more})


def make_calendar_day(date: datetime.date, kind: CalendarDayKind, unit: Unit | None = None) -> CalendarDay:
    return CalendarDay.objects.create(date=date, kind=kind, unit=unit, reason="Hoán đổi ngày làm việc")


def make_group(code: str, unit: Unit, **more: Any) -> Group:
    return Group.objects.create(code=code, unit=unit, **{"name": f"Đoàn thể {code}", "kind": "TRADE_UNION", **more})
