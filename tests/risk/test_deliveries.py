"""The way of a return to the map: written with it, entered by hand on time or late, corrected, proved."""

import datetime
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from python_calamine import CalamineWorkbook

from tests.factories.photographs import picture
from tests.factories.risk import MONDAY, clock, declare, make_unit, make_user
from tests.risk.conftest import Agency
from vungxanh.accounts.models import User
from vungxanh.audit.models import AuditEvent
from vungxanh.cli.integrity import all_record_faults
from vungxanh.common import clock as product_clock
from vungxanh.common.duties import DutyState, Question
from vungxanh.common.workflow import draw
from vungxanh.organization.enums import Role
from vungxanh.risk import operations
from vungxanh.risk.duties import map_updates
from vungxanh.risk.enums import Cause, DeliveryState, ReturnKind
from vungxanh.risk.models import DailyReturn, Delivery, DeliveryProof
from vungxanh.risk.operations.deliveries import (
    DeliveryError,
    correct_delivery,
    enter_delivery,
    reopen_delivery,
    retry_delivery,
)
from vungxanh.risk.operations.proofs import add_proof, enter_with_proof, erase_proofs, read_proof, withdraw_proof
from vungxanh.risk.queries.deliveries import all_map_statuses, sheet_of
from vungxanh.risk.rulebook import DELIVERIES
from vungxanh.risk.views.deliveries import UNITS_PER_PAGE
from vungxanh.risk.workflow import DELIVERY

pytestmark = pytest.mark.django_db
DRAWING = Path(__file__).resolve().parents[2] / "docs/dev/workflows/delivery.md"


@pytest.fixture
def ten_to_three() -> Iterator[None]:
    with product_clock.at(clock(14, 50)):
        yield


def sent(agency: Agency, at: datetime.datetime | None = None, note: str = "") -> Delivery:
    """The delivery by hand of a return that the head submits."""
    at = at or clock(14, 10)
    made = operations.submit_return(
        agency.unit.pk, day=MONDAY, kind=ReturnKind.DAILY, actor=agency.head, at=at, note=note
    )
    return made.deliveries.get()


def actions(*names: str) -> list[str]:
    return list(AuditEvent.objects.filter(action__in=names).order_by("pk").values_list("action", flat=True))


def duty(agency: Agency, at: datetime.datetime) -> tuple[str, str]:
    status = map_updates(Question(MONDAY, at, {agency.unit.pk: {agency.unit.pk}}))[agency.unit.pk]
    return status.state, status.says


def test_every_cell_of_the_workflow_and_its_drawing() -> None:
    assert list(DELIVERY.states) == DeliveryState.values
    cells = {(move.start, move.verb, move.end) for move in DELIVERY.moves}
    assert cells == {
        ("", "write", "WAITING"),
        ("WAITING", "replace", "REPLACED"),
        ("WAITING", "enter", "DONE"),
        ("DONE", "correct", "DONE"),
        ("DONE", "reopen", "WAITING"),
        ("WAITING", "send", "SENT"),
        ("FAILED", "send", "SENT"),
        ("WAITING", "fail", "FAILED"),
        ("FAILED", "fail", "FAILED"),
        ("WAITING", "give_up", "GIVEN_UP"),
        ("FAILED", "give_up", "GIVEN_UP"),
        ("GIVEN_UP", "retry", "WAITING"),
    }
    assert DRAWING.read_text(encoding="utf-8") == draw(DELIVERY)


def test_a_return_is_written_with_its_delivery_or_not_at_all(agency: Agency) -> None:
    with transaction.atomic():
        sent(agency)
        transaction.set_rollback(True)
    assert (DailyReturn.objects.count(), Delivery.objects.count()) == (0, 0)
    delivery = sent(agency)
    assert (delivery.state, delivery.receiver, delivery.sequence, delivery.way) == ("WAITING", "BAN-DO", 1, "MANUAL")


def test_what_goes_out_holds_counts_and_no_person(agency: Agency) -> None:
    declare(agency.lan, agency.unit, clock(7), has_fever=True, symptom_count=1)
    operations.assess_people([agency.lan.pseudonym], day=MONDAY, at=clock(7), cause=Cause.DECLARATION)
    payload = sent(agency, note="Chị Lan sốt").payload
    assert agency.lan.pseudonym.hex not in str(payload).replace("-", "")
    assert ("flagged" in payload["figures"], "Lan" in str(payload)) == (False, False)
    assert {name: payload[name] for name in ("schema", "unit", "day", "kind", "version", "sequence")} == {
        "schema": "vungxanh.return/1",
        "unit": "CCKL",
        "day": "2021-09-20",
        "kind": "DAILY",
        "version": 1,
        "sequence": 1,
    }
    lines = dict(sheet_of(payload, MONDAY))
    assert (lines["Đơn vị"], lines["Phải khai khi đến"], lines["Đã khai khi đến"]) == ("Đơn vị CCKL", 2, 1)


def test_the_key_is_of_the_version_and_the_receiver(agency: Agency) -> None:
    first = sent(agency)
    second = sent(agency, clock(14, 40), note="Bổ sung")
    assert first.key.version == 5
    assert first.key != second.key
    assert str(second.key) == second.payload["key"]
    again = Delivery(**{field.attname: getattr(first, field.attname) for field in Delivery._meta.fields})
    again.pk, again.key, again.sequence = None, uuid.uuid4(), 3
    with pytest.raises(IntegrityError), transaction.atomic():
        again.save(force_insert=True)


def test_a_newer_version_replaces_what_still_waits_and_leaves_what_was_entered(agency: Agency) -> None:
    first = sent(agency)
    second = sent(agency, clock(14, 20), note="Bổ sung")
    first.refresh_from_db()
    assert (first.state, second.state, second.sequence) == ("REPLACED", "WAITING", 2)
    with pytest.raises(DeliveryError, match="bản mới"):
        enter_delivery(first, entered_at=clock(14, 21), actor=agency.head, at=clock(14, 30))
    enter_delivery(second, entered_at=clock(14, 21), actor=agency.head, at=clock(14, 30))
    third = sent(agency, clock(15, 20), note="Sửa số")
    second.refresh_from_db()
    assert (second.state, third.state) == ("DONE", "WAITING")
    with pytest.raises(DeliveryError, match="bản mới"):
        reopen_delivery(second, reason="Nhầm", actor=agency.head, at=clock(15, 30))


@pytest.mark.parametrize(("minute", "on_time"), [(clock(14, 21), True), (clock(14, 59), True), (clock(15), False)])
def test_an_update_before_the_deadline_is_on_time(agency: Agency, minute: datetime.datetime, on_time: bool) -> None:
    delivery = enter_delivery(sent(agency), entered_at=minute, actor=agency.head, at=clock(16))
    assert (delivery.state, delivery.is_on_time, delivery.noted_by) == ("DONE", on_time, agency.head)
    [status] = all_map_statuses(MONDAY)
    assert status.first
    assert (status.state, status.first.is_on_time) == ("DONE", on_time)


def test_the_first_version_on_the_map_says_whether_the_day_was_on_time(agency: Agency) -> None:
    enter_delivery(sent(agency), entered_at=clock(14, 21), actor=agency.head, at=clock(14, 22))
    later = sent(agency, clock(15, 20), note="Sửa số")
    assert duty(agency, clock(15, 21)) == (DutyState.BEHIND, "có bản mới")
    enter_delivery(later, entered_at=clock(15, 30), actor=agency.head, at=clock(15, 31))
    assert duty(agency, clock(15, 32)) == (DutyState.DONE, "15:30")


def test_the_duty_waits_until_the_deadline_then_is_over_and_says_when_it_was_done(agency: Agency) -> None:
    assert duty(agency, clock(14, 30)) == (DutyState.PENDING, "")
    assert duty(agency, clock(15)) == (DutyState.OVERDUE, "")
    delivery = sent(agency)
    assert duty(agency, clock(14, 59))[0] == DutyState.PENDING
    assert duty(agency, clock(15))[0] == DutyState.OVERDUE
    enter_delivery(delivery, entered_at=clock(14, 21), actor=agency.head, at=clock(15, 5))
    assert duty(agency, clock(15, 5)) == (DutyState.DONE, "14:21")
    correct_delivery(delivery, entered_at=clock(15, 2), reason="Ghi nhầm", actor=agency.head, at=clock(15, 6))
    assert duty(agency, clock(15, 6)) == (DutyState.DONE, "15:02 muộn")


def test_a_day_before_there_were_receivers_owes_nothing(agency: Agency) -> None:
    day = datetime.date(2021, 8, 31)
    assert map_updates(Question(day, clock(16), {agency.unit.pk: {agency.unit.pk}})) == {}


@pytest.mark.parametrize(
    ("entered_at", "words"), [(clock(15, 31), "chưa tới"), (clock(14, 9), "Báo cáo nộp lúc 14:10")]
)
def test_a_time_to_come_or_before_the_return_is_refused(
    agency: Agency, entered_at: datetime.datetime, words: str
) -> None:
    delivery = sent(agency)
    with pytest.raises(DeliveryError, match=words):
        enter_delivery(delivery, entered_at=entered_at, actor=agency.head, at=clock(15, 30))
    delivery.refresh_from_db()
    assert (delivery.state, actions("risk.enter_delivery")) == ("WAITING", [])


def test_the_minute_of_the_return_counts_as_after_it(agency: Agency) -> None:
    at = clock(14, 10) + datetime.timedelta(seconds=40)
    assert enter_delivery(sent(agency, at), entered_at=clock(14, 10), actor=agency.head, at=at).state == "DONE"


def test_said_twice_is_kept_once_and_said_otherwise_is_a_correction(agency: Agency) -> None:
    delivery = sent(agency)
    for _ in range(2):
        enter_delivery(delivery, entered_at=clock(14, 21), actor=agency.head, at=clock(14, 22))
    assert actions("risk.enter_delivery") == ["risk.enter_delivery"]
    with pytest.raises(DeliveryError, match="14:21"):
        enter_delivery(delivery, entered_at=clock(14, 30), actor=agency.head, at=clock(14, 31))
    with pytest.raises(DeliveryError, match="lý do"):
        correct_delivery(delivery, entered_at=clock(14, 30), reason=" ", actor=agency.head, at=clock(14, 31))
    correct_delivery(delivery, entered_at=clock(14, 30), reason="Ghi nhầm giờ", actor=agency.head, at=clock(14, 31))
    event = AuditEvent.objects.get(action="risk.correct_delivery")
    assert {name: event.detail[name] for name in ("before", "after", "reason")} == {
        "before": clock(14, 21).astimezone(datetime.UTC).isoformat(),
        "after": clock(14, 30).isoformat(),
        "reason": "Ghi nhầm giờ",
    }


def test_what_was_not_entered_after_all_waits_again(agency: Agency) -> None:
    delivery = sent(agency)
    with pytest.raises(DeliveryError):
        reopen_delivery(delivery, reason="Nhầm", actor=agency.head, at=clock(14, 30))
    enter_delivery(delivery, entered_at=clock(14, 21), actor=agency.head, at=clock(14, 22))
    reopened = reopen_delivery(delivery, reason="Bấm nhầm đơn vị", actor=agency.head, at=clock(14, 30))
    assert (reopened.state, reopened.delivered_at, reopened.noted_by) == ("WAITING", None, None)
    assert actions("risk.reopen_delivery") == ["risk.reopen_delivery"]


def test_who_submits_and_the_office_write_it_down_and_nobody_else(agency: Agency) -> None:
    delivery = sent(agency)
    director = make_user("giamdoc", Role.DIRECTOR, agency.root)
    other = make_user("khac", Role.UNIT_HEAD, make_unit("KHAC", agency.root))
    for user in (director, other, make_user("la")):
        with pytest.raises(PermissionDenied):
            enter_delivery(delivery, entered_at=clock(14, 21), actor=user, at=clock(14, 22))
    office = make_user("vanphong", Role.OFFICE, agency.root)
    assert enter_delivery(delivery, entered_at=clock(14, 21), actor=office, at=clock(14, 22)).noted_by == office
    with pytest.raises(DeliveryError):
        retry_delivery(delivery, actor=office, at=clock(14, 30))


def test_a_screenshot_and_the_time_are_kept_together_or_not_at_all(agency: Agency) -> None:
    delivery = sent(agency)
    values = {"entered_at": clock(14, 21), "actor": agency.head, "at": clock(14, 22)}
    with pytest.raises(DeliveryError):
        enter_with_proof(delivery, picture=b"%PDF-1.4 no picture", **values)
    delivery.refresh_from_db()
    assert (delivery.state, DeliveryProof.objects.count()) == ("WAITING", 0)
    entered = enter_with_proof(delivery, picture=picture(), **values)
    proof = entered.proofs.get()
    assert proof.content
    assert b"JFIF" not in bytes(proof.content)
    assert read_proof(proof, actor=agency.head, at=clock(15))[:2] == b"\xff\xd8"
    assert actions("risk.read_proof") == ["risk.read_proof"]


def test_one_screenshot_proves_one_update_and_may_be_withdrawn_for_a_while(agency: Agency) -> None:
    delivery = sent(agency)
    first = add_proof(delivery, picture(), actor=agency.head, at=clock(14, 30))
    assert add_proof(delivery, picture(), actor=agency.head, at=clock(14, 31)).pk == first.pk
    newer = sent(agency, clock(14, 40), note="Bổ sung")
    with pytest.raises(DeliveryError, match="lần cập nhật khác"):
        add_proof(newer, picture(), actor=agency.head, at=clock(14, 41))
    clerk = make_user("dauloi", Role.UNIT_CLERK, agency.unit)
    with pytest.raises(PermissionDenied):
        withdraw_proof(first, actor=clerk, at=clock(14, 41))
    withdraw_proof(first, actor=agency.head, at=clock(14, 42))
    second = add_proof(newer, picture(), actor=agency.head, at=clock(14, 43))
    with pytest.raises(PermissionDenied):
        withdraw_proof(second, actor=agency.head, at=clock(15, 43))
    first.refresh_from_db()
    assert (first.content, first.withdrawn_at) == (None, clock(14, 42))


def test_no_more_screenshots_than_the_rule_takes_and_none_longer_than_it_keeps(agency: Agency) -> None:
    delivery, rule = sent(agency), DELIVERIES.current().in_force(MONDAY)
    for number in range(rule.most_proofs):
        add_proof(delivery, picture(number), actor=agency.head, at=clock(14, 30))
    with pytest.raises(DeliveryError, match="tối đa"):
        add_proof(delivery, picture(rule.most_proofs), actor=agency.head, at=clock(14, 30))
    last = clock(1) + datetime.timedelta(days=rule.keep_days)
    assert erase_proofs(at=last) == 0
    assert [erase_proofs(at=last + datetime.timedelta(days=1)) for _ in range(2)] == [rule.most_proofs, 0]
    proof = DeliveryProof.objects.first()
    assert proof
    with pytest.raises(DeliveryError):
        read_proof(proof, actor=agency.head, at=last)


def test_a_return_without_its_delivery_is_a_fault(agency: Agency) -> None:
    delivery = sent(agency)
    assert [fault for fault in all_record_faults() if "nơi nhận" in fault] == []
    delivery.delete()
    assert len([fault for fault in all_record_faults() if "nơi nhận" in fault]) == 1


def test_a_spoilt_screenshot_is_a_fault(agency: Agency) -> None:
    add_proof(sent(agency), picture(), actor=agency.head, at=clock(14, 30))
    assert [fault for fault in all_record_faults() if "bản đồ" in fault] == []
    DeliveryProof.objects.update(content=b"spoilt")
    assert len([fault for fault in all_record_faults() if "bản đồ" in fault]) == 1


@pytest.mark.usefixtures("ten_to_three")
class TestPages:
    """What is seen at 14:50."""

    def page(self, client: Client, user: User) -> tuple[int, str]:
        client.force_login(user)
        answer = client.get(reverse("risk:map_page", args=["CCKL", MONDAY]))
        return answer.status_code, answer.content.decode()

    def test_head_copies_the_sheet_and_writes_down_the_time_with_a_screenshot(
        self, client: Client, agency: Agency
    ) -> None:
        assert "Đơn vị chưa nộp báo cáo" in self.page(client, agency.head)[1]
        delivery = sent(agency)
        status, html = self.page(client, agency.head)
        assert (status, "Phải khai khi đến" in html, 'value="2021-09-20T14:50"' in html) == (200, True, True)
        file = SimpleUploadedFile("anh.jpg", picture())
        values = {"entered_at": "2021-09-20T14:21", "picture": file}
        answer = client.post(reverse("risk:delivery_enter", args=[delivery.key]), values, follow=True)
        html = answer.content.decode()
        assert "Bản đồ cập nhật lúc 14:21" in html.replace("\xa0", " ")
        assert "Ảnh chụp màn hình bản đồ" in html

    @pytest.mark.parametrize(
        ("values", "words"),
        [
            ({}, "Anh/chị ghi giờ đã cập nhật bản đồ."),
            ({"entered_at": "hôm qua"}, "invalid"),
            ({"entered_at": "2021-09-20T14:55"}, "Giờ này chưa tới."),
            ({"entered_at": "2021-09-20T09:00"}, "giờ cập nhật phải từ đó trở đi"),
        ],
    )
    def test_wrong_input_comes_back_in_words_and_keeps_nothing(
        self, client: Client, agency: Agency, values: dict[str, str], words: str
    ) -> None:
        delivery = sent(agency)
        client.force_login(agency.head)
        answer = client.post(reverse("risk:delivery_enter", args=[delivery.key]), values)
        delivery.refresh_from_db()
        assert (answer.status_code, words in answer.content.decode(), delivery.state) == (422, True, "WAITING")

    def test_a_file_that_is_no_picture_keeps_nothing(self, client: Client, agency: Agency) -> None:
        delivery = sent(agency)
        client.force_login(agency.head)
        values = {"entered_at": "2021-09-20T14:21", "picture": SimpleUploadedFile("a.jpg", b"<script>")}
        answer = client.post(reverse("risk:delivery_enter", args=[delivery.key]), values)
        delivery.refresh_from_db()
        assert (answer.status_code, delivery.state, DeliveryProof.objects.count()) == (422, "WAITING", 0)

    def test_correction_and_taking_back(self, client: Client, agency: Agency) -> None:
        delivery = enter_delivery(sent(agency), entered_at=clock(14, 21), actor=agency.head, at=clock(14, 22))
        client.force_login(agency.head)
        address = reverse("risk:delivery_correct", args=[delivery.key])
        assert client.post(address, {"entered_at": "2021-09-20T14:30"}).status_code == 422
        client.post(address, {"entered_at": "2021-09-20T14:30", "reason": "Nhầm giờ"})
        delivery.refresh_from_db()
        assert delivery.delivered_at == clock(14, 30)
        client.post(address, {"entered_at": "2021-09-20T14:30", "is_not_done": "on", "reason": "Chưa làm"})
        delivery.refresh_from_db()
        assert delivery.state == "WAITING"

    def test_director_sees_the_page_and_why_the_button_is_shut(self, client: Client, agency: Agency) -> None:
        sent(agency)
        status, html = self.page(client, make_user("giamdoc", Role.DIRECTOR, agency.root))
        assert (status, "Chỉ người nộp báo cáo của đơn vị hoặc Văn phòng" in html) == (200, True)

    def test_the_list_of_many_units_comes_page_by_page_and_without_those_that_are_done(
        self, client: Client, agency: Agency
    ) -> None:
        enter_delivery(sent(agency), entered_at=clock(14, 21), actor=agency.head, at=clock(14, 22))
        client.force_login(make_user("vanphong", Role.OFFICE, agency.root))
        address = reverse("risk:map_today")
        make_unit("A0", agency.root)
        with CaptureQueriesContext(connection) as few:
            assert "Chỉ xem 1 đơn vị chưa xong" in client.get(address).content.decode()
        for number in range(1, UNITS_PER_PAGE):
            make_unit(f"A{number}", agency.root)
        with CaptureQueriesContext(connection) as many:
            first = client.get(address).content.decode()
        assert len(many) <= len(few)
        assert (first.count('<th scope="row">'), "1–50 trên 51" in first, "xong 1/51" in first) == (50, True, True)
        assert client.get(address, {"page": "2"}).content.decode().count('<th scope="row">') == 1
        undone = client.get(address, {"open": "1", "page": "9"}).content.decode()
        assert (undone.count('<th scope="row">'), "Mọi đơn vị" in undone, "14:21" in undone) == (50, True, False)

    def test_the_list_and_its_spreadsheet(self, client: Client, agency: Agency, tmp_path: Path) -> None:
        make_unit("KHAC", agency.root)
        enter_delivery(sent(agency), entered_at=clock(14, 21), actor=agency.head, at=clock(14, 22))
        client.force_login(make_user("vanphong", Role.OFFICE, agency.root))
        html = client.get(reverse("risk:map_today")).content.decode()
        assert ("xong 1/2, đúng hạn 1" in html, "Chưa nộp báo cáo" in html) == (True, True)
        file = tmp_path / "ban-do.xlsx"
        file.write_bytes(client.get(reverse("risk:map_xlsx", args=[MONDAY])).content)
        rows = CalamineWorkbook.from_path(str(file)).get_sheet_by_index(0).to_python()
        assert {(row[1], row[5], row[8], row[9]) for row in rows[1:]} == {
            ("CCKL", "Đã cập nhật", "có", "Truong"),
            ("KHAC", "Chưa nộp báo cáo", "", ""),
        }
        assert client.get(reverse("risk:map_day", args=[MONDAY + datetime.timedelta(days=1)])).status_code == 404

    def test_as_many_queries_for_one_unit_as_for_three(self, client: Client, agency: Agency) -> None:
        client.force_login(make_user("vanphong", Role.OFFICE, agency.root))
        sent(agency)
        counts = []
        for wave in range(2):
            with CaptureQueriesContext(
                connection,
            ) as captured:
                client.get(reverse("risk:map_today"))
            counts.append(len(captured))
            for number in range(2 * (1 - wave)):
                unit = make_unit(f"DV{number}", agency.root)
                head = make_user(f"truong{number}", Role.UNIT_HEAD, unit)
                made = operations.submit_return(
                    unit.pk, day=MONDAY, kind=ReturnKind.DAILY, actor=head, at=clock(14, 10)
                )
                add_proof(made.deliveries.get(), picture(number), actor=head, at=clock(14, 20))
        assert counts[1] - counts[0] <= 1  # The names of those who sent screenshots.


def test_errors_are_validation_errors() -> None:
    """So that every view that sends a return back with its words does so here."""
    assert issubclass(DeliveryError, ValidationError)
