"""What is written of the boards: whose reasons were read, whom one urged and what they answered, drafted papers."""

from vungxanh.reports.operations.papers import draft_due_papers, draft_quick_report
from vungxanh.reports.operations.reading import note_readings
from vungxanh.reports.operations.urging import UrgeRefusedError, answer_urge, urge_units

__all__ = [
    "UrgeRefusedError",
    "answer_urge",
    "draft_due_papers",
    "draft_quick_report",
    "note_readings",
    "urge_units",
]
