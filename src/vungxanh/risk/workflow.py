"""The daily return: opened by the system or by hand, submitted by the unit, replaced by a newer version."""

from vungxanh.common.workflow import Move, Workflow

PREPARED, SUBMITTED, REPLACED = "PREPARED", "SUBMITTED", "REPLACED"
SYSTEM = "SYSTEM"
DUTY_OFFICER = "DUTY_OFFICER"
SUBMITTERS = ("UNIT_HEAD", "ACTING_HEAD", "UNIT_DEPUTY", "UNIT_CLERK", DUTY_OFFICER)
"""Roles at the unit or above it, their delegates, and on days off the duty officer of the roster."""

RETURN = Workflow(
    code="daily_return",
    title="Báo cáo ngày",
    states={PREPARED: "Đã chuẩn bị", SUBMITTED: "Đã nộp", REPLACED: "Đã thay bằng bản mới"},
    moves=(
        Move("prepare", "", PREPARED, by=(SYSTEM,)),
        Move("open_unusual", "", PREPARED, by=(SYSTEM, *SUBMITTERS)),
        Move("refresh", PREPARED, PREPARED, by=(SYSTEM,)),
        Move("submit", PREPARED, SUBMITTED, by=SUBMITTERS),
        Move("submit_amended", "", SUBMITTED, by=SUBMITTERS),
        Move("amend", SUBMITTED, REPLACED, by=SUBMITTERS),
    ),
)
