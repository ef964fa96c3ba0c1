"""Codes of places: good at their moment and place, a photograph of one is worth nothing later."""

import datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.factories.organization import clock, make_place, make_site, make_unit
from vungxanh.common.codes import ALPHABET
from vungxanh.organization.enums import PlaceKind
from vungxanh.organization.models import Place
from vungxanh.organization.place_codes import (
    CodeKind,
    changing_code,
    day_key,
    fixed_code,
    read_code,
    rule_of,
    shown_code,
)

pytestmark = pytest.mark.django_db
AT = clock(7, 30)
SECOND = datetime.timedelta(seconds=1)


@pytest.fixture
def gate() -> Place:
    return make_place("C1", make_site("TS", make_unit("CC")))


def kind_after(gate: Place, seconds: float) -> CodeKind:
    """Of the code of half past seven, read so many seconds later."""
    return read_code(gate, changing_code(gate, AT), at=AT + seconds * SECOND).kind


@pytest.mark.parametrize(
    ("seconds", "kind"),
    [
        (0, CodeKind.CURRENT),
        (29, CodeKind.CURRENT),
        (119, CodeKind.CURRENT),
        (120, CodeKind.OLD),
        (7 * 24 * 3600, CodeKind.OLD),
        (-30, CodeKind.CURRENT),
        (-31, CodeKind.EARLY),
        (-2 * 24 * 3600, CodeKind.EARLY),
    ],
)
def test_code_when_read_after_some_seconds(gate: Place, seconds: float, kind: CodeKind) -> None:
    assert kind_after(gate, seconds) == kind


def test_code_of_last_week_says_when_it_was_shown(gate: Place) -> None:
    reading = read_code(gate, changing_code(gate, AT), at=AT + datetime.timedelta(days=7))
    assert (reading.kind, reading.of, reading.is_good) == (CodeKind.OLD, AT, False)


def test_code_changes_with_the_slot_the_place_and_nothing_else(gate: Place) -> None:
    other = make_place("C2", gate.site)
    assert changing_code(gate, AT) == changing_code(gate, AT + 29 * SECOND)
    assert changing_code(gate, AT) != changing_code(gate, AT + 30 * SECOND)
    assert read_code(other, changing_code(gate, AT), at=AT).kind == CodeKind.WRONG
    assert day_key(gate, AT.date()) != day_key(gate, AT.date() + datetime.timedelta(days=1))


def test_code_is_read_however_it_is_typed(gate: Place) -> None:
    shown = shown_code(changing_code(gate, AT))
    assert len(shown) == 11
    for typed in (shown, shown.lower(), f" {shown.replace('-', ' ')} "):
        assert read_code(gate, typed, at=AT).kind == CodeKind.CURRENT


def test_code_over_midnight_is_read(gate: Place) -> None:
    before = clock(23, 59) + 45 * SECOND
    assert read_code(gate, changing_code(gate, before), at=before + 30 * SECOND).kind == CodeKind.CURRENT


def test_printed_code_is_its_own_and_always_good(gate: Place) -> None:
    post = make_place("T1", gate.site, kind=PlaceKind.FIELD_POST, has_fixed_code=True)
    code = fixed_code(post)
    assert [read_code(post, code, at=AT + datetime.timedelta(days=days)).kind for days in (0, 300)] == ["FIXED"] * 2
    assert read_code(post, changing_code(post, AT), at=AT).kind == CodeKind.WRONG
    assert read_code(gate, code, at=AT).kind == CodeKind.WRONG


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.one_of(st.text(max_size=90), st.text(ALPHABET, min_size=10, max_size=10)))
def test_anything_else_is_wrong(gate: Place, text: str) -> None:
    good = changing_code(gate, AT)
    if text != good:
        assert read_code(gate, text, at=AT).kind == CodeKind.WRONG


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(place=st.integers(0, 9), digit=st.sampled_from(ALPHABET))
def test_one_letter_changed_is_never_good(gate: Place, place: int, digit: str) -> None:
    good = changing_code(gate, AT)
    changed = good[:place] + digit + good[place + 1 :]
    assert read_code(gate, changed, at=AT).is_good == (changed == good)


def test_rule_has_figures() -> None:
    rule = rule_of(AT)
    assert (rule.step_seconds, rule.late_seconds, rule.early_seconds) == (30, 90, 30)
