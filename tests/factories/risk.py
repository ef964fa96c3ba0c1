"""The smallest agency that risk can be tried on: units, people with accounts, person-days, declarations."""

import datetime
import uuid
from typing import Any

from vungxanh.accounts.models import User
from vungxanh.common.clock import moment
from vungxanh.organization.enums import ContractKind, Role, UnitKind
from vungxanh.organization.models import Person, Post, RoleAssignment, Unit, UnitVersion
from vungxanh.risk.enums import Reader
from vungxanh.risk.models import ConsistencyFinding
from vungxanh.risk.operations.unit_days import count_anew
from vungxanh.screening.enums import Channel, CorrectionReason, Timeliness, Window
from vungxanh.screening.models import DayWindows, Declaration, PersonDay

START = datetime.date(2021, 1, 1)
MONDAY = datetime.date(2021, 9, 20)
FRIDAY = datetime.date(2021, 9, 17)


def clock(hour: int, minute: int = 0, day: datetime.date = MONDAY) -> datetime.datetime:
    return moment(day, datetime.time(hour, minute))


def make_unit(code: str, parent: Unit | None = None, *, is_reporting_point: bool = True, **more: Any) -> Unit:
    unit = Unit.objects.create(code=code)
    kind = UnitKind.SUBORDINATE_UNIT if parent else UnitKind.AGENCY
    names = {"name": f"Đơn vị {code}", "short_name": code, "kind": kind, "is_reporting_point": is_reporting_point}
    UnitVersion.objects.create(unit=unit, parent=parent, valid_from=START, **{**names, **more})
    return unit


def make_user(username: str, role: Role | None = None, unit: Unit | None = None) -> User:
    user = User(
        username=username, full_name=username.title(), created_at=clock(7, day=START), must_change_password=False
    )
    user.set_password("mat-khau-cua-toi")
    user.save()
    if role and unit:
        RoleAssignment.objects.create(user=user, role=role, unit=unit, valid_from=START)
    return user


def make_person(unit: Unit, name: str, *, user: User | None = None, **post: Any) -> Person:
    person = Person.objects.create(
        staff_code=f"{unit.code}-{name}", full_name=name, sort_key=name, search_name=name.lower(), user=user
    )
    contract = {"contract": ContractKind.CIVIL_SERVANT, "title": "Chuyên viên", "valid_from": START}
    Post.objects.create(person=person, unit=unit, **{**contract, **post})
    return person


def make_windows(day: datetime.date) -> DayWindows:
    times = {
        "arrival_opens_at": clock(5, day=day),
        "arrival_starts_at": clock(6, day=day),
        "arrival_due_at": clock(8, day=day),
        "arrival_closes_at": clock(12, day=day),
        "leaving_opens_at": clock(12, day=day),
        "leaving_starts_at": clock(15, day=day),
        "leaving_due_at": clock(18, day=day),
        "leaving_closes_at": clock(23, day=day),
    }
    return DayWindows.objects.get_or_create(day=day, key="", defaults=times)[0]


def make_person_day(person: Person, unit: Unit, day: datetime.date = MONDAY, **more: Any) -> PersonDay:
    """Expected twice, nothing declared yet."""
    expected = {"expects_arrival": True, "expects_leaving": True, "windows": make_windows(day)}
    place = {"subject": person.pseudonym, "unit_id": unit.pk, "home_unit_id": unit.pk, "day": day}
    made = PersonDay.objects.create(**{**place, **expected, **more})
    count_anew([made.day], [made.unit_id])
    return made


def declare(person: Person, unit: Unit, at: datetime.datetime, window: Window = Window.ARRIVAL, **facts: Any) -> int:
    """A declaration without anything to report but `facts`, marked in the person-day where there is one."""
    earlier = Declaration.objects.filter(subject=person.pseudonym, day=at.date(), window=window).count()
    declaration = Declaration.objects.create(
        client_uuid=uuid.uuid4(),
        content_hash="x",
        subject=person.pseudonym,
        unit_id=unit.pk,
        day=at.date(),
        window=window,
        version=earlier + 1,
        correction_reason=CorrectionReason.MISTAP if earlier else "",
        declared_at=at,
        received_at=at,
        timeliness=Timeliness.ON_TIME,
        channel=Channel.PAGE,
        questionnaire="covid19",
        questionnaire_version="1",
        answers=b"",
        **{"has_fever": False, **facts},
    )
    name = window.lower()
    PersonDay.objects.filter(subject=person.pseudonym, day=at.date()).update(
        **{f"{name}_id": declaration.pk, f"{name}_at": at, f"{name}_timeliness": Timeliness.ON_TIME}
    )
    count_anew([at.date()], [unit.pk])
    return declaration.pk


def make_finding(person: Person, unit: Unit, code: str = "GN", reader: Reader = Reader.HEAD) -> ConsistencyFinding:
    """To be clarified; its records are named in the tests that look at them."""
    return ConsistencyFinding.objects.create(
        subject=person.pseudonym,
        unit_id=unit.pk,
        code=code,
        reader=reader,
        day=MONDAY,
        edition=datetime.date(2021, 9, 1),
        found_at=clock(15),
    )
