"""What the doctor finds: each kind of record that does not agree with another, a clock that is slow."""

import json
import uuid
from pathlib import Path

import pytest
from click.testing import CliRunner
from django.conf import settings

from tests.factories.risk import MONDAY, clock, declare, make_person, make_person_day, make_unit
from vungxanh.administration import examination
from vungxanh.cli import doctor
from vungxanh.cli.integrity import all_count_faults, all_record_faults
from vungxanh.common import clock as clocks
from vungxanh.organization.models import Person, Unit
from vungxanh.risk.enums import Cause
from vungxanh.risk.models import UnitDay
from vungxanh.risk.operations import assess_people
from vungxanh.risk.tasks import CountsDifferError, check_counts
from vungxanh.screening.enums import Timeliness, Window
from vungxanh.screening.models import AcceptedUuid, Declaration, PersonDay
from vungxanh.screening.operations import make_months

pytestmark = pytest.mark.django_db


@pytest.fixture
def unit() -> Unit:
    return make_unit("A")


@pytest.fixture
def lan(unit: Unit) -> Person:
    return make_person(unit, "lan")


@pytest.fixture
def declaration(unit: Unit, lan: Person) -> Declaration:
    """Accepted, written into the day, judged."""
    make_person_day(lan, unit)
    row = Declaration.objects.get(pk=declare(lan, unit, clock(7, 30)))
    judged = assess_people([lan.pseudonym], day=MONDAY, at=clock(7, 30), cause=Cause.DECLARATION)
    AcceptedUuid.objects.create(
        client_uuid=row.client_uuid,
        content_hash=row.content_hash,
        declaration_id=row.pk,
        assessment_id=judged[lan.pseudonym].pk,
        received_on=MONDAY,
    )
    return row


def kinds() -> list[str]:
    return [fault.split(":")[0] for fault in all_record_faults()]


def test_records_that_agree_have_no_fault(declaration: Declaration) -> None:
    assert all_record_faults() == []


def test_fault_says_how_many_and_where(declaration: Declaration) -> None:
    day = PersonDay.objects.get()
    PersonDay.objects.update(arrival_timeliness=Timeliness.LATE)
    assert all_record_faults() == [f"ngày ghi tờ khai {Window.ARRIVAL.label} mà tờ khai không khớp: 1 (số {day.pk})"]


def test_day_that_names_no_declaration_is_found(declaration: Declaration) -> None:
    PersonDay.objects.update(leaving_id=999, leaving_at=clock(17), leaving_timeliness=Timeliness.ON_TIME)
    assert kinds() == [f"ngày ghi tờ khai {Window.LEAVING.label} mà tờ khai không khớp"]


def test_declaration_that_no_day_knows_is_found(declaration: Declaration) -> None:
    PersonDay.objects.update(arrival_id=None, arrival_at=None, arrival_timeliness="")
    assert kinds() == ["tờ khai không được ghi vào ngày của người khai"]


def test_records_of_nobody_are_found(declaration: Declaration) -> None:
    Person.objects.update(pseudonym=uuid.uuid4())
    assert kinds() == ["tờ khai của người không có trong danh sách", "ngày của người không có trong danh sách"]


@pytest.mark.parametrize("place", ["unit_id", "site_id"])
def test_declaration_from_nowhere_is_found(declaration: Declaration, place: str) -> None:
    Declaration.objects.update(**{place: 999})
    assert kinds() == ["tờ khai của đơn vị hoặc địa điểm không có"]


def test_key_of_a_retry_without_its_declaration_is_found(declaration: Declaration) -> None:
    AcceptedUuid.objects.update(content_hash="other")
    assert kinds() == ["mã gửi lại không có tờ khai"]


def test_declaration_without_key_of_retry_is_found(declaration: Declaration, unit: Unit) -> None:
    other = make_person(unit, "minh")
    make_person_day(other, unit)
    declare(other, unit, clock(7, 40))
    assert kinds() == ["tờ khai không có mã gửi lại"]


def test_key_of_a_retry_without_judgement_is_found(declaration: Declaration) -> None:
    AcceptedUuid.objects.update(assessment_id=999)
    assert kinds() == ["mã gửi lại không có kết quả đánh giá"]


def test_slow_clock_is_found(declaration: Declaration) -> None:
    assert examination.clock_faults(at=clock(7, 29)) == []
    [fault] = examination.clock_faults(at=clock(7, 0))
    assert fault.startswith("đồng hồ máy chậm: bây giờ là 07:00 20/09/2021, tờ khai mới nhất nhận lúc 07:30 20/09/2021")


def test_keys_that_others_can_read_are_found() -> None:
    assert examination.key_faults() == []
    Path(settings.FIELD_KEYS_FILE).chmod(0o644)
    try:
        assert examination.key_faults() == ["FIELD_KEYS_FILE: người khác đọc được, hãy đặt quyền 600"]
    finally:
        Path(settings.FIELD_KEYS_FILE).chmod(0o600)


def test_full_disk_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    assert examination.disk_faults() == []
    monkeypatch.setattr(examination, "FREE_BYTES", 10**18)
    assert examination.disk_faults()[0].endswith("MB trống")


def test_doctor_tells_machines_and_people(declaration: Declaration, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(examination, "settings_faults", list)
    make_months(at=clocks.now())
    well = CliRunner().invoke(doctor.doctor, ["--json"])
    assert (well.exit_code, json.loads(well.output)["well"]) == (0, True)
    AcceptedUuid.objects.update(assessment_id=999)
    ill = CliRunner().invoke(doctor.doctor)
    assert ill.exit_code == 1
    assert "✗ records\n    mã gửi lại không có kết quả đánh giá: 1" in ill.output


def test_unit_whose_counts_are_not_its_people_is_named(
    declaration: Declaration, unit: Unit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(examination, "settings_faults", list)
    assert all_count_faults(MONDAY) == []
    UnitDay.objects.update(people=3)
    assert all_count_faults(MONDAY) == ["số liệu đang giữ của A lệch so với đếm lại: số người 3, đếm lại 1"]
    with clocks.at(clock(23, 50)):
        assert doctor.examine()["counts"] == all_count_faults(MONDAY)
        with pytest.raises(CountsDifferError, match="2021-09-20: A"):
            check_counts()
    assert UnitDay.objects.get().people == 3
