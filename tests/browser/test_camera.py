"""Codes before the camera: the film of a QR code stands for a camera, the reader and the pages are the real ones."""

from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
import segno
from django.contrib.auth.base_user import AbstractBaseUser
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import CHROMIUM, FLAGS, PageOf
from tests.browser.own_device import eventually, go_offline, go_online, kept
from tests.browser.test_gate import events, keep_gate, left, says, token_of, world
from vungxanh.common import clock
from vungxanh.organization.place_codes import changing_code

__all__ = ["world"]
pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("monday_morning"),
]
SignIn = Callable[[Page, AbstractBaseUser], None]
WIDTH, HEIGHT = 640, 480


def film_of(text: str, path: Path) -> Path:
    """Two frames of a QR code as raw video (YUV4MPEG2, 4:2:0)."""
    modules = [list(row) for row in segno.make(text, error="l", micro=False).matrix]
    scale = min((HEIGHT - 40) // len(modules), 8)
    side = scale * len(modules)
    left_edge, top = (WIDTH - side) // 2, (HEIGHT - side) // 2
    white = bytes([235]) * WIDTH
    rows = [white] * top
    for line in modules:
        dots = b"".join(bytes([16 if dark else 235]) * scale for dark in line)
        rows += [white[:left_edge] + dots + white[: WIDTH - left_edge - side]] * scale
    rows += [white] * (HEIGHT - len(rows))
    frame = b"FRAME\n" + b"".join(rows) + bytes([128]) * (WIDTH * HEIGHT // 2)
    path.write_bytes(f"YUV4MPEG2 W{WIDTH} H{HEIGHT} F5:1 Ip A1:1 C420jpeg\n".encode() + frame * 2)
    return path


@pytest.fixture
def before_camera(browser: Browser, live_server: object, tmp_path: Path) -> Iterator[Callable[[str], Page]]:
    """`before_camera(text)`: a phone whose camera sees that code."""
    opened: list[Browser] = []

    def see(text: str) -> Page:
        film = film_of(text, tmp_path / "code.y4m")
        flags = ["--use-fake-device-for-media-stream", f"--use-file-for-fake-video-capture={film}"]
        seeing = browser.browser_type.launch(
            executable_path=CHROMIUM, args=[*FLAGS, *flags, "--use-fake-ui-for-media-stream"]
        )
        opened.append(seeing)
        size = {"width": 360, "height": 740}
        return seeing.new_context(base_url=str(live_server), viewport=size, locale="vi-VN").new_page()  # type: ignore[arg-type]

    yield see
    for one in opened:
        one.close()


def test_pass_before_the_camera_lets_in_with_network(
    before_camera: Callable[[str], Page], world: SimpleNamespace, sign_in: SignIn
) -> None:
    page = before_camera(token_of(world.anh))
    sign_in(page, world.guard)
    page.goto("/cong/C1/")
    page.get_by_role("button", name="Camera: người vào").click()
    says(page, "Được vào", "Nguyễn Thị Ánh")
    assert events() == [("IN", "ALLOWED", "")]


def test_pass_before_the_camera_lets_in_without_network_after_a_cold_start(
    before_camera: Callable[[str], Page], world: SimpleNamespace, sign_in: SignIn
) -> None:
    page = before_camera(token_of(world.anh))
    with page.expect_response(lambda answer: answer.url.endswith(".wasm")):
        keep_gate(page, world, sign_in)
    go_offline(page)
    page.goto("/cong/C1/")
    page.get_by_role("button", name="Camera: người vào").click()
    says(page, "Được vào", "Nguyễn Thị Ánh")
    left(page, 1)
    page.get_by_role("button", name="Tắt camera").click()
    expect(page.locator("video")).to_be_hidden()
    go_online(page)
    assert eventually(page, lambda: kept(page, "queue") == 0)
    assert events() == [("IN", "ALLOWED", "")]


def test_code_of_the_screen_is_scanned_again_on_the_page_that_refused_an_old_one(
    before_camera: Callable[[str], Page], world: SimpleNamespace, live_server: object
) -> None:
    page = before_camera(f"{live_server}/q/C1/{changing_code(world.place, clock.now())}")
    page.goto("/q/C1/aaaabbbbcc")
    page.get_by_role("button", name="Quét lại mã").click()
    expect(page.get_by_role("link", name="Tôi làm việc ở đây")).to_be_visible()


def test_something_else_before_the_camera_leads_nowhere(
    before_camera: Callable[[str], Page], world: SimpleNamespace
) -> None:
    page = before_camera("https://ke-xau.example/q/C1/aaaabbbbcc")
    page.goto("/q/C1/aaaabbbbcc")
    page.get_by_role("button", name="Quét lại mã").click()
    expect(page.get_by_text("Đây không phải mã của một địa điểm")).to_be_visible()
    assert "/q/C1/aaaabbbbcc" in page.url


def test_without_leave_to_use_the_camera_typing_goes_on(
    open_page: PageOf, world: SimpleNamespace, sign_in: SignIn
) -> None:
    page = open_page("phone")
    sign_in(page, world.guard)
    page.goto("/cong/C1/")
    page.get_by_role("button", name="Camera: người vào").click()
    expect(page.locator("[data-camera] .vx-error").locator("visible=true")).to_contain_text("nhập mã")
    page.locator("[data-scan-into]").fill("CB00002")
    page.get_by_role("button", name="Vào", exact=True).click()
    says(page, "Được vào", "Trần Văn Bình")
