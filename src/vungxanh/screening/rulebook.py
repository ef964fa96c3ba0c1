"""The questionnaire and the windows as dated data, and what an answer means as a fact."""

import datetime
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import msgspec

from vungxanh.common.decision_tables import Edition, edition_file

RULES = Path(__file__).parent / "rules"
LOWEST_TEMPERATURE, HIGHEST_TEMPERATURE = 34.0, 43.0

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


class Item(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A yes-or-no question; `feeds` says for which facts a yes counts."""

    link_id: str
    vi: str
    en: str
    feeds: tuple[Feed, ...]

    def in_language(self, language: str) -> str:
        return self.en if language.startswith("en") else self.vi


class QuestionGroup(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Questions under one heading; on the phone one tap on `none` answers all of them with no."""

    link_id: str
    vi: str
    en: str
    none: Phrase
    some: Phrase
    item: tuple[Item, ...]

    def in_language(self, language: str) -> str:
        return self.en if language.startswith("en") else self.vi


class Places(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Codes of areas visited, at most `most` of them."""

    link_id: str
    vi: str
    en: str
    most: int

    def in_language(self, language: str) -> str:
        return self.en if language.startswith("en") else self.vi


class Questionnaire(Edition, frozen=True, kw_only=True):
    """One version of the form. `fever_from` is in °C."""

    version: str
    fever_from: float
    attestation: Phrase
    notice: Phrase
    group: tuple[QuestionGroup, ...]
    places: Places

    def items(self) -> Iterator[Item]:
        for group in self.group:
            yield from group.item

    def link_ids(self) -> set[str]:
        return {item.link_id for item in self.items()} | {self.places.link_id}


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


QUESTIONNAIRE = edition_file(RULES / "questionnaire_covid19.toml", title="Tờ khai y tế nội bộ", schema=Questionnaire)
WINDOWS = edition_file(RULES / "windows.toml", title="Giờ khai báo y tế", schema=WindowTimes)


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
    yes = [item for item in form.items() if answers.get(item.link_id) is True]
    measured = temperature is not None and temperature >= form.fever_from
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
