"""Small charts drawn by the server: geometry as strings for an SVG of 100 × 100 that stretches, labels as plain text.

The labels stay outside the picture, so that they keep their size on a phone; the same figures stand in a table.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from django.utils.functional import Promise

from vungxanh.common import formats

Words = str | Promise
Value = float | int | None
GRID_STEPS = 4
BAR_SHARE = 0.64
NICE_STEPS = (1, 2, 2.5, 5, 10)


class ChartShapeError(ValueError):
    """A series has not one value per label."""


@dataclass(frozen=True, slots=True)
class Series:
    """A name, one value per label (None where nothing was measured) and a tone of `badges.TONES`."""

    name: Words
    values: Sequence[Value]
    tone: str = "green"


@dataclass(frozen=True, slots=True)
class Mark:
    """One drawn thing: a path, or a bar, with the sentence that a pointer or a reader finds on it."""

    tone: str
    path: str
    title: str = ""
    dash: int = 0


@dataclass(frozen=True, slots=True)
class Axis:
    """What stands under the picture where not every label has room, one short word or none per label; and the places
    (from 0) of the labels that are shaded, as days off are."""

    words: Sequence[str]
    shaded: Collection[int] = ()


@dataclass(frozen=True, slots=True)
class Chart:
    title: Words
    labels: list[str]
    series: list[Series]
    scale: list[str]
    grid: list[str]
    bars: list[Mark] = field(default_factory=list)
    lines: list[Mark] = field(default_factory=list)
    dots: list[Mark] = field(default_factory=list)
    axis: list[str] = field(default_factory=list)
    bands: list[str] = field(default_factory=list)

    @property
    def rows(self) -> list[tuple[str, list[str]]]:
        return [(label, [formats.number(s.values[i]) for s in self.series]) for i, label in enumerate(self.labels)]


def line_chart(
    title: Words, labels: Sequence[str], series: Sequence[Series], *, highest: Value = None, axis: Axis | None = None
) -> Chart:
    """Lines with a gap where a value is None; the scale starts at 0 and ends at `highest` or the next round figure."""
    _check_shape(labels, series)
    top = highest or nice_top(max((v for s in series for v in s.values if v is not None), default=0))
    xs = [(i + 0.5) * 100 / len(labels) for i in range(len(labels))]
    lines, dots = [], []
    for dash, one in enumerate(series):
        points = [None if v is None else (x, _height(v, top)) for x, v in zip(xs, one.values, strict=True)]
        lines.append(Mark(one.tone, _line_path(points), dash=dash))
        dots += [
            Mark(one.tone, f"M{p[0]:.2f} {p[1]:.2f}h0", _sentence(label, one, value))
            for p, label, value in zip(points, labels, one.values, strict=True)
            if p is not None
        ]
    return _chart(title, labels, series, top, axis, lines=lines, dots=dots)


def bar_chart(
    title: Words, labels: Sequence[str], series: Sequence[Series], *, highest: Value = None, axis: Axis | None = None
) -> Chart:
    """Bars of each label stacked in the order of the series, the first at the bottom."""
    _check_shape(labels, series)
    totals = [sum(s.values[i] or 0 for s in series) for i in range(len(labels))]
    top = highest or nice_top(max(totals, default=0))
    slot = 100 / max(len(labels), 1)
    bars = []
    for i, label in enumerate(labels):
        floor = 0.0
        for one in series:
            value = one.values[i] or 0
            if value:
                bars.append(
                    Mark(one.tone, _bar_path(i * slot, slot, floor, floor + value, top), _sentence(label, one, value))
                )
            floor += value
    return _chart(title, labels, series, top, axis, bars=bars)


def _chart(
    title: Words, labels: Sequence[str], series: Sequence[Series], top: float, axis: Axis | None, **marks: list[Mark]
) -> Chart:
    axis = axis or Axis(labels)
    slot = 100 / max(len(labels), 1)
    bands = [f"M{place * slot:.2f} 0h{slot:.2f}v100h-{slot:.2f}z" for place in sorted(axis.shaded)]
    return Chart(title, list(labels), list(series), _scale(top), _grid(), axis=list(axis.words), bands=bands, **marks)


def nice_top(value: float) -> float:
    """The end of a scale: four round steps that reach `value`."""
    if value <= 0:
        return GRID_STEPS
    size = 1.0
    while size * 10 * GRID_STEPS <= value:
        size *= 10
    return next(step * size * GRID_STEPS for step in NICE_STEPS if step * size * GRID_STEPS >= value)


def _check_shape(labels: Sequence[str], series: Sequence[Series]) -> None:
    for one in series:
        if len(one.values) != len(labels):
            raise ChartShapeError(f"{one.name}: {len(one.values)} values for {len(labels)} labels")


def _height(value: float, top: float) -> float:
    return 100 - 100 * min(value, top) / top


def _line_path(points: Sequence[tuple[float, float] | None]) -> str:
    path, pen_down = "", False
    for point in points:
        if point is not None:
            path += f"{'L' if pen_down else 'M'}{point[0]:.2f} {point[1]:.2f}"
        pen_down = point is not None
    return path


def _bar_path(left: float, slot: float, low: float, high: float, top: float) -> str:
    width = slot * BAR_SHARE
    y, height = _height(high, top), _height(low, top) - _height(high, top)
    return f"M{left + (slot - width) / 2:.2f} {y:.2f}h{width:.2f}v{height:.2f}h-{width:.2f}z"


def _scale(top: float) -> list[str]:
    return [formats.number(top * step / GRID_STEPS) for step in range(GRID_STEPS, -1, -1)]


def _grid() -> list[str]:
    return [f"M0 {100 * step / GRID_STEPS:.2f}h100" for step in range(GRID_STEPS + 1)]


def _sentence(label: str, series: Series, value: Value) -> str:
    return f"{label}: {series.name} {formats.number(value)}"
