"""The ways of a campaign, of a unit's launch, of a pledge and of a group's activity as tables."""

from vungxanh.common.workflow import Move, Workflow

SYSTEM = "SYSTEM"
OFFICE = ("OFFICE",)
LEADERS = ("DIRECTOR", "DEPUTY_DIRECTOR")
HEADS = ("UNIT_HEAD", "ACTING_HEAD", "UNIT_DEPUTY")
UNIT_STAFF = (*HEADS, "UNIT_CLERK")
UNION_OFFICER = "UNION_OFFICER"
SPEAKERS = (UNION_OFFICER, "PARTY_COMMITTEE")
PERSON = "PERSON"

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
