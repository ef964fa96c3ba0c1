"""What all tests share."""

from collections.abc import Iterator

import pytest
from django.utils import translation


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--pictures", action="store_true", help="take the pictures of the manual anew, and those of var/pictures/"
    )


@pytest.fixture(autouse=True)
def vietnamese() -> Iterator[None]:
    """A request leaves its language behind in the thread; every test starts in Vietnamese."""
    with translation.override("vi"):
        yield


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Those that take long begin first, so that no worker is left alone with one at the end."""
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)
