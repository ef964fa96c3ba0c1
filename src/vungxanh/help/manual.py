"""The pages of the manual: which there are, for whom, and their text with anchors, from Markdown without HTML."""

import html
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import urlsplit

from django.urls import reverse
from markdown_it import MarkdownIt
from markdown_it.token import Token

from vungxanh.common.documents import documents
from vungxanh.common.vietnamese import folded
from vungxanh.organization.enums import Role

EVERYBODY: frozenset[Role] = frozenset()
EXCERPT = 160


@dataclass(frozen=True, slots=True)
class PageOfManual:
    """`roles`: whose own page it is; `is_own_of_staff`: of everybody who works; `is_public`: without an account."""

    name: str
    roles: frozenset[Role] = EVERYBODY
    is_own_of_staff: bool = False
    is_public: bool = False
    is_for_role: bool = True


PAGES = (
    PageOfManual("nhan-vien", is_own_of_staff=True),
    PageOfManual("bao-ve", frozenset({Role.GUARD})),
    PageOfManual("truong-don-vi", frozenset({Role.UNIT_HEAD, Role.ACTING_HEAD, Role.UNIT_DEPUTY, Role.UNIT_CLERK})),
    PageOfManual("can-bo-y-te", frozenset({Role.HEALTH_OFFICER})),
    PageOfManual("van-phong", frozenset({Role.OFFICE})),
    PageOfManual("lanh-dao", frozenset({Role.DIRECTOR, Role.DEPUTY_DIRECTOR})),
    PageOfManual("to-chuc-can-bo", frozenset({Role.PERSONNEL})),
    PageOfManual("van-thu", frozenset({Role.RECORDS_CLERK})),
    PageOfManual(
        "vai-tro-khac",
        frozenset({Role.UNION_OFFICER, Role.FINANCE, Role.COUNCIL_MEMBER, Role.PARTY_COMMITTEE}),
    ),
    PageOfManual("quan-tri", frozenset({Role.ADMINISTRATOR})),
    PageOfManual("khach", is_public=True),
    PageOfManual(
        "phong-trao",
        frozenset(
            {Role.OFFICE, Role.UNIT_HEAD, Role.ACTING_HEAD, Role.UNIT_DEPUTY, Role.UNIT_CLERK, Role.UNION_OFFICER}
        ),
        is_for_role=False,
    ),
    PageOfManual(
        "ung-pho",
        frozenset({Role.OFFICE, Role.UNIT_HEAD, Role.ACTING_HEAD, Role.UNIT_DEPUTY, Role.UNIT_CLERK}),
        is_for_role=False,
    ),
    PageOfManual(
        "khen-thuong",
        frozenset({Role.PERSONNEL, Role.OFFICE, Role.UNIT_HEAD, Role.ACTING_HEAD, Role.UNIT_DEPUTY}),
        is_for_role=False,
    ),
    PageOfManual("so-ket-tong-ket", frozenset({Role.OFFICE, Role.DIRECTOR, Role.DEPUTY_DIRECTOR}), is_for_role=False),
    PageOfManual(
        "ke-hoach",
        frozenset(
            {Role.OFFICE, Role.UNIT_HEAD, Role.ACTING_HEAD, Role.UNIT_DEPUTY, Role.UNIT_CLERK, Role.PARTY_COMMITTEE}
        ),
        is_for_role=False,
    ),
    PageOfManual("khong-co-dien-thoai", frozenset({Role.UNIT_CLERK, Role.GUARD}), is_for_role=False),
    PageOfManual(
        "san-xuat",
        frozenset({Role.OFFICE, Role.FINANCE, Role.UNIT_HEAD, Role.ACTING_HEAD, Role.UNIT_DEPUTY, Role.UNIT_CLERK}),
        is_for_role=False,
    ),
    PageOfManual("dang-ky-nhan", frozenset({Role.ADMINISTRATOR}), is_for_role=False),
    PageOfManual("lien-thong", frozenset({Role.ADMINISTRATOR}), is_for_role=False),
    PageOfManual("van-hanh", frozenset({Role.ADMINISTRATOR}), is_for_role=False),
    PageOfManual("nhieu-may", frozenset({Role.ADMINISTRATOR}), is_for_role=False),
    PageOfManual("toc-do", frozenset({Role.ADMINISTRATOR}), is_for_role=False),
    PageOfManual("mang-noi-bo", frozenset({Role.ADMINISTRATOR}), is_for_role=False),
    PageOfManual("ban-trinh-dien", is_for_role=False),
)
BY_NAME = {page.name: page for page in PAGES}


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with what stands below it, as plain words for the search."""

    anchor: str
    title: str
    level: int
    text: str


@dataclass(frozen=True, slots=True)
class Rendered:
    title: str
    html: str
    sections: tuple[Section, ...]
    pictures: frozenset[str]
    links: frozenset[tuple[str, str]]
    """Page and anchor of each link into the manual."""


@dataclass(frozen=True, slots=True)
class Hit:
    page: PageOfManual
    title: str
    section: Section
    excerpt: str


@lru_cache(maxsize=32)
def rendered(name: str) -> Rendered:
    """Read once a process: the files come with the product."""
    return render((documents() / "vi" / f"{name}.md").read_text(encoding="utf-8"))


def render(text: str) -> Rendered:
    """HTML in the text stays text; links into the manual and pictures get their addresses here, others but to the web
    lose theirs."""
    parser = MarkdownIt("commonmark", {"html": False}).enable("table")
    tokens = parser.parse(text)
    sections = tuple(_anchored(tokens))
    pictures, links = set(), set()
    for token in _every(tokens):
        if token.type == "image":
            name = str(token.attrs["src"]).rpartition("/")[2]
            pictures.add(name)
            token.attrSet("src", reverse("help:picture", args=[name]))
            token.attrSet("loading", "lazy")
        elif token.type == "link_open":
            link = _link(str(token.attrs["href"]))
            if isinstance(link, tuple):
                links.add(link)
                page, anchor = link
                address = reverse("help:page", args=[page]) if page else ""
                token.attrSet("href", f"{address}{'#' + anchor if anchor else ''}")
            elif link is None:
                token.attrs.pop("href")
        elif token.type == "table_open":
            token.attrSet("class", "table vx-table")
    title = next((one.title for one in sections if one.level == 1), "")
    return Rendered(
        title,
        _wrapped(parser.renderer.render(tokens, parser.options, {})),
        sections,
        frozenset(pictures),
        frozenset(links),
    )


def search(pages: Sequence[PageOfManual], text: str) -> list[Hit]:
    """Sections that have every word, with or without marks; those whose heading has them first."""
    words = folded(text).split()
    hits = [
        Hit(page, rendered(page.name).title, section, _excerpt(section.text, words))
        for page in pages
        for section in rendered(page.name).sections
        if words and all(word in folded(f"{section.title} {section.text}") for word in words)
    ]
    return sorted(hits, key=lambda hit: not all(word in folded(hit.section.title) for word in words))


def _anchored(tokens: list[Token]) -> Iterator[Section]:
    """Gives each heading an id from its words without marks; a second heading of the same words gets a number."""
    seen: dict[str, int] = {}
    places = [place for place, token in enumerate(tokens) if token.type == "heading_open"]
    for place, end in zip(places, [*places[1:], len(tokens)], strict=True):
        title = _plain(tokens[place + 1])
        anchor = re.sub(r"[^a-z0-9]+", "-", folded(title)).strip("-")
        seen[anchor] = seen.get(anchor, 0) + 1
        anchor = anchor if seen[anchor] == 1 else f"{anchor}-{seen[anchor]}"
        tokens[place].attrSet("id", anchor)
        text = " ".join(_plain(token) for token in tokens[place + 2 : end] if token.type in ("inline", "fence"))
        yield Section(anchor, title, int(tokens[place].tag[1:]), text)


def _every(tokens: Sequence[Token]) -> Iterator[Token]:
    for token in tokens:
        yield token
        yield from _every(token.children or [])


def _plain(token: Token) -> str:
    if token.type == "image":
        return ""
    if token.children is None:
        return token.content if token.type in ("text", "code_inline", "fence") else " "
    return "".join(_plain(child) for child in token.children)


def _link(href: str) -> tuple[str, str] | str | None:
    """Page and anchor, an address of the web, or None for what leads nowhere from here."""
    parts = urlsplit(href)
    if parts.scheme in ("http", "https"):
        return href
    if not parts.path:
        return "", parts.fragment
    name = parts.path.removesuffix(".md")
    if parts.path.endswith(".md") and name in BY_NAME:
        return name, parts.fragment
    return href if parts.path.startswith("/") else None


def _wrapped(content: str) -> str:
    """A wide table scrolls by itself, not the page."""
    opened = content.replace(
        "<table ", '<div class="vx-table-wrap" role="region" aria-label="bảng" tabindex="0"><table '
    )
    return opened.replace("</table>", "</table></div>")


def _excerpt(text: str, words: Sequence[str]) -> str:
    plain = " ".join(html.unescape(text).split())
    found = min((place for word in words if (place := folded(plain).find(word)) >= 0), default=0)
    start = max(0, found - EXCERPT // 3)
    cut = plain[start : start + EXCERPT]
    return f"{'… ' if start else ''}{cut.strip()}{' …' if start + EXCERPT < len(plain) else ''}"
