import re

import pytest
from django.test import Client

from tests.factories.risk import clock, make_person, make_unit, make_user
from tests.factories.screening import FORM
from vungxanh.common import clock as clocks
from vungxanh.organization.enums import Role
from vungxanh.organization.models import Person
from vungxanh.screening.models import Declaration

pytestmark = pytest.mark.django_db


@pytest.fixture
def person() -> Person:
    unit = make_unit("CC", make_unit("SO"))
    make_user("truong", Role.UNIT_HEAD, unit)
    make_user("yte", Role.HEALTH_OFFICER, unit)
    return make_person(unit, "Nguyễn Thị Ánh", user=make_user("anh"))


def all_clear(page: str, **more: str) -> dict[str, str]:
    uuid = re.search(r'name="client_uuid" value="([^"]+)"', page)
    assert uuid
    groups = {group.link_id: "NONE" for group in FORM.group}
    return {"client_uuid": uuid[1], "window": "ARRIVAL", **groups, "attested": "yes", **more}


def test_declare_when_all_clear_shows_level_at_once(person: Person, client: Client) -> None:
    client.force_login(person.user, "vungxanh.accounts.backends.NameOrPhoneBackend")
    with clocks.at(clock(7, 10)):
        page = client.get("/khai-bao/").content.decode()
        assert "checked" not in page
        result = client.post("/khai-bao/", all_clear(page), follow=True)
        again = client.get("/khai-bao/").content.decode()
    shown = result.content.decode()
    assert "Thấp" in shown
    assert "07:10" in shown
    assert "15:00" in again
    assert Declaration.objects.count() == 1


def test_declare_when_sent_twice_keeps_one(person: Person, client: Client) -> None:
    client.force_login(person.user, "vungxanh.accounts.backends.NameOrPhoneBackend")
    with clocks.at(clock(7)):
        filled = all_clear(client.get("/khai-bao/").content.decode())
        first, second = client.post("/khai-bao/", filled), client.post("/khai-bao/", filled)
    assert first.status_code == second.status_code == 302
    assert first["Location"] == second["Location"]
    assert Declaration.objects.count() == 1


def test_declare_when_unanswered_keeps_the_rest(person: Person, client: Client) -> None:
    client.force_login(person.user, "vungxanh.accounts.backends.NameOrPhoneBackend")
    with clocks.at(clock(7)):
        filled = all_clear(client.get("/khai-bao/").content.decode(), temperature_c="36,7")
        del filled["exposures"]
        refused = client.post("/khai-bao/", filled)
    page = refused.content.decode()
    assert refused.status_code == 422
    assert filled["client_uuid"] in page
    assert 'value="36,7"' in page
    assert not Declaration.objects.exists()


def test_result_when_of_somebody_else_is_not_found(person: Person, client: Client) -> None:
    client.force_login(person.user, "vungxanh.accounts.backends.NameOrPhoneBackend")
    with clocks.at(clock(7)):
        filled = all_clear(client.get("/khai-bao/").content.decode())
        place = client.post("/khai-bao/", filled)["Location"]
        stranger = Client()
        stranger.force_login(make_user("la"), "vungxanh.accounts.backends.NameOrPhoneBackend")
        assert stranger.get(place).status_code == 404


@pytest.mark.parametrize(("name", "status"), [("yte", 200), ("truong", 404), ("anh", 404)])
def test_answers_of_somebody_when_read(person: Person, client: Client, name: str, status: int) -> None:
    from vungxanh.accounts.models import User
    from vungxanh.audit.models import AuditEvent

    client.force_login(User.objects.get(username=name), "vungxanh.accounts.backends.NameOrPhoneBackend")
    with clocks.at(clock(7)):
        assert client.get(f"/khai-bao/nguoi/{person.pseudonym}/").status_code == status
    looks = AuditEvent.objects.filter(action="admission.read_declarations", is_read=True).count()
    assert looks == (1 if status == 200 else 0)
