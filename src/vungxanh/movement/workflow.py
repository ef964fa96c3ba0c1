"""The ways of a campaign, of a unit's launch and of a pledge as tables."""

from vungxanh.common.workflow import Move, Workflow

SYSTEM = "SYSTEM"
OFFICE = ("OFFICE",)
LEADERS = ("DIRECTOR", "DEPUTY_DIRECTOR")
HEADS = ("UNIT_HEAD", "ACTING_HEAD", "UNIT_DEPUTY")
UNIT_STAFF = (*HEADS, "UNIT_CLERK")
UNION_OFFICER = "UNION_OFFICER"
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
