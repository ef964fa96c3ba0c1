"""What directing needs: a small agency, and questions in it."""

import datetime
import uuid
from typing import Any

from tests.factories.accounts import make_account
from tests.factories.organization import MONDAY, clock, make_holder, make_person, make_unit
from tests.factories.photographs import picture
from vungxanh.accounts.models import User
from vungxanh.directing.enums import QuestionVerb
from vungxanh.directing.models import Guidance, Question, Supervision, SupervisionPhotograph
from vungxanh.directing.operations.guidance import Attached, Written, draft_guidance, publish_guidance
from vungxanh.directing.operations.questions import Asked, ask_question, move_question
from vungxanh.directing.operations.recording import Proposal, Recorded, add_photograph, record_supervision
from vungxanh.directing.operations.supervision import Plan, move_supervision, plan_supervision
from vungxanh.organization.enums import Role
from vungxanh.organization.models import Person, Unit

NINE = clock(9)


class Agency:
    """Two units below one root, with those who speak for the first, and those of the root."""

    def __init__(self) -> None:
        self.root = make_unit("SNN")
        self.unit, self.other = make_unit("CCKL", self.root), make_unit("CCTL", self.root)
        self.head = make_holder("truong", Role.UNIT_HEAD, self.unit)
        self.deputy = make_holder("pho", Role.UNIT_DEPUTY, self.unit)
        self.clerk = make_holder("dauloi", Role.UNIT_CLERK, self.unit)
        self.stranger = make_holder("la", Role.UNIT_HEAD, self.other)
        self.office = make_holder("vanphong", Role.OFFICE, self.root)
        self.member = make_account("doanvien")
        self.goes = make_person(self.root, "Đoàn Viên", user=self.member)
        self.lan = make_person(self.unit, "Trần Thị Lan")
        self.director = make_holder("giamdoc", Role.DIRECTOR, self.root)

    @property
    def people(self) -> dict[str, User]:
        names = ("head", "deputy", "clerk", "stranger", "office", "director", "member")
        return {name: getattr(self, name) for name in names}


def make_question(agency: Agency, *, at: datetime.datetime = NINE, **more: Any) -> Question:
    given = {"title": "Hạn nộp khi nghỉ bù", "text": "Ngày nghỉ bù có phải nộp không?", **more}
    return ask_question(uuid.uuid4(), agency.unit.pk, Asked(**given), actor=agency.head, at=at)


def make_answered(agency: Agency, **more: Any) -> Question:
    made = make_question(agency, **more)
    text = "Có người trực thì nộp.\n\nKhông ai trực thì thôi."
    return move_question(made, QuestionVerb.ANSWER, text=text, actor=agency.office, at=clock(10))


def make_supervision(
    unit: Unit,
    office: User,
    goes: Person,
    *,
    begun: bool = False,
    is_announced: bool = True,
    day: datetime.date = MONDAY,
) -> Supervision:
    """Planned for the day by the Office; two contents, one of them its own."""
    plan = Plan(unit.pk, day, "Kiểm tra công tác phòng, chống dịch", is_announced, [goes], ["KHAI-BAO"], ["Kho vật tư"])
    made = plan_supervision(uuid.uuid4(), plan, actor=office, at=clock(7))
    return move_supervision(made, "begin", actor=office, at=clock(7, day=day)) if begun else made


def with_minutes(supervision: Supervision, office: User) -> tuple[Supervision, SupervisionPhotograph]:
    """Begun, one content met and one not, a photograph, a recommendation for a week, and sent to the unit."""
    begun = move_supervision(supervision, "begin", actor=office, at=clock(7))
    return send_minutes(begun, office)


def send_minutes(supervision: Supervision, office: User) -> tuple[Supervision, SupervisionPhotograph]:
    first, second = supervision.items.order_by("position")
    recorded = Recorded(
        present="Trưởng đơn vị",
        conclusions="Cơ bản thực hiện tốt.",
        results={first.pk: "MET", second.pk: "NOT_MET"},
        remarks={second.pk: "Kho chưa có dung dịch khử khuẩn."},
        proposals=[Proposal(None, "Bổ sung dung dịch khử khuẩn.", MONDAY + datetime.timedelta(days=7))],
    )
    record_supervision(supervision, recorded, actor=office, at=clock(7))
    content = picture(supervision.pk.int % 6, size=(60 + supervision.pk.int % 40, 40))
    photograph = add_photograph(supervision, second, content, actor=office, at=clock(7))
    return move_supervision(supervision, "send_minutes", actor=office, at=clock(7)), photograph


PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


def make_guidance(
    root: Unit,
    office: User,
    *targets: Unit,
    is_published: bool = False,
    replaces: Guidance | None = None,
    at: datetime.datetime = NINE,
) -> Guidance:
    """With a small PDF, for the units, or for everybody below the root."""
    written = Written(
        "Hướng dẫn cập nhật bản đồ",
        "Cập nhật trước 15 giờ.\n\nCó bất thường thì cập nhật ngay.",
        MONDAY,
        [unit.pk for unit in targets or (root,)],
        number="12/HD-VP",
        replaces=replaces,
        attached=Attached("Hướng dẫn.pdf", PDF),
    )
    made = draft_guidance(uuid.uuid4(), root.pk, written, actor=office, at=at)
    return publish_guidance(made, actor=office, at=at) if is_published else made


__all__ = [
    "MONDAY",
    "NINE",
    "PDF",
    "Agency",
    "clock",
    "make_answered",
    "make_guidance",
    "make_question",
    "make_supervision",
    "send_minutes",
    "with_minutes",
]
