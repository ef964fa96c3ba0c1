"""Recommendations done in time and guidance read, held against the tables; each planted record changes the figure by
one, or not at all."""

import datetime
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.factories.directing import MONDAY, Agency, clock, make_guidance, make_supervision, with_minutes
from tests.factories.organization import make_holder, make_role, make_unit
from tests.measuring import by_hand, check_records, measured, part_and_whole, records
from vungxanh.common import clock as clocks
from vungxanh.common.indicators import Asked, Measured
from vungxanh.directing.enums import RecommendationState, RecommendationVerb
from vungxanh.directing.models import Guidance, GuidanceReading, Recommendation, Supervision
from vungxanh.directing.operations.guidance import acknowledge_guidance, withdraw_guidance
from vungxanh.directing.operations.recommendations import move_recommendation
from vungxanh.organization.enums import Role
from vungxanh.organization.models import RoleAssignment, Unit, UnitVersion

pytestmark = pytest.mark.django_db
BACKEND = "vungxanh.accounts.backends.NameOrPhoneBackend"
ONE = datetime.timedelta(days=1)
FIRST, LAST = MONDAY, MONDAY + 20 * ONE
AT = clock(16, day=MONDAY + 10 * ONE)
DONE, READ = "directing.recommendations_in_time", "directing.guidance_read"


def asked(agency: Agency, *, at: datetime.datetime = AT, first: datetime.date = FIRST, **more: list[int]) -> Asked:
    members = {one.pk: [one.pk] for one in (agency.unit, agency.other)}
    return Asked(first, LAST, at, members | {int(key[1:]): units for key, units in more.items()})


# --- Recommendations --------------------------------------------------------------------------------------------------


def recommend(supervision: Supervision, days: int, reported_at: datetime.datetime | None = None) -> Recommendation:
    return Recommendation.objects.create(
        supervision=supervision,
        number=10 + Recommendation.objects.count(),
        text="Làm ngay.",
        due_date=MONDAY + days * ONE,
        state=RecommendationState.REPORTED if reported_at else RecommendationState.OPEN,
        reported_at=reported_at,
    )


@pytest.fixture
def recommended(agency: Agency) -> Agency:
    """The first unit: in time at the last minute, a minute late, missing, due today, later but reported, later, before
    the period, reported after the moment; the second: one in time."""
    made, _photograph = with_minutes(make_supervision(agency.unit, agency.office, agency.goes), agency.office)
    Recommendation.objects.all().delete()
    for days, reported_at in (
        (2, clock(23, 59, day=MONDAY + 2 * ONE)),
        (3, clock(0, 0, day=MONDAY + 4 * ONE)),
        (4, None),
        (10, None),
        (12, clock(9, day=MONDAY + 5 * ONE)),
        (13, None),
        (-1, clock(9)),
        (5, clock(17, day=AT.date())),
    ):
        recommend(made, days, reported_at)
    other, _photograph = with_minutes(make_supervision(agency.other, agency.office, agency.goes), agency.office)
    other.recommendations.all().delete()
    recommend(other, 2, clock(9))
    return agency


def done_by_hand(unit: Unit, question: Asked) -> tuple[int, int]:
    at = question.at
    in_time = [
        key
        for key, due, reported_at in Recommendation.objects.values_list("pk", "due_date", "reported_at")
        if reported_at and reported_at < clock(0, day=due + ONE)
    ] or [0]
    statement = """
    SELECT sum(CASE WHEN r.reported_at <= %s AND r.id IN (%s...) THEN 1 ELSE 0 END), count(*)
    FROM directing_recommendation r JOIN directing_supervision s ON s."key" = r.supervision_id
    WHERE s.unit_id = %s AND s.state IN ('MINUTES', 'CONFIRMED', 'CONFIRMED_WITH_OPINION') AND s.minutes_at <= %s
      AND r.state <> 'DROPPED' AND r.due_date BETWEEN %s AND %s AND (r.due_date < %s OR r.reported_at <= %s)
    """
    today = at.date()
    return part_and_whole(statement, at, in_time, unit.pk, at, question.first, question.last, today, at)


def test_recommendations_in_time_are_what_stands_in_the_tables(recommended: Agency) -> None:
    for at in (AT, clock(8), clock(6), clock(12, day=MONDAY + 3 * ONE), clock(9, day=LAST + 9 * ONE)):
        question = asked(recommended, at=at)
        found = measured(DONE, question)
        for unit in (recommended.unit, recommended.other):
            assert found.get(unit.pk, (0, 0)) == done_by_hand(unit, question)
    assert measured(DONE, asked(recommended)) == {recommended.unit.pk: (2, 5), recommended.other.pk: (1, 1)}
    assert measured(DONE, asked(recommended, at=clock(6))) == {}


def test_recommendation_sent_back_is_not_done_and_a_dropped_one_is_not_due(recommended: Agency) -> None:
    first = Recommendation.objects.get(due_date=MONDAY + 2 * ONE, supervision__unit=recommended.unit)
    move_recommendation(first, RecommendationVerb.SEND_BACK, actor=recommended.office, at=AT, text="Chưa đủ")
    assert measured(DONE, asked(recommended))[recommended.unit.pk] == (1, 5)
    move_recommendation(first, RecommendationVerb.DROP, actor=recommended.office, at=AT, text="Thôi")
    assert measured(DONE, asked(recommended))[recommended.unit.pk] == (1, 4)


def test_recommendation_that_was_given_more_time_is_due_on_the_later_day(recommended: Agency) -> None:
    missing = Recommendation.objects.get(due_date=MONDAY + 4 * ONE)
    verb, later = RecommendationVerb.POSTPONE, MONDAY + 15 * ONE
    move_recommendation(missing, verb, actor=recommended.office, at=AT, text="Thêm hạn", due_date=later)
    assert measured(DONE, asked(recommended))[recommended.unit.pk] == (2, 4)
    report = {"actor": recommended.head, "at": clock(15, day=AT.date()), "text": "Xong"}
    move_recommendation(missing, RecommendationVerb.REPORT, **report)
    assert measured(DONE, asked(recommended))[recommended.unit.pk] == (3, 5)


# --- Guidance ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def published(agency: Agency) -> Agency:
    """For everybody, read by the head and, after the moment, by the clerk; for the second unit, read by nobody; before
    the period; a draft."""
    everybody = make_guidance(agency.root, agency.office, is_published=True)
    acknowledge_guidance(everybody, actor=agency.head, at=clock(10))
    acknowledge_guidance(everybody, actor=agency.clerk, at=clock(17, day=AT.date()))
    make_guidance(agency.root, agency.office, agency.other, is_published=True, at=clock(8, day=MONDAY + 3 * ONE))
    make_guidance(agency.root, agency.office, is_published=True, at=clock(8, day=MONDAY - ONE))
    make_guidance(agency.root, agency.office)
    return agency


def read_by_hand(agency: Agency, unit: Unit, question: Asked) -> tuple[int, int]:
    """Every unit of this agency stands directly below the root."""
    statement = """
    SELECT DISTINCT g."key", a.user_id, CASE WHEN r.id IS NULL THEN 0 ELSE 1 END
    FROM directing_guidance g
    JOIN directing_guidance_targets t ON t.guidance_id = g."key" AND t.unit_id IN (%s...)
    JOIN organization_roleassignment a ON a.unit_id = %s AND a.role IN ('UNIT_HEAD', 'ACTING_HEAD', 'UNIT_CLERK')
    JOIN accounts_user u ON u.id = a.user_id AND u.is_active
    LEFT JOIN directing_guidancereading r ON r.guidance_id = g."key" AND r.user_id = a.user_id AND r.read_at <= %s
    WHERE g.state IN ('PUBLISHED', 'REPLACED') AND g.published_at >= %s AND g.published_at < %s
      AND g.published_at <= %s
      AND NOT EXISTS (SELECT 1 FROM directing_guidance n WHERE n.replaces_id = g."key" AND n.published_at <= %s)
    """
    began, ended, at = clock(0, day=question.first), clock(0, day=question.last + ONE), question.at
    rows = list(by_hand(statement, [agency.root.pk, unit.pk], unit.pk, at, began, ended, at, at))
    return sum(one[2] for one in rows), len(rows)


def check_readings(agency: Agency, question: Asked) -> dict[int, Measured]:
    found = measured(READ, question)
    for unit in (agency.unit, agency.other):
        assert found.get(unit.pk, (0, 0)) == read_by_hand(agency, unit, question)
    return found


def test_readings_are_what_stands_in_the_tables(published: Agency) -> None:
    unit, other = published.unit.pk, published.other.pk
    assert check_readings(published, asked(published)) == {unit: (1, 2), other: (0, 2)}
    assert check_readings(published, asked(published, at=clock(18, day=AT.date()))) == {unit: (2, 2), other: (0, 2)}
    assert check_readings(published, asked(published, at=clock(9, 30))) == {unit: (0, 2), other: (0, 1)}
    assert check_readings(published, asked(published, at=clock(8))) == {}


def test_one_reading_more_counts_once_and_a_deputy_need_not_read(published: Agency) -> None:
    unit, other = published.unit.pk, published.other.pk
    guidance = Guidance.objects.get(published_at=clock(9))
    acknowledge_guidance(guidance, actor=published.stranger, at=clock(11))
    acknowledge_guidance(guidance, actor=published.deputy, at=clock(11))
    make_role(published.head, Role.UNIT_CLERK, published.unit)
    assert check_readings(published, asked(published)) == {unit: (1, 2), other: (1, 2)}


def test_guidance_replaced_or_taken_back_need_not_be_read(published: Agency) -> None:
    unit, other = published.unit.pk, published.other.pk
    guidance = Guidance.objects.get(published_at=clock(9))
    tuesday = clock(9, day=MONDAY + ONE)
    make_guidance(published.root, published.office, is_published=True, replaces=guidance, at=tuesday)
    assert check_readings(published, asked(published, at=clock(12))) == {unit: (1, 2), other: (0, 1)}
    assert check_readings(published, asked(published)) == {unit: (0, 2), other: (0, 2)}
    newer = Guidance.objects.get(published_at=tuesday)
    withdraw_guidance(newer, reason="Nhầm", actor=published.office, at=AT)
    assert check_readings(published, asked(published)) == {other: (0, 1)}


def test_reader_is_who_held_the_role_on_the_day_and_the_unit_was_there(published: Agency) -> None:
    unit, other = published.unit.pk, published.other.pk
    RoleAssignment.objects.filter(user=published.head).update(valid_to=MONDAY)
    make_holder("moi", Role.UNIT_HEAD, published.unit).role_assignments.update(valid_from=MONDAY + ONE)
    assert measured(READ, asked(published)) == {unit: (0, 1), other: (0, 2)}
    UnitVersion.objects.filter(unit=published.other).update(valid_to=MONDAY + 2 * ONE)
    assert measured(READ, asked(published)) == {unit: (0, 1), other: (0, 1)}
    published.stranger.is_active = False
    published.stranger.save()
    assert measured(READ, asked(published)) == {unit: (0, 1)}


# --- Both -------------------------------------------------------------------------------------------------------------


def test_records_add_up_and_lead_to_pages_for_those_who_may_see_them(recommended: Agency) -> None:
    make_guidance(recommended.root, recommended.office, recommended.unit, is_published=True)
    for code, word in ((DONE, "kiến nghị sau kiểm tra"), (READ, "văn bản hướng dẫn")):
        check_records(code, asked(recommended))
        first = records(code, asked(recommended), recommended.unit.pk)[0]
        assert str(first.what) == word
        for user, status in ((recommended.head, 200), (recommended.stranger, 404)):
            client = Client()
            client.force_login(user, BACKEND)
            with clocks.at(AT):
                assert client.get(first.address).status_code == status


@pytest.mark.parametrize(("code", "most"), [(DONE, 1), (READ, 5)])
def test_queries_are_as_many_for_one_unit_as_for_thirty_and_for_a_year(
    recommended: Agency, code: str, most: int
) -> None:
    make_guidance(recommended.root, recommended.office, is_published=True)
    for number in range(28):
        unit = make_unit(f"N{number}", recommended.root)
        guidance = make_guidance(recommended.root, recommended.office, unit, is_published=True)
        reader = make_holder(f"doc{number}", Role.UNIT_HEAD, unit)
        GuidanceReading.objects.create(guidance=guidance, user=reader, read_at=clock(10))
    units: list[Any] = [recommended.unit, recommended.other, *Unit.objects.filter(code__startswith="N")]

    def queries(count: int, first: datetime.date) -> int:
        question = Asked(first, LAST, AT, {unit.pk: [unit.pk] for unit in units[:count]})
        with CaptureQueriesContext(connection) as seen:
            assert measured(code, question)
        return len(seen)

    counts = [queries(1, FIRST), queries(3, FIRST), queries(30, FIRST), queries(30, LAST - 299 * ONE)]
    assert counts == [most] * 4
