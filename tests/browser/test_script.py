"""The one script: fragments by HTMX, forms that are sent once."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

FORM = '<form hx-post="/ui/phan/" hx-target="#target"><button>Thử</button></form><p id="target">cũ</p>'
ADD_FORM = """html => {
  const place = document.createElement("section");
  place.innerHTML = html;
  document.querySelector("main").prepend(place);
  window.htmx.process(place);
}"""


def answer(status: int) -> Callable[[Route], None]:
    return lambda route: route.fulfill(status=status, content_type="text/html", body="mới")


@pytest.mark.parametrize(("status", "text"), [(200, "mới"), (422, "mới"), (500, "cũ"), (503, "cũ")])
def test_fragment_is_swapped_unless_the_server_failed(pc: Page, status: int, text: str) -> None:
    pc.goto("/ui/")
    pc.evaluate(ADD_FORM, FORM)
    pc.route("**/ui/phan/", answer(status))
    with pc.expect_response("**/ui/phan/") as response:
        pc.get_by_role("button", name="Thử").click()
    assert response.value.request.headers["x-csrftoken"] == pc.locator("[name=csrfmiddlewaretoken]").first.input_value()
    expect(pc.locator("#target")).to_have_text(text)


def test_form_is_sent_once_when_pressed_twice(phone: Page) -> None:
    phone.goto("/ui/")
    phone.evaluate(
        "sessionStorage.sent = 0; addEventListener('submit', e => e.defaultPrevented || sessionStorage.sent++)"
    )
    # An answer without content leaves the page where it is, as a file would.
    phone.route("**/ngon-ngu/", lambda route: route.fulfill(status=204))
    button = phone.get_by_role("button", name="English")
    button.evaluate("button => { button.click(); button.click(); }")
    expect(button).to_have_attribute("aria-busy", "true")
    assert phone.evaluate("sessionStorage.sent") == "1"
