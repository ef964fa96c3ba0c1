import dataclasses
import datetime
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories.organization import SATURDAY, make_absence
from tests.factories.risk import MONDAY, START, clock, make_person, make_unit, make_user
from tests.factories.screening import answers, new_declaration
from vungxanh.admission.operations import submit_declarations
from vungxanh.admission.submission import Accepted, Refused
from vungxanh.areas.enums import AreaTier, EpidemicLevel
from vungxanh.areas.models import AdministrativeUnit, AreaLevel
from vungxanh.audit.models import AuditEvent
from vungxanh.common.decision_tables.registry import keep_overlays_in
from vungxanh.organization.enums import AbsenceKind, ContractKind, RosterKind, WorkPattern
from vungxanh.organization.models import Person, RosterEntry, Shift, Site, Unit
from vungxanh.screening.enums import Window
from vungxanh.screening.models import Declaration, PersonDay
from vungxanh.screening.queries import all_unit_counts
from vungxanh.screening.rulebook import QUESTIONNAIRE, RULES

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


def test_submit_again_in_the_next_month_or_with_another_date_stands_once(person: Person) -> None:
    """The key of idempotency knows no month and no day: a retry that claims another one meets the first."""
    last = datetime.date(2021, 9, 30)
    new = new_declaration(person, clock(17, 0, last), Window.LEAVING)
    [first] = submit_declarations([new], at=clock(17, 0, last))
    later = clock(8, 0, datetime.date(2021, 10, 1))
    [again] = submit_declarations([new], at=later)
    [elsewhen] = submit_declarations([dataclasses.replace(new, declared_at=later)], at=later)
    assert isinstance(first, Accepted)
    assert isinstance(again, Accepted)
    assert isinstance(elsewhen, Refused)
    assert (again.is_replay, again.declaration_id, elsewhen.status) == (True, first.declaration_id, 409)
    assert Declaration.objects.get().day == last


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
    [refused] = submit_declarations([new_declaration(person, clock(7) - datetime.timedelta(days=5))], at=clock(7))
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


def test_batch_when_larger_takes_no_more_queries(unit: Unit) -> None:
    people = [make_person(unit, f"Người {i}", user=make_user(f"n{i}")) for i in range(112)]
    submit_declarations([new_declaration(people[0], clock(7))], at=clock(7))

    def queries(some: list[Person]) -> int:
        batch = [new_declaration(one, clock(7)) for one in some]
        with CaptureQueriesContext(connection) as seen:
            outcomes = submit_declarations(batch, at=clock(7))
        assert {type(one) for one in outcomes} == {Accepted}
        # Where a database takes few values at once, Django parts an INSERT: that counts once.
        statements = [query["sql"] for query in seen if "SAVEPOINT" not in query["sql"]]
        tables = {sql.split('"')[1] for sql in statements if sql.startswith("INSERT")}
        return len([sql for sql in statements if not sql.startswith("INSERT")]) + len(tables)

    assert queries(people[1:2]) == queries(people[2:12]) == queries(people[12:112])


def test_batch_when_one_uuid_comes_twice(unit: Unit, person: Person) -> None:
    other = make_person(unit, "Trần Văn Bình", user=make_user("binh"))
    first = new_declaration(person, clock(7))
    foreign = new_declaration(other, clock(7), client_uuid=first.client_uuid)
    [one, twin, refused] = submit_declarations([first, first, foreign], at=clock(7))
    assert isinstance(one, Accepted)
    assert isinstance(twin, Accepted)
    assert isinstance(refused, Refused)
    assert (twin.declaration_id, twin.is_replay, refused.status) == (one.declaration_id, True, 409)


def test_batch_when_one_person_declares_twice_keeps_the_first(person: Person) -> None:
    [one, two] = submit_declarations(
        [new_declaration(person, clock(7)), new_declaration(person, clock(7))], at=clock(7)
    )
    assert isinstance(one, Accepted)
    assert isinstance(two, Refused)
    assert (two.status, list(messages(two)), Declaration.objects.count()) == (409, ["/window"], 1)


def test_submit_when_server_clock_counts_is_the_same_content_later(person: Person) -> None:
    new = dataclasses.replace(new_declaration(person, clock(7)), declared_at=None)
    [first], [second] = submit_declarations([new], at=clock(7)), submit_declarations([new], at=clock(7, 9))
    assert isinstance(first, Accepted)
    assert isinstance(second, Accepted)
    assert (second.is_replay, second.declaration_id) == (True, first.declaration_id)
    assert Declaration.objects.get().declared_at == clock(7)


@pytest.mark.parametrize(
    ("declared_at", "accepted"),
    [
        (clock(7, 2), True),
        (clock(7, 2) + datetime.timedelta(seconds=1), False),
        (clock(7).replace(tzinfo=None), False),
    ],
)
def test_submit_when_clock_is_off_or_has_no_offset(
    person: Person, declared_at: datetime.datetime, accepted: bool
) -> None:
    [outcome] = submit_declarations([new_declaration(person, declared_at)], at=clock(7))
    assert isinstance(outcome, Accepted if accepted else Refused)
    if isinstance(outcome, Refused):
        assert list(messages(outcome)) == ["/declared_at"]


def test_submit_when_sent_late_is_judged_by_the_moment_of_declaring(person: Person) -> None:
    next_morning = clock(6, day=MONDAY + datetime.timedelta(days=1))
    [accepted] = submit_declarations([new_declaration(person, clock(7))], at=next_morning)
    assert isinstance(accepted, Accepted)
    assert (accepted.day, accepted.timeliness, accepted.received_at) == (MONDAY, "ON_TIME", next_morning)


@pytest.mark.parametrize("day", [MONDAY, SATURDAY])
def test_submit_when_nothing_is_expected_is_kept_and_not_counted(
    person: Person, unit: Unit, day: datetime.date
) -> None:
    make_absence(person, AbsenceKind.LEAVE)
    at = clock(7, day=day)
    [accepted] = submit_declarations([new_declaration(person, at, Window.ARRIVAL, "fever")], at=at)
    assert isinstance(accepted, Accepted)
    assert accepted.judgement.level == "HIGH"
    counts = all_unit_counts(day, at=at)[unit.pk]
    assert (counts.arrival_expected, counts.arrival_declared, counts.excused) == (0, 0, 1)


def test_submit_when_suppliers_person_is_kept_outside_the_staff(unit: Unit) -> None:
    guard = make_person(unit, "Lê Gác", user=make_user("gac"), contract=ContractKind.SUPPLIER)
    [accepted] = submit_declarations([new_declaration(guard, clock(7))], at=clock(7))
    assert isinstance(accepted, Accepted)
    counts = all_unit_counts(MONDAY, at=clock(9))[unit.pk]
    assert (counts.expected, counts.others, counts.arrival_declared) == (0, 1, 0)


def test_submit_when_nowhere_on_the_staff_list_is_refused(person: Person) -> None:
    person.posts.update(valid_to=MONDAY)
    [refused] = submit_declarations([new_declaration(person, clock(7))], at=clock(7))
    assert isinstance(refused, Refused)
    assert list(messages(refused)) == ["/window"]


@pytest.mark.parametrize(("closed_on", "accepted"), [(MONDAY, False), (MONDAY + datetime.timedelta(days=1), True)])
def test_site_when_closed(person: Person, unit: Unit, closed_on: datetime.date, accepted: bool) -> None:
    Site.objects.create(code="TRAM", name="Trạm", unit=unit, closed_on=closed_on)
    [outcome] = submit_declarations([new_declaration(person, clock(7), site_code="TRAM")], at=clock(7))
    assert isinstance(outcome, Accepted if accepted else Refused)


@pytest.mark.parametrize("places", ["01", [1], ["01", ["02"]], [str(n) for n in range(6)], ["không có"]])
def test_places_when_wrong_are_refused(person: Person, places: object) -> None:
    given = {**answers(), "places": places}
    [refused] = submit_declarations([new_declaration(person, clock(7), answers=given)], at=clock(7))
    assert isinstance(refused, Refused)
    assert list(messages(refused)) == ["/answers/places"]


@pytest.mark.parametrize("temperature", [33.9, 43.1, float("nan"), float("inf")])
def test_temperature_when_impossible_is_refused(person: Person, temperature: float) -> None:
    [refused] = submit_declarations([new_declaration(person, clock(7), temperature_c=temperature)], at=clock(7))
    assert isinstance(refused, Refused)
    assert list(messages(refused)) == ["/temperature_c"]


def test_submit_what_waited_over_a_weekend_answers_the_form_of_its_day(person: Person, tmp_path: Path) -> None:
    friday = clock(7, 30) - datetime.timedelta(days=3)
    waited, fresh = new_declaration(person, friday), new_declaration(person, clock(7))
    with longer_form_from(MONDAY, tmp_path):
        accepted, refused = submit_declarations([waited, fresh], at=clock(7, 10))
    assert isinstance(accepted, Accepted)
    assert (accepted.day, Declaration.objects.get().questionnaire_version) == (friday.date(), "2021.1")
    assert isinstance(refused, Refused)
    assert list(messages(refused)) == ["/answers/fatigue"]


@pytest.fixture
def longer_form(tmp_path: Path) -> Iterator[None]:
    with longer_form_from(datetime.date(2021, 9, 10), tmp_path):
        yield


@contextmanager
def longer_form_from(day: datetime.date, tmp_path: Path) -> Iterator[None]:
    """An installation's own edition: cough asks on, fatigue only on leaving and not by force."""
    text = (RULES / QUESTIONNAIRE.name).read_text(encoding="utf-8").replace("2021-09-01", day.isoformat())
    text = text.replace('version = "2021.1"', 'version = "2021.2"')
    head = '[[edition.group.item]]\n  link_id = "sore_throat"'
    dry = '[[edition.group.item]]\nlink_id = "dry"\nvi = "Ho khan"\nen = "Dry cough"\nenable_when = "cough"\n\n'
    text = text.replace(head, dry + head)
    text = text.replace('link_id = "fatigue"', 'link_id = "fatigue"\n  windows = ["LEAVING"]\n  required = false')
    (tmp_path / QUESTIONNAIRE.name).write_text(text, encoding="utf-8")
    keep_overlays_in(tmp_path)
    try:
        yield
    finally:
        keep_overlays_in(None)


@pytest.mark.usefixtures("longer_form")
@pytest.mark.parametrize(
    ("given", "wrong"),
    [
        ({}, []),
        ({"cough": True}, ["/answers/dry"]),
        ({"cough": True, "dry": True}, []),
        ({"dry": True}, ["/answers/dry"]),
        ({"dry": False}, []),
        ({"fatigue": True}, ["/answers/fatigue"]),
    ],
)
def test_form_when_questions_depend_on_others(person: Person, given: dict[str, bool], wrong: list[str]) -> None:
    plain = answers()
    del plain["fatigue"]
    [outcome] = submit_declarations([new_declaration(person, clock(7), answers={**plain, **given})], at=clock(7))
    assert (list(messages(outcome)) if isinstance(outcome, Refused) else []) == wrong
    assert set(Declaration.objects.values_list("questionnaire_version", flat=True)) == (set() if wrong else {"2021.2"})


@pytest.mark.parametrize(
    ("yes", "state"), [((), "ALLOWED"), (("contact_with_symptomatic",), "ALLOWED"), (("contact_with_case",), "HOLD")]
)
def test_gate_when_level_is(person: Person, yes: tuple[str, ...], state: str) -> None:
    [accepted] = submit_declarations([new_declaration(person, clock(7), Window.ARRIVAL, *yes)], at=clock(7))
    assert isinstance(accepted, Accepted)
    assert accepted.gate.state == state


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
