"""Numbers given here: one after another for each unit, type and year, without gaps or doubles, and never again."""

import datetime

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.documents.conftest import Agency
from tests.documents.test_views import address, signed_in
from tests.factories.documents import make_content, make_paper
from tests.factories.risk import MONDAY, clock, make_unit
from tests.races import at_once
from vungxanh.audit.models import AuditEvent
from vungxanh.common import clock as clocks
from vungxanh.documents import kinds, operations, queries
from vungxanh.documents.kinds import Kind
from vungxanh.documents.models import NumberBook, NumberSeries, Paper
from vungxanh.documents.operations import NumberingRefusedError, PaperRefusedError, choose_numbering, start_series
from vungxanh.organization.models import Unit, UnitVersion

pytestmark = pytest.mark.django_db
LATER, YEAR = clock(16), MONDAY.year
LETTER = Kind("test.letter", "Công văn", 901, lambda subject, at: make_content(type_name="", symbol="SNN-VP"))


@pytest.fixture(autouse=True)
def four_o_clock() -> object:
    kinds.register(LETTER)
    with clocks.at(LATER):
        yield


def own(agency: Agency, *, is_own: bool = True, at: datetime.datetime = LATER) -> NumberBook:
    return choose_numbering(agency.root.pk, at.year, is_own=is_own, actor=agency.records, at=at)


def numbered(paper: Paper, agency: Agency, at: datetime.datetime = LATER) -> str:
    symbol = paper.parts.symbol
    return operations.issue_numbered(paper, symbol=symbol, actor=agency.records, at=at).full_number


def typed(paper: Paper, agency: Agency, number: str) -> Paper:
    symbol = paper.parts.symbol
    return operations.issue_paper(paper, number=number, symbol=symbol, on=MONDAY, actor=agency.records, at=LATER)


def test_each_type_is_numbered_for_itself(agency: Agency) -> None:
    own(agency)
    given = [numbered(make_paper(agency.root, str(key)), agency) for key in (1, 2)]
    letters = [numbered(make_paper(agency.root, str(key), kind=LETTER), agency) for key in (3, 4)]
    assert (given, letters) == (["1/BC-SNN", "2/BC-SNN"], ["1/SNN-VP", "2/SNN-VP"])
    issued = Paper.objects.get(number="2", symbol="BC-SNN")
    assert (issued.state, issued.issued_on, issued.series_number) == ("ISSUED", MONDAY, 2)


def test_numbers_begin_anew_with_the_year(agency: Agency) -> None:
    new_year = clock(9, day=datetime.date(2022, 1, 4))
    own(agency)
    numbered(make_paper(agency.root), agency)
    waiting = make_paper(agency.root, "2")
    with pytest.raises(PaperRefusedError):
        numbered(waiting, agency, new_year)
    own(agency, at=new_year)
    assert numbered(waiting, agency, new_year) == "1/BC-SNN"


@pytest.mark.django_db(transaction=True)
def test_numbers_that_are_taken_at_once_have_no_gaps_and_no_doubles(agency: Agency) -> None:
    papers = [make_paper(agency.root, str(key)) for key in range(1, 7)]
    own(agency)
    given = at_once(*(lambda one=one: numbered(one, agency) for one in papers))
    assert sorted(given) == [f"{number}/BC-SNN" for number in range(1, 7)]
    assert NumberSeries.objects.get().last_number == 6


@pytest.mark.django_db(transaction=True)
def test_paper_that_is_issued_twice_at_once_takes_one_number(agency: Agency) -> None:
    paper = make_paper(agency.root)
    own(agency)

    def tried() -> str:
        try:
            return numbered(paper, agency)
        except PaperRefusedError:
            return "refused"

    assert sorted(at_once(tried, tried)) == ["1/BC-SNN", "refused"]
    assert NumberSeries.objects.get().last_number == 1


def test_refused_paper_uses_up_no_number(agency: Agency) -> None:
    own(agency)
    gone = make_paper(agency.root)
    operations.withdraw_paper(gone, "Sai", actor=agency.office, at=LATER)
    with pytest.raises(PaperRefusedError):
        numbered(gone, agency)
    assert numbered(make_paper(agency.root, "2"), agency) == "1/BC-SNN"


def test_withdrawing_never_frees_a_number(agency: Agency) -> None:
    own(agency)
    paper = make_paper(agency.root)
    numbered(paper, agency)
    operations.withdraw_paper(paper, "Sai", actor=agency.office, at=LATER)
    assert numbered(make_paper(agency.root, "2"), agency) == "2/BC-SNN"
    assert Paper.objects.get(pk=paper.pk).full_number == "1/BC-SNN"


def test_series_go_on_behind_what_was_typed_also_after_a_change_of_mind(agency: Agency) -> None:
    typed(make_paper(agency.root), agency, "114")
    own(agency)
    assert numbered(make_paper(agency.root, "2"), agency) == "115/BC-SNN"
    own(agency, is_own=False)
    typed(make_paper(agency.root, "3"), agency, "120b")
    own(agency)
    assert numbered(make_paper(agency.root, "4"), agency) == "121/BC-SNN"


def test_typing_is_refused_where_numbers_are_given_and_giving_where_they_are_typed(agency: Agency) -> None:
    paper = make_paper(agency.root)
    with pytest.raises(PaperRefusedError):
        numbered(paper, agency)
    own(agency)
    with pytest.raises(PaperRefusedError) as refused:
        typed(paper, agency, "5")
    assert list(refused.value.message_dict) == ["number"]
    assert Paper.objects.get().state == "DRAFT"


def test_agency_that_changes_over_begins_at_its_next_number(agency: Agency) -> None:
    own(agency)
    start_series(agency.root.pk, YEAR, "BC", 340, actor=agency.office, at=LATER)
    assert queries.all_next_number(agency.root.pk, "BC", YEAR) == 340
    assert numbered(make_paper(agency.root), agency) == "340/BC-SNN"
    with pytest.raises(NumberingRefusedError):
        start_series(agency.root.pk, YEAR, "BC", 400, actor=agency.office, at=LATER)


@pytest.mark.parametrize("number", [0, 1_000_000, 114])
def test_start_lies_behind_what_was_given_and_is_a_number(agency: Agency, number: int) -> None:
    typed(make_paper(agency.root), agency, "114")
    own(agency)
    with pytest.raises(NumberingRefusedError):
        start_series(agency.root.pk, YEAR, "BC", number, actor=agency.office, at=LATER)
    assert NumberSeries.objects.get().last_number == 114


def test_start_needs_own_series(agency: Agency) -> None:
    with pytest.raises(NumberingRefusedError):
        start_series(agency.root.pk, YEAR, "BC", 5, actor=agency.office, at=LATER)


@pytest.mark.parametrize("year", [YEAR - 1, YEAR + 2])
def test_chosen_for_this_year_or_the_next_one(agency: Agency, year: int) -> None:
    with pytest.raises(NumberingRefusedError):
        choose_numbering(agency.root.pk, year, is_own=True, actor=agency.office, at=LATER)
    assert choose_numbering(agency.root.pk, YEAR + 1, is_own=True, actor=agency.office, at=LATER).year == YEAR + 1


@pytest.mark.parametrize(("who", "may"), [("office", 1), ("records", 1), ("director", 0), ("head", 0), ("stranger", 0)])
def test_only_the_office_and_the_records_clerk_choose(agency: Agency, who: str, may: int) -> None:
    given = {"actor": getattr(agency, who), "at": LATER}
    for act in (
        lambda: choose_numbering(agency.root.pk, YEAR, is_own=True, **given),
        lambda: start_series(agency.root.pk, YEAR, "KH", 7, **given),
    ):
        if may:
            act()
        else:
            with pytest.raises(PermissionDenied):
                act()
    written = [["documents.choose_numbering", {"year": "2021", "own_numbers": True}]]
    written += [["documents.start_series", {"year": "2021", "symbol": "KH", "first_number": 7}]]
    rows = AuditEvent.objects.filter(action__startswith="documents.").order_by("pk")
    assert [list(row) for row in rows.values_list("action", "detail")] == (written if may else [])


def test_choosing_the_same_again_writes_nothing(agency: Agency) -> None:
    own(agency)
    own(agency)
    assert AuditEvent.objects.filter(action="documents.choose_numbering").count() == 1


def test_unit_without_numbers_of_its_own_has_no_series(agency: Agency) -> None:
    with pytest.raises(PermissionDenied):
        choose_numbering(agency.unit.pk, YEAR, is_own=True, actor=agency.office, at=LATER)
    own(agency)
    UnitVersion.objects.filter(unit=agency.root).update(has_number_series=False)
    with pytest.raises(PaperRefusedError):
        numbered(make_paper(agency.root), agency)
    assert NumberSeries.objects.count() == 0


def test_database_keeps_a_number_of_a_series_once(agency: Agency) -> None:
    own(agency)
    first, second = make_paper(agency.root), make_paper(agency.root, "2")
    numbered(first, agency)
    numbered(second, agency)
    series = NumberSeries.objects.get()
    rows = Paper.objects.filter(pk=second.pk)
    for wrong in ({"series_number": 1}, {"series_number": None}, {"series": None}, {"series_number": 0}):
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(**wrong)
    with pytest.raises(IntegrityError), transaction.atomic():
        NumberSeries.objects.create(book=series.book, type_code="BC")
    with pytest.raises(IntegrityError), transaction.atomic():
        NumberBook.objects.create(unit=agency.root, year=YEAR, is_own=False, chosen_at=LATER, chosen_by=agency.office)


def book(name: str, unit: Unit, year: int = YEAR) -> str:
    return reverse(f"documents:{name}", args=[unit.code, year])


def test_clerk_chooses_on_the_page_and_issues_under_the_next_number(agency: Agency) -> None:
    paper, client = make_paper(agency.root), signed_in(agency.records)
    assert client.post(book("number_book", agency.root), {"numbering": "OWN"}).status_code == 302
    started = client.post(book("number_start", agency.root), {"type_code": "BC", "number": "57"})
    assert started.status_code == 302
    shown = client.get(address("paper_issue", paper)).content.decode()
    assert "57" in shown
    assert 'name="number"' not in shown
    assert client.post(address("paper_issue", paper), {"symbol": "BC-SNN"}).status_code == 302
    assert Paper.objects.get().full_number == "57/BC-SNN"
    page = client.get(book("number_book", agency.root))
    assert [(one.type_code, one.next_number) for one in page.context["series"]] == [("BC", 58)]


@pytest.mark.parametrize(
    "wrong", [{"numbering": ""}, {"numbering": "x"}, {"type_code": "B C", "number": "5"}, {"number": "0"}, {}]
)
def test_wrong_choice_or_start_is_refused_in_words(agency: Agency, wrong: dict[str, str]) -> None:
    client = signed_in(agency.office)
    name = "number_book" if "numbering" in wrong else "number_start"
    assert client.post(book(name, agency.root), wrong).status_code == 422
    assert not NumberBook.objects.exists()


def test_symbol_is_needed_and_has_no_blanks(agency: Agency) -> None:
    own(agency)
    paper, client = make_paper(agency.root), signed_in(agency.records)
    for symbol in ("", "BC SNN", "BC/SNN"):
        assert client.post(address("paper_issue", paper), {"symbol": symbol}).status_code == 422
    assert NumberSeries.objects.count() == 0


def test_year_that_is_over_is_looked_at_and_not_changed(agency: Agency) -> None:
    client = signed_in(agency.office)
    assert "numbering" not in client.get(book("number_book", agency.root, YEAR - 1)).content.decode()
    assert client.post(book("number_book", agency.root, YEAR - 1), {"numbering": "OWN"}).status_code == 422
    assert client.get(book("number_book", agency.root, 1999)).status_code == 404
    assert client.get(reverse("documents:number_book", args=["KHONG-CO", YEAR])).status_code == 404


def test_list_of_units_takes_as_many_queries_for_many(agency: Agency) -> None:
    client = signed_in(agency.office)

    def queries_of(client: Client) -> int:
        with CaptureQueriesContext(connection) as seen:
            client.get(reverse("documents:number_books"))
        return len(seen)

    client.get(reverse("documents:number_books"))
    one = queries_of(client)
    for code in ("CC1", "CC2"):
        unit = make_unit(code, agency.root, has_number_series=True)
        choose_numbering(unit.pk, YEAR, is_own=True, actor=agency.office, at=LATER)
    client.get(reverse("documents:number_books"))
    assert queries_of(client) == one
    rows = client.get(reverse("documents:number_books")).context["rows"]
    assert [(unit.code, bool(chosen)) for unit, chosen in rows] == [("SNN", False), ("CC1", True), ("CC2", True)]
