"""How often connections are tried, and from when on a backup or a job is too old."""

from pathlib import Path

from vungxanh.common.decision_tables import Edition, edition_file

RULES = Path(__file__).parent / "rules"


class SettingsRule(Edition, frozen=True, kw_only=True):
    """`trials` in `trial_minutes` by one person; after `backup_days` without a backup the page warns, after
    `worker_minutes` without any job it says that the worker stands still. The preview of a rule judges at most
    `effect_people`; a new edition begins within `furthest_days`."""

    trials: int
    trial_minutes: int
    backup_days: int
    worker_minutes: int
    effect_people: int
    furthest_days: int = 732


SETTINGS = edition_file(RULES / "administration.toml", title="Trang cài đặt", schema=SettingsRule)
