"""What is sent upward, what is received from below, and what a place of few people keeps to itself."""

import datetime
from collections.abc import Iterator
from pathlib import Path

from vungxanh.common.decision_tables import Edition, Fault, edition_file


class FederationRule(Edition, frozen=True, kw_only=True):
    smallest_agency: int
    smallest_health: int
    health_from: datetime.time
    most_agencies: int
    again_days: int
    back_days: int
    tolerance_seconds: int
    detail_days: int
    most_senders: int

    def faults(self, at: str) -> Iterator[Fault]:
        for name in ("smallest_agency", "smallest_health", "most_agencies", "tolerance_seconds", "detail_days"):
            if getattr(self, name) < 1:
                yield Fault(f"{at}.{name}", "phải từ 1 trở lên")
        for name in ("again_days", "most_senders"):
            if getattr(self, name) < 0:
                yield Fault(f"{at}.{name}", "phải từ 0 trở lên")
        if self.back_days < self.again_days:
            yield Fault(f"{at}.back_days", "không nhỏ hơn again_days")
        if self.smallest_health < self.smallest_agency:
            yield Fault(f"{at}.smallest_health", "không nhỏ hơn smallest_agency")


FEDERATION = edition_file(
    Path(__file__).parent / "rules" / "federation.toml", title="Tổng hợp gửi lên cấp trên", schema=FederationRule
)
