"""The daily return, opened, submitted, replaced by a newer version; and what has to be clarified in declarations."""

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

OPEN, REVIEWED, WITHDRAWN = "OPEN", "REVIEWED", "WITHDRAWN"
REVIEWERS = ("UNIT_HEAD", "ACTING_HEAD", "UNIT_DEPUTY", "HEALTH_OFFICER")
"""Of whom each sees the findings that are for it."""

FINDING = Workflow(
    code="consistency_finding",
    title="Điểm cần làm rõ",
    states={OPEN: "Cần làm rõ", REVIEWED: "Đã làm rõ", WITHDRAWN: "Không còn"},
    moves=(
        Move("find", "", OPEN, by=(SYSTEM,)),
        Move("find_again", WITHDRAWN, OPEN, by=(SYSTEM,)),
        Move("withdraw", OPEN, WITHDRAWN, by=(SYSTEM,)),
        Move("review", OPEN, REVIEWED, by=REVIEWERS),
    ),
)
