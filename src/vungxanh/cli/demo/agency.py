"""The units, sites, shifts and people of the demonstration agency, made as an administrator and Personnel would."""

import datetime
from collections.abc import Sequence

from vungxanh.areas.enums import AreaTier
from vungxanh.areas.models import AdministrativeUnit
from vungxanh.areas.operations import import_levels
from vungxanh.areas.queries import all_areas_by_code
from vungxanh.cli.demo import material, people
from vungxanh.cli.demo.material import UnitLine
from vungxanh.cli.demo.people import VINH_PHUC, Employee
from vungxanh.organization.enums import UnitKind
from vungxanh.organization.models import Person, Post, Unit
from vungxanh.organization.operations.imports import import_people
from vungxanh.organization.operations.places import define_shift, open_site
from vungxanh.organization.operations.units import UnitShape, found_unit

DOCUMENT = "VB mẫu {number}/MAU-TB (số mẫu để trình diễn)"


class DemonstrationError(RuntimeError):
    """The sample data do not fit the product."""


def publish_levels(*, at: datetime.datetime) -> None:
    """Levels of areas with the numbers of documents that say plainly that they are samples."""
    for number, path in enumerate(material.level_files(), 1):
        day = datetime.date.fromisoformat(path.stem)
        import_levels(path, document_number=DOCUMENT.format(number=f"{number:02}"), document_date=day, at=at)


def found_agency(*, at: datetime.datetime) -> dict[str, Unit]:
    """Units by code with their sites and shifts, from the day on which the sample begins."""
    lines, begins = material.units(), material.agency().valid_from
    areas = all_areas_by_code({line.area for line in lines}, on=begins)
    units: dict[str, Unit] = {}
    for position, line in enumerate(lines):
        shape = _shape(line, units.get(line.parent), areas[line.area].pk, position)
        units[line.code] = found_unit(line.code, shape, valid_from=begins, actor=None, at=at)
        if line.site_name:
            open_site(
                line.site,
                unit=units[line.code],
                name=line.site_name,
                address=_address(areas[line.area]),
                area_id=areas[line.area].pk,
                actor=None,
                at=at,
            )
        _define_shifts(line, units[line.code], at)
    return units


def _shape(line: UnitLine, parent: Unit | None, area_id: int, position: int) -> UnitShape:
    return UnitShape(
        name=line.name,
        short_name=line.short_name,
        kind=UnitKind(line.kind),
        parent=parent,
        position=position,
        has_seal=line.own_rights,
        has_account=line.own_rights,
        has_number_series=line.own_rights,
        has_fund=line.own_rights,
        is_reporting_point=line.reporting_point,
        area_id=area_id,
        basis=material.agency().basis,
    )


def _address(area: AdministrativeUnit) -> str:
    above = f", {area.parent.name}" if area.parent else ""
    return f"{area.name}{above}, tỉnh Vĩnh Phúc"


def _define_shifts(line: UnitLine, unit: Unit, at: datetime.datetime) -> None:
    names = {material.staffing()[line.staffing].shifts} if line.staffing else set()
    names |= {material.staffing()["GUARD"].shifts} if line.code in material.guards() else set()
    for name in sorted(names - {""}):
        for code, hours in material.shift_sets()[name].hours.items():
            starts, ends = hours.starts, hours.ends
            define_shift(f"{name}-{code}", unit=unit, name=hours.name, starts=starts, ends=ends, actor=None, at=at)


def all_employees() -> list[Employee]:
    """The same people whenever it is asked."""
    areas = AdministrativeUnit.objects.order_by("code")
    # Step by step: PostgreSQL knows nothing yet of rows that this transaction has just written, and plans joins badly.
    province = list(areas.filter(code=VINH_PHUC, tier=AreaTier.PROVINCE).values_list("pk", flat=True))
    districts = list(areas.filter(parent__in=province, tier=AreaTier.DISTRICT).values_list("pk", flat=True))
    return people.employees(list(areas.filter(parent__in=districts).values_list("code", flat=True)))


def take_on(employees: Sequence[Employee], *, at: datetime.datetime) -> dict[str, Person]:
    """The staff list goes in as a spreadsheet; people by staff code, with the order of their posts."""
    content = people.workbook(list(employees))
    result = import_people(content, file_name="danh-sach-mau.xlsx", dry_run=False, actor=None, at=at)
    if result.is_refused:
        raise DemonstrationError("\n".join(result.faults))
    found = {person.staff_code: person for person in Person.objects.all()}
    by_shape: dict[tuple[int, int], list[int]] = {}
    for one in employees:
        by_shape.setdefault((one.rank, one.weekday_bits), []).append(found[one.staff_code].pk)
    for (rank, weekdays), ids in by_shape.items():
        Post.objects.filter(person__in=ids).update(rank=rank, weekdays=weekdays)
    return found
