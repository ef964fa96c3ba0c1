import datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vungxanh.common.decision_tables import RuleFileError
from vungxanh.screening.rulebook import QUESTIONNAIRE, RULES, WINDOWS, derived

DAY = datetime.date(2021, 9, 20)
FORM = QUESTIONNAIRE.current().in_force(DAY)


def faults_of(path: Path, shipped: str, *changes: tuple[str, str]) -> set[str]:
    text = (RULES / shipped).read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    changed = path / shipped
    changed.write_text(text, encoding="utf-8")
    file = QUESTIONNAIRE if shipped == QUESTIONNAIRE.name else WINDOWS
    with pytest.raises(RuleFileError) as error:
        file.check(changed)
    assert all(fault.line for fault in error.value.faults)
    return {fault.where for fault in error.value.faults}


@pytest.mark.parametrize(
    ("old", "new", "where"),
    [
        ('link_id = "cough"', 'link_id = "fever"', "edition[1].group[1].item[2].link_id"),
        ('link_id = "cough"', 'enable_when = "fatigue"\nlink_id = "cough"', "edition[1].group[1].item[2].enable_when"),
        ('link_id = "cough"', 'windows = []\nlink_id = "cough"', "edition[1].group[1].item[2].windows"),
        ('link_id = "cough"', 'windows = ["NOON"]\nlink_id = "cough"', "edition[1].group[1].item[2].windows"),
        ('feeds = ["sign", "fever"]', 'feeds = ["sgin"]', "edition[1].group[1].item[1].feeds"),
        ('en = "Cough"', 'english = "Cough"', "edition[1].group[1].item[2].english"),
        ("fever_from = 37.5", "fever_from = 33", "edition[1].temperature.fever_from"),
        ("most = 5", "most = 0", "edition[1].places.most"),
    ],
)
def test_questionnaire_when_wrong_names_the_place(tmp_path: Path, old: str, new: str, where: str) -> None:
    assert where in faults_of(tmp_path, "questionnaire_covid19.toml", (old, new))


@pytest.mark.parametrize(
    ("old", "new", "where"),
    [
        ("due = 07:45:00", "due = 05:45:00", "edition[1].arrival"),
        ("due = 18:30:00", "due = 23:59:30", "edition[1].leaving"),
        ("due = 15,", "due = -60,", "edition[1].shift_arrival"),
        ("skew_minutes = 2", "skew_minutes = -2", "edition[1].skew_minutes"),
    ],
)
def test_windows_when_not_in_order_name_the_place(tmp_path: Path, old: str, new: str, where: str) -> None:
    assert faults_of(tmp_path, "windows.toml", (old, new)) == {where}


def test_form_when_leaving_asks_since_the_last_declaration() -> None:
    exposures, places = FORM.group[1], FORM.places
    assert exposures.heading("ARRIVAL").vi != exposures.heading("LEAVING").vi
    assert places.heading("ARRIVAL").en != places.heading("LEAVING").en
    assert FORM.link_ids("ARRIVAL") == FORM.link_ids("LEAVING")


@pytest.mark.parametrize(
    ("yes", "temperature", "expected"),
    [
        ((), None, {}),
        ((), 37.4, {}),
        ((), 37.5, {"has_fever": True, "symptom_count": 1}),
        (("fever",), 38.0, {"has_fever": True, "symptom_count": 1}),
        (("fever",), 36.5, {"has_fever": True, "symptom_count": 1}),
        (("cough", "sore_throat"), None, {"symptom_count": 2, "has_respiratory_sign": True}),
        (("fatigue",), None, {"symptom_count": 1}),
        (("taste_or_smell_lost",), None, {"symptom_count": 1, "has_lost_taste_or_smell": True}),
        (("contact_with_case",), None, {"had_contact_with_case": True}),
        (("contact_with_symptomatic",), None, {"had_contact_with_symptomatic": True}),
        (("contact_from_epidemic_area",), None, {"came_from_epidemic_area": True}),
        (("visited_epidemic_area",), None, {"came_from_epidemic_area": True}),
    ],
)
def test_derived(yes: tuple[str, ...], temperature: float | None, expected: dict[str, object]) -> None:
    facts = derived(FORM, {item.link_id: item.link_id in yes for item in FORM.items()}, temperature)
    nothing = derived(FORM, {}, None)
    assert {name: value for name in nothing.__slots__ if (value := getattr(facts, name))} == expected


@given(st.sets(st.sampled_from([item.link_id for item in FORM.items()])), st.floats(34, 43) | st.none())
def test_derived_when_more_is_answered_with_yes_never_says_less(yes: set[str], temperature: float | None) -> None:
    fewer = derived(FORM, dict.fromkeys(sorted(yes)[1:], True), temperature)
    more = derived(FORM, dict.fromkeys(yes, True), temperature)
    assert all(getattr(more, name) >= getattr(fewer, name) for name in more.__slots__)
