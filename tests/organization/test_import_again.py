"""A staff list beside what happened since the last one."""

import datetime
import random

import pytest
from django.core.exceptions import PermissionDenied

from tests.factories.organization import clock, make_holder, make_unit
from tests.factories.staff_lists import staff_row, workbook
from vungxanh.organization.enums import ImportStatus, Role, WorkPattern
from vungxanh.organization.models import DuplicateCandidate, Person, Post, StaffImport, Unit
from vungxanh.organization.operations.imports import ImportEndedError, apply_checked, check_people, import_people
from vungxanh.organization.operations.lists import ImportResult
from vungxanh.organization.operations.people import merge_people
from vungxanh.organization.operations.posts import end_post, transfer

pytestmark = pytest.mark.django_db
AT = clock(9)
LATER = datetime.date(2021, 9, 15)


@pytest.fixture
def root() -> Unit:
    return make_unit("SO")


@pytest.fixture
def unit(root: Unit) -> Unit:
    return make_unit("CC", root)


@pytest.fixture
def personnel(root: Unit):
    return make_holder("tochuc", Role.PERSONNEL, root)


def run(content: bytes, **more) -> ImportResult:
    return import_people(content, **{"file_name": "a.xlsx", "dry_run": False, "actor": None, "at": AT, **more})


def test_import_when_the_person_was_transferred_since_changes_nothing(unit: Unit, root: Unit, personnel) -> None:
    content = workbook([staff_row(1)])
    run(content)
    person = Person.objects.get()
    transfer(
        person, unit=make_unit("TT", root), title="Phó", site=None, valid_from=LATER, basis="", actor=personnel, at=AT
    )
    before = list(Post.objects.order_by("pk").values())
    result = run(content)
    assert (result.unchanged, result.updated, result.faults) == (1, 0, [])
    assert list(Post.objects.order_by("pk").values()) == before


def test_import_when_the_person_left_since_changes_nothing(unit: Unit, personnel) -> None:
    content = workbook([staff_row(1)])
    run(content)
    end_post(Post.objects.get(), valid_to=LATER, actor=personnel, at=AT)
    result = run(content)
    assert (result.unchanged, result.faults) == (1, [])
    assert Post.objects.get().valid_to == LATER


def test_import_when_it_would_change_the_past_is_refused_with_the_day(unit: Unit, root: Unit, personnel) -> None:
    run(workbook([staff_row(1)]))
    other = make_unit("TT", root)
    transfer(
        Person.objects.get(), unit=other, title="Phó", site=None, valid_from=LATER, basis="", actor=personnel, at=AT
    )
    result = run(workbook([staff_row(1, title="Trưởng phòng", valid_from="10/09/2021")]))
    assert len(result.faults) == 1
    assert result.faults[0].startswith("N2: ")
    assert "15/09/2021" in result.faults[0]


def test_import_when_the_code_was_merged_away_changes_nothing(unit: Unit, personnel) -> None:
    rows = [staff_row(number, full_name="Đặng Thị Hòa", birth_date="05/05/1980") for number in (1, 2)]
    run(workbook(rows))
    pair = DuplicateCandidate.objects.get()
    merge_people(pair, keep=pair.first, actor=personnel, at=AT)
    result = run(workbook(rows))
    assert (result.unchanged, result.created, result.duplicates) == (2, 0, 0)
    assert Post.objects.filter(person=pair.first).count() == 1


def test_import_when_a_row_is_corrected_from_its_day_keeps_one_post(unit: Unit) -> None:
    run(workbook([staff_row(1)]))
    result = run(workbook([staff_row(1, title="Kế toán")]))
    assert (result.updated, Post.objects.get().title) == (1, "Kế toán")


@pytest.mark.parametrize(
    ("typed", "pattern", "weekdays"),
    [
        ("Hành chính", WorkPattern.CALENDAR, 31),
        ("theo ca", WorkPattern.ROSTER, 31),
        ("T2, T4, CN", WorkPattern.WEEKDAYS, 0b1000101),
        ("Theo thứ", WorkPattern.WEEKDAYS, 31),
        ("", WorkPattern.CALENDAR, 31),
    ],
)
def test_import_reads_the_pattern_of_work(unit: Unit, typed: str, pattern: str, weekdays: int) -> None:
    assert run(workbook([staff_row(1, pattern=typed)])).faults == []
    post = Post.objects.get()
    assert (post.pattern, post.weekdays) == (pattern, weekdays)


def test_import_when_somebody_else_looks_after_the_person_is_refused(unit: Unit, root: Unit) -> None:
    run(workbook([staff_row(1)]))
    other = make_unit("TT", root)
    result = run(workbook([staff_row(1, unit_code="TT")]), actor=make_holder("khac", Role.PERSONNEL, other))
    assert [fault.split(":")[0] for fault in result.faults] == ["A2"]
    assert Post.objects.get().unit_id == unit.pk


def test_import_by_somebody_without_the_role_is_refused(unit: Unit) -> None:
    with pytest.raises(PermissionDenied):
        run(workbook([staff_row(1)]), actor=make_holder("truong", Role.UNIT_HEAD, unit))


VNI = {"full_name": "Nguyeãn Thò AÙnh", "title": "Tröôûng phoøng", "contract": "Coâng chöùc", "sex": "Nöõ"}
TCVN3 = {"full_name": "NguyÔn ThÞ Lan", "title": "Tr­ëng phßng", "contract": "C«ng chøc", "sex": "N÷"}


@pytest.mark.parametrize(("legacy", "name"), [(VNI, "Nguyễn Thị Ánh"), (TCVN3, "Nguyễn Thị Lan")])
def test_import_of_legacy_text_stores_unicode(unit: Unit, legacy: dict[str, str], name: str) -> None:
    result = run(workbook([staff_row(1, **legacy), staff_row(2)]))
    assert result.faults == []
    assert Person.objects.get(staff_code="CB00001").full_name == name
    assert Post.objects.get(person__staff_code="CB00001").title == "Trưởng phòng"


def test_import_of_vni_reads_a_word_of_both_by_the_column_it_stands_in(unit: Unit) -> None:
    ordinary = {"title": "Chuyeân vieân", "contract": "Coâng chöùc"}
    rows = [staff_row(1, full_name="Mai Thò Lan", **ordinary), staff_row(2, full_name="Nguyeãn Vaên An", **ordinary)]
    assert run(workbook(rows)).faults == []
    assert Person.objects.get(staff_code="CB00001").full_name == "Mai Thị Lan"


def test_import_of_mixed_text_refuses_what_makes_sense_both_ways(unit: Unit) -> None:
    rows = [
        staff_row(1, full_name="Mai Thò Lan", title="Chuyeân vieân"),
        staff_row(2, full_name="Nguyễn Văn Ước"),
    ]
    result = run(workbook(rows))
    assert [fault.split(":")[0] for fault in result.faults] == ["B2"]
    assert not Person.objects.exists()


def test_import_of_decomposed_text_stores_composed(unit: Unit) -> None:
    run(workbook([staff_row(1, full_name="Nguye\u0302\u0303n Thi\u0323 Hu\u031bo\u031b\u0300ng")]))
    assert Person.objects.get().full_name == "Nguyễn Thị Hường"


def test_import_of_csv_in_an_old_encoding_stores_unicode(unit: Unit) -> None:
    head = "M· c¸n bé;Hä vµ tªn;M· ®¬n vÞ;Chøc vô;Lo¹i hîp ®ång"
    text = f"{head}\nCB1;NguyÔn Quèc ViÖt;CC;Chuyªn viªn;C«ng chøc\n"
    result = run(text.encode("cp1252"))
    assert result.faults == []
    assert Person.objects.get().full_name == "Nguyễn Quốc Việt"


@pytest.mark.parametrize(
    "content", [b"\xd0\xcf\x11\xe0" + b"\x00" * 600, b"a\x00b", b"PK\x03\x04" + b"\x00" * 40, b"\xff\xfe\x00"]
)
def test_import_of_something_else_is_refused_in_words(unit: Unit, content: bytes) -> None:
    assert len(run(content).faults) == 1


def test_checked_file_when_confirmed_is_applied_once(unit: Unit, personnel) -> None:
    checked = check_people(workbook([staff_row(1)]), file_name="a.xlsx", actor=personnel, at=AT)
    assert (checked.status, checked.created, Person.objects.count()) == (ImportStatus.CHECKED, 1, 0)
    assert b"CB00001" not in bytes(StaffImport.objects.get().content)
    result = apply_checked(checked, actor=personnel, at=AT)
    kept = StaffImport.objects.get()
    assert (result.created, kept.status, bytes(kept.content)) == (1, ImportStatus.APPLIED, b"")
    with pytest.raises(ImportEndedError):
        apply_checked(checked, actor=personnel, at=AT)


def test_checked_file_when_of_somebody_else_or_wrong_is_not_applied(unit: Unit, root: Unit, personnel) -> None:
    checked = check_people(workbook([staff_row(1)]), file_name="a.xlsx", actor=personnel, at=AT)
    with pytest.raises(ImportEndedError):
        apply_checked(checked, actor=make_holder("khac", Role.PERSONNEL, root), at=AT)
    wrong = check_people(workbook([staff_row(1, phone="1")]), file_name="b.xlsx", actor=personnel, at=AT)
    assert (wrong.status, len(wrong.faults), bytes(wrong.content)) == (ImportStatus.REFUSED, 1, b"")
    with pytest.raises(ImportEndedError):
        apply_checked(wrong, actor=personnel, at=AT)


def test_checked_file_when_forgotten_loses_its_content(unit: Unit, personnel) -> None:
    old = check_people(workbook([staff_row(1)]), file_name="a.xlsx", actor=personnel, at=AT)
    check_people(workbook([staff_row(2)]), file_name="b.xlsx", actor=personnel, at=AT + datetime.timedelta(days=2))
    with pytest.raises(ImportEndedError):
        apply_checked(old, actor=personnel, at=AT)


@pytest.mark.slow
def test_import_of_five_thousand_rows_names_twenty_faults_among_them(unit: Unit) -> None:
    faulty = random.Random(1).sample(range(5000), 20)
    rows = [staff_row(number, **({"phone": "12"} if number in faulty else {})) for number in range(5000)]
    result = run(workbook(rows))
    assert len(result.faults) == 20
    assert {fault.split(":")[0] for fault in result.faults} == {f"F{number + 2}" for number in faulty}
    result = run(workbook([staff_row(number) for number in range(5000)]))
    assert (result.created, Person.objects.count()) == (5000, 5000)
