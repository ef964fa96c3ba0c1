"""The board, one sender's day, and from whom sums are received: what is seen, kept, refused."""

import html as entities
import io
import re
import uuid
from typing import Any

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse

from tests.factories.federation import make_sender, send, sums, told
from tests.factories.risk import MONDAY, clock
from tests.federation.conftest import Ministry
from vungxanh.audit.models import AuditEvent
from vungxanh.federation.models import RollupSender
from vungxanh.webhooks.signing import new_private_key, public_half


@pytest.fixture
def admin(client: Client, ministry: Ministry) -> Client:
    client.force_login(ministry.admin)
    return client


def address(name: str, *args: object) -> str:
    return reverse(f"federation:{name}", args=args)


def text_of(response: Any) -> str:
    return " ".join(entities.unescape(response.content.decode()).split())


def typed(**more: Any) -> dict[str, Any]:
    key = public_half(new_private_key())
    return {"key": str(uuid.uuid4()), "name": "Tỉnh B", "code": "TINH-B", "public_key": key, **more}


def test_the_board_names_the_missing_ones_and_says_what_came(admin: Client, ministry: Ministry) -> None:
    make_sender(ministry.admin, code="TB", name="Tỉnh B")
    assert "Chưa nhận được số của ngày này" in text_of(admin.get(address("board_today")))
    send(told(sums()), ministry.private_key)
    text = text_of(admin.get(address("board", MONDAY)))
    assert ("1/2 nơi đã gửi" in text, "<p>Tỉnh B</p>" in text, "372/380" in text) == (True, True, True)
    assert "đúng hạn 12 · muộn 1 · chưa nộp 1" in text
    book = openpyxl.load_workbook(io.BytesIO(admin.get(address("board_xlsx", MONDAY)).content))
    rows = [[cell.value for cell in row] for row in book.active.iter_rows()]
    assert [row[:2] for row in rows[-2:]] == [["Tỉnh A", "SNN"], ["Tỉnh B", "TB"]]
    assert (rows[-2][3], rows[-1][2]) == (412, "Chưa nhận được")


def test_a_refusal_stands_beside_its_sender(admin: Client, ministry: Ministry) -> None:
    send(told(sums(day="2021-09-21")), ministry.private_key)
    for page in ("board_today", "sender_list"):
        assert re.search(r"Từ chối lúc 15:05[^:]*: Chưa đến ngày này\.", text_of(admin.get(address(page))))


def test_one_day_shows_agencies_and_every_version(admin: Client, ministry: Ministry) -> None:
    for version in (54000, 54900):
        send(told(sums(version=version)), ministry.private_key)
    text = text_of(admin.get(address("sender_day", MONDAY, ministry.sender.pk)))
    assert ("Sở Nông nghiệp" in text, "2 cơ quan ít người, gộp chung" in text) == (True, True)
    assert (text.count("đang dùng"), text.count("đã thay")) == (1, 1)


def test_a_sender_is_registered_once_changed_and_ended(admin: Client) -> None:
    given = typed()
    for _ in range(2):
        assert admin.post(address("sender_create"), given).status_code == 302
    made = RollupSender.objects.get(code="TINH-B")
    assert made.public_key == given["public_key"]
    other = public_half(new_private_key())
    admin.post(address("sender_change", made.pk), typed(code="X", public_key=f"  {other} ", name="Tỉnh Bê"))
    made.refresh_from_db()
    assert (made.code, made.name, made.public_key) == ("TINH-B", "Tỉnh Bê", other)
    for _ in range(2):
        admin.post(address("sender_end", made.pk))
    assert admin.get(address("sender_change", made.pk)).status_code == 404
    assert admin.post(address("sender_create"), typed(public_key=other)).status_code == 302
    actions = (
        AuditEvent.objects.filter(action__startswith="federation.").order_by("pk").values_list("action", flat=True)
    )
    verbs = [one.split(".")[1] for one in actions]
    assert verbs == ["register_sender", "change_sender", "end_sender", "register_sender"]


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"code": "SNN"}, "Đã có nơi gửi mang mã hoặc khóa này."),
        ({"public_key": "whpk_abc"}, "Đây không phải khóa công khai"),
        ({"public_key": "whsec_" + "A" * 44}, "Đây không phải khóa công khai"),
        ({"name": " "}, "Ghi tên nơi gửi và mã cơ quan của nơi gửi."),
    ],
)
def test_what_was_typed_stays_when_it_is_refused(admin: Client, more: dict[str, str], words: str) -> None:
    given = typed(**more)
    refused = admin.post(address("sender_create"), given)
    text = text_of(refused)
    assert (refused.status_code, words in text, RollupSender.objects.count()) == (422, True, 1)
    assert f'value="{given["public_key"]}"' in text


def test_a_key_belongs_to_one_sender(admin: Client, ministry: Ministry) -> None:
    refused = admin.post(address("sender_create"), typed(public_key=ministry.sender.public_key))
    assert (refused.status_code, RollupSender.objects.count()) == (422, 1)


def test_whoever_registered_later_owes_nothing_of_the_day(admin: Client, ministry: Ministry) -> None:
    RollupSender.objects.update(created_at=clock(9, day=MONDAY.replace(day=21)))
    assert "Chưa có nơi nào gửi" in text_of(admin.get(address("board", MONDAY)))


def test_the_settings_say_how_many_have_sent(admin: Client, ministry: Ministry) -> None:
    send(told(sums()), ministry.private_key)
    assert "Hôm nay 1/1 nơi đã gửi" in text_of(admin.get("/cai-dat/"))


def test_the_board_and_its_api_are_for_those_at_the_top(client: Client, ministry: Ministry) -> None:
    pages = (address("board_today"), "/api/v1/federation/days/2021-09-20")
    answers = []
    for user in (ministry.head, ministry.office):
        client.force_login(user)
        answers.append([client.get(one).status_code for one in pages])
    assert answers == [[403, 403], [200, 200]]
    client.force_login(ministry.office)
    content = client.get(pages[1]).json()
    assert (content["missing"], content["senders"][0]["received"], content["total"]) == (["SNN"], False, None)
