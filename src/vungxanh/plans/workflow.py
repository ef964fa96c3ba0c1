"""The way of a unit's plan as a table: written, sent, commented, accepted, issued as the unit's kind allows."""

from vungxanh.common.workflow import Move, Workflow

SYSTEM = "SYSTEM"
"""What follows from a paper: its number was given, it was withdrawn."""
OFFICE = ("OFFICE",)
LEADERS = ("DIRECTOR", "DEPUTY_DIRECTOR")
SIGNERS = ("UNIT_HEAD", "ACTING_HEAD")
HEADS = (*SIGNERS, "UNIT_DEPUTY")
UNIT_STAFF = (*HEADS, "UNIT_CLERK")

UNIT_PLAN = Workflow(
    code="unit_plan",
    title="Kế hoạch của đơn vị",
    states={
        "DRAFT": "Đang soạn",
        "SENT": "Chờ Văn phòng",
        "AT_DIRECTOR": "Chờ Giám đốc",
        "RETURNED": "Trả lại để sửa",
        "ACCEPTED": "Đã chấp thuận, chưa ban hành",
        "ISSUED": "Đã ban hành",
        "WITHDRAWN": "Đã rút",
    },
    moves=(
        Move("draft", "", "DRAFT", by=UNIT_STAFF),
        Move("edit", "DRAFT", "DRAFT", by=UNIT_STAFF),
        Move("edit", "RETURNED", "DRAFT", by=UNIT_STAFF),
        Move("send", "DRAFT", "SENT", by=HEADS),
        Move("return", "SENT", "RETURNED", by=OFFICE),
        Move("accept", "SENT", "ACCEPTED", by=OFFICE),
        Move("submit", "SENT", "AT_DIRECTOR", by=OFFICE),
        Move("return", "AT_DIRECTOR", "RETURNED", by=LEADERS),
        Move("approve", "AT_DIRECTOR", "ACCEPTED", by=LEADERS),
        Move("issue", "ACCEPTED", "ISSUED", by=(*SIGNERS, SYSTEM)),
        Move("withdraw", "DRAFT", "WITHDRAWN", by=HEADS),
        Move("withdraw", "SENT", "WITHDRAWN", by=HEADS),
        Move("withdraw", "AT_DIRECTOR", "WITHDRAWN", by=HEADS),
        Move("withdraw", "RETURNED", "WITHDRAWN", by=HEADS),
        Move("withdraw", "ACCEPTED", "WITHDRAWN", by=HEADS),
        Move("withdraw", "ISSUED", "WITHDRAWN", by=(*HEADS, SYSTEM)),
    ),
)
