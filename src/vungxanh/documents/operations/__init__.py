"""What is written of papers, split by noun; the names below are all that others call."""

from vungxanh.documents.operations.batches import (
    BatchRefusedError,
    cancel_papers,
    erase_batch_files,
    make_next_papers,
    order_papers,
)
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
from vungxanh.documents.operations.word import WordReturnRefusedError, discard_word, read_word, take_word

__all__ = [
    "BatchRefusedError",
    "Edit",
    "NumberingRefusedError",
    "PaperRefusedError",
    "WordReturnRefusedError",
    "cancel_papers",
    "choose_numbering",
    "discard_word",
    "draft_again",
    "draft_once",
    "edit_paper",
    "erase_batch_files",
    "issue_numbered",
    "issue_paper",
    "keep_signed",
    "lock_unit",
    "make_next_papers",
    "order_papers",
    "read_word",
    "ready",
    "start_series",
    "take_word",
    "withdraw_paper",
]
