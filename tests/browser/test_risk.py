"""Pages of risk and of the rules in a real browser: no serious fault, no sideways scroll, sent without JavaScript."""

from collections.abc import Callable

import pytest
from django.contrib.auth.base_user import AbstractBaseUser
from django.urls import reverse
from playwright.sync_api import Page, expect

from tests.browser.conftest import PageOf, has_sideways_scroll, serious_faults
from tests.factories.risk import declare, make_person, make_person_day, make_unit, make_user
from tests.risk.conftest import Agency
from vungxanh.common import clock
from vungxanh.organization.enums import Role
from vungxanh.risk import operations
from vungxanh.risk.enums import Cause
from vungxanh.risk.models import DailyReturn

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SignIn = Callable[[Page, AbstractBaseUser], None]


@pytest.fixture
def today_agency(transactional_db: None) -> Agency:
    """One person with a fever today, one who has not declared; the return is prepared."""
    now = clock.now()
    root = make_unit("SNN", is_reporting_point=False)
    unit = make_unit("CCKL", root, name="Chi cục Kiểm lâm")
    head = make_user("truong", Role.UNIT_HEAD, unit)
    lan, minh = make_person(unit, "Nguyễn Thị Lan", user=make_user("lan")), make_person(unit, "Trần Văn Minh")
    for person in (lan, minh):
        make_person_day(person, unit, now.date())
    declare(lan, unit, now, has_fever=True, symptom_count=1)
    operations.assess_people([lan.pseudonym], day=now.date(), at=now, cause=Cause.DECLARATION)
    operations.override_level(
        lan.pseudonym, day=now.date(), level="MEDIUM", reason="Đo lại 37,2 °C", actor=head, at=now
    )
    operations.prepare_returns(now.date(), at=now)
    return Agency(root, unit, head, lan, minh)


def addresses(agency: Agency) -> dict[str, str]:
    return {
        "rules": reverse("common:rules"),
        "risk-person": reverse("risk:person_page", args=[agency.lan.pseudonym]),
        "risk-zone": reverse("risk:unit_zone", args=["CCKL"]),
        "risk-return": reverse("risk:return_today", args=["CCKL"]),
    }


@pytest.mark.parametrize("name", ["rules", "risk-person", "risk-zone", "risk-return"])
def test_page_has_no_serious_fault(
    screen: Page, today_agency: Agency, sign_in: SignIn, take_picture: Callable[..., None], name: str
) -> None:
    sign_in(screen, today_agency.head)
    screen.goto(addresses(today_agency)[name])
    expect(screen.locator("h1")).to_be_visible()
    take_picture(screen, f"{name}-{screen.viewport_size['width']}", full=True)  # type: ignore[index]
    assert serious_faults(screen) == []
    assert not has_sideways_scroll(screen)


def test_head_sends_the_return_without_javascript(open_page: PageOf, today_agency: Agency, sign_in: SignIn) -> None:
    page = open_page("phone", javascript=False)
    sign_in(page, today_agency.head)
    page.goto(addresses(today_agency)["risk-return"])
    page.get_by_role("button", name="Gửi báo cáo ngày").click()
    expect(page.get_by_role("heading", name="Các bản đã gửi")).to_be_visible()
    assert DailyReturn.objects.get(kind="DAILY").state == "SUBMITTED"
