"""Papers with their numbers and files, papers for many units, drafts from Word, and papers that arrive."""

from vungxanh.documents.models.batches import PaperBatch, PaperBatchItem
from vungxanh.documents.models.incoming import IncomingBook, IncomingPaper, IncomingScan
from vungxanh.documents.models.papers import NumberBook, NumberSeries, Paper, PaperFile
from vungxanh.documents.models.word import WordReturn

__all__ = [
    "IncomingBook",
    "IncomingPaper",
    "IncomingScan",
    "NumberBook",
    "NumberSeries",
    "Paper",
    "PaperBatch",
    "PaperBatchItem",
    "PaperFile",
    "WordReturn",
]
