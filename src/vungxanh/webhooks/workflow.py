"""A subscription, from its secret to its end; an event on its way to a subscriber."""

from vungxanh.common.workflow import Move, Workflow

ACTIVE, PAUSED, DISABLED, ENDED = "ACTIVE", "PAUSED", "DISABLED", "ENDED"
ADMINISTRATOR, SYSTEM = "ADMINISTRATOR", "SYSTEM"
KEPT = (ACTIVE, PAUSED, DISABLED)

SUBSCRIPTION = Workflow(
    code="webhook_subscription",
    title="Đăng ký nhận sự kiện",
    states={ACTIVE: "Đang gửi", PAUSED: "Tạm dừng", DISABLED: "Hệ thống đã tắt", ENDED: "Đã kết thúc"},
    moves=(
        Move("create", "", ACTIVE, by=(ADMINISTRATOR,)),
        *(Move("change", state, state, by=(ADMINISTRATOR,)) for state in KEPT),
        *(Move("rotate", state, state, by=(ADMINISTRATOR,)) for state in KEPT),
        Move("pause", ACTIVE, PAUSED, by=(ADMINISTRATOR,)),
        Move("resume", PAUSED, ACTIVE, by=(ADMINISTRATOR,)),
        Move("disable", ACTIVE, DISABLED, by=(SYSTEM,)),
        Move("resume", DISABLED, ACTIVE, by=(ADMINISTRATOR,)),
        *(Move("end", state, ENDED, by=(ADMINISTRATOR,)) for state in KEPT),
    ),
)

WAITING, FAILED, DELIVERED, GIVEN_UP = "WAITING", "FAILED", "DELIVERED", "GIVEN_UP"

DELIVERY = Workflow(
    code="webhook_delivery",
    title="Gửi sự kiện tới nơi đăng ký",
    states={
        WAITING: "Chờ gửi",
        FAILED: "Chưa gửi được, sẽ gửi lại",
        DELIVERED: "Nơi nhận đã nhận",
        GIVEN_UP: "Đã thôi gửi",
    },
    moves=(
        Move("write", "", WAITING, by=(SYSTEM,)),
        Move("deliver", WAITING, DELIVERED, by=(SYSTEM,)),
        Move("deliver", FAILED, DELIVERED, by=(SYSTEM,)),
        Move("fail", WAITING, FAILED, by=(SYSTEM,)),
        Move("fail", FAILED, FAILED, by=(SYSTEM,)),
        Move("give_up", WAITING, GIVEN_UP, by=(SYSTEM, ADMINISTRATOR)),
        Move("give_up", FAILED, GIVEN_UP, by=(SYSTEM, ADMINISTRATOR)),
        Move("resend", GIVEN_UP, WAITING, by=(ADMINISTRATOR,)),
    ),
)
"""Given up by an administrator: with the subscription that was ended."""
