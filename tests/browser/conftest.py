"""A live server and a real browser: a cheap phone (360 × 740) and a desk (1440 × 900).

A page fails its test when the browser reports an error: a script that broke, a thing refused by the security policy.
"""

import datetime
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.cache import cache
from django.test import Client
from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright

from tests.factories.risk import clock as at
from vungxanh.common import clock

ROOT = Path(__file__).parents[2]
PICTURES, LOOKED_AT = ROOT / "docs/pictures", ROOT / "var/pictures"
"""Those of the manual, which `test_manual.py` takes, and those that are only looked at."""

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
SCREENS = {"phone": (360, 740), "pc": (1440, 900)}
SERIOUS = {"serious", "critical"}

PageOf = Callable[..., Page]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if not CHROMIUM:
        pytest.skip("no browser: install chromium or name it in CHROMIUM")
    # Playwright's event loop runs in this thread; the database is used here by fixtures only.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def open_page(browser: Browser, live_server: object) -> Iterator[PageOf]:
    """`open_page("phone")` gives a fresh page whose relative addresses lead to the live server."""
    contexts, complaints = [], []

    def hear(message: ConsoleMessage) -> None:
        # The browser names every answer of 400 and above; tests of refusals look at the answer itself.
        if message.type == "error" and "Failed to load resource" not in message.text:
            complaints.append(message.text)

    def new(screen: str, *, javascript: bool = True) -> Page:
        width, height = SCREENS[screen]
        context = browser.new_context(
            base_url=str(live_server),
            viewport={"width": width, "height": height},
            has_touch=screen == "phone",
            is_mobile=screen == "phone",
            device_scale_factor=2 if screen == "phone" else 1,
            java_script_enabled=javascript,
            locale="vi-VN",
            timezone_id="Asia/Ho_Chi_Minh",
        )
        contexts.append(context)
        page = context.new_page()
        page.on("console", hear)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        return page

    yield new
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.fixture
def phone(open_page: PageOf) -> Page:
    return open_page("phone")


@pytest.fixture
def pc(open_page: PageOf) -> Page:
    return open_page("pc")


@pytest.fixture(params=list(SCREENS))
def screen(request: pytest.FixtureRequest, open_page: PageOf) -> Page:
    """The page of the test once at the width of the phone and once at that of the desk."""
    return open_page(request.param)


@pytest.fixture
def take_picture(request: pytest.FixtureRequest) -> Callable[..., None]:
    """`take_picture(page, "name")` writes var/pictures/name.png, only under --pictures."""

    def take(page: Page, name: str, *, full: bool = False) -> None:
        if request.config.getoption("--pictures"):
            LOOKED_AT.mkdir(parents=True, exist_ok=True)
            page.screenshot(path=LOOKED_AT / f"{name}.png", full_page=full, animations="disabled")

    return take


@pytest.fixture
def sign_in(client: Client, live_server: object) -> Callable[[Page, AbstractBaseUser], None]:
    """`sign_in(page, user)`: the page belongs to that user from now on, without the form."""

    def enter(page: Page, user: AbstractBaseUser) -> None:
        client.force_login(user)
        name = settings.SESSION_COOKIE_NAME
        page.context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": str(live_server)}])

    return enter


@pytest.fixture
def monday_morning() -> Iterator[Callable[[datetime.datetime], None]]:
    """The served pages run in another thread: they hear of the time through the offset of a demonstration."""

    def turn(moment: datetime.datetime) -> None:
        clock.keep_demonstration_offset(moment - clock.real_now())

    cache.clear()
    turn(at(7, 10))
    yield turn
    turn(clock.real_now())
    (Path(settings.HOME) / clock.DEMONSTRATION_FILE).unlink()


def serious_faults(page: Page) -> list[str]:
    """What axe finds serious or critical on the page: rule, and the first places."""
    violations = Axe().run(page).response["violations"]
    return [
        f"{one['id']}: {[node['target'] for node in one['nodes']][:3]}"
        for one in violations
        if one["impact"] in SERIOUS
    ]


def has_sideways_scroll(page: Page) -> bool:
    """Whether the page is wider than its screen."""
    return bool(page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"))
