"""What is written of risk, split by noun; the names below are all that others call."""

from vungxanh.risk.operations.assessments import assess_people
from vungxanh.risk.operations.consistency import OutcomeMissingError, check_consistency, review_finding
from vungxanh.risk.operations.decisions import (
    LevelReasonMissingError,
    NotAssessedError,
    confirm_level,
    override_level,
)
from vungxanh.risk.operations.events import note_all_held, note_held_visitor, remind_of_unusual
from vungxanh.risk.operations.reminders import remind_of_returns
from vungxanh.risk.operations.returns import (
    ExplanationRefusedError,
    Override,
    ReturnNoteMissingError,
    ReturnRefusedError,
    ReturnSentMeanwhileError,
    explain_return,
    open_unusual_return,
    prepare_returns,
    submit_return,
)
from vungxanh.risk.operations.whole_day import assess_everybody
from vungxanh.risk.operations.zones import assess_zones

__all__ = [
    "ExplanationRefusedError",
    "LevelReasonMissingError",
    "NotAssessedError",
    "OutcomeMissingError",
    "Override",
    "ReturnNoteMissingError",
    "ReturnRefusedError",
    "ReturnSentMeanwhileError",
    "assess_everybody",
    "assess_people",
    "assess_zones",
    "check_consistency",
    "confirm_level",
    "explain_return",
    "note_all_held",
    "note_held_visitor",
    "open_unusual_return",
    "override_level",
    "prepare_returns",
    "remind_of_returns",
    "remind_of_unusual",
    "review_finding",
    "submit_return",
]
