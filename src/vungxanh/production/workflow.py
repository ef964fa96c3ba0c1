"""A target is proposed and approved by somebody else; a figure is entered and verified by somebody of another unit."""

from vungxanh.common.workflow import Move, Workflow

PROPOSED, APPROVED, REFUSED, REPLACED, WITHDRAWN = "PROPOSED", "APPROVED", "REFUSED", "REPLACED", "WITHDRAWN"
ENTERED, VERIFIED, RETURNED = "ENTERED", "VERIFIED", "RETURNED"
UNIT_STAFF = ("UNIT_HEAD", "ACTING_HEAD", "UNIT_DEPUTY", "UNIT_CLERK")
CHECKERS = ("OFFICE", "FINANCE")
"""Roles at the unit or above it, and their delegates: the Office, and those who plan and keep the accounts."""
WRITERS = (*UNIT_STAFF, *CHECKERS)

TARGET = Workflow(
    code="production_target",
    title="Chỉ tiêu sản xuất, chuyên môn được giao",
    states={
        PROPOSED: "Chờ duyệt",
        APPROVED: "Đã duyệt",
        REFUSED: "Không duyệt",
        REPLACED: "Đã thay",
        WITHDRAWN: "Đã rút",
    },
    moves=(
        Move("propose", "", PROPOSED, by=WRITERS),
        Move("approve", PROPOSED, APPROVED, by=CHECKERS),
        Move("refuse", PROPOSED, REFUSED, by=CHECKERS),
        Move("withdraw", PROPOSED, WITHDRAWN, by=WRITERS),
        Move("withdraw", APPROVED, WITHDRAWN, by=CHECKERS),
        Move("replace", APPROVED, REPLACED, by=CHECKERS),
    ),
)

FIGURE = Workflow(
    code="production_figure",
    title="Số liệu sản xuất, chuyên môn",
    states={ENTERED: "Chờ xác minh", VERIFIED: "Đã xác minh", RETURNED: "Trả lại", REPLACED: "Đã thay"},
    moves=(
        Move("enter", "", ENTERED, by=WRITERS),
        Move("correct", ENTERED, REPLACED, by=WRITERS),
        Move("verify", ENTERED, VERIFIED, by=CHECKERS),
        Move("send_back", ENTERED, RETURNED, by=CHECKERS),
        Move("replace", VERIFIED, REPLACED, by=CHECKERS),
    ),
)
