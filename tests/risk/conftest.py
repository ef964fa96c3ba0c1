"""The small agency on which risk is tried."""

from dataclasses import dataclass

import pytest

from tests.factories.risk import FRIDAY, MONDAY, make_person, make_person_day, make_unit, make_user
from vungxanh.accounts.models import User
from vungxanh.organization.enums import Role
from vungxanh.organization.models import Person, Unit


@dataclass
class Agency:
    """An agency with one reporting unit, its head, and two people expected on Friday and Monday."""

    root: Unit
    unit: Unit
    head: User
    lan: Person
    minh: Person


@pytest.fixture
def agency(db: None) -> Agency:
    root = make_unit("SNN", is_reporting_point=False)
    unit = make_unit("CCKL", root)
    head = make_user("truong", Role.UNIT_HEAD, unit)
    lan, minh = make_person(unit, "Lan"), make_person(unit, "Minh")
    for day in (FRIDAY, MONDAY):
        make_person_day(lan, unit, day)
        make_person_day(minh, unit, day)
    return Agency(root, unit, head, lan, minh)
