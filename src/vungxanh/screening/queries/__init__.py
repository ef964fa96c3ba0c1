"""Reads of screening: a day's counts, who is missing, a person's declarations."""

from vungxanh.screening.queries.days import (
    UnitCounts,
    all_days_of,
    all_is_open,
    all_unit_counts,
    missing_people,
    person_days,
)
from vungxanh.screening.queries.declarations import Answer, ReadDeclaration, all_declarations_of, all_declared

__all__ = [
    "Answer",
    "ReadDeclaration",
    "UnitCounts",
    "all_days_of",
    "all_declarations_of",
    "all_declared",
    "all_is_open",
    "all_unit_counts",
    "missing_people",
    "person_days",
]
