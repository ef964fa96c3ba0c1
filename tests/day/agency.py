"""Puts the world of the played day into the product: what an administrator and Personnel would do before."""

import datetime
import io
import re
from pathlib import Path
from typing import Any

import xlsxwriter
from django.test import Client

from tests.day.world import AREAS, DAY, Person, Unit, World
from tests.factories.accounts import PASSWORD, make_account
from vungxanh.accounts.models import User
from vungxanh.areas.operations import SHIPPED, import_areas, import_levels
from vungxanh.common import clock
from vungxanh.organization import models
from vungxanh.organization.enums import AbsenceKind, DayPart, Role, RosterKind, UnitKind
from vungxanh.organization.operations.accounts import create_accounts
from vungxanh.organization.operations.places import define_shift, open_site
from vungxanh.organization.operations.posts import second
from vungxanh.organization.operations.roles import grant_role
from vungxanh.organization.operations.units import UnitShape, found_unit
from vungxanh.organization.operations.workdays import record_absence, set_roster

BEFORE = clock.moment(datetime.date(2021, 9, 13), datetime.time(9))
BEGINS = datetime.date(2021, 9, 1)
JSON = "application/json"
UPLOAD = "/to-chuc/nhap-danh-sach/"
SIGN_IN = "/tai-khoan/dang-nhap/"
NEW_PASSWORD = "/tai-khoan/mat-khau/"
ROLES = {"UNIT_HEAD": Role.UNIT_HEAD, "OFFICE": Role.OFFICE}


def set_up(world: World, folder: Path) -> None:
    """Areas, units, people by the upload page, accounts by first sign-in, roles, absences, the roster."""
    import_areas(SHIPPED, at=BEFORE)
    levels = folder / "levels.csv"
    levels.write_text(
        "code,level,valid_from\n" + "".join(f"{code},{level},{BEGINS}\n" for code, level in AREAS.items())
    )
    import_levels(levels, document_number="01/TB", document_date=BEGINS, at=BEFORE)
    units = {unit.code: _found(unit, world) for unit in world.units}
    stranger = found_unit("LA", _shape("Cơ quan lạ", UnitKind.AGENCY, None), valid_from=BEGINS, actor=None, at=BEFORE)
    open_site("S-LA", unit=stranger, name="Nơi lạ", address="", area_id=None, actor=None, at=BEFORE)
    administrator = make_account("quantri")
    grant_role(administrator, Role.ADMINISTRATOR, units["SO"], valid_from=BEGINS, actor=None, at=BEFORE)
    personnel = make_account("tochuc")
    grant_role(personnel, Role.PERSONNEL, units["SO"], valid_from=BEGINS, actor=administrator, at=BEFORE)
    upload(personnel, staff_list(world.people), rows=len(world.people))
    people = {one.staff_code: one for one in models.Person.objects.all()}
    _first_sign_ins(people, personnel)
    for person in world.people:
        _place(person, people[person.code], units, administrator)


def _found(unit: Unit, world: World) -> models.Unit:
    parent = models.Unit.objects.get(code=unit.parent) if unit.parent else None
    shape = _shape(unit.name, UnitKind(unit.kind), parent, reports=unit.reports)
    made = found_unit(unit.code, shape, valid_from=BEGINS, actor=None, at=BEFORE)
    open_site(unit.site, unit=made, name=f"Trụ sở {unit.name}", address="", area_id=None, actor=None, at=BEFORE)
    return made


def _shape(name: str, kind: UnitKind, parent: models.Unit | None, *, reports: bool = False) -> UnitShape:
    return UnitShape(name=name, short_name=name, kind=kind, parent=parent, is_reporting_point=reports)


def staff_list(people: list[Person]) -> bytes:
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    sheet = book.add_worksheet()
    for index, row in enumerate([_row(one) for one in people]):
        sheet.write_row(0, 0, list(row))
        sheet.write_row(index + 1, 0, list(row.values()))
    book.close()
    return buffer.getvalue()


def _row(person: Person) -> dict[str, str]:
    return {
        "Mã cán bộ": person.code,
        "Họ và tên": person.name,
        "Ngày sinh": person.birth,
        "Điện thoại": person.phone,
        "Mã đơn vị": person.unit,
        "Mã địa điểm": f"S-{person.unit}",
        "Chức vụ": person.title,
        "Loại hợp đồng": person.contract,
        "Chế độ làm việc": person.pattern,
        "Từ ngày": f"{BEGINS:%d/%m/%Y}",
    }


def upload(personnel: User, content: bytes, *, rows: int) -> None:
    """The page checks the file, then imports it at a word."""
    client = Client()
    with clock.at(BEFORE):
        client.post(SIGN_IN, {"username": personnel.username, "password": PASSWORD})
        checked = client.post(UPLOAD, {"file": io.BytesIO(content)})
        assert checked.status_code == 200, checked.content.decode()
        [confirm] = re.findall(rf'action="({UPLOAD}\d[^"]*)"', checked.content.decode())
        done = client.post(confirm)
        assert done.status_code == 302
    assert models.Person.objects.count() == rows


def _first_sign_ins(people: dict[str, models.Person], personnel: User) -> None:
    """Everybody signs in with the password that is used once, and chooses an own one."""
    for account in create_accounts(people.values(), actor=personnel, at=BEFORE):
        client = Client()
        with clock.at(BEFORE):
            client.post(SIGN_IN, {"username": account.username, "password": account.password})
            given = {"old": account.password, "new": PASSWORD, "again": PASSWORD}
            assert client.post(NEW_PASSWORD, given).status_code == 302
    for person in models.Person.objects.select_related("user"):
        people[person.staff_code] = person


def _place(person: Person, known: models.Person, units: dict[str, models.Unit], administrator: User) -> None:
    assert known.user
    common: dict[str, Any] = {"actor": administrator, "at": BEFORE}
    if person.role:
        unit = units["SO" if person.role == "OFFICE" else person.unit]
        grant_role(known.user, ROLES[person.role], unit, valid_from=BEGINS, **common)
    if person.host:
        site = models.Site.objects.get(code=f"S-{person.host}")
        host = {"unit": units[person.host], "title": "Biệt phái", "site": site, "basis": ""}
        second(known, valid_from=BEGINS + datetime.timedelta(days=1), valid_to=None, **host, **common)
    for one in person.absences:
        days = {"first_day": DAY, "last_day": DAY}
        kind, part = AbsenceKind(one["kind"]), DayPart(one["part"])
        record_absence(known, kind=kind, part=part, declares_remotely=one.get("remote", False), **days, **common)
    if person.shift:
        set_roster(known, DAY, kind=RosterKind.SHIFT, unit=units[person.unit], shift=_shift(person, units), **common)


def _shift(person: Person, units: dict[str, models.Unit]) -> models.Shift:
    assert person.shift
    starts, ends = (datetime.time.fromisoformat(one) for one in person.shift)
    code = f"C{starts:%H}-{ends:%H}"
    found = models.Shift.objects.filter(unit=units[person.unit], code=code).first()
    hours = {"name": f"Ca {starts:%H:%M}", "starts": starts, "ends": ends}
    return found or define_shift(code, unit=units[person.unit], **hours, actor=None, at=BEFORE)
