"""Files of areas and levels: what they may say, and what becomes of areas and levels that are there."""

import datetime

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.factories.areas import START, make_area, make_level
from tests.factories.organization import MONDAY, clock, make_holder, make_unit
from tests.factories.staff_lists import workbook
from vungxanh.areas.enums import AreaTier, EpidemicLevel
from vungxanh.areas.imports import AreaFileError
from vungxanh.areas.models import AdministrativeUnit, AreaLevel
from vungxanh.areas.operations import import_areas, import_levels
from vungxanh.areas.queries import all_levels_of, areas_below, areas_found
from vungxanh.areas.signals import levels_changed
from vungxanh.audit.models import AuditEvent
from vungxanh.common import clock as clocks
from vungxanh.organization.enums import Role

pytestmark = pytest.mark.django_db
AT = clock(9)
LATER = datetime.date(2021, 10, 1)
MERGER = datetime.date(2025, 7, 1)


@pytest.fixture
def province() -> AdministrativeUnit:
    return make_area("26", name="Tỉnh Vĩnh Phúc")


@pytest.fixture
def district(province: AdministrativeUnit) -> AdministrativeUnit:
    return make_area("243", province, name="Thành phố Vĩnh Yên")


@pytest.fixture
def commune(district: AdministrativeUnit) -> AdministrativeUnit:
    return make_area("08707", district, name="Phường Tích Sơn")


def areas(*lines: str) -> int:
    head = "code,name,tier,parent_code,valid_from,valid_to"
    return import_areas("\n".join([head, *lines]).encode(), at=AT)


def levels(*lines: str, number: str = "222/TB-SYT") -> int:
    content = "\n".join(["code,level,valid_from", *lines]).encode()
    return import_levels(content, document_number=number, document_date=None, at=AT)


def test_areas_when_the_tree_changes_end_and_begin(commune: AdministrativeUnit) -> None:
    changed = areas(
        "08707,Phường Tích Sơn,COMMUNE,243,2021-01-01,2025-07-01",
        "243,Thành phố Vĩnh Yên,DISTRICT,26,2021-01-01,2025-07-01",
        "26,Tỉnh Vĩnh Phúc,PROVINCE,,2021-01-01,2025-07-01",
        "25,Tỉnh Phú Thọ,PROVINCE,,2021-01-01,",
        "08707,Phường Vĩnh Phúc,COMMUNE,25,2025-07-01,",
    )
    assert changed == 5
    new = AdministrativeUnit.objects.get(code="08707", valid_from=MERGER)
    assert (new.parent.code, new.tier, new.kind) == ("25", AreaTier.COMMUNE, "Phường")
    assert AdministrativeUnit.objects.get(pk=commune.pk).valid_to == MERGER
    assert AuditEvent.objects.get(action="areas.import_areas").detail == {"added": 2, "ended": 3}


@pytest.mark.parametrize(
    ("line", "cell"),
    [
        ("8707,Phường A,COMMUNE,243,2021-01-01,", "A2"),
        ("08710,,COMMUNE,243,2021-01-01,", "B2"),
        ("08710,Phường A,LÀNG,243,2021-01-01,", "C2"),
        ("08710,Phường A,COMMUNE,,2021-01-01,", "D2"),
        ("08710,Phường A,COMMUNE,999,2021-01-01,", "D2"),
        ("27,Tỉnh A,PROVINCE,26,2021-01-01,", "D2"),
        ("08710,Phường A,COMMUNE,243,2020-01-01,", "D2"),
        ("08710,Phường A,COMMUNE,243,hôm qua,", "E2"),
        ("08707,Phường Tích Sơn,COMMUNE,243,2022-01-01,", "E2"),
        ("08710,Phường A,COMMUNE,243,2021-01-01,2021-01-01", "F2"),
        ("08707,Phường Khác,COMMUNE,243,2021-01-01,", "B2"),
    ],
)
def test_areas_when_a_line_is_wrong_name_the_cell_and_import_nothing(
    commune: AdministrativeUnit, line: str, cell: str
) -> None:
    with pytest.raises(AreaFileError) as caught:
        areas(line, "08713,Phường Hội Hợp,COMMUNE,243,2021-01-01,")
    assert [fault.split(":")[0] for fault in caught.value.faults] == [cell]
    assert AdministrativeUnit.objects.count() == 3


@pytest.mark.parametrize(
    ("typed", "level"),
    [("ORANGE", "ORANGE"), ("nguy cơ cao", "ORANGE"), ("Cam", "ORANGE"), ("3", "ORANGE"), ("cấp 1", "GREEN")],
)
def test_level_is_read_by_word_colour_or_number(commune: AdministrativeUnit, typed: str, level: str) -> None:
    assert levels(f"08707,{typed},20/09/2021") == 1
    assert AreaLevel.objects.get().level == level


def test_levels_of_a_spreadsheet_are_read(commune: AdministrativeUnit) -> None:
    content = workbook([["08707", "Nguy cơ", "20/09/2021"]], heads=["Mã", "Cấp độ dịch", "Từ ngày"])
    assert import_levels(content, document_number="1", document_date=MONDAY, at=AT) == 1


def test_levels_when_the_same_file_comes_again_change_nothing(commune: AdministrativeUnit) -> None:
    heard = []
    levels_changed.connect(lambda sender, **news: heard.append(news["area_ids"]), weak=False, dispatch_uid="test")
    try:
        assert [levels("08707,RED,2021-09-20", "243,RED,2021-09-20") for _ in range(2)] == [2, 0]
    finally:
        levels_changed.disconnect(dispatch_uid="test")
    assert heard == [{commune.pk, commune.parent_id}]


def test_level_when_corrected_on_its_day_takes_the_place_of_the_other(commune: AdministrativeUnit) -> None:
    levels("08707,RED,2021-09-20")
    levels("08707,GREEN,2021-09-20", number="223/TB-SYT")
    assert list(AreaLevel.objects.values_list("level", "document_number")) == [("GREEN", "223/TB-SYT")]


def test_levels_of_one_file_follow_one_another(commune: AdministrativeUnit) -> None:
    levels("08707,RED,2021-10-01", "08707,GREEN,2021-09-20", "08707,YELLOW,2021-09-25")
    spans = list(AreaLevel.objects.order_by("valid_from").values_list("level", "valid_to"))
    assert spans == [("GREEN", datetime.date(2021, 9, 25)), ("YELLOW", LATER), ("RED", None)]


@pytest.mark.parametrize(
    ("line", "cell"),
    [
        ("08707,TÍM,2021-09-20", "B2"),
        ("08707,,2021-09-20", "B2"),
        ("08707,RED,2021-13-20", "C2"),
        ("09999,RED,2021-09-20", "A2"),
        ("08707,RED,2020-09-20", "A2"),
        ("243,RED,2021-09-20\n243,GREEN,2021-09-20", "A3"),
    ],
)
def test_levels_when_a_line_is_wrong_name_the_cell_and_import_nothing(
    commune: AdministrativeUnit, line: str, cell: str
) -> None:
    with pytest.raises(AreaFileError) as caught:
        levels(line, "26,RED,2021-09-20")
    assert [fault.split(":")[0] for fault in caught.value.faults] == [cell]
    assert not AreaLevel.objects.exists()


def test_imports_by_a_head_are_refused_and_by_the_office_taken(commune: AdministrativeUnit) -> None:
    unit = make_unit("SO")
    given = {"document_number": "1", "document_date": None, "at": AT}
    content = b"code,level,valid_from\n26,RED,2021-09-20"
    for role in (Role.UNIT_HEAD, Role.PERSONNEL, Role.DIRECTOR):
        with pytest.raises(PermissionDenied):
            import_levels(content, actor=make_holder(role.lower(), role, unit), **given)
    assert import_levels(content, actor=make_holder("vp", Role.OFFICE, unit), **given) == 1


def test_level_comes_from_the_nearest_area_above(commune: AdministrativeUnit, district: AdministrativeUnit) -> None:
    other = make_area("244", district.parent)
    make_level(district.parent, EpidemicLevel.YELLOW, MONDAY)
    make_level(district, EpidemicLevel.RED, MONDAY, valid_to=LATER)
    ids = [commune.pk, district.pk, other.pk]
    assert all_levels_of(ids, on=MONDAY) == {commune.pk: "RED", district.pk: "RED", other.pk: "YELLOW"}
    assert all_levels_of(ids, on=LATER) == dict.fromkeys(ids, "YELLOW")
    assert all_levels_of(ids, on=START) == {}
    assert all_levels_of([], on=MONDAY) == {}


def test_areas_are_found_without_marks_provinces_first(commune: AdministrativeUnit) -> None:
    make_area("08708", commune.parent, name="Phường Vĩnh Phúc")
    assert [row.area.code for row in areas_found("vinh phuc", on=MONDAY)] == ["26", "08708"]
    assert [row.area.code for row in areas_found("Tích", on=MONDAY)] == ["08707"]
    assert [row.area.code for row in areas_below(None, on=MONDAY)] == ["26"]


@pytest.mark.parametrize("path", ["/dia-ban/?tren=243", "/dia-ban/?tim=phuong", "/dia-ban/"])
def test_list_asks_the_database_the_same_for_one_row_and_for_three(commune: AdministrativeUnit, path: str) -> None:
    client = Client()
    client.force_login(make_holder("vp", Role.OFFICE, make_unit("SO")), "vungxanh.accounts.backends.NameOrPhoneBackend")

    def count() -> int:
        with CaptureQueriesContext(connection) as queries, clocks.at(AT):
            assert client.get(path).status_code == 200
        return len(queries)

    make_level(commune, EpidemicLevel.RED, MONDAY)
    count()
    one = count()
    for number in ("1", "2"):
        make_level(make_area(f"0871{number}", commune.parent, name=f"Phường {number}"), EpidemicLevel.RED, MONDAY)
        make_level(make_area(f"3{number}"), EpidemicLevel.GREEN, MONDAY)
    assert count() == one


def test_page_shows_where_a_level_comes_from_and_its_history(commune: AdministrativeUnit) -> None:
    client = Client()
    client.force_login(make_holder("vp", Role.OFFICE, make_unit("SO")), "vungxanh.accounts.backends.NameOrPhoneBackend")
    make_level(commune.parent, EpidemicLevel.ORANGE, MONDAY, document_number="7/TB")
    with clocks.at(AT):
        shown = [
            client.get("/dia-ban/", {"tren": code, "ngay": "2021-09-21"}).content.decode() for code in ("243", "08707")
        ]
        before = client.get("/dia-ban/", {"tren": "243", "ngay": "2021-09-19"}).content.decode()
        missing = client.get("/dia-ban/", {"tren": "99"})
    assert "7/TB" in shown[0]
    assert "theo địa bàn cấp trên" in shown[1]
    assert "Nguy cơ cao (cấp 3)" in shown[1]
    assert before.count("Nguy cơ cao (cấp 3)") == 1
    assert missing.status_code == 404


def test_area_constraints(commune: AdministrativeUnit) -> None:
    make_level(commune, EpidemicLevel.RED, MONDAY)
    wrongs = [
        lambda: make_area("26"),
        lambda: make_area("27", valid_to=START),
        lambda: make_area("27", commune.parent, tier=AreaTier.PROVINCE),
        lambda: make_level(commune, EpidemicLevel.GREEN, MONDAY),
        lambda: make_level(commune, EpidemicLevel.GREEN, LATER, document_number=""),
        lambda: make_level(commune, EpidemicLevel.GREEN, LATER, valid_to=LATER),
    ]
    for wrong in wrongs:
        with pytest.raises(IntegrityError), transaction.atomic():
            wrong()
