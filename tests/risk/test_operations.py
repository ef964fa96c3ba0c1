"""Assessing people and zones, the unit's word on a level, and the daily return."""

import datetime
import uuid
from functools import partial

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from tests.factories.risk import (
    FRIDAY,
    MONDAY,
    START,
    clock,
    declare,
    make_person,
    make_person_day,
    make_unit,
    make_user,
)
from tests.races import at_once
from tests.risk.conftest import Agency
from vungxanh.accounts.models import User
from vungxanh.areas.enums import AreaTier, EpidemicLevel
from vungxanh.areas.models import AdministrativeUnit, AreaLevel
from vungxanh.audit.models import AuditEvent
from vungxanh.notifications.models import Notification
from vungxanh.organization.enums import AbsenceKind, Role, RosterKind
from vungxanh.organization.models import Absence, Delegation, Person, RosterEntry
from vungxanh.organization.signals import working_days_changed
from vungxanh.risk import operations
from vungxanh.risk.enums import Cause, ReturnKind
from vungxanh.risk.models import DailyReturn, LevelDecision, PersonAssessment, UnitZone
from vungxanh.risk.operations import Override
from vungxanh.risk.queries import all_level_counts, all_zone_levels_on
from vungxanh.risk.queries import people as people_queries
from vungxanh.risk.queries import returns as return_queries
from vungxanh.screening.enums import Window
from vungxanh.screening.models import PersonDay

pytestmark = pytest.mark.django_db
SATURDAY = datetime.date(2021, 9, 18)


def assess(*people: Person, at: datetime.datetime, day: datetime.date = MONDAY) -> dict[uuid.UUID, PersonAssessment]:
    return operations.assess_people([one.pseudonym for one in people], day=day, at=at, cause=Cause.DECLARATION)


def test_assess_people_judges_all_and_keeps_what_changed(agency: Agency) -> None:
    declaration = declare(agency.lan, agency.unit, clock(7), has_fever=True, symptom_count=1)
    declare(agency.minh, agency.unit, clock(7))
    first = operations.assess_people(
        [agency.lan.pseudonym, agency.minh.pseudonym],
        day=MONDAY,
        at=clock(7),
        cause=Cause.DECLARATION,
        declaration_ids={agency.lan.pseudonym: declaration},
    )
    lan, minh = first[agency.lan.pseudonym], first[agency.minh.pseudonym]
    assert (lan.level, lan.row_codes, lan.declaration_id) == ("HIGH", ["S1", "S4"], declaration)
    assert (minh.level, minh.row_codes, minh.declaration_id) == ("LOW", ["BT"], None)
    assert lan.unknown == ["test_result", "contact_class", "residence_area_level"]
    again = assess(agency.lan, agency.minh, at=clock(8))
    assert [again[one.pseudonym].pk for one in (agency.lan, agency.minh)] == [lan.pk, minh.pk]
    declare(agency.lan, agency.unit, clock(11), Window.LEAVING)
    assert assess(agency.lan, at=clock(11))[agency.lan.pseudonym].level == "LOW"
    history = PersonAssessment.objects.filter(subject=agency.lan.pseudonym).order_by("at")
    assert list(history.values_list("level", "is_current")) == [("HIGH", False), ("LOW", True)]
    assert people_queries.all_assessment_at(agency.lan.pseudonym, clock(9)) == lan


def test_assess_people_needs_as_many_queries_for_one_as_for_many(agency: Agency) -> None:
    counts = []
    for people in ([agency.lan], [make_person(agency.unit, f"Người {i}") for i in range(12)]):
        for person in people:
            PersonDay.objects.filter(subject=person.pseudonym).exists() or make_person_day(person, agency.unit)
            declare(person, agency.unit, clock(7), has_fever=True, symptom_count=1)
        with CaptureQueriesContext(connection) as captured:
            assess(*people, at=clock(7))
        counts.append(len(captured))
    assert counts[0] == counts[1]


def test_level_counts_tell_who_was_never_assessed(agency: Agency) -> None:
    declare(agency.lan, agency.unit, clock(7), has_fever=True, symptom_count=1)
    assess(agency.lan, at=clock(7))
    assert all_level_counts(MONDAY, [agency.unit.pk]) == {
        agency.unit.pk: {"LOW": 0, "MEDIUM": 0, "HIGH": 1, "VERY_HIGH": 0, "UNKNOWN": 1}
    }


def test_zone_levels_of_days_keep_the_colour_until_it_changes(agency: Agency) -> None:
    days = [MONDAY + datetime.timedelta(days=i) for i in range(-1, 3)]
    operations.assess_zones([agency.unit.pk], day=MONDAY, at=clock(7))
    operations.assess_zones([agency.unit.pk], day=MONDAY, at=clock(9))
    make_person_day(agency.lan, agency.unit, days[3])
    operations.assess_zones([agency.unit.pk], day=days[3], at=clock(7, day=days[3]))
    levels = all_zone_levels_on([agency.unit.pk], days)
    assert [levels.get((agency.unit.pk, day)) for day in days] == [None, "YELLOW", "YELLOW", "GREEN"]


def test_zone_that_comes_back_to_its_colour_the_same_day_carries_that_colour_on(agency: Agency) -> None:
    days = [MONDAY + datetime.timedelta(days=i) for i in range(2)]
    for hour, level in ((7, "YELLOW"), (8, "RED"), (9, "YELLOW")):
        UnitZone.objects.create(
            unit=agency.unit, day=MONDAY, at=clock(hour), level=level, edition=MONDAY, is_current=hour == 9
        )
    levels = all_zone_levels_on([agency.unit.pk], days)
    assert [levels[agency.unit.pk, day] for day in days] == ["RED", "YELLOW"]


def test_exposures_count_for_fourteen_days_and_signs_for_three(agency: Agency) -> None:
    long_ago = clock(7, day=MONDAY - datetime.timedelta(days=14))
    declare(agency.lan, agency.unit, long_ago, had_contact_with_case=True, has_fever=True, symptom_count=1)
    monday = assess(agency.lan, at=clock(7))[agency.lan.pseudonym]
    assert (monday.level, monday.row_codes) == ("HIGH", ["TX"])
    assert {"has_fever", "symptom_count"} <= set(monday.unknown)
    tuesday = MONDAY + datetime.timedelta(days=1)
    later = assess(agency.lan, at=clock(7, day=tuesday), day=tuesday)[agency.lan.pseudonym]
    assert (later.level, "had_contact_with_case" in later.unknown) == ("LOW", True)


def test_a_corrected_declaration_counts_in_its_last_version_only(agency: Agency) -> None:
    declare(agency.lan, agency.unit, clock(7), had_contact_with_case=True)
    declare(agency.lan, agency.unit, clock(7, 5))
    assert assess(agency.lan, at=clock(7, 5))[agency.lan.pseudonym].level == "LOW"


def test_isolation_recorded_today_is_followed_at_once(agency: Agency) -> None:
    declare(agency.minh, agency.unit, clock(7))
    assess(agency.minh, at=clock(7))
    Absence.objects.create(
        person=agency.minh, kind=AbsenceKind.ISOLATION, first_day=MONDAY, last_day=MONDAY, recorded_at=clock(9)
    )
    working_days_changed.send(sender=Absence, people={agency.minh.pk}, first_day=MONDAY, last_day=MONDAY, at=clock(9))
    current = people_queries.all_current([agency.minh.pseudonym])[agency.minh.pseudonym]
    assert (current.row_codes, current.cause) == (["CL"], Cause.ABSENCE)


def test_isolation_and_residence_are_facts(agency: Agency) -> None:
    Absence.objects.create(
        person=agency.minh, kind=AbsenceKind.ISOLATION, first_day=MONDAY, last_day=MONDAY, recorded_at=clock(7)
    )
    district = AdministrativeUnit.objects.create(code="247", name="Lập Thạch", tier=AreaTier.DISTRICT, valid_from=START)
    commune = AdministrativeUnit.objects.create(
        code="08770", name="Xuân Hòa", tier=AreaTier.COMMUNE, parent=district, valid_from=START
    )
    AreaLevel.objects.create(
        area=district, level=EpidemicLevel.RED, valid_from=START, document_number="1/QĐ", recorded_at=clock(7)
    )
    Person.objects.filter(pk=agency.lan.pk).update(residence=commune)
    found = assess(agency.lan, agency.minh, at=clock(7))
    assert found[agency.lan.pseudonym].row_codes == ["CT"]
    assert found[agency.minh.pseudonym].row_codes == ["CL"]


def test_zone_follows_people_and_missing_declarations(agency: Agency) -> None:
    colours = {}
    colours[7] = operations.assess_zones([agency.unit.pk], day=MONDAY, at=clock(7))[agency.unit.pk]
    colours[9] = operations.assess_zones([agency.unit.pk], day=MONDAY, at=clock(9))[agency.unit.pk]
    declare(agency.lan, agency.unit, clock(9))
    declare(agency.minh, agency.unit, clock(9), has_fever=True, symptom_count=1, had_contact_with_case=True)
    assess(agency.lan, agency.minh, at=clock(9, 30))
    colours[10] = operations.assess_zones([agency.unit.pk], day=MONDAY, at=clock(10))[agency.unit.pk]
    assert [(zone.level, zone.row_codes) for zone in colours.values()] == [
        ("GREEN", ["X"]),
        ("YELLOW", ["KB"]),
        ("ORANGE", ["RC"]),
    ]
    assert colours[9].figures["missing_declarations"] == 2
    assert colours[10].unknown == [
        "cases_in_14_days",
        "area_level",
        "open_contacts",
        "workplace_index",
        "plan_is_approved",
    ]
    assert UnitZone.objects.get(unit=agency.root, is_current=True).level == "ORANGE"


def test_zone_stays_one_row_when_nothing_changes(agency: Agency) -> None:
    for hour in (5, 6, 7):
        operations.assess_zones([agency.unit.pk], day=MONDAY, at=clock(hour))
    assert UnitZone.objects.filter(unit=agency.unit).count() == 1


def test_zone_does_not_count_those_who_isolate(agency: Agency) -> None:
    declare(agency.lan, agency.unit, clock(6), has_fever=True, symptom_count=1)
    PersonDay.objects.filter(subject=agency.lan.pseudonym, day=MONDAY).update(
        excuse="ISOLATION", expects_arrival=False, expects_leaving=False
    )
    assess(agency.lan, at=clock(6, 30))
    zone = operations.assess_zones([agency.unit.pk], day=MONDAY, at=clock(7))[agency.unit.pk]
    assert (zone.level, zone.figures["high_people"]) == ("GREEN", 0)


def test_override_keeps_the_proposed_level_beside_it(agency: Agency) -> None:
    declare(agency.lan, agency.unit, clock(7), has_fever=True, symptom_count=1)
    assess(agency.lan, at=clock(7))
    operations.override_level(
        agency.lan.pseudonym, day=MONDAY, level="LOW", reason="Đã đo lại 36,8 °C", actor=agency.head, at=clock(9)
    )
    shown = people_queries.person_level(agency.head, agency.lan.pseudonym, MONDAY)
    assert shown is not None
    assert (shown.level, shown.proposed, shown.is_lowered) == ("LOW", "HIGH", True)
    assert shown.needs_attention
    assert [one.reason for one in shown.decisions] == ["Đã đo lại 36,8 °C"]
    event = AuditEvent.objects.get(action="risk.override_level")
    assert (event.actor_id, event.unit_id, event.detail) == (
        agency.head.pk,
        agency.unit.pk,
        {"proposed": "HIGH", "level": "LOW"},
    )


def test_override_holds_until_the_rules_say_something_else(agency: Agency) -> None:
    declare(agency.lan, agency.unit, clock(7), has_fever=True, symptom_count=1)
    assess(agency.lan, at=clock(7))
    operations.override_level(
        agency.lan.pseudonym, day=MONDAY, level="MEDIUM", reason="Đo lại", actor=agency.head, at=clock(9)
    )
    kept = assess(agency.lan, at=clock(10))[agency.lan.pseudonym]
    assert people_queries.all_level_of(kept) == "MEDIUM"
    declare(agency.lan, agency.unit, clock(11), Window.LEAVING, has_fever=True, symptom_count=3)
    new = assess(agency.lan, at=clock(11))[agency.lan.pseudonym]
    assert people_queries.all_level_of(new) == "HIGH"


def test_decisions_are_refused_without_reason_right_or_assessment(agency: Agency) -> None:
    lan = agency.lan.pseudonym
    with pytest.raises(operations.NotAssessedError):
        operations.confirm_level(lan, day=MONDAY, actor=agency.head, at=clock(9))
    declare(agency.lan, agency.unit, clock(7))
    assess(agency.lan, at=clock(7))
    with pytest.raises(operations.LevelReasonMissingError):
        operations.override_level(lan, day=MONDAY, level="HIGH", reason="  ", actor=agency.head, at=clock(9))
    other = make_user("khac", Role.UNIT_HEAD, make_unit("CCTY", agency.root))
    office = make_user("vanphong", Role.OFFICE, agency.root)
    for stranger in (other, office):
        with pytest.raises(PermissionDenied):
            operations.confirm_level(lan, day=MONDAY, actor=stranger, at=clock(9))
    own = make_user("lan", Role.UNIT_CLERK, agency.unit)
    Person.objects.filter(pk=agency.lan.pk).update(user=own)
    with pytest.raises(PermissionDenied):
        operations.confirm_level(lan, day=MONDAY, actor=own, at=clock(9))
    assert LevelDecision.objects.count() == 0
    operations.confirm_level(lan, day=MONDAY, actor=agency.head, at=clock(9))
    assert LevelDecision.objects.get().kind == "CONFIRMED"


def test_prepare_counts_leaving_of_the_previous_working_day_and_arrival_of_the_day(agency: Agency) -> None:
    make_person_day(agency.lan, agency.unit, SATURDAY)
    for day, person in ((FRIDAY, agency.lan), (FRIDAY, agency.minh), (SATURDAY, agency.lan)):
        declare(person, agency.unit, clock(16, day=day), Window.LEAVING)
    declare(agency.lan, agency.unit, clock(7))
    assess(agency.lan, at=clock(7))
    [prepared] = operations.prepare_returns(MONDAY, at=clock(14))
    assert (prepared.unit_id, prepared.state, prepared.due_at) == (agency.unit.pk, "PREPARED", clock(15))
    assert prepared.figures["leaving_day"] == "2021-09-17"
    assert prepared.figures["leaving"] == {"expected": 2, "declared": 2, "late": 0, "early": 0, "missing": 0}
    assert prepared.figures["arrival"] == {"expected": 2, "declared": 1, "late": 0, "early": 0, "missing": 1}
    assert prepared.figures["levels"] == {"LOW": 1, "MEDIUM": 0, "HIGH": 0, "VERY_HIGH": 0, "UNKNOWN": 1}
    assert (prepared.figures["zone"], prepared.figures["zone_rows"]) == ("YELLOW", ["KB"])


def test_prepare_renews_what_is_open_and_leaves_what_was_sent(agency: Agency) -> None:
    [first] = operations.prepare_returns(MONDAY, at=clock(14))
    declare(agency.lan, agency.unit, clock(14))
    [second] = operations.prepare_returns(MONDAY, at=clock(14, 30))
    assert (second.pk, second.figures["arrival"]["declared"], second.prepared_at) == (first.pk, 1, clock(14, 30))
    submit(agency, clock(14, 40))
    assert operations.prepare_returns(MONDAY, at=clock(14, 50)) == []


def submit(agency: Agency, at: datetime.datetime, **more: object) -> DailyReturn:
    values = {"day": MONDAY, "kind": ReturnKind.DAILY, "actor": agency.head, **more}
    return operations.submit_return(agency.unit.pk, at=at, **values)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("at", "on_time"),
    [(clock(14, 59), True), (clock(15), False), (clock(9, day=MONDAY + datetime.timedelta(2)), False)],
)
def test_submit_is_on_time_before_the_deadline_only(agency: Agency, at: datetime.datetime, on_time: bool) -> None:
    sent = submit(agency, at)
    assert (sent.state, sent.is_on_time, sent.submitted_at, sent.submitted_as) == (
        "SUBMITTED",
        on_time,
        at,
        "UNIT_HEAD",
    )


def test_submit_again_makes_a_new_version_and_keeps_the_first_moment(agency: Agency) -> None:
    operations.prepare_returns(MONDAY, at=clock(14))
    submit(agency, clock(14, 30))
    with pytest.raises(operations.ReturnNoteMissingError):
        submit(agency, clock(15, 10))
    second = submit(agency, clock(15, 10), note="Bổ sung một người khai muộn")
    versions = list(DailyReturn.objects.order_by("version").values_list("version", "state", "is_on_time"))
    assert versions == [(1, "REPLACED", True), (2, "SUBMITTED", False)]
    [status] = return_queries.return_status_for(agency.head, MONDAY)
    assert (status.daily, status.submitted_at, status.on_time) == (second, clock(14, 30), True)
    assert len(return_queries.return_versions(agency.head, agency.unit.pk, MONDAY)) == 2


def test_submit_takes_overrides_and_counts_with_them(agency: Agency) -> None:
    declare(agency.lan, agency.unit, clock(7), has_fever=True, symptom_count=1)
    assess(agency.lan, at=clock(7))
    override = Override(agency.lan.pseudonym, "LOW", "Đo lại bình thường")
    sent = submit(agency, clock(14), overrides=[override])
    assert (sent.figures["levels"]["HIGH"], sent.figures["overridden"]) == (0, 1)
    bad = Override(agency.lan.pseudonym, "LOW", "")
    with pytest.raises(operations.LevelReasonMissingError):
        submit(agency, clock(14, 30), overrides=[bad], note="Đổi")
    assert DailyReturn.objects.count() == 1


def test_submit_is_refused_to_strangers_for_days_to_come_and_for_units_without_a_point(agency: Agency) -> None:
    other = make_user("khac", Role.UNIT_HEAD, make_unit("CCTY", agency.root))
    office = make_user("vanphong", Role.OFFICE, agency.root)
    for stranger in (other, office):
        with pytest.raises(PermissionDenied):
            submit(agency, clock(14), actor=stranger)
    with pytest.raises(operations.ReturnRefusedError):
        submit(agency, clock(14), day=MONDAY + datetime.timedelta(days=1))
    top = make_user("giamdoc", Role.UNIT_HEAD, agency.root)
    with pytest.raises(operations.ReturnRefusedError):
        operations.submit_return(agency.root.pk, day=MONDAY, kind=ReturnKind.DAILY, actor=top, at=clock(14))
    assert DailyReturn.objects.count() == 0


@pytest.mark.parametrize("role", [Role.UNIT_DEPUTY, Role.ACTING_HEAD, Role.UNIT_CLERK])
def test_submit_is_allowed_to_those_who_act_for_the_unit(agency: Agency, role: Role) -> None:
    assert submit(agency, clock(14), actor=make_user("nguoi", role, agency.unit)).submitted_as == role


def test_submit_is_allowed_to_a_delegate_while_the_delegation_holds(agency: Agency) -> None:
    delegate = make_user("duocuyquyen")
    Delegation.objects.create(
        principal=agency.head,
        delegate=delegate,
        role=Role.UNIT_HEAD,
        unit=agency.unit,
        first_day=MONDAY,
        last_day=MONDAY,
        reason="Đi công tác",
        made_at=clock(7),
    )
    sent = submit(agency, clock(14), actor=delegate)
    assert (sent.submitted_as, sent.submitted_for) == ("UNIT_HEAD", agency.head)
    assert sent.submitter == "Duocuyquyen, thay thủ trưởng đơn vị Truong theo ủy quyền"
    tuesday = MONDAY + datetime.timedelta(days=1)
    with pytest.raises(PermissionDenied):
        submit(agency, clock(14, day=tuesday), actor=delegate, day=tuesday)


def test_deputy_to_whom_the_head_delegated_sends_in_the_stead_of_the_head(agency: Agency) -> None:
    deputy = make_user("pho", Role.UNIT_DEPUTY, agency.unit)
    assert submit(agency, clock(14), actor=deputy).submitter == "Pho, cấp phó"
    lent = {"role": Role.UNIT_HEAD, "unit": agency.unit, "reason": "Đi học", "made_at": clock(7)}
    agency.head.delegations_given.create(delegate=deputy, first_day=MONDAY, last_day=MONDAY, **lent)
    sent = submit(agency, clock(14, 10), actor=deputy, note="Bổ sung")
    assert (sent.submitted_as, sent.submitted_for) == ("UNIT_HEAD", agency.head)
    event = AuditEvent.objects.filter(action="risk.submit_return").latest("pk")
    assert (event.detail["as"], event.detail["for"]) == ("UNIT_HEAD", "Truong")
    assert event.subject_name.endswith("20/09/2021, hằng ngày")
    assert submit(agency, clock(14, 20), note="Bổ sung").submitted_for is None
    with pytest.raises(IntegrityError), transaction.atomic():
        DailyReturn.objects.filter(pk=sent.pk).update(submitted_for=deputy)


def test_return_that_somebody_else_sent_meanwhile_is_not_replaced_unread(agency: Agency) -> None:
    deputy = make_user("pho", Role.UNIT_DEPUTY, agency.unit)
    for kind in ReturnKind:
        first = submit(agency, clock(14), note="Đã soát", kind=kind, seen=0)
        with pytest.raises(operations.ReturnSentMeanwhileError, match="Truong, thủ trưởng đơn vị, đã gửi lúc 14:00"):
            submit(agency, clock(14, 1), actor=deputy, note="Đã soát", kind=kind, seen=0)
        assert submit(agency, clock(14, 2), note="Đã soát", kind=kind, seen=0) == first
        again = submit(agency, clock(14, 3), actor=deputy, note="Đã soát", kind=kind, seen=1)
        assert DailyReturn.objects.filter(kind=kind).count() == 2
        assert again.submitted_by == deputy


def test_same_tap_has_the_same_overrides(agency: Agency) -> None:
    declare(agency.lan, agency.unit, clock(7), has_fever=True, symptom_count=1)
    operations.assess_people([agency.lan.pseudonym], day=MONDAY, at=clock(7), cause=Cause.DECLARATION)
    lower = Override(agency.lan.pseudonym, "LOW", "Đo lại bình thường")
    first = submit(agency, clock(14), seen=0)
    with pytest.raises(operations.ReturnSentMeanwhileError):
        submit(agency, clock(14, 1), overrides=[lower], seen=0)
    second = submit(agency, clock(14, 2), overrides=[lower], note="Đo lại", seen=1)
    assert submit(agency, clock(14, 3), overrides=[lower], note="Đo lại", seen=1) == second
    assert (first.version, second.version, LevelDecision.objects.count()) == (1, 2, 1)


@pytest.mark.django_db(transaction=True)
def test_return_sent_by_head_and_deputy_at_once_is_one_version(agency: Agency) -> None:
    deputy = make_user("pho", Role.UNIT_DEPUTY, agency.unit)

    def sent(actor: User) -> bool:
        try:
            return submit(agency, clock(14), actor=actor, note="Đã soát", seen=0).submitted_by == actor
        except operations.ReturnSentMeanwhileError:
            return False

    assert sorted(at_once(partial(sent, agency.head), partial(sent, deputy))) == [False, True]
    assert DailyReturn.objects.get().version == 1


def test_duty_officer_submits_on_days_off_only(agency: Agency) -> None:
    officer = make_user("truc")
    person = make_person(agency.unit, "Trực", user=officer)
    for day in (SATURDAY, MONDAY):
        RosterEntry.objects.create(date=day, person=person, unit=agency.unit, kind=RosterKind.DUTY)
    sent = submit(agency, clock(14, day=SATURDAY), actor=officer, day=SATURDAY)
    assert sent.submitted_as == "DUTY_OFFICER"
    with pytest.raises(PermissionDenied):
        submit(agency, clock(14), actor=officer)


def test_a_sign_after_the_deadline_opens_an_unusual_return(agency: Agency) -> None:
    declare(agency.lan, agency.unit, clock(16), Window.LEAVING, symptom_count=1)
    assess(agency.lan, at=clock(16))
    [unusual] = DailyReturn.objects.filter(kind=ReturnKind.UNUSUAL)
    assert (unusual.unit_id, unusual.state, unusual.day, unusual.due_at) == (
        agency.unit.pk,
        "PREPARED",
        MONDAY,
        clock(17),
    )
    declare(agency.minh, agency.unit, clock(16, 5), Window.LEAVING, has_fever=True, symptom_count=1)
    assess(agency.minh, at=clock(16, 5))
    assert DailyReturn.objects.filter(kind=ReturnKind.UNUSUAL).count() == 1
    sent = submit(agency, clock(16, 30), kind=ReturnKind.UNUSUAL, note="Hai người có dấu hiệu, đã cho về")
    assert (sent.pk, sent.is_on_time) == (unusual.pk, True)
    declare(agency.minh, agency.unit, clock(17), Window.LEAVING, symptom_count=3, had_contact_with_case=True)
    assess(agency.minh, at=clock(17))
    assert list(
        DailyReturn.objects.filter(kind=ReturnKind.UNUSUAL).order_by("number").values_list("number", "state")
    ) == [
        (1, "SUBMITTED"),
        (2, "PREPARED"),
    ]


def test_unusual_return_tells_those_who_send_it_and_the_health_officer_once_and_nothing_of_the_cause(
    agency: Agency,
) -> None:
    make_user("pho", Role.UNIT_DEPUTY, agency.unit)
    make_user("yte", Role.HEALTH_OFFICER, agency.root)
    make_user("vanphong", Role.OFFICE, agency.root)
    for minute, person in ((0, agency.lan), (5, agency.minh)):
        declare(person, agency.unit, clock(16, minute), Window.LEAVING, symptom_count=1)
        assess(person, at=clock(16, minute))
    told = Notification.objects.order_by("recipient__username")
    assert list(told.values_list("recipient__username", "title", "body")) == [
        (name, "CCKL: có báo cáo bất thường phải nộp trước 17:00", "") for name in ("pho", "truong", "yte")
    ]


def test_a_sign_before_the_deadline_waits_for_the_daily_return_unless_it_is_the_worst(agency: Agency) -> None:
    declare(agency.lan, agency.unit, clock(8), has_fever=True, symptom_count=1)
    assess(agency.lan, at=clock(8))
    assert DailyReturn.objects.count() == 0
    declare(agency.minh, agency.unit, clock(8), has_fever=True, symptom_count=1, had_contact_with_case=True)
    assess(agency.minh, at=clock(8))
    assert list(DailyReturn.objects.values_list("kind", "state")) == [("UNUSUAL", "PREPARED")]


def test_a_sign_after_the_daily_return_went_opens_an_unusual_one(agency: Agency) -> None:
    submit(agency, clock(14, 10))
    declare(agency.lan, agency.unit, clock(14, 20), symptom_count=1)
    assess(agency.lan, at=clock(14, 20))
    assert DailyReturn.objects.filter(kind=ReturnKind.UNUSUAL, state="PREPARED").count() == 1


def test_unusual_by_hand_needs_a_note(agency: Agency) -> None:
    with pytest.raises(operations.ReturnNoteMissingError):
        submit(agency, clock(10), kind=ReturnKind.UNUSUAL)
    sent = submit(agency, clock(10), kind=ReturnKind.UNUSUAL, note="Có khách nghi mắc đến trụ sở")
    assert (sent.number, sent.state, sent.is_on_time, sent.cause) == (
        1,
        "SUBMITTED",
        True,
        "Có khách nghi mắc đến trụ sở",
    )
