"""A refused form in the browser: the reader is led to the sentence, what was typed is there, nothing is sent twice."""

from collections.abc import Callable
from types import SimpleNamespace

import pytest
from django.contrib.auth.base_user import AbstractBaseUser
from playwright.sync_api import Page, expect

from tests.access.world import NOW, make_world
from tests.browser.conftest import has_sideways_scroll
from vungxanh.common import clock
from vungxanh.directing.models import Question

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SignIn = Callable[[Page, AbstractBaseUser], None]
ASK = "/chi-dao/hoi-dap/dat/"
WITHOUT_THE_BROWSERS_OWN_CHECK = "form => { form.noValidate = true; }"


@pytest.fixture
def world(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    monkeypatch.setattr(clock, "demonstration_offset", lambda: NOW - clock.real_now())
    with clock.at(NOW):
        return make_world()


def test_reader_is_led_to_the_first_wrong_field(screen: Page, sign_in: SignIn, world: SimpleNamespace) -> None:
    sign_in(screen, world.users["head"])
    screen.goto(ASK)
    form = screen.locator("main form")
    form.evaluate(WITHOUT_THE_BROWSERS_OWN_CHECK)
    form.locator("[name=title]").fill("Hạn nộp")
    form.locator("button").click()
    expect(screen.locator("[name=text]")).to_be_focused()
    expect(screen.locator("#id_text_error")).to_be_in_viewport()
    expect(screen.locator("[name=title]")).to_have_value("Hạn nộp")
    assert not has_sideways_scroll(screen)


def test_wrong_field_that_lay_folded_away_is_opened(phone: Page, sign_in: SignIn, world: SimpleNamespace) -> None:
    sign_in(phone, world.users["office"])
    phone.goto(f"/chi-dao/huong-dan/{world.guidance}/")
    folded = phone.locator("details form:has([name=reason])")
    folded.evaluate("form => { form.closest('details').open = true; form.noValidate = true; }")
    folded.locator("button").click()
    expect(phone.locator("[name=reason]")).to_be_focused()


def test_page_that_is_not_refused_keeps_its_focus_at_the_top(
    phone: Page, sign_in: SignIn, world: SimpleNamespace
) -> None:
    sign_in(phone, world.users["director"])
    phone.goto("/lanh-dao/")
    assert phone.evaluate("document.activeElement === document.body")


def test_question_is_asked_once_however_often_the_button_is_pressed(
    phone: Page, sign_in: SignIn, world: SimpleNamespace
) -> None:
    before = Question.objects.count()
    sign_in(phone, world.users["head"])
    phone.goto(ASK)
    phone.locator("[name=title]").fill("Hạn nộp")
    phone.locator("[name=text]").fill("Nộp lúc nào?")
    phone.locator("main form button").dblclick()
    phone.wait_for_url(lambda url: not url.endswith(ASK))
    assert Question.objects.count() == before + 1
