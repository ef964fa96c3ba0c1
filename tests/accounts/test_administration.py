"""The administrator's pages: whose accounts, what is done to them, who is refused."""

import re

import pytest
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.factories.accounts import PASSWORD, make_account
from tests.factories.risk import make_person, make_unit
from vungxanh.accounts.models import AccessToken, User, UserSession
from vungxanh.accounts.operations import issue_token, reset_password, set_active
from vungxanh.audit.models import AuditEvent
from vungxanh.common import clock
from vungxanh.organization.enums import Role
from vungxanh.organization.models import RoleAssignment, Unit

pytestmark = pytest.mark.django_db
LIST = "/tai-khoan/quan-tri/"


class Place:
    """An agency with two units; `quantri` administers all of it, `quantri.a` the first unit."""

    def __init__(self) -> None:
        self.agency = make_unit("SNN")
        self.a, self.b = make_unit("A", self.agency), make_unit("B", self.agency)
        self.admin = self.account("quantri", self.agency, Role.ADMINISTRATOR)
        self.admin_of_a = self.account("quantri.a", self.a, Role.ADMINISTRATOR)
        self.lan = self.account("lan", self.a, full_name="Nguyễn Thị Lan", phone="0912345678")
        self.binh = self.account("binh", self.b, full_name="Trần Đức Bình")
        self.head = self.account("truong", self.a, Role.UNIT_HEAD)
        self.director = self.account("giamdoc", self.a, full_name="Lê Giám Đốc")
        self.role(self.director, Role.DIRECTOR, self.agency)
        self.robot = make_account("robot")

    def account(self, username: str, unit: Unit, role: Role | None = None, **more: str) -> User:
        user = make_account(username, **more)
        make_person(unit, username, user=user)
        if role:
            self.role(user, role, unit)
        return user

    def role(self, user: User, role: Role, unit: Unit) -> None:
        RoleAssignment.objects.create(user=user, role=role, unit=unit, valid_from="2021-01-01")


@pytest.fixture
def place() -> Place:
    return Place()


def browser_of(user: User) -> Client:
    client = Client()
    client.force_login(user, settings.AUTHENTICATION_BACKENDS[1])
    return client


def listed(client: Client, **query: str) -> list[str]:
    return [user.username for user, _standing in client.get(LIST, query).context["rows"]]


def test_administrator_of_the_agency_sees_every_account(place: Place) -> None:
    names = ["binh", "giamdoc", "lan", "quantri", "quantri.a", "robot", "truong"]
    assert listed(browser_of(place.admin)) == names


def test_administrator_of_a_unit_sees_accounts_that_reach_nowhere_else(place: Place) -> None:
    """Not the Director, whose post is there but whose role reaches above: resetting it would be a way up."""
    assert listed(browser_of(place.admin_of_a)) == ["lan", "quantri.a", "truong"]


@pytest.mark.parametrize("words", ["lan", "NGUYEN thi", "nguyễn", "0912 345 678".replace(" ", ""), "+84912345678"])
def test_list_finds_by_name_with_and_without_marks_user_name_and_telephone(place: Place, words: str) -> None:
    assert listed(browser_of(place.admin), q=words) == ["lan"]


def test_list_is_filtered_by_state(place: Place) -> None:
    User.objects.filter(username="lan").update(is_active=False)
    User.objects.filter(username="binh").update(must_change_password=True)
    client = browser_of(place.admin)
    assert (listed(client, state="closed"), listed(client, state="new")) == (["lan"], ["binh"])
    assert "lan" not in listed(client, state="open")
    assert len(listed(client, state="nonsense", page="x")) == 7


def test_list_shows_units_and_roles(place: Place) -> None:
    rows = {user.username: standing for user, standing in browser_of(place.admin).get(LIST).context["rows"]}
    assert (rows["truong"].unit, len(rows["truong"].roles), rows["lan"].roles) == ("Đơn vị A", 1, ())


def test_list_takes_the_same_queries_for_one_and_three_accounts(place: Place) -> None:
    client, counts = browser_of(place.admin), []
    for search in ("robot", "an"):
        with CaptureQueriesContext(connection) as queries:
            rows = listed(client, q=search)
        counts.append((len(rows), len(queries)))
    assert counts[0][0] == 1
    assert counts[1][0] >= 3
    assert counts[0][1] == counts[1][1]


@pytest.mark.parametrize("name", ["lan", "head", "director"])
def test_whoever_is_no_administrator_is_refused(place: Place, name: str) -> None:
    client = browser_of(getattr(place, name))
    assert client.get(LIST).status_code == 403
    detail = reverse("accounts:account_detail", args=[place.binh.pk])
    assert client.get(detail).status_code == 403
    for verb in ("password_reset", "account_close", "account_open"):
        assert client.post(reverse(f"accounts:{verb}", args=[place.binh.pk])).status_code == 403


def test_account_of_foreign_units_is_not_there(place: Place) -> None:
    client = browser_of(place.admin_of_a)
    for user in (place.binh, place.director, place.admin):
        assert client.get(reverse("accounts:account_detail", args=[user.pk])).status_code == 404
        assert client.post(reverse("accounts:password_reset", args=[user.pk])).status_code == 404
    assert place.binh.check_password(PASSWORD)


def test_operations_refuse_a_stranger_without_any_page(place: Place) -> None:
    for actor, user in ((place.head, place.lan), (place.admin_of_a, place.director), (place.admin, place.admin)):
        with pytest.raises(PermissionDenied):
            reset_password(user, at=clock.now(), actor=actor)
        with pytest.raises(PermissionDenied):
            set_active(user, False, at=clock.now(), actor=actor)


def test_one_time_password_is_shown_once_and_opens_only_the_change(place: Place) -> None:
    there = browser_of(place.lan)
    issue_token(place.lan, at=clock.now(), real=clock.real_now())
    page = browser_of(place.admin).post(reverse("accounts:password_reset", args=[place.lan.pk]))
    [password] = re.findall(r"<code>([a-z0-9]{4}-[a-z0-9]{4}-[a-z0-9]{4})</code>", page.content.decode())
    assert page.headers["Cache-Control"] == "private, no-store"
    assert there.get("/tai-khoan/").status_code == 302
    assert AccessToken.objects.filter(user=place.lan, revoked_at__isnull=True).count() == 0
    client = Client()
    client.post("/tai-khoan/dang-nhap/", {"username": "lan", "password": password})
    assert client.get("/tai-khoan/").headers["Location"] == reverse("accounts:password_change")
    event = AuditEvent.objects.get(action="accounts.reset_password")
    assert (event.actor_id, event.subject_id, event.detail) == (place.admin.pk, str(place.lan.pk), {})
    assert password not in str(event.__dict__)


def test_one_time_password_ends_a_lock_out(place: Place) -> None:
    for username in ("lan", "0912345678"):
        for _ in range(settings.AXES_FAILURE_LIMIT):
            Client().post("/tai-khoan/dang-nhap/", {"username": username, "password": "sai-mat-khau"})
    password = reset_password(place.lan, at=clock.now(), actor=place.admin)
    for username in ("lan", "0912345678"):
        sign_in = {"username": username, "password": password}
        assert Client().post("/tai-khoan/dang-nhap/", sign_in).status_code == 302


def test_closing_signs_out_at_once_and_opening_lets_in_again(place: Place) -> None:
    there, admin = browser_of(place.lan), browser_of(place.admin)
    admin.post(reverse("accounts:account_close", args=[place.lan.pk]))
    assert there.get("/tai-khoan/").status_code == 302
    assert UserSession.objects.filter(user=place.lan).count() == 0
    sign_in = {"username": "lan", "password": PASSWORD}
    assert Client().post("/tai-khoan/dang-nhap/", sign_in).status_code == 200
    admin.post(reverse("accounts:account_open", args=[place.lan.pk]))
    assert Client().post("/tai-khoan/dang-nhap/", sign_in).status_code == 302
    actions = ["accounts.close_account", "accounts.open_account"]
    assert (
        list(AuditEvent.objects.filter(action__in=actions).order_by("pk").values_list("action", flat=True)) == actions
    )


def test_own_account_page_says_why_its_buttons_are_grey(place: Place) -> None:
    page = browser_of(place.admin).get(reverse("accounts:account_detail", args=[place.admin.pk]))
    assert not page.context["verdict"]
    assert str(page.context["verdict"].reason) in page.content.decode()


def test_entries_of_the_administrator_stand_in_nobody_elses_menu(place: Place) -> None:
    assert LIST in browser_of(place.admin).get("/tai-khoan/").content.decode()
    assert LIST not in browser_of(place.head).get("/tai-khoan/").content.decode()
