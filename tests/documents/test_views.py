"""Pages of papers: what is seen by whom, what is typed, what is refused in words."""

import io

import docx
import pypdf
import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.documents.conftest import Agency
from tests.factories.documents import make_paper
from tests.factories.risk import MONDAY, clock
from vungxanh.accounts.models import User
from vungxanh.common import clock as clocks
from vungxanh.documents.models import Paper
from vungxanh.documents.operations import issue_paper

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def four_o_clock() -> object:
    with clocks.at(clock(16)):
        yield


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user, settings.AUTHENTICATION_BACKENDS[1])
    return client


def address(name: str, paper: Paper, *more: object) -> str:
    return reverse(f"documents:{name}", args=[paper.pk, *more])


def typed(client: Client, paper: Paper, **more: str) -> dict[str, str]:
    """What the page of the draft holds, with changes."""
    form = client.get(address("paper_edit", paper)).context["form"]
    return {**{name: str(form[name].value() or "") for name in form.fields}, **more}


def test_list_shows_the_agencys_papers_and_filters(agency: Agency) -> None:
    paper, _other = make_paper(agency.root), make_paper(agency.root, "2")
    issue_paper(paper, number="12", symbol="BC-SNN", on=MONDAY, actor=agency.office, at=clock(16))
    client = signed_in(agency.office)
    assert len(client.get(reverse("documents:paper_list")).context["rows"]) == 2
    found = client.get(reverse("documents:paper_list"), {"state": "ISSUED", "kind": "test.note"})
    assert [row[0].full_number for row in found.context["rows"]] == ["12/BC-SNN"]
    assert client.get(reverse("documents:paper_list"), {"kind": "khac", "state": "x"}).context["rows"] == []


def test_list_takes_as_many_queries_for_many(agency: Agency) -> None:
    client = signed_in(agency.office)

    def queries() -> int:
        with CaptureQueriesContext(connection) as seen:
            client.get(reverse("documents:paper_list"))
        return len(seen)

    make_paper(agency.root)
    client.get(reverse("documents:paper_list"))
    one = queries()
    make_paper(agency.root, "2", addressee=agency.unit)
    make_paper(agency.root, "3")
    assert queries() == one


@pytest.mark.parametrize("who", ["head", "stranger"])
def test_draft_is_not_there_for_others(agency: Agency, who: str) -> None:
    paper, client = make_paper(agency.root, addressee=agency.unit), signed_in(getattr(agency, who))
    for name in ("paper_page", "paper_pdf", "paper_docx", "paper_edit", "paper_issue", "paper_withdraw"):
        assert client.get(address(name, paper)).status_code == 404
    assert client.get(address("paper_picture", paper, 1)).status_code == 404
    assert client.post(address("paper_redraft", paper)).status_code == 404


def test_unit_reads_what_is_issued_to_it_without_its_drafts(agency: Agency) -> None:
    paper = make_paper(agency.root, addressee=agency.unit)
    issue_paper(paper, number="12", symbol="BC-SNN", on=MONDAY, actor=agency.office, at=clock(16))
    client = signed_in(agency.head)
    page = client.get(address("paper_page", paper)).content.decode()
    assert "12/BC-SNN" in page
    assert "Quá trình xử lý" not in page
    assert client.get(address("paper_pdf", paper)).status_code == 200
    assert client.get(address("paper_edit", paper)).status_code == 403


def test_files_and_preview_are_the_paper(agency: Agency) -> None:
    paper, client = make_paper(agency.root), signed_in(agency.director)
    sent = client.get(address("paper_docx", paper))
    assert sent["Content-Disposition"].endswith('.docx"')
    assert "Mọi người đã khai đủ." in [one.text for one in docx.Document(io.BytesIO(sent.content)).paragraphs]
    pages = pypdf.PdfReader(io.BytesIO(client.get(address("paper_pdf", paper)).content)).pages
    assert "Mọi người đã khai đủ." in pages[0].extract_text()
    picture = client.get(address("paper_picture", paper, 1))
    assert (picture["Content-Type"], picture.content[:4]) == ("image/png", b"\x89PNG")
    assert client.get(address("paper_picture", paper, 2)).status_code == 404
    assert address("paper_picture", paper, 1) in client.get(address("paper_page", paper)).content.decode()


def test_office_edits_the_free_parts(agency: Agency) -> None:
    paper, client = make_paper(agency.root), signed_in(agency.office)
    given = typed(
        client, paper, part_2="Hai người <b>chưa</b> khai.", signature="kt. giám đốc\nphó giám đốc", signer=""
    )
    assert client.post(address("paper_edit", paper), given).status_code == 302
    content = Paper.objects.get().parts
    assert content.free_parts[0][1].text == "Hai người <b>chưa</b> khai."
    assert content.signature == ("KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC")
    assert content.recipients == ("Giám đốc (để báo cáo)", "Lưu: VT, VP")


@pytest.mark.parametrize(
    "wrong", [{"signature": "TL. GIÁM ĐỐC"}, {"recipients": " "}, {"part_2": ""}, {"part_2": "a" * 3001}]
)
def test_wrong_edit_keeps_what_was_typed_and_changes_nothing(agency: Agency, wrong: dict[str, str]) -> None:
    make_paper(agency.root)
    paper, client = Paper.objects.get(), signed_in(agency.office)
    page = client.post(address("paper_edit", paper), typed(client, paper, signer="Lê Thị Mai") | wrong)
    assert page.status_code == 422
    assert page.context["form"].errors.keys() == wrong.keys()
    assert "Lê Thị Mai" in page.content.decode()
    assert Paper.objects.get().content == paper.content


def test_two_who_edit_at_once_do_not_overwrite_each_other(agency: Agency) -> None:
    paper, client = make_paper(agency.root), signed_in(agency.office)
    first, second = typed(client, paper, part_2="Một."), typed(client, paper, part_2="Hai.")
    client.post(address("paper_edit", paper), first)
    page = client.post(address("paper_edit", paper), second)
    assert page.status_code == 422
    assert "Hai." in page.content.decode()
    assert Paper.objects.get().parts.free_parts[0][1].text == "Một."


def test_moment_that_was_made_up_is_no_page_of_a_draft(agency: Agency) -> None:
    """Also of a draft that nobody has edited yet, where the page holds none."""
    paper, client = make_paper(agency.root), signed_in(agency.office)
    assert typed(client, paper)["seen"] == ""
    page = client.post(address("paper_edit", paper), typed(client, paper, part_2="Một.", seen="hôm qua"))
    assert page.status_code == 422
    assert Paper.objects.get().edited_at is None


def test_records_clerk_writes_down_number_and_date(agency: Agency) -> None:
    paper, client = make_paper(agency.root), signed_in(agency.records)
    given = {"number": "5", "symbol": "BC-SNN&PTNT", "issued_on": "2021-09-20"}
    assert client.post(address("paper_issue", paper), given).status_code == 302
    text = pypdf.PdfReader(io.BytesIO(client.get(address("paper_pdf", paper)).content)).pages[0].extract_text()
    assert "Số: 05/BC-SNN&PTNT" in text
    assert "ngày 20 tháng 9 năm 2021" in text


@pytest.mark.parametrize(
    "wrong",
    [
        {"number": "5/BC"},
        {"number": ""},
        {"symbol": "a b"},
        {"symbol": ""},
        {"issued_on": "2021-09-21"},
        {"issued_on": "x"},
    ],
)
def test_wrong_number_or_date_is_refused_in_words(agency: Agency, wrong: dict[str, str]) -> None:
    paper, client = make_paper(agency.root), signed_in(agency.records)
    given = {"number": "77", "symbol": "BC-SNN", "issued_on": "2021-09-20"} | wrong
    page = client.post(address("paper_issue", paper), given)
    assert page.status_code == 422
    assert page.context["form"].errors.keys() == wrong.keys()
    assert Paper.objects.get().state == "DRAFT"


def test_issuing_twice_is_refused(agency: Agency) -> None:
    paper, client = make_paper(agency.root), signed_in(agency.records)
    given = {"number": "77", "symbol": "BC-SNN", "issued_on": "2021-09-20"}
    client.post(address("paper_issue", paper), given)
    assert client.post(address("paper_issue", paper), given | {"number": "78"}).status_code == 422
    assert Paper.objects.get().number == "77"


def test_withdrawing_needs_a_reason(agency: Agency) -> None:
    paper, client = make_paper(agency.root), signed_in(agency.office)
    assert client.post(address("paper_withdraw", paper), {"reason": " "}).status_code == 422
    assert client.post(address("paper_withdraw", paper), {"reason": "Sai số liệu"}).status_code == 302
    assert "Sai số liệu" in client.get(address("paper_page", paper)).content.decode()


def test_office_drafts_again_and_sees_both_versions(agency: Agency) -> None:
    paper, client = make_paper(agency.root), signed_in(agency.office)
    page = client.post(address("paper_redraft", paper), follow=True)
    assert page.context["paper"].version == 2
    assert "Soạn, bản 1" in page.content.decode()
    old = client.get(address("paper_page", paper)).content.decode()
    assert "Đã có bản dự thảo mới hơn" in old
    assert signed_in(agency.director).post(address("paper_redraft", paper)).status_code == 403


@pytest.mark.parametrize("text", ["tinh hinh", "Tình hình", "12/BC-SNN", "20/09/2021"])
def test_search_finds_papers_that_one_sees(agency: Agency, text: str) -> None:
    paper = make_paper(agency.root)
    issue_paper(paper, number="12", symbol="BC-SNN", on=MONDAY, actor=agency.office, at=clock(16))
    found = signed_in(agency.office).get(reverse("common:search"), {"q": text}).content.decode()
    assert address("paper_page", paper) in found
    hidden = signed_in(agency.head).get(reverse("common:search"), {"q": text}).content.decode()
    assert address("paper_page", paper) not in hidden
