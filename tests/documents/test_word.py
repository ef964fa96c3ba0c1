"""A draft that comes back from Word: what was changed is seen before it is taken, and nothing gets lost in silence."""

import io
import uuid
import zipfile

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.documents.conftest import Agency
from tests.documents.test_views import address, signed_in, typed
from tests.documents.test_word_reading import REMARK, RULE, changed, printed_docx, put, tracked
from tests.factories.documents import NOTE, make_content, make_paper
from tests.factories.risk import MONDAY, clock
from tests.races import at_once
from vungxanh.audit.models import AuditEvent
from vungxanh.common import clock as clocks
from vungxanh.documents import operations
from vungxanh.documents.content import Column, Paragraph, Table
from vungxanh.documents.differences import Difference, differences
from vungxanh.documents.models import Paper, WordReturn
from vungxanh.documents.operations import WordReturnRefusedError
from vungxanh.documents.printing import word
from vungxanh.documents.printing.opening import WordRefusedError, opened
from vungxanh.documents.workflow import WORD_RETURN

pytestmark = pytest.mark.django_db
LATER = clock(16)


@pytest.fixture(autouse=True)
def four_o_clock() -> object:
    with clocks.at(LATER):
        yield


# --- files that are refused ---


def with_part(name: str, content: bytes) -> bytes:
    """The DOCX of a paper with a part more, or with another content of a part."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(printed_docx(make_content()))) as parts, zipfile.ZipFile(made, "w") as files:
        for part in parts.namelist():
            if part != name:
                files.writestr(part, parts.read(part))
        files.writestr(name, content, zipfile.ZIP_DEFLATED)
    return made.getvalue()


def part_of(name: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(printed_docx(make_content()))) as parts:
        return parts.read(name)


def linked(kind: str) -> bytes:
    name = "word/_rels/document.xml.rels"
    link = (
        f'<Relationship Id="rIdX" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}"'
        ' Target="https://example.org/x" TargetMode="External"/></Relationships>'
    )
    return with_part(name, part_of(name).replace(b"</Relationships>", link.encode()))


REFUSED = {
    "nothing": lambda: b"",
    "a text": lambda: b"Thu tay",
    "a PDF": lambda: b"%PDF-1.7\n%%EOF",
    "an old or encrypted one": lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600,
    "half of one": lambda: printed_docx(make_content())[:-400],
    "a ZIP": lambda: with_part("word/document.xml", b"<x/>"),
    "macros": lambda: with_part("word/vbaProject.bin", b"x"),
    "a document for macros": lambda: with_part(
        "[Content_Types].xml",
        part_of("[Content_Types].xml").replace(
            b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
            b"application/vnd.ms-word.document.macroEnabled.main+xml",
        ),
    ),
    "one that unpacks too far": lambda: with_part("word/media/x.bin", b"\0" * (RULE.unpacked_mb * 1024 * 1024)),
    "one with too much text": lambda: with_part("customXml/x.xml", b" " * (17 * 1024 * 1024)),
    "a template from outside": lambda: linked("attachedTemplate"),
    "a picture from outside": lambda: linked("image"),
    "entities": lambda: with_part("docProps/app.xml", b'<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'),
    "broken XML": lambda: with_part("word/document.xml", b"<w:document"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_file_that_is_no_plain_docx_is_refused_in_words(agency: Agency, what: str) -> None:
    paper = make_paper(agency.root)
    with pytest.raises(WordReturnRefusedError) as refused:
        operations.read_word(paper, REFUSED[what](), actor=agency.office, at=LATER)
    assert list(refused.value.message_dict) == ["word"]
    assert not WordReturn.objects.exists()


def test_larger_file_than_the_rule_allows_is_refused(agency: Agency) -> None:
    with pytest.raises(WordRefusedError):
        opened(b"PK\x03\x04" + b"\0" * (RULE.largest_mb * 1024 * 1024), RULE)


# --- differences ---


def test_differences_are_told_line_by_line() -> None:
    before = make_content()
    table = Table((Column("TT", 10, "center"), Column("Đơn vị", 60)), (("1", "Chi cục Kiểm lâm"),), ("", "Cộng"))
    after_it = make_content(body=(before.body[0], table, Paragraph("Mọi người đã khai đủ.\nHết.", "Nhận xét")))
    assert differences(before, after_it) == [
        Difference("CHANGED", "1 | Chi cục Thú y", "1 | Chi cục Kiểm lâm"),
        Difference("ADDED", "", "Hết."),
    ]
    assert differences(after_it, make_content(body=before.body[:1])) == [
        Difference("REMOVED", line, "")
        for line in ("TT | Đơn vị", "1 | Chi cục Kiểm lâm", " | Cộng", "Mọi người đã khai đủ.", "Hết.")
    ]
    assert differences(before, before) == []


# --- taking ---


def edited(paper: Paper, text: str = "Hai người chưa khai.") -> bytes:
    return changed(word.word(operations.ready(paper)), lambda document: put(document, REMARK, text))


def brought(agency: Agency, paper: Paper, text: str = "Hai người chưa khai.") -> WordReturn:
    return operations.read_word(paper, edited(paper, text), actor=agency.office, at=LATER)


def test_what_was_read_becomes_the_next_version_once_it_is_taken(agency: Agency) -> None:
    paper = make_paper(agency.root)
    file = edited(paper)
    found = operations.read_word(paper, file, actor=agency.office, at=LATER)
    assert Paper.objects.count() == 1
    made = operations.take_word(found, actor=agency.office, at=LATER)
    paper.refresh_from_db()
    found.refresh_from_db()
    assert (paper.state, made.state, made.version) == ("REPLACED", "DRAFT", 2)
    assert made.parts.free_parts[0][1].text == "Hai người chưa khai."
    assert (found.state, found.made, found.bytes_kept) == ("TAKEN", made, file)
    actions = AuditEvent.objects.filter(action__contains="word").order_by("pk").values_list("action", "detail__sha256")
    assert list(actions) == [("documents.read_word", found.sha256), ("documents.take_word", found.sha256)]


def test_file_that_is_not_taken_is_erased(agency: Agency) -> None:
    paper = make_paper(agency.root)
    found = brought(agency, paper)
    operations.discard_word(found, actor=agency.office, at=LATER)
    found.refresh_from_db()
    assert (found.state, found.docx, found.bytes_kept) == ("DISCARDED", None, b"")
    assert Paper.objects.get().state == "DRAFT"


def test_another_file_takes_the_place_of_the_one_that_waits(agency: Agency) -> None:
    paper = make_paper(agency.root)
    first = brought(agency, paper)
    second = brought(agency, paper, "Ba người chưa khai.")
    states = dict(WordReturn.objects.values_list("pk", "state"))
    assert states == {first.pk: "DISCARDED", second.pk: "READ"}
    with pytest.raises(WordReturnRefusedError):
        operations.take_word(first, actor=agency.office, at=LATER)


def test_file_that_says_the_same_is_refused(agency: Agency) -> None:
    paper = make_paper(agency.root)
    with pytest.raises(WordReturnRefusedError):
        operations.read_word(paper, word.word(operations.ready(paper)), actor=agency.office, at=LATER)


def test_draft_that_was_changed_meanwhile_is_not_overwritten(agency: Agency) -> None:
    paper = make_paper(agency.root)
    found = brought(agency, paper)
    client = signed_in(agency.office)
    client.post(address("paper_edit", paper), typed(client, paper, part_2="Sửa trên trang."))
    with pytest.raises(WordReturnRefusedError):
        operations.take_word(found, actor=agency.office, at=LATER)
    assert Paper.objects.get().parts.free_parts[0][1].text == "Sửa trên trang."
    with pytest.raises(WordReturnRefusedError):
        operations.read_word(paper, edited(paper), actor=agency.office, at=LATER)


@pytest.mark.parametrize("way", ["issued", "withdrawn", "drafted again"])
def test_only_a_draft_is_changed_in_word(agency: Agency, way: str) -> None:
    paper = make_paper(agency.root)
    file, found = edited(paper), brought(agency, paper)
    if way == "issued":
        operations.issue_paper(paper, number="5", symbol="BC", on=MONDAY, actor=agency.records, at=LATER)
    elif way == "withdrawn":
        operations.withdraw_paper(paper, "Sai", actor=agency.office, at=LATER)
    else:
        operations.draft_again(NOTE, paper.subject, actor=agency.office, at=LATER)
    with pytest.raises(WordReturnRefusedError):
        operations.take_word(found, actor=agency.office, at=LATER)
    with pytest.raises(WordReturnRefusedError):
        operations.read_word(paper, file, actor=agency.office, at=LATER)


@pytest.mark.parametrize("state", WORD_RETURN.states)
@pytest.mark.parametrize("verb", ["take", "discard"])
def test_every_verb_moves_as_the_table_says_and_else_refuses(agency: Agency, state: str, verb: str) -> None:
    found = brought(agency, make_paper(agency.root))
    if state == "TAKEN":
        operations.take_word(found, actor=agency.office, at=LATER)
    elif state == "DISCARDED":
        operations.discard_word(found, actor=agency.office, at=LATER)
    act = {"take": operations.take_word, "discard": operations.discard_word}[verb]
    if WORD_RETURN.allows(state, verb):
        act(found, actor=agency.office, at=LATER)
        found.refresh_from_db()
        assert found.state == WORD_RETURN.find(state, verb).end
    else:
        with pytest.raises(WordReturnRefusedError):
            act(found, actor=agency.office, at=LATER)


@pytest.mark.django_db(transaction=True)
def test_file_taken_twice_at_once_is_one_version(agency: Agency) -> None:
    found = brought(agency, make_paper(agency.root))

    def take() -> str:
        try:
            return str(operations.take_word(found, actor=agency.office, at=LATER).version)
        except WordReturnRefusedError:
            return "refused"

    assert sorted(at_once(take, take)) == ["2", "refused"]
    assert Paper.objects.count() == 2


@pytest.mark.parametrize("who", ["records", "director", "head", "stranger"])
def test_only_the_office_brings_in_and_takes(agency: Agency, who: str) -> None:
    paper, actor = make_paper(agency.root), getattr(agency, who)
    found = brought(agency, paper)
    for act in (
        lambda: operations.read_word(paper, edited(paper), actor=actor, at=LATER),
        lambda: operations.take_word(found, actor=actor, at=LATER),
        lambda: operations.discard_word(found, actor=actor, at=LATER),
    ):
        with pytest.raises(PermissionDenied):
            act()


def test_database_keeps_returns_whole(agency: Agency) -> None:
    found = brought(agency, make_paper(agency.root))
    for wrong in ({"state": "TAKEN"}, {"state": "DISCARDED"}, {"docx": None}, {"closed_at": LATER}):
        with pytest.raises(IntegrityError), transaction.atomic():
            WordReturn.objects.filter(pk=found.pk).update(**wrong)
    found.pk = uuid.uuid4()
    with pytest.raises(IntegrityError), transaction.atomic():
        found.save(force_insert=True)


# --- pages ---


def page_of(name: str, found: WordReturn) -> str:
    return reverse(f"documents:{name}", args=[found.paper_id, found.pk])


def upload(content: bytes) -> dict[str, object]:
    return {"word": SimpleUploadedFile("du-thao.docx", content)}


def test_office_brings_a_file_in_sees_the_changes_and_takes_it(agency: Agency) -> None:
    paper, client = make_paper(agency.root), signed_in(agency.office)
    assert address("paper_word", paper) in client.get(address("paper_page", paper)).content.decode()
    assert client.get(address("paper_word", paper)).status_code == 200
    sent = client.post(address("paper_word", paper), upload(edited(paper, "Hai <b>người</b>.")))
    found = WordReturn.objects.get()
    assert (sent.status_code, sent["Location"]) == (302, page_of("word_return", found))
    page = client.get(page_of("word_return", found)).content.decode()
    assert REMARK in page
    assert "Hai &lt;b&gt;người&lt;/b&gt;." in page
    file = client.get(page_of("word_return_docx", found))
    assert (file.content, file["Content-Disposition"].startswith("attachment")) == (found.bytes_kept, True)
    taken = client.post(page_of("word_return_take", found), follow=True)
    assert taken.context["paper"].version == 2
    assert "Đã có bản dự thảo mới hơn" in client.get(address("paper_page", paper)).content.decode()
    again = client.post(page_of("word_return_take", found), follow=True).content.decode()
    assert "Dự thảo đã được sửa sau khi nộp tệp này." in again


def test_what_is_left_out_is_on_the_page(agency: Agency) -> None:
    paper, client = make_paper(agency.root), signed_in(agency.office)
    content = changed(word.word(operations.ready(paper)), tracked)
    page = client.post(address("paper_word", paper), upload(content), follow=True).content.decode()
    assert "“Bớt.”" in page


@pytest.mark.parametrize("given", [{}, {"word": SimpleUploadedFile("x.docx", b"")}, upload(b"abc")])
def test_wrong_file_is_refused_in_words(agency: Agency, given: dict[str, object]) -> None:
    paper, client = make_paper(agency.root), signed_in(agency.office)
    page = client.post(address("paper_word", paper), given)
    assert page.status_code == 422
    assert list(page.context["form"].errors) == ["word"]


def test_office_does_not_take_it(agency: Agency) -> None:
    paper, client = make_paper(agency.root), signed_in(agency.office)
    found = brought(agency, paper)
    assert client.post(page_of("word_return_discard", found)).status_code == 302
    assert client.get(page_of("word_return", found)).status_code == 200
    assert client.get(page_of("word_return_docx", found)).status_code == 404
    assert client.post(page_of("word_return_discard", found), follow=True).status_code == 200
    assert "không nhận" in client.get(address("paper_word", paper)).content.decode()


@pytest.mark.parametrize(
    ("who", "brings", "looks"),
    [("office", 200, 200), ("records", 403, 200), ("director", 403, 200), ("head", 404, 404)],
)
def test_pages_are_for_those_who_see_drafts(agency: Agency, who: str, brings: int, looks: int) -> None:
    paper = make_paper(agency.root)
    found, client = brought(agency, paper), signed_in(getattr(agency, who))
    assert client.get(address("paper_word", paper)).status_code == brings
    assert client.get(page_of("word_return", found)).status_code == looks
    assert client.get(page_of("word_return_docx", found)).status_code == looks
    if who != "office":
        assert client.post(page_of("word_return_take", found)).status_code in (403, 404)


def test_unit_that_got_the_paper_does_not_see_what_came_from_word(agency: Agency) -> None:
    paper = make_paper(agency.root, addressee=agency.unit)
    made = operations.take_word(brought(agency, paper), actor=agency.office, at=LATER)
    operations.issue_paper(made, number="5", symbol="BC", on=MONDAY, actor=agency.records, at=LATER)
    client = signed_in(agency.head)
    assert client.get(address("paper_page", made)).status_code == 200
    assert client.get(page_of("word_return", WordReturn.objects.get())).status_code == 404


def test_list_of_files_takes_as_many_queries_for_many(agency: Agency) -> None:
    paper, client = make_paper(agency.root), signed_in(agency.office)

    def queries_of() -> int:
        with CaptureQueriesContext(connection) as seen:
            client.get(address("paper_word", paper))
        return len(seen)

    brought(agency, paper)
    queries_of()
    one = queries_of()
    brought(agency, paper, "Hai.")
    brought(agency, paper, "Ba.")
    assert queries_of() == one
