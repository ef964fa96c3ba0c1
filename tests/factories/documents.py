"""A paper as small as it can be, and a kind that drafts it."""

import datetime
from typing import Any

from tests.factories.risk import MONDAY, clock
from vungxanh.documents.content import Column, Content, Paragraph, Table
from vungxanh.documents.kinds import Kind, Subject
from vungxanh.documents.models import Paper
from vungxanh.documents.operations import draft_once
from vungxanh.organization.models import Unit

DRAFTED_AT = clock(15, 5)


def make_content(**more: Any) -> Content:
    given: dict[str, Any] = {
        "superior": "UBND TỈNH VĨNH PHÚC",
        "issuer": "SỞ NÔNG NGHIỆP VÀ PTNT",
        "symbol": "BC-SNN",
        "place": "Vĩnh Phúc",
        "type_name": "BÁO CÁO",
        "summary": "Tình hình trong ngày",
        "body": (
            Paragraph("Văn phòng báo cáo như sau:"),
            Table((Column("TT", 10, "center"), Column("Đơn vị", 60)), (("1", "Chi cục Thú y"),), ("", "Cộng")),
            Paragraph("Mọi người đã khai đủ.", "Nhận xét"),
        ),
        "signature": ("TL. GIÁM ĐỐC", "CHÁNH VĂN PHÒNG"),
        "signer": "Nguyễn Thị Hồng Vân",
        "recipients": ("Giám đốc (để báo cáo)", "Lưu: VT, VP"),
    }
    return Content(**{**given, **more})


def draft(subject: Subject, at: datetime.datetime) -> Content:
    """What was known at the moment stands in the first paragraph."""
    return make_content(body=(Paragraph(f"Số liệu lúc {at.astimezone():%H:%M}"), *make_content().body[1:]))


NOTE = Kind("test.note", "Ghi chép", 900, draft)


def make_paper(
    unit: Unit,
    key: str = "1",
    *,
    addressee: Unit | None = None,
    at: datetime.datetime = DRAFTED_AT,
    kind: Kind = NOTE,
) -> Paper:
    subject = Subject(unit.pk, key, MONDAY, addressee.pk if addressee else None)
    made = draft_once(kind, subject, at=at)
    assert made
    return made
