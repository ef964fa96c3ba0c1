"""What the gate says to whom, and what the texts under its camera are."""

import datetime
import uuid
from types import SimpleNamespace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories.organization import (
    MONDAY,
    clock,
    make_account,
    make_person,
    make_place,
    make_roster,
    make_shift,
    make_site,
    make_unit,
)
from tests.factories.screening import new_declaration
from vungxanh.admission.codes import identity_card, read_text
from vungxanh.admission.operations import submit_declarations
from vungxanh.admission.queries.gate import decide_all_at_gate, decide_at_gate
from vungxanh.admission.queries.passes import all_good_pass, all_tokens
from vungxanh.admission.queries.staff import StaffSource
from vungxanh.admission.rulebook import GATE, GATE_REASONS
from vungxanh.common.decision_tables import RuleFileError
from vungxanh.common.encryption import digest
from vungxanh.organization.models import Person
from vungxanh.organization.place_codes import changing_code
from vungxanh.screening.enums import Means, Window
from vungxanh.screening.operations import open_day

pytestmark = pytest.mark.django_db
CARD = "026185000001|135000001|Nguyễn Thị Ánh|05091985|Nữ|Tổ 1, Vĩnh Yên, Vĩnh Phúc|25042021"


@pytest.fixture
def place() -> SimpleNamespace:
    root = make_unit("SO")
    unit = make_unit("CC", root)
    gate = make_place("C1", make_site("TS", unit))
    person = make_person(unit, "Nguyễn Thị Ánh", user=make_account("anh"))
    open_day(MONDAY, at=clock(5))
    return SimpleNamespace(root=root, unit=unit, gate=gate, person=person)


def declare(person: Person, *yes: str, at: datetime.datetime | None = None) -> None:
    moment = at or clock(7)
    submit_declarations([new_declaration(person, moment, Window.ARRIVAL, *yes)], at=moment)


def reason(place: SimpleNamespace, subject: uuid.UUID, **more: float) -> str:
    return decide_at_gate(subject, place.gate, at=clock(7, 30), **more).reason.code


def token_of(person: Person) -> str:
    row = all_good_pass(person.pseudonym, MONDAY, at=clock(7, 30))
    assert row
    return all_tokens([row])[row.jti]


def test_gate_when_not_declared_holds_and_when_declared_lets_in(place: SimpleNamespace) -> None:
    assert reason(place, place.person.pseudonym) == "NOT_DECLARED"
    declare(place.person)
    decision = decide_at_gate(place.person.pseudonym, place.gate, at=clock(7, 30))
    assert (decision.state, decision.subject and decision.subject.name) == ("ALLOWED", "Nguyễn Thị Ánh")


def test_gate_says_nothing_of_the_level_but_holds(place: SimpleNamespace) -> None:
    declare(place.person, "contact_with_case")
    decision = decide_at_gate(place.person.pseudonym, place.gate, at=clock(7, 30))
    assert (decision.state, decision.reason.vi) == ("HOLD", "Mời chờ, gọi người phụ trách y tế")


@pytest.mark.parametrize(("temperature", "code"), [(37.4, "ALLOWED"), (37.5, "FEVER"), (39.0, "FEVER")])
def test_gate_when_measured(place: SimpleNamespace, temperature: float, code: str) -> None:
    declare(place.person)
    assert reason(place, place.person.pseudonym, temperature_c=temperature) == code


def test_gate_when_strangers_come(place: SimpleNamespace) -> None:
    other = make_person(make_unit("KHAC"), "Lê Văn Bình", user=make_account("binh"))
    open_day(MONDAY, at=clock(5), people=[other.pk])
    declare(other)
    assert reason(place, other.pseudonym) == "FOREIGN"
    assert reason(place, uuid.uuid4()) == "UNKNOWN"


def test_gate_when_a_night_shift_began_yesterday_still_lets_in(place: SimpleNamespace) -> None:
    night = make_person(place.unit, "Trần Văn Đêm", user=make_account("dem"), pattern="ROSTER")
    make_roster(night, MONDAY, place.unit, shift=make_shift(place.unit))
    open_day(MONDAY, at=clock(5), people=[night.pk])
    declare(night, at=clock(21, 50))
    tuesday = MONDAY + datetime.timedelta(days=1)
    at_two, at_noon = clock(2, day=tuesday), clock(12, day=tuesday)
    assert decide_at_gate(night.pseudonym, place.gate, at=at_two).reason.code == "ALLOWED"
    assert decide_at_gate(night.pseudonym, place.gate, at=at_noon).reason.code == "NOT_DECLARED"


def test_gate_decides_for_many_in_a_flat_number_of_queries(place: SimpleNamespace) -> None:
    people = [make_person(place.unit, f"Người {i}", user=make_account(f"n{i}")) for i in range(6)]
    open_day(MONDAY, at=clock(5), people=[one.pk for one in people])
    for one in people:
        declare(one)

    def count(number: int) -> int:
        with CaptureQueriesContext(connection) as queries:
            decide_all_at_gate([one.pseudonym for one in people[:number]], place.gate, at=clock(8))
        return len(queries)

    assert count(1) == count(6)


def test_texts_under_the_camera(place: SimpleNamespace) -> None:
    declare(place.person)
    place.person.identity_digest = digest("026185000001")
    place.person.save()
    code = changing_code(place.gate, clock(7, 30))
    texts = {
        token_of(place.person): (place.person.pseudonym, ""),
        CARD: (place.person.pseudonym, ""),
        CARD.replace("026185000001", "026185000009"): (None, "UNKNOWN"),
        f"https://vx.vinhphuc.gov.vn/q/C1/{code}": (None, "GATE_CODE"),
        "https://example.com/": (None, "UNREADABLE"),
        "": (None, "UNREADABLE"),
        "8934588012112": (None, "UNREADABLE"),
        token_of(place.person)[:-4] + "AAAA": (None, "FORGED"),
        place.person.staff_code.lower(): (place.person.pseudonym, ""),
    }
    read = {text: read_text(text, place.gate, at=clock(7, 30)) for text in texts}
    assert {text: (one.subject, one.reason) for text, one in read.items()} == texts
    assert read[place.person.staff_code.lower()].means == Means.TYPED


def test_pass_of_another_agency_is_foreign(place: SimpleNamespace) -> None:
    other = make_person(make_unit("KHAC"), "Lê Văn Bình", user=make_account("binh"))
    open_day(MONDAY, at=clock(5), people=[other.pk])
    declare(other)
    read = read_text(token_of(other), place.gate, at=clock(7, 30))
    assert (read.subject, read.reason) == (other.pseudonym, "FOREIGN")


@pytest.mark.parametrize(
    "text",
    [
        CARD.replace("|Nữ", ""),
        CARD + "|",
        CARD.replace("026185000001", "26185000001"),
        CARD.replace("Nguyễn Thị Ánh", " "),
        "||||||",
    ],
)
def test_text_that_is_no_identity_card(text: str) -> None:
    assert identity_card(text) is None


def test_identity_card_is_read_whole() -> None:
    card = identity_card(CARD)
    assert card
    assert (card.name, card.birth_date, card.sex, card.issued_on) == (
        "Nguyễn Thị Ánh",
        datetime.date(1985, 9, 5),
        "Nữ",
        datetime.date(2021, 4, 25),
    )
    odd = identity_card(CARD.replace("05091985", "1985").replace("25042021", "31022021"))
    assert odd
    assert (odd.birth_date, odd.issued_on) == (None, None)


def test_search_finds_by_parts_of_the_name_within_the_agency(place: SimpleNamespace) -> None:
    make_person(make_unit("KHAC"), "Nguyễn Văn Anh")
    found = StaffSource().found("anh nguyen", place.gate, on=MONDAY)
    assert [(one.name, one.belongs_to) for one in found] == [("Nguyễn Thị Ánh", "CC")]
    assert StaffSource().found("  ", place.gate, on=MONDAY) == []


def test_expected_are_those_of_the_site_and_of_its_unit_without_a_site(place: SimpleNamespace) -> None:
    elsewhere = make_site("XA", place.unit)
    make_person(place.unit, "Ở xa", site=elsewhere)
    make_person(place.root, "Của sở")
    here = make_person(place.root, "Ở đây", site=place.gate.site)
    open_day(MONDAY, at=clock(6), people=list(Person.objects.values_list("pk", flat=True)))
    found = StaffSource().expected(place.gate.site, on=MONDAY)
    assert {one.subject for one in found} == {place.person.pseudonym, here.pseudonym}


def test_rule_when_a_reason_has_no_words_names_the_place(tmp_path) -> None:  # type: ignore[no-untyped-def]
    text = GATE.path.read_text(encoding="utf-8")
    changed = tmp_path / GATE.name
    changed.write_text(text.replace('code = "FEVER"', 'code = "HOT"'), encoding="utf-8")
    with pytest.raises(RuleFileError) as error:
        GATE.check(changed)
    assert [fault.where for fault in error.value.faults] == ["edition[1].reason"]
    assert [one.code for one in GATE.current().in_force(MONDAY).reason][-1] == GATE_REASONS[-1]
