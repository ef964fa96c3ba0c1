"""What the control room shows of figures, and who is reminded of them when."""

import datetime
from decimal import Decimal

import pytest

from tests.factories.organization import clock
from tests.factories.production import FIRES, PLANTED, Agency, make_figure, make_target, month
from vungxanh.common.duties import DutyState, DutyStatus, Question
from vungxanh.notifications.models import Notification
from vungxanh.production.duties import figures
from vungxanh.production.operations.figures import return_figures, verify_figures
from vungxanh.production.operations.reminding import remind_of_figures
from vungxanh.production.queries.standing import all_lines, all_targets_as_of

D = datetime.date


@pytest.fixture
def given(agency: Agency) -> Agency:
    make_target(agency)
    make_target(agency, FIRES, value="2")
    make_target(agency, unit=agency.other, first=month(1), last=month(7))
    return agency


def status(agency: Agency, day: D, hour: int = 8) -> dict[int, DutyStatus]:
    members = {agency.root.pk: {agency.root.pk}, agency.unit.pk: {agency.unit.pk}, agency.other.pk: {agency.other.pk}}
    return dict(figures(Question(day, clock(hour, day=day), members)))


def test_figures_of_the_month_before_are_due_by_the_day_of_the_rule(given: Agency) -> None:
    unit = given.unit.pk
    for day, state in ((3, DutyState.PENDING), (5, DutyState.BEHIND), (6, DutyState.OVERDUE)):
        found = status(given, D(2021, 9, day))
        assert list(found) == [unit]
        assert found[unit][:3] == (state, 0, 2)
    assert found[unit].says == "hạn 05/09/2021"
    make_figure(given, verified=False, at=clock(9, day=D(2021, 9, 6)))
    assert status(given, D(2021, 9, 6), 8)[unit][1:3] == (0, 2)
    assert status(given, D(2021, 9, 6), 10)[unit][1:3] == (1, 2)
    fires = make_figure(given, FIRES, value="0", verified=False, at=clock(11, day=D(2021, 9, 6)))
    assert status(given, D(2021, 9, 6), 12)[unit][:3] == (DutyState.DONE, 2, 2)
    return_figures([fires.pk], reason="Thiếu", actor=given.office, at=clock(13, day=D(2021, 9, 6)))
    assert status(given, D(2021, 9, 6), 14)[unit][:3] == (DutyState.OVERDUE, 1, 2)


def test_units_are_reminded_on_the_days_of_the_rule_until_all_is_entered(given: Agency) -> None:
    def told(day: int, hour: int = 8) -> int:
        return remind_of_figures(at=clock(hour, day=D(2021, 9, day)))

    assert told(1) == 0
    assert told(2, 7) == 0
    assert [told(2), told(2, 9), told(3), told(4), told(5)] == [3, 0, 0, 3, 3]
    assert [told(6), told(7), told(8)] == [0, 0, 3]
    last = Notification.objects.filter(topic="production.figures_due").order_by("-made_at")[0]
    assert last.title == "Quá hạn từ 05/09/2021: số liệu tháng 08/2021"
    assert last.body == "Còn 2 chỉ tiêu chưa có số liệu."
    assert last.address == "/san-xuat/don-vi/CCKL/nhap/?thang=2021-08"
    make_figure(given, verified=False, at=clock(9, day=D(2021, 9, 8)))
    assert not Notification.objects.filter(topic="production.figures_due", settled_at=None).exists()
    assert told(11) == 3
    make_figure(given, FIRES, value="0", verified=False, at=clock(9, day=D(2021, 9, 11)))
    assert told(14) == 0


def test_correction_that_was_sent_back_leaves_the_verified_figure_standing(given: Agency) -> None:
    day, unit = D(2021, 9, 6), given.unit.pk
    make_figure(given, at=clock(8, day=day))
    make_figure(given, FIRES, value="0", at=clock(8, day=day))
    wrong = make_figure(given, value="99", verified=False, at=clock(9, day=day))
    return_figures([wrong.pk], reason="Sai", actor=given.office, at=clock(10, day=day))
    assert status(given, day, 11)[unit][:3] == (DutyState.DONE, 2, 2)
    line = next(
        one
        for one in all_lines(list(all_targets_as_of(clock(11, day=day))), at=clock(11, day=day))
        if one.target.unit_id == unit and one.target.indicator == PLANTED
    )
    assert (line.value, line.is_there(month(8)), line.returned) == (Decimal(10), True, [wrong])
    assert month(8) not in line.missing
    # Once it is verified it replaces the other one; before that nothing was missing at any moment.
    right = make_figure(given, value="12", verified=False, at=clock(12, day=day))
    assert status(given, day, 13)[unit][:3] == (DutyState.DONE, 2, 2)
    verify_figures([right.pk], actor=given.office, at=clock(14, day=day))
    for hour in (11, 13, 15):
        assert status(given, day, hour)[unit][:3] == (DutyState.DONE, 2, 2)


def test_unit_whose_target_holds_no_more_is_not_reminded(given: Agency) -> None:
    assert remind_of_figures(at=clock(8, day=D(2021, 9, 5))) == 3
    told = Notification.objects.filter(topic="production.figures_due").values_list("recipient__username", flat=True)
    assert set(told) == {"truong", "pho", "dauloi"}
