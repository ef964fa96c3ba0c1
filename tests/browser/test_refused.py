"""A refused form in the browser: the reader is led to the sentence, what was typed is there, nothing is sent twice."""

from collections.abc import Callable
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from playwright.sync_api import Page, expect

from tests.access.world import DAY, NOW, make_world
from tests.browser.conftest import has_sideways_scroll
from tests.factories.organization import make_holder
from vungxanh.common import clock
from vungxanh.directing.models import Question
from vungxanh.organization.enums import Role
from vungxanh.organization.models import Unit

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


def test_reader_who_skipped_to_the_content_is_led_there_too(pc: Page, sign_in: SignIn, world: SimpleNamespace) -> None:
    """The address keeps “#main” when the form is sent, and the browser goes there on the refused page."""
    sign_in(pc, world.users["head"])
    pc.goto(ASK)
    pc.keyboard.press("Tab")
    pc.keyboard.press("Enter")
    expect(pc.locator("main")).to_be_focused()
    pc.locator("main form").evaluate(WITHOUT_THE_BROWSERS_OWN_CHECK)
    pc.locator("[name=title]").fill("Hạn nộp")
    pc.locator("[name=title]").press("Enter")
    expect(pc.locator("#id_text_error")).to_be_visible()
    pc.wait_for_load_state("load")
    expect(pc.locator("[name=text]")).to_be_focused()


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


def test_typed_question_is_back_after_the_session_ended_and_goes_once_it_was_taken(
    screen: Page, sign_in: SignIn, world: SimpleNamespace
) -> None:
    sign_in(screen, world.users["head"])
    screen.goto(ASK)
    screen.locator("[name=title]").fill("Hạn nộp")
    screen.locator("[name=text]").fill("Nộp lúc nào?")
    screen.locator("[name=about_day]").fill(DAY.isoformat())
    screen.locator("[name=is_about_return]").check()
    screen.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    screen.locator("main form button").click()
    expect(screen.locator("[name=password]")).to_be_visible()
    sign_in(screen, make_holder("cap-pho", Role.UNIT_HEAD, Unit.objects.get(code="A")))
    screen.goto(ASK)
    expect(screen.locator("[name=title]")).to_have_value("")
    sign_in(screen, world.users["head"])
    screen.goto(ASK)
    expect(screen.locator("[data-draft-word]")).to_be_visible()
    expect(screen.locator("[name=text]")).to_have_value("Nộp lúc nào?")
    expect(screen.locator("[name=is_about_return]")).to_be_checked()
    screen.locator("main form button").click()
    expect(screen.locator(".vx-messages")).to_be_visible()
    screen.goto(ASK)
    expect(screen.locator("[name=title]")).to_have_value("")
    expect(screen.locator("[data-draft-word]")).to_be_hidden()
