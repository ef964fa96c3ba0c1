"""Templates are read whole or refused whole, with every fault at its place."""

from pathlib import Path

import pytest

from tests.factories.organization import MONDAY
from vungxanh.common.decision_tables import Edition, RuleFileError, load_editions
from vungxanh.plans.rulebook import (
    GREEN_ZONE_TEMPLATE,
    PLAN_RULE,
    UNIT_PLAN_TEMPLATE,
    PlanRule,
    PlanTemplate,
    UnitPlanTemplate,
    template_in_force,
)


def faults_of(
    tmp_path: Path, source: Path, schema: type[Edition], *changes: tuple[str, str]
) -> list[tuple[str, str, int | None]]:
    text = source.read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    path = tmp_path / source.name
    path.write_text(text, encoding="utf-8")
    with pytest.raises(RuleFileError) as refused:
        load_editions(path, schema=schema)
    return [(one.where, one.what, one.line) for one in refused.value.faults]


def test_shipped_templates_are_in_force_and_keep_their_kinds_apart() -> None:
    unit_plan, green = template_in_force("UNIT_PLAN", MONDAY), template_in_force("GREEN_ZONE_PLAN", MONDAY)
    assert [one.code for one in unit_plan.section][:2] == ["muc-dich", "tinh-hinh"]
    assert [one.code for one in green.section][-1] == "phan-cong"


def test_unknown_fields_refuse_the_file_and_every_fault_is_listed(tmp_path: Path) -> None:
    found = faults_of(
        tmp_path,
        GREEN_ZONE_TEMPLATE.path,
        PlanTemplate,
        ("Đơn vị giữ mức vùng xanh", "{don_vi} giữ mức vùng xanh"),
        ("{head} chịu trách nhiệm về việc", "{head.password} chịu trách nhiệm về việc"),
        ('code = "khach"', 'code = "muc-tieu"'),
        ("Các địa điểm của đơn vị: {site_list}", "Các địa điểm của đơn vị: {site_list"),
        ('heading = "VI. KHI CÓ TÌNH HUỐNG"', 'heading = " "'),
    )
    places = [(where, what.split(" (")[0]) for where, what, _line in found]
    assert places == [
        ("edition[1].section[1].text", "“don_vi” không phải chỗ điền dùng được ở đây"),
        ("edition[1].section[2].text", "ngoặc nhọn không đủ cặp"),
        ("edition[1].section[4].code", "mã muc-tieu đã dùng ở trên"),
        ("edition[1].section[6].heading", "không được để trống"),
        ("edition[1].section[7].text", "“head.password” không phải chỗ điền dùng được ở đây"),
    ]
    assert all(line for _where, _what, line in found)


@pytest.mark.parametrize("field", ["{campaign_title}", "{own_criteria}", "{unit!r}", "{unit:>9}", "{}", "{0}"])
def test_green_zone_template_takes_the_bare_names_of_the_unit_alone(tmp_path: Path, field: str) -> None:
    change = ("3. Kế hoạch được xem lại", f"3. {field} Kế hoạch được xem lại")
    [(where, _what, _line)] = faults_of(tmp_path, GREEN_ZONE_TEMPLATE.path, PlanTemplate, change)
    assert where == "edition[1].section[7].text"


def test_fields_of_the_movement_are_known_to_its_template(tmp_path: Path) -> None:
    change = ("đua “{campaign_title}”", "đua “{campaign_titel}”")
    [(where, what, _line)] = faults_of(tmp_path, UNIT_PLAN_TEMPLATE.path, UnitPlanTemplate, change)
    assert where == "edition[1].summary"
    assert "campaign_title" in what


def test_rule_of_plans_is_checked(tmp_path: Path) -> None:
    found = faults_of(
        tmp_path,
        PLAN_RULE.path,
        PlanRule,
        ("due_days = 10", "due_days = -1"),
        ("remind_again_days = 3", "remind_again_days = 0"),
        ("longest_section = 8000", "longest_section = 10"),
        ("remind_days_before = [5, 1, 0]", "remind_days_before = [-1]"),
        ('green_zone_kinds = ["DIVISION", "SUBORDINATE_UNIT"]', "green_zone_kinds = []"),
    )
    assert {where.removeprefix("edition[1].") for where, _what, _line in found} == {
        "due_days",
        "remind_again_days",
        "longest_section",
        "remind_days_before",
        "green_zone_kinds",
    }
