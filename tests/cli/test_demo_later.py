"""The demonstration agency after its first day: opened later, scores shown and frozen, reports, figures, a new year."""

import datetime
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from django.conf import settings

from tests.factories.accounts import PASSWORD
from vungxanh.areas.operations import SHIPPED, import_areas
from vungxanh.cli.demo import build, material, movement, papers, production, reviews, standing, state
from vungxanh.cli.demo.command import demo
from vungxanh.cli.demo.state import State
from vungxanh.common import clock
from vungxanh.common.clock import moment
from vungxanh.movement.models import PeriodStanding, PointReview, ScoreSnapshot
from vungxanh.organization.models import Unit
from vungxanh.production.models import ProductionFigure
from vungxanh.reviews.models import Review

MONDAY, ONE_DAY = material.agency().living_from, datetime.timedelta(days=1)
Happening = tuple[datetime.datetime, Callable[[], None]]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder of the test's own."""
    monkeypatch.setattr(settings, "HOME", tmp_path)
    return tmp_path


@pytest.fixture
def units(db: None) -> dict[str, Unit]:
    import_areas(SHIPPED, at=build.begins())
    build.found(PASSWORD, build.begins(), lambda _words: None)
    return {unit.code: unit for unit in Unit.objects.all()}


def live(first: datetime.date, last: datetime.date, of_day: Callable[[datetime.date], Iterator[Happening]]) -> None:
    day = first
    while day <= last:
        for _at, happens in sorted(of_day(day), key=lambda one: one[0]):
            happens()
        day += ONE_DAY


def test_first_now_when_another_day_is_asked_for_is_that_day_at_the_same_hour() -> None:
    assert build.first_now() == moment(datetime.date(2021, 10, 4), datetime.time(14, 5))
    assert build.first_now(datetime.date(2022, 1, 12)) == moment(datetime.date(2022, 1, 12), datetime.time(14, 5))


@pytest.mark.parametrize("day", ["2021-10-03", "2022-01-29"])
def test_demo_when_the_day_is_impossible_says_which_are_possible_and_builds_nothing(home: Path, day: str) -> None:
    result = CliRunner().invoke(demo, ["--build-only", "--fresh", "--today", day])
    assert result.exit_code == 1
    assert "từ 04/10/2021 đến 28/01/2022" in result.output
    assert list(home.iterdir()) == []


def test_life_when_asked_to_go_back_is_refused(home: Path) -> None:
    noon = moment(datetime.date(2021, 11, 1), datetime.time(15))
    kept = State(database="x", password="x", lived_until=noon)
    with clock.at(noon), pytest.raises(build.ImpossibleDayError, match="15:00 ngày 01/11/2021"):
        build.live_on_to(kept, datetime.date(2021, 11, 1))
    assert state.kept() is None


def test_scores_when_the_period_is_over_are_shown_and_frozen_and_reported_on(units: dict[str, Unit]) -> None:
    nobody: frozenset[str] = frozenset()
    live(MONDAY, datetime.date(2021, 10, 1), lambda day: movement.of_day(day, units, left_alone=nobody))

    def later(day: datetime.date) -> Iterator[Happening]:
        yield from standing.of_day(day, left_alone=nobody)
        yield from reviews.of_day(day, left_alone=nobody)

    live(datetime.date(2021, 10, 4), datetime.date(2021, 10, 21), later)
    [row] = PeriodStanding.objects.all()
    assert row.shown_at
    days = (row.period_code, row.state, row.shown_at.astimezone(clock.ZONE).date(), row.review_until)
    assert days == ("ky-1", "SHOWN", datetime.date(2021, 10, 18), datetime.date(2021, 10, 21))
    assert set(PointReview.objects.values_list("measure_id", "state")) == {("5.1", "REFUSED")}
    for _twice in range(2):
        live(datetime.date(2021, 10, 22), datetime.date(2021, 10, 22), later)
    [snapshot] = ScoreSnapshot.objects.all()
    assert snapshot.frozen_at == moment(datetime.date(2021, 10, 22), datetime.time(8, 40))
    found = Review.objects.order_by("counted_at").values_list("report_code", "paper__state")
    assert list(found) == [("ket-qua-phat-dong", "ISSUED"), ("so-ket", "REPLACED"), ("so-ket", "ISSUED")]


def test_scores_when_somebody_plays_the_office_are_left_to_it(units: dict[str, Unit]) -> None:
    live(MONDAY, MONDAY, lambda day: movement.of_day(day, units, left_alone=frozenset()))
    office = frozenset({"vanphong"})
    live(datetime.date(2021, 10, 18), datetime.date(2021, 10, 22), lambda day: standing.of_day(day, left_alone=office))
    assert not PeriodStanding.objects.exists()


def test_figures_when_the_months_go_on_are_entered_and_what_came_back_is_corrected(units: dict[str, Unit]) -> None:
    def of_day(day: datetime.date) -> Iterator[Happening]:
        return production.of_day(day, units, left_alone=frozenset())

    live(MONDAY, datetime.date(2021, 10, 8), of_day)
    september = ProductionFigure.objects.filter(month=production.SEPTEMBER)
    assert (september.filter(state="VERIFIED").count(), september.filter(state="RETURNED").count()) == (22, 1)
    for entered in material.production().later_entered:
        live(entered.date(), entered.date() + ONE_DAY, of_day)
    later = ProductionFigure.objects.filter(month__gt=production.SEPTEMBER)
    assert (later.count(), set(later.values_list("state", flat=True))) == (66, {"VERIFIED"})


def test_numbers_when_the_year_is_new_begin_anew() -> None:
    assert papers.number_of(MONDAY, 0) == "1140"
    assert papers.number_of(datetime.date(2022, 1, 4), 2) == "63"
