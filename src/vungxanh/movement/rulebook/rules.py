"""The dated rules of the movement: which indicators there are, and how launches are followed."""

import datetime
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Literal

from vungxanh.common.decision_tables import Edition, Fault, edition_file
from vungxanh.movement.rulebook.campaign import Period, Strict

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


class ScoringRule(Edition, frozen=True, kw_only=True):
    """How points come about. A measure brings `weight × reached`, `reached` being what was measured over its target and
    at most 1 (for what is better low: 1 up to the target, then falling to 0 at `worst_over_target` times the target, or
    at `worst_percent` where the target is 0). What is not measured or has nothing due is left out, and the points are
    carried on to the total of the plan. Points are rounded to `decimals`."""

    decimals: int
    worst_over_target: float
    worst_percent: float
    says: str

    def faults(self, at: str) -> Iterator[Fault]:
        if not 0 <= self.decimals <= 4:
            yield Fault(f"{at}.decimals", "phải từ 0 đến 4")
        if self.worst_over_target <= 1:
            yield Fault(f"{at}.worst_over_target", "phải lớn hơn 1")
        if not 0 < self.worst_percent <= 100:
            yield Fault(f"{at}.worst_percent", "phải lớn hơn 0 và không quá 100")

    def reached(self, percent: float, target: float, *, is_better_low: bool) -> float:
        """From 0 to 1."""
        if not is_better_low:
            return 1.0 if percent >= target else percent / target
        worst = target * self.worst_over_target or self.worst_percent
        return 1.0 if percent <= target else max(0.0, (worst - percent) / (worst - target))


class SelfScoreRule(Edition, frozen=True, kw_only=True):
    """Until when units score themselves and until when that is appraised, in days after the last day of the period;
    reminders `remind_days_before` each of the two, from `remind_at` on; evidence: how many files for a measure, how
    large. `sample_percent` of what was sent in each block is inspected on the spot, at least one."""

    send_days: int
    appraise_days: int
    needs_evidence: bool
    remind_days_before: tuple[int, ...]
    remind_at: datetime.time
    most_files: int
    largest_mb: int
    longest_edge: int
    sample_percent: int

    def faults(self, at: str) -> Iterator[Fault]:
        for name in ("most_files", "largest_mb", "longest_edge"):
            if getattr(self, name) < 1:
                yield Fault(f"{at}.{name}", "phải từ 1 trở lên")
        if self.send_days < 0:
            yield Fault(f"{at}.send_days", "phải từ 0 trở lên")
        if self.appraise_days < self.send_days:
            yield Fault(f"{at}.appraise_days", "không được ít hơn send_days")
        if any(days < 0 for days in self.remind_days_before):
            yield Fault(f"{at}.remind_days_before", "các số ngày phải từ 0 trở lên")
        if not 1 <= self.sample_percent <= 100:
            yield Fault(f"{at}.sample_percent", "phải từ 1 đến 100")

    def send_by(self, period: Period) -> datetime.date:
        return period.last + datetime.timedelta(days=self.send_days)

    def appraise_by(self, period: Period) -> datetime.date:
        return period.last + datetime.timedelta(days=self.appraise_days)

    def drawn_of(self, count: int) -> int:
        """How many of so many in a block are inspected."""
        return min(count, max(1, -(-count * self.sample_percent // 100)))


CATALOGUE = edition_file(RULES / "indicators.toml", title="Danh mục chỉ tiêu đo được của phong trào", schema=Catalogue)
MOVEMENT_RULE = edition_file(RULES / "movement.toml", title="Phát động phong trào thi đua", schema=MovementRule)
SCORING_RULE = edition_file(RULES / "scoring.toml", title="Cách tính điểm thi đua", schema=ScoringRule)
SELF_SCORE_RULE = edition_file(RULES / "self_scores.toml", title="Tự chấm điểm và thẩm định", schema=SelfScoreRule)


def scoring_on(day: datetime.date) -> ScoringRule:
    """The edition of the day; of a day before all editions the first."""
    editions = SCORING_RULE.current()
    first = next(iter(editions))
    return first if day < first.in_force_from else editions.in_force(day)


def self_score_rule(period: Period) -> SelfScoreRule:
    """The edition of the last day of the period, so that its times never move; of one before all editions the first."""
    editions = SELF_SCORE_RULE.current()
    first = next(iter(editions))
    return first if period.last < first.in_force_from else editions.in_force(period.last)


def term_of(code: str) -> IndicatorTerm | None:
    """Of any edition, the newest first: a campaign of last year goes on naming what it named."""
    editions = reversed(tuple(CATALOGUE.current()))
    return next((found for one in editions if (found := one.named(code))), None)
