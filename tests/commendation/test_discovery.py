"""Whom the data finds, from how much on, in which order; who sees and decides; what a decision keeps."""

import datetime
import io
from collections.abc import Callable, Iterator
from pathlib import Path

import openpyxl
import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.factories.accounts import make_account
from tests.factories.directing import Agency
from tests.factories.front_line import make_assignment, make_confirmation
from tests.factories.movement import NINE, PLAN, make_campaign, make_launch
from tests.factories.organization import make_holder, make_person, make_unit
from tests.factories.risk import make_person_day
from vungxanh.accounts.models import User
from vungxanh.audit.models import AuditEvent
from vungxanh.commendation.models import Discovery
from vungxanh.commendation.operations.discovery import DiscoveryError, decide
from vungxanh.commendation.queries.discovery import Candidate, candidates
from vungxanh.commendation.rulebook import DISCOVERY_RULE
from vungxanh.common import clock as clocks
from vungxanh.common.decision_tables import RuleFileError, registry
from vungxanh.movement.models import Campaign
from vungxanh.movement.operations.campaigns import load_campaign
from vungxanh.movement.operations.pledges import pledge_oneself
from vungxanh.movement.queries.campaigns import newest_edition
from vungxanh.movement.rulebook import Period
from vungxanh.notifications.models import Notification
from vungxanh.organization.enums import ContractKind, Role, RosterKind
from vungxanh.organization.models import FrontLineAssignment, Person, RosterEntry, UnitVersion
from vungxanh.risk.enums import ReturnKind
from vungxanh.risk.models import DailyReturn
from vungxanh.risk.operations import submit_return

pytestmark = pytest.mark.django_db
BACKEND = "vungxanh.accounts.backends.NameOrPhoneBackend"
FIRST = datetime.date(2021, 9, 16)
ONE = datetime.timedelta(days=1)
LATER = clocks.moment(datetime.date(2021, 10, 11), datetime.time(9))
YESTERDAY = LATER.date() - ONE
COUNTED = PLAN.replace(
    """  weight = 60
""",
    """  weight = 20

  [[criterion.measure]]
  id = "1.3"
  name = "Phát động"
  kind = "MEASURED"
  indicator = "movement.launched"
  target = 100
  weight = 10

  [[criterion.measure]]
  id = "1.4"
  name = "Báo cáo đúng hạn"
  kind = "MEASURED"
  indicator = "risk.returns_on_time"
  target = 100
  weight = 30
""",
)
"""Pledges 20, launch 10, returns 30, 40 that units score themselves."""


@pytest.fixture
def agency(db: None) -> Agency:
    """Both units answer for themselves."""
    made = Agency()
    UnitVersion.objects.filter(unit__in=[made.unit, made.other]).update(is_reporting_point=True)
    return made


@pytest.fixture
def campaign(agency: Agency) -> Campaign:
    return make_campaign(agency.root, agency.office, text=COUNTED, opened=True)


def period_of(campaign: Campaign) -> Period:
    return newest_edition(campaign).plan.period[0]


def found(viewer: User, campaign: Campaign, *, at: datetime.datetime = LATER) -> list[Candidate]:
    return candidates(viewer, campaign, period_of(campaign), at=at)


def told(one: Candidate) -> tuple[str, list[tuple[str, float]]]:
    name = one.person.full_name if one.person else one.unit.code
    return name, [(evidence.pattern.code, evidence.figure) for evidence in one.evidence]


def serving(person: Person, agency: Agency, days: int, *, confirmed: bool = False) -> FrontLineAssignment:
    made = make_assignment(person, agency.unit, FIRST, last_day=FIRST + (days - 1) * ONE)
    if confirmed:
        make_confirmation(made)
    return made


def declared(person: Person, agency: Agency, days: int, *, late: int = 0, missing: int = 0) -> None:
    """Every day from the first one on; of the last days so many late or without the leaving one."""
    for number in range(days):
        day = FIRST + number * ONE
        came = clocks.moment(day, datetime.time(7))
        arrival = "LATE" if number >= days - late else "ON_TIME"
        more = {"arrival_id": person.pk * 1000 + number, "arrival_at": came, "arrival_timeliness": arrival}
        if number < days - missing:
            more |= {"leaving_id": person.pk * 1000 + 500 + number, "leaving_at": came, "leaving_timeliness": "EARLY"}
        make_person_day(person, agency.unit, day, **more)


def test_front_line_is_told_from_the_days_of_the_rule_on_with_what_is_confirmed(
    agency: Agency, campaign: Campaign
) -> None:
    serving(agency.lan, agency, 5, confirmed=True)
    serving(make_person(agency.unit, "Lê Văn Bốn"), agency, 4)
    [one] = found(agency.office, campaign)
    assert told(one) == ("Trần Thị Lan", [("FRONT_LINE", 5)])
    assert str(one.evidence[0].words) == "5 ngày ở tuyến đầu, 5 ngày nơi nhận đã xác nhận"


def test_days_before_the_period_and_today_do_not_count(agency: Agency, campaign: Campaign) -> None:
    make_assignment(agency.lan, agency.unit, FIRST - 3 * ONE, last_day=FIRST + 3 * ONE)
    assert found(agency.office, campaign) == []
    today = clocks.moment(FIRST + 5 * ONE, datetime.time(9))
    make_assignment(agency.lan, agency.unit, FIRST + 4 * ONE, last_day=FIRST + 9 * ONE)
    assert [told(one) for one in found(agency.office, campaign, at=today)] == [("Trần Thị Lan", [("FRONT_LINE", 5)])]


def test_declarations_are_spotless_where_none_was_missing_or_late(agency: Agency, campaign: Campaign) -> None:
    spotless, late, missing, few = (make_person(agency.unit, f"Người {name}") for name in ("A", "B", "C", "D"))
    declared(spotless, agency, 15)
    declared(late, agency, 16, late=1)
    declared(missing, agency, 16, missing=1)
    declared(few, agency, 14)
    assert [told(one) for one in found(agency.office, campaign)] == [("Người A", [("SPOTLESS_PERSON", 15)])]


def test_suppliers_people_are_not_found(agency: Agency, campaign: Campaign) -> None:
    guard = make_person(agency.unit, "Bảo vệ thuê", contract=ContractKind.SUPPLIER)
    serving(guard, agency, 9)
    assert found(agency.office, campaign) == []


def test_work_in_the_stead_of_others_is_returns_and_duty_together(agency: Agency, campaign: Campaign) -> None:
    deputy = make_person(agency.unit, "Cấp Phó", user=agency.deputy)
    for number in range(2):
        day = FIRST + (4 + number) * ONE
        at = clocks.moment(day, datetime.time(14))
        sent = submit_return(agency.unit.pk, day=day, kind=ReturnKind.DAILY, actor=agency.deputy, at=at)
        DailyReturn.objects.filter(pk=sent.pk).update(submitted_for=agency.head)
    assert found(agency.office, campaign) == []
    RosterEntry.objects.create(date=FIRST + 2 * ONE, person=deputy, unit=agency.unit, kind=RosterKind.DUTY)
    assert [told(one) for one in found(agency.office, campaign)] == [("Cấp Phó", [("RESCUE", 3)])]


def test_front_line_stands_first_then_several_deeds_then_units(agency: Agency, campaign: Campaign) -> None:
    both, desk = make_person(agency.unit, "Hai Việc"), make_person(agency.unit, "Bàn Giấy")
    for person in (both, desk):
        declared(person, agency, 15)
    serving(both, agency, 6)
    serving(agency.lan, agency, 9)
    assert [told(one) for one in found(agency.office, campaign)] == [
        ("Hai Việc", [("FRONT_LINE", 6), ("SPOTLESS_PERSON", 15)]),
        ("Trần Thị Lan", [("FRONT_LINE", 9)]),
        ("Bàn Giấy", [("SPOTLESS_PERSON", 15)]),
    ]


def test_unit_that_improves_is_found_and_one_that_does_not_is_not(agency: Agency, campaign: Campaign) -> None:
    make_launch(campaign, agency.unit, agency.head)
    make_launch(campaign, agency.other, agency.stranger)
    day = FIRST
    while day <= YESTERDAY:
        is_early = day < FIRST + 12 * ONE
        for unit, head, hour in (
            (agency.unit, agency.head, 16 if is_early else 14),
            (agency.other, agency.stranger, 14),
        ):
            at = clocks.moment(day, datetime.time(hour))
            submit_return(unit.pk, day=day, kind=ReturnKind.DAILY, actor=head, at=at)
        day += ONE
    [one] = found(agency.office, campaign)
    assert told(one)[0] == "CCKL"
    assert [evidence.pattern.code for evidence in one.evidence] == ["MOST_IMPROVED"]
    assert one.evidence[0].figure >= 10
    assert one.evidence[0].address == "/phong-trao/thu-nghiem/diem/CCKL/?ky=ky-1"


def test_both_halves_are_judged_by_the_edition_of_the_end(agency: Agency, campaign: Campaign) -> None:
    """A file with lower targets, taken in during the second half, improves nobody."""
    make_launch(campaign, agency.unit, agency.head)
    for number in range((YESTERDAY - FIRST).days + 1):
        day = FIRST + number * ONE
        at = clocks.moment(day, datetime.time(16 if number % 2 else 14))
        submit_return(agency.unit.pk, day=day, kind=ReturnKind.DAILY, actor=agency.head, at=at)
    lower = COUNTED.replace('returns_on_time"\n  target = 100', 'returns_on_time"\n  target = 40')
    load_campaign(lower, agency.root.pk, name="x", actor=agency.office, at=LATER - 6 * ONE)
    patterns = [evidence.pattern.code for one in found(agency.office, campaign) for evidence in one.evidence]
    assert "MOST_IMPROVED" not in patterns


def test_unit_with_all_points_is_found_by_enough_measures_only(
    agency: Agency, campaign: Campaign, write_rule: Callable[[int], None]
) -> None:
    make_launch(campaign, agency.unit, agency.head)
    write_rule(2)
    assert found(agency.office, campaign) == []
    agency.lan.user = make_account("lan")
    agency.lan.save()
    pledge_oneself(campaign, ["Khai báo trung thực."], actor=agency.lan.user, at=NINE)
    [one] = found(agency.office, campaign)
    assert told(one) == ("CCKL", [("SPOTLESS_UNIT", 2)])
    write_rule(3)
    assert found(agency.office, campaign) == []


@pytest.fixture
def write_rule(tmp_path: Path) -> Iterator[Callable[[int], None]]:
    """A rule of the agency, with another number of measures."""
    before = registry._overlay.directory
    registry.keep_overlays_in(tmp_path)

    def write(measures: int) -> None:
        text = RULE.replace("least = 5 # measures", f"least = {measures}")
        (tmp_path / "discovery.toml").write_text(text, encoding="utf-8")

    yield write
    registry.keep_overlays_in(before)


RULE = """
title = "Phát hiện gương tốt"

[[edition]]
in_force_from = 2021-09-01
source = "Quy định nội bộ"
status = "internal"

  [[edition.pattern]]
  code = "SPOTLESS_UNIT"
  name = "Trọn điểm"
  least = 5 # measures
"""


def test_heads_see_their_own_unit_others_nothing(agency: Agency, campaign: Campaign) -> None:
    serving(agency.lan, agency, 9)
    assert [told(one)[0] for one in found(agency.head, campaign)] == ["Trần Thị Lan"]
    for viewer in (agency.stranger, agency.clerk, agency.member):
        assert found(viewer, campaign) == []
    council = make_holder("hoidong", Role.COUNCIL_MEMBER, agency.root)
    assert [told(one)[0] for one in found(council, campaign)] == ["Trần Thị Lan"]


def test_decision_keeps_evidence_and_can_be_turned(agency: Agency, campaign: Campaign) -> None:
    assignment = serving(agency.lan, agency, 9)
    [one] = found(agency.office, campaign)
    decide(campaign, "ky-1", one, "put_forward", actor=agency.office, at=LATER)
    assert decide(campaign, "ky-1", one, "put_forward", actor=agency.director, at=LATER).decided_by == agency.office
    FrontLineAssignment.objects.filter(pk=assignment.pk).update(withdrawn_at=LATER)
    [kept] = found(agency.office, campaign)
    assert (kept.is_found, told(kept)) == (False, ("Trần Thị Lan", [("FRONT_LINE", 9)]))
    decide(campaign, "ky-1", kept, "pass_over", reason=" Đã rút  phân công ", actor=agency.director, at=LATER)
    stored = Discovery.objects.get()
    assert (stored.state, stored.reason, stored.person) == ("PASSED_OVER", "Đã rút phân công", agency.lan)
    trail = AuditEvent.objects.filter(action__startswith="commendation.").order_by("pk")
    assert [(event.action, event.detail["patterns"]) for event in trail] == [
        ("commendation.put_forward", ["FRONT_LINE"]),
        ("commendation.pass_over", ["FRONT_LINE"]),
    ]


def test_heads_are_told_who_is_put_forward_by_somebody_else(agency: Agency, campaign: Campaign) -> None:
    serving(agency.lan, agency, 9)
    [one] = found(agency.office, campaign)
    decide(campaign, "ky-1", one, "put_forward", actor=agency.office, at=LATER)
    messages = Notification.objects.filter(topic="commendation.put_forward")
    assert {message.recipient for message in messages} == {agency.head, agency.deputy}
    assert {message.title for message in messages} == {"Đưa vào diện xét khen thưởng: Trần Thị Lan"}


def test_passing_over_needs_a_reason_and_nobody_decides_about_oneself(agency: Agency, campaign: Campaign) -> None:
    serving(agency.lan, agency, 9)
    serving(agency.goes, agency, 9)
    head_as_person = make_person(agency.unit, "Trưởng", user=agency.head)
    serving(head_as_person, agency, 9)
    by_name = {told(one)[0]: one for one in found(agency.office, campaign)}
    for reason in ("", " ", "x" * 301):
        with pytest.raises(DiscoveryError):
            decide(campaign, "ky-1", by_name["Trần Thị Lan"], "pass_over", reason=reason, actor=agency.office, at=LATER)
    with pytest.raises(PermissionDenied):
        decide(campaign, "ky-1", by_name["Trưởng"], "put_forward", actor=agency.head, at=LATER)
    for actor in (agency.clerk, agency.stranger, make_holder("hoidong", Role.COUNCIL_MEMBER, agency.root)):
        with pytest.raises(PermissionDenied):
            decide(campaign, "ky-1", by_name["Trần Thị Lan"], "put_forward", actor=actor, at=LATER)
    assert not Discovery.objects.exists()


def test_pages_show_filter_decide_and_keep_what_was_typed(agency: Agency, campaign: Campaign, client: Client) -> None:
    serving(agency.lan, agency, 9)
    client.force_login(agency.office, backend=BACKEND)
    with clocks.at(LATER):
        page = client.get("/khen-thuong/guong-tot/").content.decode()
        assert "Trần Thị Lan" in page
        address = f"/khen-thuong/guong-tot/thu-nghiem/ky-1/nguoi-{agency.lan.pk}/"
        refused = client.post(f"{address}chua-xet/", {"reason": "y" * 301})
        assert refused.status_code == 422
        assert "y" * 301 in refused.content.decode()
        kept = client.post(f"{address}de-xuat/")
        assert kept.headers["Location"] == "/khen-thuong/guong-tot/?phong-trao=thu-nghiem&ky=ky-1"
        assert "Trần Thị Lan" not in client.get("/khen-thuong/guong-tot/?xem=cho").content.decode()
        assert "Trần Thị Lan" in client.get("/khen-thuong/guong-tot/?xem=de-xuat").content.decode()
        book = openpyxl.load_workbook(io.BytesIO(client.get("/khen-thuong/guong-tot/xlsx/").content))
        [heads, row] = book.active.values
        assert heads == ("Đơn vị", "Họ và tên", "Kiểu gương", "Số liệu", "Minh chứng", "Quyết định", "Lý do")
        assert row[1:4] == ("Trần Thị Lan", "Phục vụ tuyến đầu", 9)
        for strange in (f"{address}khac/", "/khen-thuong/guong-tot/thu-nghiem/ky-9/nguoi-1/de-xuat/"):
            assert client.post(strange).status_code == 404
        assert client.get("/khen-thuong/guong-tot/?phong-trao=khac").status_code == 404
        client.force_login(agency.clerk, backend=BACKEND)
        assert client.get("/khen-thuong/guong-tot/").status_code == 403


def test_page_without_a_campaign_says_so(agency: Agency, client: Client) -> None:
    client.force_login(agency.office, backend=BACKEND)
    with clocks.at(NINE):
        page = client.get("/khen-thuong/guong-tot/")
        assert "Chưa có phong trào nào" in page.content.decode()
        assert client.get("/khen-thuong/guong-tot/xlsx/").status_code == 404


def test_number_of_queries_does_not_grow(agency: Agency, campaign: Campaign) -> None:
    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            found(agency.office, campaign)
        return len(queries)

    serving(agency.lan, agency, 9)
    declared(agency.lan, agency, 15)
    one = count()
    for number in range(3):
        unit = make_unit(f"DV{number}", agency.root)
        person = make_person(unit, f"Người {number}", user=make_account(f"nguoi{number}"))
        serving(person, agency, 9)
        declared(person, agency, 15)
    assert len(found(agency.office, campaign)) == 4
    assert count() == one


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('code = "SPOTLESS_UNIT"', 'code = "LUCKY"'),
        ("least = 5 # measures", "least = 0"),
        (
            "least = 5 # measures",
            'least = 5\n\n  [[edition.pattern]]\n  code = "SPOTLESS_UNIT"\n  name = "x"\n  least = 1',
        ),
    ],
)
def test_a_rule_file_that_says_something_else_is_refused(tmp_path: Path, before: str, after: str) -> None:
    file = tmp_path / "discovery.toml"
    file.write_text(RULE, encoding="utf-8")
    assert DISCOVERY_RULE.check(file)
    file.write_text(RULE.replace(before, after), encoding="utf-8")
    with pytest.raises(RuleFileError):
        DISCOVERY_RULE.check(file)
