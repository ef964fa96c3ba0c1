"""The navigation shows what one may see, in order, and marks where one is."""

from collections.abc import Iterator

import pytest
from django.http import HttpRequest
from django.test import RequestFactory

from vungxanh.common import navigation
from vungxanh.common.navigation import Entry


@pytest.fixture(autouse=True)
def empty_registry() -> Iterator[None]:
    kept = dict(navigation._entries)
    navigation._entries.clear()
    yield
    navigation._entries.clear()
    navigation._entries.update(kept)


def everybody(_: HttpRequest) -> bool:
    return True


def nobody(_: HttpRequest) -> bool:
    return False


def test_menu_when_some_entries_are_hidden(rf: RequestFactory) -> None:
    navigation.register(
        Entry("Components", "common:gallery", "leaf", 20, everybody),
        Entry("Language", "common:language_set", "world", 10, everybody, short_label="VI"),
    )
    menu = navigation.menu_for(rf.get("/ui/"))
    assert [(link.label, link.short_label, link.is_current) for link in menu.links] == [
        ("Language", "VI", False),
        ("Components", "Components", True),
    ]


def test_menu_when_nothing_may_be_seen(rf: RequestFactory) -> None:
    navigation.register(Entry("Components", "common:gallery", "leaf", 20, nobody))
    assert navigation.menu_for(rf.get("/")).links == []


def test_registering_again_replaces(rf: RequestFactory) -> None:
    navigation.register(Entry("Old", "common:gallery", "leaf", 20, everybody))
    navigation.register(Entry("New", "common:gallery", "leaf", 20, everybody))
    assert [link.label for link in navigation.menu_for(rf.get("/")).links] == ["New"]


@pytest.mark.parametrize(("count", "tabs", "more"), [(5, 5, 0), (6, 4, 2)])
def test_tabs_of_the_phone_when_there_are_many_pages(count: int, tabs: int, more: int) -> None:
    links = [navigation.Link("x", "x", f"/{n}/", "leaf", "", False) for n in range(count)]
    menu = navigation.Menu(links)
    assert (len(menu.tabs), len(menu.more)) == (tabs, more)


def test_page_is_open_to_everybody_unless_its_module_says_to_whom(rf: RequestFactory) -> None:
    kept = dict(navigation._open_to)
    navigation.open_only_to({"common:gallery": nobody, "common:rules": everybody})
    request = rf.get("/")
    opens = [navigation.is_open_to(request, name) for name in ("common:gallery", "common:rules", "common:language_set")]
    assert opens == [False, True, True]
    navigation._open_to.clear()
    navigation._open_to.update(kept)
