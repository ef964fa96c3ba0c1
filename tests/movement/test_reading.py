"""Campaign files: the shipped ones are whole, and what is wrong in a file is all told, each with its place."""

import datetime
import re

import pytest
from django.urls import reverse

from tests.factories.movement import PLAN
from vungxanh.common.decision_tables import RuleFileError
from vungxanh.movement.rulebook import (
    LONGEST_FILE,
    PLACES,
    decoded,
    questions_to_issuer,
    read_campaign,
    shipped,
    term_of,
)

GREEN, OFFICE = "giu_vung_vung_xanh_2021.toml", "van_hoa_cong_so.toml"


def faults_of(text: str) -> list[str]:
    with pytest.raises(RuleFileError) as caught:
        read_campaign(text, name="thu.toml")
    return [str(fault) for fault in caught.value.faults]


def test_shipped_files_are_two_and_can_be_read() -> None:
    assert sorted(shipped()) == [GREEN, OFFICE]
    for name, text in shipped().items():
        assert read_campaign(text, name=name).total_points == 100


def test_shipped_plan_is_whole() -> None:
    plan = read_campaign(shipped()[GREEN])
    kinds: dict[str, list[str]] = {}
    for clause in plan.clauses.values():
        kinds.setdefault(clause.kind, []).append(clause.id)
    assert kinds["AIM"] == ["I.1.a", "I.1.b", "I.1.c"]
    assert kinds["REQUIREMENT"] == ["I.2.a", "I.2.b"]
    assert kinds["CONTENT"] == ["II.1", "II.2", "II.3", "II.4"]
    assert kinds["SOLUTION"] == ["III.1", "III.2", "III.3", "III.4"]
    assert kinds["CRITERIA"] == [
        "IV.a", "IV.b", "IV.1", "IV.2", "IV.3", "IV.4", "IV.4.a", "IV.5", "IV.5.a",
    ]  # fmt: skip
    assert kinds["AWARD"] == ["V.1", "V.2.a", "V.2.b", "V.2.c"]
    assert kinds["ORGANISATION"] == ["VI.1", "VI.2", "VI.3", "VI.4", "VI.5", "VI.6"]
    assert [one.clause for one in plan.criterion] == ["IV.1", "IV.2", "IV.3", "IV.4", "IV.5"]
    assert [one.form for one in plan.award] == [
        "GIAY_KHEN", "BANG_KHEN_CAP_TINH", "BANG_KHEN_THU_TUONG", "HUAN_CHUONG_LAO_DONG",
    ]  # fmt: skip
    assert plan.launch_by == datetime.date(2021, 9, 30)
    assert plan.parent[0].number == "240/KH-UBND"


def test_every_clause_of_the_shipped_plans_says_where_it_is_carried_out() -> None:
    for text in shipped().values():
        assert [one.id for one in read_campaign(text).clauses.values() if not one.carried_out_by] == []


def test_movement_without_an_epidemic_names_nothing_of_one() -> None:
    plan = read_campaign(shipped()[OFFICE])
    modules = {term.module for one in plan.measures.values() if (term := term_of(one.indicator))}
    assert modules == {"movement", "directing"}
    assert re.search("covid|dịch bệnh|vùng xanh", shipped()[OFFICE].partition("\ncode")[2], re.IGNORECASE) is None


def test_places_lead_to_pages_and_count_what_the_catalogue_knows() -> None:
    for place in PLACES.values():
        assert not place.url_name or reverse(place.url_name, args=["thu-nghiem"] if place.of_campaign else [])
        assert [code for code in place.indicators if term_of(code) is None] == []


def test_what_does_not_fit_in_the_plan_is_asked_and_not_corrected() -> None:
    asked = {one.key.partition(":")[0]: one for one in questions_to_issuer(read_campaign(shipped()[GREEN]))}
    assert set(asked) == {"number", "issued_on", "name", "budget", "recipients", "file"}
    assert "văn hóa công sở" in asked["budget"].text
    assert "doanh nghiệp" in asked["recipients"].text
    assert "V.1, VI.1, VI.6" in asked["name"].text


def test_plan_that_fits_asks_nothing() -> None:
    assert questions_to_issuer(read_campaign(PLAN)) == []


def test_other_quotation_marks_are_no_other_name() -> None:
    named = 'names_movement = "Thi đua “giữ vững vùng xanh”"'
    text = PLAN.replace('  text = "1. Mọi', f'  {named}\n  text = "1. Mọi')
    assert named in text
    assert questions_to_issuer(read_campaign(text)) == []


BAD = [
    ('code = "thu-nghiem"', 'code = "Thử"', ["code (dòng 2): chỉ dùng chữ thường không dấu, số và dấu gạch ngang"]),
    ('symbol = "KH-SNN"', 'symbol = "KH-SNN"\nmau = 3', ["mau (dòng 6): khóa không có trong mẫu"]),
    ("launch_by = 2021-09-30", "launch_by = 2021-09-01", ["launch_by (dòng 9): hạn phát động trước ngày bắt đầu"]),
    ("  target = 100\n", "", ["criterion[1].measure[1].target (dòng 35): chỉ tiêu đo được phải có mức phải đạt"]),
    ("  target = 100\n", "  target = 140\n", ["mức phải đạt nằm ngoài thang đo của chỉ tiêu"]),
    ("weight = 60", "weight = 50", ["criterion[1].weight (dòng 33): các chỉ tiêu cộng lại được 90, không phải 100"]),
    ("total_points = 100", "total_points = 90", ["các tiêu chí cộng lại được 100, không phải 90"]),
    ('"movement.people_pledged"', '"risk.unknown"', ["“risk.unknown” không có trong danh mục chỉ tiêu"]),
    ('clause = "I.1"', 'clause = "IX"', ["kế hoạch không có điểm IX"]),
    ('"news"]', '"nowhere"]', ["“nowhere” không phải nơi thực hiện mà phần mềm biết"]),
    ('kind = "CONTENT"', 'kind = "OTHER"', ["part[1].clause[1].kind"]),
    ('full_when = "Có ít nhất hai buổi tuyên truyền."', "", ["chỉ tiêu tự chấm phải nói khi nào được điểm tối đa"]),
    ("review_by = 2021-10-20", "review_by = 2021-10-01", ["hạn sơ kết, tổng kết trước khi hết kỳ"]),
    ("review_by = 2021-10-20", "", ["sơ kết, tổng kết phải có hạn"]),
    ("first = 2021-09-16\nlast", "first = 2021-09-01\nlast", ["kỳ nằm ngoài thời gian của phong trào"]),
    ('takes_part = ["DIVISION", "SUBORDINATE_UNIT"]', "takes_part = []", ["phải có ít nhất một loại đơn vị"]),
    ('id = "1.1"', 'id = "1/1"', ["criterion[1].measure[1].id (dòng 36): mã chỉ dùng chữ không dấu"]),
    ('code = "ky-1"', 'code = "kỳ 1"', ["mã chỉ dùng chữ không dấu, số"]),
    ("weight = 60", "weight = nan", ["criterion[1].measure[1].weight (dòng 41): phải là một số"]),
    ("total_points = 100", "total_points = inf", ["phải là một số"]),
    ('title = "Thi đua', 'title = "\\u0000Thi đua', ["title (dòng 3): có ký tự điều khiển không dùng được"]),
    ('code = "thu-nghiem"', 'code = "nap"', ["mã này phần mềm đã dùng cho việc khác"]),
    ('unit = ["Giữ đơn vị là vùng xanh."]', f'unit = ["{"x" * 301}"]', ["pledge.unit[1]"]),
    ('unit = ["Giữ đơn vị là vùng xanh."]', f"unit = {['a'] * 13}", ["nhiều hơn 12 nội dung"]),
    ("starts_on = 2021-09-16", "starts_on = 2021-09-32", ["sai cú pháp TOML"]),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "said"), BAD)
def test_fault_is_told_with_its_place(old: str, new: str, said: list[str]) -> None:
    assert old in PLAN
    found = faults_of(PLAN.replace(old, new, 1))
    assert [words for words in said if not any(words in fault for fault in found)] == []


def test_all_faults_are_told_at_once() -> None:
    text = PLAN.replace("weight = 60", "weight = 50").replace('clause = "I.1"', 'clause = "IX"')
    assert len(faults_of(text.replace("launch_by = 2021-09-30", "launch_by = 2021-09-01"))) == 3


def test_periods_that_overlap_and_codes_used_twice_are_told() -> None:
    period = PLAN[PLAN.index("[[period]]") :]
    twice = PLAN + period.replace("2021-10-15", "2021-11-15").replace("2021-10-20", "2021-11-20")
    assert [fault.split(": ", 1)[1] for fault in faults_of(twice)] == [
        "mã ky-1 đã dùng ở trên",
        "chồng lên kỳ ky-1, hoặc không theo thứ tự ngày",
    ]


def test_file_of_another_encoding_or_too_large_is_told() -> None:
    for content in ("số".encode("utf-16"), b"a" * (LONGEST_FILE + 1)):
        with pytest.raises(RuleFileError):
            decoded(content, name="x.toml")
    assert decoded(b"\xef\xbb\xbfcode", name="x.toml") == "code"


@pytest.mark.parametrize("text", ["a = " + "[" * 20_000, "a = " + "9" * 5_000])
def test_file_that_no_parser_can_hold_is_a_fault(text: str) -> None:
    assert len(faults_of(text)) == 1
