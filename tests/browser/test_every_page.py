"""Every page of the access table in a real browser, as somebody for whom it opens: the phone's width and the desk's."""

from collections.abc import Callable
from types import SimpleNamespace

import pytest
from django.contrib.auth.base_user import AbstractBaseUser
from playwright.sync_api import Page

from tests.access.test_access import TABLE, address, expected_of
from tests.access.world import NOW, VISITORS, make_world
from tests.browser.conftest import PageOf, has_sideways_scroll, serious_faults
from vungxanh.common import clock

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SignIn = Callable[[Page, AbstractBaseUser], None]

ENDS_OF_FILES = ("_xlsx", "_csv", "_pdf", "_docx", "_picture", "_template", "openapi-json", ":manifest", ":worker")
FILES = {name for name in TABLE if name.endswith(ENDS_OF_FILES) or name.startswith("api:")} | {
    "admission:photograph",
    "help:picture",
    "risk:proof",
    "directing:photograph",
    "directing:guidance_file",
    "movement:activity_photograph",
    "movement:campaign_file",
    "movement:evidence_file",
    "movement:photograph",
    "movement:snapshot_file",
    "organization:front_line_scan",
    "documents:paper_signed_file",
    "documents:batch_zip",
    "documents:incoming_scan_file",
    "reviews:review_figures",
}
PAGES = [name for name in TABLE if name not in FILES and TABLE[name].get("method", "GET") == "GET"]
TABS_OF_A_DATE = 8
"""A date or a time has a stop for each of its parts and its picker."""

CONTROLS = "a[href], button, input:not([type=hidden]):not([type=radio]), select, textarea, summary"
WATCH = "() => { window.reached = new Set(); addEventListener('focusin', (event) => reached.add(event.target)); }"
SHOWN = f"""() => [...document.querySelectorAll('{CONTROLS}')]
    .filter((one) => one.checkVisibility({{visibilityProperty: true}}) && !one.disabled)"""
COUNT = f"() => ({SHOWN})().length"
LEFT_OUT = f"() => ({SHOWN})().filter((one) => !reached.has(one)).map((one) => one.outerHTML.slice(0, 120))"


@pytest.fixture
def world(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """The agency of the access table, with the server's clock at its day."""
    monkeypatch.setattr(clock, "demonstration_offset", lambda: NOW - clock.real_now())
    with clock.at(NOW):
        return make_world()


def visitor_of(name: str) -> str | None:
    """The one with the most to see; None where the address leads on for everybody."""
    answers = expected_of(name)
    return next((who for who in reversed(answers) if answers[who] == 200), None)


def left_out_by_keyboard(page: Page) -> list[str]:
    """Controls that the tabulator does not come to."""
    page.evaluate(WATCH)
    for _step in range(
        int(page.evaluate(COUNT))
        + TABS_OF_A_DATE * page.locator("input[type=date], input[type=time], input[type=datetime-local]").count()
        + 5
    ):
        page.keyboard.press("Tab")
    left_out: list[str] = page.evaluate(LEFT_OUT)
    return left_out


@pytest.mark.parametrize(("screen_name", "javascript"), [("phone", True), ("pc", True), ("phone", False)])
def test_every_page_opens_fits_and_is_for_everybody(
    open_page: PageOf, sign_in: SignIn, world: SimpleNamespace, screen_name: str, javascript: bool
) -> None:
    faults: dict[str, list[object]] = {}
    for who in (*VISITORS, *sorted({who for name in PAGES for who in TABLE[name].get("also", {})})):
        page = open_page(screen_name, javascript=javascript)
        if world.users[who]:
            sign_in(page, world.users[who])
        for name in PAGES:
            if visitor_of(name) != who:
                continue
            answer = page.goto(address(name, world))
            assert answer is not None
            found: list[object] = [] if answer.status == 200 else [answer.status]
            found += [] if page.locator("h1, .vx-empty-title").first.is_visible() else ["no heading"]
            found += ["sideways"] * has_sideways_scroll(page)
            found += serious_faults(page) if javascript else []
            found += left_out_by_keyboard(page) if screen_name == "pc" else []
            if found:
                faults[name] = found
        page.context.close()
    assert faults == {}


def test_every_page_but_those_that_lead_elsewhere_opens_for_somebody() -> None:
    leading = {
        "home",
        "movement:unit_launches",
        "production:unit_day",
        "notifications:notification_open",
        "plans:unit_plans",
        "reports:unit_jump",
        "reviews:review_start",
        "risk:findings_today",
    }
    assert {name for name in PAGES if visitor_of(name) is None} == leading
