"""Judging somebody of whom nothing is kept but what was just answered."""

import datetime
from collections.abc import Mapping

import polars as pl

from vungxanh.common.decision_tables import Judgement
from vungxanh.risk.rulebook import PERSON_RULEBOOK, PERSON_TABLE


def judged(facts: Mapping[str, object], *, on: datetime.date) -> Judgement:
    """By the table of people in force; every fact that is not given is unknown, and the judgement says so."""
    known = {name: value for name, value in facts.items() if name in PERSON_RULEBOOK.by_name}
    columns = [
        pl.Series(name, [value], dtype=PERSON_RULEBOOK.by_name[name].type.column_type) for name, value in known.items()
    ]
    table = PERSON_TABLE.current()
    missing = [fact for fact in table.editions.in_force(on).facts if fact.name not in known]
    columns += [pl.Series(fact.name, [None], dtype=fact.type.column_type) for fact in missing]
    return table.judgement(
        table.judge(pl.DataFrame([pl.Series("id", ["visitor"]), *columns]), on=on).row(0, named=True)
    )
