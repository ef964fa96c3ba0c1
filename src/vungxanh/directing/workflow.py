"""Questions to the Office: asked, answered, asked again, put on the list for everybody."""

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
