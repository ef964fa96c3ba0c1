"""What is written of risk, split by noun; the names below are all that others call."""

from vungxanh.risk.operations.assessments import assess_people
from vungxanh.risk.operations.decisions import (
    LevelReasonMissingError,
    NotAssessedError,
    confirm_level,
    override_level,
)
from vungxanh.risk.operations.returns import (
    Override,
    ReturnNoteMissingError,
    ReturnRefusedError,
    open_unusual_return,
    prepare_returns,
    submit_return,
)
from vungxanh.risk.operations.zones import assess_zones

__all__ = [
    "LevelReasonMissingError",
    "NotAssessedError",
    "Override",
    "ReturnNoteMissingError",
    "ReturnRefusedError",
    "assess_people",
    "assess_zones",
    "confirm_level",
    "open_unusual_return",
    "override_level",
    "prepare_returns",
    "submit_return",
]
