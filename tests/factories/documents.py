"""Papers as small as they can be: drafted by a kind, made for many units, changed in Word, arrived."""

import datetime
import io
import uuid
from typing import Any

import docx

from tests.factories.risk import MONDAY, clock
from vungxanh.accounts.models import User
from vungxanh.documents.content import Column, Content, Paragraph, Table
from vungxanh.documents.kinds import Kind, Subject
from vungxanh.documents.models import IncomingPaper, Paper, PaperBatch, WordReturn
from vungxanh.documents.operations import draft_once, order_papers, read_word, ready
from vungxanh.documents.operations.incoming import Entry, hand_incoming, register_incoming
from vungxanh.documents.printing.word import word
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


def make_batch(unit: Unit, actor: User, *units: Unit, at: datetime.datetime = DRAFTED_AT) -> PaperBatch:
    """Ordered, and nothing of it made."""
    content = make_content(summary="Gửi {tên đơn vị}")
    return order_papers(uuid.uuid4(), unit.pk, content, [one.pk for one in units], actor=actor, at=at)


def make_word_return(paper: Paper, actor: User, *, at: datetime.datetime = DRAFTED_AT) -> WordReturn:
    """Its first paragraph says more than before."""
    document, changed = docx.Document(io.BytesIO(word(ready(paper)))), io.BytesIO()
    next(one for one in document.paragraphs if str(one._p.style).startswith("VXPhan")).add_run(" Thêm.")
    document.save(changed)
    return read_word(paper, changed.getvalue(), actor=actor, at=at)


def make_incoming(
    unit: Unit, actor: User, handed: Unit | None = None, *, at: datetime.datetime = DRAFTED_AT, **more: Any
) -> IncomingPaper:
    """Arrived on the day; `handed` to a unit where it is given."""
    entry = Entry(**{"issuer": "UBND tỉnh Vĩnh Phúc", "summary": "Công văn về phòng, chống dịch", **more})
    made = register_incoming(unit.pk, "", at.date(), entry, actor=actor, at=at)
    return hand_incoming(made, handed.pk, actor=actor, at=at) if handed else made
