"""The dated rules of the movement: which indicators there are, and how launches are followed."""

import datetime
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Literal

from vungxanh.common.decision_tables import Edition, Fault, edition_file
from vungxanh.movement.rulebook.campaign import Strict

RULES = Path(__file__).parents[1] / "rules"


def repeated(codes: Sequence[str]) -> Iterator[tuple[int, str]]:
    """Place, from one, and code of each that stood before."""
    seen: Counter[str] = Counter()
    for number, code in enumerate(codes, start=1):
        if seen[code]:
            yield number, code
        seen[code] += 1


class IndicatorTerm(Strict, frozen=True, kw_only=True):
    """An indicator in words. `unit`: what its figure is counted in; `target_is`: whether more or less is better."""

    code: str
    name: str
    says: str
    module: str
    unit: Literal["PERCENT", "COUNT", "POINTS"] = "PERCENT"
    better: Literal["HIGHER", "LOWER"] = "HIGHER"


class Catalogue(Edition, frozen=True, kw_only=True):
    """Every indicator that a campaign may name, built or not."""

    indicator: tuple[IndicatorTerm, ...]

    def faults(self, at: str) -> Iterator[Fault]:
        for number, code in repeated([one.code for one in self.indicator]):
            yield Fault(f"{at}.indicator[{number}].code", f"mã {code} đã dùng ở trên")

    def named(self, code: str) -> IndicatorTerm | None:
        return next((one for one in self.indicator if one.code == code), None)


class MovementRule(Edition, frozen=True, kw_only=True):
    """Units that have not launched are reminded so many days before the last day (`remind_days_before`) and then every
    `remind_again_days`, at `remind_at`. Pictures of a launch: how many, how large, how long they are kept."""

    remind_days_before: tuple[int, ...]
    remind_again_days: int
    remind_at: datetime.time
    most_photographs: int
    longest_edge: int
    largest_mb: int
    keep_days: int

    def faults(self, at: str) -> Iterator[Fault]:
        for name in ("remind_again_days", "most_photographs", "longest_edge", "largest_mb", "keep_days"):
            if getattr(self, name) < 1:
                yield Fault(f"{at}.{name}", "phải từ 1 trở lên")
        if any(days < 0 for days in self.remind_days_before):
            yield Fault(f"{at}.remind_days_before", "các số ngày phải từ 0 trở lên")

    def is_reminder_day(self, day: datetime.date, launch_by: datetime.date) -> bool:
        left = (launch_by - day).days
        return left in self.remind_days_before if left >= 0 else -left % self.remind_again_days == 0


CATALOGUE = edition_file(RULES / "indicators.toml", title="Danh mục chỉ tiêu đo được của phong trào", schema=Catalogue)
MOVEMENT_RULE = edition_file(RULES / "movement.toml", title="Phát động phong trào thi đua", schema=MovementRule)


def term_of(code: str) -> IndicatorTerm | None:
    """Of any edition, the newest first: a campaign of last year goes on naming what it named."""
    editions = reversed(tuple(CATALOGUE.current()))
    return next((found for one in editions if (found := one.named(code))), None)
