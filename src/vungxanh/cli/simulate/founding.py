"""Puts the agency of the play into an empty installation: what an administrator and Personnel do before the day."""

import datetime
import io
import re
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import xlsxwriter

from vungxanh.accounts.models import User
from vungxanh.accounts.operations import create_user
from vungxanh.areas.operations import import_levels
from vungxanh.cli.simulate.played.rules import moment
from vungxanh.cli.simulate.played.world import AREAS, ROOT, Unit, World
from vungxanh.cli.simulate.wire import Browser
from vungxanh.organization import models
from vungxanh.organization.enums import AbsenceKind, DayPart, PlaceKind, Role, RosterKind, UnitKind
from vungxanh.organization.operations.imports import import_people
from vungxanh.organization.operations.places import define_shift, open_place, open_site
from vungxanh.organization.operations.posts import second
from vungxanh.organization.operations.roles import grant_role
from vungxanh.organization.operations.units import UnitShape, found_unit
from vungxanh.organization.operations.workdays import record_absence, set_roster

PERSONNEL, ADMINISTRATOR = "tochuc", "quantri"
ROLES = {
    "UNIT_HEAD": Role.UNIT_HEAD,
    "UNIT_DEPUTY": Role.UNIT_DEPUTY,
    "UNIT_CLERK": Role.UNIT_CLERK,
    "GUARD": Role.GUARD,
    "OFFICE": Role.OFFICE,
    "HEALTH_OFFICER": Role.HEALTH_OFFICER,
    "DIRECTOR": Role.DIRECTOR,
    "PERSONNEL": Role.PERSONNEL,
    "RECORDS_CLERK": Role.RECORDS_CLERK,
    "UNION_OFFICER": Role.UNION_OFFICER,
    "PARTY_COMMITTEE": Role.PARTY_COMMITTEE,
}
OF_THE_AGENCY = {"OFFICE", "HEALTH_OFFICER", "DIRECTOR", "PERSONNEL", "RECORDS_CLERK", "PARTY_COMMITTEE"}
NUMBERS_PAPERS = {UnitKind.AGENCY, UnitKind.SUBORDINATE_UNIT}
"""A phòng has no seal and no numbers of its own."""
SLIP = re.compile(r"(NV\d{4,}) ·.*?<strong>([^<]+)</strong>", re.DOTALL)
AT_ONCE = 150


class FoundingError(RuntimeError):
    """The product did not take the agency."""


def before(world: World) -> datetime.datetime:
    """Weeks ahead of everything that is played."""
    return moment(world.day - datetime.timedelta(days=22), "09:00")


def found(world: World, *, password: str) -> None:
    """Areas, units, sites, gates, the staff list, absences, the roster."""
    at, begins = before(world), before(world).date() - datetime.timedelta(days=5)
    with tempfile.TemporaryDirectory() as folder:
        levels = Path(folder) / "levels.csv"
        rows = "".join(f"{code},{level},{begins}\n" for code, level in AREAS.items())
        levels.write_text(f"code,level,valid_from\n{rows}")
        import_levels(levels, document_number="01/MAU-TB", document_date=begins, at=at)
    sites: dict[str, models.Site] = {}
    for unit in world.units:
        made = _found_unit(unit, begins, at)
        if unit.site not in sites:
            sites[unit.site] = _open_site(unit.site, made, at)
    stranger = found_unit("LA", _shape("Cơ quan lạ", UnitKind.AGENCY, None), valid_from=begins, actor=None, at=at)
    _open_site("S-LA", stranger, at)
    for place in world.places:
        open_place(
            place.code,
            site=sites[place.site],
            name=place.name,
            kind=PlaceKind(place.kind),
            has_fixed_code=place.has_fixed_code,
            actor=None,
            at=at,
        )
    for name, role in ((ADMINISTRATOR, Role.ADMINISTRATOR), (PERSONNEL, Role.PERSONNEL)):
        user = create_user(name, full_name=name, password=password, at=at, must_change_password=False)
        grant_role(user, role, models.Unit.objects.get(code=ROOT), valid_from=begins, actor=None, at=at)
    result = import_people(_staff_list(world, begins), file_name="danh-sach.xlsx", dry_run=False, actor=None, at=at)
    if result.is_refused:
        raise FoundingError("\n".join(map(str, result.faults)))
    _give_shapes(world, begins, at)


def _found_unit(unit: Unit, begins: datetime.date, at: datetime.datetime) -> models.Unit:
    parent = models.Unit.objects.get(code=unit.parent) if unit.parent else None
    shape = _shape(unit.name, UnitKind(unit.kind), parent, reports=unit.reports)
    return found_unit(unit.code, shape, valid_from=begins, actor=None, at=at)


def _shape(name: str, kind: UnitKind, parent: models.Unit | None, *, reports: bool = False) -> UnitShape:
    has_series = kind in NUMBERS_PAPERS
    return UnitShape(name, name, kind, parent, has_number_series=has_series, is_reporting_point=reports)


def _open_site(code: str, unit: models.Unit, at: datetime.datetime) -> models.Site:
    return open_site(code, unit=unit, name=f"Trụ sở {code}", address="", area_id=None, actor=None, at=at)


def _staff_list(world: World, begins: datetime.date) -> bytes:
    """The spreadsheet that Personnel would upload."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    sheet = book.add_worksheet()
    for index, one in enumerate(world.people):
        row = {
            "Mã cán bộ": one.code,
            "Họ và tên": one.name,
            "Ngày sinh": one.birth,
            "Điện thoại": one.phone,
            "Mã đơn vị": one.unit,
            "Mã địa điểm": world.unit(one.unit).site,
            "Chức vụ": one.title,
            "Loại hợp đồng": one.contract,
            "Chế độ làm việc": one.pattern,
            "Từ ngày": f"{begins:%d/%m/%Y}",
        }
        sheet.write_row(0, 0, list(row))
        sheet.write_row(index + 1, 0, list(row.values()))
    book.close()
    return buffer.getvalue()


def _give_shapes(world: World, begins: datetime.date, at: datetime.datetime) -> None:
    """Secondments, absences of the day, shifts."""
    units = {one.code: one for one in models.Unit.objects.all()}
    known = {one.staff_code: one for one in models.Person.objects.all()}
    common: dict[str, Any] = {"actor": User.objects.get(username=ADMINISTRATOR), "at": at}
    for person in world.people:
        if person.host:
            site = models.Site.objects.get(code=world.site_of(person))
            given: dict[str, Any] = {"unit": units[person.host], "title": "Biệt phái", "site": site, "basis": ""}
            starts = begins + datetime.timedelta(days=1)
            second(known[person.code], valid_from=starts, valid_to=None, **given, **common)
        for one in person.absences:
            record_absence(
                known[person.code],
                kind=AbsenceKind(one["kind"]),
                part=DayPart(one["part"]),
                declares_remotely=one.get("remote", False),
                first_day=world.day,
                last_day=world.day,
                **common,
            )
        if person.shift:
            unit = units[person.unit]
            shift = _shift(person.shift, unit, at)
            set_roster(known[person.code], world.day, kind=RosterKind.SHIFT, unit=unit, shift=shift, **common)


def _shift(hours: tuple[str, str], unit: models.Unit, at: datetime.datetime) -> models.Shift:
    starts, ends = (datetime.time.fromisoformat(one) for one in hours)
    code = f"C{starts:%H}-{ends:%H}"
    known = models.Shift.objects.filter(unit=unit, code=code).first()
    named = f"Ca {starts:%H:%M}"
    return known or define_shift(code, unit=unit, name=named, starts=starts, ends=ends, actor=None, at=at)


def give_roles(world: World) -> None:
    """Where the accounts are there."""
    at, begins = before(world), before(world).date()
    users = {one.staff_code: one.user for one in models.Person.objects.select_related("user")}
    units = {one.code: one for one in models.Unit.objects.all()}
    for person in world.people:
        user = users[person.code]
        if person.role and user:
            unit = units[ROOT if person.role in OF_THE_AGENCY else person.unit]
            grant_role(user, ROLES[person.role], unit, valid_from=begins, actor=None, at=at)


def give_shared_device(world: World, unit: str, *, password: str) -> str:
    """An account of its own for the device on which one after another declares; returns its name."""
    at, name = before(world), f"may-{unit.lower()}"
    made = create_user(name, full_name=f"Máy dùng chung {unit}", password=password, at=at, must_change_password=False)
    place = models.Unit.objects.get(code=unit)
    grant_role(made, Role.UNIT_CLERK, place, valid_from=at.date(), actor=None, at=at)
    return name


def sign_in(port: int, username: str, password: str) -> Browser:
    browser = Browser(port)
    answer = browser.fill("/tai-khoan/dang-nhap/", {"username": username, "password": password})
    if answer.status != 302:
        raise FoundingError(f"{username}: {answer.status}")
    return browser


def print_slips(printer: Browser, people: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """The code of each slip by staff code, as they are printed unit by unit."""
    wanted: dict[str, list[str]] = {}
    for one in people:
        wanted.setdefault(one["unit"], []).append(one["code"])
    codes: dict[str, str] = {}
    for unit, staff_codes in wanted.items():
        for start in range(0, len(staff_codes), AT_ONCE):
            path = f"/to-chuc/don-vi/{unit}/phieu-kich-hoat/"
            sheet = printer.fill(path, {"person": staff_codes[start : start + AT_ONCE]})
            codes |= dict(SLIP.findall(sheet.text))
    missing = {code for staff_codes in wanted.values() for code in staff_codes} - set(codes)
    if missing:
        raise FoundingError(f"no slip for {sorted(missing)[:5]}")
    return codes


def activate(port: int, slip: str) -> Browser:
    """Scans the slip and confirms."""
    browser, path = Browser(port), "/tai-khoan/kich-hoat/"
    browser.fill(path, {"code": slip})
    answer = browser.post(path, {"code": slip, "confirmed": "yes"})
    if answer.status != 302:
        raise FoundingError(f"slip: {answer.status} {answer.text[:300]}")
    return browser
