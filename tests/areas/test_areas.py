import datetime
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.factories.risk import MONDAY, clock, make_unit, make_user
from vungxanh.areas.imports import AreaFileError
from vungxanh.areas.models import AdministrativeUnit, AreaLevel
from vungxanh.areas.operations import SHIPPED, import_areas, import_levels
from vungxanh.areas.queries import all_areas, all_areas_by_code, all_levels_between, all_levels_of
from vungxanh.common import clock as clocks
from vungxanh.organization.enums import Role

pytestmark = pytest.mark.django_db
BACKEND = "vungxanh.accounts.backends.NameOrPhoneBackend"
VINH_PHUC, VINH_YEN, TICH_SON = "26", "243", "08707"


@pytest.fixture
def shipped() -> None:
    import_areas(SHIPPED, at=clock(9))


def levels(tmp_path: Path, *lines: str) -> Path:
    path = tmp_path / "levels.csv"
    path.write_text("\n".join(["code,level,valid_from", *lines]), encoding="utf-8")
    return path


def level_of(code: str, on: datetime.date) -> str:
    area = all_areas_by_code([code], on=on)[code]
    return all_levels_of([area.pk], on=on).get(area.pk, "")


@pytest.mark.usefixtures("shipped")
def test_shipped_areas_are_the_tree_of_2021() -> None:
    counts = {
        tier: AdministrativeUnit.objects.filter(tier=tier).count() for tier in ("PROVINCE", "DISTRICT", "COMMUNE")
    }
    assert counts == {"PROVINCE": 63, "DISTRICT": 705, "COMMUNE": 136}
    assert import_areas(SHIPPED, at=clock(9)) == 0
    assert VINH_PHUC in all_areas_by_code([VINH_PHUC], on=MONDAY)
    assert all_areas_by_code([VINH_PHUC], on=datetime.date(2025, 7, 1)) == {}


@pytest.mark.usefixtures("shipped")
def test_areas_when_searched_without_marks() -> None:
    assert [area.code for area in all_areas(on=MONDAY, search="tich son")] == [TICH_SON]


@pytest.mark.usefixtures("shipped")
def test_level_when_published_above_holds_below_until_one_of_its_own(tmp_path: Path) -> None:
    later = MONDAY + datetime.timedelta(days=3)
    lines = [f"{VINH_PHUC},YELLOW,{MONDAY}", f"{VINH_YEN},RED,{later}"]
    import_levels(levels(tmp_path, *lines), document_number="1/TB", document_date=None, at=clock(9))
    assert [level_of(TICH_SON, day) for day in (MONDAY, later)] == ["YELLOW", "RED"]
    assert level_of(VINH_PHUC, later) == "YELLOW"


@pytest.mark.usefixtures("shipped")
def test_level_when_a_new_one_is_published_ends_the_old_one(tmp_path: Path) -> None:
    later = MONDAY + datetime.timedelta(days=3)
    for level, day in (("RED", MONDAY), ("GREEN", later), ("ORANGE", MONDAY + datetime.timedelta(days=1))):
        path = levels(tmp_path, f"{VINH_PHUC},{level},{day}")
        import_levels(path, document_number="1/TB", document_date=None, at=clock(9))
    spans = list(AreaLevel.objects.order_by("valid_from").values_list("level", "valid_to"))
    assert spans == [("RED", MONDAY + datetime.timedelta(days=1)), ("ORANGE", later), ("GREEN", None)]


@pytest.mark.usefixtures("shipped")
@pytest.mark.usefixtures("shipped")
def test_levels_of_a_stretch_of_days_are_those_of_each_day(tmp_path: Path) -> None:
    for number, day, lines in (
        ("1/TB", MONDAY, (f"{VINH_PHUC},GREEN,2021-09-18", f"{TICH_SON},RED,2021-09-20")),
        ("2/TB", MONDAY, (f"{VINH_YEN},YELLOW,2021-09-19", f"{TICH_SON},ORANGE,2021-09-21")),
    ):
        import_levels(levels(tmp_path, *lines), document_number=number, document_date=day, at=clock(9))
    areas = {area.pk for area in all_areas_by_code([VINH_PHUC, VINH_YEN, TICH_SON, "01"], on=MONDAY).values()}
    first, last = MONDAY - datetime.timedelta(days=3), MONDAY + datetime.timedelta(days=2)
    found = all_levels_between(areas, first, last)
    for offset in range(6):
        day = first + datetime.timedelta(days=offset)
        assert {area: row.level for (area, on), row in found.items() if on == day} == all_levels_of(areas, on=day)
    tich_son = all_areas_by_code([TICH_SON], on=MONDAY)[TICH_SON].pk
    whence = [
        (row.area.code, row.level, row.document_number) for (area, _day), row in found.items() if area == tich_son
    ]
    assert whence == [
        (VINH_PHUC, "GREEN", "1/TB"),
        (VINH_YEN, "YELLOW", "2/TB"),
        (TICH_SON, "RED", "1/TB"),
        (TICH_SON, "ORANGE", "2/TB"),
        (TICH_SON, "ORANGE", "2/TB"),
    ]


@pytest.mark.parametrize(
    ("lines", "document", "word"),
    [
        (["99999,RED,2021-09-20"], "1/TB", "99999"),
        ([f"{VINH_PHUC},PURPLE,2021-09-20"], "1/TB", "B2"),
        ([f"{VINH_PHUC},RED,20/9"], "1/TB", "C2"),
        ([f"{VINH_PHUC},RED,2021-09-20"], " ", "số văn bản"),
    ],
)
def test_levels_when_faulty_import_nothing(tmp_path: Path, lines: list[str], document: str, word: str) -> None:
    with pytest.raises(AreaFileError, match=word):
        import_levels(levels(tmp_path, *lines), document_number=document, document_date=None, at=clock(9))
    assert not AreaLevel.objects.exists()


@pytest.mark.usefixtures("shipped")
def test_page_takes_in_levels_and_shows_them() -> None:
    client = Client()
    client.force_login(make_user("quantri", Role.ADMINISTRATOR, make_unit("SO")), BACKEND)
    file = SimpleUploadedFile("levels.csv", f"code,level,valid_from\n{VINH_PHUC},RED,{MONDAY}".encode())
    with clocks.at(clock(9)):
        page = client.post("/dia-ban/cap-do/nhap/", {"document_number": "12/TB-BCĐ", "file": file}, follow=True)
        below = client.get("/dia-ban/", {"tren": VINH_PHUC}).content.decode()
    assert "12/TB-BCĐ" in page.content.decode()
    assert "Vĩnh Yên" in below
    assert below.count("Nguy cơ rất cao") == 11


@pytest.mark.usefixtures("shipped")
def test_page_when_file_is_faulty_says_so_and_keeps_the_number() -> None:
    client = Client()
    client.force_login(make_user("quantri", Role.ADMINISTRATOR, make_unit("SO")), BACKEND)
    file = SimpleUploadedFile("levels.csv", b"code,level,valid_from\n999,RED,2021-09-20")
    with clocks.at(clock(9)):
        answer = client.post("/dia-ban/cap-do/nhap/", {"document_number": "12/TB-BCĐ", "file": file})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "999" in page
    assert "12/TB-BCĐ" in page
