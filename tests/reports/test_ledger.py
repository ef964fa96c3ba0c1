"""The ledger of returns: what each day of a month says of each unit, who sees it, and the reasons that are given."""

import datetime
import io
from types import SimpleNamespace

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from python_calamine import CalamineWorkbook

from tests.factories.risk import FRIDAY, MONDAY, clock, make_person, make_unit, make_user
from vungxanh.accounts.models import User
from vungxanh.audit.models import AuditEvent
from vungxanh.common import clock as clocks
from vungxanh.organization.enums import Role, RosterKind
from vungxanh.organization.models import RosterEntry, Unit, UnitVersion
from vungxanh.organization.tree import all_tree_on, all_trees_between
from vungxanh.reports.queries.ledger import Ledger, ledger
from vungxanh.reports.views.asked import UNITS_PER_PAGE
from vungxanh.risk.enums import ReturnKind
from vungxanh.risk.models import DailyReturn, ReturnExplanation
from vungxanh.risk.operations import ExplanationRefusedError, explain_return, open_unusual_return, submit_return

pytestmark = pytest.mark.django_db
BACKEND = "vungxanh.accounts.backends.NameOrPhoneBackend"
ONE = datetime.timedelta(days=1)
NEXT_MONDAY = MONDAY + 7 * ONE


@pytest.fixture
def agency() -> SimpleNamespace:
    """On Friday both units sent in time; on Monday the first sent late, the second not at all."""
    root = make_unit("SO", is_reporting_point=False)
    first, second = make_unit("CC1", root), make_unit("CC2", root)
    heads = [make_user("truong1", Role.UNIT_HEAD, first), make_user("truong2", Role.UNIT_HEAD, second)]
    office, stranger = make_user("vanphong", Role.OFFICE, root), make_user("la")
    for unit, head in ((first, heads[0]), (second, heads[1])):
        sent(unit, FRIDAY, 14, head)
    sent(first, MONDAY, 16, heads[0])
    return SimpleNamespace(root=root, first=first, second=second, heads=heads, office=office, stranger=stranger)


def sent(unit: Unit, day: datetime.date, hour: int, head: User, note: str = "") -> DailyReturn:
    at = clock(hour, day=day)
    return submit_return(unit.pk, day=day, kind=ReturnKind.DAILY, actor=head, at=at, note=note)


def book(viewer: User, at: datetime.datetime | None = None) -> Ledger:
    return ledger(viewer, FRIDAY, MONDAY, at=at or clock(17))


def states(found: Ledger) -> dict[str, list[str]]:
    return {line.unit.code: [entry.state for entry in line.entries] for line in found.lines}


def test_each_day_is_judged_by_its_first_version(agency: SimpleNamespace) -> None:
    sent(agency.first, FRIDAY, 17, agency.heads[0], note="Bổ sung")
    found = book(agency.office)
    assert states(found) == {
        "CC1": ["ON_TIME", "", "", "LATE"],
        "CC2": ["ON_TIME", "", "", "MISSING"],
    }
    [first, second] = found.lines
    assert [entry.versions for entry in first.entries] == [2, 0, 0, 1]
    assert (first.on_time, first.late, first.missing, first.owed) == (1, 1, 0, 2)
    assert second.share == 0.5
    assert found.unexplained == 2


def test_day_that_is_not_over_yet_is_open(agency: SimpleNamespace) -> None:
    tuesday = ledger(agency.office, MONDAY + ONE, MONDAY + ONE, at=clock(9, day=MONDAY + ONE))
    assert states(tuesday) == {"CC1": ["PENDING"], "CC2": ["PENDING"]}
    at_due = ledger(agency.office, MONDAY + ONE, MONDAY + ONE, at=clock(15, day=MONDAY + ONE))
    assert states(at_due) == {"CC1": ["MISSING"], "CC2": ["MISSING"]}


def test_days_before_the_first_return_of_all_owe_nothing(agency: SimpleNamespace) -> None:
    found = ledger(agency.office, FRIDAY - 2 * ONE, FRIDAY, at=clock(17))
    assert states(found) == {"CC1": ["", "", "ON_TIME"], "CC2": ["", "", "ON_TIME"]}


def test_unit_owes_only_while_it_is_a_reporting_point(agency: SimpleNamespace) -> None:
    UnitVersion.objects.filter(unit=agency.second).update(valid_to=MONDAY)
    founded = make_unit("CC3", agency.root)
    UnitVersion.objects.filter(unit=founded).update(valid_from=MONDAY)
    assert states(book(agency.office)) == {
        "CC1": ["ON_TIME", "", "", "LATE"],
        "CC3": ["", "", "", "MISSING"],
        "CC2": ["ON_TIME", "", "", ""],
    }


def test_day_off_owes_a_return_where_the_roster_has_somebody_on_duty(agency: SimpleNamespace) -> None:
    person = make_person(agency.second, "Người trực", user=make_user("truc"))
    RosterEntry.objects.create(person=person, unit=agency.second, date=FRIDAY + ONE, kind=RosterKind.DUTY)
    assert states(book(agency.office))["CC2"] == ["ON_TIME", "MISSING", "", "MISSING"]
    sent(agency.second, FRIDAY + ONE, 14, person.user)
    assert states(book(agency.office))["CC2"] == ["ON_TIME", "ON_TIME", "", "MISSING"]


def test_unusual_return_of_a_day_off_makes_no_daily_return_owed(agency: SimpleNamespace) -> None:
    open_unusual_return(agency.first.pk, day=FRIDAY + ONE, at=clock(9, day=FRIDAY + ONE), cause="F1")
    entry = book(agency.office).lines[0].entries[1]
    assert (entry.state, entry.unusual) == ("", 1)


def test_unusual_returns_are_counted_with_those_late_or_still_open(agency: SimpleNamespace) -> None:
    open_unusual_return(agency.first.pk, day=MONDAY, at=clock(9), cause="F1")
    in_time = book(agency.office, clock(9, 30)).lines[0].unusual
    over = book(agency.office, clock(10, 30)).lines[0].unusual
    assert (in_time, over) == ((1, 0), (1, 1))


def test_viewer_sees_own_units_only(agency: SimpleNamespace) -> None:
    assert list(states(book(agency.heads[1]))) == ["CC2"]
    assert list(states(book(agency.stranger))) == []


def test_month_takes_as_many_queries_for_many_units(agency: SimpleNamespace) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as seen:
            book(agency.office)
        return len(seen)

    few = queries()
    for number in range(4, 9):
        unit = make_unit(f"CC{number}", agency.root)
        sent(unit, MONDAY, 14, make_user(f"truong{number}", Role.UNIT_HEAD, unit))
    assert queries() == few


def test_trees_of_a_span_are_those_of_each_day(agency: SimpleNamespace) -> None:
    UnitVersion.objects.filter(unit=agency.second).update(valid_to=MONDAY - ONE)
    trees = all_trees_between(FRIDAY, MONDAY)
    assert list(trees) == [FRIDAY + offset * ONE for offset in range(4)]
    for day, tree in trees.items():
        assert [node.code for node in tree] == [node.code for node in all_tree_on(day)]
    assert trees[FRIDAY] is trees[FRIDAY + ONE]


# --- Reasons ----------------------------------------------------------------------------------------------------------


def test_reason_of_a_late_return_stands_in_the_ledger_and_again_replaces_it(agency: SimpleNamespace) -> None:
    head = agency.heads[0]
    explain_return(agency.first.pk, MONDAY, " Mất điện ", actor=head, at=clock(17))
    explain_return(agency.first.pk, MONDAY, "Mất điện từ 14 giờ", actor=head, at=clock(17, 5))
    entry = book(agency.office).lines[0].entries[-1]
    assert entry.explanation
    assert entry.explanation.reason == "Mất điện từ 14 giờ"
    said = AuditEvent.objects.filter(action="risk.explain_return").order_by("pk")
    assert [row.detail["reason"] for row in said] == ["Mất điện", "Mất điện từ 14 giờ"]


def test_reason_of_a_missing_return_is_taken_for_a_week(agency: SimpleNamespace) -> None:
    head = agency.heads[1]
    with pytest.raises(ExplanationRefusedError):
        explain_return(agency.second.pk, MONDAY, "Quên", actor=head, at=clock(9, day=NEXT_MONDAY + ONE))
    explain_return(agency.second.pk, MONDAY, "Quên", actor=head, at=clock(9, day=NEXT_MONDAY))
    assert ReturnExplanation.objects.count() == 1


@pytest.mark.parametrize(
    ("day", "hour", "reason"),
    [(FRIDAY, 17, "Đã nộp đúng hạn"), (MONDAY, 14, "Chưa đến hạn"), (MONDAY, 17, "   ")],
    ids=["in time", "not due yet", "nothing said"],
)
def test_nothing_to_explain_is_refused(agency: SimpleNamespace, day: datetime.date, hour: int, reason: str) -> None:
    with pytest.raises(ExplanationRefusedError):
        explain_return(agency.second.pk, day, reason, actor=agency.heads[1], at=clock(hour))
    assert ReturnExplanation.objects.count() == 0


def test_reason_by_somebody_else_is_refused(agency: SimpleNamespace) -> None:
    for actor in (agency.heads[0], agency.office, agency.stranger):
        with pytest.raises(PermissionDenied):
            explain_return(agency.second.pk, MONDAY, "Quên", actor=actor, at=clock(17))


# --- Pages ------------------------------------------------------------------------------------------------------------


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user, BACKEND)
    return client


def test_page_names_late_and_missing_days_with_their_reasons(agency: SimpleNamespace) -> None:
    explain_return(agency.first.pk, MONDAY, "Mất điện <b>", actor=agency.heads[0], at=clock(17))
    with clocks.at(clock(18)):
        page = client_of(agency.office).get("/so-bao-cao/?thang=2021-09").content.decode()
    assert "Mất điện &lt;b&gt;" in page
    assert "1 đúng hạn, 1 muộn, 0 không nộp" in page
    assert "chưa nêu lý do" in page


def test_page_of_many_units_comes_page_by_page_with_the_figures_of_all(agency: SimpleNamespace) -> None:
    for number in range(UNITS_PER_PAGE - 1):
        make_unit(f"D{number}", agency.root)
    client = client_of(agency.office)
    with clocks.at(clock(18)):
        first, second = (
            client.get("/so-bao-cao/", {"thang": "2021-09", "page": page}).content.decode() for page in (1, 2)
        )
    assert (first.count('<span class="vx-strip"'), "1–50 trên 51" in first) == (UNITS_PER_PAGE, True)
    assert (second.count('<span class="vx-strip"'), "51–51 trên 51" in second) == (1, True)
    found = book(agency.office)
    sums = [sum(getattr(line, name) for line in found.lines) for name in ("on_time", "late", "missing")]
    assert [found.on_time, found.late, found.missing] == sums == [2, 1, 99]


@pytest.mark.parametrize("month", ["", "2021-13", "9999-01", "abc"])
def test_page_of_no_month_is_this_month(agency: SimpleNamespace, month: str) -> None:
    with clocks.at(clock(18)):
        page = client_of(agency.office).get("/so-bao-cao/", {"thang": month}).content.decode()
    assert "tháng 09/2021" in page


def test_spreadsheet_has_sums_and_days(agency: SimpleNamespace) -> None:
    with clocks.at(clock(18)):
        content = client_of(agency.office).get("/so-bao-cao/xlsx/?thang=2021-09").content
    sums, days = (CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(n).to_python() for n in (0, 1))
    assert sums[1][1:6] == ["CC1", 1, 1, 0, 50.0]
    assert [row[3] for row in days[1:]] == ["Đúng hạn", "Nộp muộn", "Đúng hạn", "Không nộp"]


def test_return_page_takes_the_reason_and_shows_it(agency: SimpleNamespace) -> None:
    path = f"/nguy-co/bao-cao/CC1/{MONDAY}/"
    client = client_of(agency.heads[0])
    with clocks.at(clock(17)):
        assert client.post(f"{path}ly-do/", {"reason": " "}).status_code == 422
        answer = client.post(f"{path}ly-do/", {"reason": "Mất điện"}, follow=True)
    assert "Mất điện" in answer.content.decode()
    assert "Đã lưu lý do" in answer.content.decode()
    with clocks.at(clock(17)):
        assert "Lưu lý do" not in client_of(agency.office).get(path).content.decode()
