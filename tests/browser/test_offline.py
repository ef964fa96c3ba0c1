"""An own phone without network: what is declared is kept, sent once and in order, and wiped after a revocation."""

import datetime
from collections.abc import Callable

import pytest
from django.contrib.auth.base_user import AbstractBaseUser
from playwright.sync_api import Page, expect

from tests.browser.conftest import PageOf, has_sideways_scroll, serious_faults
from tests.browser.own_device import await_worker, eventually, go_offline, go_online, kept
from tests.factories.risk import clock as at
from tests.factories.risk import make_person, make_unit, make_user
from vungxanh.accounts.models import AccessToken, User, UserSession
from vungxanh.accounts.operations import make_slips, revoke_token
from vungxanh.common import clock
from vungxanh.organization.models import Person
from vungxanh.screening.models import Declaration

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("monday_morning"),
]
SignIn = Callable[[Page, AbstractBaseUser], None]
NO_SIGN, NO_CONTACT, SEND = "Không có dấu hiệu nào", "Không tiếp xúc, không đến nơi có dịch", "Tôi cam đoan và gửi"
WAITING, SENT = "đã lưu, chưa gửi", "đã gửi lúc"


@pytest.fixture
def lan(transactional_db: None) -> Person:
    return make_person(make_unit("SNN"), "Nguyễn Thị Lan", user=make_user("lan"))


def user_of(person: Person) -> User:
    assert person.user
    return person.user


@pytest.fixture
def own_phone(phone: Page, lan: Person, sign_in: SignIn) -> Page:
    """Signed in, made one's own, and able to open without network."""
    sign_in(phone, user_of(lan))
    phone.goto("/khai-bao/")
    phone.get_by_role("button", name="Đây là điện thoại của tôi").click()
    expect(phone.get_by_text("Điện thoại của Lan")).to_be_visible()
    await_worker(phone)
    return phone


def fill(page: Page) -> None:
    page.locator("label", has_text=NO_SIGN).locator("visible=true").click()
    page.locator("label", has_text=NO_CONTACT).locator("visible=true").click()
    page.get_by_role("button", name=SEND).locator("visible=true").click()


def test_with_network_an_own_phone_goes_the_same_way_and_shows_the_result(own_phone: Page) -> None:
    own_phone.reload()
    fill(own_phone)
    own_phone.wait_for_url("**/khai-bao/ket-qua/*/")
    assert Declaration.objects.count() == 1
    assert kept(own_phone, "queue") == 0


def test_declaration_without_network_is_kept_over_a_cold_start_and_sent_once(own_phone: Page) -> None:
    go_offline(own_phone)
    own_phone.goto("/khai-bao/")
    expect(own_phone.get_by_role("heading", name="Khai khi mất mạng")).to_be_visible()
    assert not has_sideways_scroll(own_phone)
    assert serious_faults(own_phone) == []
    fill(own_phone)
    expect(own_phone.get_by_text(WAITING)).to_be_visible()
    assert Declaration.objects.count() == 0
    own_phone.goto("/")
    expect(own_phone.get_by_text(WAITING)).to_be_visible()
    go_online(own_phone)
    expect(own_phone.get_by_text(SENT)).to_be_visible()
    own_phone.goto("/khai-bao/")
    expect(own_phone.get_by_text(SENT)).to_be_visible()
    assert (Declaration.objects.count(), kept(own_phone, "queue")) == (1, 0)


def test_closed_window_is_judged_by_the_time_of_declaring(
    own_phone: Page, monday_morning: Callable[[datetime.datetime], None]
) -> None:
    go_offline(own_phone)
    own_phone.goto("/khai-bao/")
    fill(own_phone)
    expect(own_phone.get_by_text(WAITING)).to_be_visible()
    monday_morning(at(19))
    go_online(own_phone)
    expect(own_phone.get_by_text(SENT)).to_be_visible()
    declaration = Declaration.objects.get()
    assert declaration.timeliness == "ON_TIME"
    assert declaration.was_sent_late
    own_phone.goto("/khai-bao/lich-su/")
    expect(own_phone.get_by_text("gửi muộn")).to_be_visible()


def test_queue_outlives_the_session(own_phone: Page) -> None:
    go_offline(own_phone)
    own_phone.goto("/khai-bao/")
    fill(own_phone)
    expect(own_phone.get_by_text(WAITING)).to_be_visible()
    UserSession.objects.all().delete()
    go_online(own_phone)
    own_phone.goto("/khai-bao/")
    expect(own_phone.get_by_role("heading", name="Đăng nhập")).to_be_visible()
    assert eventually(own_phone, lambda: kept(own_phone, "queue") == 0)
    assert Declaration.objects.count() == 1


def test_two_tabs_send_each_declaration_once(own_phone: Page) -> None:
    other = own_phone.context.new_page()
    other.goto("/khai-bao/")
    go_offline(own_phone)
    own_phone.goto("/khai-bao/")
    fill(own_phone)
    expect(own_phone.get_by_text(WAITING)).to_be_visible()
    expect(other.get_by_text(WAITING)).to_be_visible()
    go_online(own_phone)
    other.reload()
    expect(own_phone.get_by_text(SENT)).to_be_visible()
    expect(other.get_by_text(SENT)).to_be_visible()
    assert (Declaration.objects.count(), kept(own_phone, "queue")) == (1, 0)


def test_revoked_device_is_wiped_and_nothing_of_it_arrives(own_phone: Page, lan: Person) -> None:
    go_offline(own_phone)
    own_phone.goto("/khai-bao/")
    fill(own_phone)
    expect(own_phone.get_by_text(WAITING)).to_be_visible()
    revoke_token(AccessToken.objects.get(), at=clock.now(), actor=user_of(lan))
    go_online(own_phone)
    expect(own_phone.get_by_text("Máy này chưa được ghi nhớ")).to_be_visible()
    assert Declaration.objects.count() == 0
    assert (kept(own_phone, "queue"), kept(own_phone, "device")) == (0, 0)


def test_second_declaration_for_one_window_is_refused_in_words(own_phone: Page, lan: Person) -> None:
    go_offline(own_phone)
    for _ in range(2):
        own_phone.goto("/khai-bao/")
        fill(own_phone)
        expect(own_phone.get_by_text(WAITING).first).to_be_visible()
    go_online(own_phone)
    expect(own_phone.get_by_text("đã khai cho lần này hôm nay")).to_be_visible()
    own_phone.get_by_role("button", name="Bỏ đi").click()
    expect(own_phone.get_by_text("không được nhận")).to_be_hidden()
    assert Declaration.objects.count() == 1


def test_button_sends_where_the_browser_hears_nothing_of_the_network(own_phone: Page) -> None:
    own_phone.route("**/api/v1/declarations", lambda route: route.abort())
    own_phone.goto("/khai-bao/")
    fill(own_phone)
    expect(own_phone.get_by_text(WAITING)).to_be_visible()
    own_phone.unroute("**/api/v1/declarations")
    own_phone.get_by_role("button", name="Gửi ngay").click()
    expect(own_phone.get_by_text(SENT)).to_be_visible()
    assert Declaration.objects.count() == 1


def test_answer_that_was_lost_on_the_way_doubles_nothing(own_phone: Page) -> None:
    own_phone.goto("/khai-bao/")
    own_phone.evaluate(
        """() => {
             const real = window.fetch;
             window.fetch = async (...asked) => {
               const answer = await real(...asked);
               if (!answer.ok) return answer;
               window.fetch = real;
               throw new TypeError("the answer was lost");
             };
           }"""
    )
    fill(own_phone)
    expect(own_phone.get_by_text(WAITING)).to_be_visible()
    assert eventually(own_phone, Declaration.objects.exists)
    own_phone.get_by_role("button", name="Gửi ngay").click()
    expect(own_phone.get_by_text(SENT)).to_be_visible()
    assert (Declaration.objects.count(), kept(own_phone, "queue")) == (1, 0)


def test_incomplete_form_is_not_kept(own_phone: Page) -> None:
    go_offline(own_phone)
    own_phone.goto("/khai-bao/")
    own_phone.locator("label", has_text=NO_SIGN).locator("visible=true").click()
    own_phone.locator("label", has_text=NO_CONTACT).locator("visible=true").click()
    own_phone.get_by_label("Nhiệt độ cơ thể").locator("visible=true").fill("99")
    own_phone.get_by_role("button", name=SEND).locator("visible=true").click()
    expect(own_phone.get_by_text("Chưa lưu: trả lời đủ các câu").locator("visible=true")).to_be_visible()
    assert kept(own_phone, "queue") == 0


def test_signing_out_forgets_the_device(own_phone: Page) -> None:
    own_phone.goto("/khai-bao/")
    own_phone.locator("header details summary").click()
    own_phone.get_by_role("button", name="Đăng xuất").click()
    expect(own_phone.get_by_role("heading", name="Đăng nhập")).to_be_visible()
    assert kept(own_phone, "device") == 0
    assert AccessToken.objects.get().revoked_at


def test_slip_signs_in_by_one_scan_and_the_phone_declares_without_network(phone: Page, lan: Person) -> None:
    user = user_of(lan)
    User.objects.filter(pk=user.pk).update(must_change_password=True)
    user.refresh_from_db()
    [slip] = make_slips([user], at=clock.now(), real=clock.real_now(), actor=user)
    phone.goto(f"/tai-khoan/kich-hoat/#{slip.code}")
    expect(phone.get_by_role("heading", name="Có phải anh/chị không?")).to_be_visible()
    assert slip.code not in phone.url
    phone.get_by_role("button", name="Đúng, máy này của tôi").click()
    expect(phone.get_by_text("Điện thoại của Lan")).to_be_visible()
    await_worker(phone)
    go_offline(phone)
    phone.goto("/khai-bao/")
    fill(phone)
    expect(phone.get_by_text(WAITING)).to_be_visible()


def test_page_that_opens_without_network_says_nothing_of_anybody(open_page: PageOf, lan: Person) -> None:
    page = open_page("phone")
    page.goto("/khai-bao/ngoai-tuyen/")
    assert "Lan" not in page.content()
    expect(page.get_by_text("Máy này chưa được ghi nhớ")).to_be_visible()
