"""Dated rules of the organization: how the codes of places change."""

from pathlib import Path

from vungxanh.common.decision_tables import Edition, edition_file


class PlaceCodeRule(Edition, frozen=True, kw_only=True):
    """How often a code changes, how late or early it is still taken, how long one that was scanned counts."""

    step_seconds: int
    late_seconds: int
    early_seconds: int
    kept_minutes: int


PLACE_CODES = edition_file(
    Path(__file__).parent / "rules" / "place_codes.toml", title="Mã của cổng, phòng, xe", schema=PlaceCodeRule
)
