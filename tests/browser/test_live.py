"""An open control room keeps up by itself: what somebody declares elsewhere is there without a reload."""

import json
import subprocess
import sys

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import SCREENS
from tests.intake.test_kill import SOURCES, Stream, environment, served

__all__ = ["environment"]
pytestmark = [pytest.mark.browser, pytest.mark.server]
PATIENCE = 60_000


def test_control_room_shows_what_was_declared_meanwhile(browser: Browser, environment: dict[str, str]) -> None:
    command = [sys.executable, "-m", "tests.intake.world"]
    given = json.loads(subprocess.run(command, env=environment, cwd=SOURCES, capture_output=True, check=True).stdout)
    width, height = SCREENS["pc"]
    with served(environment) as (port, _server):
        address = f"http://127.0.0.1:{port}"
        context = browser.new_context(base_url=address, viewport={"width": width, "height": height}, locale="vi-VN")
        page = context.new_page()
        for cookie in given["cookies"]["vanphong"].split("; "):
            name, value = cookie.split("=", 1)
            context.add_cookies([{"name": name, "value": value, "url": address}])
        page.goto("/dieu-hanh/")
        expect(page.locator("[data-live]")).to_have_text("Trực tiếp", timeout=PATIENCE)
        link = page.locator("#CC").get_by_role("link").first
        link.focus()
        arrival = page.locator(".vx-stat", has_text="Đã khai khi đến").locator(".vx-stat-value")
        expect(arrival).to_have_text("0/0")
        Stream(given).send(port, given["tokens"][0])
        expect(arrival).to_have_text("1/90", timeout=PATIENCE)
        expect(link).to_be_focused()
    with context:
        expect(page.locator("[data-live]")).not_to_have_text("Trực tiếp", timeout=PATIENCE)
