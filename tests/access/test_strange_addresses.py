"""Addresses that nobody links to, but that a hand, a bookmark or an ended session brings: words, never a fault."""

from types import SimpleNamespace

import pytest
from django.conf import settings
from django.test import Client

from tests.access.test_access import TABLE, address
from tests.access.world import DAY, NOW, make_world
from vungxanh.common import clock
from vungxanh.common.decision_tables.editions import NoEditionInForceError
from vungxanh.organization.models import RoleAssignment, UnitVersion

pytestmark = pytest.mark.django_db
LONG_AGO, BEFORE_THE_RULES = "0001-01-01", "2021-08-31"
OF_A_DAY = [name for name, row in TABLE.items() if row.get("args", {}).get("day") == "{day}"]


def client_of(world: SimpleNamespace, who: str) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(world.users[who], settings.AUTHENTICATION_BACKENDS[1])
    return client


@pytest.mark.parametrize("day", [LONG_AGO, "9999-12-31", BEFORE_THE_RULES])
def test_day_without_figures_is_no_fault(day: str) -> None:
    with clock.at(NOW):
        world = make_world()
        for known in (RoleAssignment, UnitVersion):
            known.objects.update(valid_from="2019-01-01")
        client = client_of(world, "office")
        faults = {
            name: answer.status_code
            for name in OF_A_DAY
            if TABLE[name].get("method", "GET") == "GET"
            for answer in [client.get(address(name, world).replace(DAY.isoformat(), day))]
            if answer.status_code >= 500 or (day != BEFORE_THE_RULES and answer.status_code == 200)
        }
    assert faults == {}


def test_page_says_that_no_rule_was_in_force_yet() -> None:
    with clock.at(NOW):
        client = client_of(make_world(), "office")
        answer = client.get(f"/nguy-co/ban-do/{BEFORE_THE_RULES}/")
    assert answer.status_code == 404
    assert "Không có số liệu ngày 31/08/2021" in answer.content.decode()


def test_missing_rule_of_today_stays_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise NoEditionInForceError("x")

    with clock.at(NOW):
        client = client_of(make_world(), "office")
        monkeypatch.setattr("vungxanh.risk.views.deliveries.all_brief_map_statuses", broken)
        assert client.get(f"/nguy-co/ban-do/{DAY}/").status_code == 500


@pytest.mark.parametrize("month", ["?thang=0001-01", "?thang=9999-12"])
def test_roster_of_a_month_that_cannot_be_is_that_of_this_month(month: str) -> None:
    with clock.at(NOW):
        client = client_of(make_world(), "head")
        assert client.get(f"/to-chuc/don-vi/A/lich-truc/thang/{month}").context["month"] == DAY.replace(day=1)


@pytest.mark.parametrize("week", ["?tuan=0001-01-01", "?tuan=9999-12-31"])
def test_roster_of_a_week_that_cannot_be_is_that_of_this_week(week: str) -> None:
    with clock.at(NOW):
        client = client_of(make_world(), "head")
        assert client.get(f"/to-chuc/don-vi/A/lich-truc/tuan/{week}").context["first"] == DAY


@pytest.mark.parametrize("path", ["/chi-dao/hoi-dap/?q=%00", "/cong/%00/", "/nguy-co/bao-cao/%00/"])
def test_nul_in_an_address_is_refused_before_any_query(path: str) -> None:
    with clock.at(NOW):
        answer = client_of(make_world(), "office").get(path)
    assert answer.status_code in (400, 404)


def test_nul_in_a_form_is_refused_and_nothing_is_written() -> None:
    with clock.at(NOW):
        world = make_world()
        path = f"/hom-nay/A/tra-loi/{world.urge}/"
        assert client_of(world, "head").post(path, {"answer": "a\0b"}).status_code == 400


@pytest.mark.parametrize(
    ("path", "above"),
    [
        ("/dieu-hanh/don-doc/", "/dieu-hanh/"),
        ("/chi-dao/hoi-dap/{question}/tra-loi/", "/chi-dao/hoi-dap/{question}/"),
        ("/nguy-co/bao-cao/A/2021-09-20/ly-do/", "/nguy-co/bao-cao/A/2021-09-20/"),
        ("/nguy-co/ban-do/ban/{delivery}/da-cap-nhat/", "/nguy-co/ban-do/"),
    ],
)
def test_address_of_a_form_alone_leads_to_the_page_above_it(path: str, above: str) -> None:
    with clock.at(NOW):
        world = make_world()
        answer = client_of(world, "head").get(path.format(**vars(world)))
    assert (answer.status_code, answer["Location"]) == (302, above.format(**vars(world)))


def test_whoever_signs_in_again_after_a_form_comes_to_its_page() -> None:
    """The session ended while a form was filled in: its address takes nothing but forms."""
    with clock.at(NOW):
        world = make_world()
        client = client_of(world, "office")
        client.logout()
        path = f"/chi-dao/hoi-dap/{world.question}/tra-loi/"
        way_in = client.post(path, {"text": "Trước 15 giờ."})
        assert way_in["Location"].endswith(f"?next={path}")
        back = client_of(world, "office").get(path, follow=True)
    assert (back.status_code, back.redirect_chain[-1][0]) == (200, f"/chi-dao/hoi-dap/{world.question}/")
