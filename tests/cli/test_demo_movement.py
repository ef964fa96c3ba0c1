"""What the movement has in the demonstration agency: self-scores, bonus points, targets, response plans, papers."""

import datetime
from collections import Counter
from collections.abc import Callable, Iterator

import pytest

from tests.factories.accounts import PASSWORD
from tests.factories.risk import clock, declare, make_person_day
from vungxanh.areas.operations import SHIPPED, import_areas
from vungxanh.cli.demo import adjustments, build, incoming, material, movement, responses, self_scores, targets
from vungxanh.common.attached_files import PDF
from vungxanh.documents.models import IncomingPaper
from vungxanh.movement.models import Adjustment, Campaign, CrossCheck, EvidenceFile, SampleItem, SelfScore, UnitTarget
from vungxanh.organization.models import Person, Unit
from vungxanh.response.models import Response, ResponsePlan
from vungxanh.risk.enums import Cause
from vungxanh.risk.operations import assess_people
from vungxanh.screening.enums import Window

MONDAY, ONE_DAY = material.agency().living_from, datetime.timedelta(days=1)
NOBODY: frozenset[str] = frozenset()
Happening = tuple[datetime.datetime, Callable[[], None]]


@pytest.fixture
def units(db: None) -> dict[str, Unit]:
    import_areas(SHIPPED, at=build.begins())
    build.found(PASSWORD, build.begins(), lambda _words: None)
    return {unit.code: unit for unit in Unit.objects.all()}


@pytest.fixture
def campaign(units: dict[str, Unit]) -> Campaign:
    """Opened, launched by nobody yet."""
    for _at, happens in list(movement.of_day(MONDAY, units, left_alone=NOBODY))[:1]:
        happens()
    return Campaign.objects.get()


def live(first: datetime.date, last: datetime.date, of_day: Callable[[datetime.date], Iterator[Happening]]) -> None:
    """Twice each day: the second time nothing happens any more."""
    day = first
    while day <= last:
        for _twice in range(2):
            for _at, happens in sorted(of_day(day), key=lambda one: one[0]):
                happens()
        day += ONE_DAY


def test_self_scores_when_lived_are_sent_drafted_returned_and_checked(campaign: Campaign) -> None:
    live(
        datetime.date(2021, 9, 28),
        datetime.date(2021, 10, 4),
        lambda day: self_scores.of_day(day, left_alone=NOBODY),
    )
    scores = SelfScore.objects.filter(campaign=campaign)
    states = Counter(scores.values_list("state", flat=True))
    assert states["SENT"] > states["DRAFT"] > 0
    assert states["RETURNED"] > 0
    kinds = set(EvidenceFile.objects.values_list("media_type", flat=True))
    assert kinds == {PDF, "image/jpeg"}
    assert EvidenceFile.objects.values("self_score").distinct().count() == scores.count()
    checks = CrossCheck.objects.select_related("self_score")
    assert (checks.count(), checks.filter(checked_at=None).count()) == (5, 1)
    gaps = sorted((one.self_score.points or 0) - one.points for one in checks if one.points is not None)
    assert gaps == [0, 0, 0.5, 2]


def test_self_scores_when_the_period_is_over_are_inspected_by_sample_and_appraised(campaign: Campaign) -> None:
    def of_day(day: datetime.date) -> Iterator[Happening]:
        return self_scores.of_day(day, left_alone=NOBODY)

    live(datetime.date(2021, 9, 28), datetime.date(2021, 10, 1), of_day)
    live(datetime.date(2021, 10, 15), datetime.date(2021, 10, 18), of_day)
    assert Counter(SelfScore.objects.values_list("state", flat=True)).keys() <= {"APPRAISED", "DRAFT"}
    assert SelfScore.objects.filter(state="APPRAISED", difference="").exists()
    assert SelfScore.objects.filter(state="APPRAISED").exclude(difference="").exists()
    inspected = Counter(bool(one) for one in SampleItem.objects.values_list("result", flat=True))
    assert inspected[True] > inspected[False] > 0


def test_self_scores_when_the_parts_are_played_are_left_alone(campaign: Campaign) -> None:
    heads = frozenset({"vanphong", "tochuc", "truongdonvi"})
    day = datetime.date(2021, 9, 28)
    live(day, day + 3 * ONE_DAY, lambda day: self_scores.of_day(day, left_alone=heads))
    assert SelfScore.objects.exists()
    assert not SelfScore.objects.filter(unit__code__in=["SNN-VPS", "SNN-TCCB", "SNN-KL"]).exists()
    assert not CrossCheck.objects.exists()


def test_adjustments_when_lived_are_given_once_with_their_cause(campaign: Campaign) -> None:
    live(datetime.date(2021, 9, 28), datetime.date(2021, 10, 4), lambda day: adjustments.of_day(day, left_alone=NOBODY))
    given = Adjustment.objects.order_by("made_at").values_list("unit__code", "code", "points")
    assert list(given) == [("SNN-KL", "T3", 1), ("SNN-CNTY", "T1", 2), ("SNN-GVN", "P2", 1)]


def test_targets_when_lived_are_one_approved_and_one_waiting(campaign: Campaign) -> None:
    def of_day(day: datetime.date) -> Iterator[Happening]:
        return targets.of_day(day, left_alone=NOBODY)

    live(datetime.date(2021, 9, 27), datetime.date(2021, 10, 4), of_day)
    states = dict(UnitTarget.objects.values_list("unit__code", "state"))
    assert states == {"SNN-RPH": "APPROVED", "SNN-NS": "PROPOSED"}
    live(datetime.date(2021, 10, 6), datetime.date(2021, 10, 6), of_day)
    assert UnitTarget.objects.get(unit__code="SNN-NS").state == "REFUSED"


def test_response_plans_when_lived_are_mostly_in_force_and_one_was_tried(units: dict[str, Unit]) -> None:
    live(MONDAY, datetime.date(2021, 10, 1), lambda day: responses.of_day(day, left_alone=NOBODY))
    states = Counter(ResponsePlan.objects.values_list("state", flat=True))
    assert states["IN_FORCE"] > 15
    assert states["DRAFT"] > 0
    [drill] = Response.objects.all()
    assert (drill.unit.code, drill.is_drill, drill.state) == ("SNN-KN", True, "ENDED")
    assert not drill.steps.filter(done_at=None).exists()


def test_response_plan_when_somebody_is_of_high_risk_is_carried_out(units: dict[str, Unit]) -> None:
    day, unit = datetime.date(2021, 9, 30), units["SNN-TTBV-BVTV"]
    person = Person.objects.filter(posts__unit=unit).order_by("pk")[0]
    make_person_day(person, unit, day)
    declare(person, unit, clock(17, day=day), Window.LEAVING, had_contact_with_case=True)
    assess_people([person.pseudonym], day=day, at=clock(17, day=day), cause=Cause.DECLARATION)
    live(MONDAY + ONE_DAY, MONDAY + ONE_DAY, lambda day: responses.of_day(day, left_alone=NOBODY))
    live(day, day + ONE_DAY, lambda day: responses.of_day(day, left_alone=NOBODY))
    [carried] = Response.objects.all()
    assert (carried.unit.code, carried.is_drill, carried.state) == ("SNN-TTBV", False, "ENDED")
    assert not carried.steps.filter(done_at=None).exists()


def test_response_plans_when_december_is_over_are_tried_but_for_the_slowest(units: dict[str, Unit]) -> None:
    def of_day(day: datetime.date) -> Iterator[Happening]:
        return responses.of_day(day, left_alone=NOBODY)

    live(MONDAY, datetime.date(2021, 9, 24), of_day)
    live(datetime.date(2021, 12, 6), datetime.date(2021, 12, 17), of_day)
    in_force = set(ResponsePlan.objects.filter(state="IN_FORCE").values_list("unit__code", flat=True))
    tried = set(Response.objects.filter(state="ENDED").values_list("unit__code", flat=True))
    assert tried <= in_force
    assert in_force - tried


def test_papers_when_they_arrive_are_registered_handed_over_and_dealt_with(units: dict[str, Unit]) -> None:
    live(MONDAY, datetime.date(2021, 10, 4), lambda day: incoming.of_day(day, units, left_alone=NOBODY))
    papers = IncomingPaper.objects.order_by("number")
    assert (papers[0].number, papers[0].symbol, papers[0].state) == (1406, "240/KH-UBND", "DEALT")
    assert all(one.symbol.startswith("Số mẫu") for one in papers[1:])
    assert Counter(one.state for one in papers) == {"DEALT": 6, "HANDED": 2, "ARRIVED": 1}
