"""The files of a day: whole, with every unit once, written again without harm, tried again when the disk is full."""

import csv
import datetime
import io
import os
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from python_calamine import CalamineWorkbook

from tests.factories.risk import MONDAY, clock, make_unit, make_user
from tests.races import at_once
from tests.risk.conftest import Agency
from vungxanh.common import clock as product_clock
from vungxanh.common.decision_tables.registry import keep_overlays_in
from vungxanh.organization.enums import Role
from vungxanh.organization.models import Unit
from vungxanh.risk import operations
from vungxanh.risk.enums import DeliveryWay, ReturnKind
from vungxanh.risk.files import write_whole
from vungxanh.risk.models import Delivery
from vungxanh.risk.operations import filing
from vungxanh.risk.operations.filing import write_due_files
from vungxanh.risk.operations.sending import CLAIMED_FOR, claim_due
from vungxanh.risk.rulebook import DELIVERIES

pytestmark = pytest.mark.django_db
NAMES = ["2021-09-20.csv", "2021-09-20.xlsx"]


@pytest.fixture
def switched_on(tmp_path: Path) -> Iterator[None]:
    """The installation's own edition: the file as well."""
    text = DELIVERIES.path.read_text(encoding="utf-8")
    before, after = text.split('code = "TEP"')
    folder = tmp_path / "rules"
    folder.mkdir()
    (folder / DELIVERIES.name).write_text(f'{before}code = "TEP"{after.replace("is_on = false", "is_on = true", 1)}')
    keep_overlays_in(folder)
    yield
    keep_overlays_in(Path(settings.HOME) / "rules")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "outgoing"


def send(unit: Unit, at: datetime.datetime, note: str = "") -> None:
    head = make_user(f"truong-{unit.code}-{at:%H%M}".lower(), Role.UNIT_HEAD, unit)
    operations.submit_return(unit.pk, day=MONDAY, kind=ReturnKind.DAILY, actor=head, at=at, note=note)


def rows(folder: Path) -> list[dict[str, str]]:
    text = (folder / "ban-do" / "2021-09-20.csv").read_text(encoding="utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_switched_off_nothing_is_written(agency: Agency, folder: Path) -> None:
    send(agency.unit, clock(14))
    assert (write_due_files(folder, at=clock(14, 1)), folder.exists()) == (0, False)


@pytest.mark.usefixtures("switched_on")
def test_the_files_hold_the_newest_version_of_each_unit_once(agency: Agency, folder: Path) -> None:
    other = make_unit("KHAC", agency.root)
    send(agency.unit, clock(14))
    send(other, clock(14, 5))
    assert write_due_files(folder, at=clock(14, 6)) == 2
    send(agency.unit, clock(14, 20), note="Bổ sung")
    assert (write_due_files(folder, at=clock(14, 21)), write_due_files(folder, at=clock(14, 22))) == (1, 0)
    found = {(row["Mã đơn vị"], row["Loại"], row["Bản"], row["Nộp lúc"]) for row in rows(folder)}
    assert found == {
        ("CCKL", "Báo cáo ngày", "2", "14:20 20/09/2021"),
        ("KHAC", "Báo cáo ngày", "1", "14:05 20/09/2021"),
    }
    book = CalamineWorkbook.from_path(str(folder / "ban-do" / NAMES[1])).get_sheet_by_index(0).to_python()
    assert [row[6] for row in book] == ["Mã đơn vị", *[row["Mã đơn vị"] for row in rows(folder)]]
    assert sorted(os.listdir(folder / "ban-do")) == [".lock", *NAMES]
    assert set(Delivery.objects.filter(way="FILE").values_list("state", flat=True)) == {"SENT"}


@pytest.mark.usefixtures("switched_on")
def test_all_that_wait_are_written_at_once(agency: Agency, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    paths: list[Path] = []

    def write(path: Path, content: bytes) -> None:
        paths.append(path)
        write_whole(path, content)

    monkeypatch.setattr(filing, "write_whole", write)
    for number in range(21):
        send(make_unit(f"DV{number}", agency.root), clock(14))
    assert write_due_files(folder, at=clock(14, 1)) == len(rows(folder)) == 21
    assert sorted(path.name for path in paths) == NAMES


@pytest.mark.usefixtures("switched_on")
def test_a_name_that_looks_like_a_formula_stays_text(agency: Agency, folder: Path) -> None:
    odd = make_unit("LA", agency.root, name="=1+1")
    send(odd, clock(14))
    write_due_files(folder, at=clock(14, 1))
    assert rows(folder)[0]["Đơn vị"] == "'=1+1"


@pytest.mark.usefixtures("switched_on")
def test_a_file_that_cannot_be_written_is_tried_again(agency: Agency, folder: Path) -> None:
    """A file stands where the folder should be, as on a disk that somebody filled with something else."""
    send(agency.unit, clock(14))
    folder.write_text("in the way")
    assert write_due_files(folder, at=clock(14, 1)) == 0
    delivery = Delivery.objects.get(way="FILE")
    assert (delivery.state, "Không ghi được tệp" in delivery.last_error) == ("FAILED", True)
    folder.unlink()
    assert write_due_files(folder, at=clock(14, 3)) == 1
    assert len(rows(folder)) == 1


@pytest.mark.usefixtures("switched_on")
def test_a_worker_that_died_before_marking_does_no_harm(agency: Agency, folder: Path) -> None:
    send(agency.unit, clock(14))
    assert len(claim_due(DeliveryWay.FILE, at=clock(14, 1))) == 1
    assert write_due_files(folder, at=clock(14, 2)) == 0
    assert write_due_files(folder, at=clock(14, 1) + CLAIMED_FOR) == 1
    assert len(rows(folder)) == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("switched_on")
def test_two_workers_at_once_leave_one_whole_file(agency: Agency, folder: Path) -> None:
    for number in range(6):
        send(make_unit(f"DV{number}", agency.root), clock(14))
    counts = at_once(*[partial(write_due_files, folder, at=clock(14, 5))] * 2)
    assert (sum(counts), len(rows(folder))) == (6, 6)


def test_the_office_downloads_the_day_although_no_file_is_switched_on(client: Client, agency: Agency) -> None:
    send(agency.unit, clock(14))
    client.force_login(make_user("vanphong", Role.OFFICE, agency.root))
    with product_clock.at(clock(14, 50)):
        answer = client.get(reverse("risk:map_csv", args=[MONDAY]))
    assert answer["Content-Disposition"] == 'attachment; filename="so-lieu-ban-do-20210920.csv"'
    assert "CCKL" in answer.content.decode("utf-8-sig")
