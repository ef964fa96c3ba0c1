"""Facts: declared, provided once, gathered per id; without a provider they are unknown."""

from datetime import date

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from vungxanh.common.facts import Fact, FactError, FactRegistry, FactType, Subject

FEVER = Fact("has_fever", FactType.BOOLEAN, "Sốt", Subject.PERSON)
SIGNS = Fact("symptom_count", FactType.INTEGER, "Số dấu hiệu", Subject.PERSON)
DOSES = Fact("vaccination_doses", FactType.INTEGER, "Số mũi vắc-xin", Subject.PERSON)
DAY = date(2021, 9, 20)


def declared(ids: pl.Series, on: date) -> pl.DataFrame:
    return pl.DataFrame({"id": [2, 9], "has_fever": [True, False], "symptom_count": [on.day, 1]})


def test_gather_joins_what_is_provided_and_leaves_the_rest_unknown() -> None:
    registry = FactRegistry()
    registry.provide(("has_fever", "symptom_count"), declared)
    frame = registry.gather(pl.Series([3, 2]), (FEVER, SIGNS, DOSES), on=DAY)
    expected = pl.DataFrame(
        {"id": [3, 2], "has_fever": [None, True], "symptom_count": [None, 20], "vaccination_doses": [None, None]},
        schema={"id": pl.Int64, "has_fever": pl.Boolean, "symptom_count": pl.Int64, "vaccination_doses": pl.Int64},
    )
    assert_frame_equal(frame, expected)
    assert [registry.is_provided(fact) for fact in (FEVER, DOSES)] == [True, False]


def test_gather_asks_a_provider_of_several_facts_once() -> None:
    asked: list[date] = []

    def counting(ids: pl.Series, on: date) -> pl.DataFrame:
        asked.append(on)
        return declared(ids, on)

    registry = FactRegistry()
    registry.provide(("has_fever", "symptom_count"), counting)
    registry.gather(pl.Series([2]), (FEVER, SIGNS), on=DAY)
    assert asked == [DAY]


def test_gather_refuses_a_provider_that_leaves_a_fact_out() -> None:
    registry = FactRegistry()
    registry.provide("vaccination_doses", declared)
    with pytest.raises(FactError, match="vaccination_doses"):
        registry.gather(pl.Series([2]), (DOSES,), on=DAY)


def test_provide_and_declare_refuse_a_second_owner() -> None:
    registry = FactRegistry()
    registry.declare(FEVER, FEVER)
    registry.provide("has_fever", declared)
    with pytest.raises(FactError):
        registry.provide("has_fever", lambda ids, on: declared(ids, on))
    with pytest.raises(FactError):
        registry.declare(Fact("has_fever", FactType.INTEGER, "Sốt", Subject.PERSON))


def test_undeclared_names_a_misspelt_provider() -> None:
    registry = FactRegistry()
    registry.declare(FEVER)
    registry.provide(("has_fever", "has_fevr"), declared)
    assert registry.undeclared() == ("has_fevr",)
