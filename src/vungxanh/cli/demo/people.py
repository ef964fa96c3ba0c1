"""The staff of the demonstration agency: generated names, never real people, as the list that Personnel would send."""

import datetime
import io
import random
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

import xlsxwriter

from vungxanh.cli.demo import material
from vungxanh.cli.demo.material import Staffing, StaffKind, UnitLine, Weights
from vungxanh.organization.enums import Sex

WEEKDAYS = {"T2": 1, "T3": 2, "T4": 4, "T5": 8, "T6": 16, "T7": 32, "CN": 64}
HEAD_RANK, DEPUTY_RANK, STAFF_RANK = 10, 20, 100
VINH_PHUC = "26"


def draw(*parts: object) -> random.Random:
    """A source of chance of its own for each thing, so that a change of one leaves the others as they were."""
    text = ":".join(map(str, (material.days().seed, *parts)))
    return random.Random(zlib.crc32(text.encode()))  # noqa: S311


@dataclass(frozen=True, slots=True)
class Employee:
    """Somebody of the list. `place` counts within the unit: the head, deputies, the rest; guards stand behind."""

    number: int
    unit: UnitLine
    place: int
    full_name: str
    sex: Sex
    birth_date: datetime.date
    title: str
    contract: str
    rank: int
    weekdays: str
    shifts: str
    residence: str

    @property
    def staff_code(self) -> str:
        return f"CB{self.number:04}"

    @property
    def username(self) -> str:
        return self.staff_code.lower()

    @property
    def weekday_bits(self) -> int:
        """As `Post.weekdays` keeps them."""
        return sum(WEEKDAYS[day] for day in self.weekdays.split()) or 31

    @property
    def is_supplier(self) -> bool:
        return self.contract == "Nhà cung cấp"

    @property
    def phone(self) -> str:
        """Of a prefix that is hardly in use, counted from one: nobody's number."""
        return f"0990{self.number:06}"

    @property
    def identity_number(self) -> str:
        century = 0 if self.birth_date.year < 2000 else 2
        return f"026{century + (self.sex == Sex.FEMALE)}{self.birth_date:%y}9{self.number:05}"

    def row(self) -> dict[str, str]:
        """Under the heads of the list."""
        return {
            "Mã cán bộ": self.staff_code,
            "Họ và tên": self.full_name,
            "Ngày sinh": f"{self.birth_date:%d/%m/%Y}",
            "Giới tính": "Nữ" if self.sex == Sex.FEMALE else "Nam",
            "Số CCCD": self.identity_number,
            "Điện thoại": self.phone,
            "Mã đơn vị": self.unit.code,
            "Chức vụ": self.title,
            "Loại hợp đồng": self.contract,
            "Mã địa điểm": self.unit.site,
            "Chế độ làm việc": "Theo ca" if self.shifts else "Theo thứ" if self.weekdays else "Hành chính",
            "Mã xã nơi ở": self.residence,
            "Từ ngày": f"{material.agency().valid_from:%d/%m/%Y}",
        }


def employees(communes: list[str]) -> list[Employee]:
    """Everybody, in the order of the units. `communes` are the codes of areas in which they live."""
    found: list[Employee] = []
    for unit in material.units():
        for place, (kind, rank, shifts, men) in enumerate(_posts(unit)):
            found.append(_employee(len(found) + 1, unit, place, kind, rank, shifts, men, communes))
    return found


def workbook(people: list[Employee]) -> bytes:
    """The list as a spreadsheet, as Personnel would upload it."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    sheet = book.add_worksheet("Danh sách")
    rows = [one.row() for one in people]
    for index, cells in enumerate([list(rows[0]), *(list(row.values()) for row in rows)]):
        sheet.write_row(index, 0, cells)
    book.close()
    return buffer.getvalue()


def _posts(unit: UnitLine) -> Iterator[tuple[StaffKind, int, str, float]]:
    if unit.staffing:
        yield from _own_posts(unit, material.staffing()[unit.staffing])
    guard = material.staffing()["GUARD"]
    for _ in range(material.guards().get(unit.code, 0)):
        yield guard.staff[0], STAFF_RANK, guard.shifts, guard.men


def _own_posts(unit: UnitLine, kind: Staffing) -> Iterator[tuple[StaffKind, int, str, float]]:
    contract = "Viên chức" if unit.staffing in PUBLIC_SERVICE else "Công chức"
    yield StaffKind(kind.head, contract, 1), HEAD_RANK, "", kind.men
    deputies = min(kind.deputies, unit.people - 1)
    for _ in range(deputies):
        yield StaffKind(kind.deputy, contract, 1), DEPUTY_RANK, "", kind.men
    for one in _by_weight(kind.staff, unit.people - 1 - deputies):
        yield one, STAFF_RANK, kind.shifts if one.by_shift else "", kind.men if one.men is None else one.men


PUBLIC_SERVICE = {
    "CENTRE", "CENTRE_SECTION", "SMALL_CENTRE", "BOARD", "FARM", "WATER_PLANT", "EXTENSION_STATION", "VET_STATION",
    "QUARANTINE_STATION", "CROP_STATION",
}  # fmt: skip


def _by_weight(kinds: list[StaffKind], count: int) -> list[StaffKind]:
    """So many posts, each kind at least once as far as they reach, the rest by weight."""
    chosen = kinds[: max(count, 0)]
    total = sum(kind.weight for kind in kinds)
    while len(chosen) < count:
        chosen.append(max(kinds, key=lambda kind: kind.weight / total - chosen.count(kind) / len(chosen)))
    return sorted(chosen, key=kinds.index)


def _employee(
    number: int, unit: UnitLine, place: int, kind: StaffKind, rank: int, shifts: str, men: float, communes: list[str]
) -> Employee:
    chance = draw("person", unit.code, place)
    sex = Sex.MALE if chance.random() < men else Sex.FEMALE
    youngest, oldest = (23, 56) if rank == STAFF_RANK else (38, 58)
    oldest -= 4 if sex == Sex.FEMALE else 0
    born = datetime.date(2021, 6, 30) - datetime.timedelta(days=chance.randint(youngest * 365, oldest * 365))
    return Employee(
        number=number,
        unit=unit,
        place=place,
        full_name=name_of(chance, sex),
        sex=sex,
        birth_date=born,
        title=kind.title,
        contract=kind.contract,
        rank=rank,
        weekdays=kind.weekdays,
        shifts=shifts,
        residence=unit.area if chance.random() < 0.5 else chance.choice(communes),
    )


def name_of(chance: random.Random, sex: Sex) -> str:
    parts = material.names()
    of_sex = parts.female if sex == Sex.FEMALE else parts.male
    given = chance.choice(of_sex.given)
    middle = _weighed(chance, {word: n for word, n in of_sex.middle.items() if given not in word.split()})
    return f"{_weighed(chance, parts.family)} {middle} {given}"


def _weighed(chance: random.Random, weights: Weights) -> str:
    return chance.choices(list(weights), list(weights.values()))[0]
