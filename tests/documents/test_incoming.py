"""The register of papers that arrive: numbers without gaps, handed over, dealt with, struck off; seen by whom."""

import datetime
import io
from collections.abc import Callable

import openpyxl
import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.documents.conftest import Agency
from tests.documents.test_files import SCAN, SIGNED
from tests.documents.test_views import signed_in
from tests.factories.documents import make_incoming, make_paper
from tests.factories.risk import MONDAY, clock, make_unit, make_user
from tests.races import after_a_look_at, at_once
from vungxanh.accounts.models import User
from vungxanh.audit.models import AuditEvent
from vungxanh.cli.integrity import all_record_faults
from vungxanh.common import clock as clocks
from vungxanh.documents import queries
from vungxanh.documents.enums import Urgency
from vungxanh.documents.models import IncomingBook, IncomingPaper, IncomingScan
from vungxanh.documents.operations import incoming as operations
from vungxanh.documents.operations import issue_paper
from vungxanh.documents.operations.incoming import Entry, IncomingRefusedError
from vungxanh.documents.rulebook import INCOMING
from vungxanh.documents.workflow import INCOMING as MOVES
from vungxanh.notifications.models import Notification
from vungxanh.organization.enums import Role

pytestmark = pytest.mark.django_db
LATER, YEAR = clock(16), MONDAY.year
REGISTER, XLSX = "/van-ban/so-den/", "/van-ban/so-den/xlsx/"
ENTRY = Entry("UBND tỉnh Vĩnh Phúc", "Công văn về khai báo y tế", "125/UBND-VP", MONDAY)
ONE_DAY = datetime.timedelta(days=1)


@pytest.fixture(autouse=True)
def four_o_clock() -> object:
    with clocks.at(LATER):
        yield


def register(
    agency: Agency, entry: Entry = ENTRY, *, code: str = "", on: datetime.date = MONDAY, at: datetime.datetime = LATER
) -> IncomingPaper:
    return operations.register_incoming(agency.root.pk, code, on, entry, actor=agency.records, at=at)


def other(number: int) -> Entry:
    return Entry("Bộ Y tế", f"Thông báo số {number}", f"{number}/TB-BYT")


def address(name: str, paper: IncomingPaper, *more: object) -> str:
    return reverse(f"documents:{name}", args=[paper.pk, *more])


# --- numbers ---


def test_numbers_follow_one_another_by_register_and_year(agency: Agency) -> None:
    numbers = [register(agency, other(one)).number for one in (1, 2)]
    letters = register(agency, other(3), code="DT").number
    new_year = clock(9, day=datetime.date(2022, 1, 4))
    late = register(agency, other(4), on=datetime.date(2021, 12, 31), at=new_year).number
    first = register(agency, other(5), on=datetime.date(2022, 1, 4), at=new_year).number
    assert (numbers, letters, late, first) == ([1, 2], 1, 3, 1)


@pytest.mark.django_db(transaction=True)
def test_numbers_taken_at_once_have_no_gaps_and_no_doubles(agency: Agency) -> None:
    made = at_once(*(lambda one=one: register(agency, other(one)).number for one in range(6)))
    assert sorted(made) == [1, 2, 3, 4, 5, 6]
    assert IncomingBook.objects.get().last_number == 6


@pytest.mark.django_db(transaction=True)
def test_same_paper_registered_twice_at_once_is_one(agency: Agency) -> None:
    def tried() -> str:
        try:
            return str(register(agency).number)
        except IncomingRefusedError:
            return "refused"

    assert sorted(at_once(tried, tried)) == ["1", "refused"]
    assert IncomingBook.objects.get().last_number == 1


def test_refused_and_struck_off_papers_free_no_number(agency: Agency) -> None:
    first = register(agency)
    with pytest.raises(IncomingRefusedError) as refused:
        register(agency)
    assert "1/2021" in refused.value.message_dict["symbol"][0]
    operations.strike_incoming(first, "Nhầm", actor=agency.records, at=LATER)
    assert register(agency).number == 2


def test_papers_without_a_number_are_not_compared(agency: Agency) -> None:
    plain = Entry("Ông Nguyễn Văn A", "Đơn đề nghị")
    assert [register(agency, plain).number for _time in range(2)] == [1, 2]


def test_agency_that_changes_over_begins_at_its_next_number(agency: Agency) -> None:
    given = {"actor": agency.office, "at": LATER}
    operations.start_incoming(agency.root.pk, YEAR, "", 3012, **given)
    assert register(agency).number == 3012
    with pytest.raises(IncomingRefusedError):
        operations.start_incoming(agency.root.pk, YEAR, "", 4000, **given)


@pytest.mark.parametrize(("year", "number"), [(YEAR - 1, 5), (YEAR + 2, 5), (YEAR, 0), (YEAR, 1_000_000)])
def test_start_is_a_number_of_this_year_or_the_next(agency: Agency, year: int, number: int) -> None:
    with pytest.raises(IncomingRefusedError):
        operations.start_incoming(agency.root.pk, year, "", number, actor=agency.office, at=LATER)


# --- what is written down ---


@pytest.mark.parametrize(
    ("entry", "on", "code"),
    [
        (ENTRY, MONDAY + ONE_DAY, ""),
        (ENTRY, MONDAY - 32 * ONE_DAY, ""),
        (ENTRY, MONDAY, "XX"),
        (Entry(" ", "Thông báo"), MONDAY, ""),
        (Entry("Bộ Y tế", " "), MONDAY, ""),
        (Entry("Bộ Y tế", "Thông báo", "1", MONDAY + ONE_DAY), MONDAY, ""),
        (Entry("Bộ Y tế", "Thông báo", due_on=MONDAY - ONE_DAY), MONDAY, ""),
    ],
)
def test_what_does_not_fit_is_refused_and_uses_up_no_number(
    agency: Agency, entry: Entry, on: datetime.date, code: str
) -> None:
    assert INCOMING.current().in_force(MONDAY).days_back == 31
    with pytest.raises(IncomingRefusedError):
        register(agency, entry, on=on, code=code)
    assert not IncomingBook.objects.exclude(last_number=0).exists()


def test_unit_without_numbers_of_its_own_keeps_no_register(agency: Agency) -> None:
    with pytest.raises(IncomingRefusedError):
        operations.register_incoming(agency.unit.pk, "", MONDAY, ENTRY, actor=agency.office, at=LATER)


def test_correcting_keeps_number_and_day_and_says_what_changed(agency: Agency) -> None:
    paper = register(agency)
    right = Entry(ENTRY.issuer, "Công văn về xét nghiệm", "125/UBND-VP", MONDAY)
    corrected = operations.correct_incoming(paper, right, actor=agency.office, at=LATER)
    assert (corrected.number, corrected.arrived_on, corrected.summary) == (1, MONDAY, "Công văn về xét nghiệm")
    operations.correct_incoming(paper, right, actor=agency.office, at=LATER)
    events = AuditEvent.objects.filter(action="documents.correct_incoming")
    assert [one.detail for one in events] == [{"fields": ["summary"]}]


def test_unit_is_told_and_told_again_where_it_goes_to_another(agency: Agency) -> None:
    paper = register(agency)
    assert not queries.incoming_visible_to(agency.head, on=MONDAY).exists()
    handed = operations.hand_incoming(paper, agency.unit.pk, handler="Trần Thị B", actor=agency.records, at=LATER)
    assert (handed.state, handed.handed_unit_id, handed.handler) == ("HANDED", agency.unit.pk, "Trần Thị B")
    assert list(queries.incoming_visible_to(agency.head, on=MONDAY)) == [paper]
    operations.hand_incoming(paper, agency.unit.pk, handler="Trần Thị B", actor=agency.records, at=LATER)
    later = LATER + datetime.timedelta(minutes=1)
    operations.hand_incoming(paper, agency.other.pk, actor=agency.records, at=later)
    told = Notification.objects.filter(topic="documents.handed").order_by("pk")
    assert [one.recipient for one in told] == [agency.head, agency.stranger]
    assert not queries.incoming_visible_to(agency.head, on=MONDAY).exists()


def test_paper_is_handed_within_the_agency(agency: Agency) -> None:
    paper = register(agency)
    for unit_id in (make_unit("NGOAI").pk, 10**6):
        with pytest.raises(IncomingRefusedError):
            operations.hand_incoming(paper, unit_id, actor=agency.records, at=LATER)


def test_unit_says_what_became_of_it_with_the_paper_that_answers(agency: Agency) -> None:
    paper = make_incoming(agency.root, agency.records, agency.unit, at=LATER)
    draft = make_paper(agency.root)
    given = {"actor": agency.head, "at": LATER}
    with pytest.raises(IncomingRefusedError) as refused:
        operations.close_incoming(paper, "Đã trả lời", answered_by="12/BC-SNN", **given)
    assert list(refused.value.message_dict) == ["answered_by"]
    issue_paper(draft, number="12", symbol="BC-SNN", on=MONDAY, actor=agency.records, at=LATER)
    with pytest.raises(IncomingRefusedError):
        operations.close_incoming(paper, " ", **given)
    closed = operations.close_incoming(paper, "Đã trả lời", answered_by=" 12/BC-SNN ", **given)
    assert (closed.state, closed.answer, closed.closed_by) == ("DEALT", draft, agency.head)
    again = operations.reopen_incoming(paper, actor=agency.records, at=LATER)
    assert (again.state, again.outcome, again.answer) == ("HANDED", "", None)


def test_paper_that_was_handed_to_nobody_is_opened_again_in_the_register(agency: Agency) -> None:
    paper = register(agency)
    operations.close_incoming(paper, "Lưu", actor=agency.records, at=LATER)
    client = signed_in(agency.records)
    assert client.get(address("incoming_page", paper)).context["offered"].keys() == {"reopen"}
    assert client.post(address("incoming_reopen", paper)).status_code == 302
    paper.refresh_from_db()
    assert (paper.state, paper.outcome, paper.closed_at, paper.handed_at) == ("ARRIVED", "", None, None)
    assert AuditEvent.objects.filter(action="documents.reopen_incoming").count() == 1
    assert not Notification.objects.filter(topic="documents.handed").exists()
    with pytest.raises(IncomingRefusedError):
        operations.reopen_incoming(paper, actor=agency.records, at=LATER)


def open_notices() -> list[User]:
    rows = Notification.objects.filter(topic="documents.handed", settled_at=None)
    return [one.recipient for one in rows.order_by("pk")]


def test_notice_is_settled_where_nothing_is_left_to_do(agency: Agency) -> None:
    moments = iter(LATER + datetime.timedelta(minutes=one) for one in range(9))
    given = {"actor": agency.records}
    paper, left = register(agency), register(agency, other(2))
    operations.hand_incoming(left, agency.unit.pk, at=next(moments), **given)
    operations.hand_incoming(paper, agency.unit.pk, at=next(moments), **given)
    operations.hand_incoming(paper, agency.other.pk, at=next(moments), **given)
    assert open_notices() == [agency.head, agency.stranger]
    operations.close_incoming(paper, "Đã báo cáo", at=next(moments), **given)
    assert open_notices() == [agency.head]
    operations.reopen_incoming(paper, at=next(moments), **given)
    assert open_notices() == [agency.head, agency.stranger]
    operations.strike_incoming(paper, "Nhầm", at=next(moments), **given)
    assert open_notices() == [agency.head]


def test_answer_is_a_link_for_those_alone_who_may_open_it(agency: Agency) -> None:
    paper, draft = make_incoming(agency.root, agency.records, agency.unit, at=LATER), make_paper(agency.root)
    issue_paper(draft, number="12", symbol="BC-SNN", on=MONDAY, actor=agency.records, at=LATER)
    operations.close_incoming(paper, "Đã trả lời", answered_by="12/BC-SNN", actor=agency.records, at=LATER)
    answer = reverse("documents:paper_page", args=[draft.pk])
    for user, opens in ((agency.records, True), (agency.head, False)):
        client = signed_in(user)
        page = client.get(address("incoming_page", paper)).content.decode()
        assert ("12/BC-SNN" in page, f'href="{answer}"' in page) == (True, opens)
        assert client.get(answer).status_code == (200 if opens else 404)


def test_striking_off_needs_a_reason(agency: Agency) -> None:
    paper = register(agency)
    with pytest.raises(IncomingRefusedError):
        operations.strike_incoming(paper, " ", actor=agency.records, at=LATER)
    assert operations.strike_incoming(paper, "Nhầm", actor=agency.records, at=LATER).struck_because == "Nhầm"


def acts(paper: IncomingPaper, actor: User, unit_id: int) -> dict[str, Callable[[], IncomingPaper]]:
    given = {"actor": actor, "at": LATER}
    return {
        "correct": lambda: operations.correct_incoming(paper, Entry("Bộ Y tế", "Khác"), **given),
        "hand": lambda: operations.hand_incoming(paper, unit_id, **given),
        "close": lambda: operations.close_incoming(paper, "Xong", **given),
        "reopen": lambda: operations.reopen_incoming(paper, **given),
        "strike": lambda: operations.strike_incoming(paper, "Nhầm", **given),
    }


@pytest.mark.parametrize("state", MOVES.states)
@pytest.mark.parametrize("verb", ["correct", "hand", "close", "reopen", "strike"])
def test_every_verb_moves_as_the_table_says_and_else_refuses(agency: Agency, state: str, verb: str) -> None:
    paper = make_incoming(agency.root, agency.records, agency.unit if state != "ARRIVED" else None, at=LATER)
    if state == "DEALT":
        operations.close_incoming(paper, "Xong", actor=agency.records, at=LATER)
    elif state == "STRUCK":
        operations.strike_incoming(paper, "Nhầm", actor=agency.records, at=LATER)
    act = acts(paper, agency.records, agency.other.pk)[verb]
    if MOVES.allows(state, verb):
        assert act().state == MOVES.find(state, verb).end
    else:
        with pytest.raises(IncomingRefusedError):
            act()
        paper.refresh_from_db()
        assert paper.state == state


@pytest.mark.parametrize(
    ("who", "may"),
    [
        ("office", {"correct", "hand", "close", "strike"}),
        ("records", {"correct", "hand", "close", "strike"}),
        ("head", {"close"}),
        ("director", set()),
        ("stranger", set()),
    ],
)
def test_clerk_keeps_the_register_and_the_unit_answers(agency: Agency, who: str, may: set[str]) -> None:
    paper, actor = make_incoming(agency.root, agency.records, agency.unit, at=LATER), getattr(agency, who)
    for verb, act in acts(paper, actor, agency.other.pk).items():
        if verb == "reopen":
            continue
        with transaction.atomic():
            if verb in may:
                act()
            else:
                with pytest.raises(PermissionDenied):
                    act()
            transaction.set_rollback(True)
    if who not in ("office", "records"):
        with pytest.raises(PermissionDenied):
            operations.register_incoming(agency.root.pk, "", MONDAY, ENTRY, actor=actor, at=LATER)
        with pytest.raises(PermissionDenied):
            operations.keep_scan(paper, SCAN, actor=actor, at=LATER)
        with pytest.raises(PermissionDenied):
            operations.start_incoming(agency.root.pk, YEAR, "", 5, actor=actor, at=LATER)


# --- scans ---


def test_scan_is_kept_and_replaced_with_a_reason(agency: Agency) -> None:
    paper = register(agency)
    given = {"actor": agency.records, "at": LATER}
    first = operations.keep_scan(paper, SCAN, **given)
    assert operations.keep_scan(paper, SCAN, **given) == first
    with pytest.raises(IncomingRefusedError):
        operations.keep_scan(paper, SIGNED, **given)
    second = operations.keep_scan(paper, SIGNED, reason="Quét thiếu trang", **given)
    first.refresh_from_db()
    assert (first.replaced_because, first.bytes_kept, second.bytes_kept) == ("Quét thiếu trang", SCAN, SIGNED)
    assert all_record_faults() == []
    IncomingScan.objects.filter(pk=second.pk).update(sha256="0" * 64)
    assert any("bản quét văn bản đến" in words for words in all_record_faults())


@pytest.mark.parametrize("content", [b"", b"abc", b"PK\x03\x04", b"%PDF-1.7", SCAN + b"\0" * (10 * 1024 * 1024)])
def test_scan_is_a_pdf_by_its_content_and_not_too_large(agency: Agency, content: bytes) -> None:
    with pytest.raises(IncomingRefusedError):
        operations.keep_scan(register(agency), content, actor=agency.records, at=LATER)


def test_database_keeps_the_register_whole(agency: Agency) -> None:
    register(agency)
    paper = register(agency, other(2))
    rows = IncomingPaper.objects.filter(pk=paper.pk)
    for wrong in (
        {"number": 1},
        {"number": 0},
        {"state": "HANDED"},
        {"state": "DEALT"},
        {"state": "STRUCK"},
        {"handler": "A"},
        {"outcome": "x"},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(**wrong)
    operations.keep_scan(paper, SCAN, actor=agency.records, at=LATER)
    scan = IncomingScan.objects.get()
    scan.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        scan.save(force_insert=True)
    with pytest.raises(IntegrityError), transaction.atomic():
        IncomingScan.objects.update(replaced_at=LATER)
    with pytest.raises(IntegrityError), transaction.atomic():
        IncomingBook.objects.create(unit=agency.root, year=YEAR, code="")


# --- pages ---


def test_first_scan_that_came_second_is_asked_for_a_reason(agency: Agency) -> None:
    paper, client = register(agency), signed_in(agency.records)
    where = address("incoming_scan", paper)

    def keep() -> None:
        operations.keep_scan(paper, SCAN, actor=agency.records, at=LATER)

    with after_a_look_at("documents_incomingscan", keep):
        page = client.post(where, {"scan": SimpleUploadedFile("a.pdf", SIGNED)})
    assert page.status_code == 422
    assert page.context["form"].errors.keys() == {"reason"}
    assert 'name="reason"' in page.content.decode()
    again = {"scan": SimpleUploadedFile("a.pdf", SIGNED), "reason": "Thiếu trang"}
    assert client.post(where, again).status_code == 302
    rows = IncomingScan.objects.order_by("pk")
    assert [(one.bytes_kept, one.replaced_because) for one in rows] == [(SCAN, "Thiếu trang"), (SIGNED, "")]


def numbers(user: User, **asked: str) -> list[int]:
    return [one.number for one, _unit, _late in signed_in(user).get(REGISTER, asked).context["rows"]]


def typed(**more: str) -> dict[str, str]:
    given = {"register": "", "arrived_on": "2021-09-20", "issuer": "Bộ Y tế", "symbol": "5/TB-BYT", "is_open": "on"}
    return {**given, "issued_on": "2021-09-19", "summary": "Thông báo", "urgency": "URGENT", **more}


def test_clerk_registers_hands_over_and_the_unit_closes_it(agency: Agency) -> None:
    clerk, head = signed_in(agency.records), signed_in(agency.head)
    new = reverse("documents:incoming_add", args=["SNN"])
    assert clerk.get(new).status_code == 200
    assert clerk.post(new, typed()).status_code == 302
    paper = IncomingPaper.objects.get()
    assert (paper.number, paper.urgency, paper.issued_on) == (1, "URGENT", MONDAY - ONE_DAY)
    assert head.get(address("incoming_page", paper)).status_code == 404
    handed = clerk.post(address("incoming_hand", paper), {"unit": "KL", "handler": "Trần Thị B"})
    assert handed.status_code == 302
    assert "Trần Thị B" in head.get(address("incoming_page", paper)).content.decode()
    assert head.post(address("incoming_close", paper), {"outcome": "Đã báo cáo"}).status_code == 302
    page = clerk.get(address("incoming_page", paper)).content.decode()
    assert "Đã báo cáo" in page
    assert clerk.post(address("incoming_reopen", paper)).status_code == 302
    assert clerk.post(address("incoming_strike", paper), {"reason": "Nhầm"}).status_code == 302
    assert "Nhầm" in clerk.get(address("incoming_page", paper)).content.decode()
    assert clerk.post(address("incoming_reopen", paper), follow=True).status_code == 200


@pytest.mark.parametrize(
    "wrong",
    [
        {"is_open": ""},
        {"issuer": " "},
        {"summary": ""},
        {"arrived_on": "2021-09-21"},
        {"arrived_on": ""},
        {"issued_on": "2021-09-21"},
        {"urgency": "X"},
        {"register": "X"},
    ],
)
def test_wrong_entry_keeps_what_was_typed_and_registers_nothing(agency: Agency, wrong: dict[str, str]) -> None:
    client = signed_in(agency.records)
    page = client.post(reverse("documents:incoming_add", args=["SNN"]), typed(note="Ghi chú giữ lại") | wrong)
    assert page.status_code == 422
    assert list(page.context["form"].errors) == list(wrong)
    assert "Ghi chú giữ lại" in page.content.decode()
    assert not IncomingPaper.objects.exists()


def test_entry_is_corrected_on_the_page(agency: Agency) -> None:
    paper, client = register(agency), signed_in(agency.records)
    form = client.get(address("incoming_correct", paper)).context["form"]
    given = {name: str(form[name].value() or "") for name in form.fields} | {"summary": "Công văn khác"}
    assert client.post(address("incoming_correct", paper), given).status_code == 302
    assert client.post(address("incoming_correct", paper), given | {"issuer": ""}).status_code == 422
    assert IncomingPaper.objects.get().summary == "Công văn khác"


def test_scan_is_brought_in_and_taken_along(agency: Agency) -> None:
    paper, client = register(agency), signed_in(agency.records)
    where = address("incoming_scan", paper)
    assert client.post(where, {"scan": SimpleUploadedFile("a.pdf", b"abc")}).status_code == 422
    assert client.post(where, {"scan": SimpleUploadedFile("a.pdf", SCAN)}).status_code == 302
    assert client.post(where, {"scan": SimpleUploadedFile("a.pdf", SIGNED)}).status_code == 422
    again = {"scan": SimpleUploadedFile("a.pdf", SIGNED), "reason": "Thiếu trang"}
    assert client.post(where, again).status_code == 302
    first, second = IncomingScan.objects.order_by("pk")
    sent = client.get(address("incoming_scan_file", paper, second.pk))
    assert (sent.content, sent["Content-Disposition"][:10]) == (SIGNED, "attachment")
    operations.hand_incoming(paper, agency.unit.pk, actor=agency.records, at=LATER)
    head = signed_in(agency.head)
    assert head.get(address("incoming_scan_file", paper, second.pk)).status_code == 200
    assert head.get(address("incoming_scan_file", paper, first.pk)).status_code == 404


def test_register_is_filtered_and_searched(agency: Agency) -> None:
    register(agency)
    due = Entry("Bộ Y tế", "Công điện khẩn", "9/CĐ-BYT", due_on=MONDAY, urgency=Urgency.IMMEDIATE)
    late = register(agency, due)
    operations.hand_incoming(late, agency.unit.pk, actor=agency.records, at=LATER)
    register(agency, other(3), code="DT")
    clerk = agency.records
    assert numbers(clerk) == [2, 1]
    assert numbers(clerk, so="DT") == [1]
    assert numbers(clerk, nam="2020") == []
    assert numbers(clerk, **{"trang-thai": "HANDED"}) == [2]
    assert numbers(clerk, **{"do-khan": "IMMEDIATE"}) == [2]
    assert numbers(clerk, q="cong dien bo y te") == [2]
    assert numbers(clerk, q="125/ubnd") == [1]
    assert numbers(clerk, q="%") == []
    assert numbers(clerk, **{"qua-han": "on"}) == []
    with clocks.at(LATER + ONE_DAY):
        assert numbers(clerk, **{"qua-han": "on"}) == [2]
    assert numbers(agency.head) == [2]
    assert numbers(clerk, nam="x", so="X", **{"trang-thai": "X", "do-khan": "X", "don-vi": "X"}) == [2, 1]


@pytest.mark.parametrize(
    ("who", "seen", "keeps"),
    [("office", 1, 1), ("records", 1, 1), ("director", 1, 0), ("head", 0, 0)],
)
def test_register_is_for_those_who_see_the_papers(agency: Agency, who: str, seen: int, keeps: int) -> None:
    paper = register(agency)
    client = signed_in(getattr(agency, who))
    assert len(client.get(REGISTER).context["rows"]) == seen
    assert client.get(address("incoming_page", paper)).status_code == (200 if seen else 404)
    assert client.get(XLSX).status_code == (200 if seen else 404)
    assert client.get(reverse("documents:incoming_add", args=["SNN"])).status_code == (200 if keeps else 403)


def test_spreadsheet_has_the_columns_of_the_decree(agency: Agency) -> None:
    register(agency)
    paper = register(agency, Entry("Bộ Y tế", "Thông báo", note="Bản sao", urgency=Urgency.URGENT))
    operations.hand_incoming(paper, agency.unit.pk, handler="Trần Thị B", actor=agency.records, at=LATER)
    operations.close_incoming(paper, "Đã báo cáo", actor=agency.records, at=LATER)
    sent = signed_in(agency.records).get(XLSX)
    assert sent["Content-Disposition"] == 'attachment; filename="so-van-ban-den-2021.xlsx"'
    rows = [list(row) for row in openpyxl.load_workbook(io.BytesIO(sent.content)).active.iter_rows(values_only=True)]
    assert rows[3] == [
        "Ngày đến", "Số đến", "Tác giả", "Số, ký hiệu văn bản", "Ngày tháng văn bản",
        "Tên loại và trích yếu nội dung văn bản", "Đơn vị hoặc người nhận", "Ngày chuyển", "Ký nhận", "Ghi chú",
    ]  # fmt: skip
    day = datetime.datetime.combine(MONDAY, datetime.time())
    assert rows[4] == [day, 1, ENTRY.issuer, "125/UBND-VP", day, ENTRY.summary, None, None, None, None]
    note = "khẩn; Bản sao; đã giải quyết: Đã báo cáo"
    assert rows[5] == [day, 2, "Bộ Y tế", None, None, "Thông báo", "KL, Trần Thị B", day, None, note]


def test_register_begins_at_another_number_on_the_page(agency: Agency) -> None:
    client = signed_in(agency.records)
    assert client.get(REGISTER).context["may_start"]
    start = reverse("documents:incoming_start", args=["SNN", YEAR])
    assert client.post(start, {"register": "", "number": "0"}).status_code == 422
    assert client.post(start, {"register": "X", "number": "5"}).status_code == 422
    assert client.post(start, {"register": "", "number": "412"}).status_code == 302
    assert register(agency).number == 412
    assert not client.get(REGISTER).context["may_start"]


def test_each_unit_keeps_a_register_of_its_own(agency: Agency) -> None:
    part = make_unit("CC", agency.root, has_number_series=True)
    clerk = make_user("vt2", Role.RECORDS_CLERK, part)
    operations.register_incoming(part.pk, "", MONDAY, ENTRY, actor=clerk, at=LATER)
    register(agency)
    assert (numbers(clerk), numbers(agency.records, **{"don-vi": "CC"})) == ([1], [1])
    assert signed_in(clerk).get(reverse("documents:incoming_add", args=["SNN"])).status_code == 403
    assert signed_in(clerk).get(reverse("documents:incoming_add", args=["KHONG-CO"])).status_code == 404


def test_pages_take_as_many_queries_for_many(agency: Agency) -> None:
    client = signed_in(agency.records)

    def queries_of(client: Client, path: str) -> int:
        with CaptureQueriesContext(connection) as seen:
            client.get(path)
        return len(seen)

    first = make_incoming(agency.root, agency.records, agency.unit, at=LATER)
    operations.keep_scan(first, SCAN, actor=agency.records, at=LATER)
    paths = (REGISTER, XLSX, address("incoming_page", first))
    [queries_of(client, path) for path in paths]
    one = [queries_of(client, path) for path in paths]
    for number in (2, 3):
        operations.hand_incoming(register(agency, other(number)), agency.other.pk, actor=agency.records, at=LATER)
        reason = f"Lần {number}"
        operations.keep_scan(first, SCAN + bytes([number]), reason=reason, actor=agency.records, at=LATER)
    assert [queries_of(client, path) for path in paths] == one
