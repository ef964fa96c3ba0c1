"""The page of the rules in force: every registered file, in words, with what is unverified or without a source."""

import pytest
from django.test import Client
from django.urls import reverse

from tests.factories.risk import make_user
from vungxanh.common.decision_tables import rule_files
from vungxanh.common.decision_tables.conditions import read_condition
from vungxanh.common.facts import Fact, FactType, Subject
from vungxanh.common.views.rules import condition_words

pytestmark = pytest.mark.django_db


def test_page_shows_every_file_and_row(client: Client) -> None:
    client.force_login(make_user("nhanvien"))
    page = client.get(reverse("common:rules"))
    assert page.status_code == 200
    assert {shown.name for shown in page.context["files"]} == {file.path.stem for file in rule_files()}
    html = page.content.decode()
    assert "Có sốt từ 37,5 °C" in html
    assert "Số dấu hiệu ở lần khai gần nhất: từ 2 trở lên" in html
    assert "chưa kiểm chứng" in html
    assert "Chưa có nguồn dữ liệu" in html
    assert "<li>Số mũi vắc-xin đã tiêm đủ 14 ngày</li>" in html
    assert "<li>Số người nguy cơ cao chưa cách ly</li>" not in html


def test_page_shows_one_edition_in_force_and_keeps_the_older_ones(client: Client) -> None:
    client.force_login(make_user("nhanvien"))
    files = {shown.name: shown for shown in client.get(reverse("common:rules")).context["files"]}
    editions = files["person_covid19"].editions
    assert [(one.edition.in_force_from.isoformat(), one.is_in_force) for one in editions] == [
        ("2021-10-11", True),
        ("2021-09-16", False),
    ]


def test_page_is_for_those_who_are_signed_in(client: Client) -> None:
    assert client.get(reverse("common:rules")).status_code == 302


DEGREES = Fact("t", FactType.NUMBER, "Nhiệt độ", Subject.PERSON)
CLASS = Fact("c", FactType.TEXT, "Diện", Subject.PERSON, {"F0": "ca bệnh", "F1": "tiếp xúc gần"})


@pytest.mark.parametrize(
    ("fact", "asked", "words"),
    [
        (DEGREES, ">= 37.5", "Nhiệt độ: từ 37,5 trở lên"),
        (DEGREES, "< 35", "Nhiệt độ: dưới 35"),
        (DEGREES, "unknown", "Nhiệt độ: chưa rõ"),
        (CLASS, "in [F0, F1]", "Diện: ca bệnh hoặc tiếp xúc gần"),
        (CLASS, "!= F1", "Diện: khác tiếp xúc gần"),
    ],
)
def test_condition_is_said_in_vietnamese(fact: Fact, asked: str, words: str) -> None:
    assert condition_words(read_condition(asked, fact)) == words
