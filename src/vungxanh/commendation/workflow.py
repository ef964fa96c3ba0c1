"""The way of somebody who was found as a table."""

from vungxanh.common.workflow import Move, Workflow

DECIDING = ("PERSONNEL", "OFFICE", "DIRECTOR", "DEPUTY_DIRECTOR", "UNIT_HEAD", "ACTING_HEAD", "UNIT_DEPUTY")

DISCOVERY = Workflow(
    code="discovery",
    title="Phát hiện gương tốt",
    states={"PUT_FORWARD": "Đưa vào diện xét khen", "PASSED_OVER": "Chưa đưa vào diện xét"},
    moves=(
        Move("put_forward", "", "PUT_FORWARD", by=DECIDING),
        Move("pass_over", "", "PASSED_OVER", by=DECIDING),
        Move("put_forward", "PASSED_OVER", "PUT_FORWARD", by=DECIDING),
        Move("pass_over", "PUT_FORWARD", "PASSED_OVER", by=DECIDING),
    ),
)
