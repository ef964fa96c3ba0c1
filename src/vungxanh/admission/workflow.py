"""A visit: invited or registered at the gate, waiting, let in or not, and gone again. A meeting and its list."""

from vungxanh.common.workflow import Move, Workflow

INVITED, WAITING, HELD, ADMITTED = "INVITED", "WAITING", "HELD", "ADMITTED"
REFUSED, LEFT, CANCELLED, EXPIRED = "REFUSED", "LEFT", "CANCELLED", "EXPIRED"
HOST, VISITOR, GUARD, HEALTH_OFFICER, SYSTEM = "HOST", "VISITOR", "GUARD", "HEALTH_OFFICER", "SYSTEM"
OPEN = frozenset({INVITED, WAITING, HELD, ADMITTED})

VISIT = Workflow(
    code="visit",
    title="Lượt khách",
    states={
        INVITED: "Đã mời",
        WAITING: "Đang chờ",
        HELD: "Tạm giữ",
        ADMITTED: "Đang ở trong",
        REFUSED: "Không cho vào",
        LEFT: "Đã ra",
        CANCELLED: "Đã hủy",
        EXPIRED: "Không đến",
    },
    moves=(
        Move("invite", "", INVITED, by=(HOST,)),
        Move("register", "", WAITING, by=(VISITOR,)),
        Move("declare", INVITED, WAITING, by=(VISITOR,)),
        Move("hold", WAITING, HELD, by=(SYSTEM, GUARD)),
        Move("release", HELD, WAITING, by=(HEALTH_OFFICER,)),
        Move("admit", WAITING, ADMITTED, by=(GUARD,)),
        Move("leave", ADMITTED, LEFT, by=(GUARD, VISITOR)),
        Move("refuse", INVITED, REFUSED, by=(HOST,)),
        Move("refuse", WAITING, REFUSED, by=(HOST, GUARD)),
        Move("refuse", HELD, REFUSED, by=(HOST, GUARD, HEALTH_OFFICER)),
        Move("cancel", INVITED, CANCELLED, by=(HOST, VISITOR)),
        Move("cancel", WAITING, CANCELLED, by=(VISITOR,)),
        Move("expire", INVITED, EXPIRED, by=(SYSTEM,)),
        Move("expire", WAITING, EXPIRED, by=(SYSTEM,)),
        Move("expire", HELD, EXPIRED, by=(SYSTEM,)),
        Move("close", ADMITTED, LEFT, by=(SYSTEM,)),
    ),
)

DRAFT, CALLED, CLOSED = "DRAFT", "CALLED", "CLOSED"
ORGANIZER = "ORGANIZER"

MEETING = Workflow(
    code="meeting",
    title="Cuộc họp",
    states={DRAFT: "Đang soạn", CALLED: "Đã mời họp", CLOSED: "Đã chốt danh sách", CANCELLED: "Đã hủy"},
    moves=(
        Move("draft", "", DRAFT, by=(ORGANIZER,)),
        Move("call", DRAFT, CALLED, by=(ORGANIZER,)),
        Move("recall", CALLED, DRAFT, by=(ORGANIZER,)),
        Move("close", CALLED, CLOSED, by=(ORGANIZER,)),
        Move("reopen", CLOSED, CALLED, by=(ORGANIZER,)),
        Move("cancel", DRAFT, CANCELLED, by=(ORGANIZER,)),
        Move("cancel", CALLED, CANCELLED, by=(ORGANIZER,)),
        Move("restore", CANCELLED, DRAFT, by=(ORGANIZER,)),
    ),
)
