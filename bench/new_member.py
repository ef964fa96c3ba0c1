"""A new member of staff on a cheap phone and a slow line: from the slip to the first declaration, and the day after.

The browser clicks as fast as pages allow, so the seconds are those that a person waits, without reading and tapping.
Line and processor are slowed down as on a cheap phone: 700 kbit/s, 300 ms, a quarter of this machine's speed.
"""

import datetime
import os
import shutil
import time
from collections.abc import Mapping, Sequence
from functools import partial

from playwright.sync_api import BrowserContext, Page, sync_playwright

from bench.intake.processes import free_port
from bench.prepared import agency, say
from bench.serving import served
from vungxanh.accounts.models import User
from vungxanh.accounts.operations import make_slips
from vungxanh.cli.demo import material
from vungxanh.common import clock

os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
DAY = material.agency().living_from
CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
PUBLIC = ("/tai-khoan/dang-nhap/", "/tai-khoan/kich-hoat/", "/khai-bao/ngoai-tuyen/")
TIMES = 3
SEND = "Tôi cam đoan và gửi"
FIRST_PAINT = "performance.getEntriesByName('first-contentful-paint')[0].startTime / 1000"


def main() -> None:
    with agency(), sync_playwright() as playwright:
        port = free_port()
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        new = partial(
            browser.new_context,
            base_url=f"http://127.0.0.1:{port}",
            viewport={"width": 360, "height": 740},
            is_mobile=True,
            has_touch=True,
            locale="vi-VN",
        )
        phones = [new() for _ in range(TIMES)]
        with served(port, on=DAY):
            tell([first_day(phone, number) for number, phone in enumerate(phones)])
            tell([{f"first paint, nothing cached: {path}": painted(new(), path) for path in PUBLIC} for _ in phones])
        with served(port, on=DAY + datetime.timedelta(days=1)):
            tell([second_day(phone) for phone in phones])
        browser.close()


def tell(rounds: Sequence[Mapping[str, float]]) -> None:
    """The middle one of the rounds, by what was measured."""
    for what in rounds[0]:
        say(what, sorted(one[what] for one in rounds)[len(rounds) // 2])


def first_day(phone: BrowserContext, number: int) -> dict[str, float]:
    """From the slip to the first result; afterwards the phone has time to hold what it needs without network."""
    user = User.objects.filter(person__isnull=False, last_login__isnull=True).order_by("pk")[number]
    [slip] = make_slips([user], at=clock.now(), real=clock.real_now(), actor=user)
    page = slowed(phone)
    started = time.perf_counter()
    page.goto(f"/tai-khoan/kich-hoat/#{slip.code}")
    page.get_by_role("button", name="Đúng, máy này của tôi").click()
    painting = paint_of(page)
    declare(page)
    seconds = time.perf_counter() - started
    page.wait_for_timeout(8000)
    page.close()
    return {"first paint of the declaration after the slip": painting, "slip to result, five taps": seconds}


def second_day(phone: BrowserContext) -> dict[str, float]:
    page = slowed(phone)
    started = time.perf_counter()
    page.goto("/khai-bao/")
    painting = paint_of(page)
    declare(page)
    seconds = time.perf_counter() - started
    return {
        "first paint of the declaration the day after": painting,
        "opening to result the day after, three taps": seconds,
    }


def paint_of(page: Page) -> float:
    page.get_by_role("button", name=SEND).wait_for()
    return float(page.evaluate(FIRST_PAINT))


def declare(page: Page) -> None:
    page.locator("label", has_text="Không có dấu hiệu nào").click()
    page.locator("label", has_text="Không tiếp xúc, không đến nơi có dịch").click()
    page.get_by_role("button", name=SEND).click()
    page.wait_for_url("**/khai-bao/ket-qua/*/")


def painted(context: BrowserContext, path: str) -> float:
    page = slowed(context)
    page.goto(path)
    page.wait_for_function("performance.getEntriesByName('first-contentful-paint').length > 0")
    seconds = float(page.evaluate(FIRST_PAINT))
    context.close()
    return seconds


def slowed(context: BrowserContext) -> Page:
    page = context.new_page()
    devtools = context.new_cdp_session(page)
    devtools.send("Network.enable")
    line = {"offline": False, "latency": 300, "downloadThroughput": 700_000 / 8, "uploadThroughput": 300_000 / 8}
    devtools.send("Network.emulateNetworkConditions", line)
    devtools.send("Emulation.setCPUThrottlingRate", {"rate": 4})
    return page


if __name__ == "__main__":
    main()
