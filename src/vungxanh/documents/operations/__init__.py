"""What is written of papers, split by noun; the names below are all that others call."""

from vungxanh.documents.operations.files import keep_signed, ready
from vungxanh.documents.operations.moves import PaperRefusedError, lock_unit
from vungxanh.documents.operations.numbering import NumberingRefusedError, choose_numbering, start_series
from vungxanh.documents.operations.papers import (
    Edit,
    draft_again,
    draft_once,
    edit_paper,
    issue_numbered,
    issue_paper,
    withdraw_paper,
)

__all__ = [
    "Edit",
    "NumberingRefusedError",
    "PaperRefusedError",
    "choose_numbering",
    "draft_again",
    "draft_once",
    "edit_paper",
    "issue_numbered",
    "issue_paper",
    "keep_signed",
    "lock_unit",
    "ready",
    "start_series",
    "withdraw_paper",
]
