"""The template of the papers: what it may name, and every fault of a wrong one at once."""

import datetime
from pathlib import Path

import pytest

from vungxanh.common.decision_tables import RuleFileError
from vungxanh.common.decision_tables.editions import load_editions
from vungxanh.reviews.rulebook import KINDS, REVIEW_RULE, ReviewRule, fields_in, known_fields

SHIPPED = REVIEW_RULE.path.read_text(encoding="utf-8")


def faults_of(text: str, folder: Path) -> list[str]:
    path = folder / "review_papers.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(RuleFileError) as caught:
        load_editions(path, schema=ReviewRule)
    return [str(one) for one in caught.value.faults]


def test_shipped_template_has_a_paper_of_each_kind_and_parts_for_each() -> None:
    rule = REVIEW_RULE.current().in_force(datetime.date(2021, 10, 1))
    assert sorted(one.kind for one in rule.paper) == sorted(KINDS)
    assert [bool(rule.parts_of(kind)) for kind in KINDS] == [True] * 4
    office = [part.label for part in rule.parts_of("INTERIM") if part.by_office]
    assert office == ["Ưu điểm", "Tồn tại, hạn chế", "Nguyên nhân", "Phương hướng, nhiệm vụ thời gian tới"]


def test_unknown_fields_refuse_the_whole_with_every_fault(tmp_path: Path) -> None:
    text = SHIPPED.replace("{lowest_green}", "{thap_nhat}").replace("{risk_green_days}", "{risk_green_days:>9}")
    text = text.replace("Kính gửi {to} tổng hợp", "Kính gửi {to.__class__} tổng hợp {")
    found = faults_of(text, tmp_path)
    assert len(found) == 3
    assert any("không có chữ điền {thap_nhat}" in one for one in found)
    assert any("không có chữ điền {risk_green_days}" in one for one in found)
    assert any("dấu { } không đúng" in one for one in found)


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ('kind = "ANNUAL"\n', 'kind = "FINAL"\n', "mỗi loại"),
        ('signature = ["GIÁM ĐỐC"]', 'signature = ["TL. GIÁM ĐỐC"]', "dòng ký thay"),
        ('label = "Nguyên nhân"', 'label = "Ưu điểm"', "dùng hai lần"),
        ('level = 2\n  heading = "Ưu điểm"\n', 'heading = "Ưu điểm"\n', "đề mục cần level"),
        ("remind_again_days = 2", "remind_again_days = 0", "phải từ 1"),
        ('tables = ["UNIT_DAYS"]', 'tables = ["KHAC"]', "KHAC"),
    ],
)
def test_wrong_template_is_refused(tmp_path: Path, old: str, new: str, fault: str) -> None:
    assert old in SHIPPED
    assert any(fault in one for one in faults_of(SHIPPED.replace(old, new), tmp_path))


def test_fields_are_those_of_the_paper_and_of_the_catalogue() -> None:
    known = known_fields()
    assert {"launched_share", "risk_green_days", "before_risk_green_days", "change_risk_green_days"} <= known
    assert fields_in("Có {launched}/{units} đơn vị") == ["launched", "units"]


@pytest.mark.parametrize(
    ("left", "reminds"),
    [(8, False), (7, True), (3, True), (2, False), (0, True), (-1, False), (-2, True), (-32, False)],
)
def test_office_is_reminded_before_the_day_and_for_a_while_after(left: int, reminds: bool) -> None:
    day = datetime.date(2021, 10, 20)
    rule = REVIEW_RULE.current().in_force(day)
    assert rule.is_reminder_day(day - datetime.timedelta(days=left), day) == reminds
