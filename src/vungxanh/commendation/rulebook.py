"""Which deeds are looked for, from how much on, and in which order: the front line before the desk."""

from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import msgspec

from vungxanh.common.decision_tables import Edition, Fault, edition_file

PatternCode = Literal["FRONT_LINE", "RESCUE", "MOST_IMPROVED", "SPOTLESS_UNIT", "SPOTLESS_PERSON"]


class Pattern(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`least`: from how many days, times, points or measures on it is told."""

    code: PatternCode
    name: str
    least: int


class DiscoveryRule(Edition, frozen=True, kw_only=True):
    pattern: tuple[Pattern, ...]

    def faults(self, at: str) -> Iterator[Fault]:
        seen: set[str] = set()
        for number, one in enumerate(self.pattern, start=1):
            if one.least < 1:
                yield Fault(f"{at}.pattern[{number}].least", "phải từ 1 trở lên")
            if one.code in seen:
                yield Fault(f"{at}.pattern[{number}].code", f"mã {one.code} đã dùng ở trên")
            seen.add(one.code)


DISCOVERY_RULE = edition_file(
    Path(__file__).parent / "rules/discovery.toml", title="Phát hiện gương tốt", schema=DiscoveryRule
)
