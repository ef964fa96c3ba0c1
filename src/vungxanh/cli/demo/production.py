"""What the units of the demonstration agency produce: targets of the year, figures month by month, verified or sent
back."""

import datetime
from collections.abc import Callable, Iterator, Mapping, Sequence

from django.core.exceptions import ValidationError

from vungxanh.accounts.models import User
from vungxanh.cli.demo import material
from vungxanh.cli.demo.happening import Happening
from vungxanh.cli.demo.material import ProducedTarget
from vungxanh.common.clock import moment
from vungxanh.organization import roles
from vungxanh.organization.models import Unit
from vungxanh.production.imports import figure
from vungxanh.production.models import ProductionFigure, ProductionTarget
from vungxanh.production.operations.figures import Entry, enter_figures, return_figures, verify_figures
from vungxanh.production.operations.targets import Proposed, move_target, propose_target
from vungxanh.production.permissions import checking_of

CHECKERS = ("vanphong", "ketoan")
YEAR, SEPTEMBER = 2021, datetime.date(2021, 9, 1)
ONE_DAY = datetime.timedelta(days=1)
SATURDAY = 5
Step = Callable[[ProducedTarget, Unit, User, datetime.datetime], None]


def of_day(day: datetime.date, units: Mapping[str, Unit], *, left_alone: frozenset[str]) -> Iterator[Happening]:
    """Each step does nothing where it was done before, or where somebody did otherwise."""
    for one in material.production().target:
        steps = [(at, do) for at, do in _steps(one) if at.date() == day]
        writer = next(iter(roles.holders(roles.UNIT_STAFF, units[one.unit].pk, on=day)), None) if steps else None
        if writer is None or writer.username in left_alone:
            continue
        for at, do in steps:
            yield at, _step(do, one, units[one.unit], writer, at)
    for number, name in enumerate(CHECKERS):
        if name in left_alone or day.weekday() >= SATURDAY:
            continue
        for hour in (10, 15):
            at = moment(day, datetime.time(hour, 5 + 20 * number))
            yield at, lambda name=name, at=at: _check(name, units, at)  # type: ignore[misc]


def _steps(one: ProducedTarget) -> Iterator[tuple[datetime.datetime, Step]]:
    """What the unit does about a target, and when."""
    begins = material.agency().living_from
    yield moment(begins, datetime.time(8, 30)), _propose
    yield moment(begins + ONE_DAY, datetime.time(9, 15)), _enter_year
    if one.entered:
        yield moment(one.entered.date(), one.entered.time()), _entering(SEPTEMBER, one.september)
    if one.corrected_at:
        at = moment(one.corrected_at.date(), one.corrected_at.time())
        yield at, _entering(SEPTEMBER, one.corrected, seen=1)
    for place, (entered, value) in enumerate(zip(material.production().later_entered, one.later, strict=True)):
        month = SEPTEMBER.replace(month=SEPTEMBER.month + 1 + place)
        yield moment(entered.date(), entered.time()), _entering(month, value)


def _step(
    do: Step,
    one: ProducedTarget,
    unit: Unit,
    writer: User,
    at: datetime.datetime,
) -> Callable[[], None]:
    def happen() -> None:
        try:
            do(one, unit, writer, at)
        except ValidationError:
            return

    return happen


def _propose(one: ProducedTarget, unit: Unit, writer: User, at: datetime.datetime) -> None:
    first, last = datetime.date(YEAR, one.first_month, 1), datetime.date(YEAR, 12, 1)
    proposed = Proposed(unit.pk, one.indicator, first, last, figure(one.value), material.production().basis)
    propose_target(proposed, actor=writer, at=at)


def _enter_year(one: ProducedTarget, unit: Unit, writer: User, at: datetime.datetime) -> None:
    for number, value in enumerate(one.months, start=1):
        _enter(unit, one.indicator, datetime.date(YEAR, number, 1), value, writer, at)


def _entering(month: datetime.date, value: str, *, seen: int = 0) -> Step:
    return lambda one, unit, writer, at: _enter(unit, one.indicator, month, value, writer, at, seen=seen)


def _enter(
    unit: Unit,
    indicator: str,
    month: datetime.date,
    value: str,
    writer: User,
    at: datetime.datetime,
    *,
    seen: int = 0,
) -> None:
    """Where there is no figure yet, or the version that was `seen`."""
    entry = Entry(unit.pk, indicator, month, figure(value), f"Báo cáo tháng {month:%m/%Y} của đơn vị", seen=seen)
    enter_figures(unit.pk, month, [entry], actor=writer, at=at)


def _check(name: str, units: Mapping[str, Unit], at: datetime.datetime) -> None:
    """Approves and verifies what this one may; sends back what does not fit. What came in today of the last month
    waits."""
    user = User.objects.get(username=name)
    waiting = ProductionFigure.objects.filter(state="ENTERED", entered_at__lt=at)
    figures = list(waiting.exclude(month=SEPTEMBER, entered_at__gte=moment(at.date(), datetime.time())))
    targets = list(ProductionTarget.objects.filter(state="PROPOSED", proposed_at__lt=at).order_by("pk"))
    if not (figures or targets):
        return
    checking = checking_of(user, on=at.date())
    for target in targets:
        if checking.may_check(target.unit_id, target.proposed_by_id):
            move_target(target, "approve", actor=user, at=at)
    ours = [one for one in figures if checking.may_check(one.unit_id, one.entered_by_id)]
    _decide(ours, units, user, at)


def _decide(figures: Sequence[ProductionFigure], units: Mapping[str, Unit], user: User, at: datetime.datetime) -> None:
    doubts = {
        (units[one.unit].pk, one.indicator, figure(one.september)): one.returned
        for one in material.production().target
        if one.returned
    }
    right = [one.pk for one in figures if (one.unit_id, one.indicator, one.value) not in doubts]
    if right:
        verify_figures(right, actor=user, at=at)
    for one in figures:
        if why := doubts.get((one.unit_id, one.indicator, one.value)):
            return_figures([one.pk], reason=why, actor=user, at=at)
