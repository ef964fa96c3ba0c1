"""Reads of risk, split by noun (facts, days, people, zones, returns); the names below are those that others need."""

from vungxanh.risk.queries.days import all_level_counts
from vungxanh.risk.queries.people import (
    PersonLevel,
    ShownReason,
    all_assessment_at,
    all_current,
    all_level_of,
    people_levels,
    person_history,
    person_level,
    shown_reasons,
)
from vungxanh.risk.queries.returns import (
    ReturnStatus,
    all_due_at,
    all_return_statuses,
    return_status_for,
    return_status_of_unit,
    return_versions,
)
from vungxanh.risk.queries.zones import (
    ShownZone,
    all_levels_on,
    all_zone_levels_on,
    all_zones,
    all_zones_on,
    zone_of,
)

__all__ = [
    "PersonLevel",
    "ReturnStatus",
    "ShownReason",
    "ShownZone",
    "all_assessment_at",
    "all_current",
    "all_due_at",
    "all_level_counts",
    "all_level_of",
    "all_levels_on",
    "all_return_statuses",
    "all_zone_levels_on",
    "all_zones",
    "all_zones_on",
    "people_levels",
    "person_history",
    "person_level",
    "return_status_for",
    "return_status_of_unit",
    "return_versions",
    "shown_reasons",
    "zone_of",
]
