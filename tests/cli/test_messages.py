"""Words are found in Python and in templates, kept when known, dropped when gone, and missing ones are told."""

from collections.abc import Callable
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from vungxanh.cli import messages

PYTHON = """
from django.utils.translation import gettext as _, ngettext, pgettext
ONE = _("From Python")
MANY = ngettext("%(n)s person", "%(n)s people", 3)
MONTH = pgettext("month", "May")
"""
TEMPLATE = """{% load i18n %}
<p title="{% translate "A title" %}">{% translate 'It is "so"' %} {% translate "May" context "verb" %}</p>
{% blocktranslate count n=rows|length trimmed %}
  one row of {{ name }}
{% plural %}
  {{ n }} rows of {{ name }}
{% endblocktranslate %}
{% translate "100% sure" as sure %}
"""
Fill = Callable[[dict[str, str]], None]


@pytest.fixture
def module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "canteen"
    (folder / "templates/canteen").mkdir(parents=True)
    (folder / "apps.py").write_text(PYTHON, encoding="utf-8")
    (folder / "templates/canteen/menu.html").write_text(TEMPLATE, encoding="utf-8")
    monkeypatch.setattr(messages, "SOURCE", tmp_path)
    return folder


@pytest.fixture
def fill(module: Path) -> Fill:
    """Put words into the catalogue, as a translator does."""

    def put(words: dict[str, str]) -> None:
        path = messages.path_of(module)
        with path.open("rb") as file:
            catalogue = read_po(file, locale="vi")
        for message in catalogue:
            key = message.id[0] if isinstance(message.id, tuple) else str(message.id)
            if key in words:
                message.string = (words[key],) if message.pluralizable else words[key]
        path.write_bytes(messages.written(catalogue))

    return put


def test_words_of_python_and_templates_are_found(module: Path) -> None:
    found = {(message.id, message.context) for message in messages.collected(module) if message.id}
    assert found == {
        ("From Python", None),
        (("%(n)s person", "%(n)s people"), None),
        ("May", "month"),
        ("A title", None),
        ('It is "so"', None),
        ("May", "verb"),
        (("one row of %(name)s", "%(n)s rows of %(name)s"), None),
        ("100%% sure", None),
    }


def test_missing_words_and_old_catalogues_are_told(module: Path, fill: Fill) -> None:
    assert "canteen: django.po cũ, chạy ./run messages" in messages.update(check=True)
    messages.update(check=False)
    missing = messages.update(check=True)
    assert len(missing) == 8
    assert "canteen: chưa dịch 'A title'" in missing
    fill({"A title": "Một tiêu đề"})
    assert len(messages.update(check=True)) == 7


def test_known_words_stay_and_gone_words_go(module: Path, fill: Fill) -> None:
    messages.update(check=False)
    fill({"From Python": "Từ Python", "A title": "Một tiêu đề"})
    (module / "templates/canteen/menu.html").write_text("", encoding="utf-8")
    messages.update(check=False)
    text = messages.path_of(module).read_text(encoding="utf-8")
    assert 'msgstr "Từ Python"' in text
    assert "A title" not in text


def test_words_that_two_modules_translate_differently_are_told() -> None:
    first, second = Catalog(locale="vi"), Catalog(locale="vi")
    for catalogue, string in ((first, "Địa chỉ"), (second, "Địa chỉ mạng")):
        catalogue.add("Address", string)
        catalogue.add("Unit", "Đơn vị")
    assert messages.clashes([first, second]) == ["'Address': nhiều bản dịch khác nhau ['Địa chỉ', 'Địa chỉ mạng']"]


def test_catalogue_does_not_change_when_nothing_did(module: Path) -> None:
    messages.update(check=False)
    first = messages.path_of(module).read_bytes()
    messages.update(check=False)
    assert messages.path_of(module).read_bytes() == first
