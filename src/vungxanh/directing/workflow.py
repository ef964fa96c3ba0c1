"""Questions to the Office: asked, answered, asked again, put on the list for everybody. Visits that supervise a unit,
from the plan to its word on the minutes, and what was recommended there, followed until it is settled."""

from vungxanh.common.workflow import Move, Workflow

ASKED, ANSWERED, WITHDRAWN = "ASKED", "ANSWERED", "WITHDRAWN"
UNIT_STAFF = ("UNIT_HEAD", "ACTING_HEAD", "UNIT_DEPUTY", "UNIT_CLERK")
OFFICE = ("OFFICE",)
"""Roles at the unit or above it, and their delegates."""

QUESTION = Workflow(
    code="question",
    title="Câu hỏi gửi Văn phòng",
    states={ASKED: "Chờ trả lời", ANSWERED: "Đã trả lời", WITHDRAWN: "Đã rút"},
    moves=(
        Move("ask", "", ASKED, by=UNIT_STAFF),
        Move("answer", ASKED, ANSWERED, by=OFFICE),
        Move("correct", ANSWERED, ANSWERED, by=OFFICE),
        Move("reopen", ANSWERED, ASKED, by=UNIT_STAFF),
        Move("withdraw", ASKED, WITHDRAWN, by=UNIT_STAFF),
        Move("publish", ANSWERED, ANSWERED, by=OFFICE),
        Move("unpublish", ANSWERED, ANSWERED, by=OFFICE),
        Move("unpublish", ASKED, ASKED, by=OFFICE),
    ),
)

PLANNED, BEGUN, MINUTES, CANCELLED = "PLANNED", "BEGUN", "MINUTES", "CANCELLED"
CONFIRMED, CONFIRMED_WITH_OPINION = "CONFIRMED", "CONFIRMED_WITH_OPINION"
PLANNERS = ("OFFICE", "DIRECTOR", "DEPUTY_DIRECTOR")
TEAM = "TEAM"
"""Those who were named to go, whatever their roles."""
HEADS = ("UNIT_HEAD", "ACTING_HEAD", "UNIT_DEPUTY")

SUPERVISION = Workflow(
    code="supervision",
    title="Cuộc kiểm tra, giám sát",
    states={
        PLANNED: "Đã lên kế hoạch",
        BEGUN: "Đang kiểm tra",
        MINUTES: "Biên bản chờ đơn vị",
        CONFIRMED: "Đơn vị đã xác nhận",
        CONFIRMED_WITH_OPINION: "Đơn vị có ý kiến",
        CANCELLED: "Đã hủy",
    },
    moves=(
        Move("plan", "", PLANNED, by=PLANNERS),
        Move("change", PLANNED, PLANNED, by=PLANNERS),
        Move("begin", PLANNED, BEGUN, by=(*PLANNERS, TEAM)),
        Move("record", BEGUN, BEGUN, by=(*PLANNERS, TEAM)),
        Move("send_minutes", BEGUN, MINUTES, by=(*PLANNERS, TEAM)),
        Move("take_back", MINUTES, BEGUN, by=(*PLANNERS, TEAM)),
        Move("confirm", MINUTES, CONFIRMED, by=HEADS),
        Move("object", MINUTES, CONFIRMED_WITH_OPINION, by=HEADS),
        Move("cancel", PLANNED, CANCELLED, by=PLANNERS),
        Move("cancel", BEGUN, CANCELLED, by=PLANNERS),
    ),
)

OPEN, REPORTED, CLOSED, DROPPED = "OPEN", "REPORTED", "CLOSED", "DROPPED"

RECOMMENDATION = Workflow(
    code="recommendation",
    title="Kiến nghị sau kiểm tra",
    states={OPEN: "Phải thực hiện", REPORTED: "Đơn vị báo đã xong", CLOSED: "Đã giải quyết", DROPPED: "Thôi kiến nghị"},
    moves=(
        Move("propose", "", OPEN, by=(*PLANNERS, TEAM)),
        Move("report", OPEN, REPORTED, by=UNIT_STAFF),
        Move("accept", REPORTED, CLOSED, by=PLANNERS),
        Move("send_back", REPORTED, OPEN, by=PLANNERS),
        Move("postpone", OPEN, OPEN, by=PLANNERS),
        Move("drop", OPEN, DROPPED, by=PLANNERS),
    ),
)
"""The unit acts from the moment on that it has the minutes."""

DRAFT, PUBLISHED, REPLACED = "DRAFT", "PUBLISHED", "REPLACED"
SYSTEM = "SYSTEM"

GUIDANCE = Workflow(
    code="guidance",
    title="Văn bản hướng dẫn",
    states={DRAFT: "Đang soạn", PUBLISHED: "Đã ban hành", REPLACED: "Đã thay bằng bản mới", WITHDRAWN: "Đã rút"},
    moves=(
        Move("draft", "", DRAFT, by=OFFICE),
        Move("change", DRAFT, DRAFT, by=OFFICE),
        Move("publish", DRAFT, PUBLISHED, by=OFFICE),
        Move("withdraw", DRAFT, WITHDRAWN, by=OFFICE),
        Move("withdraw", PUBLISHED, WITHDRAWN, by=OFFICE),
        Move("replace", PUBLISHED, REPLACED, by=(SYSTEM,)),
        Move("acknowledge", PUBLISHED, PUBLISHED, by=UNIT_STAFF),
        Move("remind", PUBLISHED, PUBLISHED, by=OFFICE),
    ),
)
"""A published one is replaced when a newer one is published that names it."""
