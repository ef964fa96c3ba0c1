import datetime
import io
import zipfile

from python_calamine import CalamineWorkbook

from vungxanh.common.clock import ZONE
from vungxanh.common.spreadsheets import sheet_name, workbook


def rows(content: bytes) -> list[list[object]]:
    return CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()


def test_workbook_when_text_begins_like_a_formula_stays_text() -> None:
    dangerous = ["=1+1", "+84 912", "-2", "@SUM(A1)", "=cmd|'/c calc'!A0", "https://example.org"]
    content = workbook("Thử", ["Cột"], [[text] for text in dangerous])
    sheet = zipfile.ZipFile(io.BytesIO(content)).read("xl/worksheets/sheet1.xml")
    assert b"<f>" not in sheet
    assert b"hyperlink" not in sheet
    assert [row[0] for row in rows(content)[1:]] == dangerous


def test_workbook_when_dates_and_figures_are_typed() -> None:
    moment = datetime.datetime(2021, 10, 4, 7, 31, tzinfo=ZONE)
    content = workbook("Thử", ["Ngày", "Lúc", "Số", "Trống"], [[moment.date(), moment, 3, None]])
    assert rows(content)[1] == [moment.date(), moment.replace(tzinfo=None), 3.0, ""]


def test_workbook_when_text_has_control_characters_drops_them() -> None:
    assert rows(workbook("Thử", ["A"], [["a\x00b\x0bc"]]))[1] == ["abc"]


def test_sheet_name_when_long_or_forbidden() -> None:
    assert sheet_name("Bảng [điều] hành: 04/10/2021 rất dài quá dài") == "Bảng  điều  hành  04 10 2021 rấ"
    assert sheet_name("'") == "Sheet"
