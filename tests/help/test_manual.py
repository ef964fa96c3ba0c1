"""The manual: every picture, link and place that it names exists, and each reader finds their own page first."""

import re
import tomllib
from pathlib import Path

import pytest
from django.test import Client
from django.urls import get_resolver

from tests.factories.accounts import make_account
from tests.factories.organization import make_holder, make_unit
from vungxanh.common import documents
from vungxanh.help.manual import BY_NAME, PAGES, PageOfManual, render, rendered, search
from vungxanh.help.places import PLACES
from vungxanh.organization.enums import Role

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
MOST_BYTES = 3 * 1024 * 1024
every_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)


def test_every_document_is_a_page_of_the_manual() -> None:
    assert {path.stem for path in (DOCS / "vi").glob("*.md")} - {"README"} == set(BY_NAME)


@every_page
def test_page_has_a_title_and_names_only_what_exists(page: PageOfManual) -> None:
    text = rendered(page.name)
    assert [section.title for section in text.sections if section.level == 1] == [text.title]
    assert {name for name in text.pictures if not (DOCS / "pictures" / name).is_file()} == set()
    for name, anchor in text.links:
        target = rendered(name or page.name)
        assert not anchor or anchor in {section.anchor for section in target.sections}, (name, anchor)


@pytest.mark.parametrize("page", [page for page in PAGES if page.is_for_role], ids=lambda page: page.name)
def test_page_of_a_role_says_what_to_do_then_why_then_what_to_look_up(page: PageOfManual) -> None:
    heads = [section.title for section in rendered(page.name).sections if section.level == 2]
    order = [head for head in heads if head.startswith(("Việc phải làm", "Vì sao", "Tra cứu"))]
    assert heads[0] == "Việc phải làm"
    assert [head[:6] for head in order] in (["Việc p", "Vì sao", "Tra cứ"], ["Việc p", "Vì sao"])


def test_every_picture_is_named_and_all_of_them_are_small() -> None:
    named = {name for page in PAGES for name in rendered(page.name).pictures}
    files = list((DOCS / "pictures").iterdir())
    assert {file.name for file in files} == named
    assert sum(file.stat().st_size for file in files) < MOST_BYTES


def test_every_place_leads_to_a_section_and_from_a_page_that_there_is() -> None:
    resolver = get_resolver()
    namespaces = {str(name) for name in resolver.namespace_dict}
    for name, (page, anchor) in PLACES.items():
        assert name.partition(":")[0] in namespaces, name
        if ":" in name:
            space, _colon, view = name.partition(":")
            assert view in resolver.namespace_dict[space][1].reverse_dict, name
        assert not anchor or anchor in {section.anchor for section in rendered(page).sections}, (name, anchor)


def test_every_role_has_a_page() -> None:
    assert set(Role) - {role for page in PAGES for role in page.roles} == set()


def test_html_in_a_document_stays_text_and_links_lead_into_the_product() -> None:
    text = render(
        "# A\n\n<script>alert(1)</script>\n\n[B](bao-ve.md#viec-phai-lam) [C](../adr/0001-x.md) "
        "[D](javascript:alert(1))\n\n"
        "| a | b |\n|---|---|\n| 1 | <b>2</b> |\n\n## Ai?\n\n## Ai!\n"
    )
    assert "<script>" not in text.html
    assert "<b>" not in text.html
    assert 'href="/huong-dan/bao-ve/#viec-phai-lam"' in text.html
    assert re.findall(r'href="([^"]*)"', text.html) == ["/huong-dan/bao-ve/#viec-phai-lam"]
    assert [section.anchor for section in text.sections] == ["a", "ai", "ai-2"]
    assert 'tabindex="0"><table' in text.html


def test_search_takes_words_without_marks_and_prefers_headings() -> None:
    hits = search(PAGES, "mat mang")
    assert (hits[0].page.name, hits[0].section.anchor) == ("bao-ve", "khi-mat-mang")
    assert search(PAGES, "khongconaonhuvay") == []
    assert search(PAGES, "  ") == []
    assert {hit.page.name for hit in search([BY_NAME["khach"]], "khach")} == {"khach"}


def test_installed_product_brings_its_documents(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    wheel = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["hatch"]["build"]["targets"]["wheel"]
    assert wheel["force-include"] == {
        f"docs/{name}": f"vungxanh/docs/{name}" for name in ("vi", "pictures", "glossary.toml")
    }
    assert documents.documents() == DOCS
    monkeypatch.setattr(documents, "PACKED", tmp_path)
    assert documents.documents() == tmp_path


@pytest.mark.django_db
def test_without_an_account_there_is_the_page_for_visitors_alone(client: Client) -> None:
    text = client.get("/huong-dan/").content.decode()
    assert set(re.findall(r'href="/huong-dan/([a-z-]+)/', text)) == {"khach"}
    assert client.get("/huong-dan/khach/").status_code == 200
    assert client.get("/huong-dan/quan-tri/").headers["Location"].startswith("/tai-khoan/dang-nhap/?next=")
    assert "quan-tri" not in client.get("/huong-dan/?q=quan+tri").content.decode()
    for picture in rendered("khach").pictures:
        assert client.get(f"/huong-dan/hinh/{picture}").headers["Content-Type"] == "image/webp"
    for picture in rendered("quan-tri").pictures:
        assert client.get(f"/huong-dan/hinh/{picture}").status_code == 302


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("role", "own"),
    [
        (None, ["nhan-vien"]),
        (Role.GUARD, ["bao-ve", "khong-co-dien-thoai", "nhan-vien"]),
        (
            Role.UNIT_CLERK,
            ["truong-don-vi", "phong-trao", "ung-pho", "ke-hoach", "khong-co-dien-thoai", "san-xuat", "nhan-vien"],
        ),
        (Role.DIRECTOR, ["lanh-dao", "so-ket-tong-ket", "nhan-vien"]),
    ],
)
def test_own_pages_stand_first_and_all_others_below(client: Client, role: Role | None, own: list[str]) -> None:
    user = make_holder("an", role, make_unit("SO")) if role else make_account("an")
    client.force_login(user)
    text = client.get("/huong-dan/").content.decode()
    found = list(dict.fromkeys(re.findall(r'href="/huong-dan/([a-z-]+)/"', text)))
    assert found[: len(own)] == own
    assert set(found) == set(BY_NAME)


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["khong-co", "README", "../../etc/passwd"])
def test_page_or_picture_that_the_manual_does_not_have_is_not_found(client: Client, name: str) -> None:
    client.force_login(make_account("an"))
    assert client.get(f"/huong-dan/{name}/").status_code == 404
    assert client.get(f"/huong-dan/hinh/{name}").status_code == 404


@pytest.mark.django_db
def test_every_page_of_the_product_has_its_place_in_the_manual(client: Client) -> None:
    assert 'href="/huong-dan/"' in client.get("/tai-khoan/dang-nhap/").content.decode()
    client.force_login(make_holder("an", Role.ADMINISTRATOR, make_unit("SO")))
    assert 'href="/huong-dan/quan-tri/#trang-cai-dat"' in client.get("/cai-dat/").content.decode()
    assert 'href="/huong-dan/"' in client.get("/tu-ngu/").content.decode()
