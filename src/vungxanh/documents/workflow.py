"""The ways of a paper, of papers for many units and of a draft that comes back from Word, as tables."""

from vungxanh.common.workflow import Move, Workflow

DRAFT, ISSUED, REPLACED, WITHDRAWN = "DRAFT", "ISSUED", "REPLACED", "WITHDRAWN"
SYSTEM, OFFICE, RECORDS_CLERK = "SYSTEM", "OFFICE", "RECORDS_CLERK"

PAPER = Workflow(
    code="paper",
    title="Văn bản",
    states={
        DRAFT: "Dự thảo",
        ISSUED: "Đã ban hành",
        REPLACED: "Đã thay bằng dự thảo mới",
        WITHDRAWN: "Đã thu hồi",
    },
    moves=(
        Move("draft", "", DRAFT, by=(SYSTEM, OFFICE)),
        Move("edit", DRAFT, DRAFT, by=(OFFICE,)),
        Move("replace", DRAFT, REPLACED, by=(OFFICE,)),
        Move("issue", DRAFT, ISSUED, by=(OFFICE, RECORDS_CLERK)),
        Move("withdraw", DRAFT, WITHDRAWN, by=(OFFICE,)),
        Move("withdraw", ISSUED, WITHDRAWN, by=(OFFICE,)),
    ),
)

RUNNING, DONE, CANCELLED = "RUNNING", "DONE", "CANCELLED"
BATCH = Workflow(
    code="paper_batch",
    title="Văn bản cho nhiều đơn vị",
    states={RUNNING: "Đang soạn", DONE: "Đã soạn xong", CANCELLED: "Đã hủy"},
    moves=(
        Move("order", "", RUNNING, by=(OFFICE,)),
        Move("finish", RUNNING, DONE, by=(SYSTEM,)),
        Move("cancel", RUNNING, CANCELLED, by=(OFFICE,)),
    ),
)

READ, TAKEN, DISCARDED = "READ", "TAKEN", "DISCARDED"
WORD_RETURN = Workflow(
    code="word_return",
    title="Dự thảo sửa bằng Word",
    states={READ: "Chờ xác nhận", TAKEN: "Đã nhận làm bản mới", DISCARDED: "Không nhận"},
    moves=(
        Move("read", "", READ, by=(OFFICE,)),
        Move("take", READ, TAKEN, by=(OFFICE,)),
        Move("discard", READ, DISCARDED, by=(OFFICE,)),
    ),
)

ARRIVED, HANDED, DEALT, STRUCK = "ARRIVED", "HANDED", "DEALT", "STRUCK"
UNIT = "UNIT"
KEEPERS = (OFFICE, RECORDS_CLERK)
INCOMING = Workflow(
    code="incoming_paper",
    title="Văn bản đến",
    states={ARRIVED: "Đã đăng ký", HANDED: "Đã chuyển giao", DEALT: "Đã giải quyết", STRUCK: "Đã gạch khỏi sổ"},
    moves=(
        Move("register", "", ARRIVED, by=KEEPERS),
        Move("correct", ARRIVED, ARRIVED, by=KEEPERS),
        Move("correct", HANDED, HANDED, by=KEEPERS),
        Move("hand", ARRIVED, HANDED, by=KEEPERS),
        Move("hand", HANDED, HANDED, by=KEEPERS),
        Move("close", ARRIVED, DEALT, by=KEEPERS),
        Move("close", HANDED, DEALT, by=(*KEEPERS, UNIT)),
        Move("reopen", DEALT, HANDED, by=KEEPERS),
        Move("put_back", DEALT, ARRIVED, by=KEEPERS),
        Move("strike", ARRIVED, STRUCK, by=KEEPERS),
        Move("strike", HANDED, STRUCK, by=KEEPERS),
    ),
)
