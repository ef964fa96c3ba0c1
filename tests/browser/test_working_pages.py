"""Pages of declaring, of the boards and of the organization in a real browser, at the phone's width and the desk's."""

from collections.abc import Callable

import pytest
from django.contrib.auth.base_user import AbstractBaseUser
from django.urls import reverse
from playwright.sync_api import Page, expect

from tests.factories.risk import declare, make_person, make_person_day, make_unit, make_user
from vungxanh.accounts.models import User
from vungxanh.common import clock
from vungxanh.organization.enums import Role
from vungxanh.risk import operations
from vungxanh.risk.enums import Cause

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SignIn = Callable[[Page, AbstractBaseUser], None]


@pytest.fixture
def agency(transactional_db: None) -> None:
    """One person with a fever today, one who has not declared, and somebody for every role."""
    now = clock.now()
    root = make_unit("SNN", is_reporting_point=False)
    unit = make_unit("CCKL", root, name="Chi cục Kiểm lâm")
    make_user("truong", Role.UNIT_HEAD, unit)
    for name, role in {"vanphong": Role.OFFICE, "tochuc": Role.PERSONNEL, "quantri": Role.ADMINISTRATOR}.items():
        make_user(name, role, root)
    lan, minh = make_person(unit, "Nguyễn Thị Lan", user=make_user("lan")), make_person(unit, "Trần Văn Minh")
    make_person(unit, "Lê Thị Hoa", user=make_user("hoa"))
    for person in (lan, minh):
        make_person_day(person, unit, now.date())
    declare(lan, unit, now, has_fever=True, symptom_count=1)
    operations.assess_people([lan.pseudonym], day=now.date(), at=now, cause=Cause.DECLARATION)
    operations.assess_zones([root.pk, unit.pk], day=now.date(), at=now)


@pytest.mark.usefixtures("agency")
def test_unit_day_by_keyboard_reaches_the_return(pc: Page, sign_in: SignIn) -> None:
    sign_in(pc, User.objects.get(username="truong"))
    pc.goto(reverse("reports:unit_today"))
    for _step in range(60):
        pc.keyboard.press("Tab")
        if "/bao-cao/" in str(pc.evaluate("document.activeElement.getAttribute('href')")):
            break
    pc.keyboard.press("Enter")
    expect(pc.get_by_role("heading", level=1)).to_have_text("Báo cáo ngày")
