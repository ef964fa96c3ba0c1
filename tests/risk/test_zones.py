"""A unit's zone: its course, the official level beside it, what comes up from below, and what it would be."""

import datetime
import io
import uuid
from collections.abc import Iterator
from typing import Any

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.factories.areas import make_area, make_level
from tests.factories.organization import make_site
from tests.factories.risk import MONDAY, clock, declare, make_person, make_person_day, make_unit, make_user
from tests.risk.conftest import Agency
from vungxanh.accounts.models import User
from vungxanh.areas.enums import EpidemicLevel
from vungxanh.common import clock as product_clock
from vungxanh.organization.enums import Role
from vungxanh.organization.models import Person, Unit, UnitVersion
from vungxanh.organization.tree import all_tree_on
from vungxanh.risk import operations
from vungxanh.risk.enums import Cause
from vungxanh.risk.models import UnitZone
from vungxanh.risk.queries import all_zones
from vungxanh.risk.queries.days import all_missing_counts, all_person_days, zone_figures
from vungxanh.risk.queries.zone_areas import all_area_days, area_spans
from vungxanh.risk.queries.zone_changes import ZoneHistory, all_zone_history
from vungxanh.risk.queries.zone_tree import above, below, inherited
from vungxanh.risk.queries.zone_trials import Hypothesis, Stand, stand_of, tried
from vungxanh.risk.views.zones import PER_PAGE
from vungxanh.screening.models import PersonDay

DAY = datetime.timedelta(days=1)
TUESDAY = MONDAY + DAY
EDITION = datetime.date(2021, 9, 1)


@pytest.fixture
def half_past_two() -> Iterator[None]:
    with product_clock.at(clock(14, 30)):
        yield


pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("half_past_two")]


def kept(unit: Unit, at: datetime.datetime, level: str, *codes: str, **figures: object) -> UnitZone:
    """A row of the history, current in place of the one before."""
    UnitZone.objects.filter(unit=unit, is_current=True).update(is_current=False)
    values = {"missing_declarations": 0, "high_people": 0, "people": 2, **figures}
    place = {"unit": unit, "day": at.date(), "at": at, "table": "unit_zone", "edition": EDITION}
    return UnitZone.objects.create(**place, level=level, row_codes=codes or ("X",), figures=values)


def fevered(unit: Unit, *people: Person, at: datetime.datetime | None = None, **facts: Any) -> None:
    moment = at or clock(7)
    for person in people:
        declare(person, unit, moment, **{"has_fever": True, "symptom_count": 1, **facts})
    subjects = [one.pseudonym for one in people]
    operations.assess_people(subjects, day=MONDAY, at=moment, cause=Cause.DECLARATION)


def shown_to(client: Client, user: User, name: str, code: str = "CCKL", **query: Any) -> tuple[int, str]:
    client.force_login(user)
    answer = client.get(reverse(f"risk:{name}", args=[code]), query)
    return answer.status_code, answer.content.decode()


# --- The course ------------------------------------------------------------------------------------------------------


@pytest.fixture
def history(agency: Agency) -> ZoneHistory:
    unit = agency.unit
    kept(unit, clock(9, day=MONDAY - 3 * DAY), "YELLOW", "KB", missing_declarations=2)
    kept(unit, clock(7), "GREEN")
    kept(unit, clock(8), "YELLOW", "KB", missing_declarations=2)
    kept(unit, clock(9), "YELLOW", "KB", missing_declarations=1)
    kept(unit, clock(10), "YELLOW", "CC", "KB", missing_declarations=1, high_people=1)
    return all_zone_history(unit.pk, MONDAY - DAY, TUESDAY, today=MONDAY)


def test_change_tells_what_came_and_what_went_and_which_figures(history: ZoneHistory) -> None:
    worse, quiet, _yellow, green = history.changes
    assert [one.code for one in worse.came] == ["CC"]
    assert (worse.went, worse.is_other_level, worse.is_quiet, quiet.is_quiet) == ((), False, False, True)
    figures = [(one.label, one.before, one.after) for one in worse.figures]
    assert figures == [("Số người nguy cơ cao chưa cách ly", "0", "1")]
    assert ([one.code for one in green.came], [one.code for one in green.went]) == (["X"], ["KB"])
    assert green.level_before == "YELLOW"


def test_changes_of_figures_alone_are_folded_into_the_change_that_they_follow(history: ZoneHistory) -> None:
    assert [(step.zone.zone.at.hour, len(step.quiet)) for step in history.steps] == [(3, 0), (1, 1), (0, 0)]


def test_each_day_has_its_worst_colour_and_keeps_that_of_the_day_before(history: ZoneHistory) -> None:
    assert history.levels == {MONDAY - DAY: "YELLOW", MONDAY: "YELLOW"}
    assert [history.changes_on(day) for day in (MONDAY - DAY, MONDAY)] == [0, 3]


def test_quiet_changes_that_follow_on_an_earlier_stretch_stand_by_themselves(agency: Agency) -> None:
    kept(agency.unit, clock(8), "YELLOW", "KB", missing_declarations=2)
    kept(agency.unit, clock(8, day=TUESDAY), "YELLOW", "KB", missing_declarations=1)
    [step] = all_zone_history(agency.unit.pk, TUESDAY, TUESDAY, today=TUESDAY).steps
    assert (step.change, len(step.quiet), step.zone.level) == (None, 1, "YELLOW")


def test_another_edition_and_facts_that_become_known_are_changes(agency: Agency) -> None:
    first = kept(agency.unit, clock(8), "GREEN")
    UnitZone.objects.filter(pk=first.pk).update(unknown=["area_level", "plan_is_approved"])
    second = kept(agency.unit, clock(9), "GREEN", plan_is_approved=True)
    UnitZone.objects.filter(pk=second.pk).update(unknown=["area_level"])
    change = all_zone_history(agency.unit.pk, MONDAY, MONDAY, today=MONDAY).changes[0]
    assert (change.learned, change.forgotten) == (("Kế hoạch bảo đảm Vùng xanh đã được duyệt",), ())
    assert [(one.before, one.after) for one in change.figures] == [("chưa rõ", "có")]
    assert (change.is_quiet, change.edition) == (False, None)


def test_timeline_shows_the_month_and_links_each_change_to_its_day(
    client: Client, agency: Agency, history: ZoneHistory
) -> None:
    status, html = shown_to(client, agency.head, "zone_timeline", thang="2021-09")
    assert status == 200
    assert "Vùng xanh → Vùng vàng" in html
    assert "Vùng vàng, lý do khác trước" in html
    assert "Có người nguy cơ cao chưa cách ly" in html
    assert "1 lần chỉ thay đổi số liệu" in html
    assert html.count(reverse("reports:unit_board", args=["CCKL", MONDAY])) >= 3
    assert "Vùng vàng, đánh giá lần đầu" in html


def test_timeline_pages_through_all_of_a_month(client: Client, agency: Agency) -> None:
    first = clock(0, day=datetime.date(2021, 9, 1))
    for step in range(230):
        codes = ("KB",) if step % 2 else ("CC",)
        kept(agency.unit, first + step * datetime.timedelta(hours=1), "YELLOW", *codes)
    _status, html = shown_to(client, agency.head, "zone_timeline", thang="2021-09", page=12)
    assert "Vùng vàng, đánh giá lần đầu" in html
    assert "221–230 trên 230" in html


def test_timeline_of_a_month_without_a_zone_leads_to_the_first_one(
    client: Client, agency: Agency, history: ZoneHistory
) -> None:
    _status, html = shown_to(client, agency.head, "zone_timeline", thang="2021-08")
    assert "Tháng này đơn vị chưa được đánh giá" in html
    assert 'href="?thang=2021-09"' in html
    other = make_unit("MOI", agency.root)
    office = make_user("vanphong", Role.OFFICE, agency.root)
    assert shown_to(client, office, "zone_timeline", other.code)[0] == 200


def test_month_without_a_change_says_since_when_the_zone_holds(client: Client, agency: Agency) -> None:
    kept(agency.unit, clock(8, day=datetime.date(2021, 8, 2)), "YELLOW", "KB")
    _status, html = shown_to(client, agency.head, "zone_timeline")
    assert "Tháng này không có thay đổi" in html
    assert "02/08/2021" in html


def test_staff_see_the_course_without_links_to_the_day(client: Client, agency: Agency, history: ZoneHistory) -> None:
    staff = make_user("lan")
    Person.objects.filter(pk=agency.lan.pk).update(user=staff)
    status, html = shown_to(client, staff, "zone_timeline")
    assert (status, "hom-nay/CCKL" in html) == (200, False)
    stranger = make_user("khac", Role.UNIT_HEAD, make_unit("CCTY", agency.root))
    for name in ("unit_zone", "zone_timeline", "zone_xlsx", "zone_trial"):
        assert shown_to(client, stranger, name)[0] == 404


@pytest.mark.parametrize("name", ["unit_zone", "zone_timeline"])
def test_pages_need_as_many_queries_for_one_change_and_unit_as_for_many(
    client: Client, agency: Agency, name: str
) -> None:
    kept(agency.root, clock(8), "YELLOW", "KB", missing_declarations=1)
    office, counts = make_user("vanphong", Role.OFFICE, agency.root), []
    for codes in ((), ("C", "D", "E")):
        for code in codes:
            unit = make_unit(code, agency.root)
            kept(unit, clock(8), "YELLOW", "CC", high_people=1)
            kept(agency.root, clock(9, len(code)), "YELLOW", "CC", high_people=1)
        shown_to(client, office, name, "SNN")
        with CaptureQueriesContext(connection) as captured:
            shown_to(client, office, name, "SNN")
        counts.append(len(captured))
    assert counts[0] == counts[1]


def test_spreadsheet_has_the_days_and_every_change(client: Client, agency: Agency, history: ZoneHistory) -> None:
    client.force_login(agency.head)
    answer = client.get(reverse("risk:zone_xlsx", args=["CCKL"]), {"thang": "2021-09"})
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    days, changes = (list(book[name].iter_rows(values_only=True)) for name in ("Từng ngày", "Từng lần thay đổi"))
    assert [str(row[1]) for row in days[1:]][-4:] == ["Vùng vàng"] * 4
    assert (len(days), days[-1][2], days[-1][6]) == (21, 3, "Chưa ghi địa bàn của đơn vị")
    assert (len(changes), changes[1][1:3]) == (6, ("Vùng vàng", "Vùng vàng"))
    assert changes[1][3] == "Có người nguy cơ cao chưa cách ly [CC: Quy định nội bộ về đơn vị Vùng xanh]"


# --- Beside the official level ----------------------------------------------------------------------------------------


def test_official_level_of_seat_and_sites_stands_beside_each_day(agency: Agency) -> None:
    province = make_area("26")
    seat, field = make_area("243", province), make_area("247", province)
    UnitVersion.objects.filter(unit=agency.unit).update(area=seat)
    make_site("TRAM", agency.unit, area=field)
    make_level(province, EpidemicLevel.GREEN, MONDAY - 2 * DAY, valid_to=TUESDAY, document_number="1/TB")
    make_level(field, EpidemicLevel.ORANGE, MONDAY, valid_to=TUESDAY, document_number="2/TB")
    days = [MONDAY + i * DAY for i in range(-3, 2)]
    found = all_area_days(agency.unit.pk, dict.fromkeys(days[1:], "GREEN"), days)
    assert [day.outcome for day in found] == ["UNKNOWN", "SAME", "SAME", "MILDER", "UNKNOWN"]
    worst = found[3].worst
    assert worst
    assert worst.published
    assert (worst.area, worst.is_seat, worst.published.document_number) == (field, False, "2/TB")
    assert [(one.is_seat, one.level) for one in found[3].areas] == [(True, "GREEN"), (False, "ORANGE")]
    spans = [(span.first, span.last, span.day.outcome) for span in area_spans(found)]
    assert spans == [
        (days[4], days[4], "UNKNOWN"),
        (days[3], days[3], "MILDER"),
        (days[0], days[0], "UNKNOWN"),
    ]


def test_seat_that_moves_and_site_that_closes_count_on_their_days_only(agency: Agency) -> None:
    old, new, field = make_area("1"), make_area("2"), make_area("3")
    UnitVersion.objects.filter(unit=agency.unit).update(area=old, valid_to=MONDAY)
    version = UnitVersion.objects.get(unit=agency.unit)
    version.pk, version.area, version.valid_from, version.valid_to = None, new, MONDAY, None
    version.save()
    make_site("TRAM", agency.unit, area=field, closed_on=MONDAY)
    sunday, monday = all_area_days(agency.unit.pk, {}, [MONDAY - DAY, MONDAY])
    assert [one.area for one in sunday.areas] == [old, field]
    assert [one.area for one in monday.areas] == [new]


def test_page_says_in_words_how_colour_and_official_level_differ(client: Client, agency: Agency) -> None:
    area = make_area("243", name="Thành phố Vĩnh Yên")
    UnitVersion.objects.filter(unit=agency.unit).update(area=area)
    make_level(area, EpidemicLevel.YELLOW, MONDAY - DAY, document_number="15/TB-SYT")
    kept(agency.unit, clock(7, day=MONDAY - DAY), "GREEN")
    kept(agency.unit, clock(9), "RED", "CA", cases_in_14_days=1)
    _status, html = shown_to(client, agency.head, "unit_zone")
    better, worse = "Đơn vị tốt hơn địa bàn", "Đơn vị kém hơn địa bàn"
    place = "Thành phố Vĩnh Yên ở mức “Nguy cơ (cấp 2)” theo 15/TB-SYT"
    assert f"{better}: {place}." in html
    assert f"{worse}: {place}; nguyên nhân nằm trong đơn vị." in html
    assert "Chưa rõ cấp độ dịch của địa bàn." in html
    UnitVersion.objects.filter(unit=agency.unit).update(area=None)
    assert "Chưa ghi địa bàn của đơn vị" in shown_to(client, agency.head, "unit_zone")[1]


# --- Up and down the tree ---------------------------------------------------------------------------------------------


@pytest.fixture
def stations(agency: Agency) -> tuple[Unit, Unit]:
    """Two stations below the unit; two people of the one and one of the other have a fever, Minh has not declared."""
    made = make_unit("TRAM-1", agency.unit), make_unit("TRAM-2", agency.unit)
    for station, names in zip(made, (("An", "Bình"), ("Chi",)), strict=True):
        people = [make_person(station, name) for name in names]
        for person in people:
            make_person_day(person, station)
        fevered(station, *people)
    declare(agency.lan, agency.unit, clock(7))
    operations.assess_zones([node.id for node in all_tree_on(MONDAY)], day=MONDAY, at=clock(9))
    return made


def test_reasons_lead_down_to_the_units_that_bring_them(agency: Agency, stations: tuple[Unit, Unit]) -> None:
    tree = all_tree_on(MONDAY)
    seen = {node.id for node in tree}
    zones, missing = all_zones(seen), all_missing_counts(MONDAY, seen, at=clock(9))
    high, late = inherited(agency.root.pk, zones, tree, missing=missing, seen=seen)
    assert [(one.unit.code, one.count) for one in high.sources] == [("TRAM-1", 2), ("TRAM-2", 1)]
    assert (late.reason.code, [(one.unit.code, one.count) for one in late.sources]) == ("KB", [("CCKL", 1)])
    whole = zones[agency.root.pk].zone.figures
    assert sum(one.count for one in high.sources) == whole["high_people"]
    assert sum(one.count for one in late.sources) == whole["missing_declarations"]
    few, _late = inherited(agency.root.pk, zones, tree, missing=missing, seen=seen - {stations[0].pk})
    assert ([one.unit.code for one in few.sources], few.elsewhere) == (["TRAM-2"], 2)


def test_missing_counts_are_those_of_the_zone(agency: Agency, stations: tuple[Unit, Unit]) -> None:
    ids = {agency.unit.pk, *(one.pk for one in stations)}
    for at in (clock(7, 59), clock(8, 1), clock(18, 1)):
        figures = zone_figures(all_person_days(MONDAY, ids), {one: {one} for one in ids}, at=at)
        counted = {unit: late for unit, late in figures.select("id", "missing_declarations").iter_rows() if late}
        assert all_missing_counts(MONDAY, ids, at=at) == counted


def test_units_below_stand_worst_first_with_their_own(agency: Agency, stations: tuple[Unit, Unit]) -> None:
    calm = make_unit("AA", agency.root, position=0)
    make_unit("TRAM-1-1", stations[0])
    tree = all_tree_on(MONDAY)
    seen = {node.id for node in tree}
    kept(calm, clock(9), "GREEN")
    kept(stations[1], clock(9), "RED", "DD", high_people=1)
    branches = below(agency.root.pk, all_zones(seen), tree, seen=seen)
    assert [(one.unit.code, one.worst, one.is_calm) for one in branches] == [
        ("CCKL", "RED", False),
        ("AA", "GREEN", True),
    ]
    assert [(one.unit.code, one.deeper) for one in branches[0].branches] == [("TRAM-2", 0), ("TRAM-1", 1)]


def test_page_of_many_units_below_shows_the_worst_first_page_by_page(client: Client, agency: Agency) -> None:
    kept(agency.root, clock(9), "RED", "DD", high_people=1)
    for number in range(PER_PAGE):
        kept(make_unit(f"V{number}", agency.root), clock(9), "YELLOW", "CC", high_people=1)
    kept(agency.unit, clock(9), "RED", "DD", high_people=1)
    office = make_user("vanphong", Role.OFFICE, agency.root)
    first, second = (shown_to(client, office, "unit_zone", "SNN", page=page)[1] for page in (1, 2))
    assert (first.count('<div class="vx-branch">'), second.count('<div class="vx-branch">')) == (PER_PAGE, 1)
    assert ("Đơn vị CCKL" in first, "Đơn vị CCKL" in second) == (True, False)


def test_unit_knows_what_it_does_to_those_above(agency: Agency, stations: tuple[Unit, Unit]) -> None:
    tree = all_tree_on(MONDAY)
    seen = {node.id for node in tree}
    zones = all_zones(seen)
    unit, root = above(stations[0].pk, zones, tree, seen=seen, day=MONDAY)
    assert (unit.unit.code, root.unit.code) == ("CCKL", "SNN")
    assert [(one.reason.code, one.part, one.whole) for one in root.shares] == [("CC", 2, 3)]
    assert (root.zone.level, root.without, root.is_moved) == ("YELLOW", "YELLOW", False)
    [alone] = above(agency.unit.pk, zones, tree, seen=seen, day=MONDAY)
    assert (alone.without, alone.is_moved) == ("GREEN", True)


def test_area_of_a_unit_below_does_not_come_up(client: Client, agency: Agency) -> None:
    kept(agency.unit, clock(9), "RED", "DD", area_level="RED")
    kept(agency.root, clock(9), "GREEN")
    office = make_user("vanphong", Role.OFFICE, agency.root)
    _status, html = shown_to(client, office, "unit_zone", "SNN")
    assert "Địa bàn đơn vị đóng là vùng đỏ" in html
    _status, html = shown_to(client, agency.head, "unit_zone")
    assert "Không có lý do nào từ đơn vị này." not in html
    staff = make_user("lan")
    Person.objects.filter(pk=agency.lan.pk).update(user=staff)
    _status, html = shown_to(client, staff, "unit_zone")
    assert "Không có lý do nào từ đơn vị này." in html


def test_staff_do_not_see_other_units_below_those_above_them(
    client: Client, agency: Agency, stations: tuple[Unit, Unit]
) -> None:
    staff = make_user("an")
    Person.objects.filter(full_name="An").update(user=staff)
    status, html = shown_to(client, staff, "unit_zone", "CCKL")
    assert (status, "TRAM-1" in html, "TRAM-2" in html, "ở các đơn vị khác" in html) == (200, True, False, True)


# --- What if ----------------------------------------------------------------------------------------------------------


def stand(viewer: User, unit: Unit, at: datetime.datetime | None = None) -> Stand:
    return stand_of(viewer, unit.pk, MONDAY, at=at or clock(14, 30), tree=all_tree_on(MONDAY))


def same(zone: UnitZone, other: UnitZone) -> bool:
    return (zone.level, zone.row_codes, zone.unknown, zone.figures) == (
        other.level,
        other.row_codes,
        other.unknown,
        other.figures,
    )


def test_trial_is_what_is_judged_when_it_then_happens(agency: Agency) -> None:
    fevered(agency.unit, agency.lan)
    made = [make_person(agency.unit, name) for name in ("An", "Bình")]
    for person in made:
        make_person_day(person, agency.unit)
    fevered(agency.unit, *made, had_contact_with_case=True)
    assumed = Hypothesis(cleared=frozenset({agency.lan.pseudonym, made[0].pseudonym}), all_declare=True)
    trial = tried(stand(agency.head, agency.unit), assumed)
    assert (trial.now.level, trial.then.level, trial.then.zone.row_codes) == ("ORANGE", "ORANGE", ["RC"])
    assert UnitZone.objects.filter(unit=agency.unit, at=clock(14, 30)).count() == 0
    for person in (agency.lan, made[0]):
        operations.override_level(
            person.pseudonym, day=MONDAY, level="LOW", reason="Âm tính", actor=agency.head, at=clock(14, 10)
        )
    declare(agency.minh, agency.unit, clock(14, 20))
    operations.assess_people([agency.minh.pseudonym], day=MONDAY, at=clock(14, 20), cause=Cause.DECLARATION)
    real = operations.assess_zones([agency.unit.pk], day=MONDAY, at=clock(14, 30))[agency.unit.pk]
    assert same(trial.then.zone, real)


def test_trial_by_count_is_that_by_name(agency: Agency) -> None:
    fevered(agency.unit, agency.lan, agency.minh)
    office = make_user("vanphong", Role.OFFICE, agency.root)
    counted, named = stand(office, agency.unit), stand(agency.head, agency.unit)
    assert (counted.drivers, counted.driving) == (None, {"HIGH": 2})
    assert named.drivers is not None
    assert [one.subject for one in named.drivers] == [agency.lan.pseudonym, agency.minh.pseudonym]
    one = tried(counted, Hypothesis(cleared_of={"HIGH": 1})).then
    assert same(one.zone, tried(named, Hypothesis(cleared=frozenset({agency.minh.pseudonym}))).then.zone)
    assert one.zone.figures["high_people"] == 1
    assert tried(counted, Hypothesis(cleared_of={"HIGH": 2})).then.level == "GREEN"


def test_one_who_is_isolated_neither_drives_nor_counts(agency: Agency) -> None:
    fevered(agency.unit, agency.lan, agency.minh)
    PersonDay.objects.filter(subject=agency.lan.pseudonym).update(
        excuse="ISOLATION", expects_arrival=False, expects_leaving=False
    )
    assert stand(agency.head, agency.unit).driving == {"HIGH": 1}


def test_one_more_positive_makes_the_unit_red_and_those_above(agency: Agency) -> None:
    for person in (agency.lan, agency.minh):
        declare(person, agency.unit, clock(7))
    operations.assess_people(
        [agency.lan.pseudonym, agency.minh.pseudonym], day=MONDAY, at=clock(7), cause=Cause.DECLARATION
    )
    tree = all_tree_on(MONDAY)
    higher = [(tree[agency.root.pk], all_zones([agency.root.pk])[agency.root.pk])]
    trial = tried(stand(agency.head, agency.unit), Hypothesis(positive=1), higher)
    assert (trial.now.level, trial.then.level, trial.then.zone.row_codes) == ("GREEN", "RED", ["CA", "RC"])
    assert trial.then.zone.figures["cases_in_14_days"] == 1
    assert trial.then.zone.figures["people"] == 2
    assert [(node.code, before, after) for node, before, after in trial.above] == [("SNN", "GREEN", "RED")]


def test_trial_page_keeps_the_choice_and_stores_nothing(client: Client, agency: Agency) -> None:
    fevered(agency.unit, agency.lan)
    before = UnitZone.objects.count()
    query = {"nguoi": str(agency.lan.pseudonym), "da_khai": "on"}
    status, html = shown_to(client, agency.head, "zone_trial", **query)
    assert (status, UnitZone.objects.count()) == (200, before)
    assert f'value="{agency.lan.pseudonym}" checked' in " ".join(html.split())
    assert "Giữ vững: 5K, khai báo 100 %, cập nhật trước 15 giờ." in html
    assert "Có sốt" not in html
    _status, html = shown_to(client, agency.head, "zone_trial")
    assert 'gia-dinh/" aria-current="page"' in " ".join(html.split())
    assert "Chưa giả định gì" in html
    assert f"?nguoi={agency.lan.pseudonym}&amp;da_khai=on" in html


def test_office_and_leaders_see_counts_and_nobodys_name(client: Client, agency: Agency) -> None:
    fevered(agency.unit, agency.lan)
    for name, role in (("vanphong", Role.OFFICE), ("giamdoc", Role.DIRECTOR)):
        status, html = shown_to(client, make_user(name, role, agency.root), "zone_trial", am_tinh_HIGH=1, da_khai="on")
        assert (status, str(agency.lan.pseudonym) in html, ">Lan<" in html) == (200, False, False)
        assert "Trong 1 người nguy cơ “cao”, số người có kết quả âm tính" in html
        assert "Giữ vững: 5K" in html
    _status, html = shown_to(client, make_user("yte", Role.HEALTH_OFFICER, agency.root), "zone_trial")
    assert str(agency.lan.pseudonym) in html


@pytest.mark.parametrize(
    ("query", "word"),
    [
        ({"nguoi": str(uuid.UUID(int=5))}, "không còn ở mức nguy cơ trên thấp"),
        ({"nguoi": "<script>"}, "không còn ở mức nguy cơ trên thấp"),
        ({"duong_tinh": "-1"}, "Nhập số nguyên từ 0 đến 1."),
        ({"duong_tinh": "2"}, "Nhập số nguyên từ 0 đến 1."),
        ({"duong_tinh": "nhiều"}, "Nhập số nguyên từ 0 đến 1."),
    ],
)
def test_wrong_assumption_is_refused_in_words_and_kept(
    client: Client, agency: Agency, query: dict[str, str], word: str
) -> None:
    fevered(agency.unit, agency.lan)
    status, html = shown_to(client, agency.head, "zone_trial", **query)
    assert status == 422
    assert word in html
    assert "<script>" not in html.split("</head>")[1].replace('<script type="module"', "")
    if "duong_tinh" in query:
        assert f'value="{query["duong_tinh"]}"' in html


def test_trial_is_refused_to_staff_without_a_role_with_the_reason(client: Client, agency: Agency) -> None:
    staff = make_user("lan")
    Person.objects.filter(pk=agency.lan.pk).update(user=staff)
    status, html = shown_to(client, staff, "zone_trial")
    assert status == 403
    assert "Phần giả định dành cho người có vai trò ở đơn vị" in html
    assert "gia-dinh" not in shown_to(client, staff, "unit_zone")[1]


def test_trial_needs_as_many_queries_for_one_person_as_for_four(client: Client, agency: Agency) -> None:
    counts = []
    for names in ((), ("An", "Bình", "Chi")):
        made = [make_person(agency.unit, name) for name in names] or [agency.lan]
        for person in made:
            if names:
                make_person_day(person, agency.unit)
        fevered(agency.unit, *made)
        shown_to(client, agency.head, "zone_trial")
        with CaptureQueriesContext(connection) as captured:
            shown_to(client, agency.head, "zone_trial", da_khai="on")
        counts.append(len(captured))
    assert counts[0] == counts[1]
