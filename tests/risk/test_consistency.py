"""What does not fit in a day's declarations: each rule with lives that show it and lives that only come near."""

import datetime
import uuid
from collections.abc import Callable
from typing import Any

import polars as pl
import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.factories.organization import make_absence, make_place, make_site
from tests.factories.risk import MONDAY, clock, declare, make_finding, make_person, make_unit, make_user
from vungxanh.accounts.models import User
from vungxanh.audit.models import AuditEvent
from vungxanh.common import clock as clocks
from vungxanh.common import facts
from vungxanh.common.facts import FactRegistry
from vungxanh.notifications.models import Notification
from vungxanh.organization.enums import AbsenceKind, PlaceKind, Role
from vungxanh.organization.models import Person, Site, Unit
from vungxanh.risk.enums import FindingState, Reader
from vungxanh.risk.models import ConsistencyFinding, ConsistencyRun
from vungxanh.risk.operations import check_consistency, review_finding
from vungxanh.risk.tasks import check_today, check_yesterday
from vungxanh.screening.enums import Direction, Means, Window
from vungxanh.screening.models import Declaration, PersonDay
from vungxanh.screening.operations import open_day
from vungxanh.screening.operations.presence import NewPresence, record_presence

pytestmark = pytest.mark.django_db
BACKEND = "vungxanh.accounts.backends.NameOrPhoneBackend"
A_DAY = datetime.timedelta(days=1)


@pytest.fixture
def unit() -> Unit:
    return make_unit("CC", make_unit("SO"))


@pytest.fixture
def site(unit: Unit) -> Site:
    return make_site("TRU-SO", unit)


@pytest.fixture
def person(unit: Unit) -> Person:
    make_user("truong", Role.UNIT_HEAD, unit)
    make_user("yte", Role.HEALTH_OFFICER, unit)
    return make_person(unit, "Nguyễn Thị Ánh", user=make_user("anh"))


def said(person: Person, at: datetime.datetime, window: Window = Window.ARRIVAL, **facts: Any) -> Declaration:
    """A declaration as it lies in the database; on a day that is open, as the person-day knows it."""
    unit = person.posts.get().unit
    return Declaration.objects.get(pk=declare(person, unit, at, window, **facts))


def named(site: Site) -> dict[str, Any]:
    return {"site_id": site.pk, "names_site": True}


def passed(
    person: Person,
    site: Site,
    at: datetime.datetime,
    direction: Direction = Direction.IN,
    means: Means = Means.SCAN,
    kind: PlaceKind = PlaceKind.GATE,
) -> None:
    place = site.places.filter(kind=kind).first() or make_place(f"{site.code}-{kind}", site, kind=kind)
    new = NewPresence(
        client_uuid=uuid.uuid4(), place=place, subject=person.pseudonym, direction=direction, means=means, device_at=at
    )
    record_presence([new], actor=None, at=at)


def codes(at: datetime.datetime | None = None, day: datetime.date = MONDAY) -> set[str]:
    """What is found in a day when all of it is in."""
    check_consistency(day, at=at or clock(23, 59, day=day))
    return set(ConsistencyFinding.objects.filter(day=day, state="OPEN").values_list("code", flat=True))


@pytest.fixture
def monday(person: Person) -> None:
    open_day(MONDAY, at=clock(0))


Life = Callable[[Person, Site], object]


def contact_days_ago(*days: int, window: Window = Window.ARRIVAL) -> Life:
    def live(person: Person, site: Site) -> None:
        for number in sorted(days, reverse=True):
            at = clock(7 if window == Window.ARRIVAL else 17, day=MONDAY - number * A_DAY)
            said(person, at, window, had_contact_with_case=True)
        said(person, clock(7))

    return live


def same_for(days: int, *, odd: dict[int, str] | None = None) -> Life:
    """So many mornings with one digest; `odd` gives another to some, counted back from today."""

    def live(person: Person, site: Site) -> None:
        for number in range(days - 1, -1, -1):
            said(person, clock(7, day=MONDAY - number * A_DAY), answers_digest=(odd or {}).get(number, "a"))

    return live


def absent(kind: AbsenceKind, **more: Any) -> Life:
    def live(person: Person, site: Site) -> None:
        make_absence(person, kind, **more)
        open_day(MONDAY, at=clock(0))
        said(person, clock(7), **named(site))

    return live


def at_two_sites(minutes: int, *, names: bool = True, means: Means = Means.SCAN) -> Life:
    def live(person: Person, site: Site) -> None:
        said(person, clock(7), **(named(site) if names else {"site_id": site.pk}))
        passed(person, make_site("TRAM", site.unit), clock(7, minutes), means=means)

    return live


def at_the_gate(hour: int, minute: int = 0, *, declared: tuple[int, int] | None = (5, 0)) -> Life:
    def live(person: Person, site: Site) -> None:
        if declared:
            said(person, clock(*declared))
        passed(person, site, clock(hour, minute))

    return live


def stayed_elsewhere(person: Person, site: Site) -> None:
    """Declares at the station while the gate of the house still has the person inside."""
    passed(person, site, clock(7))
    passed(person, site, clock(11), Direction.OUT)
    said(person, clock(9), **named(make_site("TRAM", site.unit)))


def corrected_since(person: Person, site: Site) -> None:
    """Yesterday's contact was a wrong tap and is corrected."""
    said(person, clock(7, day=MONDAY - A_DAY), had_contact_with_case=True)
    said(person, clock(7, day=MONDAY - A_DAY))
    said(person, clock(7))


def declared_on_leaving_only(person: Person, site: Site) -> None:
    said(person, clock(17, day=MONDAY - A_DAY), Window.LEAVING, had_contact_with_case=True)
    said(person, clock(17), Window.LEAVING)


def in_a_room_only(person: Person, site: Site) -> None:
    passed(person, site, clock(9), Direction.SEEN, Means.GATE_CODE, PlaceKind.ROOM)


LIVES: list[tuple[str, Life, set[str]]] = [
    ("contact yesterday, none today", contact_days_ago(1), {"DC3"}),
    ("contact on leaving, none next morning", contact_days_ago(1, window=Window.LEAVING), {"DC3"}),
    ("contact for a fortnight, none on its last day", contact_days_ago(*range(1, 15)), {"DC3"}),
    ("contact for a fortnight, then rightly none", contact_days_ago(*range(1, 16)), set()),
    ("contact fifteen days ago", contact_days_ago(15), set()),
    ("contact corrected", corrected_since, set()),
    ("leaving form asks for hours only", declared_on_leaving_only, set()),
    ("isolated and there", absent(AbsenceKind.ISOLATION), {"DC4"}),
    ("on leave and there", absent(AbsenceKind.LEAVE), {"DC5"}),
    ("on leave, declares from afar", absent(AbsenceKind.LEAVE, declares_remotely=True), {"DC5"}),
    ("travels and comes by", absent(AbsenceKind.DUTY_TRAVEL), set()),
    ("ten mornings alike", same_for(10), {"GN"}),
    ("nine mornings alike", same_for(9), set()),
    ("ten mornings, one other", same_for(10, odd={4: "b"}), set()),
    ("ten mornings without a temperature", same_for(10, odd=dict.fromkeys(range(10), "")), set()),
    ("eleven mornings: said once already", same_for(11), set()),
    ("two sites within nine minutes", at_two_sites(9), {"HN"}),
    ("two sites within ten minutes", at_two_sites(10), set()),
    ("site of the post only, gate of another", at_two_sites(5, names=False), set()),
    ("a printed list proves no moment", at_two_sites(5, means=Means.PAPER), set()),
    ("declares elsewhere while inside", stayed_elsewhere, {"HN"}),
    ("declared four hours before the gate", at_the_gate(9), {"KS"}),
    ("declared under four hours before the gate", at_the_gate(8, 59), set()),
    ("declared after the gate", at_the_gate(9, declared=(9, 30)), set()),
    ("through the gate without a declaration", at_the_gate(9, declared=None), {"KK"}),
    ("in a room, no gate seen", in_a_room_only, set()),
]


@pytest.mark.parametrize(("life", "expected"), [row[1:] for row in LIVES], ids=[row[0] for row in LIVES])
def test_life_is_found_or_comes_only_near(person: Person, site: Site, life: Life, expected: set[str]) -> None:
    open_day(MONDAY, at=clock(0))
    life(person, site)
    assert codes() == expected


@pytest.mark.parametrize(
    ("column", "value", "expected"),
    [("contact_class", "F1", {"DC1"}), ("contact_class", "F2", set()), ("test_result", "POSITIVE", {"DC2"})],
)
def test_case_and_test_count_as_soon_as_somebody_keeps_them(
    person: Person, monday: None, monkeypatch: pytest.MonkeyPatch, column: str, value: str, expected: set[str]
) -> None:
    said(person, clock(7))
    own = FactRegistry(dict(facts.registry._facts), dict(facts.registry._providers), set(facts.registry._computed))
    monkeypatch.setattr(facts, "registry", own)
    monkeypatch.setattr(facts, "gather", own.gather)
    assert codes() == set()
    run = ConsistencyRun.objects.get(day=MONDAY)
    assert {"contact_class", "test_result"} <= set(run.unknown)
    own.provide(column, lambda ids, on: pl.DataFrame({"id": ids, column: [value] * len(ids)}))
    assert codes() == expected
    assert column not in ConsistencyRun.objects.get(day=MONDAY).unknown


# --- looking through again ---


def test_look_again_finds_nothing_twice_and_follows_what_changed(person: Person, site: Site, monday: None) -> None:
    at_the_gate(9, declared=None)(person, site)
    assert codes(clock(15)) == {"KK"}
    assert codes(clock(15, 30)) == {"KK"}
    assert ConsistencyFinding.objects.count() == 1
    said(person, clock(15, 40))
    assert codes(clock(16)) == set()
    assert ConsistencyFinding.objects.get().state == FindingState.WITHDRAWN
    PersonDay.objects.update(arrival_id=None, arrival_at=None, arrival_timeliness="")
    Declaration.objects.all().delete()
    assert codes(clock(17)) == {"KK"}
    assert ConsistencyRun.objects.get().at == clock(17)
    assert AuditEvent.objects.filter(action="risk.check_consistency").count() == 4


def test_reader_is_told_once_of_all_findings_of_a_unit_and_no_name(person: Person, site: Site, monday: None) -> None:
    at_the_gate(9, declared=None)(person, site)
    assert codes(clock(15)) == codes(clock(15, 30)) == {"KK"}
    [told] = Notification.objects.all()
    unit = Unit.objects.get(code="CC")
    assert (told.recipient.username, told.title) == ("truong", "CC: tờ khai ngày 20/09/2021 có điểm cần làm rõ")
    assert told.address == reverse("risk:finding_list", args=[unit.code, MONDAY])


def test_head_is_not_told_of_what_concerns_the_head_alone(person: Person, site: Site, monday: None) -> None:
    Person.objects.filter(pk=person.pk).update(user=User.objects.get(username="truong"))
    at_the_gate(9, declared=None)(person, site)
    assert codes(clock(15)) == {"KK"}
    assert not Notification.objects.exists()


def test_look_again_leaves_what_was_reviewed(person: Person, site: Site, monday: None) -> None:
    at_the_gate(9, declared=None)(person, site)
    codes(clock(15))
    head = User.objects.get(username="truong")
    review_finding(ConsistencyFinding.objects.get().pk, outcome="Quên máy, đã nhắc.", actor=head, at=clock(15, 10))
    said(person, clock(15, 40))
    codes(clock(16))
    finding = ConsistencyFinding.objects.get()
    assert (finding.state, finding.outcome, finding.reviewed_by) == ("REVIEWED", "Quên máy, đã nhắc.", head)


def test_evidence_names_records_and_no_answer(person: Person, site: Site, monday: None) -> None:
    at_the_gate(9)(person, site)
    codes()
    arrival, stay = ConsistencyFinding.objects.get().evidence
    assert (arrival["kind"], arrival["at"], stay["kind"], stay["site"]) == (
        "ARRIVAL",
        "2021-09-20T05:00:00+07:00",
        "STAY",
        site.pk,
    )
    assert set(arrival) | set(stay) == {"kind", "at", "left", "site", "declaration"}


def test_look_through_takes_no_more_queries_for_more_people(unit: Unit, site: Site) -> None:
    people = [make_person(unit, f"Người {i}") for i in range(4)]

    def queries(some: list[Person], day: datetime.date) -> int:
        open_day(day, at=clock(0, day=day))
        for one in some:
            passed(one, site, clock(9, day=day))
        with CaptureQueriesContext(connection) as seen:
            check_consistency(day, at=clock(23, day=day))
        assert ConsistencyFinding.objects.filter(day=day).count() == len(some)
        return len(seen)

    assert queries(people[:1], MONDAY) == queries(people[1:], MONDAY + A_DAY)


def test_tasks_look_through_today_and_yesterday(person: Person, monday: None) -> None:
    with clocks.at(clock(15)):
        check_today()
    with clocks.at(clock(0, 40, day=MONDAY + A_DAY)):
        check_yesterday()
    assert ConsistencyRun.objects.get().at == clock(0, 40, day=MONDAY + A_DAY)


# --- who clarifies, who reads ---


@pytest.mark.parametrize(
    ("who", "code", "reader", "is_allowed"),
    [
        ("truong", "GN", Reader.HEAD, True),
        ("yte", "GN", Reader.HEAD, False),
        ("truong", "DC3", Reader.HEALTH_OFFICER, False),
        ("yte", "DC3", Reader.HEALTH_OFFICER, True),
        ("anh", "GN", Reader.HEAD, False),
        ("dau-moi", "GN", Reader.HEAD, False),
        ("truong-khac", "GN", Reader.HEAD, False),
    ],
)
def test_only_the_one_for_whom_it_is_reads_and_clarifies(
    person: Person, unit: Unit, who: str, code: str, reader: Reader, is_allowed: bool
) -> None:
    make_user("dau-moi", Role.UNIT_CLERK, unit)
    make_user("truong-khac", Role.UNIT_HEAD, make_unit("KHAC"))
    finding = make_finding(person, unit, code, reader)
    user = User.objects.get(username=who)
    client = Client()
    client.force_login(user, BACKEND)
    with clocks.at(clock(16)):
        assert client.get(f"/nguy-co/can-lam-ro/{finding.pk}/").status_code == (200 if is_allowed else 404)
        listed = client.get("/nguy-co/can-lam-ro/CC/2021-09-20/")
    assert (listed.status_code == 200 and person.full_name in listed.content.decode()) == is_allowed
    looks = AuditEvent.objects.filter(action="risk.read_finding", is_read=True).count()
    assert looks == (2 if is_allowed and reader == Reader.HEALTH_OFFICER else 0)
    if is_allowed:
        review_finding(finding.pk, outcome="Đã hỏi.", actor=user, at=clock(16))
    else:
        with pytest.raises(PermissionDenied):
            review_finding(finding.pk, outcome="Đã hỏi.", actor=user, at=clock(16))


def test_nobody_reads_or_clarifies_what_concerns_oneself(unit: Unit) -> None:
    head = make_user("truong", Role.UNIT_HEAD, unit)
    finding = make_finding(make_person(unit, "Trưởng", user=head), unit)
    with pytest.raises(PermissionDenied):
        review_finding(finding.pk, outcome="Không sao.", actor=head, at=clock(16))
    client = Client()
    client.force_login(head, BACKEND)
    with clocks.at(clock(16)):
        assert client.get(f"/nguy-co/can-lam-ro/{finding.pk}/").status_code == 404


def test_review_needs_a_word_and_happens_once(person: Person, unit: Unit) -> None:
    finding, head = make_finding(person, unit), User.objects.get(username="truong")
    with pytest.raises(ValidationError):
        review_finding(finding.pk, outcome="  ", actor=head, at=clock(16))
    review_finding(finding.pk, outcome="Đã hỏi.", actor=head, at=clock(16))
    with pytest.raises(ValidationError):
        review_finding(finding.pk, outcome="Lại hỏi.", actor=head, at=clock(17))
    assert AuditEvent.objects.filter(action="risk.review_finding").count() == 1


def test_pages_review_and_look_again(person: Person, site: Site, monday: None) -> None:
    at_the_gate(9)(person, site)
    codes(clock(15))
    finding = ConsistencyFinding.objects.get()
    client = Client()
    client.force_login(User.objects.get(username="truong"), BACKEND)
    with clocks.at(clock(16)):
        page = client.get(f"/nguy-co/can-lam-ro/{finding.pk}/").content.decode()
        assert ["05:00" in page, "09:00" in page, site.name in page] == [True, True, True]
        assert client.post(f"/nguy-co/can-lam-ro/{finding.pk}/", {"outcome": ""}).status_code == 422
        client.post(f"/nguy-co/can-lam-ro/{finding.pk}/", {"outcome": "Đi xe đường dài."})
        assert "Đi xe đường dài." in client.get(f"/nguy-co/can-lam-ro/{finding.pk}/").content.decode()
        done = client.post("/nguy-co/can-lam-ro/CC/2021-09-20/kiem-tra/")
        listed = client.get(done["Location"]).content.decode()
    assert ["16:00" in listed, "Đã làm rõ" in listed, "Diện F0, F1, F2" in listed] == [True, True, True]


def test_unit_day_counts_what_is_for_the_viewer(person: Person, unit: Unit, monday: None) -> None:
    make_finding(person, unit)
    make_finding(person, unit, "DC3", Reader.HEALTH_OFFICER)
    for who, is_shown in (("truong", True), ("yte", True), ("van-phong", False)):
        user = User.objects.filter(username=who).first() or make_user(who, Role.OFFICE, unit)
        client = Client()
        client.force_login(user, BACKEND)
        with clocks.at(clock(16)):
            page = client.get("/hom-nay/CC/2021-09-20/").content.decode()
        assert ("/nguy-co/can-lam-ro/CC/2021-09-20/" in page) == is_shown


def test_list_when_longer_takes_no_more_queries(person: Person, unit: Unit) -> None:
    def queries() -> int:
        client = Client()
        client.force_login(User.objects.get(username="yte"), BACKEND)
        with clocks.at(clock(16)), CaptureQueriesContext(connection) as seen:
            assert client.get("/nguy-co/can-lam-ro/CC/2021-09-20/").status_code == 200
        return len(seen)

    make_finding(person, unit, "DC3", Reader.HEALTH_OFFICER)
    one = queries()
    for name in ("Hai", "Ba"):
        make_finding(make_person(unit, name), unit, "DC4", Reader.HEALTH_OFFICER)
    assert one == queries()


@pytest.mark.parametrize(
    "wrong", [{"state": "REVIEWED"}, {"reader": "NOBODY"}, {"state": "OPEN", "reviewed_at": clock(7)}]
)
def test_finding_that_is_not_whole_is_refused_by_the_database(
    person: Person, unit: Unit, wrong: dict[str, object]
) -> None:
    finding = make_finding(person, unit)
    with pytest.raises(IntegrityError):
        ConsistencyFinding.objects.filter(pk=finding.pk).update(**wrong)


def test_finding_is_once_a_day(person: Person, unit: Unit) -> None:
    make_finding(person, unit)
    with pytest.raises(IntegrityError):
        make_finding(person, unit)
