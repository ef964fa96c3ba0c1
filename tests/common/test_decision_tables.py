"""Decision tables: reading with all faults at once, judging one and many, unknown facts, editions by day."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vungxanh.common.decision_tables import (
    DecisionTable,
    NoEditionInForceError,
    Rulebook,
    RuleFileError,
    Status,
    compiled,
    load_table,
)
from vungxanh.common.facts import Fact, FactType, Subject

CLASSES = {"F0": "F0", "F1": "F1", "F2": "F2"}
BOOK = Rulebook(
    subject=Subject.PERSON,
    facts=(
        Fact("days_since_red_area", FactType.INTEGER, "Số ngày từ khi ở vùng đỏ", Subject.PERSON),
        Fact("temperature", FactType.NUMBER, "Nhiệt độ", Subject.PERSON),
        Fact("contact_class", FactType.TEXT, "Diện tiếp xúc", Subject.PERSON, CLASSES),
        Fact("has_fever", FactType.BOOLEAN, "Sốt", Subject.PERSON),
        Fact("last_dose_date", FactType.DATE, "Ngày tiêm gần nhất", Subject.PERSON),
    ),
    levels=("LOW", "MEDIUM", "HIGH"),
)
HEAD = 'code = "t"\ntitle = "Bảng thử"\nsubject = "person"\n'
COMMON = 'neutral = "Theo dõi"\ninstruction = "Làm theo hướng dẫn"\ncites = "Điều 1"\n'


def row(code: str, when: str, then: str) -> str:
    return f'[[edition.row]]\ncode = "{code}"\nsays = "Vì {code}"\nwhen = {when}\nthen = "{then}"\n{COMMON}'


def edition(start: str, *rows: str, more: str = "") -> str:
    return f'[[edition]]\nin_force_from = {start}\nsource = "QĐ"\nstatus = "verified"\n{more}' + "".join(rows)


def write(folder: Path, text: str) -> Path:
    path = folder / "t.toml"
    path.write_text(HEAD + text, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> DecisionTable:
    first = edition(
        "2021-09-16",
        row("F", '{ contact_class = "in [F0, F1]" }', "HIGH"),
        row("R", '{ days_since_red_area = ["> 0", "<= 14"], has_fever = true }', "HIGH"),
        row("A", '{ any = [{ has_fever = true }, { temperature = ">= 37.5" }] }', "MEDIUM"),
        row("N", '{ has_fever = false, contact_class = "unknown" }', "MEDIUM"),
        row("D", '{ last_dose_date = "< 2021-01-01" }', "MEDIUM"),
        row("Z", "{}", "LOW"),
    )
    second = edition("2021-10-11", row("F", '{ contact_class = "!= F2" }', "HIGH"), row("Z", "{}", "LOW"))
    return load_table(write(tmp_path_factory.mktemp("rules"), first + second), BOOK)


DAY = date(2021, 9, 20)


@pytest.mark.parametrize(
    ("facts", "level", "matched"),
    [
        ({"contact_class": "F1"}, "HIGH", ["F"]),
        ({"contact_class": "F2", "has_fever": False}, "LOW", ["Z"]),
        ({"days_since_red_area": 14, "has_fever": True, "contact_class": "F2"}, "HIGH", ["R", "A"]),
        ({"days_since_red_area": 15, "has_fever": True, "contact_class": "F2"}, "MEDIUM", ["A"]),
        ({"days_since_red_area": 0, "has_fever": True, "contact_class": "F2"}, "MEDIUM", ["A"]),
        ({"temperature": 37.5}, "MEDIUM", ["A"]),
        ({"temperature": 37.4}, "LOW", ["Z"]),
        ({"has_fever": False}, "MEDIUM", ["N"]),
        ({"last_dose_date": date(2020, 12, 31)}, "MEDIUM", ["D"]),
        ({}, "LOW", ["Z"]),
    ],
)
def test_judge_finds_the_first_row_that_matches(
    table: DecisionTable, facts: dict[str, object], level: str, matched: list[str]
) -> None:
    result = table.judge(pl.DataFrame([{"id": 1, **facts}]), on=DAY).row(0, named=True)
    assert (result["level"], result["row"], result["matched"]) == (level, matched[0], matched)
    assert result["edition"] == date(2021, 9, 16)
    named = ["contact_class", "days_since_red_area", "has_fever", "temperature", "last_dose_date"]
    assert result["unknown"] == [name for name in named if name not in facts]


def test_judge_keeps_other_columns_and_order_when_many(table: DecisionTable) -> None:
    frame = pl.DataFrame({"id": [3, 1, 2], "contact_class": ["F2", "F0", None], "has_fever": [False, None, True]})
    result = table.judge(frame, on=DAY)
    assert result["id"].to_list() == [3, 1, 2]
    assert result["level"].to_list() == ["LOW", "HIGH", "MEDIUM"]


def test_judge_answers_an_empty_frame_when_there_is_nobody(table: DecisionTable) -> None:
    result = table.judge(pl.DataFrame(schema={"id": pl.Int64, "has_fever": pl.Boolean}), on=DAY)
    assert (result.height, result.columns[-5:]) == (0, ["level", "row", "edition", "matched", "unknown"])


def test_judge_uses_the_edition_of_the_day_when_it_changes(table: DecisionTable) -> None:
    frame = pl.DataFrame({"id": [1], "has_fever": [True], "contact_class": ["F2"]})
    levels = [table.judge(frame, on=day)["level"][0] for day in (date(2021, 10, 10), date(2021, 10, 11))]
    assert levels == ["MEDIUM", "LOW"]
    with pytest.raises(NoEditionInForceError, match="15/09/2021"):
        table.judge(frame, on=date(2021, 9, 15))


def test_judgement_tells_reasons_of_the_edition_that_judged(table: DecisionTable) -> None:
    frame = pl.DataFrame({"days_since_red_area": [3], "has_fever": [True]})
    judgement = table.judgement(table.judge(frame, on=DAY).row(0, named=True))
    assert judgement.level == "HIGH"
    assert [(reason.code, reason.says, reason.cites) for reason in judgement.reasons] == [
        ("R", "Vì R", "Điều 1"),
        ("A", "Vì A", "Điều 1"),
    ]
    assert judgement.unknown == ("contact_class", "temperature", "last_dose_date")
    assert judgement.reasons[0].status is Status.VERIFIED


person = st.fixed_dictionaries(
    {
        "days_since_red_area": st.none() | st.integers(-1, 20),
        "temperature": st.none() | st.floats(35, 42),
        "contact_class": st.none() | st.sampled_from(sorted(CLASSES)),
        "has_fever": st.none() | st.booleans(),
        "last_dose_date": st.none() | st.dates(date(2020, 1, 1), date(2021, 12, 31)),
    }
)
SCHEMA = {fact.name: fact.type.column_type for fact in BOOK.facts}


@settings(deadline=None)
@given(people=st.lists(person, min_size=1, max_size=30), on=st.sampled_from([DAY, date(2021, 11, 1)]))
def test_judge_answers_one_by_one_as_in_a_batch(
    table: DecisionTable, people: list[dict[str, object]], on: date
) -> None:
    batch = table.judge(pl.DataFrame(people, schema=SCHEMA), on=on).rows()
    alone = [table.judge(pl.DataFrame([one], schema=SCHEMA), on=on).row(0) for one in people]
    assert batch == alone


@settings(deadline=None)
@given(people=st.lists(person, min_size=1, max_size=30), on=st.sampled_from([DAY, date(2021, 11, 1)]))
def test_judge_few_answers_as_columns_do(table: DecisionTable, people: list[dict[str, object]], on: date) -> None:
    batch = table.judge(pl.DataFrame(people, schema=SCHEMA), on=on).rows(named=True)
    known = [tuple(one.get(fact.name) for fact in table.editions.in_force(on).facts) for one in people]
    few = [asdict(one) for one in table.judge_few(known, on=on)]
    assert few == [{name: row[name] for name in few[0]} for row in batch]


def test_judge_few_forgets_when_there_is_too_much_to_remember(
    table: DecisionTable, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compiled, "MOST_KEPT", 3)
    table.editions.in_force(DAY).compiled._judged.clear()
    names = [fact.name for fact in table.editions.in_force(DAY).facts]
    known = [tuple(number if name == "days_since_red_area" else None for name in names) for number in range(5)]
    for few in (known[:2], known[1:4], known, known[:1]):
        assert [one.matched for one in table.judge_few(few, on=DAY)] == [["Z"]] * len(few)
        assert len(table.editions.in_force(DAY).compiled._judged) <= 3


def test_judge_few_by_many_threads_forgets_nothing_of_its_own(
    table: DecisionTable, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compiled, "MOST_KEPT", 20)
    names = [fact.name for fact in table.editions.in_force(DAY).facts]

    def judge(first: int) -> int:
        known = [tuple(n if name == "days_since_red_area" else None for name in names) for n in range(first, first + 9)]
        return sum(len(table.judge_few(known, on=DAY)) for _ in range(20))

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(judge, range(0, 96, 4))) == [180] * 24


def faults_of(folder: Path, text: str) -> list[tuple[str, int | None]]:
    with pytest.raises(RuleFileError) as caught:
        load_table(write(folder, text), BOOK)
    return [(fault.where, fault.line) for fault in caught.value.faults]


def test_load_names_every_fault_with_its_place_when_there_are_many(tmp_path: Path) -> None:
    text = edition(
        "2021-09-16",
        row("A", '{ days_since_red_area = "<= soon", has_fever = ">= 3" }', "HIGH"),
        row("A", '{ blood_group = "= A" }', "TERRIBLE"),
        row("B", "{}", "LOW"),
        row("C", '{ contact_class = "in [F9]" }', "LOW"),
    )
    assert faults_of(tmp_path, text) == [
        ("edition[1].row[1].when.days_since_red_area", 11),
        ("edition[1].row[1].when.has_fever", 11),
        ("edition[1].row[2].then", 20),
        ("edition[1].row[2].when.blood_group", 19),
        ("edition[1].row[4].when.contact_class", 35),
        ("edition[1].row[1].code", 9),
        ("edition[1].row[2].code", 17),
        ("edition[1].row[3].when", 27),
        ("edition[1].row[4].when", 35),
    ]


@pytest.mark.parametrize(
    "when",
    [
        "{ days_since_red_area = true }",
        "{ days_since_red_area = 3 }",
        '{ days_since_red_area = "3" }',
        '{ days_since_red_area = "in []" }',
        "{ days_since_red_area = [] }",
        '{ contact_class = "> F1" }',
        '{ last_dose_date = "< yesterday" }',
        '{ has_fever = "= true" }',
    ],
)
def test_load_refuses_a_condition_that_does_not_suit_its_fact(tmp_path: Path, when: str) -> None:
    text = edition("2021-09-16", row("A", when, "HIGH"), row("Z", "{}", "LOW"))
    fact = when.split()[1]
    assert faults_of(tmp_path, text) == [(f"edition[1].row[1].when.{fact}", 11)]


@pytest.mark.parametrize(
    ("alternatives", "where"),
    [
        ("[{ has_fever = true }]", "any"),
        ("[{ has_fever = true }, {}]", "any"),
        ("true", "any"),
        ('[{ has_fever = true }, { blood_group = "= A" }]', "any[2].blood_group"),
    ],
)
def test_load_refuses_alternatives_that_are_not_two(tmp_path: Path, alternatives: str, where: str) -> None:
    text = edition("2021-09-16", row("A", f"{{ any = {alternatives} }}", "HIGH"), row("Z", "{}", "LOW"))
    assert faults_of(tmp_path, text) == [(f"edition[1].row[1].when.{where}", 11)]


def test_load_names_missing_and_foreign_keys_and_wrong_dates(tmp_path: Path) -> None:
    text = (
        edition("2021-10-11", row("Z", "{}", "LOW"), more="in_force_to = 2021-10-01\n")
        + edition("2021-09-16", row("Z", "{}", "LOW").replace('says = "Vì Z"', 'sayz = "Vì Z"'))
        + edition('"hôm qua"', row("Z", "{}", "LOW"))
        + edition("2021-09-16", row("Y", "{}", "LOW").replace('cites = "Điều 1"', 'cites = " "'))
    )
    assert [where for where, _ in faults_of(tmp_path, text)] == [
        "edition[2].row[1].sayz",
        "edition[2].row[1].says",
        "edition[3].in_force_from",
        "edition[1].in_force_to",
        "edition[4].in_force_from",
        "edition[4].row[1].cites",
    ]


@pytest.mark.parametrize(
    ("text", "where"),
    [("[[edition]\n", ""), ("", "edition"), ("edition = 3\n", "edition"), ("edition = []\n", "edition")],
)
def test_load_refuses_a_file_that_is_no_rule_file(tmp_path: Path, text: str, where: str) -> None:
    assert [place for place, _ in faults_of(tmp_path, text)] == [where]


def test_load_refuses_a_table_about_another_subject(tmp_path: Path) -> None:
    path = write(tmp_path, edition("2021-09-16", row("Z", "{}", "LOW")))
    path.write_text(path.read_text(encoding="utf-8").replace('"person"', '"unit"'), encoding="utf-8")
    with pytest.raises(RuleFileError, match=r"subject \(dòng 3\)"):
        load_table(path, BOOK)
