"""Papers with their numbers and files, papers for many units at once, and drafts that came back from Word."""

from vungxanh.documents.models.batches import PaperBatch, PaperBatchItem
from vungxanh.documents.models.papers import NumberBook, NumberSeries, Paper, PaperFile
from vungxanh.documents.models.word import WordReturn

__all__ = [
    "NumberBook",
    "NumberSeries",
    "Paper",
    "PaperBatch",
    "PaperBatchItem",
    "PaperFile",
    "WordReturn",
]
