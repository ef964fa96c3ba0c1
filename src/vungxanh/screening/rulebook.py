"""The questionnaire and the windows as dated data, and what an answer means as a fact."""

import datetime
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import msgspec

from vungxanh.common.decision_tables import Edition, Fault, edition_file

RULES = Path(__file__).parent / "rules"

WindowName = Literal["ARRIVAL", "LEAVING"]
BOTH: tuple[WindowName, ...] = ("ARRIVAL", "LEAVING")
Feed = Literal[
    "sign",
    "fever",
    "respiratory",
    "taste_or_smell",
    "contact_with_case",
    "contact_with_symptomatic",
    "from_epidemic_area",
]


class Phrase(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    vi: str
    en: str

    def in_language(self, language: str) -> str:
        return self.en if language.startswith("en") else self.vi


class Item(Phrase, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A yes-or-no question; `feeds` says for which facts a yes counts.

    `enable_when` is the linkId of an earlier question of the group: the item is asked only where that one is yes.
    """

    link_id: str
    feeds: tuple[Feed, ...] = ()
    windows: tuple[WindowName, ...] = BOTH
    required: bool = True
    enable_when: str = ""
    help: Phrase | None = None

    def is_enabled(self, answers: Mapping[str, object]) -> bool:
        return not self.enable_when or answers.get(self.enable_when) is True


class QuestionGroup(Phrase, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Questions under one heading, `leaving` on the leaving form; on the phone one tap on `none` says no to all."""

    link_id: str
    none: Phrase
    some: Phrase
    item: tuple[Item, ...]
    leaving: Phrase | None = None

    def heading(self, window: str) -> Phrase:
        return self.leaving if self.leaving and window == "LEAVING" else self

    def items(self, window: str) -> tuple[Item, ...]:
        return tuple(item for item in self.item if window in item.windows)


class Places(Phrase, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Codes of areas visited, at most `most` of them; never required."""

    link_id: str
    most: int
    leaving: Phrase | None = None

    def heading(self, window: str) -> Phrase:
        return self.leaving if self.leaving and window == "LEAVING" else self


class Temperature(Phrase, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """In °C: what is accepted as a measurement, and from where on it is a fever."""

    lowest: float
    highest: float
    fever_from: float
    required: bool = False


class Questionnaire(Edition, frozen=True, kw_only=True):
    """One version of the form; `code` is the form that it is a version of."""

    code: str
    version: str
    attestation: Phrase
    notice: Phrase
    temperature: Temperature
    group: tuple[QuestionGroup, ...]
    places: Places

    def groups(self, window: str) -> list[QuestionGroup]:
        return [group for group in self.group if group.items(window)]

    def items(self, window: str = "ARRIVAL") -> Iterator[Item]:
        for group in self.group:
            yield from group.items(window)

    def link_ids(self, window: str) -> set[str]:
        return {item.link_id for item in self.items(window)} | {self.places.link_id}

    def faults(self, at: str) -> Iterator[Fault]:
        """What the shape of the file alone cannot tell."""
        seen = {self.places.link_id}
        for g, group in enumerate(self.group, start=1):
            earlier: dict[str, Item] = {}
            for i, item in enumerate(group.item, start=1):
                where = f"{at}.group[{g}].item[{i}]"
                if item.link_id in seen:
                    yield Fault(f"{where}.link_id", f"mã câu hỏi {item.link_id} đã dùng ở trên")
                if not item.windows:
                    yield Fault(f"{where}.windows", "phải có ít nhất một khung giờ")
                if item.enable_when and item.enable_when not in earlier:
                    yield Fault(f"{where}.enable_when", "phải là mã của một câu hỏi đứng trước trong cùng nhóm")
                elif item.enable_when and not set(item.windows) <= set(earlier[item.enable_when].windows):
                    yield Fault(f"{where}.windows", "hỏi ở khung giờ mà câu hỏi mở nó không có")
                seen.add(item.link_id)
                earlier[item.link_id] = item
        if not self.temperature.lowest < self.temperature.fever_from < self.temperature.highest:
            yield Fault(f"{at}.temperature.fever_from", "phải nằm giữa lowest và highest")
        if self.places.most < 1:
            yield Fault(f"{at}.places.most", "phải từ 1 trở lên")


class Times(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Wall clock times of one window."""

    opens: datetime.time
    starts: datetime.time
    due: datetime.time
    closes: datetime.time


class Minutes(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Minutes from the start of a shift (arrival) or from its end (leaving)."""

    opens: int
    starts: int
    due: int
    closes: int


class WindowTimes(Edition, frozen=True, kw_only=True):
    """The windows where no unit or site has its own, and how far a device's clock may be off."""

    arrival: Times
    leaving: Times
    shift_arrival: Minutes
    shift_leaving: Minutes
    skew_minutes: int
    oldest_hours: int

    def faults(self, at: str) -> Iterator[Fault]:
        windows = ("arrival", "leaving", "shift_arrival", "shift_leaving")
        for name in windows:
            window: Times | Minutes = getattr(self, name)
            if not are_in_order(window.opens, window.starts, window.due, window.closes):
                yield Fault(
                    f"{at}.{name}", "bốn mốc phải nối tiếp nhau: nhận từ ≤ đúng giờ từ < đúng giờ đến ≤ nhận đến"
                )
        for name in ("skew_minutes", "oldest_hours"):
            if getattr(self, name) < 0:
                yield Fault(f"{at}.{name}", "không được âm")


class PresenceRule(Edition, frozen=True, kw_only=True):
    """When two scans are one, how long a stay can be, when a clock is wrong, how late a scan or a list may arrive, and
    for how long two places must claim somebody at once to be a conflict."""

    double_tap_seconds: int
    longest_stay_hours: int
    clock_skew_seconds: int
    oldest_hours: int
    oldest_list_hours: int
    overlap_minutes: int

    def faults(self, at: str) -> Iterator[Fault]:
        for name in (
            "double_tap_seconds",
            "longest_stay_hours",
            "clock_skew_seconds",
            "oldest_hours",
            "oldest_list_hours",
            "overlap_minutes",
        ):
            if getattr(self, name) < 1:
                yield Fault(f"{at}.{name}", "phải từ 1 trở lên")
        if self.double_tap_seconds >= 60 * self.longest_stay_hours:
            yield Fault(f"{at}.double_tap_seconds", "phải ngắn hơn nhiều so với longest_stay_hours")


class PlaceHistoryRule(Edition, frozen=True, kw_only=True):
    """How far back the places of a person are shown, how long they are kept, and how long a single scan may mean."""

    shown_days: int
    keep_days: int
    unknown_minutes: int

    def faults(self, at: str) -> Iterator[Fault]:
        for name in ("shown_days", "unknown_minutes"):
            if getattr(self, name) < 1:
                yield Fault(f"{at}.{name}", "phải từ 1 trở lên")
        if self.keep_days < self.shown_days:
            yield Fault(f"{at}.keep_days", "phải giữ ít nhất bằng số ngày được xem (shown_days)")


class DeclarationKeepingRule(Edition, frozen=True, kw_only=True):
    """How long declarations are kept after the end of the outbreak; while it goes on none is erased."""

    keep_days: int
    outbreak_ended_on: datetime.date | None = None

    def faults(self, at: str) -> Iterator[Fault]:
        if self.keep_days < FEWEST_KEPT_DAYS:
            yield Fault(f"{at}.keep_days", f"phải từ {FEWEST_KEPT_DAYS} trở lên")

    def last_gone(self, on: datetime.date) -> datetime.date | None:
        """The last day whose declarations are not kept any more; None where all are."""
        ended = self.outbreak_ended_on
        return ended if ended and on > ended + datetime.timedelta(days=self.keep_days) else None


FEWEST_KEPT_DAYS = 30
"""What looks back at declarations, and whoever sends one again, finds them within this time."""


def are_in_order(
    opens: datetime.time | int, starts: datetime.time | int, due: datetime.time | int, closes: datetime.time | int
) -> bool:
    """A window opens, then starts (before that one is early), is due (after that late), and closes."""
    return opens <= starts < due <= closes  # type: ignore[operator]


QUESTIONNAIRE = edition_file(RULES / "questionnaire_covid19.toml", title="Tờ khai y tế nội bộ", schema=Questionnaire)
VISITOR_QUESTIONNAIRE = edition_file(
    RULES / "questionnaire_visitor.toml", title="Tờ khai y tế của khách", schema=Questionnaire
)
WINDOWS = edition_file(RULES / "windows.toml", title="Giờ khai báo y tế", schema=WindowTimes)
PRESENCE = edition_file(RULES / "presence.toml", title="Quét mã và giờ có mặt", schema=PresenceRule)
DECLARATION_KEEPING = edition_file(
    RULES / "declaration_keeping.toml", title="Lưu giữ tờ khai", schema=DeclarationKeepingRule
)
PLACE_HISTORY = edition_file(RULES / "place_history.toml", title="Nơi đã đến", schema=PlaceHistoryRule)


@dataclass(frozen=True, slots=True)
class DerivedFacts:
    """What rules need of the answers; the columns of `Declaration` have the same names."""

    has_fever: bool | None
    symptom_count: int
    has_respiratory_sign: bool
    has_lost_taste_or_smell: bool
    had_contact_with_case: bool
    had_contact_with_symptomatic: bool
    came_from_epidemic_area: bool


def derived(form: Questionnaire, answers: Mapping[str, object], temperature: float | None) -> DerivedFacts:
    """The facts of complete answers. A measured fever counts as a sign even where its box is not ticked."""
    items = [item for group in form.group for item in group.item]
    yes = [item for item in items if answers.get(item.link_id) is True and item.is_enabled(answers)]
    measured = temperature is not None and temperature >= form.temperature.fever_from
    ticked = any("fever" in item.feeds for item in yes)
    signs = sum("sign" in item.feeds for item in yes)

    def has(feed: Feed) -> bool:
        return any(feed in item.feeds for item in yes)

    return DerivedFacts(
        has_fever=measured or ticked,
        symptom_count=signs + (measured and not ticked),
        has_respiratory_sign=has("respiratory"),
        has_lost_taste_or_smell=has("taste_or_smell"),
        had_contact_with_case=has("contact_with_case"),
        had_contact_with_symptomatic=has("contact_with_symptomatic"),
        came_from_epidemic_area=has("from_epidemic_area"),
    )
