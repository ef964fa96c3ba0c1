"""What is written of papers, split by noun; the names below are all that others call."""

from vungxanh.documents.operations.papers import (
    Edit,
    PaperRefusedError,
    draft_again,
    draft_once,
    edit_paper,
    issue_paper,
    withdraw_paper,
)

__all__ = [
    "Edit",
    "PaperRefusedError",
    "draft_again",
    "draft_once",
    "edit_paper",
    "issue_paper",
    "withdraw_paper",
]
