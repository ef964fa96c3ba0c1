"""The daily return, opened, submitted, replaced by a newer version; its way to each receiver; and what has to be
clarified in declarations."""

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

WAITING, FAILED, SENT, DONE, GIVEN_UP = "WAITING", "FAILED", "SENT", "DONE", "GIVEN_UP"
OFFICE = "OFFICE"

DELIVERY = Workflow(
    code="delivery",
    title="Chuyển báo cáo lên bản đồ",
    states={
        WAITING: "Chờ chuyển",
        FAILED: "Chưa gửi được, sẽ gửi lại",
        SENT: "Nơi nhận đã nhận",
        DONE: "Đã cập nhật",
        GIVEN_UP: "Đã thôi gửi",
        REPLACED: "Đã thay bằng bản mới",
    },
    moves=(
        Move("write", "", WAITING, by=SUBMITTERS),
        Move("replace", WAITING, REPLACED, by=SUBMITTERS),
        Move("enter", WAITING, DONE, by=(*SUBMITTERS, OFFICE)),
        Move("correct", DONE, DONE, by=(*SUBMITTERS, OFFICE)),
        Move("reopen", DONE, WAITING, by=(*SUBMITTERS, OFFICE)),
        Move("send", WAITING, SENT, by=(SYSTEM,)),
        Move("send", FAILED, SENT, by=(SYSTEM,)),
        Move("fail", WAITING, FAILED, by=(SYSTEM,)),
        Move("fail", FAILED, FAILED, by=(SYSTEM,)),
        Move("give_up", WAITING, GIVEN_UP, by=(SYSTEM,)),
        Move("give_up", FAILED, GIVEN_UP, by=(SYSTEM,)),
        Move("retry", GIVEN_UP, WAITING, by=(OFFICE,)),
    ),
)
"""By hand: entered, corrected, reopened. By itself: sent once, tried again for as long as the rule says."""

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
