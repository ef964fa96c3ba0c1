"""What is wrong in a rule file is said in Vietnamese: syntax with its line, values with what is wanted."""

import datetime
import inspect
import re
import tomllib
from pathlib import Path
from typing import Any, Literal

import pytest

from vungxanh.common.decision_tables import Fault
from vungxanh.common.decision_tables.faults import syntax_fault
from vungxanh.common.decision_tables.shapes import shape


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("a = 1\nb 2\n", 2, "thiếu dấu = sau tên khóa, ở cột 3"),
        (
            "a = 1\nb = chữ\n",
            2,
            "không đọc được giá trị; chữ phải đặt trong dấu nháy kép, ở cột 5",
        ),
        ('a = "x\n', 1, "chữ chưa đóng dấu nháy, hoặc có ký tự không dùng được, ở cột 7"),
        ("a = 2021-02-31\n", 1, "không có ngày giờ này; ngày viết như 2021-09-20, ở cột 5"),
        ("a = 1\na = 2\n", 2, "khóa này đã có ở trên, ở cột 6"),
        ("[a]\n[a]\n", 2, "mục này đã có ở trên, ở cột 3"),
        ("[[a]\n", 1, "tiêu đề mục chưa đóng ngoặc vuông, ở cột 4"),
        (
            "= 1\n",
            1,
            "dòng này không phải khóa = giá trị, cũng không phải tiêu đề [mục], ở cột 1",
        ),
        ("a = [1\n\n", 2, "danh sách chưa đóng ngoặc vuông, ở cuối"),
        ("a = {b = 1\n", 1, "bảng trên một dòng chưa đóng ngoặc nhọn, ở cột 11"),
        (
            'a = "\\q"\n',
            1,
            "dấu \\ trong chữ dùng sai; cần chính dấu ấy thì viết hai lần, ở cột 8",
        ),
    ],
)
def test_wrong_syntax_is_said_in_vietnamese_with_its_line(text: str, line: int, says: str) -> None:
    with pytest.raises(tomllib.TOMLDecodeError) as refused:
        tomllib.loads(text)
    assert str(syntax_fault(refused.value, text)) == f"dòng {line}: sai cú pháp TOML: {says}"


def test_every_sentence_of_the_parser_has_its_words() -> None:
    """Fails where a later Python words one otherwise."""
    source = Path(inspect.getfile(tomllib.loads)).with_name("_parser.py").read_text(encoding="utf-8")
    said = re.findall(r'suffixed_err\(\s*src,\s*\w+,\s*f?"([^"]+)"', source)
    assert len(said) > 20
    assert [
        one for one in said if "không đọc được dòng này" in syntax_fault(tomllib.TOMLDecodeError(one), "").what
    ] == []


@pytest.mark.parametrize(
    ("raw", "kind", "says"),
    [
        ("x", int, "cần số nguyên, lại gặp chữ trong dấu nháy kép"),
        ("31/02", datetime.date, "cần ngày như 2021-09-20"),
        (1, datetime.time, "cần giờ như 14:30:00, lại gặp số nguyên"),
        ([1], tuple[str, ...], "cần chữ trong dấu nháy kép, lại gặp số nguyên, ở phần tử thứ 1"),
        ([1], tuple[int, int], "cần danh sách trong ngoặc vuông, số phần tử là 2, lại gặp 1"),
        ("x", int | float, "cần số nguyên hoặc số, lại gặp chữ trong dấu nháy kép"),
        ("X", Literal["A"], "ngoài các giá trị được dùng: 'X'"),
    ],
)
def test_wrong_value_is_said_in_vietnamese(raw: object, kind: Any, says: str) -> None:
    faults: list[Fault] = []
    shape(raw, kind, at="a", faults=faults)
    assert faults == [Fault("a", says)]
