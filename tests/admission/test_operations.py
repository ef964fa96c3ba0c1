import datetime
import threading
import uuid

import pytest
from django.db import connection

from tests.factories.risk import MONDAY, START, clock, make_person, make_unit, make_user
from tests.factories.screening import answers, new_declaration
from vungxanh.admission.operations import submit_declarations
from vungxanh.admission.submission import Accepted, Refused
from vungxanh.areas.enums import AreaTier, EpidemicLevel
from vungxanh.areas.models import AdministrativeUnit, AreaLevel
from vungxanh.audit.models import AuditEvent
from vungxanh.organization.enums import RosterKind, WorkPattern
from vungxanh.organization.models import Person, RosterEntry, Shift, Site, Unit
from vungxanh.screening.enums import Window
from vungxanh.screening.models import AcceptedUuid, Declaration, PersonDay

pytestmark = pytest.mark.django_db


@pytest.fixture
def unit() -> Unit:
    return make_unit("CC", make_unit("SO"))


@pytest.fixture
def person(unit: Unit) -> Person:
    return make_person(unit, "Nguyễn Thị Ánh", user=make_user("anh"))


def messages(refused: Refused) -> dict[str, str]:
    return {fault.pointer: str(fault.message) for fault in refused.errors}


def test_submit_when_all_is_clear_is_on_time_and_low(person: Person, unit: Unit) -> None:
    [accepted] = submit_declarations([new_declaration(person, clock(7))], at=clock(7))
    assert isinstance(accepted, Accepted)
    assert (accepted.timeliness, accepted.assessment.level, accepted.is_replay) == ("ON_TIME", "LOW", False)
    day = PersonDay.objects.get(subject=person.pseudonym, day=MONDAY)
    assert (day.arrival_id, day.arrival_timeliness, day.leaving_id) == (accepted.declaration_id, "ON_TIME", None)
    assert AuditEvent.objects.filter(action="admission.submit_declaration", actor_id=person.user_id).count() == 1


def test_submit_keeps_answers_unreadable(person: Person) -> None:
    submit_declarations([new_declaration(person, clock(7), Window.ARRIVAL, "cough")], at=clock(7))
    row = Declaration.objects.get()
    assert b"cough" not in bytes(row.answers)
    assert (row.symptom_count, row.has_respiratory_sign, row.has_fever) == (1, True, False)


@pytest.mark.parametrize(
    ("time", "expected"), [((5, 30), "EARLY"), ((6, 0), "ON_TIME"), ((7, 45), "ON_TIME"), ((7, 46), "LATE")]
)
def test_timeliness(person: Person, time: tuple[int, int], expected: str) -> None:
    [accepted] = submit_declarations([new_declaration(person, clock(*time))], at=clock(*time))
    assert isinstance(accepted, Accepted)
    assert accepted.timeliness == expected


def test_submit_again_when_same_content_gives_same_answer(person: Person) -> None:
    new = new_declaration(person, clock(7))
    [first] = submit_declarations([new], at=clock(7))
    [second] = submit_declarations([new], at=clock(7, 5))
    assert isinstance(first, Accepted)
    assert isinstance(second, Accepted)
    assert second.is_replay
    assert (second.declaration_id, second.received_at) == (first.declaration_id, first.received_at)
    assert Declaration.objects.count() == 1


def test_submit_again_when_other_content_is_conflict(person: Person) -> None:
    first = new_declaration(person, clock(7))
    other = new_declaration(person, clock(7), Window.ARRIVAL, "fever", client_uuid=first.client_uuid)
    submit_declarations([first], at=clock(7))
    [refused] = submit_declarations([other], at=clock(7))
    assert isinstance(refused, Refused)
    assert (refused.status, list(messages(refused))) == (409, ["/client_uuid"])


def test_submit_when_second_of_a_window_is_conflict(person: Person) -> None:
    submit_declarations([new_declaration(person, clock(7))], at=clock(7))
    [refused] = submit_declarations([new_declaration(person, clock(8))], at=clock(8))
    assert isinstance(refused, Refused)
    assert (refused.status, Declaration.objects.count()) == (409, 1)


def test_submit_when_window_is_not_open_names_its_times(person: Person) -> None:
    [refused] = submit_declarations([new_declaration(person, clock(7), Window.LEAVING)], at=clock(7))
    assert isinstance(refused, Refused)
    assert "15:00" in messages(refused)["/window"]
    assert not Declaration.objects.exists()


def test_submit_when_much_is_wrong_names_every_field(person: Person) -> None:
    broken = {**answers(), "cough": "có", "strange": True}
    del broken["fever"]
    new = new_declaration(person, clock(9), answers=broken, attested=False, temperature_c=50.0)
    [refused] = submit_declarations([new], at=clock(7))
    assert isinstance(refused, Refused)
    assert set(messages(refused)) == {
        "/attested",
        "/declared_at",
        "/temperature_c",
        "/answers/cough",
        "/answers/fever",
        "/answers/strange",
    }


def test_submit_when_clock_is_days_off_is_refused(person: Person) -> None:
    [refused] = submit_declarations([new_declaration(person, clock(7) - datetime.timedelta(days=2))], at=clock(7))
    assert isinstance(refused, Refused)
    assert list(messages(refused)) == ["/declared_at"]


def test_submit_when_for_somebody_else_is_refused(person: Person) -> None:
    new = new_declaration(person, clock(7), actor=make_user("la"))
    [refused] = submit_declarations([new], at=clock(7))
    assert isinstance(refused, Refused)
    assert list(messages(refused)) == ["/person"]


def test_site_when_foreign_unknown_or_own(person: Person, unit: Unit) -> None:
    Site.objects.create(code="TRAM", name="Trạm", unit=unit)
    Site.objects.create(code="XA-LA", name="Cơ quan khác", unit=make_unit("KHAC"))
    for code in ("XA-LA", "KHONG-CO"):
        [refused] = submit_declarations([new_declaration(person, clock(7), site_code=code)], at=clock(7))
        assert isinstance(refused, Refused)
        assert list(messages(refused)) == ["/site"]
    [accepted] = submit_declarations([new_declaration(person, clock(7), site_code="TRAM")], at=clock(7))
    assert isinstance(accepted, Accepted)


def test_batch_when_one_row_is_bad_keeps_the_others(unit: Unit) -> None:
    people = [make_person(unit, f"Người {i}", user=make_user(f"n{i}")) for i in range(3)]
    batch = [new_declaration(one, clock(7)) for one in people]
    batch[1] = new_declaration(people[1], clock(7), attested=False)
    outcomes = submit_declarations(batch, at=clock(7))
    assert [type(one) for one in outcomes] == [Accepted, Refused, Accepted]
    assert Declaration.objects.count() == 2


def test_batch_when_larger_takes_no_more_queries(unit: Unit, django_assert_num_queries: object) -> None:
    people = [make_person(unit, f"Người {i}", user=make_user(f"n{i}")) for i in range(12)]
    submit_declarations([new_declaration(people[0], clock(7))], at=clock(7))

    def queries(some: list[Person]) -> int:
        from django.test.utils import CaptureQueriesContext

        batch = [new_declaration(one, clock(7)) for one in some]
        with CaptureQueriesContext(connection) as seen:
            submit_declarations(batch, at=clock(7))
        return len(seen)

    assert queries(people[1:2]) == queries(people[2:12])


def test_visited_place_when_red_is_a_fact(person: Person) -> None:
    area = AdministrativeUnit.objects.create(code="01", name="Hà Nội", tier=AreaTier.PROVINCE, valid_from=START)
    AreaLevel.objects.create(
        area=area, level=EpidemicLevel.RED, valid_from=START, document_number="1/TB", recorded_at=clock(7)
    )
    new = new_declaration(person, clock(7), answers=answers(places=("01",)))
    [accepted] = submit_declarations([new], at=clock(7))
    assert isinstance(accepted, Accepted)
    assert (Declaration.objects.get().worst_visited_level, accepted.assessment.level) == ("RED", "HIGH")


def test_night_shift_when_leaving_next_morning_belongs_to_day_of_start(unit: Unit) -> None:
    guard = make_person(unit, "Trần Đêm", user=make_user("dem"), pattern=WorkPattern.ROSTER)
    shift = Shift.objects.create(unit=unit, code="D", name="Ca đêm", starts=datetime.time(22), ends=datetime.time(6))
    RosterEntry.objects.create(date=MONDAY, person=guard, unit=unit, kind=RosterKind.SHIFT, shift=shift)
    submit_declarations([new_declaration(guard, clock(21, 50))], at=clock(21, 50))
    morning = clock(6, 10, day=MONDAY + datetime.timedelta(days=1))
    [accepted] = submit_declarations([new_declaration(guard, morning, Window.LEAVING)], at=morning)
    assert isinstance(accepted, Accepted)
    assert (accepted.day, accepted.timeliness) == (MONDAY, "ON_TIME")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("same_uuid", [True, False])
def test_race_when_two_at_once_leaves_one(unit: Unit, person: Person, same_uuid: bool) -> None:
    first = new_declaration(person, clock(7))
    uuids = [first.client_uuid, first.client_uuid if same_uuid else uuid.uuid4()]
    barrier, outcomes = threading.Barrier(2), []

    def send(client_uuid: uuid.UUID) -> None:
        new = new_declaration(person, clock(7), client_uuid=client_uuid)
        barrier.wait()
        try:
            outcomes.extend(submit_declarations([new], at=clock(7)))
        finally:
            connection.close()

    threads = [threading.Thread(target=send, args=(one,)) for one in uuids]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    kinds = sorted(type(one).__name__ for one in outcomes)
    assert kinds == (["Accepted", "Accepted"] if same_uuid else ["Accepted", "Refused"])
    assert Declaration.objects.count() == AcceptedUuid.objects.count() == 1
