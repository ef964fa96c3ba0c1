"""Papers for many units: checked whole before the first, made group by group, once, also by two at once."""

import datetime
import io
import re
import uuid
import zipfile

import docx
import pypdf
import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.documents.conftest import Agency
from tests.documents.test_views import signed_in
from tests.factories.documents import make_content
from tests.factories.risk import MONDAY, clock, make_unit, make_user
from tests.races import at_once
from vungxanh.accounts.models import User
from vungxanh.audit.models import AuditEvent
from vungxanh.common import clock as clocks
from vungxanh.documents import kinds, operations, queries, tasks
from vungxanh.documents.content import Content, Paragraph, Stamp
from vungxanh.documents.fields import FIELDS, field_named, fields_of, filled, stray_braces
from vungxanh.documents.letters import LETTER
from vungxanh.documents.models import Paper, PaperBatch, PaperBatchItem
from vungxanh.documents.operations import BatchRefusedError
from vungxanh.documents.printing import word
from vungxanh.documents.printing.filling import WordForm
from vungxanh.documents.printing.printed import printed
from vungxanh.documents.rulebook import LAYOUT, PAPER_BATCHES
from vungxanh.documents.workflow import BATCH
from vungxanh.notifications.models import Notification
from vungxanh.organization.enums import Role

pytestmark = pytest.mark.django_db
LATER = clock(16)
LIST, NEW = "/van-ban/nhieu-don-vi/", "/van-ban/nhieu-don-vi/moi/"


@pytest.fixture(autouse=True)
def four_o_clock() -> object:
    kinds.register(LETTER)
    with clocks.at(LATER):
        yield


def letter(**more: object) -> Content:
    given: dict[str, object] = {
        "type_name": "",
        "symbol": "SNN-VP",
        "summary": "phòng, chống dịch tại {tên ngắn}",
        "addressees": ("{Tên đơn vị}",),
        "body": (Paragraph("Đề nghị đồng chí {thủ trưởng} thực hiện.\nĐơn vị báo cáo {cấp trên}.", "Nội dung"),),
        "recipients": ("Như trên ({mã đơn vị})", "Lưu: VT, VP"),
    }
    return make_content(**{**given, **more})


def order(agency: Agency, *, key: uuid.UUID | None = None, content: Content | None = None) -> PaperBatch:
    units = [agency.unit.pk, agency.other.pk]
    given = {"actor": agency.office, "at": LATER}
    return operations.order_papers(key or uuid.uuid4(), agency.root.pk, content or letter(), units, **given)


def make_all(at: datetime.datetime = LATER) -> None:
    while operations.make_next_papers(at=at):
        pass


def address(name: str, batch: PaperBatch) -> str:
    return reverse(f"documents:{name}", args=[batch.pk])


def typed(client: Client, **more: object) -> dict[str, object]:
    form = client.get(NEW).context["form"]
    given = {name: form[name].value() or "" for name in form.fields if name != "units"}
    return {**given, "summary": "báo cáo", "body": "Kính đề nghị {tên đơn vị}.", **more}


# --- fields ---


def test_fields_are_found_however_they_are_typed_and_filled_everywhere() -> None:
    content = letter(body=(Paragraph("{THỦ TRƯỞNG} và { thủ  trưởng }"),))
    assert fields_of(content) == ["tên ngắn", "tên đơn vị", "thủ trưởng", "mã đơn vị"]
    values = {"tên ngắn": "KL", "tên đơn vị": "Chi cục <KL> & co", "thủ trưởng": "Hà", "mã đơn vị": "KL-1"}
    made = filled(content, values)
    assert made.summary == "phòng, chống dịch tại KL"
    assert made.addressees == ("Chi cục <KL> & co",)
    assert made.body == (Paragraph("Hà và Hà"),)
    assert made.recipients == ("Như trên (KL-1)", "Lưu: VT, VP")
    assert fields_of(made) == []
    with pytest.raises(KeyError):
        filled(content, {})


def test_brace_without_another_is_found() -> None:
    assert stray_braces(letter(summary="a {tên ngắn} b")) == []
    assert stray_braces(letter(summary="a {tên ngắn b", signer="c} d")) == ["a {tên ngắn b", "c} d"]


def test_names_of_fields_are_as_they_are_looked_up() -> None:
    assert [field_named(name) for name in FIELDS] == list(FIELDS)


def test_docx_of_a_form_is_the_docx_of_the_filled_content() -> None:
    """Part by part; the order of the parts differs."""
    values = {
        "tên ngắn": "A&B",
        "tên đơn vị": "Chi cục <A> & B",
        "thủ trưởng": "Hà",
        "cấp trên": "Sở",
        "mã đơn vị": "A",
    }

    def ready(content: Content) -> object:
        return printed(content, Stamp(), LAYOUT.current().in_force(MONDAY), day=MONDAY)

    form = WordForm(ready(letter()))
    made, whole = form.filled(values), word.word(ready(filled(letter(), values)))
    assert parts_of(made) == parts_of(whole)
    assert form.filled(values) == made
    assert "Chi cục <A> & B" in docx.Document(io.BytesIO(made)).paragraphs[0].text


def parts_of(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        assert parts.testzip() is None
        return {name: parts.read(name) for name in parts.namelist()}


# --- ordering ---


def test_each_unit_gets_a_draft_of_its_own(agency: Agency) -> None:
    batch = order(agency)
    make_all()
    batch.refresh_from_db()
    assert (batch.state, batch.ended_at) == ("DONE", LATER)
    papers = Paper.objects.order_by("pk")
    assert [(one.kind, one.addressee_id, one.state, one.title) for one in papers] == [
        ("documents.letter", agency.unit.pk, "DRAFT", "Công văn: phòng, chống dịch tại KL"),
        ("documents.letter", agency.other.pk, "DRAFT", "Công văn: phòng, chống dịch tại TY"),
    ]
    [text] = [part.text for _at, part in papers[0].parts.free_parts]
    assert text == f"Đề nghị đồng chí {agency.head.full_name} thực hiện.\nĐơn vị báo cáo Đơn vị SNN."
    told = Notification.objects.filter(topic="documents.batch_done")
    assert [one.recipient for one in told] == [agency.office]
    assert not Notification.objects.filter(topic="documents.drafted").exists()


def test_trail_says_who_ordered_and_what_was_drafted(agency: Agency) -> None:
    order(agency)
    make_all()
    rows = AuditEvent.objects.filter(action__startswith="documents.").order_by("pk").values_list("action", "actor_id")
    assert list(rows) == [
        ("documents.order_papers", agency.office.pk),
        ("documents.draft_paper", agency.office.pk),
        ("documents.draft_paper", agency.office.pk),
        ("documents.finish_papers", None),
    ]


def test_every_fault_is_told_and_nothing_is_ordered(agency: Agency) -> None:
    phong = make_unit("PHONG", agency.root)
    wrong = letter(summary="{tên cơ quan} {", signature=("TL. GIÁM ĐỐC",))
    with pytest.raises(BatchRefusedError) as refused:
        operations.order_papers(
            uuid.uuid4(), agency.root.pk, wrong, [phong.pk, agency.unit.pk], actor=agency.office, at=LATER
        )
    assert refused.value.messages == [
        "Ký thay, ký thừa lệnh thì chức vụ người ký ở dòng dưới: TL. …, rồi đến chức vụ.",
        "Dấu ngoặc nhọn thiếu một bên: “{tên cơ quan} {”.",
        "Không có trường {tên cơ quan}.",
        "Trường {thủ trưởng} không có giá trị cho 1 đơn vị: PHONG.",
    ]
    assert not PaperBatch.objects.exists()


@pytest.mark.parametrize("units", [[], ["stranger"], ["missing"]])
def test_units_are_chosen_and_lie_below(agency: Agency, units: list[str]) -> None:
    ids = {"stranger": make_unit("NGOAI").pk, "missing": 10**6}
    with pytest.raises(BatchRefusedError):
        operations.order_papers(
            uuid.uuid4(), agency.root.pk, letter(), [ids[one] for one in units], actor=agency.office, at=LATER
        )


def test_no_more_units_than_the_rule_allows(agency: Agency, monkeypatch: pytest.MonkeyPatch) -> None:
    rule = PAPER_BATCHES.current().in_force(MONDAY)
    assert rule.most_units >= 1000
    with pytest.raises(BatchRefusedError) as refused:
        operations.order_papers(
            uuid.uuid4(), agency.root.pk, letter(), range(10**6, 10**6 + rule.most_units + 1),
            actor=agency.office, at=LATER,
        )  # fmt: skip
    assert any(str(rule.most_units) in words for words in refused.value.messages)


@pytest.mark.parametrize("who", ["records", "director", "head", "stranger"])
def test_only_the_office_orders_and_cancels(agency: Agency, who: str) -> None:
    actor = getattr(agency, who)
    with pytest.raises(PermissionDenied):
        operations.order_papers(uuid.uuid4(), agency.root.pk, letter(), [agency.unit.pk], actor=actor, at=LATER)
    batch = order(agency)
    with pytest.raises(PermissionDenied):
        operations.cancel_papers(batch, actor=actor, at=LATER)
    assert PaperBatch.objects.get().state == "RUNNING"


def test_same_page_and_same_letter_are_ordered_once(agency: Agency) -> None:
    first = order(agency)
    assert order(agency, key=first.pk) == first
    assert order(agency) == first
    make_all()
    assert order(agency, key=first.pk) == first
    assert Paper.objects.count() == 2
    other = make_user("vp2", Role.OFFICE, agency.root)
    with pytest.raises(BatchRefusedError):
        operations.order_papers(first.pk, agency.root.pk, letter(), [agency.unit.pk], actor=other, at=LATER)


@pytest.mark.django_db(transaction=True)
def test_same_letter_ordered_twice_at_once_is_one(agency: Agency) -> None:
    made = at_once(*(lambda: order(agency) for _time in range(3)))
    assert len({one.pk for one in made}) == 1
    assert PaperBatchItem.objects.count() == 2


# --- making ---


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_make_each_paper_once(agency: Agency) -> None:
    for number in range(6):
        make_unit(f"U{number}", agency.root)
    plain = letter(body=(Paragraph("Kính gửi {tên đơn vị}.", "Nội dung"),))
    units = [node.id for node in queries.units_to_write_to(agency.office, on=MONDAY)][1:]
    operations.order_papers(uuid.uuid4(), agency.root.pk, plain, units, actor=agency.office, at=LATER)

    def work() -> None:
        while operations.make_next_papers(at=LATER, most=3):
            pass

    at_once(work, work)
    assert sorted(Paper.objects.values_list("addressee_id", flat=True)) == sorted(units)
    assert PaperBatch.objects.get().state == "DONE"
    assert Notification.objects.filter(topic="documents.batch_done").count() == 1


def test_killed_worker_leaves_the_rest_to_the_next_one(agency: Agency) -> None:
    order(agency)
    operations.make_next_papers(at=LATER, most=1)
    with transaction.atomic():
        operations.make_next_papers(at=LATER, most=1)
        transaction.set_rollback(True)
    assert (Paper.objects.count(), PaperBatch.objects.get().state) == (1, "RUNNING")
    make_all()
    assert (Paper.objects.count(), PaperBatch.objects.get().state) == (2, "DONE")


def test_job_of_the_worker_makes_what_is_ordered(agency: Agency) -> None:
    tasks.make_papers()
    order(agency)
    tasks.make_papers()
    assert PaperBatch.objects.get().state == "DONE"


def test_first_ordered_is_made_first(agency: Agency) -> None:
    first = order(agency)
    operations.order_papers(
        uuid.uuid4(), agency.root.pk, letter(signer="Khác"), [agency.unit.pk], actor=agency.office, at=clock(17)
    )
    operations.make_next_papers(at=clock(17))
    first.refresh_from_db()
    assert first.state == "DONE"
    assert PaperBatch.objects.exclude(pk=first.pk).get().state == "RUNNING"


def test_draft_of_a_batch_is_issued_and_drafted_again_like_any_other(agency: Agency) -> None:
    order(agency)
    make_all()
    paper = Paper.objects.get(addressee=agency.unit)
    again = operations.draft_again(LETTER, paper.subject, actor=agency.office, at=LATER)
    assert (again.version, again.parts) == (2, paper.parts)
    issued = operations.issue_paper(again, number="7", symbol="SNN-VP", on=MONDAY, actor=agency.records, at=LATER)
    assert issued.full_number == "7/SNN-VP"
    assert Notification.objects.filter(topic="documents.issued", recipient=agency.head).count() == 1


# --- cancelling, erasing ---


def test_cancelling_stops_and_withdraws_what_was_made(agency: Agency) -> None:
    batch = order(agency)
    operations.make_next_papers(at=LATER, most=1)
    operations.cancel_papers(batch, actor=agency.office, at=LATER)
    make_all()
    assert [one.state for one in Paper.objects.all()] == ["WITHDRAWN"]
    with pytest.raises(BatchRefusedError):
        operations.cancel_papers(batch, actor=agency.office, at=LATER)
    event = AuditEvent.objects.get(action="documents.cancel_papers")
    assert event.detail == {"papers": 1, "kept": 0}


def test_cancelling_keeps_what_somebody_worked_on_and_says_so(agency: Agency) -> None:
    for number in range(2):
        make_unit(f"U{number}", agency.root)
    units = [node.id for node in queries.units_to_write_to(agency.office, on=MONDAY)][1:]
    plain = letter(body=(Paragraph("Kính gửi {tên đơn vị}.", "Nội dung"),))
    batch = operations.order_papers(uuid.uuid4(), agency.root.pk, plain, units, actor=agency.office, at=LATER)
    operations.make_next_papers(at=LATER, most=3)
    edited, again, untouched = Paper.objects.order_by("pk")
    parts = edited.parts
    edit = operations.Edit(None, {0: "Sửa tay."}, parts.recipients, parts.signature, parts.signer)
    operations.edit_paper(edited, edit, actor=agency.office, at=LATER)
    second = operations.draft_again(LETTER, again.subject, actor=agency.office, at=LATER)
    client = signed_in(agency.office)
    assert client.post(address("batch_cancel", batch)).status_code == 302
    assert set(Paper.objects.filter(state="DRAFT")) == {edited, second}
    assert list(Paper.objects.filter(state="WITHDRAWN")) == [untouched]
    assert AuditEvent.objects.get(action="documents.cancel_papers").detail == {"papers": 1, "kept": 2}
    page = client.get(address("batch_page", batch))
    assert (page.context["left"], "Giữ lại 2 dự thảo" in page.content.decode()) == (2, True)


def test_cancelling_leaves_what_was_issued(agency: Agency) -> None:
    batch = order(agency)
    operations.make_next_papers(at=LATER, most=1)
    operations.issue_paper(Paper.objects.get(), number="7", symbol="SNN-VP", on=MONDAY, actor=agency.records, at=LATER)
    operations.cancel_papers(batch, actor=agency.office, at=LATER)
    assert Paper.objects.get().state == "ISSUED"


@pytest.mark.django_db(transaction=True)
def test_cancelling_while_they_are_made_leaves_no_draft(agency: Agency) -> None:
    batch = order(agency)

    def cancel() -> str:
        try:
            return operations.cancel_papers(batch, actor=agency.office, at=LATER).state
        except BatchRefusedError:
            return "too late"

    _made, said = at_once(make_all, cancel)
    drafts = Paper.objects.filter(state="DRAFT").count()
    assert (said, drafts) in [("CANCELLED", 0), ("too late", 2)]


@pytest.mark.parametrize("state", BATCH.states)
def test_batch_is_cancelled_as_the_table_says_and_else_not(agency: Agency, state: str) -> None:
    batch = order(agency)
    if state == "DONE":
        make_all()
    elif state == "CANCELLED":
        operations.cancel_papers(batch, actor=agency.office, at=LATER)
    if BATCH.allows(state, "cancel"):
        assert operations.cancel_papers(batch, actor=agency.office, at=LATER).state == "CANCELLED"
    else:
        with pytest.raises(BatchRefusedError):
            operations.cancel_papers(batch, actor=agency.office, at=LATER)


def test_files_are_erased_when_the_rule_says_and_the_papers_stay(agency: Agency) -> None:
    batch = order(agency)
    make_all()
    days = PAPER_BATCHES.current().in_force(MONDAY).keep_days
    assert operations.erase_batch_files(at=LATER + datetime.timedelta(days=days, seconds=-1)) == 0
    assert b"".join(signed_in(agency.office).get(address("batch_zip", batch)).streaming_content).startswith(b"PK")
    assert operations.erase_batch_files(at=LATER + datetime.timedelta(days=days)) == 1
    assert operations.erase_batch_files(at=LATER + datetime.timedelta(days=days)) == 0
    assert not PaperBatchItem.objects.filter(docx__isnull=False).exists()
    assert Paper.objects.filter(state="DRAFT").count() == 2
    assert signed_in(agency.office).get(address("batch_zip", batch)).status_code == 404
    assert "đã được xóa" in signed_in(agency.office).get(address("batch_page", batch)).content.decode()


def test_database_keeps_batches_whole(agency: Agency) -> None:
    batch = order(agency)
    for wrong in ({"state": "DONE"}, {"state": "CANCELLED", "ended_at": LATER}, {"ended_at": LATER}):
        with pytest.raises(IntegrityError), transaction.atomic():
            PaperBatch.objects.filter(pk=batch.pk).update(**wrong)
    item = batch.items.first()
    with pytest.raises(IntegrityError), transaction.atomic():
        PaperBatchItem.objects.filter(pk=item.pk).update(docx=b"x", pdf=b"x")
    with pytest.raises(IntegrityError), transaction.atomic():
        PaperBatchItem.objects.create(batch=batch, unit=item.unit, place=9, values={})


# --- pages ---


def test_office_writes_to_every_unit_below_and_watches(agency: Agency) -> None:
    client = signed_in(agency.office)
    sent = client.post(NEW, typed(client))
    batch = PaperBatch.objects.get()
    assert sent.status_code == 302
    assert sent["Location"] == address("batch_page", batch)
    assert set(batch.items.values_list("unit__code", flat=True)) == {"KL", "TY"}
    assert (batch.parts.symbol, batch.parts.type_name) == ("SNN-VP", "")
    page = client.get(address("batch_page", batch)).content.decode()
    assert 'http-equiv="refresh"' in page
    assert re.search(r'<progress[^>]*value="0"\s+max="2"', page)
    make_all()
    page = client.get(address("batch_page", batch)).content.decode()
    assert 'http-equiv="refresh"' not in page
    assert re.search(r'<progress[^>]*value="2"\s+max="2"', page)
    assert address("batch_zip", batch) in page
    assert batch.title in client.get(LIST).content.decode()


def test_chosen_units_alone_get_a_paper(agency: Agency) -> None:
    client = signed_in(agency.office)
    assert client.post(NEW, typed(client, whom="CHOSEN", units=["TY"])).status_code == 302
    assert list(PaperBatchItem.objects.values_list("unit__code", flat=True)) == ["TY"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"body": "{không có}"},
        {"summary": ""},
        {"body": " "},
        {"whom": "CHOSEN", "units": []},
        {"whom": "CHOSEN", "units": ["X"]},
        {"signature": "TL. GIÁM ĐỐC"},
        {"type_code": "QĐ"},
        {"key": "x"},
    ],
)
def test_wrong_letter_keeps_what_was_typed_and_orders_nothing(agency: Agency, wrong: dict[str, object]) -> None:
    client = signed_in(agency.office)
    page = client.post(NEW, typed(client, signer="Lê Thị Mai", **wrong))
    assert page.status_code == 422
    assert "Lê Thị Mai" in page.content.decode()
    assert not PaperBatch.objects.exists()


def test_zip_has_a_docx_and_a_pdf_for_each_unit(agency: Agency) -> None:
    batch = order(agency)
    client = signed_in(agency.director)
    assert client.get(address("batch_zip", batch)).status_code == 404
    make_all()
    sent = client.get(address("batch_zip", batch))
    assert sent["Content-Type"] == "application/zip"
    with zipfile.ZipFile(io.BytesIO(b"".join(sent.streaming_content))) as files:
        assert files.namelist() == ["KL.docx", "KL.pdf", "TY.docx", "TY.pdf"]
        assert "Đơn vị KL" in "".join(one.text for one in docx.Document(io.BytesIO(files.read("KL.docx"))).paragraphs)
        text = pypdf.PdfReader(io.BytesIO(files.read("TY.pdf"))).pages[0].extract_text()
    assert "Đơn vị TY" in text


@pytest.mark.parametrize(
    ("who", "page", "new"),
    [("office", 200, 200), ("records", 200, 403), ("director", 200, 403), ("head", 404, 403), ("stranger", 404, 403)],
)
def test_pages_are_for_those_who_see_the_papers(agency: Agency, who: str, page: int, new: int) -> None:
    batch, client = order(agency), signed_in(getattr(agency, who))
    assert client.get(address("batch_page", batch)).status_code == page
    assert client.get(NEW).status_code == new
    assert client.get(LIST).status_code == 200
    assert (batch.title in client.get(LIST).content.decode()) == (page == 200)


def test_office_cancels_on_the_page(agency: Agency) -> None:
    batch, client = order(agency), signed_in(agency.office)
    assert client.post(address("batch_cancel", batch)).status_code == 302
    assert PaperBatch.objects.get().state == "CANCELLED"
    page = client.post(address("batch_cancel", batch), follow=True).content.decode()
    assert "Không làm được nữa: các văn bản này đã hủy." in page
    assert signed_in(agency.records).post(address("batch_cancel", batch)).status_code == 403


def test_pages_take_as_many_queries_for_many(agency: Agency) -> None:
    client = signed_in(agency.office)

    def queries_of(path: str) -> int:
        with CaptureQueriesContext(connection) as seen:
            client.get(path)
        return len(seen)

    def ordered(user: User, *units: int, signer: str) -> PaperBatch:
        content = letter(signer=signer, body=(Paragraph("{tên đơn vị}", "Nội dung"),))
        return operations.order_papers(uuid.uuid4(), agency.root.pk, content, units, actor=user, at=LATER)

    one = ordered(agency.office, agency.unit.pk, signer="A")
    make_all()
    paths = (LIST, address("batch_page", one))
    [queries_of(path) for path in paths]
    few = [queries_of(path) for path in paths]
    three = ordered(agency.office, agency.unit.pk, agency.other.pk, make_unit("BV", agency.root).pk, signer="B")
    make_all()
    assert queries_of(LIST) == few[0]
    queries_of(address("batch_page", three))
    assert queries_of(address("batch_page", three)) == few[1]
