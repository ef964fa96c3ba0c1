"""Guidance: published for whom, read by whom, replaced by what; files are told by what is in them."""

import datetime
import io
import uuid
import zipfile
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.factories.directing import MONDAY, PDF, Agency, clock, make_guidance
from tests.factories.organization import make_holder, make_unit
from vungxanh.accounts.models import User
from vungxanh.audit.actions import ACTIONS
from vungxanh.audit.models import AuditEvent
from vungxanh.common import clock as clocks
from vungxanh.directing.enums import GuidanceState
from vungxanh.directing.models import Guidance, GuidanceFile
from vungxanh.directing.operations.guidance import (
    Attached,
    GuidanceError,
    Written,
    acknowledge_guidance,
    change_guidance,
    draft_guidance,
    file_content,
    publish_guidance,
    remind_of_guidance,
    withdraw_guidance,
)
from vungxanh.directing.queries.guidance import all_readings, found_by, guidance_to_read, guidance_visible_to
from vungxanh.directing.workflow import GUIDANCE
from vungxanh.documents.attached_files import DOCX, AttachedFileError, media_type_of
from vungxanh.notifications.models import Notification
from vungxanh.organization.enums import Role
from vungxanh.organization.tree import all_tree_on

pytestmark = pytest.mark.django_db
BACKEND = "vungxanh.accounts.backends.NameOrPhoneBackend"
OFFICE, STAFF = {"office"}, {"head", "deputy", "clerk"}
MAY = {
    ("DRAFT", "change"): OFFICE,
    ("DRAFT", "publish"): OFFICE,
    ("DRAFT", "withdraw"): OFFICE,
    ("PUBLISHED", "withdraw"): OFFICE,
    ("PUBLISHED", "remind"): OFFICE,
    ("PUBLISHED", "acknowledge"): STAFF,
}
VERBS = ("change", "publish", "withdraw", "acknowledge", "remind")


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user, BACKEND)
    return client


def told(topic: str) -> list[str]:
    rows = Notification.objects.filter(topic=f"directing.{topic}").order_by("recipient__username", "pk")
    return list(rows.values_list("recipient__username", flat=True))


def written(agency: Agency, **more: Any) -> Written:
    given = {"title": "Hướng dẫn", "text": "Nội dung", "effective_on": MONDAY, "target_ids": [agency.unit.pk]}
    return Written(**(given | more))


def docx(*more: str, parts: tuple[str, ...] = ("[Content_Types].xml", "word/document.xml")) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as opened:
        for name in (*parts, *more):
            opened.writestr(name, "<x/>")
    return content.getvalue()


def do(guidance: Guidance, verb: str, agency: Agency, actor: User) -> object:
    at = clock(11)
    match verb:
        case "change":
            return change_guidance(guidance, written(agency), actor=actor, at=at)
        case "publish":
            return publish_guidance(guidance, actor=actor, at=at)
        case "withdraw":
            return withdraw_guidance(guidance, reason="Nhầm", actor=actor, at=at)
        case "acknowledge":
            return acknowledge_guidance(guidance, actor=actor, at=at)
    return remind_of_guidance(guidance, actor=actor, at=at)


@pytest.mark.parametrize("days", [-1831, -1830, 366, 367])
def test_day_from_which_it_is_in_force_is_no_mistyped_year(agency: Agency, days: int) -> None:
    draft = make_guidance(agency.root, agency.office)
    given = written(agency, effective_on=MONDAY + datetime.timedelta(days=days))
    if days in (-1830, 366):
        assert change_guidance(draft, given, actor=agency.office, at=clock(9)).effective_on == given.effective_on
    else:
        with pytest.raises(GuidanceError, match="16/09/2016 đến 21/09/2022"):
            change_guidance(draft, given, actor=agency.office, at=clock(9))
        assert Guidance.objects.get(pk=draft.pk).effective_on == MONDAY


def test_page_of_changing_leads_back_once_it_is_published(agency: Agency) -> None:
    guidance = make_guidance(agency.root, agency.office, is_published=True)
    with clocks.at(clock(9)):
        page = client_of(agency.office).get(f"/chi-dao/huong-dan/{guidance.pk}/sua/", follow=True)
    assert page.redirect_chain == [(f"/chi-dao/huong-dan/{guidance.pk}/", 302)]
    assert "Văn bản đã chuyển trạng thái" in page.content.decode()


@pytest.mark.parametrize("state", GuidanceState.values)
def test_every_cell_of_state_verb_and_role(agency: Agency, state: str) -> None:
    guidance = make_guidance(agency.root, agency.office, agency.unit, is_published=state != "DRAFT")
    Guidance.objects.filter(pk=guidance.pk).update(state=state)
    for verb in VERBS:
        may = MAY.get((state, verb), set())
        for name, user in agency.people.items():
            with transaction.atomic():
                if name in may:
                    do(guidance, verb, agency, user)
                    assert Guidance.objects.get(pk=guidance.pk).state == GUIDANCE.find(state, verb).end
                else:
                    with pytest.raises(PermissionDenied if may else GuidanceError):
                        do(guidance, verb, agency, user)
                transaction.set_rollback(True)


def test_states_are_those_of_the_map_and_every_verb_has_words_in_the_trail() -> None:
    assert list(GUIDANCE.states) == GuidanceState.values
    assert {f"directing.{move.verb}_guidance" for move in GUIDANCE.moves} - {"directing.replace_guidance"} <= set(
        ACTIONS
    )


def test_only_the_office_drafts_and_the_same_page_twice_is_one(agency: Agency) -> None:
    for name, user in agency.people.items():
        if name != "office":
            with pytest.raises(PermissionDenied):
                draft_guidance(uuid.uuid4(), agency.root.pk, written(agency), actor=user, at=clock(9))
    key = uuid.uuid4()
    for _tap in range(2):
        draft_guidance(key, agency.root.pk, written(agency), actor=agency.office, at=clock(9))
    assert Guidance.objects.count() == 1
    with pytest.raises(GuidanceError, match="đã được gửi"):
        draft_guidance(key, agency.root.pk, written(agency, text="Khác"), actor=agency.office, at=clock(9))


@pytest.mark.parametrize(
    ("more", "count"),
    [({}, 1), ({"text": "Khác"}, 2), ({"attached": Attached("Phụ lục.pdf", PDF)}, 2)],
    ids=["same", "other text", "other file"],
)
def test_draft_sent_again_from_a_page_to_which_one_went_back_is_one(
    agency: Agency, more: dict[str, Any], count: int
) -> None:
    draft_guidance(uuid.uuid4(), agency.root.pk, written(agency), actor=agency.office, at=clock(9))
    draft_guidance(uuid.uuid4(), agency.root.pk, written(agency, **more), actor=agency.office, at=clock(9, 1))
    assert Guidance.objects.count() == count


def test_it_is_read_where_it_is_for_and_by_the_office_and_leaders(agency: Agency) -> None:
    section = make_unit("CCKL-P1", agency.unit)
    agency.below = make_holder("truongphong", Role.UNIT_HEAD, section)  # type: ignore[attr-defined]
    guidance = make_guidance(agency.root, agency.office, agency.unit)
    everybody = {**agency.people, "below": agency.below, "goes": agency.member}  # type: ignore[attr-defined]

    def seen() -> set[str]:
        return {name for name, user in everybody.items() if guidance_visible_to(user, on=MONDAY)}

    assert seen() == {"office"}
    publish_guidance(guidance, actor=agency.office, at=clock(9))
    assert seen() == {"office", "director", "head", "deputy", "clerk", "below"}
    assert told("guidance_published") == ["dauloi", "truong", "truongphong"]
    with clocks.at(clock(10)):
        assert client_of(agency.stranger).get(f"/chi-dao/huong-dan/{guidance.pk}/").status_code == 404
        assert client_of(agency.stranger).get(f"/chi-dao/huong-dan/{guidance.pk}/tep/").status_code == 404


def test_each_reader_acknowledges_for_oneself_once(agency: Agency) -> None:
    guidance = make_guidance(agency.root, agency.office, is_published=True)
    for _tap in range(2):
        acknowledge_guidance(guidance, actor=agency.head, at=clock(10))
    found = {one.unit.code: one for one in all_readings(guidance, on=MONDAY, tree=all_tree_on(MONDAY))}
    assert {code: [reader.user.username for reader in one.missing] for code, one in found.items()} == {
        "CCKL": ["dauloi"],
        "CCTL": ["la"],
    }
    assert (guidance_to_read(agency.head, on=MONDAY).count(), guidance_to_read(agency.clerk, on=MONDAY).count()) == (
        0,
        1,
    )
    assert AuditEvent.objects.filter(action="directing.acknowledge_guidance").count() == 1


def test_those_who_have_not_read_are_reminded_in_one_action_and_not_again_at_once(agency: Agency) -> None:
    guidance = make_guidance(agency.root, agency.office, is_published=True)
    acknowledge_guidance(guidance, actor=agency.head, at=clock(10))
    assert remind_of_guidance(guidance, actor=agency.office, at=clock(11)) == 2
    assert told("guidance_reminded") == ["dauloi", "la"]
    with pytest.raises(GuidanceError, match="60 phút"):
        remind_of_guidance(guidance, actor=agency.office, at=clock(11, 59))
    assert remind_of_guidance(guidance, actor=agency.office, at=clock(12)) == 2
    for user in (agency.clerk, agency.stranger):
        acknowledge_guidance(guidance, actor=user, at=clock(12))
    with pytest.raises(GuidanceError, match="Mọi người đã đọc"):
        remind_of_guidance(guidance, actor=agency.office, at=clock(14))


def test_newer_version_replaces_and_is_read_anew(agency: Agency) -> None:
    first = make_guidance(agency.root, agency.office, is_published=True)
    acknowledge_guidance(first, actor=agency.head, at=clock(10))
    second = make_guidance(agency.root, agency.office, replaces=first, at=clock(11))
    other = make_guidance(agency.root, agency.office, agency.unit, replaces=first, at=clock(11))
    publish_guidance(second, actor=agency.office, at=clock(12))
    first.refresh_from_db()
    assert (first.state, second.version, guidance_to_read(agency.head, on=MONDAY).get()) == ("REPLACED", 2, second)
    with pytest.raises(GuidanceError, match="không còn hiệu lực"):
        publish_guidance(other, actor=agency.office, at=clock(12))
    with pytest.raises(GuidanceError):
        acknowledge_guidance(first, actor=agency.clerk, at=clock(13))
    with clocks.at(clock(13)):
        page = client_of(agency.head).get(f"/chi-dao/huong-dan/{first.pk}/").content.decode()
    assert "Đã thay bằng bản mới" in page


@pytest.mark.parametrize(
    "more",
    [{"title": " "}, {"text": "\n"}, {"target_ids": []}, {"target_ids": [987654]}],
    ids=["no title", "no text", "nobody", "no unit"],
)
def test_draft_that_is_not_whole_is_refused(agency: Agency, more: dict[str, Any]) -> None:
    with pytest.raises(GuidanceError):
        draft_guidance(uuid.uuid4(), agency.root.pk, written(agency, **more), actor=agency.office, at=clock(9))
    assert Guidance.objects.count() == 0


def test_office_of_a_unit_publishes_below_it_only(agency: Agency) -> None:
    own = make_holder("vanphongcc", Role.OFFICE, agency.unit)
    with pytest.raises(GuidanceError, match="đơn vị nhận"):
        draft_guidance(
            uuid.uuid4(), agency.unit.pk, written(agency, target_ids=[agency.other.pk]), actor=own, at=clock(9)
        )
    with pytest.raises(PermissionDenied):
        draft_guidance(uuid.uuid4(), agency.root.pk, written(agency), actor=own, at=clock(9))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"MZ\x90\x00", "Chỉ nhận"),
        (b"%PDF-1.7 cut off", "Chỉ nhận"),
        (b"PK\x03\x04 broken", "hỏng"),
        (docx(parts=("[Content_Types].xml", "xl/workbook.xml")), "Chỉ nhận"),
        (docx("word/vbaProject.bin"), "macro"),
        (b"<html><script>alert(1)</script>%PDF-1.7 %%EOF", "Chỉ nhận"),
    ],
    ids=["program", "half a PDF", "half a ZIP", "a workbook", "macros", "a page"],
)
def test_file_of_another_kind_is_refused_whatever_its_name(agency: Agency, content: bytes, words: str) -> None:
    attached = Attached("van-ban.pdf", content)
    with pytest.raises(GuidanceError, match=words):
        draft_guidance(
            uuid.uuid4(), agency.root.pk, written(agency, attached=attached), actor=agency.office, at=clock(9)
        )
    assert (Guidance.objects.count(), GuidanceFile.objects.count()) == (0, 0)


def test_file_is_kept_encrypted_under_a_plain_name_and_the_ending_of_what_it_is(agency: Agency) -> None:
    content = docx()
    assert media_type_of(content) == DOCX
    with pytest.raises(AttachedFileError):
        media_type_of(b"")
    attached = Attached('..\\..\\C:\\"Hướng dẫn"<1>.pdf', content)
    made = draft_guidance(
        uuid.uuid4(), agency.root.pk, written(agency, attached=attached), actor=agency.office, at=clock(9)
    )
    kept = made.attached
    assert (kept.name, file_content(kept), content in bytes(kept.content)) == ("Hướng dẫn 1.docx", content, False)
    with clocks.at(clock(10)):
        answer = client_of(agency.office).get(f"/chi-dao/huong-dan/{made.pk}/tep/")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert (answer.headers["Content-Type"], answer.headers["X-Content-Type-Options"]) == (DOCX, "nosniff")
    change_guidance(made, written(agency, is_file_removed=True), actor=agency.office, at=clock(10))
    assert GuidanceFile.objects.count() == 0


def test_words_are_found_with_and_without_marks(agency: Agency) -> None:
    make_guidance(agency.root, agency.office, agency.unit, is_published=True)
    seen = guidance_visible_to(agency.head, on=MONDAY)
    assert [found_by(seen, text).count() for text in ("bản đồ", "BAN DO", "12/hd", "bất  thường", "sổ khách")] == [
        1,
        1,
        1,
        1,
        0,
    ]
    with clocks.at(clock(10)):
        assert "Hướng dẫn cập nhật bản đồ" in client_of(agency.head).get("/tim/?q=ban do").content.decode()
        assert "Hướng dẫn cập nhật" not in client_of(agency.stranger).get("/tim/?q=ban do").content.decode()


def test_pages_from_the_draft_to_the_reminder(agency: Agency) -> None:
    office, head = client_of(agency.office), client_of(agency.head)
    form = {"key": str(uuid.uuid4()), "title": "Sổ khách", "text": "Đoạn một <b>\n\nĐoạn hai", "number": "1/HD"}
    form |= {"effective_on": "2021-09-20", "targets": ["CCKL"], "replaces": ""}
    with clocks.at(clock(10)):
        wrong = {**form, "targets": [], "attached": SimpleUploadedFile("a.pdf", PDF)}
        refused = office.post("/chi-dao/huong-dan/soan/", wrong)
        page = refused.content.decode()
        assert (refused.status_code, "Đoạn hai" in page, "chọn lại tệp" in page) == (422, True, True)
        bad = office.post("/chi-dao/huong-dan/soan/", {**form, "attached": SimpleUploadedFile("a.pdf", b"x")})
        assert (bad.status_code, "Chỉ nhận tệp" in bad.content.decode()) == (422, True)
        drafted = office.post("/chi-dao/huong-dan/soan/", {**form, "attached": SimpleUploadedFile("a.pdf", PDF)})
        address = drafted.headers["Location"]
        office.post(f"{address}ban-hanh/")
        read = head.get(address).content.decode()
        assert "Đoạn một &lt;b&gt;" in read
        assert "Dauloi" not in read
        head.post(f"{address}da-doc/")
        assert "Đã nhắc 1 người" in office.post(f"{address}nhac/", follow=True).content.decode()
        assert "Dauloi" in office.get(address).content.decode()
        newer = office.get(f"/chi-dao/huong-dan/soan/?thay={address.split('/')[-2]}").content.decode()
        assert "Đoạn hai" in newer
        assert office.post(f"{address}rut/", {"reason": ""}).status_code == 422
        office.post(f"{address}rut/", {"reason": "Sai số"})
    assert Guidance.objects.get().state == "WITHDRAWN"


def test_pages_take_as_many_queries_for_many_as_for_one(agency: Agency) -> None:
    def queries(address: str) -> int:
        with clocks.at(clock(12)), CaptureQueriesContext(connection) as seen:
            assert client_of(agency.office).get(address).status_code == 200
        return len(seen)

    guidance = make_guidance(agency.root, agency.office, is_published=True)
    addresses = ("/chi-dao/huong-dan/", f"/chi-dao/huong-dan/{guidance.pk}/")
    one = [queries(address) for address in addresses]
    for number in range(3):
        make_guidance(agency.root, agency.office, is_published=True)
        make_holder(f"truong{number}", Role.UNIT_HEAD, make_unit(f"X{number}", agency.root))
    assert [queries(address) for address in addresses] == one


def test_database_holds_what_the_models_say(agency: Agency) -> None:
    guidance = make_guidance(agency.root, agency.office)
    for wrong in ({"title": ""}, {"text": ""}, {"state": "PUBLISHED"}, {"replaces": guidance}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Guidance.objects.filter(pk=guidance.pk).update(**wrong)
