"""How events are sent to subscribers: when again, until when, and when a subscriber is switched off."""

import datetime
from collections.abc import Iterator
from pathlib import Path

from vungxanh.common.decision_tables import Edition, Fault, edition_file

LONGEST_CALL = 30
"""Seconds; with more a claim of some minutes would not outlive what it stands for."""


class WebhookRule(Edition, frozen=True, kw_only=True):
    """After a failed try the next one waits `retry_minutes[n]`, the last of them from then on."""

    retry_minutes: tuple[int, ...]
    give_up_hours: int
    disable_after_hours: int
    seconds: int
    overlap_hours: int
    keep_days: int
    most_subscriptions: int

    def pause(self, tries: int) -> datetime.timedelta:
        """After so many tries that failed, one or more."""
        return datetime.timedelta(minutes=self.retry_minutes[min(tries, len(self.retry_minutes)) - 1])

    @property
    def give_up_after(self) -> datetime.timedelta:
        return datetime.timedelta(hours=self.give_up_hours)

    @property
    def disable_after(self) -> datetime.timedelta:
        return datetime.timedelta(hours=self.disable_after_hours)

    def faults(self, at: str) -> Iterator[Fault]:
        for name in ("give_up_hours", "disable_after_hours", "seconds", "overlap_hours", "keep_days"):
            if getattr(self, name) < 1:
                yield Fault(f"{at}.{name}", "phải từ 1 trở lên")
        if self.most_subscriptions < 0:
            yield Fault(f"{at}.most_subscriptions", "phải từ 0 trở lên")
        if not self.retry_minutes or min(self.retry_minutes) < 1:
            yield Fault(f"{at}.retry_minutes", "cần ít nhất một số, mỗi số từ 1 trở lên")
        if self.seconds > LONGEST_CALL:
            yield Fault(f"{at}.seconds", f"nhiều nhất {LONGEST_CALL}")
        if self.disable_after_hours > self.give_up_hours:
            yield Fault(f"{at}.disable_after_hours", "không lớn hơn give_up_hours")
        if self.keep_days * 24 < self.give_up_hours:
            yield Fault(f"{at}.keep_days", "không ngắn hơn give_up_hours")


WEBHOOKS = edition_file(
    Path(__file__).parent / "rules" / "webhooks.toml", title="Gửi sự kiện tới nơi đăng ký nhận", schema=WebhookRule
)
