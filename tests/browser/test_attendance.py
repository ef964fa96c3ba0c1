"""Marking who came to a meeting: on a phone of 360 points, by two at once, with and without a script."""

import datetime
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.test import Client
from playwright.sync_api import Page, expect

from tests.browser.conftest import PageOf, has_sideways_scroll, serious_faults
from tests.factories.meetings import make_meeting
from tests.factories.organization import clock as at
from tests.factories.organization import make_holder, make_person, make_place, make_site, make_unit
from vungxanh.admission.enums import Attendance
from vungxanh.common import clock
from vungxanh.organization.enums import PlaceKind, Role
from vungxanh.screening.models import Presence

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def monday() -> Iterator[None]:
    clock.keep_demonstration_offset(at(9) - clock.real_now())
    yield
    clock.keep_demonstration_offset(datetime.timedelta(0))
    (Path(settings.HOME) / clock.DEMONSTRATION_FILE).unlink()


@pytest.fixture
def world(transactional_db: None) -> SimpleNamespace:
    unit = make_unit("CC", make_unit("SO"))
    room = make_place("P1", make_site("TS", unit), kind=PlaceKind.ROOM, name="Phòng họp 1")
    head, clerk = make_holder("truong", Role.UNIT_HEAD, unit), make_holder("dau-moi", Role.UNIT_CLERK, unit)
    names = ("Lê Thị An", "Trần Văn Bình", "Đỗ Thị Chi")
    people = {name: make_person(unit, name) for name in names}
    meeting = make_meeting(unit, room, head, *people.values())
    return SimpleNamespace(head=head, clerk=clerk, people=people, meeting=meeting, address=f"/cuoc-hop/{meeting.key}/")


@pytest.fixture
def enter(live_server: object) -> Callable[[Page, AbstractBaseUser], None]:
    """Each with a session of their own: two are signed in at once."""

    def sign_in(page: Page, user: AbstractBaseUser) -> None:
        client, name = Client(), settings.SESSION_COOKIE_NAME
        client.force_login(user)
        page.context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": str(live_server)}])

    return sign_in


def attendance_of(world: SimpleNamespace, name: str) -> str:
    return str(world.meeting.attendees.get(subject=world.people[name].pseudonym).attendance)


def test_ticking_when_two_phones_do_it_at_once_loses_nothing(
    open_page: PageOf, enter: Callable[[Page, AbstractBaseUser], None], world: SimpleNamespace
) -> None:
    first, second = open_page("phone"), open_page("phone")
    for page, user in ((first, world.head), (second, world.clerk)):
        enter(page, user)
        page.goto(world.address)
    assert not has_sideways_scroll(first)
    assert serious_faults(first) == []
    first.get_by_role("button", name=re.compile("Có mặt.*Lê Thị An")).click()
    expect(first.get_by_role("button", name=re.compile("Có mặt.*Lê Thị An"))).to_have_attribute("aria-pressed", "true")
    second.get_by_role("button", name=re.compile("Vắng.*Trần Văn Bình")).click()
    # The answer to one's own tick brings those of the other phone.
    expect(second.get_by_role("button", name=re.compile("Có mặt.*Lê Thị An"))).to_have_attribute("aria-pressed", "true")
    expect(second.get_by_role("heading", name="Danh sách: 1/3 có mặt")).to_be_visible()
    expect(second.get_by_role("button", name=re.compile("Vắng.*Trần Văn Bình"))).to_be_focused()
    first.get_by_role("button", name=re.compile("Có mặt.*Lê Thị An")).click()
    expect(first.get_by_role("button", name=re.compile("Có mặt.*Lê Thị An"))).to_have_attribute("aria-pressed", "false")
    first.locator("summary", has_text="Chốt danh sách").click()
    expect(first.get_by_text("Còn 2 người chưa điểm danh")).to_be_visible()
    first.get_by_role("button", name=re.compile("người còn lại có mặt")).click()
    expect(first.get_by_role("heading", name="Danh sách: 2/3 có mặt")).to_be_visible()
    expect(first.get_by_role("button", name="Vẫn chốt danh sách")).to_have_count(0)
    assert attendance_of(world, "Trần Văn Bình") == Attendance.ABSENT
    first.get_by_role("button", name="Chốt danh sách").click()
    expect(first.get_by_role("button", name="Sửa danh sách")).to_be_visible()
    assert Presence.objects.count() == 2


def test_ticking_when_the_taps_are_quicker_than_the_network_keeps_them_all(
    open_page: PageOf, enter: Callable[[Page, AbstractBaseUser], None], world: SimpleNamespace
) -> None:
    page = open_page("phone")
    enter(page, world.head)
    page.goto(world.address)
    for name in world.people:
        page.evaluate(
            "(id) => document.getElementById(id).click()",
            f"co-{world.meeting.attendees.get(subject=world.people[name].pseudonym).pk}",
        )
    expect(page.get_by_role("heading", name="Danh sách: 3/3 có mặt")).to_be_visible()


def test_ticking_when_the_session_is_over_leads_to_signing_in_and_back(
    open_page: PageOf, enter: Callable[[Page, AbstractBaseUser], None], world: SimpleNamespace
) -> None:
    page = open_page("phone")
    enter(page, world.head)
    page.goto(world.address)
    page.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    page.get_by_role("button", name=re.compile("Có mặt.*Lê Thị An")).click()
    expect(page).to_have_url(re.compile(f"/dang-nhap/.*{world.meeting.key}/$"))


def test_ticking_when_there_is_no_script_works_the_same(
    open_page: PageOf, enter: Callable[[Page, AbstractBaseUser], None], world: SimpleNamespace
) -> None:
    page = open_page("phone", javascript=False)
    enter(page, world.head)
    page.goto(world.address)
    page.get_by_role("button", name=re.compile("Có mặt.*Đỗ Thị Chi")).click()
    expect(page.get_by_role("button", name=re.compile("Có mặt.*Đỗ Thị Chi"))).to_have_attribute("aria-pressed", "true")
    assert attendance_of(world, "Đỗ Thị Chi") == Attendance.PRESENT
