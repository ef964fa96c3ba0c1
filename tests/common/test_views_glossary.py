import pytest
from django.test import Client

pytestmark = pytest.mark.django_db


def test_glossary_shows_the_file_in_vietnamese_order(client: Client) -> None:
    page = client.get("/tu-ngu/").content.decode()
    assert page.index("báo cáo ngày") < page.index("ca làm việc") < page.index("đơn vị hành chính")


@pytest.mark.parametrize(
    ("search", "found"), [("vung cua don vi", True), ("zone of a unit", True), ("không có", False)]
)
def test_glossary_when_searched_with_or_without_marks(client: Client, search: str, found: bool) -> None:
    page = client.get("/tu-ngu/", {"tim": search}).content.decode()
    assert ("vùng của đơn vị" in page) is found
