"""The demonstration agency: its people are nobody, its days are lived by the product's own operations, once."""

import datetime
import re
import stat
from collections import Counter
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from tests.factories.accounts import PASSWORD
from tests.factories.risk import make_unit
from vungxanh.accounts.phones import normalized
from vungxanh.admission.models import Meeting, MeetingAttendee
from vungxanh.admission.queries.shifts import all_unconfirmed_days
from vungxanh.areas.operations import SHIPPED, import_areas
from vungxanh.cli.demo import accounts, build, material, movement, people, plans, production, reviews, state, workdays
from vungxanh.cli.demo.living import Life
from vungxanh.cli.demo.state import State
from vungxanh.cli.integrity import all_record_faults
from vungxanh.common import clock
from vungxanh.common.clock import moment
from vungxanh.movement.models import Activity, Campaign, CampaignEdition, Pledge
from vungxanh.movement.queries.campaigns import newest_edition
from vungxanh.movement.queries.launches import all_launch_lines
from vungxanh.organization.enums import Role
from vungxanh.organization.models import FrontLineAssignment, Person, Place, RoleAssignment, Unit
from vungxanh.organization.queries.expectations import all_expectations
from vungxanh.organization.tree import all_tree_on
from vungxanh.plans.models import PlanComment, UnitPlan
from vungxanh.production.models import ProductionFigure, ProductionTarget
from vungxanh.reviews.models import Review
from vungxanh.risk.enums import ReturnKind, ReturnState
from vungxanh.risk.models import DailyReturn
from vungxanh.screening.enums import Direction
from vungxanh.screening.models import Declaration, PersonDay, Presence, PresenceEvent

MONDAY = material.agency().living_from
ONE_DAY = datetime.timedelta(days=1)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder of the test's own."""
    monkeypatch.setattr(settings, "HOME", tmp_path)
    return tmp_path


@pytest.fixture
def founded(db: None) -> None:
    import_areas(SHIPPED, at=build.begins())
    build.found(PASSWORD, build.begins(), lambda _words: None)


def test_people_when_generated_are_some_nine_hundred_and_the_same_each_time() -> None:
    first, second = people.employees(["08722"]), people.employees(["08722"])
    assert first == second
    assert 850 <= len(first) <= 950
    assert len({one.staff_code for one in first}) == len(first)
    assert len({one.identity_number for one in first}) == len(first)


def test_people_when_generated_have_names_that_fit_and_numbers_that_are_nobodys() -> None:
    families: Counter[str] = Counter()
    for one in people.employees(["08722"]):
        words = one.full_name.split()
        families[words[0]] += 1
        assert ("Thị" in words) <= (one.sex == "FEMALE"), one.full_name
        assert ("Văn" in words) <= (one.sex == "MALE"), one.full_name
        assert normalized(one.phone).startswith("+84990000")
        assert one.identity_number.startswith("026")
        assert len(one.identity_number) == 12
        assert 18 <= (datetime.date(2021, 10, 4) - one.birth_date).days // 365 <= 62
    assert families.most_common(1)[0][0] == "Nguyễn"


def test_material_when_read_names_units_people_and_titles_that_exist() -> None:
    units = {line.code: line for line in material.units()}
    everybody = people.employees(["08722"])
    places = {(one.unit.code, one.place) for one in everybody}
    assert all(line.parent in units or not line.parent for line in units.values())
    assert all(not line.staffing or line.staffing in material.staffing() for line in units.values())
    assert {(one.unit, one.place) for one in material.agency().secondment} <= places
    assert {(one.unit, one.place) for one in material.days().event} <= places
    assert {(one.unit, one.place) for one in material.front_line().assignment} <= places
    assert {one.sender for one in material.front_line().assignment} <= set(units)
    assert {one.unit for one in material.days().returns.unusual} <= set(units)
    for account in material.agency().account:
        assert (accounts.owner_of(account, everybody) is None) == (account.name == "quantri")


def test_accounts_when_named_are_those_of_the_contract() -> None:
    names = {account.name for account in material.agency().account}
    council = {f"hoidong{n}" for n in range(1, 8)}
    one_each = "nhanvien truongdonvi vanphong yte tochuc giamdoc phogiamdoc vanthu ketoan congdoan capuy baove quantri"
    assert names == council | set(one_each.split())


@pytest.mark.django_db
def test_agency_when_founded_has_its_units_people_and_roles(founded: None) -> None:
    tree = all_tree_on(MONDAY)
    root = tree.by_code("SNN-VP")
    assert root
    assert len(tree.children(root.id)) == 24
    assert max(tree.depth(node.id) for node in tree) == 3
    points = {node.id for node in tree.reporting_points()}
    held = RoleAssignment.objects.filter(role__in=[Role.UNIT_HEAD, Role.UNIT_CLERK]).values_list("unit_id", flat=True)
    assert points <= set(held)
    assert Person.objects.filter(user=None).count() == 0
    signed_in = Client().post("/tai-khoan/dang-nhap/", {"username": "truongdonvi", "password": PASSWORD})
    assert (signed_in.status_code, signed_in.headers["Location"]) == (302, "/")


@pytest.mark.django_db
def test_life_when_lived_to_an_afternoon_leaves_declarations_returns_and_people_inside(founded: None) -> None:
    Life().live(moment(MONDAY, datetime.time(0)), moment(MONDAY, datetime.time(14, 5)))
    expected = PersonDay.objects.filter(day=MONDAY, is_counted=True, expects_arrival=True)
    declared = expected.exclude(arrival_id=None)
    assert 0.95 < declared.count() / expected.count() < 1.0
    assert set(declared.values_list("arrival_timeliness", flat=True)) == {"EARLY", "ON_TIME", "LATE"}
    assert not Declaration.objects.filter(received_at__gt=moment(MONDAY, datetime.time(14, 5))).exists()
    states = Counter(DailyReturn.objects.filter(day=MONDAY).values_list("state", flat=True))
    assert states[ReturnState.PREPARED] > states[ReturnState.SUBMITTED]
    guard = Client()
    with clock.at(moment(MONDAY, datetime.time(14, 5))):
        guard.post("/tai-khoan/dang-nhap/", {"username": "baove", "password": PASSWORD})
        assert "Cổng sau (nhà để xe)" in guard.get("/cong/").content.decode()
        inside = re.search(r"Đang ở trong: (\d+)", guard.get("/cong/TSC-CONG/").content.decode())
    assert inside
    assert 50 < int(inside[1]) < 85
    answers = Counter(PresenceEvent.objects.filter(direction=Direction.IN).values_list("decision", flat=True))
    assert 0 < answers["HOLD"] < answers["ALLOWED"] / 10


@pytest.mark.django_db
def test_front_line_when_lived_is_entered_once_confirmed_and_not_missing(founded: None) -> None:
    life = Life()
    for _again in range(2):
        life.live(moment(MONDAY, datetime.time(0)), moment(MONDAY, datetime.time(9)))
    serving, past = FrontLineAssignment.objects.order_by("-first_day")
    assert [one.confirmations.count() for one in (serving, past)] == [0, 1]
    [expected] = all_expectations(MONDAY + ONE_DAY, person_ids=[serving.person_id])
    assert (expected.excuse, expected.expects_arrival, expected.expects_leaving) == ("FRONT_LINE", False, False)
    assert past.person.user
    assert past.person.user.username == "nhanvien"


@pytest.mark.django_db
def test_life_when_lived_in_two_parts_is_as_lived_in_one(founded: None) -> None:
    until = moment(MONDAY + ONE_DAY, datetime.time(6, 45))
    life = Life()
    life.live(moment(MONDAY, datetime.time(0)), moment(MONDAY, datetime.time(16, 47)))
    life.live(moment(MONDAY, datetime.time(16, 47)), until)
    whole = Declaration.objects.count()
    life.live(moment(MONDAY, datetime.time(0)), until)
    assert Declaration.objects.count() == whole
    sent = DailyReturn.objects.filter(day=MONDAY, kind=ReturnKind.DAILY, state=ReturnState.SUBMITTED)
    assert sent.count() >= 26
    assert not DailyReturn.objects.filter(state=ReturnState.REPLACED).exists()


@pytest.mark.django_db
def test_gate_when_without_network_keeps_its_scans_and_sends_them_once(founded: None) -> None:
    [outage] = [one for one in material.gates().offline if one.clock_behind_minutes == 0]
    before, sent = moment(outage.day, outage.begins), moment(outage.day, outage.sent)
    life, gate = Life(), Place.objects.get(code=outage.gate)
    life.live(moment(outage.day, datetime.time(0)), sent - datetime.timedelta(minutes=1))
    scans = PresenceEvent.objects.filter(place_id=gate.pk, occurred_at__gte=before)
    assert not scans.exists()
    life.live(sent - datetime.timedelta(minutes=1), sent)
    kept = scans.count()
    assert kept > 5
    assert set(scans.values_list("received_at", flat=True)) == {sent}
    life.live(moment(outage.day, datetime.time(0)), sent)
    assert scans.count() == kept


@pytest.mark.django_db
def test_lists_when_lived_to_an_afternoon_leave_meetings_in_every_state_and_shifts_to_confirm(founded: None) -> None:
    life, until = Life(), moment(MONDAY, datetime.time(14, 5))
    life.live(moment(MONDAY, datetime.time(0)), until)
    life.live(moment(MONDAY, datetime.time(0)), until)
    states = dict(Meeting.objects.values_list("title", "state"))
    assert states == {
        "Giao ban đầu tuần": "CLOSED",
        "Họp Văn phòng": "CLOSED",
        "Triển khai tuần cao điểm phòng, chống dịch": "CALLED",
        "Rà soát phương án 5K": "DRAFT",
    }
    came = MeetingAttendee.objects.filter(meeting__state="CLOSED", attendance="PRESENT")
    assert came.count() > 30
    assert Presence.objects.filter(is_listed=True, also_at_id__isnull=False).count() == 1
    later = moment(MONDAY + 2 * ONE_DAY, datetime.time(8, 30))
    life.live(until, later)
    waiting = all_unconfirmed_days([unit.pk for unit in life.units.values()], at=later)
    assert waiting == {life.units["SNN-KL"].pk: [MONDAY + ONE_DAY]}
    assert all_record_faults() == []


@pytest.mark.django_db
def test_life_when_somebody_plays_a_part_leaves_that_part_alone(founded: None) -> None:
    names = frozenset({"nhanvien", "truongdonvi"})
    Life(left_alone=names).live(moment(MONDAY, datetime.time(0)), moment(MONDAY, datetime.time(17)))
    played = Person.objects.filter(user__username__in=names).values_list("pseudonym", flat=True)
    assert not Declaration.objects.filter(subject__in=played).exists()
    states = dict(DailyReturn.objects.filter(day=MONDAY, kind="DAILY").values_list("unit__code", "state"))
    assert states["SNN-KL"] == ReturnState.PREPARED
    assert states["SNN-TCCB"] == ReturnState.SUBMITTED


def test_absences_when_planned_leave_some_nine_in_ten_at_work() -> None:
    everybody = [one for one in people.employees(["08722"]) if not one.shifts]
    starting = [workdays.planned_absence(one, MONDAY + n * ONE_DAY) for one in everybody for n in range(14)]
    days = sum((min(one[2], MONDAY + 13 * ONE_DAY) - max(one[1], MONDAY)).days + 1 for one in starting if one)
    assert 0.04 < days / (len(everybody) * 14) < 0.12


@pytest.mark.django_db
def test_build_when_there_is_a_real_agency_refuses(home: Path) -> None:
    make_unit("SO-THAT")
    with pytest.raises(build.NotADemonstrationError):
        build.build()
    assert state.kept() is None


def test_state_when_kept_is_for_its_owner_and_its_database_only(home: Path) -> None:
    state.keep(State(database=state.database(), password="x"))
    kept = state.kept()
    assert kept
    assert not kept.is_whole
    assert stat.S_IMODE((home / state.FILE).stat().st_mode) == 0o600
    state.keep(State(database="another", password="x"))
    assert state.kept() is None


@pytest.mark.parametrize(
    ("pause", "surplus"),
    [({"hours": 1}, 0), ({"days": 5}, 0), ({"days": 5, "minutes": 1}, 1), ({"days": 40, "hours": 3}, 36)],
)
def test_surplus_when_the_pause_was_long_is_whole_days(pause: dict[str, int], surplus: int) -> None:
    found = build.surplus_of(datetime.timedelta(**pause))
    assert found == surplus * ONE_DAY
    assert datetime.timedelta(**pause) - found <= build.FURTHEST


@pytest.mark.django_db
def test_movement_when_lived_is_launched_by_most_units_late_by_some_and_never_by_one(founded: None) -> None:
    units = {unit.code: unit for unit in Unit.objects.all()}
    day = material.agency().living_from
    while day <= datetime.date(2021, 10, 4):
        for _at, happens in movement.of_day(day, units, left_alone=frozenset()):
            happens()
        day += ONE_DAY
    campaign = Campaign.objects.get()
    plan = newest_edition(campaign).plan
    lines = all_launch_lines(campaign, plan, all_tree_on(day), on=day)
    states = Counter(line.state(plan.launch_by, day) for line in lines)
    assert states == {"LAUNCHED": len(lines) - 3, "LATE": 2, "OVERDUE": 1}
    assert sorted(Activity.objects.values_list("group__code", flat=True)) == ["CD-SNN", "DTN-SNN", "DTN-SNN"]
    assert 0.7 < sum(line.pledged for line in lines) / sum(line.people for line in lines) < 0.95
    before = Pledge.objects.count()
    for _at, happens in movement.of_day(material.agency().living_from, units, left_alone=frozenset()):
        happens()
    assert (CampaignEdition.objects.count(), Pledge.objects.count()) == (1, before)
    for _twice in range(2):
        for _at, happens in reviews.of_day(datetime.date(2021, 10, 4), left_alone=frozenset()):
            happens()
    [review] = Review.objects.select_related("paper")
    assert (review.kind, review.paper.state, review.paper.parts.unwritten) == ("LAUNCH", "DRAFT", ["Nguyên nhân"])
    assert [one.state for one in review.frozen.launches].count("OVERDUE") == 1


def test_production_when_lived_is_mostly_verified_with_some_that_waits_and_one_sent_back(founded: None) -> None:
    units = {unit.code: unit for unit in Unit.objects.all()}

    def live(day: datetime.date) -> None:
        for _at, happens in sorted(production.of_day(day, units, left_alone=frozenset()), key=lambda one: one[0]):
            happens()

    days = [MONDAY + offset * ONE_DAY for offset in range(15)]
    for day in days:
        live(day)
    assert Counter(ProductionTarget.objects.values_list("state", flat=True)) == {"APPROVED": 22}
    states = {"VERIFIED": 174, "ENTERED": 6, "RETURNED": 1}
    assert Counter(ProductionFigure.objects.values_list("state", flat=True)) == states
    for day in days:
        live(day)
    assert Counter(ProductionFigure.objects.values_list("state", flat=True)) == states


@pytest.mark.django_db
def test_plans_when_lived_are_written_after_the_launch_looked_at_and_signed(founded: None) -> None:
    units = {unit.code: unit for unit in Unit.objects.all()}
    day = material.agency().living_from
    while day <= datetime.date(2021, 9, 28):
        happenings = [
            *movement.of_day(day, units, left_alone=frozenset()),
            *plans.of_day(day, left_alone=frozenset()),
        ]
        for _at, happens in sorted(happenings, key=lambda one: one[0]):
            happens()
        day += ONE_DAY
    found = UnitPlan.objects.all()
    assert {one.kind for one in found} == {"UNIT_PLAN", "GREEN_ZONE_PLAN"}
    states = Counter(one.state for one in found)
    assert states["ISSUED"] > 0
    assert states["DRAFT"] == states["WITHDRAWN"] == 0
    assert PlanComment.objects.exists()
    before = Counter(UnitPlan.objects.values_list("state", flat=True))
    for _at, happens in plans.of_day(day - 3 * ONE_DAY, left_alone=frozenset({"vanphong"})):
        happens()
    assert Counter(UnitPlan.objects.values_list("state", flat=True)) == before
