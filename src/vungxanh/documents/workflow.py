"""The way of a paper as a table: drafted, drafted again, issued, withdrawn."""

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
