"""Sheets of activation slips: whom Personnel gives one, and what the sheet shows."""

import datetime
import re
from types import SimpleNamespace

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.factories.accounts import make_account
from tests.factories.organization import MONDAY, clock, make_holder, make_person, make_unit
from vungxanh.accounts.models import ActivationSlip, User
from vungxanh.common import clock as clocks
from vungxanh.common.directory import directory
from vungxanh.organization.enums import Role
from vungxanh.organization.models import Person
from vungxanh.organization.operations.accounts import make_slips
from vungxanh.organization.permissions import may_make_slips

pytestmark = pytest.mark.django_db
PAGE = "/to-chuc/don-vi/CC/phieu-kich-hoat/"


@pytest.fixture
def agency() -> SimpleNamespace:
    root = make_unit("SO")
    unit = make_unit("CC", root)
    return SimpleNamespace(
        root=root,
        unit=unit,
        personnel=make_holder("tochuc", Role.PERSONNEL, root),
        administrator=make_holder("quantri", Role.ADMINISTRATOR, root),
        lan=make_person(unit, "Nguyễn Thị Lan"),
        minh=make_person(unit, "Trần Văn Minh"),
    )


@pytest.fixture
def personnel(client: Client, agency: SimpleNamespace) -> Client:
    client.force_login(agency.personnel)
    return client


def printed(client: Client, *people: Person) -> str:
    with clocks.at(clock(9)):
        response = client.post(PAGE, {"person": [person.staff_code for person in people]})
    assert response.status_code == 200
    return response.content.decode()


def test_sheet_has_a_slip_for_each_and_makes_missing_accounts(agency: SimpleNamespace, personnel: Client) -> None:
    sheet = printed(personnel, agency.lan, agency.minh)
    codes = re.findall(r"<strong>([a-z0-9-]{14})</strong>", sheet)
    assert len(set(codes)) == 2
    assert sheet.count("<svg viewBox") == 2
    assert sheet.count("vx-slip-name") == 2
    assert User.objects.filter(person__in=[agency.lan, agency.minh]).count() == 2
    assert ActivationSlip.objects.filter(used_at=None, withdrawn_at=None).count() == 2


def test_slip_of_the_sheet_opens_the_account(agency: SimpleNamespace, personnel: Client) -> None:
    code = re.findall(r"<strong>([a-z0-9-]{14})</strong>", printed(personnel, agency.lan))[0]
    phone = Client()
    phone.post("/tai-khoan/kich-hoat/", {"code": code, "confirmed": "yes"})
    agency.lan.refresh_from_db()
    assert phone.session["_auth_user_id"] == str(agency.lan.user_id)


def test_slip_for_a_role_is_the_administrators(agency: SimpleNamespace) -> None:
    head = make_holder("truong", Role.UNIT_HEAD, agency.unit)
    person = make_person(agency.unit, "Lê Văn Trưởng", user=head)
    assert not may_make_slips(agency.personnel, [person], on=MONDAY)[person.pk]
    assert may_make_slips(agency.administrator, [person], on=MONDAY)[person.pk]
    with pytest.raises(PermissionDenied, match="quản trị viên cấp phiếu"):
        make_slips([agency.lan, person], actor=agency.personnel, at=clock(9), real=clocks.real_now())
    assert not ActivationSlip.objects.exists()


def test_slip_for_a_role_that_is_lent_is_the_administrators(agency: SimpleNamespace) -> None:
    """A slip signs in as its owner, who from tomorrow on is the Director; an administrator of the unit gives it no
    more than Personnel does."""
    director = make_holder("giamdoc", Role.DIRECTOR, agency.root)
    of_unit = make_holder("quantri-cc", Role.ADMINISTRATOR, agency.unit)
    person = make_person(agency.unit, "Lê Văn Thay", user=make_account("thay"))
    assert may_make_slips(agency.personnel, [person], on=MONDAY)[person.pk]
    tomorrow = MONDAY + datetime.timedelta(days=1)
    made = director.delegations_given.create(
        delegate=person.user,
        role=Role.DIRECTOR,
        unit=agency.root,
        first_day=tomorrow,
        last_day=tomorrow,
        reason="Đi công tác",
        made_at=clock(8),
    )
    verdicts = [may_make_slips(user, [person], on=MONDAY)[person.pk] for user in (agency.personnel, of_unit)]
    assert [bool(one) for one in verdicts] == [False, False]
    assert not directory().accounts_administered_by(of_unit, on=MONDAY).filter(pk=person.user.pk).exists()
    assert may_make_slips(agency.administrator, [person], on=MONDAY)[person.pk]
    made.revoked_at = clock(9)
    made.save()
    assert may_make_slips(agency.personnel, [person], on=MONDAY)[person.pk]
    assert directory().accounts_administered_by(of_unit, on=MONDAY).filter(pk=person.user.pk).exists()


def test_closed_account_gets_none(agency: SimpleNamespace) -> None:
    user = make_holder("cu", Role.GUARD, agency.unit)
    User.objects.filter(pk=user.pk).update(is_active=False)
    user.refresh_from_db()
    person = make_person(agency.unit, "Người Cũ", user=user)
    assert "đã khóa" in str(may_make_slips(agency.administrator, [person], on=MONDAY)[person.pk].reason)


def test_people_of_other_units_are_not_on_the_sheet(agency: SimpleNamespace, personnel: Client) -> None:
    stranger = make_person(make_unit("TT", agency.root), "Người Lạ")
    with clocks.at(clock(9)):
        response = personnel.post(PAGE, {"person": [stranger.staff_code]})
    assert response.status_code == 302
    assert not ActivationSlip.objects.exists()


def test_page_asks_as_often_for_many_as_for_few(agency: SimpleNamespace, personnel: Client) -> None:
    def queries() -> int:
        with (
            clocks.at(clock(9)),
            CaptureQueriesContext(
                connection,
            ) as asked,
        ):
            assert personnel.get(PAGE).status_code == 200
        return len(asked)

    def add(name: str) -> None:
        user = make_holder(name, Role.UNIT_CLERK, agency.unit)
        make_person(agency.unit, name, user=user)

    add("mot")
    few = queries()
    add("hai")
    add("ba")
    assert queries() == few
