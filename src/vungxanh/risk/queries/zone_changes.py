"""The history of a unit's zone: what each change brought and took away, and the colour of each day."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, field

from vungxanh.common.decision_tables import Reason
from vungxanh.risk.models import UnitZone
from vungxanh.risk.queries.zones import ShownZone, label_of, shown, words_of, worst_on
from vungxanh.risk.rulebook import UNIT_RULEBOOK

LEAD = 13
"""So many days before today stand in the short view."""


@dataclass(frozen=True)
class FigureChange:
    """A figure that the rules looked at, in words, before and after."""

    label: str
    before: str
    after: str


@dataclass(frozen=True)
class ZoneChange:
    """A row of the history beside the one before it; the first of all has none before it."""

    zone: ShownZone
    before: ShownZone | None

    @property
    def level_before(self) -> str:
        return self.before.level if self.before else ""

    @property
    def is_other_level(self) -> bool:
        return self.level_before != self.zone.level

    @property
    def came(self) -> tuple[Reason, ...]:
        """Rows of the table that began to match; all of them where there was nothing before."""
        return _only_in(self.zone, self.before)

    @property
    def went(self) -> tuple[Reason, ...]:
        """Rows that ceased to match, in the words of the edition by which they had matched; not the one that says that
        nothing was found."""
        return tuple(one for one in _only_in(self.before, self.zone) if one.remedy) if self.before else ()

    @property
    def learned(self) -> tuple[str, ...]:
        """What was not known before and is now, by label."""
        return _labels(set(self.before.zone.unknown) - set(self.zone.zone.unknown)) if self.before else ()

    @property
    def forgotten(self) -> tuple[str, ...]:
        return _labels(set(self.zone.zone.unknown) - set(self.before.zone.unknown)) if self.before else ()

    @property
    def edition(self) -> datetime.date | None:
        """The edition by which it was judged, where the one before was judged by another."""
        is_new = self.before is not None and self.before.zone.edition != self.zone.zone.edition
        return self.zone.zone.edition if is_new else None

    @property
    def figures(self) -> list[FigureChange]:
        if self.before is None:
            return []
        old, new = self.before.zone.figures, self.zone.zone.figures
        return [
            FigureChange(label_of(name), words_of(name, old.get(name)), words_of(name, new.get(name)))
            for name in dict.fromkeys([*new, *old])
            if old.get(name) != new.get(name)
        ]

    @property
    def is_quiet(self) -> bool:
        """Nothing but figures changed."""
        parts = (self.came, self.went, self.learned, self.forgotten, self.edition)
        return self.before is not None and not self.is_other_level and not any(parts)


@dataclass(frozen=True)
class ZoneStep:
    """A change of level, reasons or edition, then the quiet ones until the next, newest first.

    `change` is None for quiet ones that follow on what was there when the stretch of days began.
    """

    change: ZoneChange | None
    quiet: tuple[ZoneChange, ...] = ()

    @property
    def zone(self) -> ShownZone:
        """What held during the step."""
        return self.change.zone if self.change else self.quiet[0].zone


@dataclass(frozen=True)
class ZoneHistory:
    """From one day to another: every change, newest first, and what was in force before the first of them."""

    changes: tuple[ZoneChange, ...]
    carried: ShownZone | None
    levels: dict[datetime.date, str] = field(default_factory=dict)

    @property
    def steps(self) -> list[ZoneStep]:
        """Newest first."""
        steps: list[ZoneStep] = []
        quiet: list[ZoneChange] = []
        for change in self.changes:
            if change.is_quiet:
                quiet.append(change)
            else:
                steps.append(ZoneStep(change, tuple(quiet)))
                quiet = []
        return [*steps, ZoneStep(None, tuple(quiet))] if quiet else steps

    def changes_on(self, day: datetime.date) -> int:
        """Other than quiet ones."""
        return sum(one.zone.zone.day == day and not one.is_quiet for one in self.changes)


def all_zone_history(unit_id: int, first: datetime.date, last: datetime.date, *, today: datetime.date) -> ZoneHistory:
    """Two queries, however long the history. `levels` has each day until `today` on which there was a zone."""
    rows = UnitZone.objects.filter(unit_id=unit_id)
    before = rows.filter(day__lt=first).order_by("-at", "-pk").first()
    within = list(rows.filter(day__range=(first, last)).order_by("at", "pk"))
    carried = shown(before) if before else None
    zones = [shown(row) for row in within]
    changes = [ZoneChange(new, old) for new, old in zip(zones, [carried, *zones], strict=False)]
    known = [(one.zone.day, one.level) for one in ([carried] if carried else []) + zones]
    days = [first + datetime.timedelta(days=i) for i in range((min(last, today) - first).days + 1)]
    return ZoneHistory(
        changes=tuple(reversed(changes)),
        carried=carried,
        levels={day: level for day in days if (level := worst_on(known, day))},
    )


def first_zone_day(unit_id: int) -> datetime.date | None:
    """When the unit was first judged."""
    return UnitZone.objects.filter(unit_id=unit_id).order_by("day").values_list("day", flat=True).first()


def _only_in(zone: ShownZone, other: ShownZone | None) -> tuple[Reason, ...]:
    there = set(other.zone.row_codes) if other else set()
    return tuple(reason for reason in zone.reasons if reason.code not in there)


def _labels(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(label_of(name) for name in UNIT_RULEBOOK.by_name if name in set(names))
