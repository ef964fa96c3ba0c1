"""When something is sent beyond the screen: quiet hours, one message for many causes, once a day."""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from vungxanh.common.clock import ZONE, moment
from vungxanh.common.decision_tables import Edition, Fault, edition_file

RULES = Path(__file__).parent / "rules"
DAY = datetime.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Times:
    """Somebody's quiet hours, none where both are equal; and whether one message a day is enough."""

    quiet_from: datetime.time
    quiet_to: datetime.time
    is_digest: bool = False

    def after_quiet(self, at: datetime.datetime) -> datetime.datetime:
        """`at`, or the end of the quiet hours in which it lies."""
        local = at.astimezone(ZONE)
        time, over_night = local.time(), self.quiet_to < self.quiet_from
        if over_night:
            is_quiet = time >= self.quiet_from or time < self.quiet_to
        else:
            is_quiet = self.quiet_from <= time < self.quiet_to
        if not is_quiet:
            return at
        day = local.date() + DAY if over_night and time >= self.quiet_from else local.date()
        return moment(day, self.quiet_to)


class Sending(Edition, frozen=True, kw_only=True):
    """Tries and waits in minutes, quiet hours, and for how many days notifications are kept."""

    tries: int
    backoff_minutes: tuple[int, ...]
    lease_minutes: int
    most_at_once: int
    quiet_from: datetime.time
    quiet_to: datetime.time
    digest_at: datetime.time
    group_minutes: int
    keep_days: int
    push_hosts: tuple[str, ...]

    @property
    def times(self) -> Times:
        return Times(self.quiet_from, self.quiet_to)

    @property
    def group_span(self) -> datetime.timedelta:
        return datetime.timedelta(minutes=self.group_minutes)

    def send_at(
        self, at: datetime.datetime, times: Times, *, is_urgent: bool, last_sent: datetime.datetime | None
    ) -> datetime.datetime:
        """When what happened at `at` goes out; `last_sent`: the last message of this recipient and channel."""
        if is_urgent:
            return at
        earliest = max(at, last_sent + self.group_span) if last_sent else at
        if times.is_digest:
            local = earliest.astimezone(ZONE)
            day = local.date() if local.time() <= self.digest_at else local.date() + DAY
            earliest = moment(day, self.digest_at)
        return times.after_quiet(earliest)

    def is_push_host(self, host: str) -> bool:
        """One of the services named; a name that begins with a dot stands for everything below it."""
        return any(host.endswith(one) if one.startswith(".") else host == one for one in self.push_hosts)

    def next_try(self, at: datetime.datetime, *, tries: int) -> datetime.datetime | None:
        """After `tries` tries that failed; None where it was the last one."""
        if tries >= self.tries:
            return None
        return at + datetime.timedelta(minutes=self.backoff_minutes[min(tries, len(self.backoff_minutes)) - 1])

    def faults(self, at: str) -> Iterator[Fault]:
        for name in ("tries", "lease_minutes", "most_at_once", "keep_days"):
            if getattr(self, name) < 1:
                yield Fault(f"{at}.{name}", "phải từ 1 trở lên")
        if not self.backoff_minutes or min(self.backoff_minutes) < 1:
            yield Fault(f"{at}.backoff_minutes", "cần ít nhất một số, mỗi số từ 1 trở lên")
        if self.group_minutes < 0:
            yield Fault(f"{at}.group_minutes", "phải từ 0 trở lên")


SENDING = edition_file(RULES / "sending.toml", title="Gửi thông báo", schema=Sending)
