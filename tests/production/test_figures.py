"""Figures of a month: entered, corrected, verified, sent back; by whom, and what they leave behind."""

import datetime
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from tests.factories.organization import clock, make_holder, make_person
from tests.factories.production import FIRES, NINE, PLANTED, SOLD, Agency, make_figure, make_target, month
from tests.races import at_once
from vungxanh.audit.models import AuditEvent
from vungxanh.common.workflow import NoSuchMoveError
from vungxanh.notifications.models import Notification
from vungxanh.organization.enums import Role
from vungxanh.production.enums import FigureState
from vungxanh.production.models import ProductionFigure
from vungxanh.production.operations.figures import (
    Entry,
    ProductionError,
    enter_figures,
    return_figures,
    verify_figures,
)
from vungxanh.production.permissions import may_move_figure
from vungxanh.production.workflow import FIGURE

AUGUST = month(8)


def entry(agency: Agency, value: str = "10", indicator: str = PLANTED, **more: object) -> Entry:
    given = {"month": AUGUST, "note": "", "seen": None, **more}
    return Entry(agency.unit.pk, indicator, value=Decimal(value), **given)  # type: ignore[arg-type]


def enter(agency: Agency, *entries: Entry, at: datetime.datetime = NINE) -> int:
    return enter_figures(agency.unit.pk, AUGUST, entries, actor=agency.head, at=at)


def versions() -> list[tuple[int, str, str]]:
    rows = ProductionFigure.objects.order_by("indicator", "month", "number")
    return [(one.number, f"{one.value:.1f}", one.state) for one in rows]


def test_figures_of_a_month_are_entered_together_and_leave_a_trace(agency: Agency) -> None:
    make_target(agency)
    make_target(agency, FIRES, value="3")
    assert enter(agency, entry(agency, "10.5"), entry(agency, "0", FIRES)) == 2
    found = AuditEvent.objects.get(action="production.enter_figures")
    assert (found.unit_id, found.actor_id) == (agency.unit.pk, agency.head.pk)
    assert found.detail == {"day": "2021-08-01", "created": 2}
    told = Notification.objects.filter(topic="production.figures_entered").order_by("recipient__username")
    assert [one.recipient.username for one in told] == ["ketoan", "vanphong"]
    assert enter(agency, entry(agency, "10.5"), entry(agency, "0", FIRES), at=clock(10)) == 0
    assert ProductionFigure.objects.count() == 2


def test_correction_stands_beside_the_earlier_version(agency: Agency) -> None:
    make_target(agency)
    enter(agency, entry(agency, "10"))
    enter(agency, entry(agency, "11"), at=clock(10))
    assert versions() == [(1, "10.0", "REPLACED"), (2, "11.0", "ENTERED")]
    verify_figures([ProductionFigure.objects.get(number=2).pk], actor=agency.office, at=clock(11))
    enter(agency, entry(agency, "12"), at=clock(12))
    assert versions()[1:] == [(2, "11.0", "VERIFIED"), (3, "12.0", "ENTERED")]
    verify_figures([ProductionFigure.objects.get(number=3).pk], actor=agency.finance, at=clock(13))
    assert versions()[1:] == [(2, "11.0", "REPLACED"), (3, "12.0", "VERIFIED")]
    assert ProductionFigure.objects.get(number=2).replaced_at == clock(13)


def test_page_that_saw_an_earlier_version_writes_nothing_over(agency: Agency) -> None:
    make_target(agency)
    make_target(agency, FIRES, value="3")
    enter(agency, entry(agency, "10", seen=0))
    with pytest.raises(ProductionError) as caught:
        enter(agency, entry(agency, "12", seen=0), entry(agency, "1", FIRES, seen=0))
    assert list(caught.value.error_dict) == [PLANTED]
    assert versions() == [(1, "10.0", "ENTERED")]
    # What the older page shows and nobody touched is no conflict.
    enter(agency, entry(agency, "11", seen=1))
    assert enter(agency, entry(agency, "10", seen=1), entry(agency, "1", FIRES, seen=0)) == 1
    assert versions() == [(1, "1.0", "ENTERED"), (1, "10.0", "REPLACED"), (2, "11.0", "ENTERED")]


def test_same_figure_again_is_no_conflict_and_neither_is_what_saw_the_newest(agency: Agency) -> None:
    make_target(agency)
    enter(agency, entry(agency, "10", seen=0))
    assert enter(agency, entry(agency, "10", seen=0)) == 0
    assert enter(agency, entry(agency, "12", seen=1)) == 1


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"month": month(10)}, "Tháng này chưa đến."),
        ({"month": month(8, 2019)}, "Tháng này đã quá lâu, hãy xem lại năm."),
        ({"indicator": SOLD}, "Đơn vị không có chỉ tiêu đã duyệt về việc này trong tháng này."),
        ({"month": month(12, 2020)}, "Đơn vị không có chỉ tiêu đã duyệt về việc này trong tháng này."),
        ({"value": "-1"}, "Số liệu âm hoặc quá lớn."),
        ({"value": "1000000000000"}, "Số liệu âm hoặc quá lớn."),
        ({"value": "1.25"}, "Nhiều nhất 1 chữ số sau dấu phẩy, tính bằng ha."),
    ],
)
def test_wrong_figure_is_refused(agency: Agency, change: dict[str, object], words: str) -> None:
    make_target(agency)
    given = entry(agency, **change)  # type: ignore[arg-type]
    with pytest.raises(ProductionError) as caught:
        enter_figures(agency.unit.pk, given.month, [given], actor=agency.head, at=NINE)
    assert caught.value.messages == [words]
    assert not ProductionFigure.objects.exists()


def test_figure_needs_an_approved_target_and_one_unit(agency: Agency) -> None:
    make_target(agency, approved=False)
    with pytest.raises(ProductionError):
        enter(agency, entry(agency))
    with pytest.raises(ProductionError, match="cùng một đơn vị"):
        enter_figures(agency.other.pk, AUGUST, [entry(agency)], actor=agency.stranger, at=NINE)


@pytest.mark.parametrize("name", ["head", "deputy", "clerk", "office", "finance"])
def test_those_who_speak_for_the_unit_the_office_and_finance_enter(agency: Agency, name: str) -> None:
    make_target(agency)
    assert enter_figures(agency.unit.pk, AUGUST, [entry(agency)], actor=agency.people[name], at=NINE) == 1


@pytest.mark.parametrize("name", ["stranger", "director", "member"])
def test_others_do_not_enter(agency: Agency, name: str) -> None:
    make_target(agency)
    with pytest.raises(PermissionDenied):
        enter_figures(agency.unit.pk, AUGUST, [entry(agency)], actor=agency.people[name], at=NINE)


@pytest.mark.parametrize("state", FigureState.values)
def test_every_cell_of_state_verb_and_role(agency: Agency, state: str) -> None:
    make_target(agency)
    made = make_figure(agency, verified=False)
    at, was = NINE, {"state": state}
    was |= {"checked_at": at} if state in ("VERIFIED", "RETURNED") else {}  # type: ignore[dict-item]
    was |= {"reason": "Sai"} if state == "RETURNED" else {}
    was |= {"replaced_at": at} if state == "REPLACED" else {}  # type: ignore[dict-item]
    ProductionFigure.objects.filter(pk=made.pk).update(**was)
    made.refresh_from_db()
    for verb in ("verify", "send_back"):
        for name, user in agency.people.items():
            if not FIGURE.allows(state, verb):
                with pytest.raises(NoSuchMoveError):
                    may_move_figure(user, made, verb, on=at.date())
            else:
                assert bool(may_move_figure(user, made, verb, on=at.date())) == (name in ("office", "finance"))


def test_nobody_verifies_what_one_entered_or_what_one_s_own_unit_entered(agency: Agency) -> None:
    make_target(agency)
    own = make_figure(agency, by=agency.office, verified=False)
    with pytest.raises(PermissionDenied, match="Người khác xem lại"):
        verify_figures([own.pk], actor=agency.office, at=NINE)
    verify_figures([own.pk], actor=agency.finance, at=NINE)
    make_target(agency, unit=agency.other)
    theirs = make_figure(agency, unit=agency.other, verified=False)
    make_person(agency.other, "Lê Kế Toán", user=agency.finance)
    with pytest.raises(PermissionDenied, match="đơn vị khác"):
        verify_figures([theirs.pk], actor=agency.finance, at=NINE)
    both = make_holder("kiem", Role.OFFICE, agency.root)
    both.role_assignments.create(role=Role.UNIT_CLERK, unit=agency.other, valid_from="2021-01-01")
    with pytest.raises(PermissionDenied, match="đơn vị khác"):
        return_figures([theirs.pk], reason="Sai", actor=both, at=NINE)
    assert verify_figures([theirs.pk], actor=agency.office, at=NINE) == 1


def test_several_are_verified_at_once_or_none(agency: Agency) -> None:
    make_target(agency)
    make_target(agency, unit=agency.other)
    ours, theirs = make_figure(agency, verified=False), make_figure(agency, unit=agency.other, verified=False)
    verify_figures([theirs.pk], actor=agency.finance, at=NINE)
    with pytest.raises(ProductionError, match="nay đã khác"):
        verify_figures([ours.pk, theirs.pk], actor=agency.office, at=NINE)
    ours.refresh_from_db()
    assert ours.state == "ENTERED"
    with pytest.raises(ProductionError):
        verify_figures([ours.pk, 0], actor=agency.office, at=NINE)
    with pytest.raises(ProductionError):
        verify_figures([], actor=agency.office, at=NINE)
    told = Notification.objects.filter(topic="production.figures_entered", settled_at=None)
    assert {one.key.split(":")[1] for one in told} == {str(agency.unit.pk)}
    assert verify_figures([ours.pk], actor=agency.office, at=NINE) == 1
    assert not told.all().exists()
    assert AuditEvent.objects.filter(action="production.verify_figure").count() == 2


def test_figure_sent_back_is_told_to_the_unit_and_to_whoever_entered_it(agency: Agency) -> None:
    make_target(agency)
    made = make_figure(agency, by=agency.finance, verified=False)
    with pytest.raises(ProductionError):
        return_figures([made.pk], reason=" ", actor=agency.office, at=NINE)
    return_figures([made.pk], reason="Thiếu  một xã", actor=agency.office, at=NINE)
    made.refresh_from_db()
    assert (made.state, made.reason, made.checked_by_id) == ("RETURNED", "Thiếu một xã", agency.office.pk)
    told = Notification.objects.filter(topic="production.figures_returned").order_by("recipient__username")
    assert [one.recipient.username for one in told] == ["dauloi", "ketoan", "pho", "truong"]
    assert told[0].title == "Trả lại: Diện tích rừng trồng mới, 08/2021"
    assert (told[0].body, told[0].address) == ("Thiếu một xã", "/san-xuat/don-vi/CCKL/nhap/?thang=2021-08")
    assert enter(agency, entry(agency, "10", note="Báo cáo tháng")) == 1
    assert versions() == [(1, "10.0", "RETURNED"), (2, "10.0", "ENTERED")]
    assert not told.filter(settled_at=None).exists()


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"value": Decimal(-1)}, "figure_not_negative"),
        ({"number": 0}, "figure_counted"),
        ({"state": "VERIFIED"}, "figure_whole"),
        ({"state": "RETURNED", "checked_at": NINE}, "figure_whole"),
        ({"state": "REPLACED"}, "figure_whole"),
        ({"reason": "Sai"}, "figure_whole"),
    ],
)
def test_database_refuses_what_is_half(agency: Agency, change: dict[str, object], name: str) -> None:
    make_target(agency)
    made = make_figure(agency, verified=False)
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        ProductionFigure.objects.filter(pk=made.pk).update(**change)


def test_database_keeps_one_version_that_waits_and_one_that_counts(agency: Agency) -> None:
    make_target(agency)
    made = make_figure(agency, verified=False)
    for state, checked in (("ENTERED", None), ("VERIFIED", NINE)):
        ProductionFigure.objects.filter(pk=made.pk).update(state=state, checked_at=checked)
        given = {"unit": agency.unit, "indicator": PLANTED, "month": AUGUST, "value": 1, "entered_at": NINE}
        with pytest.raises(IntegrityError), transaction.atomic():
            ProductionFigure.objects.create(number=2, state=state, checked_at=checked, **given)  # type: ignore[misc]


@pytest.mark.django_db(transaction=True)
def test_two_who_enter_at_the_same_moment_do_not_write_over_each_other() -> None:
    agency = Agency()
    make_target(agency)

    def work(value: str, actor: object) -> str:
        try:
            enter_figures(agency.unit.pk, AUGUST, [entry(agency, value, seen=0)], actor=actor, at=NINE)  # type: ignore[arg-type]
        except ProductionError:
            return "late"
        return "entered"

    found = at_once(lambda: work("10", agency.head), lambda: work("11", agency.clerk))
    assert sorted(found) == ["entered", "late"]
    assert ProductionFigure.objects.count() == 1
