"""How long a staff list takes to check and to import, and whether each planted fault is named."""

import datetime
import random
import sys

import click

from bench.prepared import agency, measured
from tests.factories.staff_lists import SPACE, staff_row, workbook
from vungxanh.common.clock import moment
from vungxanh.organization.operations.imports import import_people

AT = moment(datetime.date(2021, 9, 13), datetime.time(9))
FAULTS = (
    ("full_name", ""), ("full_name", "Nguyễn V4n A"), ("birth_date", "31/02/1980"), ("birth_date", "1880-01-01"),
    ("sex", "khác"), ("identity_number", "12345"), ("phone", "12"), ("unit_code", "KHONG-CO"), ("unit_code", ""),
    ("contract", "Thời vụ"), ("site_code", "KHONG-CO"), ("pattern", "Tùy ý"), ("residence_code", "99999"),
    ("valid_from", "hôm qua"), ("valid_from", "01/01/2099"), ("title", ""), ("staff_code", ""), ("staff_code", "CB 1"),
    ("email", "không phải thư"), ("contract", ""),
)  # fmt: skip


def run(content: bytes, *, dry_run: bool) -> list[str]:
    return import_people(content, file_name="ds.xlsx", dry_run=dry_run, actor=None, at=AT).faults


def main(rows: int) -> None:
    given = {"unit_code": "SNN-VPS", "valid_from": "01/09/2021"}
    people = [staff_row(number, staff_code=f"NV{number:05}", **given) for number in range(rows)]
    right, wrong = workbook(people), workbook(with_faults(people))
    with agency():
        with measured(f"dry run of {rows} rows"):
            assert run(right, dry_run=True) == []
        with measured(f"import of {rows} rows"):
            assert run(right, dry_run=False) == []
        with measured("the same file again"):
            assert run(right, dry_run=False) == []
        with measured(f"{rows} rows with {len(FAULTS)} faults"):
            faults = run(wrong, dry_run=False)
    click.echo(f"{len(faults)} faults named, for example {faults[0]}")


def with_faults(people: list[list[str]]) -> list[list[str]]:
    wrong = [list(row) for row in people]
    lines = random.Random(1).sample(range(len(people)), len(FAULTS))  # noqa: S311
    for line, (key, value) in zip(lines, FAULTS, strict=True):
        wrong[line][SPACE[key]] = value
    return wrong


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5000)
