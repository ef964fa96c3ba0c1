import datetime
import random
import unicodedata

import pytest

from tests.factories.risk import clock, make_unit, make_user
from tests.factories.staff_lists import HEADS, SPACE, staff_row, workbook
from vungxanh.audit.models import AuditEvent
from vungxanh.common.lists.legacy import LegacyTextError, converted
from vungxanh.common.lists.sheets import MOST_ROWS, address
from vungxanh.common.vietnamese import name_sort_key
from vungxanh.organization.enums import PostKind, Role
from vungxanh.organization.models import DuplicateCandidate, Person, Post, Unit
from vungxanh.organization.operations.imports import import_people
from vungxanh.organization.operations.lists import ImportResult

AT = clock(9)


@pytest.fixture
def unit() -> Unit:
    return make_unit("CC", make_unit("SO"))


def run(content: bytes, *, dry_run: bool = False) -> ImportResult:
    return import_people(content, file_name="danh-sach.xlsx", dry_run=dry_run, actor=None, at=AT)


@pytest.mark.django_db
def test_import_when_right_creates_people_and_posts(unit: Unit) -> None:
    result = run(workbook([staff_row(1, full_name="trần thị ánh tuyết"), staff_row(2)]))
    assert (result.created, result.updated, result.unchanged, result.faults) == (2, 0, 0, [])
    person = Person.objects.get(staff_code="CB00001")
    assert (person.full_name, person.search_name, person.phone) == (
        "Trần Thị Ánh Tuyết",
        "tran thi anh tuyet",
        "+84912300001",
    )
    post = Post.objects.get(person=person)
    assert (post.unit_id, post.kind, post.valid_from) == (unit.pk, PostKind.HOME, datetime.date(2021, 9, 1))
    assert AuditEvent.objects.filter(action="organization.import_people").count() == 1


@pytest.mark.django_db
def test_import_when_dry_changes_nothing_and_says_the_same(unit: Unit) -> None:
    content = workbook([staff_row(1), staff_row(2)])
    dry, real = run(content, dry_run=True), run(content)
    assert (dry.created, dry.unchanged) == (real.created, real.unchanged) == (2, 0)
    assert Person.objects.count() == 2
    assert AuditEvent.objects.count() == 1


@pytest.mark.django_db
def test_import_when_same_file_again_changes_nothing(unit: Unit) -> None:
    content = workbook([staff_row(i) for i in range(20)])
    run(content)
    before = list(Post.objects.order_by("pk").values())
    result = run(content)
    assert (result.created, result.updated, result.unchanged) == (0, 0, 20)
    assert list(Post.objects.order_by("pk").values()) == before


@pytest.mark.django_db
def test_import_when_title_changes_from_a_later_day_begins_a_new_post(unit: Unit) -> None:
    run(workbook([staff_row(1)]))
    result = run(workbook([staff_row(1, title="Phó trưởng phòng", valid_from="20/09/2021")]))
    assert (result.created, result.updated) == (0, 1)
    posts = list(Post.objects.order_by("valid_from").values_list("title", "valid_from", "valid_to"))
    assert posts == [
        ("Chuyên viên", datetime.date(2021, 9, 1), datetime.date(2021, 9, 20)),
        ("Phó trưởng phòng", datetime.date(2021, 9, 20), None),
    ]


PLANTED = {
    3: {"staff_code": ""},
    4: {"staff_code": "CB 00?"},
    5: {"full_name": ""},
    6: {"full_name": "Ánh"},
    7: {"full_name": "Nguyễn Văn 4"},
    8: {"birth_date": "31/02/1980"},
    9: {"birth_date": "01/01/2020"},
    10: {"sex": "Không rõ"},
    11: {"identity_number": "12345"},
    12: {"phone": "12"},
    13: {"email": "khong-phai-thu"},
    14: {"unit_code": "KHONG-CO"},
    15: {"title": ""},
    16: {"contract": "Thử việc"},
    17: {"site_code": "KHONG-CO"},
    18: {"pattern": "Tùy ý"},
    19: {"residence_code": "99999"},
    20: {"valid_from": "2021/13/01"},
    21: {"staff_code": "CB00001"},
    22: {"identity_number": "026000000001", "full_name": "Người Khác Hẳn"},
}


@pytest.mark.django_db
def test_import_when_twenty_faults_are_planted_names_each_cell_and_imports_nothing(unit: Unit) -> None:
    rows = [staff_row(line - 1, **PLANTED.get(line, {})) for line in range(2, 60)]
    result = run(workbook(rows))
    expected = {address(line, SPACE[next(iter(fault))]) for line, fault in PLANTED.items()}
    assert {fault.split(":")[0] for fault in result.faults} == expected
    assert len(result.faults) == len(PLANTED) == 20
    assert not Person.objects.exists()


@pytest.mark.django_db
def test_import_when_somebody_is_known_under_another_code_asks_a_human(unit: Unit) -> None:
    run(workbook([staff_row(1, full_name="Đặng Thị Hòa", birth_date="05/05/1980")]))
    result = run(workbook([staff_row(2, full_name="Dang Thi Hoa", birth_date="05/05/1980")]))
    assert (result.created, result.duplicates) == (1, 1)
    pair = DuplicateCandidate.objects.get()
    assert {pair.first.staff_code, pair.second.staff_code} == {"CB00001", "CB00002"}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"", "trống"),
        (b"PK\x03\x04 not a zip", "XLSX"),
        (workbook([staff_row(1)], merge="A2:B2"), "A2:B2"),
        (workbook([staff_row(1)], formula="C2"), "C2"),
        ("Họ và tên\nNguyễn Văn A\n".encode(), "Mã cán bộ"),
        (";".join([*HEADS, "Lương"]).encode() + b"\n" + b";".join([b"x"] * 15), "Lương"),
    ],
)
def test_import_when_file_is_unusable_says_why(unit: Unit, content: bytes, word: str) -> None:
    result = run(content)
    assert word in " ".join(result.faults)
    assert not Person.objects.exists()


@pytest.mark.django_db
def test_import_when_too_long_is_refused(unit: Unit) -> None:
    lines = [";".join(staff_row(i)) for i in range(MOST_ROWS + 1)]
    result = run("\n".join([";".join(HEADS), *lines]).encode())
    assert len(result.faults) == 1
    assert str(MOST_ROWS) in result.faults[0]


@pytest.mark.django_db
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_import_when_csv_in_any_usual_encoding(unit: Unit, encoding: str) -> None:
    text = "\n".join(";".join(row) for row in [HEADS, staff_row(1, full_name="Nguyễn Thị Hường")])
    result = run(text.encode(encoding))
    assert result.faults == []
    assert Person.objects.get().full_name == "Nguyễn Thị Hường"


@pytest.mark.django_db
def test_import_when_csv_of_vietnamese_windows_has_combining_tones(unit: Unit) -> None:
    head = unicodedata.normalize("NFC", ";".join(HEADS))
    row = ";".join(staff_row(1, full_name="Nguyê\u0303n Thi\u0323 Hươ\u0300ng"))
    result = run(f"{apart(head)}\n{apart(row)}".encode("cp1258"))
    assert result.faults == []
    assert Person.objects.get().full_name == "Nguyễn Thị Hường"


def apart(text: str) -> str:
    """As code page 1258 has it: letters with their hat or horn, tones as marks behind them."""
    whole = "ăâêôơưđĂÂÊÔƠƯĐ"
    tones = "\u0300\u0301\u0303\u0309\u0323"
    return "".join(_split(letter, whole, tones) for letter in text)


def _split(letter: str, whole: str, tones: str) -> str:
    marks = unicodedata.normalize("NFD", letter)
    tone = "".join(mark for mark in marks if mark in tones)
    base = unicodedata.normalize("NFC", "".join(mark for mark in marks if mark not in tones))
    assert base in whole or base.isascii()
    return base + tone


@pytest.mark.django_db
def test_import_when_row_is_of_a_unit_of_somebody_else_is_refused(unit: Unit) -> None:
    other = make_unit("KHAC")
    personnel = make_user("tochuc", Role.PERSONNEL, other)
    result = import_people(workbook([staff_row(1)]), file_name="x", dry_run=False, actor=personnel, at=AT)
    assert len(result.faults) == 1
    assert not Person.objects.exists()


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("Nguyễn Thị Ánh", "Nguyễn Thị Ánh"),
        ("NguyÔn ThÞ ¸nh", "Nguyễn Thị ánh"),
        ("Ph¹m Quèc B×nh", "Phạm Quốc Bình"),
        ("Nguyeãn Thò AÙnh", "Nguyễn Thị Ánh"),
        ("Traàn Vaên Ñöùc", "Trần Văn Đức"),
        ("Y Bhăm Êban", "Y Bhăm Êban"),
        ("Giàng A Páo", "Giàng A Páo"),
    ],
)
def test_legacy_text_when_certain_is_converted(typed: str, expected: str) -> None:
    assert converted(typed) == expected


@pytest.mark.parametrize("typed", ["Ngu¶£§n", "Tr?n V\ufffdn A", "Иванов"])
def test_legacy_text_when_uncertain_is_refused(typed: str) -> None:
    with pytest.raises(LegacyTextError):
        converted(typed)


def test_address() -> None:
    assert [address(17, 3), address(1, 0), address(2, 26)] == ["D17", "A1", "AA2"]


def test_names_when_sorted_go_by_given_name() -> None:
    names = ["Lê An", "Lê Ánh", "Lê Ân", "Trần Bình", "Lê Dũng", "Lê Đạt", "Ngô Đạt"]
    mixed = random.Random(1).sample(names, len(names))
    assert sorted(mixed, key=name_sort_key) == names
