"""What stands in the navigation: each module registers its pages in `apps.ready()`, one sees those that one may."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise

Words = str | Promise
PHONE_TABS = 4


@dataclass(frozen=True, slots=True)
class Entry:
    """One page of the navigation. `order` sorts; the first few that one sees are the tabs of the phone. `count`: how
    many things wait there for whoever looks."""

    label: Words
    url_name: str
    icon: str
    order: int
    is_visible: Callable[[HttpRequest], bool]
    group: Words = ""
    short_label: Words = ""
    count: Callable[[HttpRequest], int] | None = None


@dataclass(frozen=True, slots=True)
class Link:
    """An entry as one request sees it."""

    label: Words
    short_label: Words
    href: str
    icon: str
    group: str
    is_current: bool
    count: int = 0


@dataclass(frozen=True, slots=True)
class Menu:
    links: list[Link]

    @property
    def tabs(self) -> list[Link]:
        return self.links if len(self.links) <= PHONE_TABS + 1 else self.links[:PHONE_TABS]

    @property
    def more(self) -> list[Link]:
        return self.links[len(self.tabs) :]


_entries: dict[str, Entry] = {}
_open_to: dict[str, Callable[[HttpRequest], bool]] = {}


def register(*entries: Entry) -> None:
    """Registering a URL name again replaces its entry, so that `ready()` may run twice."""
    _entries.update({entry.url_name: entry for entry in entries})


def open_only_to(pages: Mapping[str, Callable[[HttpRequest], bool]]) -> None:
    """By URL name, to whom a page is open to which others lead; one that nobody names here is open to everybody who is
    signed in. Naming it again replaces what was said."""
    _open_to.update(pages)


def is_open_to(request: HttpRequest, url_name: str) -> bool:
    """Whether a link leads this reader to a page, and not to a refusal."""
    opens = _open_to.get(url_name)
    return opens is None or opens(request)


def menu_for(request: HttpRequest) -> Menu:
    """The pages that this request may see, in order; the one with the longest matching path is the current one. Made
    once a request: a page may show what waits besides the menu."""
    made: Menu | None = getattr(request, "menu", None)
    if made is None:
        made = request.menu = _menu(request)  # type: ignore[attr-defined]
    return made


def _menu(request: HttpRequest) -> Menu:
    visible = sorted((entry for entry in _entries.values() if entry.is_visible(request)), key=lambda e: e.order)
    paths = [reverse(entry.url_name) for entry in visible]
    current = max((path for path in paths if _is_within(request.path, path)), key=len, default="")
    pairs = zip(visible, paths, strict=True)
    return Menu([_link(entry, path, request, is_current=path == current) for entry, path in pairs])


def is_signed_in(request: HttpRequest) -> bool:
    user = getattr(request, "user", None)
    return bool(user and user.is_authenticated)


def _is_within(path: str, root: str) -> bool:
    return path == root if root == "/" else path.startswith(root)


def _link(entry: Entry, path: str, request: HttpRequest, *, is_current: bool) -> Link:
    count = entry.count(request) if entry.count else 0
    return Link(entry.label, entry.short_label or entry.label, path, entry.icon, str(entry.group), is_current, count)
