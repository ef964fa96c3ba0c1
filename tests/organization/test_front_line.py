"""Assignments to the front line: who may keep them, which days can stand, what becomes of them, what they feed."""

import datetime
import uuid
from collections.abc import Callable, Iterator
from functools import partial
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from tests.factories.areas import make_area
from tests.factories.front_line import PAPER, make_assignment, make_confirmation
from tests.factories.organization import (
    MONDAY,
    START,
    clock,
    make_absence,
    make_holder,
    make_person,
    make_post,
    make_secondment,
    make_site,
    make_unit,
)
from tests.factories.photographs import photograph_with_place, picture
from tests.factories.staff_lists import workbook_of
from tests.races import at_once
from vungxanh.audit.models import AuditEvent
from vungxanh.organization.enums import AbsenceKind, FrontLinePlace, FrontLineStanding, FrontLineStep, Role
from vungxanh.organization.imports.columns import FRONT_LINE_COLUMNS
from vungxanh.organization.models import (
    DuplicateCandidate,
    FrontLineAssignment,
    FrontLineConfirmation,
    FrontLineEntry,
    Person,
)
from vungxanh.organization.operations import front_line as operations
from vungxanh.organization.operations.front_line import Assigned, Confirmed, FrontLineError
from vungxanh.organization.operations.front_line_lists import import_front_line
from vungxanh.organization.operations.lists import ImportResult
from vungxanh.organization.operations.people import merge_people
from vungxanh.organization.operations.posts import end_post
from vungxanh.organization.permissions import may_import_front_line, may_keep_front_line
from vungxanh.organization.queries import front_line as queries
from vungxanh.organization.queries.expectations import all_expectations
from vungxanh.organization.queries.front_line import FrontLineDays, all_front_line_days
from vungxanh.organization.signals import working_days_changed

pytestmark = pytest.mark.django_db
AT = clock(9)
DAY = datetime.timedelta(days=1)
FRIDAY = MONDAY + 4 * DAY
SUNDAY = MONDAY + 6 * DAY


@pytest.fixture
def agency() -> SimpleNamespace:
    root = make_unit("SO")
    unit, other = make_unit("CC", root), make_unit("TT", root)
    return SimpleNamespace(
        root=root,
        unit=unit,
        other=other,
        head=make_holder("truong", Role.UNIT_HEAD, unit),
        office=make_holder("vanphong", Role.OFFICE, root),
        personnel=make_holder("tochuc", Role.PERSONNEL, root),
        person=make_person(unit, "Lê Thị An"),
    )


@pytest.fixture
def told() -> Iterator[list[dict[str, Any]]]:
    """What was announced while the test ran."""
    heard: list[dict[str, Any]] = []

    def listen(sender: object, **news: Any) -> None:
        heard.append({key: news[key] for key in ("people", "first_day", "last_day")})

    working_days_changed.connect(listen)
    yield heard
    working_days_changed.disconnect(listen)


def assigned(
    person: Person, first: datetime.date = MONDAY, last: datetime.date | None = FRIDAY, **more: Any
) -> Assigned:
    given = {
        "order_number": "128/QĐ-SNN",
        "place_kind": FrontLinePlace.CHECKPOINT,
        "place": "Chốt số 3",
        "work": "Đo thân nhiệt",
    }
    return Assigned(person=person, first_day=first, last_day=last, **{**given, **more})


def assign(agency: SimpleNamespace, *days: Any, **more: Any) -> FrontLineAssignment:
    key, actor = more.pop("key", uuid.uuid4()), more.pop("actor", agency.head)
    unit, person = more.pop("unit", agency.unit), more.pop("person", agency.person)
    return operations.assign_front_line(key, unit.pk, assigned(person, *days, **more), actor=actor, at=AT)


def confirmed(**more: Any) -> Confirmed:
    given = {"name": "Trần Văn Bá", "post": "Chốt trưởng", "organisation": "UBND xã Kim Long", "day": MONDAY}
    return Confirmed(**{**given, **more})


def steps(assignment: FrontLineAssignment) -> list[tuple[str, datetime.date | None, str]]:
    return [(one.step, one.last_day, one.text) for one in queries.all_entries(assignment)]


def words_of(error: pytest.ExceptionInfo[ValidationError]) -> str:
    return " ".join(error.value.messages)


def test_assignment_is_kept_announced_and_written_down(agency: SimpleNamespace, told: list) -> None:
    area = make_area("26", name="Vĩnh Phúc")
    made = assign(agency, order_date=START, area_id=area.pk, declares_remotely=True, place="  Chốt  số 3 ")
    made.refresh_from_db()
    assert (made.place, made.area, made.unit, made.order_date) == ("Chốt số 3", area, agency.unit, START)
    assert (made.first_day, made.last_day, made.declares_remotely) == (MONDAY, FRIDAY, True)
    assert steps(made) == [(FrontLineStep.ASSIGN, FRIDAY, "")]
    assert told == [{"people": {agency.person.pk}, "first_day": MONDAY, "last_day": FRIDAY}]
    event = AuditEvent.objects.get(action="organization.assign_front_line")
    assert (event.actor_id, event.unit_id, event.subject_name) == (
        agency.head.pk,
        agency.unit.pk,
        "Lê Thị An: Chốt số 3",
    )


def test_the_same_page_sent_twice_is_one_assignment(agency: SimpleNamespace) -> None:
    key = uuid.uuid4()
    assert assign(agency, key=key) == assign(agency, key=key)
    with pytest.raises(FrontLineError):
        assign(agency, SUNDAY, None, key=key)
    assert FrontLineEntry.objects.count() == 1


@pytest.mark.parametrize(
    ("days", "wrong"),
    [
        ((FRIDAY, MONDAY), "ngày cuối"),
        ((MONDAY, datetime.date(2031, 9, 20)), "quá xa"),
        ((datetime.date(2031, 9, 20), None), "quá xa"),
        ((START - DAY, MONDAY), "không có vị trí công tác"),
    ],
)
def test_days_that_make_no_sense_are_refused(agency: SimpleNamespace, days: tuple, wrong: str) -> None:
    with pytest.raises(FrontLineError) as refused:
        assign(agency, *days)
    assert wrong in words_of(refused).lower()
    assert not FrontLineAssignment.objects.exists()


@pytest.mark.parametrize("empty", ["order_number", "place", "work"])
def test_paper_place_and_work_are_needed(agency: SimpleNamespace, empty: str) -> None:
    with pytest.raises(FrontLineError):
        assign(agency, **{empty: "  "})


@pytest.mark.parametrize(
    "days", [(MONDAY, MONDAY), (FRIDAY, SUNDAY), (FRIDAY, None), (MONDAY - DAY, None), (START, SUNDAY)]
)
def test_another_assignment_in_these_days_is_refused(agency: SimpleNamespace, days: tuple) -> None:
    assign(agency)
    with pytest.raises(FrontLineError) as refused:
        assign(agency, *days)
    assert words_of(refused) == (
        "Lê Thị An đã có phân công tuyến đầu trong những ngày này: Chốt số 3, 20/09/2021 – 24/09/2021."
    )
    assert FrontLineAssignment.objects.count() == 1


def test_another_assignment_before_after_or_of_somebody_else_stands(agency: SimpleNamespace) -> None:
    assign(agency)
    assign(agency, MONDAY - DAY, MONDAY - DAY)
    assign(agency, FRIDAY + DAY, None)
    assign(agency, person=make_person(agency.unit, "Lê Thị Bình"))
    with pytest.raises(FrontLineError) as refused:
        assign(agency, datetime.date(2021, 12, 1), datetime.date(2021, 12, 2))
    assert "từ ngày 25/09/2021" in words_of(refused)


@pytest.mark.parametrize(
    ("ends", "days", "is_kept"),
    [
        (FRIDAY, (MONDAY, FRIDAY - DAY), True),
        (FRIDAY, (MONDAY, FRIDAY), False),
        (FRIDAY, (MONDAY, None), False),
        (MONDAY, (MONDAY, MONDAY), False),
    ],
)
def test_days_lie_within_the_post(agency: SimpleNamespace, ends: datetime.date, days: tuple, is_kept: bool) -> None:
    agency.person.posts.update(valid_to=ends)
    if is_kept:
        assign(agency, *days)
    else:
        with pytest.raises(FrontLineError):
            assign(agency, *days)
    assert FrontLineAssignment.objects.count() == is_kept


def test_assignment_goes_on_over_a_transfer_but_not_over_a_gap(agency: SimpleNamespace) -> None:
    agency.person.posts.update(valid_to=FRIDAY)
    moved = make_post(agency.person, agency.other, valid_from=FRIDAY)
    assign(agency, MONDAY, None)
    FrontLineEntry.objects.all().delete()
    FrontLineAssignment.objects.all().delete()
    moved.valid_from = FRIDAY + DAY
    moved.save()
    with pytest.raises(FrontLineError):
        assign(agency, MONDAY, None)


def test_a_unit_sends_its_own_people_and_those_below(agency: SimpleNamespace) -> None:
    station, guest = make_unit("TRAM", agency.unit), make_person(agency.other, "Lê Thị Bình")
    assign(agency, person=make_person(station, "Lê Thị Chi"))
    make_secondment(guest, agency.unit)
    assign(agency, person=guest)
    with pytest.raises(FrontLineError) as refused:
        assign(agency, person=make_person(agency.other, "Lê Thị Dung"))
    assert "không làm việc ở đơn vị cử đi" in words_of(refused)


KEEPS = {Role.UNIT_HEAD, Role.ACTING_HEAD, Role.UNIT_DEPUTY, Role.UNIT_CLERK, Role.OFFICE}


@pytest.mark.parametrize("role", Role)
def test_only_the_unit_and_the_office_keep_assignments(agency: SimpleNamespace, role: Role) -> None:
    user = make_holder("ai", role, agency.unit)
    assert bool(may_keep_front_line(user, agency.unit.pk, on=MONDAY)) == (role in KEEPS)
    assert not may_keep_front_line(user, agency.other.pk, on=MONDAY)
    assert bool(may_import_front_line(user, on=MONDAY)) == (role in KEEPS)
    made = make_assignment(agency.person, agency.unit)
    changes: list[Callable[[], object]] = [
        lambda: assign(agency, START, START, actor=user),
        lambda: operations.confirm_front_line(made, confirmed(note="Đã đến"), actor=user, at=AT),
        lambda: operations.extend_front_line(made, None, reason="x", actor=user, at=AT),
        lambda: operations.end_front_line(made, FRIDAY, reason="x", actor=user, at=AT),
        lambda: operations.withdraw_front_line(made, reason="x", actor=user, at=AT),
        lambda: import_front_line(b"", file_name="x", dry_run=False, actor=user, at=AT),
    ]
    for change in changes:
        if role in KEEPS:
            change()
        else:
            with pytest.raises(PermissionDenied):
                change()


SEES = KEEPS | {Role.PERSONNEL, Role.DIRECTOR, Role.DEPUTY_DIRECTOR}


@pytest.mark.parametrize("role", Role)
def test_those_who_see_the_units_people_at_the_front_line(agency: SimpleNamespace, role: Role) -> None:
    user = make_holder("ai", role, agency.unit)
    made = make_assignment(agency.person, agency.unit)
    make_assignment(make_person(agency.other, "Lê Thị Bình"), agency.other)
    of_root = make_assignment(make_person(agency.unit, "Lê Thị Chi"), agency.root)
    found = set(queries.assignments_visible_to(user, on=MONDAY))
    assert found == ({made, of_root} if role in SEES else set())
    assert bool(queries.assignment_open_to(user, made.pk, on=MONDAY)) == (role in SEES)


def test_everybody_sees_ones_own(agency: SimpleNamespace) -> None:
    user = make_holder("an", Role.GUARD, agency.other)
    Person.objects.filter(pk=agency.person.pk).update(user=user)
    made = make_assignment(agency.person, agency.unit)
    other = make_assignment(make_person(agency.unit, "Lê Thị Bình"), agency.unit)
    assert list(queries.own_assignments(user)) == [made]
    assert queries.assignment_open_to(user, made.pk, on=MONDAY) == made
    assert queries.assignment_open_to(user, other.pk, on=MONDAY) is None
    person = Person.objects.get(pk=agency.person.pk)
    assert queries.assignments_of(user, person, on=MONDAY) == [made]
    assert queries.assignments_of(user, other.person, on=MONDAY) == []
    assert queries.assignments_of(agency.head, other.person, on=MONDAY) == [other]


def test_lists_by_how_they_stand(agency: SimpleNamespace) -> None:
    def sent(first: datetime.date, last: datetime.date | None, **more: Any) -> FrontLineAssignment:
        return make_assignment(make_person(agency.unit, "Lê Thị An"), agency.unit, first, last_day=last, **more)

    coming, serving, without_end = sent(FRIDAY, SUNDAY), sent(START, MONDAY), sent(MONDAY, None)
    over, gone = sent(START, MONDAY - DAY), sent(MONDAY, None, withdrawn_at=AT)
    make_confirmation(serving)
    rows = queries.assignments_visible_to(agency.head, on=MONDAY)
    assert list(queries.under_way(rows, on=MONDAY)) == [serving, without_end, coming]
    assert set(queries.past(rows, on=MONDAY)) == {over, gone}
    assert list(queries.unconfirmed(rows, on=MONDAY)) == [over, without_end]
    assert [one.standing(MONDAY) for one in (coming, serving, without_end, over, gone)] == [
        FrontLineStanding.COMING,
        FrontLineStanding.SERVING,
        FrontLineStanding.SERVING,
        FrontLineStanding.OVER,
        FrontLineStanding.WITHDRAWN,
    ]


def test_confirmation_in_words_and_by_scan(agency: SimpleNamespace) -> None:
    made = assign(agency)
    first = operations.confirm_front_line(made, confirmed(note="Đã đến\n\n\n\nnhận ca"), actor=agency.head, at=AT)
    second = operations.confirm_front_line(made, confirmed(scan=PAPER), actor=agency.office, at=clock(10))
    assert (first.note, first.scan, first.media_type) == ("Đã đến\n\nnhận ca", None, "")
    assert (operations.scan_of(second), second.media_type) == (PAPER, "application/pdf")
    assert bytes(second.scan or b"") != PAPER
    assert queries.all_confirmations(made) == [second, first]
    assert steps(made)[1:] == [(FrontLineStep.CONFIRM, FRIDAY, "Trần Văn Bá, UBND xã Kim Long")] * 2
    assert AuditEvent.objects.filter(action="organization.confirm_front_line").count() == 2


def test_photograph_of_the_paper_is_freed_of_what_the_camera_wrote(agency: SimpleNamespace) -> None:
    made = operations.confirm_front_line(
        assign(agency), confirmed(scan=photograph_with_place()), actor=agency.head, at=AT
    )
    content = operations.scan_of(made)
    assert (made.media_type, content[:2], b"Hang-dien-thoai" in content) == ("image/jpeg", b"\xff\xd8", False)


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"note": "x", "name": " "},
        {"note": "x", "post": ""},
        {"note": "x", "organisation": ""},
        {"note": "x", "day": MONDAY - DAY},
        {"note": "x", "day": MONDAY + DAY},
        {"scan": b"PK\x03\x04"},
        {"scan": b"x" * (operations.LARGEST_SCAN_MB * 1024 * 1024 + 1)},
    ],
)
def test_confirmation_that_says_too_little_is_refused(agency: SimpleNamespace, wrong: dict) -> None:
    made = assign(agency)
    with pytest.raises(FrontLineError):
        operations.confirm_front_line(made, confirmed(**wrong), actor=agency.head, at=AT)
    assert not FrontLineConfirmation.objects.exists()
    assert len(steps(made)) == 1


def test_extended_ended_and_withdrawn_with_a_reason(agency: SimpleNamespace, told: list) -> None:
    made, by = assign(agency), {"actor": agency.head, "at": AT}
    operations.extend_front_line(made, SUNDAY, reason="Theo 130/QĐ-SNN", **by)
    operations.extend_front_line(made, None, reason="Chưa hết dịch", **by)
    operations.end_front_line(made, FRIDAY, reason="Chốt giải thể", **by)
    operations.withdraw_front_line(made, reason="Ghi nhầm người", **by)
    made.refresh_from_db()
    assert (made.last_day, made.withdrawn_at) == (FRIDAY, AT)
    assert steps(made) == [
        ("ASSIGN", FRIDAY, ""),
        ("EXTEND", SUNDAY, "Theo 130/QĐ-SNN"),
        ("EXTEND", None, "Chưa hết dịch"),
        ("END", FRIDAY, "Chốt giải thể"),
        ("WITHDRAW", FRIDAY, "Ghi nhầm người"),
    ]
    assert [(one["first_day"], one["last_day"]) for one in told[1:]] == [
        (FRIDAY + DAY, SUNDAY),
        (SUNDAY + DAY, None),
        (FRIDAY + DAY, None),
        (MONDAY, FRIDAY),
    ]
    assert set(AuditEvent.objects.values_list("action", flat=True)) >= {
        "organization.extend_front_line",
        "organization.end_front_line",
        "organization.withdraw_front_line",
    }
    for change in (
        partial(operations.extend_front_line, made, SUNDAY, reason="x", **by),
        partial(operations.withdraw_front_line, made, reason="x", **by),
        partial(operations.confirm_front_line, made, confirmed(note="x"), **by),
    ):
        with pytest.raises(FrontLineError):
            change()
    assign(agency)


@pytest.mark.parametrize(
    ("last", "reason"),
    [(FRIDAY, "x"), (MONDAY, "x"), (SUNDAY, " "), (datetime.date(2031, 1, 1), "x"), (SUNDAY + 2 * DAY, "x")],
)
def test_extension_that_cannot_stand_is_refused(agency: SimpleNamespace, last: datetime.date, reason: str) -> None:
    made = assign(agency)
    assign(agency, SUNDAY + DAY, None)
    with pytest.raises(FrontLineError):
        operations.extend_front_line(made, last, reason=reason, actor=agency.head, at=AT)
    made.refresh_from_db()
    assert made.last_day == FRIDAY


@pytest.mark.parametrize(("last", "reason"), [(FRIDAY, "x"), (MONDAY - DAY, "x"), (MONDAY, "")])
def test_end_outside_of_the_days_is_refused(agency: SimpleNamespace, last: datetime.date, reason: str) -> None:
    with pytest.raises(FrontLineError):
        operations.end_front_line(assign(agency), last, reason=reason, actor=agency.head, at=AT)


def test_assignment_without_end_is_extended_by_nothing(agency: SimpleNamespace) -> None:
    made = assign(agency, MONDAY, None)
    with pytest.raises(FrontLineError):
        operations.extend_front_line(made, SUNDAY, reason="x", actor=agency.head, at=AT)
    with pytest.raises(FrontLineError):
        operations.end_front_line(made, datetime.date(2031, 1, 1), reason="x", actor=agency.head, at=AT)


def test_assignments_end_with_the_post(agency: SimpleNamespace) -> None:
    made, later = assign(agency, MONDAY, SUNDAY), assign(agency, SUNDAY + DAY, None)
    before = assign(agency, START, START)
    end_post(agency.person.posts.get(), valid_to=FRIDAY, actor=agency.personnel, at=AT)
    for one in (made, later, before):
        one.refresh_from_db()
    assert (made.last_day, made.withdrawn_at) == (FRIDAY - DAY, None)
    assert (later.last_day, later.withdrawn_at) == (None, AT)
    assert steps(made)[-1] == (FrontLineStep.POST_ENDED, FRIDAY - DAY, "")
    assert len(steps(before)) == 1


def test_end_of_a_secondment_leaves_the_assignment(agency: SimpleNamespace) -> None:
    post = make_secondment(agency.person, agency.other)
    made = assign(agency, MONDAY, None)
    end_post(post, valid_to=FRIDAY, actor=agency.personnel, at=AT)
    assert len(steps(made)) == 1


def test_merged_people_keep_their_assignments(agency: SimpleNamespace) -> None:
    twin = make_person(agency.unit, "Lê Thị An")
    make_assignment(agency.person, agency.unit)
    made = make_assignment(twin, agency.unit)
    pair = DuplicateCandidate.objects.create(first=agency.person, second=twin, why="trùng tên", found_at=AT)
    merge_people(pair, keep=agency.person, actor=agency.personnel, at=AT)
    made.refresh_from_db()
    assert made.person == agency.person
    assert all_front_line_days(MONDAY, MONDAY) == {agency.person.pk: FrontLineDays(1, 0)}


def test_constraints(agency: SimpleNamespace) -> None:
    made = make_assignment(agency.person, agency.unit)
    wrong: list[Callable[[], object]] = [
        lambda: make_assignment(agency.person, agency.unit, last_day=MONDAY - DAY),
        lambda: make_assignment(agency.person, agency.unit, order_number=""),
        lambda: make_assignment(agency.person, agency.unit, place=""),
        lambda: make_assignment(agency.person, agency.unit, work=""),
        lambda: make_confirmation(made, name=""),
        lambda: make_confirmation(made, post=""),
        lambda: make_confirmation(made, organisation=""),
        lambda: make_confirmation(made, scan=None),
    ]
    for write in wrong:
        with pytest.raises(IntegrityError), transaction.atomic():
            write()


@pytest.mark.parametrize(
    ("remotely", "owed", "excuse"), [(False, (False, False), "FRONT_LINE"), (True, (True, True), "")]
)
def test_who_serves_is_excused_or_declares_from_afar(
    agency: SimpleNamespace, remotely: bool, owed: tuple[bool, bool], excuse: str
) -> None:
    agency.person.posts.update(site=make_site("TS", agency.unit))
    make_assignment(agency.person, agency.unit, last_day=None, declares_remotely=remotely)
    [found] = all_expectations(FRIDAY)
    assert (found.expects_arrival, found.expects_leaving) == owed
    assert (found.excuse, found.is_remote, found.site_id) == (excuse, remotely, None)


@pytest.mark.parametrize(
    ("day", "more"),
    [(MONDAY - 3 * DAY, {}), (MONDAY + 7 * DAY, {}), (MONDAY, {"withdrawn_at": AT})],
)
def test_outside_of_the_days_everything_is_as_usual(agency: SimpleNamespace, day: datetime.date, more: dict) -> None:
    make_assignment(agency.person, agency.unit, **more)
    [found] = all_expectations(day)
    assert (found.expects_arrival, found.expects_leaving, found.excuse) == (True, True, "")


@pytest.mark.parametrize("kind", [AbsenceKind.SICK_LEAVE, AbsenceKind.ISOLATION])
def test_absence_in_these_days_says_more(agency: SimpleNamespace, kind: AbsenceKind) -> None:
    make_assignment(agency.person, agency.unit, declares_remotely=True)
    make_absence(agency.person, kind)
    [found] = all_expectations(MONDAY)
    assert (found.expects_arrival, found.expects_leaving, found.excuse) == (False, False, kind)


def test_on_a_day_off_nothing_is_expected_anyway(agency: SimpleNamespace) -> None:
    make_assignment(agency.person, agency.unit)
    [found] = all_expectations(SUNDAY)
    assert found.excuse == "DAY_OFF"


def test_days_of_each_person_are_counted_once(agency: SimpleNamespace, django_assert_num_queries: Any) -> None:
    other = make_person(agency.unit, "Lê Thị Bình")
    make_confirmation(make_assignment(agency.person, agency.unit, MONDAY, last_day=FRIDAY))
    make_assignment(agency.person, agency.unit, FRIDAY, last_day=None)
    make_assignment(other, agency.unit, START, last_day=MONDAY)
    make_assignment(other, agency.unit, SUNDAY, last_day=SUNDAY, withdrawn_at=AT)
    make_assignment(make_person(agency.unit, "Lê Thị Chi"), agency.unit, SUNDAY + DAY)
    with django_assert_num_queries(1):
        found = all_front_line_days(MONDAY - DAY, SUNDAY)
    assert found == {agency.person.pk: FrontLineDays(7, 5), other.pk: FrontLineDays(2, 0)}


def run(rows: list[dict[str, str]], **more: Any) -> ImportResult:
    given = {"file_name": "tuyen-dau.xlsx", "dry_run": False, "actor": None, "at": AT}
    return import_front_line(workbook_of(FRONT_LINE_COLUMNS, rows), **{**given, **more})


def row(person: Person, **more: str) -> dict[str, str]:
    given = {
        "staff_code": person.staff_code,
        "order_number": "128/QĐ-SNN",
        "place_kind": "Chốt kiểm soát",
        "place": "Chốt số 3",
        "work": "Đo thân nhiệt",
        "first_day": "20/09/2021",
        "last_day": "24/09/2021",
    }
    return {**given, **more}


def test_list_imported_twice_is_recorded_once(agency: SimpleNamespace, told: list) -> None:
    make_area("26", name="Vĩnh Phúc")
    other = make_person(agency.other, "Lê Thị Bình")
    rows = [row(agency.person, area_code="26"), row(other, last_day="", unit_code="SO", declares_remotely="Có")]
    assert (run(rows, dry_run=True).created, FrontLineAssignment.objects.count()) == (2, 0)
    first, second = run(rows), run(rows)
    assert (first.created, second.created, second.unchanged) == (2, 0, 2)
    made = {one.person_id: one for one in FrontLineAssignment.objects.select_related("area")}
    assert (made[agency.person.pk].unit, made[agency.person.pk].area.code) == (agency.unit, "26")
    assert (made[other.pk].unit, made[other.pk].last_day, made[other.pk].declares_remotely) == (agency.root, None, True)
    assert FrontLineEntry.objects.count() == 2
    # The dry run went the whole way, and was taken back.
    assert told == [{"people": {agency.person.pk, other.pk}, "first_day": MONDAY, "last_day": None}] * 2
    assert AuditEvent.objects.filter(action="organization.import_front_line").count() == 2


@pytest.mark.parametrize(
    ("wrong", "cell"),
    [
        ({"staff_code": "KHONG"}, "A2"),
        ({"order_number": ""}, "B2"),
        ({"place_kind": "Trên trời"}, "D2"),
        ({"area_code": "99"}, "F2"),
        ({"first_day": "31/09/2021"}, "H2"),
        ({"first_day": "20/09/2019"}, "H2"),
        ({"last_day": "19/09/2021"}, "H2"),
        ({"last_day": "19/09/2031"}, "H2"),
        ({"unit_code": "KHONG"}, "J2"),
        ({"unit_code": "TT"}, "H2"),
    ],
)
def test_list_with_one_wrong_line_names_the_cell_and_records_none(
    agency: SimpleNamespace, wrong: dict[str, str], cell: str
) -> None:
    result = run([row(agency.person, **wrong), row(make_person(agency.unit, "Lê Thị Bình"))])
    assert [fault.split(":")[0] for fault in result.faults] == [cell]
    assert not FrontLineAssignment.objects.exists()


def test_list_with_overlaps_or_somebody_elses_people_is_refused(agency: SimpleNamespace) -> None:
    other = make_person(agency.other, "Lê Thị Bình")
    rows = [row(agency.person), row(agency.person, first_day="24/09/2021", place="Chốt số 4"), row(other)]
    result = run(rows, actor=agency.head)
    assert [fault.split(":")[0] for fault in result.faults] == ["H3", "A4"]


def test_list_asks_the_database_the_same_for_one_line_and_for_three(agency: SimpleNamespace) -> None:
    counts = []
    for names in (["Lê Thị Bình"], ["Lê Thị Chi", "Lê Thị Dung", "Lê Thị Em"]):
        rows = [row(make_person(agency.unit, name)) for name in names]
        with CaptureQueriesContext(connection) as seen:
            assert run(rows, actor=agency.head).created == len(names)
        counts.append(len(seen))
    assert counts[0] == counts[1]


@pytest.mark.django_db(transaction=True)
def test_of_two_assignments_at_once_for_the_same_days_one_stands(agency: SimpleNamespace) -> None:
    def attempt(actor: Any, place: str) -> str:
        try:
            return assign(agency, actor=actor, place=place).place
        except FrontLineError:
            return ""

    kept = at_once(partial(attempt, agency.head, "Chốt số 3"), partial(attempt, agency.office, "Chốt số 4"))
    assert sorted(map(bool, kept)) == [False, True]
    assert FrontLineAssignment.objects.count() == FrontLineEntry.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_an_extension_and_an_assignment_at_once_one_stands(agency: SimpleNamespace) -> None:
    made = assign(agency)

    def attempt(work: Callable[[], object]) -> bool:
        try:
            work()
        except FrontLineError:
            return False
        return True

    extend = partial(operations.extend_front_line, made, SUNDAY, reason="x", actor=agency.head, at=AT)
    kept = at_once(partial(attempt, extend), partial(attempt, partial(assign, agency, SUNDAY, None)))
    assert sorted(kept) == [False, True]


def test_a_photograph_is_told_from_a_file_of_another_kind(agency: SimpleNamespace) -> None:
    made = operations.confirm_front_line(assign(agency), confirmed(scan=picture()), actor=agency.head, at=AT)
    assert made.media_type == "image/jpeg"
