"""The ways of a campaign, of what units, groups and people do in it, and of their scores as tables."""

from vungxanh.common.workflow import Move, Workflow

SYSTEM = "SYSTEM"
OFFICE = ("OFFICE",)
LEADERS = ("DIRECTOR", "DEPUTY_DIRECTOR")
HEADS = ("UNIT_HEAD", "ACTING_HEAD", "UNIT_DEPUTY")
UNIT_STAFF = (*HEADS, "UNIT_CLERK")
UNION_OFFICER = "UNION_OFFICER"
SPEAKERS = (UNION_OFFICER, "PARTY_COMMITTEE")
PERSON = "PERSON"
APPRAISERS = ("OFFICE", "PERSONNEL")

CAMPAIGN = Workflow(
    code="campaign",
    title="Phong trào thi đua",
    states={
        "DRAFT": "Đã nạp, chưa phát động",
        "RUNNING": "Đang diễn ra",
        "CLOSED": "Đã kết thúc",
        "WITHDRAWN": "Đã rút",
    },
    moves=(
        Move("load", "", "DRAFT", by=(SYSTEM, *OFFICE)),
        Move("change", "DRAFT", "DRAFT", by=(SYSTEM, *OFFICE)),
        Move("change", "RUNNING", "RUNNING", by=(SYSTEM, *OFFICE)),
        Move("open", "DRAFT", "RUNNING", by=(*OFFICE, *LEADERS)),
        Move("close", "RUNNING", "CLOSED", by=(*OFFICE, *LEADERS)),
        Move("withdraw", "DRAFT", "WITHDRAWN", by=(*OFFICE, *LEADERS)),
        Move("withdraw", "RUNNING", "WITHDRAWN", by=LEADERS),
        # By loading its file again, and only where it had never been opened.
        Move("revive", "WITHDRAWN", "DRAFT", by=(SYSTEM, *OFFICE)),
    ),
)
LAUNCH = Workflow(
    code="launch",
    title="Phát động tại đơn vị",
    states={"RECORDED": "Đã phát động", "WITHDRAWN": "Đã rút"},
    moves=(
        Move("record", "", "RECORDED", by=UNIT_STAFF),
        Move("change", "RECORDED", "RECORDED", by=UNIT_STAFF),
        Move("withdraw", "RECORDED", "WITHDRAWN", by=HEADS),
    ),
)
PLEDGE = Workflow(
    code="pledge",
    title="Giao ước, cam kết thi đua",
    states={"CONFIRMED": "Đã ký", "WITHDRAWN": "Đã rút"},
    moves=(
        Move("confirm", "", "CONFIRMED", by=(*HEADS, UNION_OFFICER, PERSON)),
        Move("withdraw", "CONFIRMED", "WITHDRAWN", by=(*HEADS, UNION_OFFICER, PERSON)),
    ),
)
ACTIVITY = Workflow(
    code="activity",
    title="Hoạt động của đoàn thể",
    states={"HELD": "Đã tổ chức", "WITHDRAWN": "Đã rút"},
    moves=(
        Move("record", "", "HELD", by=SPEAKERS),
        Move("change", "HELD", "HELD", by=SPEAKERS),
        Move("withdraw", "HELD", "WITHDRAWN", by=SPEAKERS),
    ),
)
SELF_SCORE = Workflow(
    code="self_score",
    title="Điểm tự chấm",
    states={
        "DRAFT": "Đang soạn",
        "SENT": "Đã gửi, chờ thẩm định",
        "RETURNED": "Trả lại để bổ sung",
        "APPRAISED": "Đã thẩm định",
    },
    moves=(
        Move("write", "", "DRAFT", by=UNIT_STAFF),
        Move("write", "DRAFT", "DRAFT", by=UNIT_STAFF),
        Move("write", "RETURNED", "RETURNED", by=UNIT_STAFF),
        Move("send", "DRAFT", "SENT", by=HEADS),
        Move("send", "RETURNED", "SENT", by=HEADS),
        Move("return", "SENT", "RETURNED", by=APPRAISERS),
        Move("appraise", "SENT", "APPRAISED", by=APPRAISERS),
        Move("appraise", "APPRAISED", "APPRAISED", by=APPRAISERS),
    ),
)
ADJUSTMENT = Workflow(
    code="adjustment",
    title="Điểm thưởng, điểm trừ",
    states={"GIVEN": "Đã ghi", "WITHDRAWN": "Đã rút"},
    moves=(
        Move("give", "", "GIVEN", by=APPRAISERS),
        Move("withdraw", "GIVEN", "WITHDRAWN", by=APPRAISERS),
    ),
)
STANDING = Workflow(
    code="standing",
    title="Điểm của một kỳ",
    states={"OPEN": "Đang tính", "SHOWN": "Đã công bố tạm thời", "FROZEN": "Đã chốt"},
    moves=(
        Move("begin", "", "OPEN", by=(SYSTEM,)),
        Move("show", "OPEN", "SHOWN", by=(*OFFICE, *LEADERS)),
        Move("freeze", "SHOWN", "FROZEN", by=(*OFFICE, *LEADERS)),
        Move("reopen", "FROZEN", "OPEN", by=("DIRECTOR",)),
    ),
)
POINT_REVIEW = Workflow(
    code="point_review",
    title="Đề nghị xem xét lại điểm",
    states={
        "ASKED": "Chờ trả lời",
        "ACCEPTED": "Chấp nhận, đã sửa",
        "REFUSED": "Không chấp nhận",
        "WITHDRAWN": "Đã rút",
    },
    moves=(
        Move("ask", "", "ASKED", by=HEADS),
        Move("accept", "ASKED", "ACCEPTED", by=(*OFFICE, *LEADERS)),
        Move("refuse", "ASKED", "REFUSED", by=(*OFFICE, *LEADERS)),
        Move("withdraw", "ASKED", "WITHDRAWN", by=HEADS),
    ),
)
UNIT_TARGET = Workflow(
    code="unit_target",
    title="Mức phải đạt riêng của đơn vị",
    states={"PROPOSED": "Chờ duyệt", "APPROVED": "Đã duyệt", "REFUSED": "Không duyệt", "WITHDRAWN": "Đã rút"},
    moves=(
        Move("propose", "", "PROPOSED", by=HEADS),
        Move("approve", "PROPOSED", "APPROVED", by=(*OFFICE, *LEADERS)),
        Move("refuse", "PROPOSED", "REFUSED", by=(*OFFICE, *LEADERS)),
        Move("withdraw", "PROPOSED", "WITHDRAWN", by=HEADS),
    ),
)
