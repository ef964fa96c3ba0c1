"""A host invites: known parties come up while the place a guest comes from is typed."""

from collections.abc import Callable
from types import SimpleNamespace

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import has_sideways_scroll, serious_faults
from tests.factories.organization import make_person, make_site
from tests.factories.parties import make_party
from tests.factories.risk import make_unit, make_user
from vungxanh.accounts.models import User

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SignIn = Callable[[Page, User], None]


@pytest.fixture
def host() -> SimpleNamespace:
    root = make_unit("SO")
    person = make_person(make_unit("CC", root), "Nguyễn Thị Ánh", user=make_user("anh"))
    make_site("CC-1", person.posts.get().unit)
    make_party("DN-1", root)
    make_party("DN-2", root, "Công ty cổ phần Đông Á")
    return SimpleNamespace(user=person.user)


def test_known_parties_come_up_while_typing(screen: Page, sign_in: SignIn, host: SimpleNamespace) -> None:
    sign_in(screen, host.user)
    screen.goto("/khach-cua-toi/moi/")
    field, choices = screen.locator("#id_party_name"), screen.locator("#party-choices input")
    expect(choices).to_have_count(0)
    field.press_sequentially("sao m", delay=40)
    expect(screen.get_by_label("Công ty TNHH Sao Mai (DN-1)")).to_be_visible()
    expect(choices).to_have_count(2)
    screen.get_by_text("Công ty TNHH Sao Mai (DN-1)").click()
    field.fill("sao mai")
    screen.wait_for_timeout(600)
    expect(screen.locator("#party-choices input:checked")).to_have_value("DN-1")
    assert serious_faults(screen) == []
    assert not has_sideways_scroll(screen)
    field.fill("dong a")
    expect(screen.get_by_label("Công ty cổ phần Đông Á (DN-2)")).to_be_visible()
    expect(screen.locator("#party-choices input:checked")).to_have_value("")
    field.fill("")
    expect(choices).to_have_count(0)
