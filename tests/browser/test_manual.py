"""The pictures of the manual: a story per role. An ordinary run opens each page that is pictured, on the small agency;
`--pictures` takes the pictures on the demonstration agency, whose people are nobody and whose days are always the same.
"""

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.cache import cache
from PIL import Image
from playwright.sync_api import Page

from tests.access.world import NOW, make_world
from tests.browser.conftest import PICTURES, PageOf, has_sideways_scroll
from tests.factories.organization import make_holder
from vungxanh.accounts.models import User
from vungxanh.common import clock
from vungxanh.help.manual import PAGES, rendered
from vungxanh.organization.enums import PlaceKind, Role
from vungxanh.organization.models import Delegation, Person, Place, RoleAssignment
from vungxanh.organization.operations.roles import delegate

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SignIn = Callable[[Page, AbstractBaseUser], None]
STAFF, VISITOR = "staff", "visitor"
PRINCIPAL, DELEGATE = "principal", "delegate"
"""The head who is away, and who acts meanwhile."""
TALLEST = 1500
MOST_BYTES, QUALITIES = 60_000, (60, 45, 30, 20)
"""Of one picture: a phone without a good network loads the page too."""


@dataclass(frozen=True)
class Story:
    """One picture: who sees which page; its name ends in the screen."""

    name: str
    who: Role | str
    path: str

    @property
    def screen(self) -> str:
        return self.name.rpartition("-")[2]


STORIES = (
    Story("nhan-vien-to-khai-phone", STAFF, "/khai-bao/"),
    Story("nhan-vien-thong-bao-phone", Role.UNIT_HEAD, "/thong-bao/"),
    Story("bao-ve-cong-pc", Role.GUARD, "/cong/{gate}/"),
    Story("truong-don-vi-hom-nay-pc", Role.UNIT_HEAD, "/hom-nay/"),
    Story("truong-don-vi-hom-nay-phone", Role.UNIT_HEAD, "/hom-nay/"),
    Story("truong-don-vi-bao-cao-phone", Role.UNIT_HEAD, "/nguy-co/bao-cao/{unit}/"),
    Story("truong-don-vi-uy-quyen-phone", PRINCIPAL, "/to-chuc/uy-quyen/"),
    Story("cap-pho-uy-quyen-pc", DELEGATE, "/to-chuc/uy-quyen/"),
    Story("cap-pho-bao-cao-phone", DELEGATE, "/nguy-co/bao-cao/{own}/"),
    Story("dau-moi-bao-cao-pc", Role.UNIT_CLERK, "/nguy-co/bao-cao/{own}/"),
    Story("dau-moi-khai-thay-phone", Role.UNIT_CLERK, "/khai-bao/nhap-ho/{own}/"),
    Story("can-bo-y-te-can-lam-ro-pc", Role.HEALTH_OFFICER, "/nguy-co/can-lam-ro/"),
    Story("van-phong-bang-dieu-hanh-pc", Role.OFFICE, "/dieu-hanh/"),
    Story("van-phong-goi-dien-phone", Role.OFFICE, "/dieu-hanh/{day}/goi-dien/"),
    Story("lanh-dao-trang-phone", Role.DIRECTOR, "/lanh-dao/"),
    Story("lanh-dao-trang-pc", Role.DIRECTOR, "/lanh-dao/"),
    Story("van-thu-van-ban-pc", Role.RECORDS_CLERK, "/van-ban/"),
    Story("van-thu-van-ban-phone", Role.RECORDS_CLERK, "/van-ban/"),
    Story("cong-doan-nhom-pc", Role.UNION_OFFICER, "/to-chuc/nhom/"),
    Story("ke-toan-thong-bao-pc", Role.FINANCE, "/thong-bao/"),
    Story("hoi-dong-huong-dan-phone", Role.COUNCIL_MEMBER, "/chi-dao/huong-dan/"),
    Story("to-chuc-can-bo-danh-sach-pc", Role.PERSONNEL, "/to-chuc/nguoi/"),
    Story("quan-tri-cai-dat-pc", Role.ADMINISTRATOR, "/cai-dat/"),
    Story("quan-tri-vai-tro-phone", Role.ADMINISTRATOR, "/cai-dat/vai-tro/"),
    Story("khach-to-khai-phone", VISITOR, "/khach/{site}/"),
)


@pytest.fixture
def agency(
    transactional_db: None, request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[None]:
    cache.clear()
    if not request.config.getoption("--pictures"):
        monkeypatch.setattr(clock, "demonstration_offset", lambda: NOW - clock.real_now())
        with clock.at(NOW):
            world = make_world()
            make_holder("daumoi", Role.UNIT_CLERK, world.a)
            deputy = make_holder("pho", Role.UNIT_DEPUTY, world.a)
            days = {"first_day": clock.today(), "last_day": clock.today()}
            delegate(
                world.users["head"],
                deputy,
                role=Role.UNIT_HEAD,
                unit=world.a,
                reason="Đi học",
                handover="",
                actor=world.users["head"],
                at=NOW,
                **days,
            )
        yield
        return
    from vungxanh.cli.demo import build, state

    monkeypatch.setattr(settings, "HOME", tmp_path)
    build.build()
    monkeypatch.setattr(clock, "demonstration_offset", lambda: build.first_now() - clock.real_now())
    yield
    state.forget()


def user_of(who: Role | str) -> User | None:
    """The first holder of the role by unit; where nobody holds it, the administrator sees the page too."""
    if who == VISITOR:
        return None
    if who in (PRINCIPAL, DELEGATE):
        lent = Delegation.objects.order_by("pk").select_related("principal", "delegate")[0]
        return lent.principal if who == PRINCIPAL else lent.delegate
    if who == STAFF:
        return Person.objects.filter(user__isnull=False, user__role_assignments=None).order_by("staff_code")[0].user
    held = RoleAssignment.objects.order_by("unit__code", "user__username").select_related("user")
    found = held.filter(role=who).first() or held.get(role=Role.ADMINISTRATOR)
    return found.user


def own_unit(user: User | None) -> str:
    """The code of the unit at which somebody holds a role; empty for whoever holds none."""
    held = user.role_assignments.order_by("pk").select_related("unit").first() if user else None
    return held.unit.code if held else ""


def places() -> dict[str, str]:
    gate = Place.objects.filter(kind=PlaceKind.GATE).select_related("site").order_by("code")[0]
    headed = RoleAssignment.objects.filter(role=Role.UNIT_HEAD).order_by("unit__code", "user__username")[0]
    return {"gate": gate.code, "site": gate.site.code, "unit": headed.unit.code, "day": f"{clock.today()}"}


DAYS_IN_VIETNAMESE = """() => document.querySelectorAll("input[type=date]").forEach(field => {
    const [year, month, day] = field.value.split("-");
    field.style.maxWidth = `${field.offsetWidth}px`;
    field.type = "text";
    field.placeholder = "dd/mm/yyyy";
    field.value = day ? `${day}/${month}/${year}` : "";
})"""
"""As a browser in Vietnamese draws them; the one that takes the pictures may know English only."""


def keep(page: Page, name: str) -> None:
    """A small WebP of the page from its top, at most so tall that it can be read in the manual."""
    page.evaluate(DAYS_IN_VIETNAMESE)
    height = min(TALLEST, int(page.evaluate("document.documentElement.scrollHeight")))
    size = page.viewport_size
    assert size
    page.set_viewport_size({"width": size["width"], "height": max(size["height"], height)})
    shot = Image.open(io.BytesIO(page.screenshot(animations="disabled"))).convert("RGB")
    shot = shot.resize((shot.width * 3 // 4, shot.height * 3 // 4), Image.Resampling.LANCZOS)
    for quality in QUALITIES:
        kept = io.BytesIO()
        shot.save(kept, "WEBP", quality=quality, method=6)
        if kept.tell() < MOST_BYTES:
            break
    (PICTURES / f"{name}.webp").write_bytes(kept.getvalue())


def test_pictures_of_the_manual_are_of_pages_that_open(
    open_page: PageOf, sign_in: SignIn, agency: None, request: pytest.FixtureRequest
) -> None:
    faults = {}
    for story in STORIES:
        page = open_page(story.screen)
        user = user_of(story.who)
        if user:
            sign_in(page, user)
        answer = page.goto(story.path.format(**places(), own=own_unit(user)))
        assert answer is not None
        if answer.status != 200 or has_sideways_scroll(page):
            faults[story.name] = answer.status
        elif request.config.getoption("--pictures"):
            page.evaluate("document.fonts.ready")
            keep(page, story.name)
        page.context.close()
    assert faults == {}


def test_every_picture_of_the_manual_has_its_story() -> None:
    named = {name for page in PAGES for name in rendered(page.name).pictures if not name.endswith(".svg")}
    assert named == {f"{story.name}.webp" for story in STORIES}


def test_manual_reads_well_on_phone_and_pc(screen: Page, sign_in: SignIn, agency: None) -> None:
    user = user_of(Role.ADMINISTRATOR)
    assert user
    sign_in(screen, user)
    for name in ("", "nhan-vien/", "van-hanh/", "toc-do/"):
        answer = screen.goto(f"/huong-dan/{name}")
        assert answer is not None
        assert answer.status == 200
        assert not has_sideways_scroll(screen), name
