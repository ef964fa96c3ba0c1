"""The gallery in a real browser: readable by everyone, on a phone and at a desk, with and without JavaScript."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PageOf, has_sideways_scroll, serious_faults

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_gallery_has_no_serious_fault(screen: Page) -> None:
    screen.goto("/ui/")
    assert serious_faults(screen) == []
    assert not has_sideways_scroll(screen)


def test_touch_targets_are_tall_enough_on_phone(phone: Page) -> None:
    phone.goto("/ui/")
    heights = phone.eval_on_selector_all(
        "main .vx-btn, main .vx-tile, main .form-control, main .form-select, header button, header summary",
        "all => all.filter(e => e.offsetParent).map(e => e.getBoundingClientRect().height)",
    )
    assert min(heights) >= 44


def test_deadline_counts_by_the_clock_of_the_server(pc: Page) -> None:
    pc.clock.install()
    pc.goto("/ui/")
    deadline = pc.locator(".vx-deadline").nth(1)
    expect(deadline).to_have_attribute("data-state", "soon")
    expect(deadline).to_contain_text("24")
    pc.clock.run_for(25 * 60 * 1000)
    expect(deadline).to_have_attribute("data-state", "over")


def test_confirmation_closes_with_escape(pc: Page) -> None:
    pc.goto("/ui/")
    confirm = pc.locator(".vx-confirm")
    confirm.locator("summary").press("Enter")
    expect(confirm).to_have_attribute("open", "")
    pc.keyboard.press("Escape")
    expect(confirm).not_to_have_attribute("open", "")
    expect(confirm.locator("summary")).to_be_focused()


def test_draft_returns_after_the_page_was_lost(phone: Page) -> None:
    phone.goto("/ui/")
    phone.fill("#id_free_note", "Đang trực ở trạm")
    phone.goto("about:blank")
    phone.goto("/ui/")
    expect(phone.locator("#id_free_note")).to_have_value("Đang trực ở trạm")


def test_gallery_works_without_javascript(open_page: PageOf) -> None:
    page = open_page("phone", javascript=False)
    page.goto("/ui/")
    page.locator(".vx-confirm summary").click()
    expect(page.get_by_role("button", name="Thu hồi", exact=True).last).to_be_visible()
    assert page.locator("input:checked").count() == 0


def test_table_stands_as_a_table_on_paper_also_when_the_phone_stacks_it(phone: Page) -> None:
    phone.goto("/ui/")
    table = phone.locator(".vx-table-stack")
    expect(table).to_have_css("display", "block")
    phone.emulate_media(media="print")
    expect(table).to_have_css("display", "table")
    expect(phone.locator(".vx-header")).to_be_hidden()
