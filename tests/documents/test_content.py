"""Small rules of the decree: numbers, dates, who signs for whom."""

import datetime

import pytest

from tests.factories.documents import make_content
from vungxanh.documents.content import Stamp, abbreviation, date_line, may_be_signed, number_line, plain, read, stored

ISSUED = Stamp("5", "BC-SNN&PTNT", datetime.date(2021, 2, 3))


def test_number_of_one_digit_gets_a_nought() -> None:
    assert number_line(make_content(), ISSUED) == "Số: 05/BC-SNN&PTNT"
    assert number_line(make_content(), Stamp("125", "BC-SNN")) == "Số: 125/BC-SNN"


def test_draft_leaves_number_day_and_month_open() -> None:
    assert number_line(make_content(), Stamp()).split() == ["Số:", "/BC-SNN"]
    assert date_line(make_content(), Stamp(), year=2021).split() == ["Vĩnh", "Phúc,", "ngày", "tháng", "năm", "2021"]


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (datetime.date(2021, 2, 3), "Vĩnh Phúc, ngày 03 tháng 02 năm 2021"),
        (datetime.date(2021, 9, 20), "Vĩnh Phúc, ngày 20 tháng 9 năm 2021"),
        (datetime.date(2021, 12, 1), "Vĩnh Phúc, ngày 01 tháng 12 năm 2021"),
    ],
)
def test_noughts_stand_before_small_days_and_the_first_two_months(day: datetime.date, words: str) -> None:
    assert date_line(make_content(), Stamp(on=day), year=2020) == words


@pytest.mark.parametrize(
    ("signature", "fits"),
    [
        (("GIÁM ĐỐC",), True),
        (("KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC"), True),
        (("TL. GIÁM ĐỐC", "KT. CHÁNH VĂN PHÒNG", "PHÓ CHÁNH VĂN PHÒNG"), True),
        (("TM. HỘI ĐỒNG", "CHỦ TỊCH"), True),
        (("Q. GIÁM ĐỐC",), True),
        (("TL. GIÁM ĐỐC",), False),
        (("GIÁM ĐỐC", "PHÓ GIÁM ĐỐC"), False),
        ((), False),
    ],
)
def test_whoever_signs_for_another_stands_below(signature: tuple[str, ...], fits: bool) -> None:
    assert may_be_signed(signature) == fits


def test_only_free_parts_are_edited() -> None:
    edited = make_content().edited({0: "khác", 1: "khác", 2: "Ba người chưa khai.", 9: "khác"}, signer="")
    assert edited.body[:2] == make_content().body[:2]
    assert [part.text for _at, part in edited.free_parts] == ["Ba người chưa khai."]
    assert (edited.signer, edited.signature) == ("", make_content().signature)


def test_content_is_the_same_after_being_stored() -> None:
    assert read(stored(make_content())) == make_content()


def test_characters_that_no_format_holds_are_left_out() -> None:
    assert plain("a\x00b\x0bc\ufffe\n🌱d") == "abc\n🌱d"


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("Sở NN&PTNT", "SNN&PTNT"),
        ("Chi cục Kiểm lâm", "CCKL"),
        ("CC Trồng trọt và BVTV", "CCTTVBVTV"),
        ("Văn phòng", "VP"),
        ("Kế hoạch – Tài chính", "KHTC"),
    ],
)
def test_symbol_abbreviates_the_agency(name: str, short: str) -> None:
    assert abbreviation(name) == short
