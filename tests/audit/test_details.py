"""What the details of the trail say is Vietnamese: every key that is written, and what stands behind it."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.utils.translation import override

from vungxanh.audit.details import HEALTH, IMPLIED, KEYS, in_words

SOURCES = Path(__file__).parents[2] / "src/vungxanh"
GIVEN = {"action", "actor", "at", "subject", "subject_name", "unit_id", "is_read", "key"}
"""What a call of a module's own recording function says beside the detail."""


def keys_of(node: ast.AST) -> Iterator[str]:
    """Of dictionaries written out, also where one is joined to another; a call by name is looked up by the reader."""
    for one in ast.walk(node):
        if isinstance(one, ast.Dict):
            yield from (key.value for key in one.keys if isinstance(key, ast.Constant) and isinstance(key.value, str))


def written(source: str) -> set[str]:
    """Keys of `detail=`, of variables that are given as one, and keywords of a function that takes `**detail`."""
    tree = ast.parse(source)
    defs = [one for one in ast.walk(tree) if isinstance(one, ast.FunctionDef)]
    takers = {one.name for one in defs if one.args.kwarg and one.args.kwarg.arg == "detail"}
    found: set[str] = set()
    for function in [*defs, tree]:
        calls = [one for one in ast.walk(function) if isinstance(one, ast.Call)]
        named = {"detail"}
        for call in calls:
            for word in call.keywords:
                if word.arg == "detail":
                    found |= set(keys_of(word.value))
                    named |= {one.id for one in ast.walk(word.value) if isinstance(one, ast.Name)}
            if isinstance(call.func, ast.Name) and call.func.id in takers:
                found |= {word.arg for word in call.keywords if word.arg} - GIVEN
                named |= {word.value.id for word in call.keywords if not word.arg and isinstance(word.value, ast.Name)}
        for one in ast.walk(function):
            target = one.targets[0] if isinstance(one, ast.Assign) else getattr(one, "target", None)
            if isinstance(target, ast.Subscript) and isinstance(target.slice, ast.Constant):
                if isinstance(target.value, ast.Name) and target.value.id in named & {"detail"}:
                    found.add(str(target.slice.value))
            elif isinstance(target, ast.Name) and target.id in named and isinstance(one, ast.Assign | ast.AugAssign):
                found |= set(keys_of(one.value))
    return found


def all_written() -> set[str]:
    """In every module that records something."""
    texts = [file.read_text(encoding="utf-8") for file in SOURCES.rglob("*.py") if file.parent.name != "api"]
    return {key for text in texts if "vungxanh.audit" in text for key in written(text)}


def test_every_key_that_is_written_has_words() -> None:
    """Add yours to `vungxanh/audit/details.py` when this fails."""
    assert sorted(all_written() - {*KEYS, *IMPLIED, *HEALTH}) == []


def test_list_finds_the_keys_at_all() -> None:
    assert {"on_time", "reason", "tries", "error", "kept", "people", "secrets", "present", "was"} <= all_written()
    assert len(all_written()) > 60


def test_words_are_vietnamese_and_no_key() -> None:
    with override("vi"):
        assert [key for key, words in KEYS.items() if str(words) == key or "_" in str(words)] == []


@pytest.mark.parametrize(
    ("detail", "shown"),
    [
        ({"on_time": True, "overrides": 0}, [("đúng giờ", "có"), ("số liệu sửa tay", "0")]),
        ({"kind": "DAILY", "version": 2}, [("loại", "hằng ngày"), ("phiên bản", "2")]),
        ({"kind": "reports.quick_report"}, [("loại", "Báo cáo nhanh")]),
        ({"as": "UNIT_HEAD", "for": None}, [("với vai trò", "thủ trưởng đơn vị")]),
        ({"as": "DUTY_OFFICER", "for": 7}, [("với vai trò", "người trực"), ("thay tài khoản số", "7")]),
        ({"role": "UNIT_CLERK"}, [("vai trò", "cán bộ đầu mối")]),
        ({"duties": ["arrival", "daily_return"]}, [("việc còn dở", "Khai khi đến, Báo cáo trước 15 giờ")]),
        ({"people": [7, 9, 12], "items": ["19", "20"]}, [("người", "3"), ("nội dung", "2")]),
        ({"day": "2021-09-20", "from": "2021-13-45"}, [("ngày", "20/09/2021"), ("từ", "2021-13-45")]),
        ({"entered_at": "2021-09-20T14:39:00+07:00"}, [("cập nhật lúc", "14:39\u00a020/09/2021")]),
        ({"before": {"name": "A", "unit": 3, "events": []}}, [("trước đó", "tên A, sự kiện 0")]),
        ({"basis": "", "verb": "call", "level": "HIGH"}, [("căn cứ", "–")]),
        ({"fields": ["phone", "residence_id"]}, [("đã sửa", "Điện thoại, Mã xã, phường nơi ở")]),
        ({"reason": "EXPIRED"}, [("lý do", "Giấy vào cửa đã hết hạn. Mời khai báo hôm nay")]),
        ({"of_later": "x"}, [("of_later", "x")]),
    ],
)
def test_values_are_in_words(detail: dict[str, object], shown: list[tuple[str, str]]) -> None:
    with override("vi"):
        assert in_words("risk.submit_return", detail) == shown


@pytest.mark.parametrize("action", ["admission.correct_declaration", "admission.revoke_pass"])
def test_reason_that_tells_of_a_named_persons_health_is_not_shown(action: str) -> None:
    assert in_words(action, {"reason": "MEASURED_AGAIN", "version": 2}) == [(str(KEYS["version"]), "2")]
