"""The ways of a response plan and of a response as tables."""

from vungxanh.common.workflow import Move, Workflow

HEADS = ("UNIT_HEAD", "ACTING_HEAD", "UNIT_DEPUTY")
UNIT_STAFF = (*HEADS, "UNIT_CLERK")
SUPERIORS = ("OFFICE", "DIRECTOR", "DEPUTY_DIRECTOR", "HEALTH_OFFICER")

RESPONSE_PLAN = Workflow(
    code="response_plan",
    title="Phương án xử lý tình huống",
    states={"DRAFT": "Dự thảo", "IN_FORCE": "Đang áp dụng", "REPLACED": "Đã thay bằng bản mới"},
    moves=(
        Move("draft", "", "DRAFT", by=UNIT_STAFF),
        Move("change", "DRAFT", "DRAFT", by=UNIT_STAFF),
        Move("put_in_force", "DRAFT", "IN_FORCE", by=HEADS),
        Move("replace", "IN_FORCE", "REPLACED", by=HEADS),
    ),
)
RESPONSE = Workflow(
    code="response",
    title="Xử lý tình huống, diễn tập",
    states={"RUNNING": "Đang xử lý", "ENDED": "Đã kết thúc"},
    moves=(
        Move("start", "", "RUNNING", by=(*UNIT_STAFF, *SUPERIORS)),
        Move("tick", "RUNNING", "RUNNING", by=(*UNIT_STAFF, *SUPERIORS)),
        Move("end", "RUNNING", "ENDED", by=(*UNIT_STAFF, *SUPERIORS)),
    ),
)
