"""The register of outgoing papers: everything that was issued, found by words, seen by those who see the papers."""

import datetime
import importlib
import io

import openpyxl
import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.documents.conftest import Agency
from tests.documents.test_views import signed_in
from tests.factories.documents import make_paper
from tests.factories.risk import MONDAY, clock, make_user
from vungxanh.accounts.models import User
from vungxanh.common import clock as clocks
from vungxanh.documents import operations, queries
from vungxanh.documents.models import Paper
from vungxanh.organization.enums import Role
from vungxanh.organization.models import Unit

pytestmark = pytest.mark.django_db
LATER = clock(16)
REGISTER, XLSX = "/van-ban/so-di/", "/van-ban/so-di/xlsx/"


@pytest.fixture(autouse=True)
def four_o_clock() -> object:
    with clocks.at(LATER):
        yield


def issued(agency: Agency, number: int, *, unit: Unit | None = None, at: datetime.datetime = LATER) -> Paper:
    paper = make_paper(unit or agency.root, str(number), addressee=agency.unit)
    given = {"number": str(number), "symbol": "BC-SNN", "on": at.date(), "actor": agency.office, "at": at}
    return operations.issue_paper(paper, **given)


def numbers(user: User, **asked: str) -> list[str]:
    page = signed_in(user).get(REGISTER, asked)
    return [one.number for one, _content in page.context["rows"]]


def test_register_has_what_was_issued_withdrawn_as_well_the_newest_first(agency: Agency) -> None:
    issued(agency, 12)
    withdrawn = issued(agency, 13)
    operations.withdraw_paper(withdrawn, "Sai số liệu", actor=agency.office, at=LATER)
    make_paper(agency.root, "nháp")
    assert numbers(agency.office) == ["13", "12"]
    page = signed_in(agency.records).get(REGISTER).content.decode()
    for said in ("12/BC-SNN", "20/09/2021", "Báo cáo: Tình hình trong ngày", "Nguyễn Thị Hồng Vân", "Lưu: VT, VP"):
        assert said in page
    assert "Sai số liệu" in page


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("tinh hinh", ["13", "12"]),
        ("Hồng Vân", ["13", "12"]),
        ("giam doc", ["13", "12"]),
        ("13/BC", ["13"]),
        ("20/09/2021 12/", ["12"]),
        ("bao cao 12/bc", ["12"]),
        ("cong van", []),
        ("%", []),
    ],
)
def test_papers_are_found_by_every_word_with_or_without_marks(agency: Agency, words: str, found: list[str]) -> None:
    issued(agency, 12)
    issued(agency, 13)
    assert numbers(agency.office, q=words) == found


def test_years_stand_apart(agency: Agency) -> None:
    issued(agency, 12)
    issued(agency, 3, at=clock(9, day=datetime.date(2022, 1, 4)))
    assert (numbers(agency.office), numbers(agency.office, nam="2022"), numbers(agency.office, nam="2020")) == (
        ["12"],
        ["3"],
        [],
    )
    assert numbers(agency.office, nam="năm nay") == ["12"]
    assert queries.all_years(agency.root.pk) == [2022, 2021]


@pytest.mark.parametrize(
    ("who", "seen"), [("office", 1), ("records", 1), ("director", 1), ("head", 0), ("stranger", 0)]
)
def test_register_is_for_those_who_see_the_papers_of_the_unit(agency: Agency, who: str, seen: int) -> None:
    issued(agency, 12)
    assert len(numbers(getattr(agency, who))) == seen
    assert signed_in(getattr(agency, who)).get(XLSX).status_code == (200 if seen else 404)
    listed = signed_in(getattr(agency, who)).get(reverse("documents:paper_list")).content.decode()
    assert (REGISTER in listed) == bool(seen)


def test_each_unit_has_a_register_of_its_own(agency: Agency) -> None:
    issued(agency, 12)
    issued(agency, 5, unit=agency.other)
    assert (numbers(agency.office), numbers(agency.office, **{"don-vi": "TY"})) == (["12"], ["5"])
    clerk = make_user("vt2", Role.RECORDS_CLERK, agency.other)
    assert numbers(clerk, **{"don-vi": "SNN"}) == ["5"]
    assert list(queries.register_of(agency.stranger, agency.root.pk, MONDAY.year, on=MONDAY)) == []


def test_spreadsheet_is_the_register_in_the_order_of_the_year(agency: Agency) -> None:
    issued(agency, 12)
    withdrawn = issued(agency, 13)
    operations.withdraw_paper(withdrawn, "Sai số liệu", actor=agency.office, at=LATER)
    sent = signed_in(agency.office).get(XLSX, {"q": "tinh hinh"})
    assert sent["Content-Disposition"] == 'attachment; filename="so-van-ban-di-2021.xlsx"'
    rows = [list(row) for row in openpyxl.load_workbook(io.BytesIO(sent.content)).active.iter_rows(values_only=True)]
    assert rows[1][0] == "Đơn vị SNN"
    assert rows[3][:3] == ["Số", "Ký hiệu", "Ngày ban hành"]
    day = datetime.datetime.combine(MONDAY, datetime.time())
    said = ["BC-SNN", day, "Báo cáo", "Tình hình trong ngày", "Nguyễn Thị Hồng Vân"]
    to = "Giám đốc (để báo cáo); Lưu: VT, VP"
    assert rows[4:] == [["12", *said, to, "đã ban hành", None], ["13", *said, to, "đã thu hồi", "Sai số liệu"]]


def test_register_takes_as_many_queries_for_many(agency: Agency) -> None:
    client = signed_in(agency.office)

    def queries_of() -> int:
        with CaptureQueriesContext(connection) as seen:
            client.get(REGISTER)
        return len(seen)

    issued(agency, 12)
    queries_of()
    one = queries_of()
    issued(agency, 13)
    issued(agency, 14)
    assert queries_of() == one


def test_papers_from_before_the_register_are_filled_in(agency: Agency) -> None:
    """What the migration writes is what issuing writes."""
    paper, draft = issued(agency, 12), make_paper(agency.root, "nháp")
    words = Paper.objects.get(pk=paper.pk).search_text
    Paper.objects.filter(pk=paper.pk).update(search_text="cũ")
    importlib.import_module("vungxanh.documents.migrations.0005_fill_search_text").fill(apps, None)
    assert [Paper.objects.get(pk=one.pk).search_text for one in (paper, draft)] == [words, ""]
    with pytest.raises(IntegrityError), transaction.atomic():
        Paper.objects.filter(pk=paper.pk).update(search_text="")
